"""Every error of the catalogue of HubSpot's answers, and what must come of it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from agent.store import State
from sandbox.faults import Action, Fault
from tests.end_to_end.company import Company

Setting = Callable[[Company, str], None]
"""Makes the portal answer so; told the id of the company whose write is due."""

ALWAYS = 100
HTML = "<html><body><h1>An edge</h1></body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One answer of HubSpot, where it comes, and what it does to a sync with one write due."""

    status: int
    said: str  # where it comes from, as the catalogue names it
    where: Setting
    exit: int = 0
    ours: str = ""  # the code that the user reads
    text: str  # words that the user reads
    row: State = State.APPLIED
    writes: int = 1  # times that our flag of the company was written
    tries: int | None = None  # batches of companies that were sent
    command: str = "sync"


def answers(body: object, status: int, *, times: int = ALWAYS, **where: Any) -> Setting:
    """Requests that match are answered like this; ID stands for the id of the company."""
    headers = where.pop("headers", {})
    kind = where.pop("kind", "application/json")
    applied = where.pop("applied", False)

    def set_up(one: Company, due: str) -> None:
        text = body if isinstance(body, str) else json.dumps(body)
        said = text.replace('"ID"', f'"{due}"')
        action = Action(
            status=status, body=said, headers=headers, content_type=kind, applied=applied
        )
        one.sandbox.faults.add(Fault(action=action, times=times, service="hubspot", **where))

    return set_up


def error(message: str, category: str = "", **more: Any) -> dict[str, Any]:
    named = {"category": category} if category else {}
    return {"status": "error", "message": message, "correlationId": "0-0", **named, **more}


def partly(*faults: Mapping[str, Any]) -> dict[str, Any]:
    return {"status": "COMPLETE", "results": [], "numErrors": len(faults), "errors": list(faults)}


def not_valid(name: str, code: str, message: str) -> dict[str, Any]:
    inner = [{"isValid": False, "message": message, "error": code, "name": name}]
    fault = {"message": message, "code": code, "context": {"propertyName": [name]}}
    words = f"Property values were not valid: {json.dumps(inner)}"
    return error(words, "VALIDATION_ERROR", errors=[fault])


def case(status: int, said: str, where: Setting, **more: Any) -> Case:
    return Case(status=status, said=said, where=where, **more)


def stops(status: int, said: str, where: Setting, code: int, ours: str, **more: Any) -> Case:
    """The run ends before anything is written, and the write stays due."""
    told = {"exit": code, "ours": f"BBM-HS-{ours}", "row": State.PLANNED, "writes": 0, "tries": 0}
    return Case(status=status, said=said, where=where, **{**told, **more})


def refuses(status: int, said: str, body: object, text: str) -> Case:
    """The portal refuses the record; the run goes on without it."""
    told = {"exit": 3, "row": State.REFUSED, "writes": 0, "tries": 1, "text": text}
    return case(status, said, answers(body, status, **WRITES), **told)


def passes(status: int, said: str, where: Setting, **more: Any) -> Case:
    """It is over the next time; the write is made, once."""
    return case(status, said, where, **{"text": "2 written", **more})


def _without_a_company(one: Company, _: str) -> None:
    one.sandbox.hubspot.create("deals", {"dealname": "Alone"}, by="human")
    one.sandbox.clock.advance(60)


def both(*settings: Setting) -> Setting:
    def set_up(one: Company, due: str) -> None:
        for setting in settings:
            setting(one, due)

    return set_up


def _one_property_less(one: Company, _: str) -> None:
    portal = one.sandbox.hubspot
    portal.schema.archive(portal.shelf("companies").kind, "bbm_reason", portal.clock.now())


ACCOUNT = MappingProxyType({"method": "GET", "path_contains": "/account-info"})
DEFINITIONS = MappingProxyType({"method": "GET", "path_contains": "/properties/companies"})
SEARCHES = MappingProxyType({"method": "POST", "path_contains": "/companies/search"})
CHANGES = MappingProxyType({**SEARCHES, "body_contains": '"GTE"'})
READS = MappingProxyType({"method": "POST", "path_contains": "/companies/batch/read"})
WRITES = MappingProxyType({"method": "POST", "path_contains": "/companies/batch/update"})
LINKS = MappingProxyType({"method": "POST", "path_contains": "/associations/deals/companies"})
CREATES = MappingProxyType({"method": "POST", "path_contains": "/properties/companies/batch"})
GROUPS = MappingProxyType({"method": "POST", "path_contains": "/properties/companies/groups"})

