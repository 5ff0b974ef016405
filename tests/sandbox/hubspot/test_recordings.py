"""The portal's answers beside live recordings: the same fields of the same kinds."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.hubspot.portal import Portal
from sandbox.hubspot.tokens import SETUP_TOKEN
from tests.sandbox.hubspot.calling import Api

Answer = Callable[[Api, Portal], Any]


def form(value: Any, path: str = "") -> set[tuple[str, str]]:
    """Every field of a body and the kind of its value; the entries of a list lie on each other.

    Values of records differ from portal to portal, so what stands below `properties` is text.
    """
    if isinstance(value, dict) and not path.endswith("properties"):
        below = [form(one, f"{path}.{name}") for name, one in value.items()]
        return {(path, "object")}.union(*below)
    if isinstance(value, list):
        return {(path, "list")}.union(*(form(one, f"{path}[]") for one in value))
    kind = "none" if value is None else type(value).__name__
    return {(path, kind)}


def _contact(portal: Portal, clock_seconds: float = 10, **values: object) -> str:
    record = portal.create("contacts", values)
    portal.clock.advance(clock_seconds)
    return record


def _search(api: Api, portal: Portal) -> Any:
    for _ in range(2):
        _contact(portal, company="x")
    return api.search("contacts", limit=1, properties=["company", "phone"]).body


def _batch_update(api: Api, portal: Portal) -> Any:
    inputs = [{"id": one, "properties": {}} for one in (_contact(portal), "unknown1")]
    return api.post("/crm/v3/objects/contacts/batch/update", {"inputs": inputs}).body


def _batch_create(api: Api, portal: Portal) -> Any:
    _contact(portal, email="a@example.jp")
    inputs = [
        {"properties": {"email": f"{one}@example.jp"}, "objectWriteTraceId": one} for one in "ab"
    ]
    return api.post("/crm/v3/objects/contacts/batch/create", {"inputs": inputs}).body


def _duplicates(api: Api, portal: Portal) -> Any:
    inputs = [{"id": "123456", "properties": {}}] * 2
    return api.post("/crm/v3/objects/contacts/batch/update", {"inputs": inputs}).body


def _bad_values(api: Api, portal: Portal) -> Any:
    inputs = [{"id": _contact(portal), "properties": {"first000name": "x"}}]
    return api.post("/crm/v3/objects/contacts/batch/update", {"inputs": inputs}).body


def _bad_type(api: Api, portal: Portal) -> Any:
    return api.search("butterflies").body


def _links(api: Api, portal: Portal) -> Any:
    contact, company = _contact(portal), portal.create("companies", {})
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 279}]
    inputs = [{"from": {"id": contact}, "to": {"id": company}, "types": types}]
    return api.post("/crm/v4/associations/contacts/companies/batch/create", {"inputs": inputs}).body


def _account(api: Api, portal: Portal) -> Any:
    return api.get("/account-info/v3/details").body


def _pipelines(api: Api, portal: Portal) -> Any:
    return api.get("/crm/v3/pipelines/deals").body


def _property(api: Api, portal: Portal) -> Any:
    portal.define_property("contacts", "interests__c", type="enumeration", options=["art"])
    url = "/crm/v3/properties/contacts/interests__c"
    return api.ask("PATCH", url, {"description": "x"}, token=SETUP_TOKEN).body


@pytest.mark.parametrize(
    ("recording", "answer"),
    [
        ("search__contacts__1-first-page", _search),
        ("batch__update__contacts__err-partial-success", _batch_update),
        ("batch__create__contacts__err-partial-success", _batch_create),
        ("batch__update__contacts__err-duplicate-ids", _duplicates),
        ("batch__update__contacts__err-many-invalid-properties", _bad_values),
        ("search__error-invalid-object", _bad_type),
        ("post-auth__account-info", _account),
        ("metadata-deals-external-pipelines", _pipelines),
        ("custom__update__7-response-update-property-interests", _property),
    ],
)
def test_an_answer_has_the_form_of_the_recorded_one(
    api: Api, portal: Portal, shared: Path, recording: str, answer: Answer
) -> None:
    path = shared / "recordings" / "hubspot" / "amp-labs" / f"test__{recording}.json"
    recorded = form(json.loads(path.read_text(encoding="utf-8")))

    ours = form(answer(api, portal))

    # Who made it is unknown for what a test defined; a written trace id is echoed.
    extra = {".createdUserId", ".updatedUserId", ".results[].objectWriteTraceId"}
    assert {one for one in recorded - ours if one[0] not in extra} == set()
    assert {one for one in ours - recorded if one[0] not in extra} == set()


def test_association_answers_have_the_form_of_the_recorded_ones(
    api: Api, portal: Portal, shared: Path
) -> None:
    folder = shared / "recordings" / "hubspot" / "amp-labs"
    path = folder / "internal__associations__test__contact-to-company-resp.json"

    assert form(json.loads(path.read_text(encoding="utf-8"))) <= form(_links(api, portal))


@pytest.mark.parametrize("kind", ["contacts", "deals"])
def test_native_properties_are_of_the_recorded_kinds(api: Api, shared: Path, kind: str) -> None:
    folder = shared / "recordings" / "hubspot" / "amp-labs"
    path = folder / f"test__metadata-{kind}-properties-sampled.json"
    recorded = {one["name"]: one for one in json.loads(path.read_text("utf-8"))["results"]}
    ours = {one["name"]: one for one in api.get(f"/crm/v3/properties/{kind}").body["results"]}

    both = recorded.keys() & ours.keys()

    assert both
    for name in both:
        assert (ours[name]["type"], ours[name]["fieldType"]) == (
            recorded[name]["type"],
            recorded[name]["fieldType"],
        )


def test_every_recorded_error_has_a_category_only_where_ours_has(
    api: Api, portal: Portal, shared: Path
) -> None:
    lines = (shared / "recordings" / "hubspot" / "error_bodies.jsonl").read_text("utf-8")
    recorded = [json.loads(line) for line in lines.splitlines()]
    bodies = {one["where"]: one["body"] for one in recorded}
    portal.knobs.calls_per_ten_seconds = 1
    portal.knobs.searches_per_second = 1

    first = api.get("/crm/v3/objects/contacts", token="")
    gone = api.get("/crm/v3/objects/contacts/1")
    burst = api.get("/crm/v3/objects/contacts/1")
    searches = [api.search("contacts") for _ in range(2)]

    ours = {
        "any, no/garbled Authorization": first.body,
        "GET /crm/v3/objects/{type}/{id}": gone.body,
        "burst": burst.body,
        "search": searches[1].body,
    }
    for where, body in ours.items():
        assert body.keys() == bodies[where].keys(), where
        assert body["message"] == bodies[where]["message"], where
