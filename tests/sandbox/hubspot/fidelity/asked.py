"""The requests that the recorded answers belong to, put together again for this portal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.sandbox.hubspot.fidelity.recordings import Recorded, Recordings
from tests.sandbox.hubspot.fidelity.world import BARE, FULL, NARROW, World

OBJECTS = "/crm/v3/objects/contacts"
BATCH = f"{OBJECTS}/batch"
SEARCH = f"{OBJECTS}/search"
PROPERTIES = "/crm/v3/properties/contacts"
LINKS = "/crm/v4/associations"
GROUP = "integrationcreatedproperties"
SHOWN = ["company", "email", "firstname", "lastname", "phone", "website"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `knobs` are settings under which it is asked, `fault` what spoils it."""

    method: str
    url: str
    body: Any = None
    token: str = FULL
    knobs: Mapping[str, Any] = field(default_factory=dict)
    fault: str = ""


Pair = tuple[Recorded, Asked]


def pairs(recordings: Recordings, world: World) -> list[Pair]:
    """Every recorded answer with its request, in an order in which they can be asked."""
    told = recordings.answer
    made = {
        "test__batch__create__contacts__success": 201,
        "test__custom__create__2-response-create-property-group": 201,
        "test__custom__create__4-response-batch-create-properties": 201,
        "test__custom__update__3-response-batch-create-properties": 207,
        "test__batch__create__contacts__err-conflict": 409,
        "test__batch__create__contacts__err-partial-success": 207,
        "test__batch__update__contacts__err-partial-success": 207,
        "test__search__contacts__contacts-to-companies": 207,
        "internal__associations__test__err-contact-to-contact": 207,
        "internal__associations__test__contact-to-company-resp": 201,
        "test__metadata-err-schemas-scope": 403,
        "test__batch__create__contacts__err-many-invalid-properties": 400,
        "test__batch__update__contacts__err-duplicate-ids": 400,
        "test__batch__update__contacts__err-many-invalid-properties": 400,
        "test__search__error-invalid-object": 400,
    }
    asked = {
        **_of_records(world),
        **_of_lists_and_links(world),
        **_of_definitions(recordings),
        **_of_the_rest(world, recordings),
    }
    answers: list[Pair] = [(told(name, made.get(name, 200)), one) for name, one in asked.items()]
    return [*answers, *_payloads(recordings), *_errors(recordings, world)]


def _of_records(world: World) -> dict[str, Asked]:
    one, two = world.contacts[:2]
    bad = {"first000name": "x", "last000name": "y"}
    changes = [{"id": one, "properties": {"firstname": "a", "lastname": "b"}}]
    return {
        "test__batch__create__contacts__success": Asked("POST", f"{BATCH}/create", _new("p", "q")),
        "test__batch__create__contacts__err-conflict": Asked("POST", f"{BATCH}/create", _new("p")),
        "test__batch__create__contacts__err-many-invalid-properties": Asked(
            "POST", f"{BATCH}/create", {"inputs": [{"properties": bad}] * 2}
        ),
        "test__batch__create__contacts__err-partial-success": Asked(
            "POST", f"{BATCH}/create", _traced("p", "r")
        ),
        "test__batch__update__contacts__success": Asked(
            "POST",
            f"{BATCH}/update",
            {"inputs": [{**changes[0], "id": each} for each in (one, two)]},
        ),
        "test__batch__update__contacts__err-partial-success": Asked(
            "POST",
            f"{BATCH}/update",
            {"inputs": [*changes, {**changes[0], "id": "unknownIdentifier888"}]},
        ),
        "test__batch__update__contacts__err-duplicate-ids": Asked(
            "POST", f"{BATCH}/update", {"inputs": [{"id": "123456", "properties": {}}] * 2}
        ),
        "test__batch__update__contacts__err-many-invalid-properties": Asked(
            "POST",
            f"{BATCH}/update",
            {"inputs": [{"id": each, "properties": bad} for each in (one, two)]},
        ),
        "test__read__objects-api__contacts-batch": Asked(
            "POST", f"{BATCH}/read", {"inputs": [{"id": one}, {"id": two}]}
        ),
    }


