"""A stage's ICP rate over time, as each definition counted it then and as today's counts it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent.warmth import Warmth
from agent.wiring import Books, rules_of
from bbm_core.balance.tally import Tally
from bbm_core.icp.classify import Flag
from bbm_core.icp.versions import ChangePoint, change_points, point_at
from bbm_core.judgement import Rules, verdict_on
from bbm_core.scope import Segment


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a stage's inflow; `changes` are the definitions that came into force in it."""

    month: str
    as_was: Tally
    restated: Tally
    changes: tuple[ChangePoint, ...]


def trend(books: Books, stage: str, months: int) -> tuple[Month, ...]:
    """The last months, oldest first.

    As it was: each entry judged by the version that was in force at its judging age, on what was
    known then. Verdicts are pure, so that is what was said at the time. Restated: all of them by
    the definition by which the book is counted now.
    """
    zone = ZoneInfo(books.settings.crm.timezone)
    points = change_points(books.store.publications())
    wanted = _months(books.clock.now().astimezone(zone), months)
    judges = _Judges(books, points)
    warmth = Warmth(books.store, judges.warmest)
    was: defaultdict[str, Counter[Flag]] = defaultdict(Counter)
    now: defaultdict[str, Counter[Flag]] = defaultdict(Counter)
    age = timedelta(days=books.settings.watch.judge_age_days)
    for record in books.store.book():
        for entry in record.entries if record.segment is Segment.NEW else ():
            month = f"{entry.entered.astimezone(zone):%Y-%m}"
            if entry.stage != stage or month not in wanted or entry.flag is None:
                continue
            now[month][entry.flag] += 1
            ripe = min(entry.entered + age, books.clock.now())
            asked = ripe.date(), record.ref.kind, entry.attributes
            warmth.look_up([record.ref])
            verdict = verdict_on(*asked, judges.then(ripe), warmth.of(record.ref))
            was[month][verdict.flag] += 1
    return tuple(
        Month(month, _tally(was[month]), _tally(now[month]), _within(points, month, zone))
        for month in wanted
    )


class _Judges:
    """The rules of all versions that were ever in force."""

    def __init__(self, books: Books, points: Sequence[ChangePoint]) -> None:
        self._points = points
        self._now = books.rules
        self._known: dict[str, Rules] = {}
        for point in points:
            rules = rules_of(books.settings, books.store, point)
            if rules is not None:
                self._known[point.counted_by] = rules

    @property
    def warmest(self) -> Rules:
        """Some that ask for heat, if any do."""
        return next((one for one in self._known.values() if one.heat), self._now)

    def then(self, at: datetime) -> Rules:
        point = point_at(self._points, at)
        return self._now if point is None else self._known.get(point.counted_by, self._now)


def _months(now: datetime, count: int) -> Sequence[str]:
    ends = now.year * 12 + now.month - 1
    return [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(ends - count + 1, ends + 1)]


def _within(points: Sequence[ChangePoint], month: str, zone: ZoneInfo) -> tuple[ChangePoint, ...]:
    """The changes of a month; the first version changed nothing."""
    return tuple(
        point
        for point in points
        if point.before is not None and f"{point.at.astimezone(zone):%Y-%m}" == month
    )


def _tally(counts: Mapping[Flag, int]) -> Tally:
    return Tally(
        icp=counts.get(Flag.YES, 0),
        not_icp=counts.get(Flag.NO, 0),
        unknown=counts.get(Flag.UNKNOWN, 0),
    )
