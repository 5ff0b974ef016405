"""What a pull tells of a record's past: its statuses, its conversion, its outcome."""

from datetime import UTC, datetime, timedelta

import pytest

from bbm_core.records import (
    FieldRole,
    Outcome,
    StatusEntry,
    Write,
)
from connectors.salesforce.connector import SalesforceConnector
from tests.connectors.salesforce.org_pulls import ACCOUNT, CONTACT, DEAL, LEAD, one, pull
from tests.connectors.salesforce.org_world import SalesforceWorld


@pytest.fixture
def connector(world: SalesforceWorld) -> SalesforceConnector:
    """Reads attributes alone, so that no fields have to be made."""
    return world.connector(roles=())


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
