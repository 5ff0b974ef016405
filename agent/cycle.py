"""One cycle, top to bottom: look, take in, guard, deliver, weigh, tell, report.

It can die on any line; the next one puts it right. What was read and decided is kept page by page
before anything is sent, and what was sent is settled by reading.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial

import structlog

from agent import adoption, delivery, intake, preflight, tell
from agent.capabilities.taking import Heard, take_capabilities
from agent.clock import Interrupted
from agent.delivery import Delivery
from agent.health import look_at_health
from agent.inputs import TakenIn, take_in_files
from agent.intake import Intake
from agent.log import quiet_clients
from agent.losses import look_for_losses
from agent.matching import match_accounts
from agent.preflight import Book
from agent.rebase import rebase_incidents
from agent.store import State
from agent.tell import Told
from agent.weigh import StageReport, weigh
from agent.wiring import Agent
from bbm_core.errors import BBMError
from bbm_core.guard import Stop
from bbm_core.icp.versions import InForce
from bbm_core.plan import Standing
from bbm_core.records import Answer, RecordKind
from connectors.contract import Health

_log = structlog.get_logger()


class Ending(StrEnum):
    """How a run ended."""

    COMPLETE = "complete"
    PARTIAL = "partial"  # some records were refused, parked, or not as written
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
    force: InForce
    before: Book
    first: bool
    heard: tuple[Heard, ...] = ()  # what the CRM tells beside its records, or why it does not
    inputs: tuple[TakenIn, ...] = ()
    intake: Intake = field(default_factory=Intake)
    delivery: Delivery = field(default_factory=Delivery)
    stages: tuple[StageReport, ...] = ()
    told: tuple[Told, ...] = ()
    stop: Stop | None = None
    digest: str = ""
    planned: int = 0  # writes that were planned when the guards looked, earlier runs' included
    ending: Ending = Ending.FAILED


def run_cycle(agent: Agent, order: Order) -> Report:
    """One cycle.

    Raises:
        BBMError: what stopped it; the run record says so too, and nothing is lost.
    """
    started = agent.clock.now()
    force = adoption.take_up(agent)
    version = agent.rules.classifier.version
    run = agent.store.begin_run(order.command, started, agent.config_digest, version)
    with structlog.contextvars.bound_contextvars(cycle=run, crm=agent.connector.name):
        try:
            health = preflight.look(agent)
        except BBMError as error:
            agent.store.finish_run(run, agent.clock.now(), Ending.FAILED.value, {}, [_told(error)])
            raise
        return _run(agent, order, _begin(agent, run, started, health, force))


def _begin(agent: Agent, run: int, started: datetime, health: Health, force: InForce) -> Report:
    quiet_clients()
    agent.currency = agent.currency or health.currency
    facts = {
        preflight.PARTIAL: ", ".join(health.partial),
        preflight.CURRENCY: agent.currency,
        preflight.AT_ONCE: str(agent.connector.writes_at_once),
    }
    agent.store.remember(facts)
    before = preflight.open_book(agent)
    return Report(run, started, health, force, before, preflight.is_first(agent))


def _run(agent: Agent, order: Order, report: Report) -> Report:
    try:
        _work(agent, order, report)
    except BBMError as error:
        is_asked = isinstance(error, Interrupted)
        report.ending = Ending.INTERRUPTED if is_asked else Ending.FAILED
        _finish(agent, report, error)
        raise
    _finish(agent, report)
    return report


def _work(agent: Agent, order: Order, report: Report) -> None:
    delivery.settle(agent, report.run, report.delivery)
    unjudged = intake.has_unjudged(agent)
    fill = partial(intake.fill_channels, agent, report.run, report.intake)
    report.heard = take_capabilities(agent, fill, full=order.full)
    # Activities that ended half way do not say for whom they changed anything.
    unjudged |= any(one.broke_off for one in report.heard) and intake.has_unjudged(agent)
    report.inputs = take_in_files(agent.settings, agent.store, agent.folder)
    rules_changed = unjudged or intake.must_rejudge(agent)
    agreed = order.confirmed is not None
    intake.take_in(agent, report.run, report.intake, full=order.full, confirmed=agreed)
    if rules_changed:
        intake.rejudge(agent, report.run, report.intake)
    else:
        touched = [heard.touched for heard in report.heard]
        touched += [taken.touched for taken in report.inputs]
        intake.judge_touched(agent, report.run, frozenset().union(*touched), report.intake)
    intake.offer_again(agent, report.run, report.intake)
    match_accounts(agent)
    intake.note_rules(agent)
    agent.store.drop_plans([kind for kind in RecordKind if kind not in agent.policies])
    plan = preflight.planned(agent)
    report.digest, report.planned = plan.digest, plan.size
    report.stop = preflight.guard_plan(
        agent,
        plan,
        before=report.before,
        health=report.health,
        intake=report.intake,
        confirmed=order.confirmed,
        agreed=adoption.agreement(agent),
    )
    if order.push and report.stop is None:
        _deliver(agent, report)
        adoption.settle(agent, report.force, report.run)
        rebase_incidents(agent)
    report.stages = weigh(agent.books, tell.standings(agent.store))
    if order.tell and report.stop is None:
        look_at_health(agent)
        look_for_losses(agent)
        report.told = tell.tell(agent, report.stages, report.health)
    report.ending = _ending(agent, order, report)


def _deliver(agent: Agent, report: Report) -> None:
    delivery.deliver(agent, report.run, report.delivery)
    percent = 100 if report.first else agent.settings.write.read_back_percent
    delivery.read_back(agent, report.run, percent, report.delivery)
    # A sync with nothing to write has confirmed nothing; the first one that writes must be.
    agreed = report.planned or report.intake.plan.count(Standing.EQUAL)
    preflight.note_delivery(agent, agreed=bool(agreed))


def _ending(agent: Agent, order: Order, report: Report) -> Ending:
    if report.stop is not None:
        return Ending.STOPPED if order.push else Ending.PLANNED
    if not order.push:
        return Ending.PLANNED
    left = (
        report.delivery.differing,
        report.intake.parked.total(),
        agent.store.planned_counts().writes,  # still busy
        [one for one in agent.store.open_refusals() if one.state is State.REFUSED],
        [told for told in report.told if agent.sender and not told.sent],
        [taken for taken in report.inputs if not taken.is_whole],
    )
    return Ending.PARTIAL if any(left) else Ending.COMPLETE


def _finish(agent: Agent, report: Report, error: BBMError | None = None) -> None:
    """The run record and the one line in the log."""
    problems = [_told(error)] if error else []
    problems += [report.stop.what] if report.stop else []
    problems += [taken.problem for taken in report.inputs if taken.problem]
    counters = report_counters(agent, report)
    agent.budget.release()
    agent.store.finish_run(report.run, agent.clock.now(), report.ending.value, counters, problems)
    _log.info("cycle.finished", ending=report.ending.value, **counters)


def _told(error: BBMError) -> str:
    return f"{error.code} {error.message}"


def report_counters(agent: Agent, report: Report) -> Mapping[str, int]:
    """What the run record keeps."""
    answers = report.delivery.answers
    return {
        "read": report.intake.read.total(),
        "echoes": report.intake.echoes.total(),
        "judged": report.intake.judged.total(),
        "parked": report.intake.parked.total(),
        "removed": report.intake.removed.total(),
        "planned": report.planned,
        "settled": report.delivery.settled,
        "applied": answers[Answer.APPLIED],
        "refused": answers[Answer.REFUSED],
        "gone": answers[Answer.GONE],
        "checked": report.delivery.checked,
        "differing": len(report.delivery.differing),
        "alerts": len(report.told),
        "calls": agent.budget.spent,
    }
