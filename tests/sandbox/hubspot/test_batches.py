"""Records in batches: limits, whole refusals, partial answers."""

import pytest

from sandbox.clock import SandboxClock
from sandbox.hubspot.portal import Portal
from sandbox.ledger import Ledger
from tests.sandbox.hubspot.calling import Api, Reply

CONTACTS = "/crm/v3/objects/contacts/batch"


def change(record: str, trace: str = "", **properties: object) -> dict[str, object]:
    traced = {"objectWriteTraceId": trace} if trace else {}
    return {"id": record, "properties": properties, **traced}


def update(api: Api, *inputs: dict[str, object], kind: str = "contacts") -> Reply:
    return api.post(f"/crm/v3/objects/{kind}/batch/update", {"inputs": list(inputs)})


def test_reading_answers_live_values_and_names_what_is_gone(api: Api, portal: Portal) -> None:
    kept, gone = (portal.create("contacts", {"city": "Kobe"}) for _ in range(2))
    portal.archive("contacts", gone)
    inputs = [{"id": one} for one in (gone, "abc", kept)]

    reply = api.post(f"{CONTACTS}/read", {"inputs": inputs, "properties": ["city"]})

    assert reply.status == 207
    assert reply.body["status"] == "COMPLETE"
    (one,) = reply.body["results"]
    assert (one["id"], one["properties"]["city"]) == (kept, "Kobe")
    assert reply.body["numErrors"] == 1
    (error,) = reply.body["errors"]
    assert error["category"] == "OBJECT_NOT_FOUND"
    assert error["message"].startswith("Could not get some CONTACT objects")
    assert error["context"] == {"ids": [gone, "abc"]}


def test_old_ids_of_merged_records_are_not_found_in_batches(api: Api, portal: Portal) -> None:
    one, other = (portal.create("contacts", {}) for _ in range(2))
    portal.merge("contacts", one, other)

    reply = update(api, change(one, city="Kobe"))

    assert (reply.status, reply.body["results"]) == (207, [])


def test_records_can_be_read_by_a_unique_property(api: Api, portal: Portal) -> None:
    record = portal.create("contacts", {"email": "a@example.jp"})
    body = {"inputs": [{"id": "a@example.jp"}], "properties": ["email"], "idProperty": "email"}

    assert [one["id"] for one in api.post(f"{CONTACTS}/read", body).body["results"]] == [record]


def test_histories_come_for_fifty_at_most(api: Api, portal: Portal) -> None:
    ids = [{"id": portal.create("contacts", {"city": "Kobe"})} for _ in range(51)]
    body = {"properties": [], "propertiesWithHistory": ["city"]}

    refused = api.post(f"{CONTACTS}/read", {**body, "inputs": ids})
    taken = api.post(f"{CONTACTS}/read", {**body, "inputs": ids[:50]})

    assert "batch request for property histories is 50" in refused.body["message"]
    assert taken.body["results"][0]["propertiesWithHistory"]["city"][0]["value"] == "Kobe"


def test_writing_changes_what_it_names(api: Api, portal: Portal, clock: SandboxClock) -> None:
    ids = [portal.create("contacts", {"city": "Kobe", "zip": "650"}) for _ in range(3)]
    clock.advance(60)

    reply = update(api, *(change(one, city="Osaka") for one in reversed(ids)))

    assert reply.status == 200
    assert "errors" not in reply.body
    assert [one["id"] for one in reply.body["results"]] == ids
    assert {one["updatedAt"] for one in reply.body["results"]} == {"2026-11-02T00:01:00Z"}
    assert [portal.get("contacts", one)["zip"] for one in ids] == ["650"] * 3


def test_more_than_a_hundred_are_refused(api: Api, portal: Portal) -> None:
    ids = [portal.create("contacts", {}) for _ in range(101)]

    assert update(api, *(change(one, city="Kobe") for one in ids)).status == 400
    assert update(api, *(change(one, city="Kobe") for one in ids[1:])).status == 200


def test_an_empty_batch_is_refused(api: Api) -> None:
    assert "[inputs]" in update(api).body["message"]


