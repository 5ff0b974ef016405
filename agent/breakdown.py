"""Breaks the inflow down by slice and by span of days, exactly, from the kept stage entries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from agent.store import Entered
from agent.wiring import Books
from bbm_core.balance.cells import Unit, week_of
from bbm_core.balance.tally import EMPTY, Tally
from bbm_core.icp.classify import Flag
from bbm_core.scope import Segment


class Each(StrEnum):
    """Into which spans a period is cut."""

    PERIOD = "period"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be counted: days are the readers', both ends included; None has no end."""

    first: date | None = None
    last: date | None = None
    by: str = ""  # a slice: channel, or an attribute of `slices`
    each: Each = Each.PERIOD
    unit: Unit = Unit.RECORD
    segment: Segment = Segment.NEW


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the answer: a span (empty for the whole period), a slice, its tally."""

    span: str
    slice: str
    tally: Tally


def break_down(books: Books, stage: str, question: Question) -> tuple[Row, ...]:
    """The inflow of a stage, span by span and slice by slice."""
    zone = ZoneInfo(books.settings.crm.timezone)
    since, until = _bounds(question, zone)
    sums: dict[tuple[str, str], Tally] = defaultdict(Tally)
    for one in _counted(books.store.entered(stage, since, until), question):
        sums[_span(one, question.each, zone), _slice(one, question.by)] += _tally(one)
    return tuple(Row(span, name, tally) for (span, name), tally in sorted(sums.items()))


def _bounds(question: Question, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    since = _midnight(question.first, zone) if question.first else None
    until = _midnight(question.last + timedelta(days=1), zone) if question.last else None
    return since, until


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _counted(entered: Iterable[Entered], question: Question) -> Iterator[Entered]:
    """The entries of the segment; for accounts, only the first of each account."""
    accounts: set[str] = set()
    for one in entered:
        if one.segment is not question.segment:
            continue
        if question.unit is Unit.ACCOUNT:
            if one.account is None or one.account in accounts:
                continue
            accounts.add(one.account)
        yield one


def _span(one: Entered, each: Each, zone: ZoneInfo) -> str:
    match each:
        case Each.WEEK:
            return week_of(one.entered).isoformat()
        case Each.MONTH:
            return f"{one.entered.astimezone(zone):%Y-%m}"
        case Each.PERIOD:
            return ""


def _slice(one: Entered, by: str) -> str:
    return one.slices.get(by, "") if by else ""


def _tally(one: Entered) -> Tally:
    flags: Mapping[Flag, Tally] = {
        Flag.YES: Tally(icp=1, amount_icp=one.amount or EMPTY.amount_icp),
        Flag.NO: Tally(not_icp=1, amount_not_icp=one.amount or EMPTY.amount_icp),
        Flag.UNKNOWN: Tally(unknown=1, amount_unknown=one.amount or EMPTY.amount_icp),
    }
    return flags[one.flag]
