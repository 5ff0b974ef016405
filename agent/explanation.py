"""Explains a changed rate: since when, at which place of the funnel, by which slices, or the data.

It reads what is kept and asks no CRM. The weeks after the change are compared with those of the
baseline before it; where no change was found, the last weeks are compared all the same, and
whether they differ beyond chance is said.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from fractions import Fraction

from agent.evidence import doubts
from agent.slices import Slicer, slicer
from agent.weigh import StageReport
from agent.wiring import Books
from bbm_core.balance.artefact import Suspicion
from bbm_core.balance.cause import CountChange, two_factors
from bbm_core.balance.cells import Unit, week_of
from bbm_core.balance.chain import Moves, moves, odds_chain
from bbm_core.balance.changepoint import Change, change_in_rate
from bbm_core.balance.dimension import Explanation, WeekSlices, explain
from bbm_core.balance.journey import Funnel
from bbm_core.balance.need import needed, weeks_needed
from bbm_core.balance.rate import Difference, newcombe
from bbm_core.balance.shift import USUAL_RHO, Shift
from bbm_core.balance.tally import WEEK, Period, Tally, WeekTally, inflow, weekly
from bbm_core.balance.watch import SKEWED
from bbm_core.icp.classify import Flag
from bbm_core.icp.versions import ChangePoint, change_points
from bbm_core.scope import Segment

POINTS = (Fraction(1, 10), Fraction(1, 20))
"""Changes for which it is said how many records they need."""


@dataclass(frozen=True, slots=True)
class Need:
    """What it takes to see a change of so many points, up or down."""

    change: Fraction
    records: int | None  # decided, in each of two periods; None: not possible from this rate
    weeks: float | None  # in which so many come in; None where none come


@dataclass(frozen=True, slots=True)
class Spans:
    """The weeks before the change and those since."""

    before: Period
    after: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class StageChange:
    """How a stage's rate changed, and what speaks for which cause."""

    report: StageReport
    spans: Spans
    before: Tally
    after: Tally
    interval: Difference  # of the change, as far as weeks differ beyond chance
    dated: Change | None  # the likeliest last week before it, and the weeks it may have been
    weeks: Sequence[WeekTally]  # of both spans, which `dated` counts
    counts: CountChange | None  # of ICP a week
    moves: Moves | None
    explanations: tuple[Explanation, ...]
    doubts: tuple[Suspicion, ...]
    definitions: tuple[ChangePoint, ...]  # that came into force in these weeks
    needs: tuple[Need, ...]

    @property
    def change(self) -> float | None:
        if self.before.rate is None or self.after.rate is None:
            return None
        return self.after.rate - self.before.rate

    @property
    def is_beyond_chance(self) -> bool:
        return not self.interval.low <= 0 <= self.interval.high

    @property
    def shift(self) -> Shift | None:
        """The change that the early detector found, where it is the one explained."""
        found = _shift(self.report)
        return found if found and found.since == self.spans.after.first else None

    @property
    def was_found(self) -> bool:
        """Whether a detector speaks, and not only this comparison."""
        return _is_found(self.report)


def has_changed(books: Books, report: StageReport, after: Period | None = None) -> bool:
    """Whether a detector speaks, or the weeks differ beyond chance from those before."""
    if _is_found(report):
        return True
    spans = _spans(books, report, after)
    before, now = _tallies(books, report.stage.name, spans)
    low, high = _interval(before, now, report.status.phi if report.status else 1.0)
    return not low <= 0 <= high


def explain_stage(
    books: Books, report: StageReport, by: Sequence[str], after: Period | None = None
) -> StageChange:
    """Why the rate of the stage changed.

    Args:
        books: what is kept.
        report: of the stage.
        by: the dimensions to look at.
        after: the weeks to explain; without it, those since the change that was found, or the
            detector's window.
    """
    spans = _spans(books, report, after)
    stage = report.stage.name
    records = books.store.cells(books.rules.classifier.version, unit=Unit.RECORD, stage=stage)
    before, now = _tallies(books, stage, spans)
    weeks = weekly(records, stage, Period(spans.before.first, spans.after.last))
    phi = report.status.phi if report.status else 1.0
    dimensions = {name: _weeks_by(books, stage, spans, slicer(books, name)) for name in by}
    return StageChange(
        report=report,
        spans=spans,
        before=before,
        after=now,
        interval=_interval(before, now, phi),
        dated=change_in_rate(weeks, phi),
        weeks=weeks,
        counts=_counts(before, now, spans),
        moves=_moves(books, stage, spans),
        explanations=explain(dimensions, phi),
        doubts=doubts(books, stage, spans.after),
        definitions=_definitions(books, spans),
        needs=tuple(_need(report, before, spans, change) for change in POINTS),
    )


def _is_found(report: StageReport) -> bool:
    return _shift(report) is not None or report.skew in SKEWED


EXPLAINED = timedelta(weeks=26)
"""How old a change may be to be explained unasked: alerts tell only news, this is asked for."""