def _of_lists_and_links(world: World) -> dict[str, Asked]:
    one, two = world.contacts[:2]
    return {
        "test__read__objects-api__contacts-response": Asked(
            "GET", f"{OBJECTS}?limit=3&properties=email"
        ),
        "test__search__contacts__1-first-page": Asked(
            "POST", SEARCH, {"limit": 1, "properties": SHOWN}
        ),
        "test__search__contacts__2-second-page": Asked(
            "POST", SEARCH, {"limit": 1, "after": "4", "properties": SHOWN}
        ),
        "test__search__error-invalid-object": Asked(
            "POST", "/crm/v3/objects/butterflies/search", {}
        ),
        "test__search__contacts__contacts-to-companies": Asked(
            "POST",
            f"{LINKS}/contacts/companies/batch/read",
            {"inputs": [{"id": one}, {"id": world.contacts[3]}]},
        ),
        "internal__associations__test__contact-to-company-resp": Asked(
            "POST",
            f"{LINKS}/contacts/companies/batch/create",
            {"inputs": [_link(two, other, 279) for other in world.companies]},
        ),
        "internal__associations__test__err-contact-to-contact": Asked(
            "POST",
            f"{LINKS}/contacts/contacts/batch/create",
            {"inputs": [_link(one, "unknown_id_123456798", 449), _link(one, one, 449)]},
        ),
    }


def _of_definitions(recordings: Recordings) -> dict[str, Asked]:
    sent = recordings.payload
    create, update = "test__custom__create__", "test__custom__update__"
    return {
        f"{create}2-response-create-property-group": Asked(
            "POST", f"{PROPERTIES}/groups", sent(f"{create}1-payload-create-property-group")
        ),
        f"{create}4-response-batch-create-properties": Asked(
            "POST", f"{PROPERTIES}/batch/create", sent(f"{create}3-payload-batch-create-properties")
        ),
        f"{update}1-read-property-group": Asked("GET", f"{PROPERTIES}/groups/{GROUP}"),
        f"{update}3-response-batch-create-properties": Asked(
            "POST", f"{PROPERTIES}/batch/create", sent(f"{update}2-payload-batch-create-properties")
        ),
        f"{update}5-response-update-property-age": Asked(
            "PATCH", f"{PROPERTIES}/age__c", sent(f"{update}4-payload-update-property-age")
        ),
        f"{update}7-response-update-property-interests": Asked(
            "PATCH",
            f"{PROPERTIES}/interests__c",
            sent(f"{update}6-payload-update-property-interests"),
        ),
        "test__metadata-contacts-properties-sampled": Asked("GET", PROPERTIES),
        "test__metadata-deals-properties-sampled": Asked("GET", "/crm/v3/properties/deals"),
        "internal__associations__test__contacts-schema-resp": Asked(
            "GET", "/crm-object-schemas/v3/schemas/contacts"
        ),
        "test__metadata-err-schemas-scope": Asked(
            "GET", "/crm-object-schemas/v3/schemas", token=NARROW
        ),
    }


def _of_the_rest(world: World, recordings: Recordings) -> dict[str, Asked]:
    events = "/events/event-occurrences/2026-03/"
    lists = "/crm/v3/lists/search"
    sent = recordings.payload("test__read-via-search__contacts-payload")
    return {
        "test__metadata-contacts-external-pipelines": Asked("GET", "/crm/v3/pipelines/contacts"),
        "test__metadata-deals-external-pipelines": Asked("GET", "/crm/v3/pipelines/deals"),
        "test__post-auth__account-info": Asked("GET", "/account-info/v3/details"),
        "test__read-lists-1-first-page": Asked("POST", lists, {"offset": 0, "count": 2}),
        "test__read-lists-2-second-page": Asked("POST", lists, {"offset": 2, "count": 2}),
        "test__read-via-search__contacts-response": Asked(
            "POST", SEARCH, {**sent, "properties": SHOWN}
        ),
        "test__read__events__e_deal_closed": Asked(
            "GET", f"{events}?eventType=e_deal_closed&limit=1"
        ),
        "test__read__events__e_visited_page": Asked("GET", f"{events}?eventType=e_visited_page"),
    }


def _payloads(recordings: Recordings) -> list[Pair]:
    """Recorded searches without their answers: what a search answers is known from elsewhere."""
    answer = recordings.files["test__read-via-search__contacts-response"]
    found = []
    for name in ("since", "until", "since-until"):
        whole = f"test__read__objects-api__contacts-req-payload-{name}"
        sent = {**recordings.payload(whole), "properties": SHOWN}
        found.append((Recorded(whole, 200, answer), Asked("POST", SEARCH, sent)))
    return found


def _errors(recordings: Recordings, world: World) -> list[Pair]:
    """The error bodies, by the order of their lines."""
    asked = {**_refused(world), **_half_refused(world), **_limited_and_spoilt()}
    assert sorted(asked) == list(range(1, len(recordings.errors) + 1))
    return [(recordings.error(number), asked[number]) for number in sorted(asked)]


