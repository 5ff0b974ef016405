"""Where HubSpot is not certain, the portal can be either way."""

import orjson
import pytest

from sandbox.faults import ACTIONS, spoil
from sandbox.hubspot.knobs import RetryAfter
from sandbox.hubspot.mishaps import MISHAPS
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.tokens import RUNNING_SCOPES, SETUP_TOKEN
from tests.sandbox.hubspot.calling import Api

CONTACTS = "/crm/v3/objects/contacts"


@pytest.mark.parametrize(
    ("unit", "header"),
    [(RetryAfter.NOTHING, None), (RetryAfter.SECONDS, "10"), (RetryAfter.MILLISECONDS, "10000")],
)
def test_a_full_window_says_when_to_come_back_in_either_unit(
    api: Api, portal: Portal, unit: RetryAfter, header: str | None
) -> None:
    portal.knobs.retry_after = unit
    portal.knobs.calls_per_ten_seconds = portal.knobs.searches_per_second = 1

    replies = [api.get(CONTACTS) for _ in range(2)]
    searches = [api.search("contacts") for _ in range(2)]

    assert replies[1].headers.get("Retry-After") == header
    one_second = None if header is None else header.removesuffix("0")
    assert searches[1].headers.get("Retry-After") == one_second


@pytest.mark.parametrize(("honoured", "status"), [(True, 207), (False, 400)])
def test_updates_may_go_without_trace_ids_where_creations_have_them(
    api: Api, portal: Portal, *, honoured: bool, status: int
) -> None:
    portal.knobs.updates_honour_trace_ids = honoured
    record = portal.create("contacts", {})
    changes = [
        {"id": record, "properties": {"city": "Kobe"}, "objectWriteTraceId": "1"},
        {"id": portal.create("contacts", {}), "properties": {"x": 1}, "objectWriteTraceId": "2"},
    ]

    updated = api.post(f"{CONTACTS}/batch/update", {"inputs": changes})
    bare = [{"objectWriteTraceId": one["objectWriteTraceId"]} | _new(one) for one in changes]
    created = api.post(f"{CONTACTS}/batch/create", {"inputs": bare})

    assert (updated.status, created.status) == (status, 207)
    assert portal.get("contacts", record).get("city") == ("Kobe" if honoured else None)


def _new(change: dict[str, object]) -> dict[str, object]:
    return {"properties": change["properties"]}


@pytest.mark.parametrize(("version", "status"), [("2026-03", 207), ("2026-09", 200)])
def test_the_newest_version_folds_refusals_into_its_answer(
    api: Api, version: str, status: int
) -> None:
    reply = api.post(f"/crm/objects/{version}/contacts/batch/read", {"inputs": [{"id": "1"}]})

    assert (reply.status, reply.body["numErrors"]) == (status, 1)


@pytest.mark.parametrize("in_context", [False, True])
def test_missing_scopes_stand_among_the_errors_or_at_the_top(
    api: Api, portal: Portal, *, in_context: bool
) -> None:
    portal.knobs.scopes_in_context = in_context

    body = api.get("/crm/v3/objects/leads").body

    holder = body if in_context else body["errors"][0]
    assert holder["context"]["requiredGranularScopes"] == ["crm.objects.leads.read"]
    assert ("errors" in body) is not in_context


@pytest.mark.parametrize(("needs", "status"), [(False, 201), (True, 400)])
def test_a_bool_property_may_need_its_options(
    api: Api, portal: Portal, *, needs: bool, status: int
) -> None:
    portal.knobs.bool_needs_options = needs
    told = {"label": "x", "type": "bool", "fieldType": "booleancheckbox"}
    told |= {"name": "ready", "groupName": "contactinformation"}
    options = [{"label": one, "value": one} for one in ("true", "false")]
    url = "/crm/v3/properties/contacts"

    assert api.post(url, told, token=SETUP_TOKEN).status == status
    full = {**told, "name": "set", "options": options}
    assert api.post(url, full, token=SETUP_TOKEN).status == 201


@pytest.mark.parametrize(("allowed", "status"), [(False, 403), (True, 201)])
def test_the_definitions_of_leads_may_be_open_to_the_api(
    api: Api, portal: Portal, *, allowed: bool, status: int
) -> None:
    portal.knobs.has_leads = True
    portal.knobs.lead_definitions_by_api = allowed
    told = {"label": "x", "type": "number", "fieldType": "number"}
    told |= {"name": "score", "groupName": "leadinformation"}

    assert api.post("/crm/v3/properties/leads", told, token=SETUP_TOKEN).status == status


@pytest.mark.parametrize(("beyond", "status"), [(False, 400), (True, 200)])
def test_the_last_page_of_a_search_may_reach_over_the_cap(
    api: Api, portal: Portal, *, beyond: bool, status: int
) -> None:
    portal.knobs.page_may_end_beyond = beyond

    assert api.search("contacts", after="9950", limit=100).status == status
    assert api.search("contacts", after="10000", limit=100).status == 400


