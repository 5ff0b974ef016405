"""Notes what is no skew and yet is to be told: a changed volume, and trouble with the data.

Trouble with the data holds the balance alert of its stage: it is told in its place, and as long as
it lasts the alert waits. A changed volume waits for the balance: where the rate has changed, too,
the incident says both. Behind an earlier stage that moved the same way it is no news either.
"""

from dataclasses import replace

import structlog
from pydantic import TypeAdapter

from agent.alerts.message import Message
from agent.alerts.news import (
    build_data_over,
    build_data_problem,
    build_volume,
    build_volume_over,
)
from agent.alerts.notice import Notice, NoticeChange, Topic, advance_notice
from agent.evidence import doubts
from agent.store import Store
from agent.weigh import StageReport
from agent.wiring import Agent
from bbm_core.icp.profile import Lang

_log = structlog.get_logger()
_NOTICE = TypeAdapter(Notice)
_MESSAGE = TypeAdapter(Message)


def is_notice(key: str) -> bool:
    """Whether what is kept under the key is a notice and no incident of a stage."""
    return key.split(":", 1)[0] in set(Topic) and ":" in key


def hold(agent: Agent, report: StageReport, source: str, lang: Lang, *, opens: bool) -> bool:
    """Whether the data may have made what is new at the stage; then that is told in its place.

    Where nothing is new, or nothing speaks against it, a notice about the data is over.
    """
    period = report.status.period if report.status else None
    found = doubts(agent.books, report.stage.name, period) if opens and period else ()
    what = found[0].artefact.value if found else None
    change = _advance(agent, Topic.DATA.key(report.stage.name), what)
    if change is not None:
        stage, notice = report.stage, change.notice
        message = (
            build_data_problem(stage, found, notice, source, lang)
            if found
            else build_data_over(stage, notice, source, lang)
        )
        _keep(agent, change, message)
    return bool(found)


def ways(report: StageReport) -> set[str]:
    """How the counts of the stage changed."""
    return {f"{one.counted} {one.direction}" for one in report.volumes if one.direction}


def count_change(
    agent: Agent, report: StageReport, *, hushed: bool, moved: set[str]
) -> NoticeChange | None:
    """What the counts change that is to be told.

    Args:
        agent: with its store.
        report: of the stage.
        hushed: the balance says it, or may soon.
        moved: how counts changed at earlier stages.
    """
    key, found = Topic.VOLUME.key(report.stage.name), ways(report)
    last = _latest(agent.store, key)
    if last is None or not last.is_open:
        if hushed or found & moved:
            return None
    elif found and found < set(last.what.split(_AND)):
        # A part of what was told is no news; what comes back to it is.
        _keep_quiet(agent, replace(last, what=_AND.join(sorted(found))))
        return None
    return _advance(agent, key, _AND.join(sorted(found)) or None)


_AND = ", "


def note_counts(
    agent: Agent, report: StageReport, change: NoticeChange | None, source: str, lang: Lang
) -> None:
    """Keep what the counts change, with its message."""
    if change is None:
        return
    build = build_volume if ways(report) else build_volume_over
    _keep(agent, change, build(report.stage, report.volumes, change.notice, source, lang))


def _latest(store: Store, key: str) -> Notice | None:
    body = store.incident(key)
    return None if body is None else _NOTICE.validate_python(dict(body))


def _advance(agent: Agent, key: str, what: str | None) -> NoticeChange | None:
    return advance_notice(key, _latest(agent.store, key), what, agent.clock.now())


def _keep_quiet(agent: Agent, notice: Notice) -> None:
    body = _NOTICE.dump_python(notice, mode="json")
    agent.store.save_incident(notice.key, body, agent.clock.now())


def _keep(agent: Agent, change: NoticeChange, message: Message) -> None:
    """The notice and its message, in one transaction."""
    notice = change.notice
    agent.store.save_incident(
        notice.key,
        _NOTICE.dump_python(notice, mode="json"),
        agent.clock.now(),
        episode=notice.episode,
        transition=f"{notice.step}.{change.change}",
        message=_MESSAGE.dump_python(message, mode="json"),
    )
    _log.info("notice.changed", key=notice.key, what=notice.what, change=change.change.value)
