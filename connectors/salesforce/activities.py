"""Tasks and events: with whom, by whom, when and of which kind; never a subject or a body."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from bbm_core.records import Activity, RecordKind, RecordRef, Watermark
from connectors.capabilities import Capability, Happening, HappeningPage
from connectors.errors import ConfigError
from connectors.salesforce import soql
from connectors.salesforce.changes import changed_rows
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.errors import fail
from connectors.salesforce.fields import PREFIXES
from connectors.salesforce.ids import canonical, ref_of
from connectors.salesforce.optional import asking_for
from connectors.salesforce.session import Session
from connectors.salesforce.shapes import Row, reached
from connectors.salesforce.values import clean, day, moment

MEETING: Final = "meeting"
"""The kind of an event, where no field names another."""

_WHOM: Final = ("WhoId", "WhatId", "OwnerId", "ActivityDate", "IsRecurrence")
_TASK: Final = (*_WHOM, "IsClosed", "CompletedDateTime")
_EVENT: Final = (*_WHOM, "StartDateTime", "IsChild")
_KINDS: Final[Mapping[str, RecordKind]] = {prefix: kind for kind, prefix in PREFIXES.items()}


class _Mark(BaseModel):
    """How far each of the two objects was read; empty: not at all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: str = ""
    event: str = ""


def read_activities(
    session: Session, config: SalesforceConfig, since: Watermark | None, first: datetime
) -> Iterator[HappeningPage]:
    """Tasks that changed, then events; without a watermark those that changed since `first`."""
    mark = _read(since)
    tasks = tuple(dict.fromkeys([*_TASK, config.task_kind]))
    events = tuple(dict.fromkeys([*_EVENT, *filter(None, [config.event_kind])]))
    with asking_for(Capability.ACTIVITIES, config.permission_set):
        if not mark.event:
            session.query(soql.one_of("Event", events))  # before the first of many tasks is taken
        start: Watermark | datetime = Watermark(mark.task) if mark.task else first
        for page in changed_rows(session, config, "Task", tasks, start):
            mark = _Mark(task=page.watermark, event=mark.event)
            told = tuple(_task(row, config.task_kind) for row in page.rows)
            yield HappeningPage(told, Watermark(mark.model_dump_json()))
        start = Watermark(mark.event) if mark.event else first
        for page in changed_rows(session, config, "Event", events, start):
            mark = _Mark(task=mark.task, event=page.watermark)
            told = tuple(_event(row, config.event_kind) for row in page.rows)
            yield HappeningPage(told, Watermark(mark.model_dump_json()))


def _task(row: Row, kind: str) -> Happening:
    done = row.get("CompletedDateTime") or row.get("ActivityDate")
    happened = row.get("IsClosed") is True and bool(done)
    return _happening(row, done if happened else None, reached(row, kind) or "task")


def _event(row: Row, kind: str) -> Happening:
    # Each guest of a meeting has a copy of it.
    at = None if row.get("IsChild") is True else row.get("StartDateTime") or row.get("ActivityDate")
    return _happening(row, at, reached(row, kind) or MEETING)


def _happening(row: Row, at: Any, what: Any) -> Happening:
    """What happened, as far as it did, with the person or else with what it was about."""
    id_ = canonical(str(row.get("Id")))
    is_one = row.get("IsDeleted") is not True and row.get("IsRecurrence") is not True
    try:
        ref = _with(row)
        if not (is_one and at and ref):
            return Happening(id_)
        when = _moment(str(at))
        by = canonical(str(row["OwnerId"])) if row.get("OwnerId") else ""
    except ValueError:
        return Happening(id_)  # a day or an id that is none tells nothing
    return Happening(id_, (Activity(ref, when, _word(str(what)), by),))


def _with(row: Row) -> RecordRef | None:
    """One record, so that an hour is spent once: the person, else the account or opportunity."""
    for name in ("WhoId", "WhatId"):
        id_ = row.get(name)
        kind = _KINDS.get(id_[:3]) if isinstance(id_, str) else None
        if kind is not None:
            return ref_of(kind, str(id_))
    return None


def _word(text: str) -> str:
    return "_".join(clean(text).lower().split())


def _moment(text: str) -> datetime:
    return moment(text) if "T" in text else datetime.combine(day(text), time(), UTC)


def _read(since: Watermark | None) -> _Mark:
    try:
        return _Mark.model_validate_json(since) if since else _Mark()
    except ValidationError as error:
        message = "The watermark of the activities is not one of Salesforce's."
        raise fail(ConfigError, "BBM-SF-042", message) from error
