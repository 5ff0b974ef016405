"""A look at the org says what is there, what is missing, and exactly where to fix it."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bbm_core.records import FieldRole, RecordKind
from connectors.contract import Health, KindReading, Ports, Problem, Reading, Severity
from connectors.errors import ConfigError, MalformedAnswer
from connectors.salesforce.connector import SalesforceConnector, build
from sandbox.faults import Action, Fault
from sandbox.salesforce.permissions import AGENT_SET, SETUP_SET
from tests.connectors.salesforce.org_world import SalesforceWorld

LEAD, DEAL = RecordKind.LEAD, RecordKind.OPPORTUNITY


@pytest.fixture
def connector(world: SalesforceWorld) -> SalesforceConnector:
    return world.connector(roles=())


def problems(health: Health, severity: Severity = Severity.ERROR) -> list[Problem]:
    return [problem for problem in health.problems if problem.severity is severity]


def say(world: SalesforceWorld, path: str, body: object) -> None:
    action = Action(status=200, body=json.dumps(body))
    world.sandbox.faults.add(Fault(action=action, path_contains=path))


def test_the_org_and_the_user_are_told(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    health = connector.check()

    assert health.org_id == world.org.org_id
    assert health.org_name == "Kaede Robotics K.K."
    assert health.user == "agent@kaede-robotics.example"
    assert health.api_version == "66.0"
    assert health.production
    assert health.server_time == world.now()
    assert health.record_url == "https://kaede.my.salesforce.com/{id}"
    assert health.allowed_calls == 115_000
    assert health.used_calls
    assert not problems(health)
    assert not health.partial


def test_records_are_counted_and_record_types_listed(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.org.define_record_type("Lead", "Partner_Lead")
    world.create(LEAD, "Software")

    lead = connector.check().kinds[LEAD]

    assert lead.name == "Lead"
    assert lead.total == 1
    assert lead.record_types == ("Partner_Lead",)
    assert lead.fields["Industry"].label == "Industry"
    assert "Software" not in lead.fields["Company"].options


def test_statuses_say_what_they_mean(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    kinds = connector.check().kinds

    leads = {one.value: one for one in kinds[LEAD].statuses}
    deals = {one.value: one for one in kinds[DEAL].statuses}
    assert [one for one in leads if leads[one].is_converted] == ["Closed - Converted"]
    assert [one for one in deals if deals[one].is_won] == ["Closed Won"]
    assert [one for one in deals if deals[one].is_closed] == ["Closed Won", "Closed Lost"]
    assert "Prospect" in [one.value for one in kinds[RecordKind.ACCOUNT].statuses]
    assert kinds[RecordKind.CONTACT].statuses == ()


def test_a_status_of_ones_own_has_the_values_of_its_field(world: SalesforceWorld) -> None:
    world.org.define_field("Lead", "Phase__c", "Picklist", picklist=("New", "Old"))
    kind = KindReading(attributes={}, written={}, status="Phase__c")
    connector = world.connector(reading=Reading({LEAD: kind}, world.now()))

    statuses = connector.check().kinds[LEAD].statuses

    assert [one.value for one in statuses] == ["New", "Old"]


def test_every_missing_field_is_a_problem_with_its_place(world: SalesforceWorld) -> None:
    world.org.hide_field("Lead", "Industry")
    reading = world.reading_of((FieldRole.FLAG,))

    found = problems(world.connector(reading=reading).check())

    assert {problem.code for problem in found} == {"BBM-SF-031"}
    assert "Lead.Industry does not exist, or" in " ".join(problem.what for problem in found)
    assert len(found) == 5  # the industry of leads, and the flag of four kinds
    assert "BBM_Agent > Object Settings > Lead" in found[0].fix + found[1].fix + found[2].fix


def test_a_field_of_ours_that_cannot_be_written_is_a_problem(world: SalesforceWorld) -> None:
    connector = world.connector()
    connector.prepare(world.fields, apply=True)
    world.show_as_read_only(connector, "BBM_ICP__c", "BBM_Override__c")

    (problem,) = problems(connector.check())

    assert problem.code == "BBM-SF-032"
    assert "Lead.BBM_ICP__c" in problem.what


def test_without_view_all_the_figures_are_partial(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.org.permit(AGENT_SET, "ViewAllRecords", "Lead", granted=False)

    health = connector.check()

    assert health.partial == ("no View All Records on Lead",)
    told = [problem.what for problem in problems(health, Severity.WARNING)]
    assert [what for what in told if "View All" in what] == [
        "Figures are partial: no View All Records on Lead."
    ]


def test_where_rights_may_not_be_asked_for_each_object_may_be_partial(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    told = [{"errorCode": "INSUFFICIENT_ACCESS", "message": "insufficient access rights"}]
    action = Action(status=403, body=json.dumps(told))
    world.sandbox.faults.add(Fault(action=action, query_contains="FROM PermissionSetAssignment"))

    health = connector.check()

    found = [one.what for one in problems(health, Severity.WARNING) if one.code == "BBM-SF-033"]
    assert found == [f"Figures are partial: {reason}." for reason in health.partial]
    assert len(found) == 4


def test_the_right_to_view_all_data_is_enough(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.org.permit(AGENT_SET, "ViewAllRecords", "Lead", granted=False)
    world.org.permit(AGENT_SET, "ViewAllData", granted=True)

    assert not connector.check().partial


def test_where_the_rights_cannot_be_asked_for_the_figures_may_be_partial(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    refusal = [{"errorCode": "INVALID_TYPE", "message": "sObject type is not supported."}]
    action = Action(status=400, body=json.dumps(refusal))
    world.sandbox.faults.add(Fault(action=action, query_contains="PermissionSetAssignment"))

    assert len(connector.check().partial) == 4


def test_an_object_that_cannot_be_seen_is_a_problem_and_the_others_go_on(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.org.permit(AGENT_SET, "Read", "Opportunity", granted=False)

    health = connector.check()

    assert DEAL not in health.kinds
    assert LEAD in health.kinds
    assert [problem.what for problem in problems(health)] == [
        "The agent's user cannot see Opportunity."
    ]


@pytest.mark.parametrize(("tracked", "warned"), [({"Status"}, False), (set(), True)])
def test_leads_without_a_history_are_warned_about(
    world: SalesforceWorld, connector: SalesforceConnector, tracked: set[str], warned: bool
) -> None:
    world.org.history.track("Lead", tracked)

    warnings = problems(connector.check(), Severity.WARNING)

    assert bool(warnings) is warned
    assert not warned or "Lead > Fields & Relationships > Set History Tracking" in warnings[0].fix


def test_a_version_the_org_does_not_offer_is_refused_with_the_newest(
    world: SalesforceWorld,
) -> None:
    with pytest.raises(ConfigError) as caught:
        world.connector(api_version="99.0").check()

    assert caught.value.code == "BBM-SF-044"
    assert "66.0" in caught.value.hint


def test_an_org_without_any_version_is_refused_too(world: SalesforceWorld) -> None:
    action = Action(status=200, body="[]")
    world.sandbox.faults.add(Fault(action=action, method="GET", path_contains="/services/data"))

    with pytest.raises(ConfigError, match="version 66"):
        world.connector().check()


def test_writing_to_converted_leads_needs_its_right(world: SalesforceWorld) -> None:
    connector = world.connector(roles=(), write_converted_leads=True)

    assert [problem.code for problem in problems(connector.check())] == ["BBM-SF-054"]

    world.org.permit(AGENT_SET, "AllowViewEditConvertedLeads", granted=True)
    assert not problems(connector.check())


def test_an_ordinary_user_is_noted(world: SalesforceWorld, connector: SalesforceConnector) -> None:
    info = {"user_id": world.org.users["agent"], "is_salesforce_integration_user": False}
    say(world, "/userinfo", info)

    health = connector.check()

    assert "BBM-SF-052" in [problem.code for problem in problems(health, Severity.NOTE)]
    assert health.user == world.org.users["agent"]


def test_what_else_is_limited_is_told(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.org.usage.spend("DailyBulkV2QueryJobs", 9_000)
    del world.org.usage.others["DataStorageMB"]

    told = {one.name: (one.used, one.most) for one in connector.check().allowances}

    assert told == {
        "bulk queries in 24 hours": (9_000, 10_000),
        "MB of bulk results in 24 hours": (0, 976_562),
        "bulk batches in 24 hours": (0, 15_000),
    }


@pytest.mark.parametrize(
    "limits", [[], {}, {"DailyApiRequests": 5}, {"DailyApiRequests": {"Max": "many"}}]
)
def test_limits_of_another_shape_are_unknown(
    world: SalesforceWorld, connector: SalesforceConnector, limits: Any
) -> None:
    say(world, "/limits", limits)

    health = connector.check()

    assert (health.used_calls, health.allowed_calls) == (None, None)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/userinfo", []),
        ("/Lead/describe", []),
        ("/Lead/describe", {"name": "Lead"}),
        ("/Lead/describe", {"name": "Lead", "fields": [{"name": "Id"}]}),
        ("/Lead/describe", {"name": "Lead", "fields": [1]}),
        ("/query", {"records": [], "totalSize": 0, "done": True}),
    ],
)
def test_answers_of_another_shape_are_no_answer(
    world: SalesforceWorld, connector: SalesforceConnector, path: str, body: object
) -> None:
    say(world, path, body)

    with pytest.raises(MalformedAnswer):
        connector.check()


def test_several_currencies_are_read_with_the_amount(world: SalesforceWorld) -> None:
    world.org.define_field("Opportunity", "CurrencyIsoCode__c", "Text")
    fields = world.org.definition("Opportunity").fields
    fields["CurrencyIsoCode"] = replace(fields.pop("CurrencyIsoCode__c"), name="CurrencyIsoCode")
    for row in world.org.table("FieldPermissions").rows.values():
        if row["Field"] == "Opportunity.CurrencyIsoCode__c":
            row["Field"] = "Opportunity.CurrencyIsoCode"
    world.org.access.forget()
    ref = world.create(DEAL, "Call", Amount=1200)
    world.org.table("Opportunity").rows[ref.id]["CurrencyIsoCode"] = "EUR"
    world.settle()

    (record,) = world.connector(roles=()).read([ref])

    assert record.amount is not None
    assert record.amount.currency == "EUR"


def test_checking_needs_no_right_to_set_anything_up(world: SalesforceWorld) -> None:
    world.org.unassign(SETUP_SET, "agent")

    assert not problems(world.connector(roles=()).check())


@pytest.mark.parametrize(("late", "warned"), [(50, False), (70, True), (-70, True)])
def test_a_clock_that_is_wrong_is_warned_about(
    world: SalesforceWorld, late: int, warned: bool
) -> None:
    ports = world.ports(world.reserved.append)
    wrong = Ports(
        ports.reserve, ports.observe, ports.wait, lambda: world.now() - timedelta(seconds=late)
    )
    connector = build(world.config(), world.reading_of(()), wrong)

    health = connector.check()
    connector.close()

    codes = [problem.code for problem in problems(health, Severity.WARNING)]
    assert codes == ["BBM-SF-050"] * warned
    assert health.server_time == world.now()
