"""Tallies: how many ICP, how many not, how many nobody can tell, read from cells."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bbm_core.balance.cells import NOTHING, CellKey, Cells, CellValue, Unit
from bbm_core.scope import Segment

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class View:
    """What is counted: records or accounts, and of which segment."""

    unit: Unit = Unit.RECORD
    segment: Segment = Segment.NEW


NEW_RECORDS = View()


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts by verdict. The ICP rate is ICP / (ICP + not ICP); unknowns stand apart."""

    icp: int = 0
    not_icp: int = 0
    unknown: int = 0
    amount_icp: Decimal = NOTHING
    amount_not_icp: Decimal = NOTHING
    amount_unknown: Decimal = NOTHING

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.icp + other.icp,
            self.not_icp + other.not_icp,
            self.unknown + other.unknown,
            self.amount_icp + other.amount_icp,
            self.amount_not_icp + other.amount_not_icp,
            self.amount_unknown + other.amount_unknown,
        )

    @property
    def known(self) -> int:
        return self.icp + self.not_icp

    @property
    def total(self) -> int:
        return self.known + self.unknown

    @property
    def rate(self) -> float | None:
        """None where nothing is decided."""
        return self.icp / self.known if self.known else None

    @property
    def amount_rate(self) -> float | None:
        """The ICP's share of the decided amount."""
        decided = self.amount_icp + self.amount_not_icp
        return float(self.amount_icp / decided) if decided > 0 else None


EMPTY = Tally()


def inflow_of(value: CellValue) -> Tally:
    """What entered, of a cell."""
    return Tally(
        value.icp,
        value.not_icp,
        value.unknown,
        value.amount_icp,
        value.amount_not_icp,
        value.amount_unknown,
    )


def stock_of(value: CellValue) -> Tally:
    """By how much the stock changed, of a cell; of the sum of all cells so far, the stock."""
    return Tally(
        value.stock_icp,
        value.stock_not_icp,
        value.stock_unknown,
        value.stock_amount_icp,
        value.stock_amount_not_icp,
        value.stock_amount_unknown,
    )


@dataclass(frozen=True, slots=True)
class WeekTally:
    """The inflow of one week, named by its Monday."""

    week: date
    tally: Tally


@dataclass(frozen=True, slots=True)
class Period:
    """Whole weeks, named by their Mondays; both ends belong to it."""

    first: date
    last: date

    @property
    def weeks(self) -> int:
        return (self.last - self.first).days // 7 + 1

    @property
    def last_day(self) -> date:
        return self.last + timedelta(days=6)

    def before(self) -> "Period":
        """The period of the same length just before."""
        length = self.weeks * WEEK
        return Period(self.first - length, self.last - length)

    def __contains__(self, week: date) -> bool:
        return self.first <= week <= self.last


def last_closed_week(day: date, judge_age_days: int) -> date:
    """The Monday of the latest week whose records have all reached the judging age."""
    ripe = day - timedelta(days=judge_age_days)
    return ripe - timedelta(days=ripe.weekday()) - WEEK


def weeks_until(last: date, count: int) -> Period:
    """The period of so many weeks that ends with this one."""
    return Period(last - (count - 1) * WEEK, last)


def inflow(
    cells: Cells,
    stage: str,
    period: Period,
    view: View = NEW_RECORDS,
) -> Tally:
    """What entered the stage for the first time in the period."""
    chosen = _chosen(cells, stage, view)
    return sum((inflow_of(v) for k, v in chosen if k.week in period), EMPTY)


def stock(
    cells: Cells,
    stage: str,
    week: date,
    view: View = NEW_RECORDS,
) -> Tally:
    """What is in the stage at the end of the week."""
    chosen = _chosen(cells, stage, view)
    return sum((stock_of(v) for k, v in chosen if k.week <= week), EMPTY)


def weekly(
    cells: Cells,
    stage: str,
    period: Period,
    view: View = NEW_RECORDS,
) -> tuple[WeekTally, ...]:
    """The inflow week by week, oldest first; a week without any is there, empty."""
    sums: dict[date, Tally] = defaultdict(Tally)
    for key, value in _chosen(cells, stage, view):
        sums[key.week] += inflow_of(value)
    weeks = (period.first + number * WEEK for number in range(period.weeks))
    return tuple(WeekTally(week, sums[week]) for week in weeks)


def by_slice(
    cells: Cells,
    stage: str,
    period: Period,
    dimension: str,
    view: View = NEW_RECORDS,
) -> Mapping[str, Tally]:
    """The inflow of the period, slice by slice; together the slices are the whole."""
    sums: dict[str, Tally] = defaultdict(Tally)
    for key, value in _chosen(cells, stage, view, dimension):
        if key.week in period:
            sums[key.value] += inflow_of(value)
    return {name: tally for name, tally in sorted(sums.items()) if tally.total}


def _chosen(
    cells: Cells, stage: str, view: View, dimension: str = ""
) -> Iterable[tuple[CellKey, CellValue]]:
    wanted = (view.unit, stage, view.segment, dimension)
    return (
        (key, value)
        for key, value in cells.items()
        if (key.unit, key.stage, key.segment, key.dimension) == wanted
    )