@pytest.mark.parametrize("as_text", [False, True])
def test_a_search_by_id_may_sort_them_as_text(api: Api, portal: Portal, *, as_text: bool) -> None:
    portal.knobs.ids_sort_as_text = as_text
    portal.knobs.index_lag_seconds = 0
    ids = [portal.create("contacts", {}) for _ in range(200)]
    by_id = [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]

    found = api.search("contacts", sorts=by_id, limit=200).body["results"]

    assert [one["id"] for one in found] == (sorted(ids) if as_text else ids)
    assert sorted(ids) != ids


def test_how_many_filters_a_search_takes_can_be_set(api: Api, portal: Portal) -> None:
    group = {"filters": [{"propertyName": "email", "operator": "HAS_PROPERTY"}]}
    six = {"filterGroups": [group] * 6}

    assert api.search("contacts", **six).status == 400
    portal.knobs.filter_groups = 6
    assert api.search("contacts", **six).status == 200


def test_pages_may_come_empty_and_still_lead_on(api: Api, portal: Portal) -> None:
    portal.knobs.empty_pages = True
    ids = [portal.create("contacts", {}) for _ in range(5)]

    pages, after = [], ""
    while True:
        body = api.get(f"{CONTACTS}?limit=2{after and f'&after={after}'}").body
        pages.append([one["id"] for one in body["results"]])
        if "paging" not in body:
            break
        after = body["paging"]["next"]["after"]

    assert pages == [ids[:2], [], ids[2:4], [], ids[4:]]


def test_a_token_may_be_ended(api: Api, portal: Portal) -> None:
    value = "pat-na1-5a4db0c5-0000-4000-8000-0000000000bb"
    portal.tokens.add(value, RUNNING_SCOPES)
    portal.tokens.revoke(value)

    assert api.get(CONTACTS, token=value).body["category"] == "INVALID_AUTHENTICATION"


@pytest.mark.parametrize("name", sorted(MISHAPS))
def test_every_mishap_spoils_an_answer_as_hubspot_does(name: str) -> None:
    answer = spoil(ACTIONS[name], None)

    told = orjson.loads(answer.body) if "json" in answer.headers["Content-Type"] else {}

    assert answer.status in {401, 403, 414, 423, 429, 477, 502, 503, 504, 524}
    assert told.get("status", "error") == "error"
    assert ("Retry-After" in answer.headers) is (answer.status == 477)
    assert ("X-HubSpot-Correlation-Id" in answer.headers) is bool(told)


@pytest.mark.parametrize("renews", [False, True])
def test_a_merge_may_keep_the_primary_id_or_make_a_new_one(
    api: Api, portal: Portal, *, renews: bool
) -> None:
    portal.knobs.merge_makes_new_id = renews
    first, second = (portal.create("contacts", {}) for _ in range(2))
    told = {"primaryObjectId": first, "objectIdToMerge": second}

    kept = api.post(f"{CONTACTS}/merge", told).body["id"]

    assert (kept == first) is not renews
    assert api.get(f"{CONTACTS}/{second}").body["id"] == kept
    change = {"id": second, "properties": {"city": "Kobe"}}
    late = api.post(f"{CONTACTS}/batch/update", {"inputs": [change]})
    assert (late.status, late.body["errors"][0]["context"]) == (207, {"ids": [second]})


def test_an_app_has_fewer_calls_than_a_service_key_and_no_day(api: Api, portal: Portal) -> None:
    app = portal.tokens.add_app("4711", "s3cret", "r1", RUNNING_SCOPES)
    token = portal.tokens.issue(app, portal.clock.now(), 1800).value
    portal.knobs.calls_per_day = 1

    replies = [api.get(CONTACTS, token=token) for _ in range(111)]

    assert replies[0].headers["X-HubSpot-RateLimit-Max"] == "110"
    assert [one.status for one in replies] == [200] * 110 + [429]
    assert api.get(CONTACTS).status == 200


@pytest.mark.parametrize(("own", "statuses"), [(0, [429, 429]), (2, [200, 200])])
def test_associations_may_have_a_window_of_their_own(
    api: Api, portal: Portal, *, own: int, statuses: list[int]
) -> None:
    contact = portal.create("contacts", {})
    portal.knobs.calls_per_ten_seconds, portal.knobs.link_calls_per_ten_seconds = 1, own
    url = f"/crm/v4/objects/contacts/{contact}/associations/deals"
    api.get(CONTACTS)

    assert [api.get(url).status for _ in range(2)] == statuses
    assert api.get(url).body["policyName"] == "TEN_SECONDLY_ROLLING"
