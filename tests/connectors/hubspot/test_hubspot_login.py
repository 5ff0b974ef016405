"""Service key or OAuth app: which token goes out, when it is renewed, and where it is kept."""

import json
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pydantic import HttpUrl, SecretStr, ValidationError

from connectors.errors import ConfigError, LoginRefused, MalformedAnswer, Unavailable
from connectors.hubspot.config import HubSpotConfig
from connectors.hubspot.session import Row, Session
from sandbox.clock import SandboxClock
from sandbox.faults import Action, Fault
from sandbox.hubspot.tokens import RUNNING_SCOPES
from sandbox.server import Sandbox
from tests.connectors.hubspot.conftest import Surroundings
from tests.connectors.hubspot.portal_world import START

SECRET = "an-app-secret"
APP = {
    "client_id": "app-1",
    "client_secret": SecretStr(SECRET),
    "refresh_token": SecretStr("na1-refresh-first"),
}


@pytest.fixture(scope="module")
def opened() -> Iterator[Sandbox]:
    with Sandbox(clock=SandboxClock(START)) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(opened: Sandbox) -> Sandbox:
    opened.faults.clear()
    opened.hubspot.tokens.apps.clear()
    opened.hubspot.tokens.add_app("app-1", SECRET, "na1-refresh-first", RUNNING_SCOPES)
    return opened


def look(sandbox: Sandbox, file: Path, **more: Any) -> Row:
    """Ask for the portal as another process would."""
    config = HubSpotConfig(url=HttpUrl(sandbox.url), token_file=file, **{**APP, **more})
    with closing(Session(config, Surroundings(sandbox.clock).ports())) as session:
        return session.account()


def logins(sandbox: Sandbox, since: int) -> int:
    return len(sandbox.ledger.requests(path_contains="/oauth/", since=since))


def test_an_app_logs_in_once_and_keeps_its_token(sandbox: Sandbox, tmp_path: Path) -> None:
    file, since = tmp_path / "tokens.json", sandbox.ledger.last_seq()

    first = look(sandbox, file)
    second = look(sandbox, file)

    assert first["portalId"] == second["portalId"] == sandbox.hubspot.knobs.portal_id
    assert logins(sandbox, since) == 1
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert SECRET not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("version", ["v3", "2026-03"])
def test_a_token_is_renewed_before_it_ends(sandbox: Sandbox, tmp_path: Path, version: str) -> None:
    file = tmp_path / "tokens.json"
    look(sandbox, file, api_version=version)
    since = sandbox.ledger.last_seq()
    sandbox.clock.advance(1_760)

    look(sandbox, file, api_version=version)

    assert logins(sandbox, since) == 1
    assert all(one.status == 200 for one in sandbox.ledger.requests(since=since))


def test_a_token_that_was_ended_early_is_renewed_once(sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    look(sandbox, file)
    sandbox.hubspot.tokens.revoke(json.loads(file.read_text(encoding="utf-8"))["access_token"])

    assert look(sandbox, file)["portalId"]


def test_a_new_refresh_token_is_used_from_then_on(sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    lasting = {"access_token": "CSandboxNone", "expires_in": 30, "token_type": "bearer"}
    body = json.dumps({**lasting, "refresh_token": "na1-refresh-second"})
    sandbox.faults.add(Fault(action=Action(status=200, body=body), path_contains="/oauth/"))
    sandbox.hubspot.tokens.apps.clear()
    sandbox.hubspot.tokens.add_app("app-1", SECRET, "na1-refresh-second", RUNNING_SCOPES)

    assert look(sandbox, file)["portalId"]  # the first token is unknown, the next one is not

    assert json.loads(file.read_text(encoding="utf-8"))["refresh_token"] == "na1-refresh-second"


def test_another_process_that_was_faster_is_not_outdone(sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    config = HubSpotConfig(url=HttpUrl(sandbox.url), token_file=file, **APP)
    with closing(Session(config, Surroundings(sandbox.clock).ports())) as slow:
        slow.account()
        sandbox.clock.advance(1_790)
        look(sandbox, file)  # renews
        since = sandbox.ledger.last_seq()

        slow.account(fresh=True)

    assert logins(sandbox, since) == 0


def test_an_app_that_was_put_out_says_how_to_let_it_in_again(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.hubspot.tokens.apps.clear()
    sandbox.hubspot.tokens.add_app("app-1", SECRET, "another", RUNNING_SCOPES)

    with pytest.raises(LoginRefused) as caught:
        look(sandbox, tmp_path / "tokens.json")

    assert caught.value.code == "BBM-HS-004"
    assert "tokens.json" in caught.value.hint
    assert SECRET not in str(caught.value)


def test_an_outage_of_the_login_is_an_outage(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.add(Fault(action="html_503", path_contains="/oauth/"))

    with pytest.raises(Unavailable):
        look(sandbox, tmp_path / "tokens.json")


@pytest.mark.parametrize(
    ("token", "lasts"), [("", 1800), ("a\\nb", 1800), ("a", 0), ("a", 10**15), ("a", "1800")]
)
def test_a_token_that_cannot_be_used_is_never_kept(
    sandbox: Sandbox, tmp_path: Path, token: str, lasts: Any
) -> None:
    body = f'{{"access_token": "{token}", "expires_in": {json.dumps(lasts)}}}'
    sandbox.faults.add(Fault(action=Action(status=200, body=body), path_contains="/oauth/"))

    with pytest.raises(MalformedAnswer):
        look(sandbox, tmp_path / "tokens.json")

    assert not (tmp_path / "tokens.json").exists()


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"access_token": "x"'])
def test_a_damaged_file_is_named_and_not_shown(sandbox: Sandbox, tmp_path: Path, text: str) -> None:
    file = tmp_path / "tokens.json"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        look(sandbox, file)

    assert caught.value.code == "BBM-HS-005"
    assert str(file) in caught.value.message


def test_the_tokens_of_another_app_are_not_used(sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    look(sandbox, file)
    kept = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**kept, "client_id": "app-0"}), encoding="utf-8")
    since = sandbox.ledger.last_seq()

    look(sandbox, file)

    assert logins(sandbox, since) == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "`token` is missing"),
        ({"client_id": "app-1"}, "`client_secret` and `refresh_token` and `token_file`"),
        ({"token": "pat-na1-x", "client_id": "app-1"}, "leave one of them out"),
    ],
)
def test_one_login_is_asked_for_and_no_half_of_two(given: dict[str, str], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        HubSpotConfig.model_validate(given)
