"""Gathers what is known of the data around a change, to rule out that the data made it.

It reads what entered a stage in a year, so it does that only when a change is about to be told.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from agent.store import Entered, Kept
from agent.wiring import Books
from bbm_core.balance.artefact import Batch, Evidence, Pair, Part, Suspicion, suspicions
from bbm_core.balance.tally import WEEK, Period
from bbm_core.icp.versions import change_points
from bbm_core.records import RecordRef, Value
from bbm_core.scope import Segment

LEAST_HOURS = 24
"""A reading younger than this is never too old, however often the agent reads."""


def doubts(books: Books, stage: str, since: Period) -> tuple[Suspicion, ...]:
    """What speaks against a change of the stage's rate that shows in these weeks."""
    return suspicions(gather(books, stage, since))


def gather(books: Books, stage: str, since: Period) -> Evidence:
    """The data of the weeks in which the change shows, beside that of the baseline before them."""
    watch = books.settings.watch
    before = Period(since.first - watch.baseline_weeks * WEEK, since.first - WEEK)
    past, now = (_seen(books, stage, period) for period in (before, since))
    asked = sorted({c.attribute for one in books.settings.icp.profiles for c in one.criteria})
    merged = [
        Part(books.store.merged_between(*_ends(one.period)), one.records) for one in (past, now)
    ]
    return Evidence(
        first=since.first,
        records=now.records,
        hours_since_read=_hours_since_read(books),
        most_hours=max(LEAST_HOURS, 3 * books.settings.schedule.every_minutes / 60),
        parked=Part(len(books.store.parked()), sum(books.store.totals().values())),
        fills={name: Pair(past.filled(name), now.filled(name)) for name in asked},
        values={name: (past.values[name], now.values[name]) for name in asked if _few(past, name)},
        defined=_defined(books),
        merges=Pair(*merged),
        batches=_batches(books, now.refs),
    )


MOST_VALUES = 100
"""An attribute with more is a number or a name, where unseen values are no news."""


def _few(past: "_Seen", name: str) -> bool:
    return len(past.values[name]) <= MOST_VALUES


@dataclass(slots=True)
class _Seen:
    """What entered a stage in some weeks, as far as it tells of the data."""

    period: Period
    refs: list[RecordRef] = field(default_factory=list)
    values: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    @property
    def records(self) -> int:
        return len(self.refs)

    def add(self, one: Entered) -> None:
        self.refs.append(one.ref)
        for name, value in one.attributes.items():
            if value not in {None, "", ()}:
                self.values[name][_text(value)] += 1

    def filled(self, name: str) -> Part:
        return Part(self.values[name].total(), self.records)


def _seen(books: Books, stage: str, period: Period) -> _Seen:
    """The first entries into the stage of the records of new business."""
    seen = _Seen(period)
    for one in books.store.entered(stage, *_ends(period)):
        if one.segment is Segment.NEW:
            seen.add(one)
    return seen


def _batches(books: Books, refs: Iterable[RecordRef]) -> Sequence[Batch]:
    """What came on one day over one channel: perhaps a list that somebody loaded."""
    found: dict[tuple[date, str], Counter[str]] = defaultdict(Counter)
    for kept in books.store.known(refs).values():
        day = kept.record.created.astimezone(UTC).date()
        found[day, kept.record.channel or ""][_likeness(kept)] += 1
    return [Batch(day, channel, alike) for (day, channel), alike in sorted(found.items())]


def _text(value: Value) -> str:
    return ";".join(sorted(value)) if isinstance(value, tuple) else str(value)


def _likeness(record: Kept) -> str:
    """Equal for records that say the same of the same account."""
    values = sorted((name, _text(value)) for name, value in record.attributes.items())
    return repr((record.account, values))


def _hours_since_read(books: Books) -> float | None:
    """Of the last run that read to the end; None where a run is at work, or none ever did."""
    runs = books.store.runs()
    if not runs or runs[0].finished is None:
        return None
    read = next((run for run in runs if run.outcome not in _BROKEN), None)
    return (books.clock.now() - read.started) / timedelta(hours=1) if read else None


_BROKEN = frozenset({"failed", "interrupted"})


def _defined(books: Books) -> date | None:
    """When the present definition took another one's place; None where it is the first."""
    points = change_points(books.store.publications())
    return points[-1].at.astimezone(UTC).date() if len(points) > 1 else None


def _ends(period: Period) -> tuple[datetime, datetime]:
    """From its first moment until before the one after its last."""
    first, last = (
        datetime.combine(day, datetime.min.time(), UTC)
        for day in (period.first, period.last + WEEK)
    )
    return first, last
