"""A whole look says what the agent's writes would meet: sharing, flows, triggers and rules."""

import pytest

from bbm_core.records import Answer, FieldRole, RecordKind, Write
from connectors.contract import Health, Severity
from connectors.salesforce.connector import SalesforceConnector
from sandbox.salesforce.permissions import AGENT_SET, SETUP_SET
from tests.connectors.salesforce.org_world import SalesforceWorld

LEAD = RecordKind.LEAD


@pytest.fixture
def connector(world: SalesforceWorld) -> SalesforceConnector:
    connector = world.connector(roles=(FieldRole.FLAG,))
    connector.prepare([field for field in world.fields if field.role is FieldRole.FLAG], apply=True)
    return connector


def said(health: Health, code: str) -> list[str]:
    return [one.what for one in health.problems if one.code == code]


def test_the_edition_and_the_permission_set_are_looked_at(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    health = connector.check()

    assert health.edition == "Enterprise Edition"
    assert said(health, "BBM-SF-053") == []

    other = world.connector(roles=(), permission_set="Acme_Agent").check()
    assert said(other, "BBM-SF-053") == ["The agent's user does not have Acme_Agent."]


def test_owners_whose_records_may_not_be_edited_are_counted(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    users = world.org.users
    mine = [world.create(LEAD, "Software", OwnerId=users["sales01"]) for _ in range(2)]
    (closed,) = (world.create(LEAD, "Software", OwnerId=users["sales02"]) for _ in range(1))
    world.org.automation.closed.add(users["sales02"])

    health = connector.check()

    (warning,) = (one for one in health.problems if one.code == "BBM-SF-036")
    assert warning.severity is Severity.WARNING
    assert warning.what == (
        f"Of Lead, records of 1 of 2 owners may not be edited, such as {closed.id}."
    )
    assert "Modify All Records on Lead in BBM_Agent" in warning.fix
    writes = [Write(ref, {FieldRole.FLAG: "icp"}) for ref in (mine[0], closed)]
    assert [one.answer for one in connector.push(writes)] == [Answer.APPLIED, Answer.REFUSED]


def test_where_all_may_be_edited_nothing_is_said(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.create(LEAD, "Software")

    assert said(connector.check(), "BBM-SF-036") == []


def test_what_runs_on_a_write_is_named(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    org = world.org
    for number in range(7):
        flow = {"Label": f"Flow {number}", "IsActive": number > 0, "TriggerObjectOrEventId": "Lead"}
        org.furnish_row("FlowDefinitionView", flow)
    org.furnish_row("FlowDefinitionView", {"Label": "Other", "IsActive": True})
    trigger = {"Name": "LeadTrigger", "TableEnumOrId": "Lead", "Status": "Active"}
    org.furnish_row("ApexTrigger", trigger)
    rule = {"ValidationName": "Phone", "EntityDefinitionId": "Account", "Active": True}
    org.furnish_row("ValidationRule", rule)
    duplicates = {"DeveloperName": "Twins", "SobjectType": "Contact", "IsActive": True}
    org.furnish_row("DuplicateRule", duplicates)
    org.furnish_row("AssignmentRule", {"Name": "Web", "SobjectType": "Lead", "Active": True})

    health = connector.check()

    (flows,) = said(health, "BBM-SF-055")
    assert flows.startswith("Active flows: Flow 1 (Lead), Flow 2 (Lead), ")
    assert flows.endswith("Flow 5 (Lead) and 1 more.")
    assert said(health, "BBM-SF-056") == ["Active Apex triggers: LeadTrigger (Lead)."]
    assert said(health, "BBM-SF-057") == ["Active validation rules: Phone (Account)."]
    assert said(health, "BBM-SF-058") == ["Active duplicate rules: Twins (Contact)."]
    assert said(health, "BBM-SF-059") == ["Active assignment rules: Web (Lead)."]
    assert said(health, "BBM-SF-037") == []


def test_what_may_not_be_seen_is_named_too(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.org.unassign(SETUP_SET, "agent")
    health = connector.check()

    (hidden,) = said(health, "BBM-SF-037")
    assert hidden.endswith(
        "flows, Apex triggers, validation rules, duplicate rules, assignment rules."
    )

    world.org.permit(AGENT_SET, "ViewSetup", granted=True)
    assert said(connector.check(), "BBM-SF-037") == []


def test_who_writes_nothing_is_told_nothing_of_it(world: SalesforceWorld) -> None:
    world.create(LEAD, "Software")
    world.org.automation.closed.update(world.org.users.values())
    before = world.sandbox.ledger.last_seq()

    health = world.connector(roles=()).check()

    asked = world.sandbox.ledger.requests(path_contains="/query", since=before)
    assert not [one for one in asked if "UserRecordAccess" in one.query]
    assert said(health, "BBM-SF-037") == []
