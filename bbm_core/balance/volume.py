"""The volume detector: are there fewer or more records than usual, or fewer or more ICP among them?

The last weeks' count is held against what the weeks before let expect. Counts scatter more than
Poisson's, and the expectation is an estimate, so the count to come is gamma-Poisson, that is
negative binomial (Greenwood & Yule 1920), with the variance of both. By how much counts scatter is
known from few weeks only, so the tail is as much thinner as the normal's is beyond the same point
of Student's t; the more skewed the counts, the fewer its degrees of freedom. A count in a tail so
thin that the budget of false alarms covers all looks of a year is an alarm, if it also matters.

From two years of weeks on, the expectation follows the season: a factor for each month, drawn to 1
as far as the month has few records. What the factor may be off by widens the limits, too.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import sqrt
from statistics import NormalDist

from bbm_core.balance.rate import beta_above, beta_below, beta_quantile
from bbm_core.balance.shift import Direction
from bbm_core.balance.tally import WeekTally


class Counted(StrEnum):
    """What is counted."""

    ICP = "icp"
    TOTAL = "total"

    def of(self, week: WeekTally) -> int:
        return week.tally.icp if self is Counted.ICP else week.tally.total


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeSettings:
    """How much past and how much change it takes, at how many false alarms."""

    false_alarms: float = 0.02  # a year and stage: both counts, both directions
    window_weeks: int = 4
    baseline_weeks: int = 26
    least_weeks: int = 13
    least_change: float = 0.25  # of what is expected
    unseasoned_change: float = 0.40  # the same while the season is unknown: one dead week is 25 %
    season_weeks: int = 104


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeStatus:
    """A count of the last weeks beside what was to be expected."""

    counted: Counted
    first: date  # the Monday of the window's first week
    weeks: int
    count: int
    expected: float
    low: int  # the least and the most that say nothing
    high: int
    seasonal: bool  # whether the expectation follows the season
    direction: Direction | None  # None: as usual

    @property
    def sees_drop(self) -> bool:
        """Whether a stage this quiet could show a drop at all."""
        return self.low > 0


LOOKS = 28
"""A year has 52, but neighbours share three weeks of four. `benchmarks/volumes.py` found how many
they are worth: however much counts scatter, a quiet year keeps the budget."""

LEAST_DISPERSION = 2.0
"""Variance over mean of weekly counts, at least: half a year can look calmer than it is."""

SEASON_WEIGHT = 20.0
"""Records that a factor of 1 is worth: months differ by some 20 % before anything is known."""


def volume_status(
    weeks: Sequence[WeekTally], counted: Counted, settings: VolumeSettings | None = None
) -> VolumeStatus | None:
    """Judge the last closed weeks; None where the past is too short or empty.

    Args:
        weeks: closed weeks only, oldest first, none left out; those before the first record do
            not count.
        counted: ICP, or all records.
        settings: see there.
    """
    chosen = settings or VolumeSettings()
    begun = _since_first(weeks)
    window, past = begun[-chosen.window_weeks :], begun[: -chosen.window_weeks]
    baseline = past[-chosen.baseline_weeks :]
    if len(baseline) < chosen.least_weeks:
        return None
    factors = _season(past, counted, chosen)
    weights = [factors[month_of(week)].share for week in baseline]
    mean = sum(counted.of(week) for week in baseline) / sum(weights)
    if not mean:
        return None
    ahead = sum(factors[month_of(week)].share for week in window)
    dispersion = _dispersion([counted.of(week) for week in baseline], [mean * w for w in weights])
    tail = chosen.false_alarms / (4 * LOOKS)  # two counts, two sides
    tail = thinner(tail, freedom(dispersion, mean, len(baseline)))
    unsure = sum(factors[month_of(week)].unsure for week in window) / len(window)
    limits = _Limits(mean * ahead, dispersion * (1 + ahead / sum(weights) + mean * ahead * unsure))
    count = sum(counted.of(week) for week in window)
    seasonal = len(past) >= chosen.season_weeks
    low, high = limits.ends(tail, chosen.least_change if seasonal else chosen.unseasoned_change)
    return VolumeStatus(
        counted=counted,
        first=window[0].week,
        weeks=len(window),
        count=count,
        expected=limits.mean,
        low=low,
        high=high,
        seasonal=seasonal,
        direction=Direction.DOWN if count < low else Direction.UP if count > high else None,
    )


@dataclass(frozen=True, slots=True)
class _Limits:
    """The count to come: its mean, and its variance as a multiple of that."""

    mean: float
    dispersion: float  # above 1

    def ends(self, tail: float, least_change: float) -> tuple[int, int]:
        """The least and the most that are neither in a tail nor far enough from the mean."""
        low = _first(0, self.mean, lambda x: self._at_most(x) > tail)
        high = _first(self.mean, 4 * self.mean + 100, lambda x: self._at_least(x + 1) <= tail)
        return (
            min(low, _ceiling(self.mean * (1 - least_change))),
            max(high, int(self.mean * (1 + least_change))),
        )

    def _shape(self) -> tuple[float, float]:
        return self.mean / (self.dispersion - 1), 1 / self.dispersion

    def _at_most(self, count: int) -> float:
        shape, chance = self._shape()
        return beta_below(chance, shape, count + 1)

    def _at_least(self, count: int) -> float:
        shape, chance = self._shape()
        return beta_above(chance, shape, count)


def _first(start: float, end: float, holds: Callable[[int], bool]) -> int:
    """The first whole number from start on for which it holds; it goes on holding."""
    low, high = int(start) - 1, _ceiling(end)
    while not holds(high):
        low, high = high, 2 * high + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _ceiling(number: float) -> int:
    return -int(-number // 1)


def _since_first(weeks: Sequence[WeekTally]) -> Sequence[WeekTally]:
    """Without the weeks before the first record: the funnel had not begun."""
    first = next((n for n, week in enumerate(weeks) if week.tally.total), len(weeks))
    return weeks[first:]


def month_of(week: WeekTally) -> int:
    """The month that most of the week's days belong to."""
    return (week.week + timedelta(days=3)).month


