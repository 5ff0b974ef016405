"""Tells: incident transitions become messages, and messages are sent, each once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

import structlog
from pydantic import TypeAdapter

from agent import notices
from agent.alerts.incident import (
    Change,
    Incident,
    IncidentSettings,
    Transition,
    advance,
    previous_skew,
)
from agent.alerts.message import Finding, Message, build_drift, build_recovery
from agent.alerts.notice import NoticeChange
from agent.alerts.slack import INVALID_MESSAGE, MessageGone, SlackSender
from agent.alerts.words import say
from agent.outlook import target_need
from agent.store import AlertRow, Store
from agent.weigh import StageReport, Standing, watch_settings
from agent.wiring import Agent
from bbm_core.balance.watch import Skew
from bbm_core.errors import BBMError, TransientError
from bbm_core.icp.profile import Lang
from bbm_core.prescribe.measures import consequence, recommend
from connectors.contract import Health

MENDING = timedelta(minutes=15)
"""How long a channel that refuses is left alone before it is tried again."""

_log = structlog.get_logger()
_INCIDENT = TypeAdapter(Incident)
_MESSAGE = TypeAdapter(Message)

ECHO = timedelta(weeks=13)
"""How long a skew goes on through later stages after it ended where it began."""


@dataclass(frozen=True, slots=True)
class Told:
    """One message, and whether it reached its channel."""

    stage: str
    change: str
    message: Message
    sent: bool
    problem: str = ""


def standings(store: Store) -> Mapping[str, Standing]:
    """The open incidents by stage: their skew, and the band by which they are judged."""
    incidents = _incidents(store).values()
    return {one.key: Standing(previous_skew(one), one.band) for one in incidents if one.is_open}


def tell(agent: Agent, reports: Sequence[StageReport], health: Health) -> tuple[Told, ...]:
    """Keep what changed, then send what is waiting, what failed earlier included."""
    source = _source(health, _lang(agent))
    incidents = _incidents(agent.store)
    upstream: set[Skew] = set()
    moved: set[str] = set()
    for report in reports:
        incident = incidents.get(report.stage.name)
        is_open = incident is not None and incident.is_open
        is_news = is_open or report.skew not in upstream
        transition = _transition(agent, report, incident) if is_news else None
        hushed = is_open or report.leaning is not None
        counts = notices.count_change(agent, report, hushed=hushed, moved=moved)
        if not _held(agent, report, source, (transition, counts)):
            incident = _note(agent, report, transition, source) or incident
            notices.note_counts(agent, report, counts, source, _lang(agent))
        moved |= notices.ways(report)
        upstream |= _leanings(report, incident, agent.clock.now())
    for row in agent.store.alerts_in_doubt():
        # Perhaps it arrived. The message carries its ref, so that people recognise a double.
        agent.store.alert_failed(row.id, "unknown whether sent", agent.clock.now(), for_good=False)
    return tuple(_send(agent, row) for row in agent.store.pending_alerts(agent.clock.now()))


def _incidents(store: Store) -> Mapping[str, Incident]:
    """The latest incident of each stage, open or recovered."""
    bodies = store.incidents().items()
    return {
        key: _INCIDENT.validate_python(dict(body))
        for key, body in bodies
        if not notices.is_notice(key)
    }


def _leanings(report: StageReport, incident: Incident | None, now: datetime) -> set[Skew]:
    """The skews at later stages that this stage explains, so that they need no message.

    What comes in skewed goes on skewed from stage to stage, weeks later: that is one incident,
    told at the stage where it began. So a stage explains a skew while its own incident is open,
    for a while after it recovered, and already while it probably leans that way itself.
    """
    found = set()
    if incident and (incident.recovered_at is None or now - incident.recovered_at < ECHO):
        found.add(incident.direction)
    return found if report.leaning is None else found | {report.leaning}


def _transition(agent: Agent, report: StageReport, incident: Incident | None) -> Transition | None:
    """What the stage's status changes."""
    if report.status is None:
        return None
    early = report.early
    status = report.status if early is None else replace(report.status, skew=early)
    is_open = incident is not None and incident.is_open
    if not is_open and not report.may_alarm:
        return None
    name, now = report.stage.name, agent.clock.now()
    sure = watch_settings(agent.books, name, status.band).posterior
    settings = IncidentSettings(sure=sure)
    return advance(name, incident, status, now, settings, early=early is not None)


