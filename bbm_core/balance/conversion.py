"""Conversions: how many go on from a stage, counted so that young records are no failures.

A record that entered a stage last week has had no time to go on. Two figures allow for that:

- **Within a fixed horizon**: of the records that have been seen for H days, the share that went on
  within H days. H is the age by which three quarters of those that go on have done so. It is an
  ordinary share with Wilson's interval, and the same for old and young cohorts.
- **In the long run**: the cumulative incidence of going on with being lost as the competing end
  (Aalen and Johansen 1978, Scandinavian Journal of Statistics 5, 141-150). Open records count as
  long as they were seen. Without any lost it is one minus Kaplan and Meier's curve.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, exp, log, sqrt
from statistics import NormalDist
from typing import NamedTuple

from bbm_core.balance.rate import Interval, wilson

LEAST_AT_RISK = 10
"""A curve is read no further than where so many records were still under watch."""

HORIZON_SHARE = 0.75
"""The horizon is the age by which this share of those that go on has gone on."""

ROUNDING = 1e-9
"""Sums of shares are off by less."""

LEAST_ON = 5
"""Records that must have gone on before a horizon can be told."""


class Ending(StrEnum):
    """How a stay at a stage has ended so far."""

    ON = "on"  # it went on to a later stage
    LOST = "lost"  # it left the funnel
    OPEN = "open"  # neither, as far as it was seen


class Passage(NamedTuple):
    """One record at one stage: for how long it was watched, and what then happened.

    `age` is the days from entering the stage to the ending; for an open one, to today. `seen` is
    the days from entering to today, whatever happened.
    """

    age: float
    seen: float
    ending: Ending


class Point(NamedTuple):
    """From this age on: how many were watched until then, and the share that had gone on."""

    age: float
    at_risk: int
    share: float
    variance: float


@dataclass(frozen=True, slots=True)
class Incidence:
    """The share that has gone on by each age; a step function that begins at 0."""

    points: tuple[Point, ...]

    @property
    def until(self) -> float | None:
        """The age to which the curve may be read; None where too few were ever watched."""
        readable = [p.age for p in self.points if p.at_risk >= LEAST_AT_RISK]
        return readable[-1] if readable else None

    def at(self, age: float) -> Point | None:
        """The last point at or before the age; None before the first."""
        return next((p for p in reversed(self.points) if p.age <= age), None)

    def age_of(self, share: float) -> float | None:
        """The age by which this share had gone on; None where it never came to that."""
        return next((p.age for p in self.points if p.share >= share - ROUNDING), None)


@dataclass(frozen=True, slots=True)
class Within:
    """Of the records that have been seen for `days`, how many went on within them."""

    days: int
    ripe: int
    on: int

    @property
    def rate(self) -> float | None:
        return self.on / self.ripe if self.ripe else None

    @property
    def interval(self) -> Interval:
        return wilson(self.on, self.ripe)


@dataclass(frozen=True, slots=True)
class LongRun:
    """The share that goes on by the age to which records were watched, with its interval."""

    days: float
    share: float
    interval: Interval


def incidence(passages: Iterable[Passage]) -> Incidence:
    """The cumulative incidence of going on, with being lost as the competing end.

    Negative ages count as 0. Endings of one age happen before the open ones of that age leave the
    watch. The variance is the one of Gaynor et al. (1993, JASA 88, 400-409) and of R's survival.
    """
    found = [(max(0.0, one.age), one.ending) for one in passages]
    on = Counter(age for age, ending in found if ending is Ending.ON)
    lost = Counter(age for age, ending in found if ending is Ending.LOST)
    gone = Counter(age for age, _ in found)
    sums = _Walk(len(found))
    for age in sorted(gone):
        if on[age] or lost[age]:
            sums.step(age, on[age], lost[age])
        sums.at_risk -= gone[age]
    return Incidence(tuple(sums.points))


def horizon(passages: Sequence[Passage]) -> int | None:
    """The days by which three quarters of those that go on have done so, at least 1.

    Read off the incidence curve, so that young records do not make it short: among records watched
    long enough it is the third quartile of their times. None where too few have gone on.
    """
    curve = incidence(passages)
    reached = curve.at(curve.until) if curve.until is not None else None
    if reached is None or _count(passages, Ending.ON) < LEAST_ON or reached.share <= 0:
        return None
    age = curve.age_of(HORIZON_SHARE * reached.share)
    assert age is not None, "the curve reached more than this share of itself"  # noqa: S101
    return max(1, ceil(age))


def within(passages: Iterable[Passage], days: int) -> Within:
    """The share that went on within so many days, of those that have been seen for as long."""
    ripe = [one for one in passages if one.seen >= days]
    on = sum(one.ending is Ending.ON and one.age <= days for one in ripe)
    return Within(days, len(ripe), on)


def long_run(passages: Sequence[Passage], confidence: float = 0.95) -> LongRun | None:
    """The share that goes on in the long run; None where too few were watched.

    The interval is on the scale of log(-log), so that it stays between 0 and 1.
    """
    curve = incidence(passages)
    point = curve.at(curve.until) if curve.until is not None else None
    if point is None:
        return None
    return LongRun(point.age, point.share, _interval(point, confidence))


def _interval(point: Point, confidence: float) -> Interval:
    if point.share <= 0 or point.share >= 1:
        # The scale has no place for these; the score interval of as many records has.
        whole = round(point.share) * point.at_risk
        return wilson(whole, point.at_risk, confidence)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    half = z * sqrt(point.variance) / (point.share * -log(point.share))
    return Interval(point.share ** exp(half), point.share ** exp(-half))


def _count(passages: Iterable[Passage], ending: Ending) -> int:
    return sum(one.ending is ending for one in passages)


class _Walk:
    """The product-limit sums, from the youngest age to the oldest.

    The variance of the incidence F at t is the sum over ages a up to t of

        (F(t) - F(a))² d / (n (n - d))  +  S(a-)² e (n - e) / n³  -  2 (F(t) - F(a)) S(a-) e / n²

    with d the endings of both sorts, e those that went on, n the records at risk and S(a-) the
    share still there before a. It is a square in F(t), so three running sums are enough.
    """

    def __init__(self, at_risk: int) -> None:
        self.at_risk = at_risk
        self.points: list[Point] = []
        self._there = 1.0
        self._share = 0.0
        self._squared = self._linear = self._constant = 0.0

    def step(self, age: float, on: int, lost: int) -> None:
        n, ends = self.at_risk, on + lost
        there = self._there
        self._share += there * on / n
        spread = ends / (n * (n - ends)) if n > ends else 0.0
        cross = there * on / n**2
        f = self._share
        self._squared += spread
        self._linear += -2 * f * spread - 2 * cross
        self._constant += f * f * spread + there**2 * on * (n - on) / n**3 + 2 * f * cross
        self._there *= (n - ends) / n
        variance = f * f * self._squared + f * self._linear + self._constant
        self.points.append(Point(age, n, f, max(0.0, variance)))