@dataclass(frozen=True, slots=True)
class _Factor:
    """What a month has of a usual one, and the variance of that in units of the dispersion."""

    share: float = 1.0
    unsure: float = 0.0


def _season(
    past: Sequence[WeekTally], counted: Counted, settings: VolumeSettings
) -> Mapping[int, _Factor]:
    """By how much each month differs from the trend; not at all where two years are not there."""
    factors: dict[int, _Factor] = defaultdict(_Factor)
    if len(past) < settings.season_weeks:
        return factors
    found: dict[int, float] = defaultdict(float)
    usual: dict[int, float] = defaultdict(float)
    for week, usual_count in zip(past, _trend([counted.of(week) for week in past]), strict=True):
        found[month_of(week)] += counted.of(week)
        usual[month_of(week)] += usual_count
    for month, expected in usual.items():
        whole = expected + SEASON_WEIGHT
        factors[month] = _Factor((found[month] + SEASON_WEIGHT) / whole, expected / whole**2)
    return factors


def _trend(counts: Sequence[int]) -> Sequence[float]:
    """The straight line through the counts, never below zero: growth is no season."""
    middle, mean = (len(counts) - 1) / 2, sum(counts) / len(counts)
    spread = sum((n - middle) ** 2 for n in range(len(counts)))
    slope = sum((n - middle) * (x - mean) for n, x in enumerate(counts)) / spread
    return [max(0.0, mean + slope * (n - middle)) for n in range(len(counts))]


def _dispersion(counts: Sequence[int], means: Sequence[float]) -> float:
    """Variance over mean of the weeks."""
    squared = sum((x - mean) ** 2 / mean for x, mean in zip(counts, means, strict=True))
    return max(LEAST_DISPERSION, squared / (len(counts) - 1))


def freedom(dispersion: float, mean: float, weeks: int) -> float:
    """How freely so many weeks tell the dispersion: the less, the more skewed their counts are.

    The variance of a variance grows with the excess kurtosis, of which half is counted: the
    dispersion it is taken from is mostly large where it is too large.
    """
    kurtosis = 6 * (dispersion - 1) / mean + 1 / (mean * dispersion)
    return max(1.0, 2 / (2 / (weeks - 1) + kurtosis / 2 / weeks))


def thinner(tail: float, freedom: float) -> float:
    """The normal's tail beyond the point where Student's t has this one.

    Widening the variance instead would not do: a negative binomial of a small mean gets nearly all
    of its mass at none, and one record is an alarm.
    """
    share = beta_quantile(2 * tail, freedom / 2, 0.5)
    student = sqrt(freedom * (1 / share - 1))
    return max(_THINNEST, NormalDist().cdf(-student))


_THINNEST = 1e-12
"""Below, the digits of a tail end."""
