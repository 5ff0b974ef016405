"""`bbm sync` and what it shares with `bbm plan`: one cycle, and what it did, in words."""

import json as json_text
from pathlib import Path
from typing import Any

from rich.prompt import Confirm

from agent.cli.opening import open_agent
from agent.cli.output import console, print_json
from agent.cli.report import exit_code, report_json, show_report
from agent.cycle import Order, Report, run_cycle
from agent.wiring import Agent
from bbm_core.errors import ConfigError, SafetyStop
from bbm_core.guard import Guard


def sync(
    *,
    yes: bool = False,
    from_plan: Path | None = None,
    full: bool = False,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """Read what changed, classify, write, weigh, tell.

    Args:
        yes: agree to the plan without being asked, as services must.
        from_plan: agree to exactly the plan in this file, written by `bbm plan --out`.
        full: read everything anew, not only what changed.
        config: the configuration file.
        json: one JSON document instead of text.
    """
    agreed = _digest_in(from_plan) if from_plan else ("" if yes else None)
    with open_agent(config) as agent:
        report = run_cycle(agent, Order("sync", full=full, confirmed=agreed))
        if report.stop is not None and agreed is None and not json and _agrees(agent, report):
            report = run_cycle(agent, Order("sync", confirmed=report.digest))
        finish(agent, report, json=json, schema="bbm.sync/1")
        if report.stop is not None:
            raise SafetyStop(report.stop.what, hint=report.stop.hint, code=report.stop.code)
    return exit_code(report)


def finish(agent: Agent, report: Report, *, json: bool, schema: str) -> None:
    if json:
        print_json(schema, agent.clock.now(), report_json(agent, report))
    else:
        show_report(console(), agent, report)


def _agrees(agent: Agent, report: Report) -> bool:
    """Show the plan that the guard wants confirmed, and ask, where there is anybody to ask."""
    out = console()
    if not out.is_terminal or report.stop is None or report.stop.guard in _BEYOND_CONSENT:
        return False
    show_report(out, agent, report)
    return Confirm.ask(f"{report.stop.what} Write these changes?", default=False)


_BEYOND_CONSENT = (Guard.WRONG_ORG, Guard.EMPTY_SOURCE)


def _digest_in(path: Path) -> str:
    try:
        document: Any = json_text.loads(path.read_text(encoding="utf-8"))
        digest = document["digest"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"{path} is not a plan: {error}.",
            hint="Write one with `bbm plan --out FILE`.",
            code="BBM-PL-001",
        ) from error
    return str(digest)