_MISSING = "One or more of the following scopes are required."

LOGINS: Sequence[Case] = (
    stops(
        401,
        "any, no/garbled Authorization",
        answers(error("credentials not found", "INVALID_AUTHENTICATION"), 401, **ACCOUNT),
        5,
        "001",
        text="service key",
    ),
    stops(
        401,
        "expired OAuth token",
        answers(error("expired 5 minute(s) ago.", "EXPIRED_AUTHENTICATION"), 401, **ACCOUNT),
        5,
        "002",
        text="expired 5 minute(s) ago",
    ),
    stops(
        403,
        "any, missing scope",
        answers(
            error(_MISSING, "MISSING_SCOPES", context={"requiredGranularScopes": ["custom.read"]}),
            403,
            **DEFINITIONS,
        ),
        4,
        "010",
        text="custom.read",
    ),
    stops(
        403,
        "any, missing scope (other observed variant)",
        answers(
            error(
                "This app hasn't been granted all required scopes",
                "MISSING_SCOPES",
                errors=[{"message": _MISSING, "context": {"requiredGranularScopes": ["x.write"]}}],
            ),
            403,
            **WRITES,
        ),
        4,
        "010",
        text="x.write",
        row=State.IN_FLIGHT,
        tries=1,
    ),
)

READINGS: Sequence[Case] = (
    stops(
        404,
        "other v3 resources",
        answers(error("resource not found", "OBJECT_NOT_FOUND"), 404, **CHANGES),
        4,
        "024",
        text="HubSpot does not find it: resource not found",
    ),
    stops(
        400,
        "bad object type in path",
        answers(error("Unable to infer object type from: butterflies"), 400, **DEFINITIONS),
        4,
        "012",
        text="butterflies",
    ),
    case(
        400,
        "batch/read with propertiesWithHistory and >50 inputs",
        answers(error("The maximum number of inputs is 50.", "VALIDATION_ERROR"), 400, **READS),
        exit=4,
        ours="BBM-HS-022",
        text="The maximum number of inputs is 50",
    ),
    stops(
        400,
        "search: too many groups",
        answers(error("too many filterGroups (count: 6)", "VALIDATION_ERROR"), 400, **CHANGES),
        4,
        "022",
        text="too many filterGroups",
    ),
    stops(
        400,
        "search: paging past 10,000",
        answers(error("a text nobody has seen", "VALIDATION_ERROR"), 400, **CHANGES),
        4,
        "022",
        text="a text nobody has seen",
    ),
    stops(
        400,
        "search/list: cursor of the wrong API",
        answers(error("Cannot deserialize value of type `int`"), 400, **CHANGES),
        4,
        "022",
        text="Cannot deserialize",
    ),
    passes(
        207,
        "v4 associations batch/read, nothing associated",
        both(
            _without_a_company,
            answers(
                partly(
                    {
                        "category": "OBJECT_NOT_FOUND",
                        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
                        "message": "No company is associated with deal 1.",
                        "context": {"fromObjectId": ["1"]},
                    }
                ),
                207,
                **LINKS,
            ),
        ),
        text="3 written",
    ),
    stops(
        207,
        "v4 associations batch/create, bad ids",
        both(
            _without_a_company,
            answers(
                partly({"category": "VALIDATION_ERROR", "message": "x is not a valid ID"}),
                207,
                **LINKS,
            ),
        ),
        6,
        "042",
        text="it is partial: VALIDATION_ERROR",
    ),
    stops(
        414,
        "GET with ~900 properties in the query",
        answers(HTML, 414, **CHANGES),
        4,
        "025",
        text="Name fewer attributes",
    ),
)

