"""Reading a portal that lags, caps, imports in bulk, archives and merges."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bbm_core.records import (
    Money,
    Outcome,
    Page,
    Record,
    RecordKind,
    RecordRef,
    Removal,
    StatusEntry,
    Watermark,
)
from connectors.contract import KindReading, Reading
from connectors.errors import MalformedAnswer, MissingPermission, RateLimited
from connectors.hubspot.watermark import Covered, Loading, mark_of
from sandbox.faults import Action, Fault
from tests.connectors.hubspot.portal_world import SEGMENT, HubSpotWorld

CONTACT = RecordKind.CONTACT
DEAL = RecordKind.OPPORTUNITY


def pull(
    world: HubSpotWorld, kind: RecordKind = CONTACT, since: Watermark | None = None, **config: Any
) -> list[Page]:
    return list(world.connector(**config).pull(kind, since))


def caught_up(world: HubSpotWorld, kind: RecordKind = CONTACT, **config: Any) -> Watermark:
    """A watermark so old that the overlap no longer reaches what is there."""
    mark = pull(world, kind, **config)[-1].watermark
    world.rest()
    return pull(world, kind, mark, **config)[-1].watermark


def refs(pages: list[Page]) -> list[RecordRef]:
    return [record.ref for page in pages for record in page.records]


def removed(pages: list[Page]) -> list[Removal]:
    return [one for page in pages for one in page.removed]


def record(pages: list[Page], ref: RecordRef) -> Record:
    return next(one for page in pages for one in page.records if one.ref == ref)


def asked(world: HubSpotWorld, path: str, since: int = 0) -> int:
    found = world.sandbox.ledger.requests(service="hubspot", path_contains=path, since=since)
    return len(found)


def say(world: HubSpotWorld, method: str, path: str, body: str, **more: Any) -> None:
    action = Action(status=more.pop("status", 200), body=body)
    fault = Fault(action=action, method=method, path_contains=path, **more)
    world.sandbox.faults.add(fault)


def with_attributes(world: HubSpotWorld, names: list[str]) -> None:
    one = next(iter(world.reading.kinds.values()))
    wide = KindReading({name: name for name in names} | {"industry": SEGMENT}, one.written)
    world.reading = Reading(dict.fromkeys(RecordKind, wide), world.reading.history_since)


# Windows


def test_more_changes_with_one_time_stamp_than_a_search_can_page_through(
    world: HubSpotWorld,
) -> None:
    world.portal.knobs.largest_page = 0
    mark = caught_up(world)
    made = [world.create(CONTACT, "Software") for _ in range(450)]
    world.settle()

    pages = pull(world, since=mark)

    assert refs(pages) == made
    assert [len(page.records) for page in pages] == [200, 200, 50, 0]


def test_a_change_that_the_index_does_not_show_yet_comes_later(world: HubSpotWorld) -> None:
    world.portal.knobs.index_lag_seconds = 50
    ref = world.create(CONTACT, "Software")
    mark = caught_up(world)
    world.edit(ref, "Logistics")
    world.clock.advance(35)

    first = pull(world, since=mark)
    world.settle()
    second = pull(world, since=first[-1].watermark)

    assert refs(first) == []
    assert refs(second) == [ref]


def test_a_change_within_the_last_half_minute_waits(world: HubSpotWorld) -> None:
    ref = world.create(CONTACT, "Software")
    mark = caught_up(world)
    connector = world.connector()
    world.edit(ref, "Logistics")
    world.clock.advance(5)  # the index shows it by now

    first = list(connector.pull(CONTACT, mark))
    world.settle()

    assert refs(first) == []
    assert refs(pull(world, since=first[-1].watermark)) == [ref]


def test_the_watermark_never_goes_back(world: HubSpotWorld) -> None:
    mark = pull(world)[-1].watermark

    again = pull(world, since=mark)[-1].watermark

    first, second = mark_of(mark), mark_of(again)
    assert isinstance(first, Covered)
    assert isinstance(second, Covered)
    assert second.until >= first.until


def test_a_window_that_was_left_is_finished_from_the_same_id(world: HubSpotWorld) -> None:
    mark = caught_up(world)
    made = [world.create(CONTACT, "Software") for _ in range(20)]
    world.settle()

    first = next(iter(world.connector().pull(CONTACT, mark)))
    rest = pull(world, since=first.watermark)

    assert refs([first, *rest]) == made


def test_the_clock_of_this_machine_does_not_move_the_windows(world: HubSpotWorld) -> None:
    ref = world.create(CONTACT, "Software")
    mark = caught_up(world)
    world.edit(ref, "Logistics")
    world.settle()
    connector = world.connector()
    connector._session._ports = replace(
        connector._session._ports, now=lambda: world.clock.now() + timedelta(hours=9)
    )
    wrong = replace(connector._portal._ports, now=connector._session._ports.now)
    connector._portal._ports = wrong
    connector._session.client.crm.objects.basic_api.api_client.rest_client.pool_manager._ports = (
        wrong
    )

    pages = list(connector.pull(CONTACT, mark))

    assert refs(pages) == [ref]
    end = mark_of(pages[-1].watermark)
    assert isinstance(end, Covered)
    assert end.until <= world.clock.now().timestamp() * 1000


def test_a_deleted_record_that_the_index_still_finds_hides_no_other(world: HubSpotWorld) -> None:
    made = [world.create(CONTACT, "Software") for _ in range(20)]
    mark = caught_up(world)
    world.portal.knobs.index_lag_seconds = 10_000
    for ref in made:
        world.edit(ref, "Logistics")
    world.portal.knobs.index_lag_seconds = 0
    world.settle()
    world.portal.knobs.index_lag_seconds = 10_000
    for ref in made[:14]:
        world.delete(ref)
    world.portal.knobs.index_lag_seconds = 0
    later = [world.create(CONTACT, "Software") for _ in range(3)]
    world.settle()

    pages = pull(world, since=mark)

    assert set(later) <= set(refs(pages))
    assert not set(made[:14]) & set(refs(pages))


@pytest.mark.parametrize("results", [[{"id": "9"}, {"id": "8"}], [{"id": "9"}, {"id": "9"}]])
def test_ids_out_of_order_are_not_trusted(world: HubSpotWorld, results: list[Any]) -> None:
    mark = caught_up(world)
    rows = [{**one, "properties": {}} for one in results]
    say(world, "POST", "/search", _json({"total": 2, "results": rows}))

    with pytest.raises(MalformedAnswer):
        pull(world, since=mark)


@pytest.mark.parametrize("row", [{"id": "x"}, {"id": "１"}])
def test_ids_that_are_no_numbers_are_not_trusted(world: HubSpotWorld, row: Any) -> None:
    mark = caught_up(world)
    say(world, "POST", "/search", _json({"total": 1, "results": [{**row, "properties": {}}]}))

    with pytest.raises(MalformedAnswer):
        pull(world, since=mark)


def test_a_search_that_points_to_itself_ends(world: HubSpotWorld) -> None:
    mark = caught_up(world)
    body = _json({"total": 5, "results": [], "paging": {"next": {"after": "7"}}})
    say(world, "POST", "/search", body, times=5)

    with pytest.raises(MalformedAnswer):
        pull(world, since=mark)


def test_a_list_that_points_back_ends(world: HubSpotWorld) -> None:
    for _ in range(30):
        world.create(CONTACT, "Software")
    body = _json({"results": [], "paging": {"next": {"after": "7"}}})
    say(world, "GET", "/objects/contacts", body, times=3)

    with pytest.raises(MalformedAnswer):
        pull(world)


def test_an_empty_page_with_a_cursor_is_not_the_end(world: HubSpotWorld) -> None:
    made = [world.create(CONTACT, "Software") for _ in range(9)]
    mark = mark_of(next(iter(world.connector().pull(CONTACT, None))).watermark)
    assert isinstance(mark, Loading)
    say(world, "GET", "/objects/contacts", _json({"results": [], "paging": _next(mark.after)}))

    assert refs(pull(world)) == made[7:]


def test_a_total_that_promises_more_is_asked_again(world: HubSpotWorld) -> None:
    made = [world.create(CONTACT, "Software") for _ in range(3)]
    mark = caught_up(world)
    for ref in made:
        world.edit(ref, "Logistics")
    world.settle()
    row = {"id": made[0].id, "createdAt": "2026-11-02", "updatedAt": "2026-11-02"}
    body = {"total": 3, "results": [{**row, "properties": {}}]}  # and no cursor
    say(world, "POST", "/search", _json(body))

    assert refs(pull(world, since=mark)) == made


# Long lists of properties


def wide(world: HubSpotWorld, count: int) -> None:
    names = [f"a_rather_long_property_name_number_{one:04d}" for one in range(count)]
    for name in names:
        world.portal.define_property("contacts", name)
    with_attributes(world, names)


def test_a_long_list_of_properties_is_read_by_batches(world: HubSpotWorld) -> None:
    wide(world, 90)
    last = "a_rather_long_property_name_number_0089"
    mark = caught_up(world)
    ref = world.create(CONTACT, "Software", **{last: "here"})
    world.settle()
    before = world.sandbox.ledger.last_seq()

    pages = pull(world, since=mark)

    assert record(pages, ref).attributes == {"industry": "Software", last: "here"}
    assert asked(world, "/batch/read", before) == 1


def test_a_short_list_of_properties_is_brought_by_the_search(world: HubSpotWorld) -> None:
    mark = caught_up(world)
    ref = world.create(CONTACT, "Software")
    world.settle()
    before = world.sandbox.ledger.last_seq()

    assert refs(pull(world, since=mark)) == [ref]
    assert asked(world, "/batch/read", before) == 0


def test_a_list_too_long_for_an_address_is_read_by_batches(world: HubSpotWorld) -> None:
    wide(world, 200)
    made = [world.create(CONTACT, "Software") for _ in range(9)]

    pages = pull(world)

    assert refs(pages) == made
    assert {one.attributes["industry"] for page in pages for one in page.records} == {"Software"}
    longest = max(len(one.query) for one in world.sandbox.ledger.requests(service="hubspot"))
    assert longest < 6_000


# Gone


def test_a_record_deleted_between_search_and_reading_is_removed(world: HubSpotWorld) -> None:
    wide(world, 90)
    made = [world.create(CONTACT, "Software") for _ in range(3)]
    mark = caught_up(world)
    for ref in made:
        world.edit(ref, "Logistics")
    world.settle()
    rows = [{"id": ref.id, "properties": {}} for ref in made]
    say(world, "POST", "/search", _json({"total": 3, "results": rows}))
    world.delete(made[1])

    pages = pull(world, since=mark)

    assert refs(pages) == [made[0], made[2]]
    assert Removal(made[1]) in removed(pages)


def test_archived_records_are_listed_only_as_often_as_configured(world: HubSpotWorld) -> None:
    ref = world.create(CONTACT, "Software")
    hourly = {"deletions_every_minutes": 60}
    mark = caught_up(world, **hourly)
    world.delete(ref)
    world.clock.advance(600)

    early = pull(world, since=mark, **hourly)
    world.clock.advance(3600)
    late = pull(world, since=early[-1].watermark, **hourly)

    assert removed(early) == []
    assert removed(late) == [Removal(ref)]


def test_what_was_archived_long_ago_is_not_told_again(world: HubSpotWorld) -> None:
    ref = world.create(CONTACT, "Software")
    mark = pull(world)[-1].watermark
    world.delete(ref)
    world.settle()
    told = pull(world, since=mark)
    world.rest()
    mark = pull(world, since=told[-1].watermark)[-1].watermark

    assert removed(told) == [Removal(ref)]
    assert removed(pull(world, since=mark)) == []


# Joins, statuses, amounts


def test_contacts_and_deals_belong_to_their_primary_company(world: HubSpotWorld) -> None:
    company = world.create(RecordKind.ACCOUNT, "Software")
    other = world.create(RecordKind.ACCOUNT, "Software")
    contact, deal = world.create(CONTACT, "Software"), world.create(DEAL, "Software")
    for ref, kind in ((contact, "contacts"), (deal, "deals")):
        world.portal.associate(kind, ref.id, "companies", company.id)
        world.portal.associate(kind, ref.id, "companies", other.id, primary=False)

    assert record(pull(world), contact).account == company
    assert record(pull(world, DEAL), deal).account == company


def test_a_deal_whose_property_is_empty_is_joined_by_its_association(world: HubSpotWorld) -> None:
    company, other = (world.create(RecordKind.ACCOUNT, "Software") for _ in range(2))
    deal, lone = world.create(DEAL, "Software"), world.create(DEAL, "Software")
    world.portal.associate("deals", deal.id, "companies", company.id)
    world.portal.associate("deals", deal.id, "companies", other.id, primary=False)
    bare = {"createdAt": "2026-11-02", "updatedAt": "2026-11-02", "properties": {}}
    rows = [{"id": ref.id, **bare} for ref in (deal, lone)]
    say(world, "GET", "/objects/deals", _json({"results": rows}))

    pages = pull(world, DEAL)

    assert record(pages, deal).account == company
    assert record(pages, lone).account is None


def test_a_deal_that_names_a_company_without_sense_is_parked(world: HubSpotWorld) -> None:
    deal = world.create(DEAL, "Software")
    broken = {"hs_primary_associated_company": "acme"}
    row = {"id": deal.id, "createdAt": "2026-11-02", "updatedAt": "2026-11-02"}
    say(world, "GET", "/objects/deals", _json({"results": [{**row, "properties": broken}]}))

    (page,) = pull(world, DEAL)

    assert [one.ref for one in page.parked] == [deal]
    assert asked(world, "/associations/") == 0


def test_associations_of_another_shape_are_not_taken_for_none(world: HubSpotWorld) -> None:
    world.create(DEAL, "Software")
    say(world, "POST", "/associations/", _json({"results": [{"from": "501"}]}))

    with pytest.raises(MalformedAnswer):
        pull(world, DEAL)


def test_a_contacts_way_through_its_lifecycle_is_rebuilt(world: HubSpotWorld) -> None:
    days = [datetime(2026, 9, day, tzinfo=UTC) for day in (1, 5, 9)]
    contact = world.portal.create("contacts", {"lifecyclestage": "lead"}, at=days[0])
    for stage, day in (("opportunity", days[1]), ("customer", days[2])):
        world.portal.update("contacts", contact, {"lifecyclestage": stage}, at=day)

    found = record(pull(world), RecordRef(CONTACT, contact))

    assert found.statuses == (
        StatusEntry("lead", days[0]),
        StatusEntry("opportunity", days[1]),
        StatusEntry("customer", days[2]),
    )


def test_a_won_deal_says_when_and_for_how_much(world: HubSpotWorld) -> None:
    opened, won = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 9, 20, tzinfo=UTC)
    deal = world.portal.create(
        "deals", {"dealstage": "contractsent", "amount": "120000"}, at=opened
    )
    world.portal.update("deals", deal, {"dealstage": "closedwon"}, at=won)

    found = record(pull(world, DEAL), RecordRef(DEAL, deal))

    assert (found.outcome, found.closed_at) == (Outcome.WON, won)
    assert found.amount == Money(Decimal(120_000), "JPY")
    assert [one.status for one in found.statuses] == ["default/contractsent", "default/closedwon"]


@pytest.mark.parametrize("first_load", [True, False])
def test_another_status_property_comes_with_its_history(
    world: HubSpotWorld, *, first_load: bool
) -> None:
    one = replace(world.reading.kinds[CONTACT], status="hs_lead_status")
    world.reading = Reading({CONTACT: one}, world.reading.history_since)
    mark = None if first_load else caught_up(world)
    contact = world.create(CONTACT, "Software", hs_lead_status="NEW")
    world.clock.advance(3600)
    world.portal.update("contacts", contact.id, {"hs_lead_status": "CONNECTED"})
    world.settle()

    found = record(pull(world, since=mark), contact)

    assert [entry.status for entry in found.statuses] == ["NEW", "CONNECTED"]
    assert found.statuses[1].at - found.statuses[0].at == timedelta(hours=1)


def test_a_row_that_cannot_be_read_is_parked_and_the_others_go_on(world: HubSpotWorld) -> None:
    made = [world.create(CONTACT, "Software") for _ in range(3)]
    rows = [
        {"id": ref.id, "createdAt": "2026-11-02", "updatedAt": "2026-11-02", "properties": {}}
        for ref in made
    ]
    rows[1]["createdAt"] = "long ago"
    say(world, "GET", "/objects/contacts", _json({"results": rows}))

    pages = pull(world)

    assert refs(pages) == [made[0], made[2]]
    assert [one.ref for page in pages for one in page.parked] == [made[1]]


# Leads


def test_leads_may_be_played_by_contacts(world: HubSpotWorld) -> None:
    before = world.calls()

    (page,) = pull(world, RecordKind.LEAD, contact_is_lead=True)

    assert page.records == ()
    assert isinstance(mark_of(page.watermark), Covered)
    assert asked(world, "0-136") == 0
    assert world.calls() - before <= 1


def test_leads_that_may_not_be_seen_are_no_empty_page(world: HubSpotWorld) -> None:
    world.portal.knobs.has_leads = False

    with pytest.raises(MissingPermission):
        pull(world, RecordKind.LEAD)


def test_a_lead_says_where_it_stands_and_to_whom_it_belongs(world: HubSpotWorld) -> None:
    company = world.create(RecordKind.ACCOUNT, "Software")
    lead = world.create(RecordKind.LEAD, "Software")
    world.portal.associate("leads", lead.id, "companies", company.id)

    found = record(pull(world, RecordKind.LEAD), lead)

    assert found.account == company


# The pace


def test_many_pages_keep_the_portals_pace_without_being_refused(world: HubSpotWorld) -> None:
    world.portal.knobs.calls_per_ten_seconds = 20
    made = [world.create(CONTACT, "Software") for _ in range(7 * 50)]
    start = world.clock.now()

    assert refs(pull(world)) == made
    # The first answers teach the pace; 50 pages at 20 per 10 s then take at least 20 s.
    assert world.clock.now() - start >= timedelta(seconds=20)


def test_many_searches_keep_their_pace_without_being_refused(world: HubSpotWorld) -> None:
    mark = caught_up(world)
    made = [world.create(CONTACT, "Software") for _ in range(7 * 20)]
    world.settle()

    assert refs(pull(world, since=mark)) == made


def test_a_refused_search_says_when_to_come_back(world: HubSpotWorld) -> None:
    mark = caught_up(world)
    say(world, "POST", "/search", _json({"category": "RATE_LIMITS"}), status=429)

    with pytest.raises(RateLimited) as caught:
        pull(world, since=mark)

    assert caught.value.wait_seconds == 1.0


def _json(value: Any) -> str:
    return json.dumps(value)


def _next(cursor: str) -> dict[str, Any]:
    return {"next": {"after": cursor}}
