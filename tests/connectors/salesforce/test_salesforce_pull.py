"""What a pull brings from an org where time, people and transactions do as they like."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bbm_core.records import (
    FieldRole,
    Outcome,
    Page,
    RecordKind,
    RecordRef,
    StatusEntry,
    Watermark,
    Write,
)
from connectors.contract import KindReading, Reading
from connectors.errors import ConfigError, MalformedAnswer, MissingPermission, Unavailable
from connectors.salesforce import soql
from connectors.salesforce.connector import SalesforceConnector
from sandbox.faults import Action, Fault
from tests.connectors.salesforce.org_world import SalesforceWorld

LEAD, DEAL = RecordKind.LEAD, RecordKind.OPPORTUNITY
ACCOUNT, CONTACT = RecordKind.ACCOUNT, RecordKind.CONTACT


@pytest.fixture
def connector(world: SalesforceWorld) -> SalesforceConnector:
    """Reads attributes alone, so that no fields have to be made."""
    return world.connector(roles=())


def pull(
    connector: SalesforceConnector, kind: RecordKind = LEAD, since: Watermark | None = None
) -> list[Page]:
    return list(connector.pull(kind, since))


def refs(pages: list[Page]) -> list[RecordRef]:
    return [record.ref for page in pages for record in page.records]


def one(connector: SalesforceConnector, ref: RecordRef) -> Any:
    return next(r for page in pull(connector, ref.kind) for r in page.records if r.ref == ref)


def say(world: SalesforceWorld, rows: list[dict[str, Any]], **more: Any) -> None:
    body = {"records": rows, "totalSize": len(rows), "done": True, **more}
    action = Action(status=200, body=json.dumps(body))
    changes = {"path_contains": "/query", "query_contains": "SELECT Id"}
    world.sandbox.faults.add(Fault(action=action, **changes))


# Time


def test_records_come_in_the_order_of_their_changes(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    created = []
    for _ in range(15):
        created.append(world.create(LEAD, "Software"))
        world.wait(3)
    world.update(created[2], Title="CTO")
    world.settle()

    order = [*created[:2], *created[3:], created[2]]
    assert refs(pull(connector)) == order


def test_what_is_too_young_is_left_to_settle(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    old = world.create(LEAD, "Software")
    world.wait(60)
    young = world.create(LEAD, "Software")
    world.wait(10)

    first = pull(connector)
    world.wait(30)
    later = pull(connector, since=first[-1].watermark)

    assert refs(first) == [old]
    assert young in refs(later)


def test_a_long_transaction_that_becomes_visible_late_is_not_missed(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    ref = world.create(LEAD, "Software")
    world.wait(60)
    begun = world.now()
    ends = begun + timedelta(minutes=9)
    world.org.commit_late("Lead", ref.id, {"Industry": "Logistics"}, at=begun, visible_at=ends)
    world.wait(300)
    mark = pull(connector)[-1].watermark  # its window ends after the change's own time

    world.wait(600)
    pages = pull(connector, since=mark)

    assert [r.attributes for page in pages for r in page.records] == [{"industry": "Logistics"}]


def test_five_hundred_changes_in_one_second_come_once_each(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    created = [world.create(LEAD, "Software") for _ in range(500)]
    world.settle()
    seen: list[RecordRef] = []
    since: Watermark | None = None

    for _ in range(72):  # a new connector for each page, as if each had died after it
        page = next(iter(connector.pull(LEAD, since)))
        seen += [record.ref for record in page.records]
        since = page.watermark

    assert seen == created


def test_a_watermark_from_the_future_waits_for_it(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.create(LEAD, "Software")
    future = Watermark('{"high": "2027-01-01T00:00:00Z"}')

    (page,) = pull(connector, since=future)

    assert json.loads(page.watermark)["high"] == "2027-01-01T00:00:00Z"
    assert not page.records


def test_without_overlap_a_second_look_in_the_same_second_brings_an_empty_page(
    world: SalesforceWorld,
) -> None:
    connector = world.connector(roles=(), overlap_minutes=0)
    mark = pull(connector)[-1].watermark

    (page,) = pull(connector, since=mark)

    assert (page.records, page.watermark) == ((), mark)


def test_a_restored_record_comes_back(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    ref = world.create(LEAD, "Software")
    world.settle()
    mark = pull(connector)[-1].watermark
    world.delete(ref)
    world.wait(60)
    world.org.undelete("Lead", ref.id, by="human")
    world.settle()

    pages = pull(connector, since=mark)

    assert refs(pages) == [ref]
    assert not [removal for page in pages for removal in page.removed]


def test_the_bin_is_not_read_at_the_first_load(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.delete(world.create(LEAD, "Software"))
    world.settle()

    (page,) = pull(connector)

    assert not page.removed


# Fields


def test_a_hidden_field_stops_the_pull_and_names_the_permission_set(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.org.hide_field("Lead", "Industry")

    with pytest.raises(MissingPermission) as caught:
        pull(connector)

    assert "Lead has no Industry" in caught.value.message
    assert "BBM_Agent > Object Settings > Lead" in caught.value.hint


def test_a_field_hidden_in_the_middle_of_a_pull_stops_it(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    for _ in range(9):
        world.create(LEAD, "Software")
    world.settle()
    pages = connector.pull(LEAD, None)

    next(pages)
    world.org.hide_field("Lead", "Industry")

    with pytest.raises(MissingPermission, match=r"Lead\.Industry"):
        next(pages)


def test_all_missing_fields_are_named_at_once(world: SalesforceWorld) -> None:
    reading = world.reading_of((FieldRole.FLAG, FieldRole.SCORE))

    with pytest.raises(MissingPermission, match="no BBM_ICP__c and no BBM_Score__c"):
        pull(world.connector(reading=reading))


def test_the_case_of_a_fields_name_does_not_matter(world: SalesforceWorld) -> None:
    ref = world.create(LEAD, "Software")
    world.settle()
    kind = KindReading(attributes={"industry": "INDUSTRY"}, written={}, channel="leadsource")
    reading = Reading({LEAD: kind}, world.now())

    assert one(world.connector(reading=reading), ref).attributes == {"industry": "Software"}


def test_a_field_made_of_fields_is_refused_with_words(world: SalesforceWorld) -> None:
    kind = KindReading(attributes={"address": "Address"}, written={})

    with pytest.raises(ConfigError) as caught:
        pull(world.connector(reading=Reading({LEAD: kind}, world.now())))

    assert caught.value.code == "BBM-SF-045"


def test_a_kind_that_is_not_read_is_refused_with_words(world: SalesforceWorld) -> None:
    with pytest.raises(ConfigError):
        pull(world.connector(reading=Reading({}, world.now())))


def test_fields_of_the_configuration_are_read_for_what_they_mean(world: SalesforceWorld) -> None:
    world.org.define_field("Opportunity", "ARR__c", "Currency", scale=2)
    world.org.define_field("Opportunity", "Source__c", "Text")
    world.org.define_field("Opportunity", "Phase__c", "Text")
    ref = world.create(DEAL, "Call", ARR__c=1200, Source__c="Seminar", Phase__c="Pilot")
    world.settle()
    kind = KindReading(
        attributes={}, written={}, channel="Source__c", amount="ARR__c", status="Phase__c"
    )

    deal = one(world.connector(reading=Reading({DEAL: kind}, world.now())), ref)

    assert deal.channel == "Seminar"
    assert deal.amount is not None
    assert deal.amount.amount == 1200
    assert deal.statuses == (StatusEntry("Pilot", deal.created),)


def test_a_list_of_fields_too_long_for_an_address_is_read_in_two_steps(
    world: SalesforceWorld, connector: SalesforceConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    created = [world.create(LEAD, "Software") for _ in range(15)]
    world.settle()
    short = pull(connector)
    monkeypatch.setattr(soql, "LONGEST_ADDRESS", 100)

    long = pull(connector)

    assert refs(long) == created
    assert [page.records for page in long] == [page.records for page in short]


def test_in_two_steps_removals_come_too(
    world: SalesforceWorld, connector: SalesforceConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soql, "LONGEST_ADDRESS", 100)
    loser, winner = world.create(ACCOUNT, "Software"), world.create(ACCOUNT, "Software")
    world.settle()
    mark = pull(connector, ACCOUNT)[-1].watermark
    world.merge(loser, winner)
    world.settle()

    (page,) = pull(connector, ACCOUNT, mark)

    assert [(one.ref, one.survivor) for one in page.removed] == [(loser, winner)]
    assert refs([page]) == [winner]


def test_a_record_that_goes_between_the_two_steps_is_no_empty_record(
    world: SalesforceWorld, connector: SalesforceConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soql, "LONGEST_ADDRESS", 100)
    ref = world.create(LEAD, "Software")
    world.settle()
    action = Action(status=200, body="[null]")
    world.sandbox.faults.add(Fault(action=action, path_contains="/composite/sobjects/Lead"))

    (page,) = pull(connector)

    assert not page.records
    assert [one.ref for one in page.removed] == [ref]


def test_many_ids_fit_into_an_address() -> None:
    ids = ["00Q000000000001EAA"] * soql.IDS_AT_ONCE

    assert soql.fits(soql.field_history("LeadHistory", "LeadId", ("Status", "leadConverted"), ids))


# Rows


def test_a_row_that_cannot_be_translated_is_parked_and_the_others_go_on(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    good, bad = world.create(LEAD, "Software"), world.create(LEAD, "Software")
    world.org.table("Lead").rows[bad.id]["Industry"] = {"broken": True}
    world.settle()

    (page,) = pull(connector)

    assert refs([page]) == [good]
    assert [(one.ref, one.reason) for one in page.parked] == [(bad, "Industry: a text is a text")]


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("製造業", "製造業"),
        ("🏭 قطاع", "🏭 قطاع"),
        ("a\x00b", "ab"),
        ("half \ud83d", "half \ufffd"),
        ("\x00", None),
        ("x" * 1_000_000, "x" * 32_000),
    ],
    ids=["Japanese", "emoji and right to left", "NUL", "half a sign", "nothing but NUL", "endless"],
)
def test_strange_texts_do_no_harm(
    world: SalesforceWorld, connector: SalesforceConnector, stored: str, read: str | None
) -> None:
    row = _row(world, Industry=stored)
    say(world, [row])

    (page,) = pull(connector)

    assert page.records[0].attributes.get("industry") == read
    assert not page.parked


def test_rows_outside_the_window_are_no_answer(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    say(world, [_row(world, SystemModstamp="2030-01-01T00:00:00.000+0000")])

    with pytest.raises(MalformedAnswer, match="order"):
        pull(connector)


def test_rows_in_another_order_are_no_answer(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    later = _row(world)
    earlier = _row(world, Id="00Q000000000009EAA", SystemModstamp="2026-01-01T00:00:00.000+0000")
    say(world, [later, earlier])

    with pytest.raises(MalformedAnswer, match="order"):
        pull(connector)


def test_a_page_that_comes_again_is_no_answer(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    rows = [_row(world, Id=id_) for id_ in _IDS]
    say(world, rows)
    say(world, rows)

    with pytest.raises(MalformedAnswer, match="repeated"):
        pull(connector)


def test_a_page_without_rows_that_promises_more_is_no_answer(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    say(world, [], totalSize=9, done=False, nextRecordsUrl="/services/data/v66.0/query/x-1")

    with pytest.raises(MalformedAnswer, match="promises more"):
        pull(connector)


def test_pages_smaller_than_asked_for_lose_nothing(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.org.page_limit = 3
    created = [world.create(LEAD, "Software") for _ in range(20)]
    world.settle()

    pages = pull(connector)

    assert refs(pages) == created
    assert max(len(page.records) for page in pages) == 3


def times_out(world: SalesforceWorld, *, times: int, skip: int = 0) -> None:
    told = [{"errorCode": "QUERY_TIMEOUT", "message": "Your query request was running too long."}]
    action = Action(status=400, body=json.dumps(told))
    world.sandbox.faults.add(Fault(action=action, path_contains="/query", times=times, skip=skip))


@pytest.mark.parametrize(("times", "skip"), [(1, 0), (6, 0), (2, 2)])
def test_a_query_that_runs_too_long_is_asked_for_half_the_time(
    world: SalesforceWorld, connector: SalesforceConnector, times: int, skip: int
) -> None:
    world.org.page_limit = 3
    created = []
    for _ in range(20):
        created.append(world.create(LEAD, "Software"))
        world.wait(3600)
    times_out(world, times=times, skip=skip)

    pages = pull(connector)

    assert refs(pages) == created
    assert world.sandbox.faults.left() == ()


def test_a_pull_that_breaks_between_parts_goes_on_behind_the_last_record(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    old = world.create(LEAD, "Software")
    world.settle()
    mark = pull(connector)[-1].watermark
    world.wait(40_000)
    early = world.create(LEAD, "Software")
    world.wait(80_000)
    late = world.create(LEAD, "Software")
    world.settle()
    times_out(world, times=1)

    pages = connector.pull(LEAD, mark)
    first = next(pages)
    rest = pull(connector, since=first.watermark)

    assert [record.ref for record in first.records] == [old, early]  # the overlap comes again
    assert refs(rest) == [late]


def test_what_takes_too_long_in_a_single_second_gives_up_with_words(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.create(LEAD, "Software")
    world.settle()
    times_out(world, times=40)

    with pytest.raises(Unavailable) as caught:
        pull(connector)

    assert caught.value.code == "BBM-SF-007"
    # From 27 years down to one second.
    assert 40 - sum(one.times for one in world.sandbox.faults.left()) == 30


@pytest.mark.parametrize("answer", ["[]", "[null]", "{}", '[null, null, {"Id": 1}]'])
def test_a_reading_that_does_not_tell_of_each_record_is_no_answer(
    world: SalesforceWorld, connector: SalesforceConnector, answer: str
) -> None:
    asked = [world.create(LEAD, "Software") for _ in range(2)]
    action = Action(status=200, body=answer)
    world.sandbox.faults.add(Fault(action=action, path_contains="/composite/sobjects/Lead"))

    with pytest.raises(MalformedAnswer):
        list(connector.read(asked))


def test_records_of_several_kinds_are_read_in_one_go(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    asked = [world.create(kind, "Software") for kind in RecordKind for _ in range(3)]

    assert sorted(record.ref for record in connector.read(asked[::-1])) == sorted(asked)


# The past


def test_the_statuses_of_a_lead_have_their_times(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    ref, begun = world.create(LEAD, "Software"), world.now()
    for status in ("Working - Contacted", "Open - Not Contacted", "Working - Contacted"):
        world.wait(3600)
        world.update(ref, Status=status)
    world.wait(3600)
    world.update(ref, Title="CTO")  # moves the record, but not its status
    world.settle()

    assert [(s.status, s.at - begun) for s in one(connector, ref).statuses] == [
        ("Open - Not Contacted", timedelta()),
        ("Working - Contacted", timedelta(hours=1)),
        ("Open - Not Contacted", timedelta(hours=2)),
        ("Working - Contacted", timedelta(hours=3)),
    ]


def test_a_converted_lead_and_what_it_became_carry_on(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    ref = world.create(LEAD, "Software", LeadSource="Web")
    world.wait(3600)
    moment = world.now()
    account, contact, deal = world.convert(ref)
    world.settle()

    lead = one(connector, ref)
    assert (lead.converted_at, lead.sealed) == (moment, True)
    assert lead.converted_to == (account, contact, deal)
    assert lead.statuses[-1] == StatusEntry("Closed - Converted", moment)
    assert one(connector, contact).account == account
    assert one(connector, deal).account == account


def test_an_org_that_writes_to_converted_leads_leaves_them_open(world: SalesforceWorld) -> None:
    ref = world.create(LEAD, "Software")
    world.convert(ref)
    world.settle()

    assert not one(world.connector(roles=(), write_converted_leads=True), ref).sealed


def test_without_a_history_a_lead_has_its_beginning_and_its_present(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.org.history.track("Lead", set())
    ref, begun = world.create(LEAD, "Software"), world.now()
    world.wait(3600)
    world.update(ref, Status="Working - Contacted")
    world.settle()

    assert one(connector, ref).statuses == (
        StatusEntry("Open - Not Contacted", begun),
        StatusEntry("Working - Contacted", begun + timedelta(hours=1)),
    )


def test_an_org_without_a_default_status_has_the_present_one_alone(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.org.history.track("Lead", set())
    for row in world.org.table("LeadStatus").rows.values():
        row["IsDefault"] = False
    ref, begun = world.create(LEAD, "Software", Status="Working - Contacted"), world.now()
    world.wait(3600)
    world.update(ref, Title="CTO")
    world.settle()

    assert one(connector, ref).statuses == (StatusEntry("Working - Contacted", begun),)


def test_the_stages_of_an_opportunity_have_their_times(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    ref, begun = world.create(DEAL, "Call", Amount=1000), world.now()
    for stage in ("Qualification", "Closed Won"):
        world.wait(86_400)
        world.update(ref, StageName=stage)
    world.wait(86_400)
    world.update(ref, Amount=1200)
    world.settle()

    deal = one(connector, ref)
    assert [(s.status, s.at - begun) for s in deal.statuses] == [
        ("Prospecting", timedelta()),
        ("Qualification", timedelta(days=1)),
        ("Closed Won", timedelta(days=2)),
    ]
    assert (deal.outcome, deal.closed_at) == (Outcome.WON, begun + timedelta(days=2))
    assert deal.amount is not None
    assert deal.amount.amount == 1200


def test_an_opportunity_that_was_created_closed_has_its_close_date(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    ref = world.create(DEAL, "Call", StageName="Closed Lost", CloseDate="2026-10-20")
    world.settle()

    deal = one(connector, ref)

    assert deal.outcome is Outcome.LOST
    assert deal.closed_at == datetime(2026, 10, 20, tzinfo=UTC)


@pytest.mark.parametrize("tracked", [True, False])
def test_the_type_of_an_account_has_its_times_where_they_are_tracked(
    world: SalesforceWorld, connector: SalesforceConnector, tracked: bool
) -> None:
    world.org.history.track("Account", {"Type"} if tracked else set())
    ref, begun = world.create(ACCOUNT, "Software", Type="Prospect"), world.now()
    world.wait(3600)
    world.update(ref, Type="Customer - Direct")
    world.settle()

    moved = (
        StatusEntry("Prospect", begun),
        StatusEntry("Customer - Direct", begun + timedelta(hours=1)),
    )
    alone = (StatusEntry("Customer - Direct", begun),)
    assert one(connector, ref).statuses == (moved if tracked else alone)


def test_the_past_of_records_that_did_not_change_is_not_asked_for(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    for _ in range(9):
        world.create(LEAD, "Software")
    world.settle()

    pull(connector)

    asked = world.sandbox.ledger.requests(service="salesforce", path_contains="/query")
    assert not [one for one in asked if "History" in one.query]


def test_a_long_past_is_read_to_its_end(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.org.page_limit = 4
    created = [world.create(LEAD, "Software") for _ in range(3)]
    for turn in range(6):
        world.wait(60)
        for ref in created:
            world.update(ref, Status=("Working - Contacted", "Open - Not Contacted")[turn % 2])
    world.settle()

    assert {len(record.statuses) for record in connector.read(created)} == {7}


def test_our_own_write_comes_back_with_its_values(world: SalesforceWorld) -> None:
    connector = world.connector()
    connector.prepare(world.fields, apply=True)
    ref = world.create(CONTACT, "Software")
    list(connector.push([Write(ref, {FieldRole.FLAG: "icp", FieldRole.SCORE: 83})]))
    world.settle()

    assert one(connector, ref).written == {FieldRole.FLAG: "icp", FieldRole.SCORE: 83}


_IDS = (
    "00Q000000000001EAA",
    "00Q000000000002EAA",
    "00Q000000000003EAA",
    "00Q000000000004EAA",
    "00Q000000000005EAA",
    "00Q000000000006EAA",
    "00Q000000000007EAA",
)


def _row(world: SalesforceWorld, **values: Any) -> dict[str, Any]:
    created = (world.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    return {"Id": _IDS[0], "CreatedDate": created, "SystemModstamp": created, **values}
