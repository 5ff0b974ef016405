"""The look-back: the book as of a day, judged with what was known then, and what happened after."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bbm_core.book import BookEntry, BookRecord
from bbm_core.icp.backtest import Case, Span, rank
from bbm_core.icp.challenger import Duel
from bbm_core.icp.classify import Verdict
from bbm_core.records import RecordRef, Value
from bbm_core.scope import Segment

Judge = Callable[[Mapping[str, Value], date], Verdict]
"""A definition: what it says about attributes on a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Whom to judge, and what should happen to them."""

    start: str  # the stage that they had entered by the day
    target: str  # the stage that they should come to after it
    judge_age_days: int  # what is known of an entry is known at this age
    read_since: datetime | None = None  # when the agent began to read; None: not known


@dataclass(frozen=True, slots=True)
class Seen:
    """One company (or lone record) as of the day."""

    unit: str
    ref: RecordRef
    attributes: Mapping[str, Value]
    on: date  # the day by which these attributes were known
    happened: bool
    hindsight: bool  # the attributes were read later than the day: they may know what happened


@dataclass(frozen=True, slots=True)
class Sighting:
    """Everybody who could be judged as of the day, and why others could not."""

    seen: tuple[Seen, ...]
    already: int  # companies that had come to it by the day
    too_young: int  # companies of which too little was known by the day


def sight(records: Iterable[BookRecord], question: Question, span: Span) -> Sighting:
    """The book as of the day: each company once, by its latest record that was old enough.

    A company with fifty leads counts once, or it would decide the figures alone. It has come to
    the target when a record of its own, or the one it was converted to, entered it.
    """
    book = [record for record in records if record.segment is Segment.NEW]
    reached = _first_reached(book, question.target)
    found: dict[str, Seen] = {}
    already: set[str] = set()
    too_young: set[str] = set()
    for record in sorted(book, key=lambda one: one.ref):
        entered = _entered(record, question.start, span.since)
        if entered is None:
            continue
        unit = _unit(record)
        at = _reached_at(record, reached)
        if at is not None and at <= span.since:
            already.add(unit)
            continue
        known = _known_by(record, question, span.since)
        if known is None:
            too_young.add(unit)
            continue
        found[unit] = _latest(found.get(unit), _seen(record, known, at, question, span))
    seen = tuple(found[unit] for unit in sorted(found) if unit not in already)
    return Sighting(seen, len(already), len(too_young - already - found.keys()))


@dataclass(frozen=True, slots=True)
class Followed:
    """Who came in since a moment, each followed for the same days; `unripe` is not there yet."""

    seen: tuple[Seen, ...]
    unripe: int


def follow(
    records: Iterable[BookRecord], question: Question, since: datetime, days: int, now: datetime
) -> Followed:
    """Each company by its first entry since a moment, from the entry's judging age on."""
    book = [record for record in records if record.segment is Segment.NEW]
    reached = _first_reached(book, question.target)
    age, horizon = timedelta(days=question.judge_age_days), timedelta(days=days)
    first: dict[str, tuple[datetime, str, Seen | None]] = {}
    for record in book:
        at = _reached_at(record, reached)
        for entry in record.entries:
            ripe = entry.entered + age
            is_new = entry.stage == question.start and entry.entered >= since
            if not is_new or (at is not None and at <= ripe):
                continue
            is_ripe = ripe + horizon <= now
            seen = _seen(record, entry, at, question, Span(ripe, days)) if is_ripe else None
            one = (entry.entered, str(record.ref), seen)
            unit = _unit(record)
            first[unit] = min(first.get(unit, one), one, key=lambda found: found[:2])
    found = [first[unit][2] for unit in sorted(first)]
    seen_ones = tuple(one for one in found if one is not None)
    return Followed(seen_ones, len(found) - len(seen_ones))


def cases(seen: Iterable[Seen], judge: Judge) -> list[Case]:
    """Everybody judged by a definition."""
    found = []
    for one in seen:
        verdict = judge(one.attributes, one.on)
        found.append(Case(one.unit, rank(verdict), verdict.flag, one.happened))
    return found


def duels(seen: Iterable[Seen], active: Judge, shadow: Judge) -> list[Duel]:
    """Everybody judged by both definitions."""
    found = []
    for one in seen:
        first, second = active(one.attributes, one.on), shadow(one.attributes, one.on)
        flags = first.flag, second.flag
        found.append(Duel(one.unit, rank(first), rank(second), *flags, one.happened))
    return found


def _unit(record: BookRecord) -> str:
    return record.account or str(record.ref)


def _first_reached(book: Sequence[BookRecord], target: str) -> Mapping[str, datetime]:
    """When each company first came to the target, by its account or by the record alone."""
    first: defaultdict[str, list[datetime]] = defaultdict(list)
    for record in book:
        for entry in record.entries:
            if entry.stage == target:
                first[_unit(record)].append(entry.entered)
                first[str(record.ref)].append(entry.entered)
    return {name: min(moments) for name, moments in first.items()}


def _reached_at(record: BookRecord, reached: Mapping[str, datetime]) -> datetime | None:
    names = (_unit(record), str(record.ref), *(str(ref) for ref in record.converted_to))
    found = [reached[name] for name in names if name in reached]
    return min(found) if found else None


def _entered(record: BookRecord, start: str, by: datetime) -> datetime | None:
    moments = [e.entered for e in record.entries if e.stage == start and e.entered <= by]
    return min(moments) if moments else None


def _known_by(record: BookRecord, question: Question, by: datetime) -> BookEntry | None:
    """The latest entry whose judging age had come by the day."""
    age = timedelta(days=question.judge_age_days)
    ripe = [entry for entry in record.entries if entry.entered + age <= by]
    return max(ripe, key=lambda entry: entry.entered) if ripe else None


def _seen(
    record: BookRecord,
    known: BookEntry,
    at: datetime | None,
    question: Question,
    span: Span,
) -> Seen:
    ripe = known.entered + timedelta(days=question.judge_age_days)
    return Seen(
        unit=_unit(record),
        ref=record.ref,
        attributes=known.attributes,
        on=ripe.date(),
        happened=at is not None and at <= span.until,
        hindsight=question.read_since is not None and ripe < question.read_since,
    )


def _latest(one: Seen | None, other: Seen) -> Seen:
    """The one of which more recent facts are known; of two alike, the first by its ref."""
    return other if one is None or other.on > one.on else one
