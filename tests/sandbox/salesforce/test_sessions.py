"""What a session is good for, and when it ends."""

import pytest
import requests
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import (
    SalesforceExpiredSession,
    SalesforceRefusedRequest,
)

from sandbox.salesforce.apps import AGENT_APP
from sandbox.server import Sandbox

USERNAME = "agent@kaede-robotics.example"


def test_userinfo_tells_who_the_session_is(agent: Salesforce) -> None:
    told = agent.oauth2("userinfo")

    assert told["preferred_username"] == USERNAME
    assert told["is_salesforce_integration_user"] is True
    assert told["organization_id"].startswith("00D")


def test_userinfo_of_no_session_is_refused(sandbox: Sandbox) -> None:
    answer = requests.get(sandbox.url + "/services/oauth2/userinfo", timeout=10)

    assert (answer.status_code, answer.text) == (403, "Bad_OAuth_Token")


def test_a_token_can_be_looked_into_and_revoked(sandbox: Sandbox, agent: Salesforce) -> None:
    token = agent.session_id
    asked = {"client_id": AGENT_APP.key, "client_secret": AGENT_APP.secret, "token": token}
    where = sandbox.url + "/services/oauth2/"

    before = requests.post(where + "introspect", data=asked, timeout=10).json()
    revoked = requests.post(where + "revoke", data={"token": token}, timeout=10)
    after = requests.post(where + "introspect", data=asked, timeout=10).json()
    again = requests.post(where + "revoke", data={"token": token}, timeout=10)
    stranger = requests.post(where + "introspect", data={"token": token}, timeout=10)

    assert (before["active"], before["username"]) == (True, USERNAME)
    assert (revoked.status_code, after) == (200, {"active": False})
    assert again.json()["error"] == "invalid_token"
    assert stranger.status_code == 401


def test_there_is_no_other_oauth_address(sandbox: Sandbox) -> None:
    assert requests.get(sandbox.url + "/services/oauth2/else", timeout=10).status_code == 404


def test_a_session_ends_when_it_is_not_used_for_two_hours(
    agent: Salesforce, sandbox: Sandbox
) -> None:
    for _ in range(3):
        sandbox.clock.advance(7000)
        agent.limits()
    sandbox.clock.advance(7201)

    with pytest.raises(SalesforceExpiredSession) as expired:
        agent.query("SELECT Id FROM Lead")
    assert expired.value.content == [
        {"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}
    ]


def test_sessions_can_be_ended_at_once(agent: Salesforce, sandbox: Sandbox) -> None:
    assert sandbox.salesforce.apps.expire() == 1

    with pytest.raises(SalesforceExpiredSession):
        agent.query("SELECT Id FROM Lead")


def test_an_org_may_refuse_the_rest_api_altogether(agent: Salesforce, sandbox: Sandbox) -> None:
    sandbox.salesforce.apps.rest_refused = True

    with pytest.raises(SalesforceExpiredSession, match="not valid for use with the REST API"):
        agent.query("SELECT Id FROM Lead")


def test_a_request_without_a_session_is_refused(sandbox: Sandbox) -> None:
    answer = requests.get(sandbox.url + "/services/data/v66.0/limits", timeout=10)

    assert (answer.status_code, answer.json()[0]["errorCode"]) == (401, "INVALID_SESSION_ID")


def test_an_old_version_is_gone_and_every_later_one_answers(
    sandbox: Sandbox, agent: Salesforce
) -> None:
    headers = {"Authorization": f"Bearer {agent.session_id}"}

    def ask_version(version: str) -> int:
        where = f"{sandbox.url}/services/data/v{version}/limits"
        return requests.get(where, headers=headers, timeout=10).status_code

    assert [ask_version(one) for one in ("30.0", "31.0", "66.0", "72.0")] == [410, 200, 200, 200]
    assert ask_version("66") == 404


def test_the_list_of_versions_is_as_recorded(sandbox: Sandbox) -> None:
    listed = requests.get(sandbox.url + "/services/data", timeout=10).json()

    assert listed[0]["version"] == "31.0"
    assert [one["label"] for one in listed[-4:]] == [
        "Spring '25",
        "Summer '25",
        "Winter '26",
        "Spring '26",
    ]
    assert listed[-1]["url"] == "/services/data/v66.0"


def test_an_index_lists_what_a_version_offers(agent: Salesforce) -> None:
    assert agent.restful("")["query"] == "/services/data/v66.0/query"


def test_nobody_may_use_a_session_the_org_did_not_open(sandbox: Sandbox) -> None:
    answer = requests.get(
        sandbox.url + "/services/data/v66.0/limits",
        headers={"Authorization": "Basic abc"},
        timeout=10,
    )

    assert answer.status_code == 401


def test_an_insufficient_right_is_a_refusal_not_an_expiry(agent: Salesforce) -> None:
    with pytest.raises(SalesforceRefusedRequest):
        agent.Lead.create({"LastName": "x", "Company": "y"})
