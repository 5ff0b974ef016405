"""Opens what commands work with: the configuration, and the agent with its state."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.clock import Clock, SystemClock
from agent.config import Loaded, load
from agent.config.shape import secrets_in
from agent.log import Redactor, set_up_log
from agent.retry import Retry
from agent.wiring import Agent, build_agent, build_reading
from bbm_core.icp.profile import Lang
from connectors import load as load_connector
from connectors.contract import Health, Ports

SYSTEM_WIDE = Path("/etc/bbm/config.toml")


def config_path(given: Path | None) -> Path:
    """--config, else BBM_CONFIG, else ./config.toml, else the system-wide file."""
    if given is not None:
        return given
    if named := os.environ.get("BBM_CONFIG"):
        return Path(named)
    here = Path("config.toml")
    return SYSTEM_WIDE if not here.exists() and SYSTEM_WIDE.exists() else here


def open_config(given: Path | None) -> Loaded:
    return load(config_path(given), os.environ)


@contextmanager
def open_agent(given: Path | None, *, service: bool = False) -> Iterator[Agent]:
    """The agent of the configuration, its state locked until the block ends.

    A service logs as configured; a command for people is quiet unless something is wrong.
    """
    loaded = open_config(given)
    open_log(loaded, service=service)
    stop = threading.Event()
    agent = build_agent(loaded, SystemClock(stop), stop)
    try:
        yield agent
    finally:
        agent.close()


def open_log(loaded: Loaded, *, service: bool = False) -> None:
    """Send the log to the standard error, without the secrets of this configuration.

    A level that the environment sets (as `bbm -v` does) counts for every command.
    """
    log = loaded.settings.log
    asked = service or loaded.sources.get("log.level", "").startswith("environment")
    set_up_log(
        Redactor(secrets_in(loaded.settings)),
        level=log.level if asked else "warning",
        as_json=None if log.format == "auto" else log.format == "json",
    )


def look_once(loaded: Loaded, clock: Clock) -> Health:
    """One look at the CRM, before there is any state to count calls in.

    Raises:
        BBMError: the CRM cannot be reached, or does not let us in.
    """
    open_log(loaded)
    settings = loaded.settings
    ports = Ports(
        reserve=lambda _calls: None,
        observe=lambda _used, _limit: None,
        wait=clock.wait,
        now=clock.now,
    )
    connection = getattr(settings.crm, settings.crm.kind)
    reading = build_reading(settings, clock.now())
    connector = load_connector(settings.crm.kind)(connection, reading, ports)
    try:
        return Retry(clock, max_attempts=2).call(connector.check)
    finally:
        connector.close()


def reading_lang(loaded: Loaded, given: Lang | None) -> Lang:
    """In which language people read here: --lang, else BBM_LANG, else the CRM's."""
    return _asked_lang(given) or loaded.settings.crm.lang


def plain_lang(given: Lang | None) -> Lang:
    """The same where no configuration is read: --lang, else BBM_LANG, else English."""
    return _asked_lang(given) or "en"


def _asked_lang(given: Lang | None) -> Lang | None:
    named = given or os.environ.get("BBM_LANG")
    return "ja" if named == "ja" else "en" if named == "en" else None
