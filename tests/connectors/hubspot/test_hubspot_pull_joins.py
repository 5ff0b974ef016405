"""What a pull joins to a record: company, stages, amount; and leads, where there are any."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from agent.config.templates import template
from bbm_core.records import (
    Money,
    Outcome,
    RecordKind,
    RecordRef,
    StatusEntry,
)
from connectors.contract import KindReading, Reading
from connectors.errors import MalformedAnswer, MissingPermission
from connectors.hubspot.watermark import Covered, mark_of
from sandbox.hubspot.object_types import CONTACTS
from tests.connectors.hubspot.portal_pulls import (
    CONTACT,
    DEAL,
    as_json,
    asked,
    caught_up,
    pull,
    record,
    refs,
    say,
)
from tests.connectors.hubspot.portal_world import START, HubSpotWorld

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


def test_reading_what_is_written_costs_no_question_about_companies(world: HubSpotWorld) -> None:
    company, contact = world.create(RecordKind.ACCOUNT, ""), world.create(CONTACT, "Software")
    world.portal.associate("contacts", contact.id, "companies", company.id)
    connector = world.connector()

    (found,) = connector.read([contact], whole=False)

    assert (found.account, found.attributes) == (None, {})
    assert asked(world, "/associations/") == 0
    assert [one.account for one in connector.read([contact])] == [company]


def test_a_deal_whose_property_is_empty_is_joined_by_its_association(world: HubSpotWorld) -> None:
    company, other = (world.create(RecordKind.ACCOUNT, "Software") for _ in range(2))
    deal, lone = world.create(DEAL, "Software"), world.create(DEAL, "Software")
    world.portal.associate("deals", deal.id, "companies", company.id)
    world.portal.associate("deals", deal.id, "companies", other.id, primary=False)
    bare = {"createdAt": "2026-11-02", "updatedAt": "2026-11-02", "properties": {}}
    rows = [{"id": ref.id, **bare} for ref in (deal, lone)]
    say(world, "GET", "/objects/deals", as_json({"results": rows}))

    pages = pull(world, DEAL)

    assert record(pages, deal).account == company
    assert record(pages, lone).account is None


def test_a_deal_that_names_a_company_without_sense_is_parked(world: HubSpotWorld) -> None:
    deal = world.create(DEAL, "Software")
    broken = {"hs_primary_associated_company": "acme"}
    row = {"id": deal.id, "createdAt": "2026-11-02", "updatedAt": "2026-11-02"}
    say(world, "GET", "/objects/deals", as_json({"results": [{**row, "properties": broken}]}))

    (page,) = pull(world, DEAL)

    assert [one.ref for one in page.parked] == [deal]
    assert asked(world, "/associations/") == 0


def test_associations_of_another_shape_are_not_taken_for_none(world: HubSpotWorld) -> None:
    world.create(DEAL, "Software")
    say(world, "POST", "/associations/", as_json({"results": [{"from": "501"}]}))

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
    say(world, "GET", "/objects/contacts", as_json({"results": rows}))

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


def test_a_leads_way_through_its_pipeline_is_rebuilt(world: HubSpotWorld) -> None:
    lead = world.create(RecordKind.LEAD, "Software", hs_pipeline_stage="new-stage-id")
    world.rest()
    world.portal.update("leads", lead.id, {"hs_pipeline_stage": "qualified-stage-id"})
    moved = world.clock.now()
    world.rest()

    found = record(pull(world, RecordKind.LEAD), lead)

    assert [(one.status.partition("/")[2], one.at) for one in found.statuses] == [
        ("new-stage-id", START),
        ("qualified-stage-id", moved),
    ]


# The channel


def test_the_first_touch_is_the_channel_and_its_drill_downs_are_attributes(
    world: HubSpotWorld,
) -> None:
    drill_downs = {f"detail_{n}": f"hs_analytics_source_data_{n}" for n in (1, 2)}
    proposed = template("hubspot")["kinds"]["contact"]["channel"]
    one = KindReading(drill_downs, {}, channel=proposed)
    world.reading = Reading({CONTACT: one}, world.reading.history_since)
    ref = world.create(CONTACT, "Software", hs_analytics_source="PAID_SEARCH")
    found = world.portal.store.record(CONTACTS, ref.id)
    told = {"hs_analytics_source_data_1": "spring fair", "hs_latest_source": "DIRECT_TRAFFIC"}
    world.portal.store.compute(CONTACTS, found, told, world.clock.now())
    world.settle()

    seen = record(pull(world), ref)

    assert (seen.channel, dict(seen.attributes)) == ("PAID_SEARCH", {"detail_1": "spring fair"})
    assert {
        template("hubspot")["kinds"][kind]["channel"] for kind in ("contact", "opportunity")
    } == {"hs_analytics_source"}