def _refused(world: World) -> dict[int, Asked]:
    def update(body: Any, kind: str = "contacts") -> Asked:
        return Asked("POST", f"/crm/v3/objects/{kind}/batch/update", {"inputs": [body]})

    one, company = world.contacts[0], world.companies[0]
    by_domain = {"id": "a.example", "idProperty": "domain", "properties": {}}
    group = {"filters": [{"propertyName": "email", "operator": "HAS_PROPERTY"}]}
    age = {"name": "age__c", "label": "Age", "type": "number", "fieldType": "number"}
    return {
        1: Asked("GET", OBJECTS, token=""),
        2: Asked("GET", OBJECTS, token=world.expired),
        3: Asked("GET", "/crm-object-schemas/v3/schemas", token=NARROW),
        4: Asked("GET", OBJECTS, token=BARE),
        5: Asked("GET", f"{OBJECTS}/1"),
        6: Asked("GET", "/crm/v3/owners/1"),
        7: Asked("GET", "/crm/v3/objects/butterflies"),
        8: update({"id": one, "properties": {"first000name": "x"}}),
        9: update({"id": company, "properties": {"industry": "X"}}, "companies"),
        10: update({"id": company, "properties": {"annualrevenue": "much"}}, "companies"),
        11: Asked("POST", f"{BATCH}/update", {"inputs": [{"id": "123456", "properties": {}}] * 2}),
        12: update(by_domain, "companies"),
        13: Asked(
            "POST",
            f"{BATCH}/read",
            {"inputs": [{"id": str(n)} for n in range(51)], "propertiesWithHistory": ["email"]},
        ),
        14: Asked("POST", SEARCH, {"filterGroups": [group] * 6}),
        15: Asked("POST", SEARCH, {"limit": 200, "after": "9900"}),
        16: Asked("POST", SEARCH, {"after": "bzE="}),
        17: Asked("POST", OBJECTS, {"properties": {"email": "c0@example.jp"}}),
        18: Asked("POST", PROPERTIES, {**age, "groupName": GROUP}),
    }


def _half_refused(world: World) -> dict[int, Asked]:
    one = world.contacts[0]
    age = {"name": "age__c", "label": "Age", "type": "number", "fieldType": "number"}
    gone = {"id": "unknownIdentifier888", "properties": {}}
    nobody = {"inputs": [{"id": one}, {"id": world.contacts[3]}]}
    pairs_ = [_link(one, "unknown_id_123456798", 449), _link(one, one, 449)]
    return {
        19: Asked("POST", f"{PROPERTIES}/batch/create", {"inputs": [{**age, "groupName": GROUP}]}),
        20: Asked("POST", f"{BATCH}/update", {"inputs": [{"id": one, "properties": {}}, gone]}),
        21: Asked("POST", f"{BATCH}/create", _traced("c0", "s")),
        22: Asked("POST", f"{LINKS}/contacts/companies/batch/read", nobody),
        23: Asked("POST", f"{LINKS}/contacts/contacts/batch/create", {"inputs": pairs_}),
    }


def _limited_and_spoilt() -> dict[int, Asked]:
    faults = {
        25: "hubspot_locked",
        29: "hubspot_edge",
        30: "hubspot_moving",
        31: "hubspot_bad_gateway",
        32: "hubspot_unavailable",
        33: "hubspot_gateway_timeout",
        34: "hubspot_no_answer",
    }
    names = ",".join(f"property_{n:04d}" for n in range(1500))
    return {
        24: Asked("GET", f"{OBJECTS}?properties={names}"),
        26: Asked("GET", OBJECTS, knobs={"calls_per_ten_seconds": 1}),
        27: Asked("GET", OBJECTS, knobs={"calls_per_day": 1}),
        28: Asked("POST", SEARCH, {}, knobs={"searches_per_second": 1}),
        **{number: Asked("GET", OBJECTS, fault=name) for number, name in faults.items()},
    }


def _new(*names: str) -> dict[str, Any]:
    told = [{"email": f"{one}@example.jp", "firstname": one, "lastname": "x"} for one in names]
    return {"inputs": [{"properties": one} for one in told]}


def _traced(*names: str) -> dict[str, Any]:
    inputs = _new(*names)["inputs"]
    return {"inputs": [{**one, "objectWriteTraceId": str(n)} for n, one in enumerate(inputs)]}


def _link(one: str, other: str, type_id: int) -> dict[str, Any]:
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}]
    return {"from": {"id": one}, "to": {"id": other}, "types": types}
