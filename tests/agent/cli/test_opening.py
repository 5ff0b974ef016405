"""Where the configuration is, and what opening an agent or a log sets up: no secret is in it."""

import io
import json
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from agent.cli.opening import config_path, open_agent, open_log
from agent.config import load
from tests.agent.cli.conftest import Bbm

SECRET = "canary-5ecret-value"


def test_the_place_of_the_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert config_path(None) == Path("config.toml")
    monkeypatch.setenv("BBM_CONFIG", str(tmp_path / "named.toml"))
    assert config_path(None) == tmp_path / "named.toml"
    assert config_path(tmp_path / "given.toml") == tmp_path / "given.toml"


@pytest.fixture
def _log_put_back() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def _logged(config: Path, monkeypatch: pytest.MonkeyPatch, *, service: bool) -> str:
    """What reaches the standard error of one informative and one worrying line."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    open_log(load(config, os.environ), service=service)
    structlog.get_logger().info("cycle.finished")
    structlog.get_logger().warning("outage.started", told=f"token {SECRET}")
    return stream.getvalue()


@pytest.mark.usefixtures("_log_put_back")
def test_a_command_for_people_is_quiet_and_hides_secrets(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BBM_SALESFORCE_SECRET", SECRET)

    log = _logged(config, monkeypatch, service=False)

    assert [json.loads(line)["event"] for line in log.splitlines()] == ["outage.started"]
    assert SECRET not in log


@pytest.mark.usefixtures("_log_put_back")
def test_a_service_logs_as_configured(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "cycle.finished" in _logged(config, monkeypatch, service=True)


@pytest.mark.usefixtures("_log_put_back")
def test_a_command_for_people_says_more_when_asked_to(
    bbm: Bbm, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BBM_LOG__LEVEL", "warning")

    assert bbm("-v", "config", "example").code == 0

    assert os.environ["BBM_LOG__LEVEL"] == "info"
    assert "cycle.finished" in _logged(config, monkeypatch, service=False)


@pytest.mark.usefixtures("_log_put_back")
def test_opening_an_agent_sets_the_log_up(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BBM_SALESFORCE_SECRET", SECRET)
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)

    with open_agent(config):
        structlog.get_logger().warning("a.warning", told=SECRET)

    assert "a.warning" in stream.getvalue()
    assert SECRET not in stream.getvalue()