WRITINGS: Sequence[Case] = (
    stops(
        404,
        "GET /crm/v3/objects/{type}/{id}",
        answers(error("Object not found.  objectId are usually numeric."), 404, **WRITES),
        4,
        "024",
        text="Object not found",
        row=State.IN_FLIGHT,
        tries=1,
    ),
    refuses(
        400,
        "create/update/batch: unknown property",
        not_valid("bbm_icp", "PROPERTY_DOESNT_EXIST", 'Property "bbm_icp" does not exist'),
        "PROPERTY_DOESNT_EXIST",
    ),
    refuses(
        400,
        "create/update: value not in options",
        not_valid("bbm_icp", "INVALID_OPTION", "X was not one of the allowed options: []"),
        "INVALID_OPTION",
    ),
    refuses(
        400,
        "any: documented shape",
        error("words", "VALIDATION_ERROR", errors=[{"code": "INVALID_INTEGER", "message": "no"}]),
        "INVALID_INTEGER",
    ),
    refuses(
        400,
        "batch/*: duplicate ids",
        error("Duplicate IDs found in batch input", "VALIDATION_ERROR", context={"ids": ["ID"]}),
        "Duplicate IDs found",
    ),
    refuses(
        400,
        "batch/upsert|update with non-unique idProperty",
        error("Unable to perform update/upsert by non-unique property", "VALIDATION_ERROR"),
        "non-unique",
    ),
    refuses(409, "create contact, e-mail exists", error("It already exists.", "CONFLICT"), "CONF"),
    case(
        207,
        "objects batch/update, unknown id",
        answers(
            partly({"category": "OBJECT_NOT_FOUND", "message": "no", "context": {"ids": ["ID"]}}),
            207,
            **WRITES,
        ),
        row=State.GONE,
        writes=0,
        tries=1,
        text="1 gone",
    ),
    refuses(
        207,
        "objects batch/create|upsert with objectWriteTraceId",
        partly({"category": "CONFLICT", "message": "no", "context": {"objectWriteTraceId": ["0"]}}),
        "CONFLICT",
    ),
    passes(423, "heavy upserts", answers(error("locked"), 423, times=1, **WRITES), tries=2),
)

PREPARATIONS: Sequence[Case] = (
    case(
        409,
        "create property, name exists",
        both(
            _one_property_less,
            answers(error("It already exists.", "OBJECT_ALREADY_EXISTS"), 409, **GROUPS),
        ),
        command="fields",
        row=State.PLANNED,
        writes=0,
        text="account      bbm_reason               created",
    ),
    case(
        207,
        "properties batch/create, names exist",
        both(
            _one_property_less,
            answers(
                partly(
                    {
                        "category": "OBJECT_ALREADY_EXISTS",
                        "message": "It already exists.",
                        "context": {"name": ["bbm_reason"]},
                    }
                ),
                207,
                applied=True,
                **CREATES,
            ),
        ),
        command="fields",
        row=State.PLANNED,
        writes=0,
        text="account      bbm_reason               keep",
    ),
)

_BURST = {"errorType": "RATE_LIMIT", "policyName": "TEN_SECONDLY_ROLLING"}
_DAY = {"errorType": "RATE_LIMIT", "policyName": "DAILY"}

PAUSES: Sequence[Case] = (
    passes(429, "burst", answers(error("slow down", **_BURST), 429, times=1, **WRITES), tries=2),
    stops(
        429,
        "daily",
        answers(error("daily limit", **_DAY), 429, **CHANGES),
        6,
        "032",
        text="daily limit of calls is reached; the portal's day ends in",
    ),
    passes(429, "search", answers(error("secondly", "RATE_LIMITS"), 429, times=1, **SEARCHES)),
    passes(
        429,
        "edge (Cloudflare)",
        answers("error code: 1015", 429, times=1, kind="text/plain", **WRITES),
        tries=2,
    ),
    passes(
        477,
        "account moving between data centres",
        answers(error("moving"), 477, times=1, headers={"Retry-After": "3600"}, **SEARCHES),
    ),
    *(
        passes(status, "any", answers(HTML, status, times=1, kind="text/html", **WRITES), tries=2)
        for status in (502, 503, 504, 524)
    ),
)

CASES: Sequence[Case] = (*LOGINS, *READINGS, *WRITINGS, *PREPARATIONS, *PAUSES)