def _shift(report: StageReport) -> Shift | None:
    """The latest change, unless it is long ago."""
    latest = report.shifts.latest if report.shifts else None
    period = report.status.period if report.status else None
    if latest is None or period is None or latest.since <= period.last - EXPLAINED:
        return None
    return latest


def _tallies(books: Books, stage: str, spans: Spans) -> tuple[Tally, Tally]:
    records = books.store.cells(books.rules.classifier.version, unit=Unit.RECORD, stage=stage)
    return inflow(records, stage, spans.before), inflow(records, stage, spans.after)


def _spans(books: Books, report: StageReport, after: Period | None) -> Spans:
    chosen = after or _since_shift(report) or _window(report)
    length = books.settings.watch.baseline_weeks * WEEK
    return Spans(Period(chosen.first - length, chosen.first - WEEK), chosen)


def _since_shift(report: StageReport) -> Period | None:
    """From the change that was found until the last closed week."""
    period, shift = report.status.period if report.status else None, _shift(report)
    return Period(shift.since, period.last) if shift and period else None


def _window(report: StageReport) -> Period:
    period = report.status.period if report.status else None
    return period or report.period


def _interval(before: Tally, after: Tally, phi: float) -> Difference:
    """Newcombe's, of records that are worth less where weeks differ beyond chance."""
    counts = (after.icp, after.known, before.icp, before.known)
    k, n, before_k, before_n = (round(count / phi) for count in counts)
    return newcombe(k, n, before_k, before_n)


def _counts(before: Tally, after: Tally, spans: Spans) -> CountChange | None:
    """Of ICP a week: what more records did, and what a changed rate did."""
    if not before.known or not after.known:
        return None
    volume, rate = two_factors(
        (Fraction(before.known, spans.before.weeks), Fraction(before.icp, before.known)),
        (Fraction(after.known, spans.after.weeks), Fraction(after.icp, after.known)),
    )
    return CountChange(volume, rate)


def _moves(books: Books, stage: str, spans: Spans) -> Moves | None:
    """Where on the way to the stage the odds moved; None for the first one, and across gaps."""
    order = Funnel(books.rules.stages).order
    if stage not in order[1:]:
        return None
    version, way = books.rules.classifier.version, order[: order.index(stage) + 1]
    cells = {name: books.store.cells(version, unit=Unit.RECORD, stage=name) for name in way}
    before, after = (
        odds_chain(((name, inflow(cells[name], name, span)) for name in way), nested=False)
        for span in (spans.before, spans.after)
    )
    return moves(before, after, stage)


def _weeks_by(books: Books, stage: str, spans: Spans, by: Slicer) -> tuple[WeekSlices, WeekSlices]:
    """Each week's tally of each slice, before and after."""
    sums: dict[date, dict[str, Tally]] = defaultdict(lambda: defaultdict(Tally))
    rows = _entered(books, stage, spans, by) if by.dimension is None else _cells(books, stage, by)
    for week, name, tally in rows:
        sums[week][name] += tally
    before, after = ([sums[week] for week in _mondays(one)] for one in (spans.before, spans.after))
    # Weeks before the first record are no weeks of the past: the funnel had not begun.
    begun = next((place for place, week in enumerate(before) if week), len(before))
    return before[begun:], after


_Rows = list[tuple[date, str, Tally]]


def _cells(books: Books, stage: str, by: Slicer) -> _Rows:
    cells = books.store.cells(
        books.rules.classifier.version, unit=Unit.RECORD, stage=stage, dimension=by.dimension or ""
    )
    return [
        (key.week, by.of({key.dimension: key.value}, key.week), Tally(v.icp, v.not_icp, v.unknown))
        for key, v in cells.items()
        if key.segment is Segment.NEW
    ]


def _entered(books: Books, stage: str, spans: Spans, by: Slicer) -> _Rows:
    """Entry by entry, for a slice that several counted dimensions tell together."""
    of_flag: Mapping[Flag, Tally] = {
        Flag.YES: Tally(icp=1),
        Flag.NO: Tally(not_icp=1),
        Flag.UNKNOWN: Tally(unknown=1),
    }
    found = []
    for one in books.store.entered(stage):
        week = week_of(one.entered)
        if one.segment is Segment.NEW and spans.before.first <= week <= spans.after.last:
            found.append((week, by.of(one.slices, one.entered.date()), of_flag[one.flag]))
    return found


def _mondays(period: Period) -> Sequence[date]:
    return [period.first + number * WEEK for number in range(period.weeks)]


def _definitions(books: Books, spans: Spans) -> tuple[ChangePoint, ...]:
    points = change_points(books.store.publications())
    first = spans.before.first
    return tuple(point for point in points[1:] if point.at.astimezone(UTC).date() >= first)


def _need(report: StageReport, before: Tally, spans: Spans, change: Fraction) -> Need:
    rate = before.rate
    if rate is None:
        return Need(change, None, None)
    down = float(change) <= rate
    records = needed(rate, -float(change) if down else float(change))
    rho = report.shifts.rho if report.shifts and report.shifts.rho is not None else USUAL_RHO
    weekly_known = before.known / spans.before.weeks
    return Need(
        change, records, None if records is None else weeks_needed(records, weekly_known, rho)
    )
