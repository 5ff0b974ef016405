"""Opens what commands work with: the configuration, and the agent with its state."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.clock import SystemClock
from agent.config import Loaded, load
from agent.wiring import Agent, build_agent

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
def open_agent(given: Path | None) -> Iterator[Agent]:
    """The agent of the configuration, its state locked until the block ends."""
    agent = build_agent(open_config(given), SystemClock())
    try:
        yield agent
    finally:
        agent.close()
