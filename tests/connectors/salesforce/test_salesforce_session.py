"""Sessions with Salesforce: logins, renewals, standing headers, budget, and strange answers."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bbm_core.records import FieldRole, RecordKind, Write
from connectors.contract import Ports
from connectors.errors import (
    BudgetSpent,
    ConfigError,
    LoginRefused,
    MalformedAnswer,
    Unavailable,
)
from connectors.salesforce.connector import SalesforceConnector, build
from sandbox.faults import Action, Fault
from sandbox.salesforce.apps import App
from tests.connectors.salesforce.org_world import SalesforceWorld

TOKEN = "/services/oauth2/token"


@pytest.fixture(scope="module")
def keys() -> tuple[str, str]:
    """A private key and its public one, in PEM."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    hidden = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hidden.decode(), public.decode()


def logins(world: SalesforceWorld) -> int:
    return len(world.sandbox.ledger.requests(service="salesforce", path_contains=TOKEN))


def pull(connector: SalesforceConnector) -> int:
    return sum(len(page.records) for page in connector.pull(RecordKind.LEAD, None))


def pull_often(connector: SalesforceConnector) -> None:
    for _ in range(25):
        pull(connector)


def ready(world: SalesforceWorld, **settings: Any) -> SalesforceConnector:
    connector = world.connector(**settings)
    connector.prepare(world.fields_of(RecordKind.LEAD), apply=True)
    return connector


def say(world: SalesforceWorld, body: object, *, path: str = "/query", times: int = 1) -> None:
    """Answer the next queries with this body."""
    text = body if isinstance(body, str) else json.dumps(body)
    action = Action(status=200, body=text)
    world.sandbox.faults.add(
        Fault(action=action, service="salesforce", path_contains=path, times=times)
    )


def jwt_settings(world: SalesforceWorld, keys: tuple[str, str], **more: Any) -> dict[str, Any]:
    app = App(
        name="JWT",
        key="jwt-key",
        run_as="agent",
        public_key=keys[1],
        approved=frozenset({"agent"}),
    )
    world.org.apps.register(app)
    user = world.org.get("User", world.org.users["agent"])
    return {
        "login": "jwt",
        "client_id": "jwt-key",
        "private_key": keys[0],
        "username": user["Username"],
        **more,
    }


# Logging in


def test_one_login_serves_every_verb(world: SalesforceWorld) -> None:
    connector = ready(world)

    connector.check()
    pull(connector)

    assert logins(world) == 1


def test_a_signed_assertion_logs_in(world: SalesforceWorld, keys: tuple[str, str]) -> None:
    connector = world.connector(**jwt_settings(world, keys))

    assert connector.check().user == "agent@kaede-robotics.example"


def test_the_key_may_lie_in_a_file(
    world: SalesforceWorld, keys: tuple[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "key.pem"
    settings = jwt_settings(world, keys, private_key=None, private_key_file=file)
    connector = world.connector(**settings)

    with pytest.raises(ConfigError, match=r"key\.pem cannot be read"):
        connector.check()
    file.write_text(keys[0], encoding="ascii")

    assert connector.check().user == "agent@kaede-robotics.example"


def test_an_assertion_is_dated_by_salesforces_clock(
    world: SalesforceWorld, keys: tuple[str, str]
) -> None:
    ports = world.ports(world.reserved.append)
    slow = Ports(ports.reserve, ports.observe, ports.wait, lambda: world.now() - timedelta(hours=2))
    connector = build(world.config(**jwt_settings(world, keys)), world.reading, slow)

    health = connector.check()
    connector.close()

    assert health.server_time == world.now()
    assert "BBM-SF-050" in [problem.code for problem in health.problems]
    assert logins(world) == 2  # the first refusal told the time


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"client_secret": "wrong"}, "BBM-SF-011"),
        ({"client_id": "wrong"}, "BBM-SF-011"),
    ],
)
def test_wrong_credentials_are_refused_once_and_no_secret_is_told(
    world: SalesforceWorld, settings: dict[str, str], code: str
) -> None:
    connector = world.connector(**settings)

    with pytest.raises(LoginRefused) as caught:
        connector.check()

    assert caught.value.code == code
    assert "wrong" not in f"{caught.value.message} {caught.value.hint}"
    assert logins(world) == 1


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"audience": "https://elsewhere.example"}, "BBM-SF-013"),
        ({"username": "nobody@kaede-robotics.example"}, "BBM-SF-012"),
    ],
)
def test_a_refused_assertion_says_what_is_wrong(
    world: SalesforceWorld, keys: tuple[str, str], settings: dict[str, str], code: str
) -> None:
    connector = world.connector(**jwt_settings(world, keys, **settings))

    with pytest.raises(LoginRefused) as caught:
        connector.check()

    assert caught.value.code == code


