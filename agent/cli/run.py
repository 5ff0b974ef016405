"""`bbm run`: the service."""

from datetime import datetime, timedelta
from pathlib import Path

import structlog

from agent.cli.opening import open_agent
from agent.cli.output import print_json
from agent.cli.report import exit_code, report_json
from agent.clock import Interrupted
from agent.cycle import Order, Report, run_cycle
from agent.schedule import keep_running, stop_on_signals
from agent.wiring import Agent
from bbm_core.errors import AccessError, BBMError, ConfigError, PreconditionError, SafetyStop
from connectors.errors import BudgetSpent

_log = structlog.get_logger()

FATAL = (AccessError, ConfigError, PreconditionError, SafetyStop)
"""What waiting does not mend: the service ends with the error's exit code."""

FULL = "full"
"""The fact of the store that says when everything was last read anew."""


def run(*, once: bool = False, config: Path | None = None, json: bool = False) -> int:
    """Sync every so many minutes, until told to stop. The first sync is yours: `bbm sync`.

    Args:
        once: one sync, then end; for cron, Kubernetes and Airflow.
        config: the configuration file.
        json: what each sync did, as one JSON document on a line of its own.
    """
    with open_agent(config, service=True) as agent:
        stop_on_signals(agent.stop)
        service = _Service(agent, json=json)
        if once:
            return exit_code(service.work())
        _log.info("service.started", every_minutes=agent.settings.schedule.every_minutes)
        keep_running(
            service.cycle,
            agent.settings.schedule.every_minutes,
            agent.stop,
            agent.clock.now(),
        )
        _log.info("service.stopped")
        return service.ended_with


class _Service:
    """Runs cycles and decides what an error means for the service."""

    def __init__(self, agent: Agent, *, json: bool = False) -> None:
        self._agent = agent
        self._json = json
        self.ended_with = 0

    def cycle(self) -> None:
        """One cycle; an error that waiting does not mend asks for the end."""
        try:
            self.work()
        except Interrupted:
            _log.info("cycle.interrupted")
        except BudgetSpent as error:
            _log.warning("cycle.postponed", code=error.code, reason=error.message)
        except FATAL as error:
            self._end(error)
        except BBMError as error:
            _log.error("cycle.failed", code=error.code, reason=error.message, hint=error.hint)
        except Exception:  # noqa: BLE001 - the one around a whole cycle
            # A bug of ours must not end the service in silence: it is logged, and systemd or
            # Kubernetes starts it anew, where the state puts everything right.
            _log.exception("cycle.broken")
            self.ended_with = 1
            self._agent.stop.set()

    def work(self) -> Report:
        agent, now = self._agent, self._agent.clock.now()
        since = agent.store.fact(FULL)
        days = timedelta(days=agent.settings.schedule.full_every_days)
        full = since is not None and now - datetime.fromisoformat(since) >= days
        report = run_cycle(agent, Order("run", full=full))
        if full or since is None:
            agent.store.remember({FULL: now.isoformat()})
        if self._json:
            body = report_json(agent, report)
            print_json("bbm.run/1", agent.clock.now(), body, on_one_line=True)
        if report.stop is not None:
            raise SafetyStop(report.stop.what, hint=report.stop.hint, code=report.stop.code)
        return report

    def _end(self, error: BBMError) -> None:
        _log.error("service.ended", code=error.code, reason=error.message, hint=error.hint)
        self.ended_with = error.exit_code
        self._agent.stop.set()
