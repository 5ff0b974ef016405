"""Logins to Salesforce: by secret and by signed assertion, refused, and renewed."""

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
    ConfigError,
    LoginRefused,
    MalformedAnswer,
    Unavailable,
)
from connectors.salesforce.connector import build
from sandbox.faults import Action, Fault
from sandbox.salesforce.apps import App
from tests.connectors.salesforce.org_pulls import pull, ready, refs, say
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

    assert not refs(pull(connector))
    assert logins(world) == 2
