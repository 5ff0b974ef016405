"""`bbm run`: the service."""

import threading
from pathlib import Path

import structlog

from agent.cli.opening import open_agent, open_config
from agent.cycle import Order, run_cycle
from agent.log import configure
from agent.schedule import keep_running, stop_on_signals
from agent.wiring import Agent
from bbm_core.errors import AccessError, BBMError, ConfigError, PreconditionError, SafetyStop

_log = structlog.get_logger()

FATAL = (AccessError, ConfigError, PreconditionError, SafetyStop)
"""What waiting does not mend: the service ends with the error's exit code."""
