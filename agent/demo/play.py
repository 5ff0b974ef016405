"""Plays one story from the first look to the alert, and compares what was found with the truth."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from agent.clock import RemoteClock
from agent.cycle import Order, Report, run_cycle
from agent.demo.config import Crm, load_config, state_url, write_config
from agent.demo.sandbox import RunningSandbox
from agent.store import Store
from agent.tell import Told
from agent.wiring import Agent, build_agent
from bbm_core.balance.watch import SKEWED
from bbm_core.errors import BBMError
from bbm_core.icp.profile import Lang
from bbm_core.records import Answer
from connectors import load as load_connector
from connectors.contract import FieldAction

WEEK = timedelta(days=7)
WEEKS = 12
"""Weeks that pass; the drift begins in one of the first three."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """Which story to play."""

    crm: Crm = "salesforce"
    story: str = "drift-volume"
    size: str = "medium"
    seed: int = 1
    lang: Lang = "en"


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What was planted, what was found, and what it took."""

    script: Script
    planted: Mapping[str, Any]
    records: int = 0
    written: int = 0
    written_again: int = 0  # by the second sync, with nothing changed: 0
    differing: int = 0  # read back and not as written: 0
    weeks: int = 0
    parked: int = 0
    alerts: list[Mapping[str, Any]] = field(default_factory=list)  # whatever was told
    messages_in_slack: int = 0
    found_channel: str | None = None
    found_direction: str | None = None

    @property
    def agrees(self) -> bool:
        """Whether what was found is what was planted; a healthy company hears nothing at all."""
        planted = (self.planted["direction"], self.planted["channel"])
        found = (self.found_direction, self.found_channel)
        is_quiet = not self.alerts or self.planted["kind"] != "healthy"
        faithful = not self.written_again and not self.differing
        return planted == found and is_quiet and faithful


class Audience(Protocol):
    """Who is told what happens; a terminal, or nobody."""

    def sandbox_is_up(self, ready: Mapping[str, Any], script: Script) -> None: ...
    def fields_are_there(self, created: int) -> None: ...
    def first_sync(self, agent: Agent, report: Report) -> None: ...
    def second_sync(self, report: Report) -> None: ...
    def week_passed(self, agent: Agent, week: int, report: Report) -> None: ...
    def alert_came(self, agent: Agent, told: Told, report: Report) -> None: ...
    def finished(self, agent: Agent, outcome: Outcome) -> None: ...


def play(sandbox: RunningSandbox, script: Script, folder: Path, audience: Audience) -> Outcome:
    """Play the story that the sandbox holds; the folder keeps the configuration and the state.

    Raises:
        SandboxFailed: the sandbox did not start, or died.
        BBMError: what went wrong otherwise.
    """
    # What takes a while here is done while the sandbox fills itself.
    load_connector(script.crm)
    Store.open(state_url(folder), durable=False).close()
    audience.sandbox_is_up(sandbox.ready, script)
    try:
        return _play(script, folder, audience, sandbox)
    except BBMError as error:
        if sandbox.has_ended():
            raise sandbox.failure("The sandbox stopped in mid-demo") from error
        raise


def _play(script: Script, folder: Path, audience: Audience, sandbox: RunningSandbox) -> Outcome:
    path = write_config(folder, script.crm, sandbox.ready, script.lang)
    audience.fields_are_there(_create_fields(path, script, sandbox))
    outcome = Outcome(script=script, planted=sandbox.ask("story"))
    with _agent(path, script, sandbox) as agent:
        report = run_cycle(agent, Order("demo", confirmed=""))
        _count_first(outcome, report)
        audience.first_sync(agent, report)
        report = run_cycle(agent, Order("demo"))
        outcome.written_again = report.delivery.answers[Answer.APPLIED]
        audience.second_sync(report)
        _let_weeks_pass(agent, audience, outcome)
        outcome.messages_in_slack = len(sandbox.ask("slack"))
        audience.finished(agent, outcome)
    return outcome


def _create_fields(path: Path, script: Script, sandbox: RunningSandbox) -> int:
    """As who may, which is not who runs the agent."""
    with _agent(path, script, sandbox, setup=True) as agent:
        changes = agent.connector.prepare(agent.fields, apply=True)
    return sum(change.action is FieldAction.CREATE for change in changes)


def _count_first(outcome: Outcome, report: Report) -> None:
    outcome.records = report.intake.read.total()
    outcome.written = report.delivery.answers[Answer.APPLIED]
    outcome.differing = len(report.delivery.differing)


def _let_weeks_pass(agent: Agent, audience: Audience, outcome: Outcome) -> None:
    """Week by week, until a skew was told; a story without a drift is watched to the end."""
    for week in range(1, WEEKS + 1):
        agent.clock.wait(WEEK.total_seconds())
        report = run_cycle(agent, Order("demo"))
        outcome.weeks = week
        outcome.parked += report.intake.parked.total()
        audience.week_passed(agent, week, report)
        for told in report.told:
            _count_alert(outcome, told, report)
            audience.alert_came(agent, told, report)
        if outcome.found_direction is not None:
            return


def _count_alert(outcome: Outcome, told: Told, report: Report) -> None:
    """Every alert counts; only one about the balance of a stage has a direction.

    Others are about the data, a count, a customer or the definition, and their key is no stage's.
    """
    stage = next((one for one in report.stages if one.stage.name == told.stage), None)
    cause = stage.cause.headline if stage and stage.cause else None
    channel = cause.name if cause else None
    direction = stage.skew.value if stage and stage.skew in SKEWED else None
    status = stage.status if stage else None
    outcome.alerts.append(
        {
            "stage": told.stage if stage else None,
            "key": told.stage,
            "direction": direction,
            "channel": channel,
            "week": status.period.last if status and status.period else None,
            "headline": told.message.headline,
            "sent": told.sent,
        }
    )
    if outcome.found_direction is None and direction is not None:
        outcome.found_direction, outcome.found_channel = direction, channel


@contextmanager
def _agent(
    path: Path, script: Script, sandbox: RunningSandbox, *, setup: bool = False
) -> Iterator[Agent]:
    loaded = load_config(path, script.crm, sandbox.ready, setup=setup)
    clock = RemoteClock(sandbox.ready["url"], ours=True)
    agent = build_agent(loaded, clock, durable=False)  # whoever lost it would play again
    try:
        yield agent
    finally:
        agent.close()
