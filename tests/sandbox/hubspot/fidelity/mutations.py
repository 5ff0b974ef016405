"""Each request with one thing wrong, and what the answer must become by it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from tests.sandbox.hubspot.fidelity.asked import Asked
from tests.sandbox.hubspot.fidelity.world import BARE

_UNOPENED = re.compile(r"butterflies")
_VERSION = re.compile(r"(?<=/)(v\d|\d{4}-\d\d)(?=/)")


@dataclass(frozen=True, slots=True)
class Mutation:
    """`says` stands somewhere in the new answer: a category, a code, words of the message."""

    what: str
    asked: Asked
    status: int
    says: str = ""


def mutations(asked: Asked) -> Iterator[Mutation]:
    """Everything that is tried with a request that is let in; none of it changes a record."""
    yield Mutation("nobody's token", replace(asked, token=""), 401, "INVALID_AUTHENTICATION")
    elsewhere = _VERSION.sub("v9", asked.url, count=1)
    yield Mutation(
        "a version that is not there", replace(asked, url=elsewhere), 404, "404 Not Found"
    )
    yield Mutation("another method", replace(asked, method="HEAD"), 405, "HTTP 405")
    if not _UNOPENED.search(asked.url) and "account-info" not in asked.url:
        yield Mutation("a token without scopes", replace(asked, token=BARE), 403, "MISSING_SCOPES")
    if asked.method != "GET" and not _UNOPENED.search(asked.url):
        yield Mutation("a broken body", replace(asked, body=b"{"), 400, "Invalid input JSON")
    yield from _by_type(asked)
    for part, of in _KINDS:
        if re.search(part, asked.url) and isinstance(asked.body, dict) == (asked.method != "GET"):
            yield from of(asked)
            return


def dated(asked: Asked) -> Asked | None:
    """The same question at its address of 2026-03, where asking twice changes nothing."""
    reads = asked.method == "GET" or asked.url.endswith(("/search", "/batch/read"))
    url = _CRM.sub(r"/crm/\2/2026-03", _OTHER.sub(r"/\1/2026-03", asked.url))
    return replace(asked, url=url) if reads and url != asked.url else None


_CRM = re.compile(r"^/crm/(v3|v4)/([a-z-]+)")
_OTHER = re.compile(r"^/(account-info|crm-object-schemas)/v3")


def _by_type(asked: Asked) -> Iterator[Mutation]:
    other = re.sub(r"/(contacts|companies|deals)\b(?!-)", "/butterflies", asked.url, count=1)
    if other != asked.url:
        says = "Unable to infer object type from: butterflies"
        yield Mutation("a type that is not there", replace(asked, url=other), 400, says)


def _with(asked: Asked, **changes: Any) -> Asked:
    return replace(asked, body={**asked.body, **changes})


def _of_search(asked: Asked) -> Iterator[Mutation]:
    def condition(**told: Any) -> list[dict[str, Any]]:
        return [{"filters": [{"propertyName": "email", "operator": "EQ", "value": "x", **told}]}]

    for what, says, changes in (
        ("a page that is too long", "between 1 and 200", {"limit": 201}),
        ("an empty page", "between 1 and 200", {"limit": 0}),
        ("beyond the cap", "Paging beyond 10000", {"limit": 100, "after": "9901"}),
        ("another cursor", "Cannot deserialize", {"after": "bzE="}),
        ("two sorts", "one property only", {"sorts": ["email", "phone"]}),
        ("a sort by nothing", "problem with the request", {"sorts": ["nothing"]}),
        ("six groups", "too many filterGroups", {"filterGroups": condition() * 6}),
        (
            "seven filters",
            "too many filters in group",
            {"filterGroups": [{"filters": condition()[0]["filters"] * 7}]},
        ),
        (
            "an operator of another world",
            "`Operator`",
            {"filterGroups": condition(operator="LIKE")},
        ),
        (
            "a property that is not there",
            "problem with the request",
            {"filterGroups": condition(propertyName="nothing")},
        ),
        ("a filter without a value", "needs a value", {"filterGroups": condition(value=None)}),
        ("a body that is too long", "3000", {"query": "x" * 3000}),
    ):
        yield Mutation(what, _with(asked, **changes), 400, says)


def _of_reading(asked: Asked) -> Iterator[Mutation]:
    yield from _of_batch(asked, 100)
    twice = [asked.body["inputs"][0]] * 2
    yield Mutation("the same id twice", _with(asked, inputs=twice), 400, "Duplicate IDs")
    other = _with(asked, idProperty="firstname")
    yield Mutation("a property that is no key", other, 400, "non-unique")
    gone = _with(asked, inputs=[*asked.body["inputs"], {"id": "1"}])
    yield Mutation("an id that is not there", gone, 207, "OBJECT_NOT_FOUND")


def _of_writing(asked: Asked) -> Iterator[Mutation]:
    """Without trace ids, so that what is right is not written beside what is wrong."""
    inputs = [_untraced(one) for one in asked.body["inputs"]]
    yield from _of_batch(_with(asked, inputs=inputs), 100)
    creates = asked.url.endswith("/create")
    if not creates:
        yield Mutation("the same id twice", _with(asked, inputs=inputs[:1] * 2), 400, "Duplicate")
    for what, code, values in (
        ("a property that is not there", "PROPERTY_DOESNT_EXIST", {"nothing": "x"}),
        ("a value that nobody writes", "READ_ONLY_VALUE", {"hs_object_source": "x"}),
        ("a choice that is not there", "INVALID_OPTION", {"hs_lead_status": "x"}),
        ("an address that is none", "INVALID_EMAIL", {"email": "x"}),
        ("a day that is none", "INVALID_DATE", {"closedate": "soon"}),
    ):
        if creates or (inputs[0]["id"].isdigit() and inputs[0]["id"] != "123456"):
            # One more mistake, so that nothing is written even where this one were let through.
            wrong = {**inputs[0], "properties": {"nothing_else": "x", **values}}
            yield Mutation(what, _with(asked, inputs=[wrong, *inputs[1:]]), 400, code)


def _untraced(one: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name != "objectWriteTraceId"}


def _of_links(asked: Asked) -> Iterator[Mutation]:
    most = 1000 if asked.url.endswith("/read") else 2000
    yield from _of_batch(asked, most)
    first = asked.body["inputs"][0]
    if "types" in first:
        types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 999}]
        other = {**first, "from": {"id": "1"}}
        wrong = {**first, "to": {"id": "x"}, "types": types}
        for what, one in (("an id that is not there", other), ("an id that is none", wrong)):
            yield Mutation(what, _with(asked, inputs=[one]), 207, "INVALID_IDENTIFIER")
    else:
        gone = _with(asked, inputs=[{"id": "1"}])
        yield Mutation("an id that is not there", gone, 207, "NO_ASSOCIATIONS_FOUND")


def _of_batch(asked: Asked, most: int) -> Iterator[Mutation]:
    yield Mutation("no inputs", _with(asked, inputs=[]), 400, "were not set: [inputs]")
    many = [{**asked.body["inputs"][0], "id": str(n)} for n in range(most + 1)]
    yield Mutation("too many inputs", _with(asked, inputs=many), 400, "maximum number of inputs")
    other = _with(asked, inputs="all")
    yield Mutation("inputs that are no list", other, 400, "Cannot deserialize")


def _of_definitions(asked: Asked) -> Iterator[Mutation]:
    first = {**asked.body["inputs"][0], "name": "fresh"}
    for what, says, changes in (
        ("a kind that is not there", "not a valid property type", {"type": "colour"}),
        ("a form that does not fit", "does not fit", {"fieldType": "rainbow"}),
        ("a group that is not there", "does not exist", {"groupName": "nothing"}),
        ("a name with capitals", "lower-case", {"name": "Age"}),
        ("a name that is missing", "were not set: [name]", {"name": ""}),
        ("a name that is taken", "PROPERTY_WITH_NAME_EXISTS", {"name": "email"}),
    ):
        yield Mutation(what, _with(asked, inputs=[{**first, **changes}]), 207, says)
    yield Mutation("no inputs", _with(asked, inputs=[]), 400, "were not set: [inputs]")


def _of_definition(asked: Asked) -> Iterator[Mutation]:
    other = re.sub(r"\w+$", "nothing", asked.url)
    yield Mutation("a property that is not there", replace(asked, url=other), 404, "does not exist")
    for what, says, changes in (
        ("a form that does not fit", "does not fit", {"fieldType": "rainbow"}),
        ("a group that is not there", "does not exist", {"groupName": "nothing"}),
    ):
        yield Mutation(what, _with(asked, **changes), 400, says)
    native = re.sub(r"\w+$", "email", asked.url)
    yield Mutation("a property of HubSpot's", replace(asked, url=native), 400, "defined by HubSpot")


def _of_group(asked: Asked) -> Iterator[Mutation]:
    if asked.method == "GET":
        other = f"{asked.url}s"
        yield Mutation("a group that is not there", replace(asked, url=other), 400, "not exist")
        return
    taken = _with(asked, name="contactinformation")
    yield Mutation("a name that is taken", taken, 409, "GROUP_WITH_NAME_EXISTS")
    yield Mutation("a label that is missing", _with(asked, label=""), 400, "not set: [label]")


def _of_lists(asked: Asked) -> Iterator[Mutation]:
    yield Mutation("a page that is too long", _with(asked, count=1000), 200, '"hasMore":false')
    yield Mutation("a page of nothing", _with(asked, count=0), 400, "not below 1")
    yield Mutation("an offset below nothing", _with(asked, offset=-1), 400, "negative")
    yield Mutation("another type", _with(asked, objectTypeId="x"), 400, "Unable to infer")
    nothing = _with(asked, offset=0, query="nothing")
    yield Mutation("a name that is not there", nothing, 200, '"lists":[]')


def _of_list(asked: Asked) -> Iterator[Mutation]:
    bare = asked.url.partition("?")[0]
    for what, query, says in (
        ("a page that is too long", "limit=101", "between 1 and 100"),
        ("a page that is too long with history", "limit=51&propertiesWithHistory=email", "and 50"),
        ("another cursor", "after=x", "Cannot deserialize"),
        ("a limit that is no number", "limit=many", "Cannot deserialize"),
    ):
        yield Mutation(what, replace(asked, url=f"{bare}?{query}"), 400, says)
    archived = replace(asked, url=f"{bare}?archived=True")
    yield Mutation("only archived ones", archived, 200, '"results":[]')


def _of_events(asked: Asked) -> Iterator[Mutation]:
    bare = asked.url.partition("?")[0]
    yield Mutation("events of anything", replace(asked, url=bare), 400, "is required")
    for what, more, says in (
        ("another cursor", "after=x", "Cannot deserialize"),
        ("a moment that is none", "occurredAfter=soon", "Cannot deserialize"),
        ("a type that is not there", "objectType=butterfly", "Unable to infer"),
    ):
        yield Mutation(what, replace(asked, url=f"{asked.url}&{more}"), 400, says)
    other = replace(asked, url=f"{bare}?eventType=e_nothing")
    yield Mutation("an event that never was", other, 200, '"results":[]')


def _of_nothing(_: Asked) -> Iterator[Mutation]:
    yield from ()


_KINDS: tuple[tuple[str, Callable[[Asked], Iterator[Mutation]]], ...] = (
    (r"/lists/search$", _of_lists),
    (r"/objects/contacts/search$", _of_search),
    (r"/objects/contacts/batch/read$", _of_reading),
    (r"/objects/contacts/batch/(create|update)$", _of_writing),
    (r"/associations/\w+/\w+/batch/", _of_links),
    (r"/properties/contacts/batch/create$", _of_definitions),
    (r"/properties/contacts/groups", _of_group),
    (r"/properties/contacts/\w+$", _of_definition),
    (r"/objects/contacts\?", _of_list),
    (r"/event-occurrences/", _of_events),
    (r".", _of_nothing),
)