def _held(
    agent: Agent,
    report: StageReport,
    source: str,
    changes: tuple[Transition | None, NoticeChange | None],
) -> bool:
    """Whether something new is not told, because the data may have made it."""
    opens = any(one is not None and one.change is Change.OPENED for one in changes)
    return notices.hold(agent, report, source, _lang(agent), opens=opens)


def _note(
    agent: Agent, report: StageReport, transition: Transition | None, source: str
) -> Incident | None:
    """Keep what the stage's status changes, and queue its message in the same transaction."""
    if transition is None:
        return None
    key, now = report.stage.name, agent.clock.now()
    message = _message(agent, report, transition, source)
    agent.store.save_incident(
        key,
        _INCIDENT.dump_python(transition.incident, mode="json"),
        now,
        episode=transition.incident.episode,
        transition=f"{transition.incident.step}.{transition.change}",
        message=_MESSAGE.dump_python(message, mode="json"),
    )
    _log.info("incident.changed", stage=key, change=transition.change.value)
    return transition.incident


def _message(agent: Agent, report: StageReport, transition: Transition, source: str) -> Message:
    lang = _lang(agent)
    status = report.status
    assert status is not None, "a transition follows from a status"  # noqa: S101
    if transition.change is Change.RECOVERED:
        return build_recovery(report.stage, status, transition.incident, source, lang)
    finding = Finding(
        stage=report.stage,
        status=status,
        before=report.window_before,
        cause=report.cause,
        consequence=consequence(
            report.window_before, status.tally, status.weeks, _hours_per_lead(agent)
        ),
        measures=recommend(transition.incident.direction, report.stage.name, report.cause),
        source=source,
        need=target_need(agent.books),
        shift=report.shift,
    )
    return build_drift(finding, transition.incident, lang)


def _lang(agent: Agent) -> Lang:
    return agent.settings.slack.lang if agent.settings.slack else agent.settings.crm.lang


def _source(health: Health, lang: Lang) -> str:
    """The org as people call it, and that not all of it is visible if that is so."""
    return say(lang, "partial", source=health.org_name) if health.partial else health.org_name


def _hours_per_lead(agent: Agent) -> Decimal | None:
    hours = agent.settings.hours_per_lead
    return None if hours is None else Decimal(str(hours))


def _send(agent: Agent, row: AlertRow) -> Told:
    message = _MESSAGE.validate_python(dict(row.message))
    change = row.transition.split(".", 1)[1]
    if agent.sender is None:
        agent.store.alert_sent(row.id, "", agent.clock.now())
        return Told(row.key, change, message, sent=False, problem="no channel is configured")
    agent.store.mark_sending(row.id)
    try:
        posted = _deliver(agent, agent.sender, row, message)
    except BBMError as error:
        _give_back(agent, row, error)
        return Told(row.key, change, message, sent=False, problem=error.message)
    agent.store.alert_sent(row.id, posted, agent.clock.now())
    return Told(row.key, change, message, sent=True)


def _deliver(agent: Agent, sender: SlackSender, row: AlertRow, message: Message) -> str:
    """One message per incident: later transitions change it, a recovery also answers below it."""
    root = agent.store.posted_message(row.key, row.episode)
    if root is None or not sender.updates:
        return sender.post(message).ts or ""
    try:
        sender.update(root, message)
    except MessageGone:
        return sender.post(message).ts or ""
    if row.transition.endswith(Change.RECOVERED):
        sender.post(message, thread_ts=root)
    return root


def _give_back(agent: Agent, row: AlertRow, error: BBMError) -> None:
    """Offer it again later; only a message that is wrong in itself is given up for good.

    What an administrator has to mend (a channel, a token, a scope) may be mended within the hour,
    and nobody would ever hear of the incident otherwise.
    """
    for_good = error.code == INVALID_MESSAGE
    if isinstance(error, TransientError):
        wait = error.wait_seconds or 0.0
    else:
        wait = MENDING.total_seconds()
    agent.store.alert_failed(
        row.id, error.message, agent.clock.now(), for_good=for_good, wait_seconds=wait
    )
    _log.error("alert.undelivered", stage=row.key, code=error.code, for_good=for_good)
