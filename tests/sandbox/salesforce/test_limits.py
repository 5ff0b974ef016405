"""The daily allowance, as told by headers, by /limits, and by the refusal."""

from datetime import UTC, datetime, timedelta

import pytest
import requests
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceRefusedRequest, SalesforceResourceNotFound

from sandbox.clock import SandboxClock
from sandbox.salesforce.limits import Usage
from sandbox.salesforce.org import Org
from sandbox.salesforce.refusals import Refusal
from sandbox.server import Sandbox


def test_every_call_counts_and_says_so(agent: Salesforce) -> None:
    agent.query("SELECT Id FROM Lead")
    agent.query("SELECT Id FROM Lead")

    assert agent.api_usage["api-usage"] == (2, 115_000)
    assert agent.limits()["DailyApiRequests"] == {"Max": 115_000, "Remaining": 114_997}


def test_a_refused_call_counts_too(agent: Salesforce, org: Org) -> None:
    with pytest.raises(SalesforceResourceNotFound):
        agent.restful("nothing")

    assert org.usage.used() == 1


def test_logging_in_and_listing_versions_cost_nothing(
    agent: Salesforce, org: Org, sandbox: Sandbox
) -> None:
    requests.get(sandbox.url + "/services/data", timeout=5)

    assert agent.session_id
    assert org.usage.used() == 0


def test_a_spent_allowance_refuses_until_time_has_passed(
    agent: Salesforce, org: Org, sandbox: Sandbox
) -> None:
    org.usage.set(org.usage.allowed)

    with pytest.raises(SalesforceRefusedRequest) as refused:
        agent.query("SELECT Id FROM Lead")
    assert refused.value.content == [
        {"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}
    ]

    for _ in range(25):
        sandbox.clock.advance(3600)
        org.apps.session(agent.session_id, sandbox.clock.now())
    agent.query("SELECT Id FROM Lead")


def test_the_window_moves_with_the_hours() -> None:
    clock = SandboxClock(datetime(2026, 11, 2, tzinfo=UTC))
    usage = Usage(clock, allowed=10)
    usage.take(6)
    clock.advance(12 * 3600)
    usage.take(4)

    with pytest.raises(Refusal):
        usage.take()
    clock.advance(12 * 3600)

    assert usage.used() == 4
    assert usage.header() == "api-usage=4/10"


def test_an_empty_answer_carries_no_usage(
    admin: Salesforce, lead: str, web: requests.Session
) -> None:
    url = f"{admin.base_url}sobjects/Lead/{lead}"

    written = web.patch(url, json={"Title": "x"}, headers=admin.headers)
    read = web.get(url, headers=admin.headers)

    assert (written.status_code, written.content) == (204, b"")
    assert "Sforce-Limit-Info" not in written.headers
    assert read.headers["Sforce-Limit-Info"] == "api-usage=2/115000"
    assert read.headers["Content-Type"] == "application/json;charset=UTF-8"


def test_records_are_counted_by_object(agent: Salesforce, org: Org, lead: str) -> None:
    org.delete("Lead", org.create("Lead", {"LastName": "x", "Company": "y"}))
    org.delete("Account", org.create("Account", {"Name": "x"}))

    told = agent.restful("limits/recordCount", params={"sObjects": "Lead,Nothing,Account,Contact"})

    # As recorded: an object that never had a record is not in the statistics.
    assert told == {"sObjects": [{"count": 1, "name": "Lead"}, {"count": 0, "name": "Account"}]}
    assert lead
    everything = agent.restful("limits/recordCount")["sObjects"]
    assert {"name": "Organization", "count": 1} in everything


def test_counts_may_be_older_than_what_they_count(agent: Salesforce, org: Org, lead: str) -> None:
    org.switches.statistics_age = timedelta(hours=1)
    fresh = agent.restful("limits/recordCount", params={"sObjects": "Lead"})
    org.clock.advance(3600)
    org.delete("Lead", lead)
    later = agent.restful("limits/recordCount", params={"sObjects": "Lead"})
    org.clock.advance(3600)

    assert (fresh["sObjects"], later["sObjects"]) == ([], [{"count": 1, "name": "Lead"}])
    told = agent.restful("limits/recordCount", params={"sObjects": "Lead"})
    assert told["sObjects"] == [{"count": 0, "name": "Lead"}]


def test_there_is_nothing_else_below_limits(agent: Salesforce) -> None:
    with pytest.raises(SalesforceResourceNotFound):
        agent.restful("limits/else")