@pytest.mark.parametrize("operation", ["read", "update"])
def test_an_id_twice_refuses_everything_even_with_traces(
    api: Api, portal: Portal, operation: str
) -> None:
    record, other = (portal.create("contacts", {}) for _ in range(2))
    inputs = [change(record, "1", city="Kobe"), change(other, "2"), change(record, "3")]

    reply = api.post(f"{CONTACTS}/{operation}", {"inputs": inputs, "properties": []})

    assert reply.status == 400
    said = f"Duplicate IDs found in batch input: [{record}]. IDs must be unique"
    assert reply.body["message"] == said
    assert reply.body["context"] == {"ids": [record]}
    assert "city" not in portal.get("contacts", record)


def test_an_unknown_id_does_not_stop_the_others(api: Api, portal: Portal) -> None:
    record = portal.create("contacts", {})

    reply = update(api, change("unknown888", city="Kobe"), change(record, city="Kobe"))

    assert reply.status == 207
    assert reply.body["errors"][0]["context"] == {"ids": ["unknown888"]}
    assert portal.get("contacts", record)["city"] == "Kobe"


def test_without_traces_one_bad_value_stops_the_whole_batch(
    api: Api, portal: Portal, ledger: Ledger
) -> None:
    ids = [portal.create("contacts", {}) for _ in range(3)]
    before = ledger.last_change()

    reply = update(
        api,
        change(ids[0], city="Kobe"),
        change(ids[1], nothing="1"),
        change(ids[2], nothing="2", numemployees="7"),
    )

    assert reply.status == 400
    assert [one["code"] for one in reply.body["errors"]] == [
        "PROPERTY_DOESNT_EXIST",
        "PROPERTY_DOESNT_EXIST",
        "INVALID_OPTION",
    ]
    assert ledger.changes(since=before) == ()


def test_with_traces_one_bad_value_stands_beside_what_was_written(api: Api, portal: Portal) -> None:
    good, bad = (portal.create("contacts", {}) for _ in range(2))

    reply = update(api, change(good, "t-0", city="Kobe"), change(bad, "t-1", numemployees="7"))

    assert reply.status == 207
    assert [one["objectWriteTraceId"] for one in reply.body["results"]] == ["t-0"]
    (error,) = reply.body["errors"]
    assert error["context"]["objectWriteTraceId"] == ["t-1"]
    assert error["category"] == "VALIDATION_ERROR"
    assert portal.get("contacts", good)["city"] == "Kobe"


@pytest.mark.parametrize("traces", [("a", "a"), ("a", "")], ids=["the same", "one missing"])
def test_traces_count_only_when_every_input_has_its_own(
    api: Api, portal: Portal, traces: tuple[str, str]
) -> None:
    good, bad = (portal.create("contacts", {}) for _ in range(2))

    reply = update(api, change(good, traces[0], city="Kobe"), change(bad, traces[1], x="7"))

    assert reply.status == 400
    assert "city" not in portal.get("contacts", good)


def test_a_portal_may_not_honour_traces(api: Api, portal: Portal) -> None:
    portal.knobs.honours_trace_ids = False
    good, bad = (portal.create("contacts", {}) for _ in range(2))

    assert update(api, change(good, "1", city="Kobe"), change(bad, "2", x="7")).status == 400


def test_writing_by_a_property_that_is_not_unique_is_refused(api: Api, portal: Portal) -> None:
    portal.create("companies", {"domain": "example.jp"})
    body = {**change("example.jp", name="x"), "idProperty": "domain"}

    reply = update(api, body, kind="companies")

    said = "Unable to perform update/upsert by non-unique 0-2 property domain"
    assert (reply.status, reply.body["message"]) == (400, said)


def test_contacts_are_not_updated_by_address_but_upserted(api: Api, portal: Portal) -> None:
    portal.create("contacts", {"email": "a@example.jp"})
    body = {**change("a@example.jp", city="Kobe"), "idProperty": "email"}

    assert update(api, body).status == 400
    assert api.post(f"{CONTACTS}/upsert", {"inputs": [body]}).status == 200


def test_a_property_of_ones_own_can_be_the_key(api: Api, portal: Portal) -> None:
    portal.define_property("companies", "erp_number", has_unique_value=True)
    record = portal.create("companies", {"erp_number": "K-1"})
    body = {**change("K-1", name="x"), "idProperty": "erp_number"}

    assert update(api, body, kind="companies").body["results"][0]["id"] == record


