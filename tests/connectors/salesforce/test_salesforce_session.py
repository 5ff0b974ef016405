"""Sessions with Salesforce: their budget, strange answers, and whom they never ask."""

import json
from pathlib import Path
from typing import Any

import pytest

from bbm_core.records import RecordKind
from connectors.errors import (
    BudgetSpent,
    MalformedAnswer,
    Unavailable,
)
from connectors.salesforce.connector import SalesforceConnector
from sandbox.faults import Action, Fault
from tests.connectors.salesforce.org_pulls import pull, ready, say
from tests.connectors.salesforce.org_world import SalesforceWorld


def pull_often(connector: SalesforceConnector) -> None:
    for _ in range(25):
        pull(connector)


# Budget


def test_logins_are_reserved_too(world: SalesforceWorld) -> None:
    world.connector().check()

    assert len(world.reserved) == world.calls()


def test_the_calls_that_salesforce_counts_are_observed(world: SalesforceWorld) -> None:
    world.org.usage.set(891)

    world.connector().check()

    assert world.used[-1][0] > 891
    assert world.used[-1][1] == 115_000


@pytest.mark.parametrize(
    "header", ["api-usage=25/5000; per-app-api-usage=17/250(appName=x)", "x=1; api-usage=25/5000"]
)
def test_the_count_is_found_in_every_order(world: SalesforceWorld, header: str) -> None:
    connector = ready(world)
    answer = {"records": [], "totalSize": 0, "done": True}
    action = Action(status=200, body=json.dumps(answer), headers={"Sforce-Limit-Info": header})
    world.sandbox.faults.add(Fault(action=action, path_contains="/query"))

    pull(connector)

    assert world.used[-1] == (25, 5000)


def test_without_word_of_the_count_it_is_asked_for(world: SalesforceWorld) -> None:
    connector = ready(world)
    silence(world, times=60)

    pull_often(connector)

    assert world.sandbox.ledger.requests(path_contains="/limits")


def test_where_nobody_tells_the_count_nothing_more_is_sent(world: SalesforceWorld) -> None:
    connector = ready(world)
    silence(world, times=60)
    say(world, {"DailyApiRequests": {"Max": "many"}}, path="/limits", times=10)

    with pytest.raises(BudgetSpent) as caught:
        pull_often(connector)

    assert caught.value.code == "BBM-SF-022"


def test_the_daily_allowance_of_the_org_is_told_apart(world: SalesforceWorld) -> None:
    connector = ready(world)
    world.org.usage.set(115_000)

    with pytest.raises(BudgetSpent) as caught:
        pull(connector)

    assert caught.value.code == "BBM-SF-020"


# Strange answers


@pytest.mark.parametrize(
    "body",
    [
        "",
        "   ",
        "null",
        "17",
        '"text"',
        "<html></html>",
        "{",
        "[" * 100_000,
        {},
        [],
        {"records": [], "totalSize": 0},
        {"records": None, "totalSize": 0, "done": True},
        {"records": [1], "totalSize": 1, "done": True},
        {"records": [], "totalSize": "0", "done": True},
        {"records": [], "totalSize": 5, "done": True},
        {"records": [], "totalSize": 5, "done": False},
        {"records": [], "totalSize": 5, "done": False, "nextRecordsUrl": 5},
        {"records": [], "totalSize": 5, "done": False, "nextRecordsUrl": "/x"},
        {"records": [], "totalSize": 0, "done": True, "nextRecordsUrl": "/services/data/x"},
        {"records": [{"Id": "x"}], "totalSize": 1, "done": True},
    ],
    ids=lambda body: str(body)[:40],
)
def test_a_success_of_another_shape_is_never_the_end_of_the_records(
    world: SalesforceWorld, body: object
) -> None:
    connector = ready(world)
    say(world, body)

    with pytest.raises(MalformedAnswer):
        pull(connector)


@pytest.mark.parametrize(
    "next_",
    ["@evil.example/x", "https://evil.example", "/services/oauth2/userinfo"],
)
def test_a_query_never_goes_on_at_another_place(world: SalesforceWorld, next_: str) -> None:
    say(world, {"records": [{"Id": "x"}], "totalSize": 5, "done": False, "nextRecordsUrl": next_})

    with pytest.raises(MalformedAnswer, match="another place"):
        world.connector().check()


def test_a_query_whose_pages_run_in_a_circle_ends(world: SalesforceWorld) -> None:
    circle = "/services/data/v66.0/query/0r8000-2000"
    page = {"records": [{"Id": "x"}], "totalSize": 9, "done": False, "nextRecordsUrl": circle}
    say(world, page, times=50)

    with pytest.raises(MalformedAnswer, match="circle"):
        world.connector().check()


def test_a_query_that_brings_fewer_rows_than_it_counts_is_no_answer(
    world: SalesforceWorld,
) -> None:
    say(world, {"records": [{"Id": "x"}], "totalSize": 9, "done": True})

    with pytest.raises(MalformedAnswer, match="1 of 9"):
        world.connector().check()


def test_long_answers_are_followed_to_their_end(world: SalesforceWorld) -> None:
    world.org.page_limit = 3

    statuses = world.connector().check().kinds[RecordKind.OPPORTUNITY].statuses

    assert len(statuses) == 10


def test_a_redirect_is_not_followed(world: SalesforceWorld) -> None:
    connector = ready(world)
    action = Action(status=302, headers={"Location": "https://evil.example/"})
    world.sandbox.faults.add(Fault(action=action, path_contains="/query"))

    with pytest.raises(MalformedAnswer) as caught:
        pull(connector)

    assert caught.value.code == "BBM-SF-004"


# Nobody else is asked


def test_the_environments_proxies_and_certificates_are_not_used(
    world: SalesforceWorld, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine kaede.my.salesforce.com login a password b")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))

    assert world.connector().check().org_name == "Kaede Robotics K.K."


def test_a_proxy_that_refuses_is_unavailable(world: SalesforceWorld) -> None:
    connector = world.connector(url="https://elsewhere.example")

    with pytest.raises(Unavailable) as caught:
        connector.check()

    assert caught.value.code == "BBM-SF-006"
    asked = world.sandbox.ledger.requests(service="proxy")
    assert [one.status for one in asked] == [403]


def test_a_certificate_of_somebody_else_is_not_trusted(world: SalesforceWorld) -> None:
    connector = world.connector(ca_file=None)

    with pytest.raises(Unavailable) as caught:
        connector.check()

    assert caught.value.code == "BBM-SF-005"


def silence(world: SalesforceWorld, *, times: int) -> None:
    """Answers to describes and queries that do not tell how many calls are used."""
    schema = _describe(world)
    say(world, schema, path="/sobjects/Lead/describe", times=times)
    say(world, {"records": [], "totalSize": 0, "done": True}, times=times)


def _describe(world: SalesforceWorld) -> dict[str, Any]:
    fields = [{"name": name, "type": "string"} for name in world.org.definition("Lead").fields]
    return {"name": "Lead", "fields": fields}