def test_a_key_that_is_none_is_a_matter_of_the_configuration(
    world: SalesforceWorld, keys: tuple[str, str]
) -> None:
    connector = world.connector(**jwt_settings(world, keys, private_key="not a key"))

    with pytest.raises(ConfigError) as caught:
        connector.check()

    assert caught.value.code == "BBM-SF-016"
    assert caught.value.__cause__ is None
    assert logins(world) == 0


@pytest.mark.parametrize(
    "grant",
    [
        [],
        {},
        {"access_token": "", "instance_url": "https://kaede.my.salesforce.com"},
        {"access_token": "x"},
        {"access_token": "x", "instance_url": "https://evil.example"},
        "<html>Welcome to the hotel</html>",
    ],
)
def test_a_login_without_a_usable_token_is_no_login(world: SalesforceWorld, grant: object) -> None:
    say(world, grant, path=TOKEN)

    with pytest.raises(MalformedAnswer):
        world.connector().check()


@pytest.mark.parametrize("status", [500, 503])
def test_a_login_page_that_is_down_is_not_a_refusal(world: SalesforceWorld, status: int) -> None:
    action = Action(status=status, body="<html>Maintenance</html>")
    world.sandbox.faults.add(Fault(action=action, path_contains=TOKEN))

    with pytest.raises(Unavailable):
        world.connector().check()


# Renewing


def test_an_expired_session_is_renewed_once_and_the_standing_headers_stay(
    world: SalesforceWorld,
) -> None:
    ref = world.create(RecordKind.LEAD, "Software")
    owner = world.org.get("Lead", ref.id)["OwnerId"]
    connector = ready(world)
    before = world.sandbox.ledger.last_seq()
    world.org.apps.expire()

    receipts = list(connector.push([Write(ref, {FieldRole.FLAG: "icp"})]))

    sent = world.sandbox.ledger.requests(service="salesforce", method="PATCH", since=before)
    assert [one.status for one in sent] == [401, 200]
    assert {one.headers["sforce-auto-assign"] for one in sent} == {"FALSE"}
    assert {one.headers["sforce-duplicate-rule-header"] for one in sent} == {"allowSave=true"}
    assert {one.headers["sforce-call-options"] for one in sent} == {"client=bbm-agent"}
    assert [receipt.refusal for receipt in receipts] == [""]
    assert world.org.get("Lead", ref.id)["OwnerId"] == owner
    assert logins(world) == 2


def test_many_threads_with_an_expired_session_log_in_once(world: SalesforceWorld) -> None:
    connector = ready(world)
    before = logins(world)
    world.org.apps.expire()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: pull(connector), range(8)))

    assert logins(world) - before == 1


def test_a_session_that_is_never_accepted_costs_one_new_login(world: SalesforceWorld) -> None:
    connector = ready(world)
    before = logins(world)
    world.sandbox.faults.add(Fault(action="expired", path_contains="/services/data", times=1_000))

    with pytest.raises(LoginRefused) as caught:
        pull(connector)

    assert caught.value.code == "BBM-SF-015"
    assert logins(world) - before == 1


def test_a_session_of_another_kind_is_not_renewed(world: SalesforceWorld) -> None:
    connector = ready(world)
    before = logins(world)
    world.org.apps.rest_refused = True

    with pytest.raises(LoginRefused) as caught:
        pull(connector)

    assert caught.value.code == "BBM-SF-014"
    assert logins(world) == before


def test_an_expired_session_is_noticed_where_salesforce_says_403(world: SalesforceWorld) -> None:
    connector = ready(world)
    connector.check()
    world.org.apps.expire()

    assert connector.check().user == "agent@kaede-robotics.example"


@pytest.mark.parametrize("body", ["<html>Session expired</html>", '{"error": "expired"}', "[]"])
def test_a_401_of_any_shape_is_an_expired_session(world: SalesforceWorld, body: str) -> None:
    connector = ready(world)
    world.sandbox.faults.add(Fault(action=Action(status=401, body=body), path_contains="/query"))

    assert pull(connector) == 0
    assert logins(world) == 2


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
