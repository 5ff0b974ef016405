"""A brief look costs one call and a login, and what it saw serves the pulls that follow it."""

import json
from typing import Any

import pytest

from bbm_core.records import FieldRole, RecordKind
from connectors.contract import Severity
from connectors.errors import MalformedAnswer, MissingPermission, Unavailable
from connectors.salesforce.connector import SalesforceConnector
from sandbox.faults import Action, Fault
from sandbox.salesforce.permissions import AGENT_SET, grant_everywhere
from tests.connectors.salesforce.org_world import SalesforceWorld

LEAD, DEAL = RecordKind.LEAD, RecordKind.OPPORTUNITY


@pytest.fixture
def connector(world: SalesforceWorld) -> SalesforceConnector:
    return world.connector(roles=())


def asked(world: SalesforceWorld, since: int) -> list[str]:
    """What was asked for, by the last words of the addresses."""
    sent = world.sandbox.ledger.requests(service="salesforce", since=since)
    return [f"{one.method} {one.path.rsplit('/v66.0/', 1)[-1]} {one.status}" for one in sent]


def test_all_that_has_to_be_right_is_told_by_one_call(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.create(LEAD, "Software")

    health = connector.check(brief=True)

    assert asked(world, 0) == ["POST /services/oauth2/token 200", "POST composite 200"]
    assert health.org_id == world.org.org_id
    assert health.kinds[LEAD].total == 1
    assert health.kinds.keys() == world.reading.kinds.keys()
    assert health.kinds[LEAD].fields == connector.check().kinds[LEAD].fields
    assert health.allowed_calls == 115_000
    assert not health.problems


def test_pulls_after_a_look_describe_nothing_again(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    ref = world.create(LEAD, "Software")
    world.wait(60)
    world.update(ref, Status="Working - Contacted")
    world.settle()
    connector.check(brief=True)
    before = world.sandbox.ledger.last_seq()

    pages = list(connector.pull(LEAD, None))

    assert asked(world, before) == ["GET query/ 200", "GET query/ 200"]  # the leads, their history
    assert [entry.status for entry in pages[0].records[0].statuses] == [
        "Open - Not Contacted",
        "Working - Contacted",
    ]


def test_a_kind_without_a_history_is_known_to_have_none(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.org.history.track("Lead", set())
    ref = world.create(LEAD, "Software")
    world.wait(60)
    world.update(ref, Status="Working - Contacted")
    world.settle()
    connector.check(brief=True)
    before = world.sandbox.ledger.last_seq()

    list(connector.pull(LEAD, None))

    assert "GET sobjects/LeadHistory/describe 404" not in asked(world, before)


def test_later_pulls_ask_only_whether_the_object_changed(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    connector.check()
    world.wait(3600)
    before = world.sandbox.ledger.last_seq()

    list(connector.pull(LEAD, None))
    world.org.define_field("Lead", "Region__c", "Text")
    world.wait(3600)
    list(connector.pull(LEAD, None))

    describes = [one for one in asked(world, before) if "describe" in one]
    assert describes == ["GET sobjects/Lead/describe 304", "GET sobjects/Lead/describe 200"]


def test_what_is_missing_or_closed_is_a_problem_here_too(world: SalesforceWorld) -> None:
    world.org.hide_field("Lead", "Industry")
    world.org.permit(AGENT_SET, "Read", "Opportunity", granted=False)

    health = world.connector(roles=(FieldRole.FLAG,)).check(brief=True)

    told = {(one.code, one.what) for one in health.problems}
    assert DEAL not in health.kinds
    assert ("BBM-SF-030", "The agent's user cannot see Opportunity.") in told
    missing = "Lead.Industry does not exist, or the agent's user may not see it."
    assert ("BBM-SF-031", missing) in told
    assert {one.severity for one in health.problems} == {Severity.ERROR}


def test_an_object_that_was_closed_since_the_look_is_not_read_from_memory(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    connector.check()
    world.org.permit(AGENT_SET, "Read", "Lead", granted=False)
    world.wait(3600)

    with pytest.raises(MissingPermission) as caught:
        list(connector.pull(LEAD, None))
    world.org.permit(AGENT_SET, "Read", "Lead", granted=True)

    assert caught.value.code == "BBM-SF-030"
    assert AGENT_SET in caught.value.hint
    assert list(connector.pull(LEAD, None))


def test_fields_are_described_anew_once_they_were_made(world: SalesforceWorld) -> None:
    connector = world.connector()
    connector.check()
    connector.prepare(world.fields_of(LEAD), apply=True)

    assert list(connector.pull(LEAD, None))


def test_a_field_that_was_granted_since_is_seen_by_the_next_look(world: SalesforceWorld) -> None:
    world.org.hide_field("Lead", "Industry")
    connector = world.connector(roles=())
    assert connector.check().problems
    grant_everywhere(world.org, "Lead", "Industry")

    assert not [one for one in connector.check().problems if one.code == "BBM-SF-031"]


def refuse(status: int, code: str) -> dict[str, Any]:
    return {"body": [{"errorCode": code, "message": "no"}], "httpStatusCode": status}


@pytest.mark.parametrize(
    ("spoilt", "error"),
    [
        ({"httpStatusCode": 500, "body": None}, Unavailable),
        (refuse(403, "API_DISABLED_FOR_ORG"), MissingPermission),
        ({"httpStatusCode": 200, "body": {"records": [], "totalSize": 0, "done": True}}, None),
        ({"httpStatusCode": "200", "body": {}}, None),
        ({"referenceId": "somebody_else"}, None),
    ],
)
def test_a_part_that_fails_fails_the_look(
    world: SalesforceWorld,
    connector: SalesforceConnector,
    spoilt: dict[str, Any],
    error: type[Exception] | None,
) -> None:
    part = {"referenceId": "organization", "httpHeaders": {}, **spoilt}
    others = [
        {"referenceId": f"{what}_{name}", "httpStatusCode": 404, "body": [], "httpHeaders": {}}
        for what, names in {
            "describe": (*world.reading.kinds, "LeadHistory", "AccountHistory"),
            "count": tuple(world.reading.kinds),
        }.items()
        for name in names
    ]
    body = json.dumps({"compositeResponse": [part, *others]})
    world.sandbox.faults.add(
        Fault(action=Action(status=200, body=body), path_contains="/composite")
    )

    with pytest.raises(error or MalformedAnswer):
        connector.check(brief=True)