def test_a_unique_value_is_given_once(api: Api, portal: Portal) -> None:
    portal.define_property("companies", "erp_number", has_unique_value=True)
    portal.create("companies", {"erp_number": "K-1"})
    other = portal.create("companies", {})

    reply = update(api, change(other, erp_number="K-1"), kind="companies")

    assert reply.body["errors"][0]["code"] == "CONFLICTING_UNIQUE_VALUE"


def test_creating_many_reports_each_conflict(api: Api, portal: Portal) -> None:
    portal.create("contacts", {"email": "a@example.jp"})
    inputs = [
        {"properties": {"email": f"{one}@example.jp"}, "objectWriteTraceId": str(number)}
        for number, one in enumerate("abcb")
    ]

    reply = api.post(f"{CONTACTS}/create", {"inputs": inputs})

    assert reply.status == 207
    assert [one["objectWriteTraceId"] for one in reply.body["results"]] == ["1", "2"]
    assert reply.body["numErrors"] == 2
    assert [one["context"]["objectWriteTraceId"] for one in reply.body["errors"]] == [["0"], ["3"]]
    assert {one["category"] for one in reply.body["errors"]} == {"CONFLICT"}


def test_creating_many_without_traces_is_all_or_nothing(api: Api, portal: Portal) -> None:
    inputs = [{"properties": {"email": f"{one}@example.jp"}} for one in "aba"]

    refused = api.post(f"{CONTACTS}/create", {"inputs": inputs})
    taken = api.post(f"{CONTACTS}/create", {"inputs": inputs[:2]})

    assert (refused.status, taken.status) == (409, 201)
    assert len(portal.rows("contacts")) == 2


def test_upserting_says_which_are_new(api: Api, portal: Portal) -> None:
    record = portal.create("contacts", {"email": "a@example.jp"})
    inputs = [{**change(f"{one}@example.jp", city="Kobe"), "idProperty": "email"} for one in "ba"]

    reply = api.post(f"{CONTACTS}/upsert", {"inputs": inputs})

    assert reply.status == 200
    assert [(one["id"] == record, one["new"]) for one in reply.body["results"]] == [
        (True, False),
        (False, True),
    ]


@pytest.mark.parametrize(("kind", "name"), [("companies", "domain"), ("contacts", "hs_object_id")])
def test_upserting_by_what_is_not_unique_is_refused(api: Api, kind: str, name: str) -> None:
    body = {"inputs": [{**change("x"), "idProperty": name}]}

    reply = api.post(f"/crm/v3/objects/{kind}/batch/upsert", body)

    assert "Unable to perform update/upsert by non-unique" in reply.body["message"]


def test_leads_cannot_be_upserted(api: Api, portal: Portal) -> None:
    portal.knobs.has_leads = True
    body = {"inputs": [{**change("x"), "idProperty": "hs_lead_name"}]}

    assert api.post("/crm/v3/objects/leads/batch/upsert", body).status == 400


def test_archiving_many_answers_nothing(api: Api, portal: Portal) -> None:
    record = portal.create("contacts", {})

    reply = api.post(f"{CONTACTS}/archive", {"inputs": [{"id": record}, {"id": "7"}]})

    assert (reply.status, portal.rows("contacts")) == (204, [])


def test_writing_the_same_again_moves_no_date(
    api: Api, portal: Portal, clock: SandboxClock
) -> None:
    record = portal.create("contacts", {})
    update(api, change(record, city="Kobe"))
    clock.advance(60)

    (one,) = update(api, change(record, city="Kobe")).body["results"]

    assert one["updatedAt"].startswith("2026-11-02T00:00:0")


def test_archived_records_can_be_asked_for(api: Api, portal: Portal) -> None:
    kept, gone = (portal.create("contacts", {}) for _ in range(2))
    portal.archive("contacts", gone)
    body = {"inputs": [{"id": kept}, {"id": gone}], "properties": []}

    reply = api.post(f"{CONTACTS}/read?archived=true", body)

    assert [(one["id"], one["archived"]) for one in reply.body["results"]] == [(gone, True)]
    assert reply.body["errors"][0]["context"] == {"ids": [kept]}
