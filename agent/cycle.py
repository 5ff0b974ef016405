"""One cycle, top to bottom: look, take in, guard, deliver, weigh, tell, report.

It can die on any line; the next one puts it right. What was read and decided is kept page by page
before anything is sent, and what was sent is settled by reading.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import structlog

from agent import delivery, intake, preflight, tell, weigh
from agent.delivery import Delivery
from agent.intake import Intake
from agent.weigh import StageReport
from agent.wiring import Agent
from bbm_core.errors import BBMError
from bbm_core.plan import Stop
from connectors.contract import Health

_log = structlog.get_logger()


class Ending(StrEnum):
    """How a run ended."""

    COMPLETE = "complete"
    PARTIAL = "partial"  # some records were refused or parked
    PLANNED = "planned"  # nothing was to be written
    STOPPED = "stopped"  # a guard stopped it before writing
    INTERRUPTED = "interrupted"  # asked to stop; the rest is planned
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Order:
    """What a cycle is asked to do."""

    command: str
    push: bool = True
    tell: bool = True
    full: bool = False
    confirmed: str | None = None  # the digest of the plan a person agreed to; "" agrees to any


@dataclass(slots=True)
class Report:
    """What a cycle did."""

    run: int
    started: datetime
    health: Health
    version: str
    first: bool
    intake: Intake = field(default_factory=Intake)
    delivery: Delivery = field(default_factory=Delivery)
    stages: tuple[StageReport, ...] = ()
    alerts: tuple[tell.Told, ...] = ()
    stop: Stop | None = None
    digest: str = ""
    ending: Ending = Ending.FAILED


def run_cycle(agent: Agent, order: Order) -> Report:
    """One cycle.

    Raises:
        BBMError: what stopped it; the run record says so too, and nothing is lost.
    """
    health = preflight.look(agent)
    report = _begin(agent, order, health)
    with structlog.contextvars.bound_contextvars(cycle=report.run, crm=agent.connector.name):
        try:
            _work(agent, order, report)
        except BBMError as error:
            _finish(agent, report, error)
            raise
        _finish(agent, report)
    return report


def _begin(agent: Agent, order: Order, health: Health) -> Report:
    version = agent.rules.classifier.version
    first = agent.store.last_complete_run() is None
    started = agent.clock.now()
    run = agent.store.begin_run(order.command, started, agent.digest, version)
    return Report(run, started, health, version, first)


def _work(agent: Agent, order: Order, report: Report) -> None:
    delivery.settle(agent, report.run, report.delivery)
    intake.take_in(agent, report.run, report.intake, full=order.full)
    if intake.rules_changed(agent):
        intake.rejudge(agent, report.run, report.intake)
    report.digest = agent.store.plan_digest()
    report.stop = preflight.guard_plan(agent, order, report)
    if report.stop is None and order.push:
        delivery.deliver(agent, report.run, report.delivery)
        percent = 100 if report.first else agent.settings.write.read_back_percent
        delivery.read_back(agent, report.run, percent, report.delivery)
    report.stages = weigh.weigh(agent, report.health)
    if order.tell and report.stop is None and not agent.stop.is_set():
        report.alerts = tell.tell(agent, report)
    report.ending = _ending(agent, order, report)
