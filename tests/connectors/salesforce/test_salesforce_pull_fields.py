"""Which fields a pull asks for, and what it says of those that it may not have."""

import pytest

from bbm_core.records import (
    FieldRole,
    StatusEntry,
)
from connectors.contract import KindReading, Reading
from connectors.errors import ConfigError, MissingPermission
from connectors.salesforce import soql
from connectors.salesforce.connector import SalesforceConnector
from sandbox.faults import Action, Fault
from tests.connectors.salesforce.org_pulls import ACCOUNT, DEAL, LEAD, one, pull, refs
from tests.connectors.salesforce.org_world import SalesforceWorld


@pytest.fixture
def connector(world: SalesforceWorld) -> SalesforceConnector:
    """Reads attributes alone, so that no fields have to be made."""
    return world.connector(roles=())


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
    for _ in range(15):
        world.create(LEAD, "Software")
    world.settle()
    pages = connector.pull(LEAD, None)

    next(pages)
    world.org.hide_field("Lead", "Industry")
    next(pages)  # which was asked for with the past of the first

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
