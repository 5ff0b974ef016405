"""The early detector: has the rate of a stage changed, and since which week?

It compares every possible last stretch of weeks, of up to ten, with all weeks before it,
and adds up the likelihood ratios of "changed by δ since then" against "as before": the sum of
Shiryaev (1963) and Roberts (1966), with both directions at half weight. Against the usual CUSUM,
which keeps only the largest of them, the sum finds more at the same false alarms when the change
is small against the noise of a week, which is the rule here.

Two things that wreck such detectors in practice are inside the ratio itself. Weeks differ beyond
chance (one exhibition, one campaign), so a week of n records counts as n / (1 + (n - 1)ρ), with ρ
by Williams' moments (Applied Statistics 31, 1982) from the weeks before and those of the stretch,
each around their own rate: of a stretch whose weeks differ much, more is chance. And the past is
itself an estimate, so every ratio is discounted by 1 + (records in the stretch) / (records before).

The sum alarms above a threshold that was found by simulating quiet years, estimates included, for
a budget of false alarms (`threshold.py`). An alarm also needs a change that matters, on enough
records. Then the detector starts anew with the weeks after the change.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import exp, log

from bbm_core.balance.tally import EMPTY, Tally, WeekTally
from bbm_core.balance.threshold import LOWEST, threshold


class Direction(StrEnum):
    """Where a rate went."""

    DOWN = "down"
    UP = "up"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftSettings:
    """How much change matters, on how much past, at how many false alarms."""

    false_alarms: float = 0.10  # how likely one is in a quiet year of one stage
    slow_false_alarms: float = 0.10  # at most, where few records come in: more would buy little
    slow: int = 50  # decided records a week that are few
    least_weeks: int = 26  # with decided records, before the first stretch
    longest: int = 10  # weeks of a stretch
    least_shift: float = 0.05
    relative_shift: float = 0.25
    min_observations: int = 50  # decided records, discounted, on which the change must show
    max_weeks: int = 13  # in which they must be found

    def budget(self, known: float) -> float:
        """The false alarms that a stage with so many decided records a week may have."""
        slow = min(self.false_alarms, self.slow_false_alarms)
        return slow if known < self.slow else self.false_alarms

    def delta(self, rate: float) -> float:
        """The change that is looked for."""
        return max(self.least_shift, self.relative_shift * min(rate, 1 - rate))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A change that was found: since when, from what to what."""

    direction: Direction
    since: date  # the Monday of the first week that is likely changed
    found: date  # the Monday of the week with which it was found
    before: Tally
    after: Tally  # from `since` until `found`


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftStatus:
    """What the detector made of the weeks it was given."""

    shifts: tuple[Shift, ...]  # oldest first
    weeks: int  # with decided records since the last shift
    level: float | None  # the logarithm of the sum now; None: too little past to compare with
    threshold: float | None
    rho: float | None  # how much records of one week resemble each other

    @property
    def latest(self) -> Shift | None:
        return self.shifts[-1] if self.shifts else None


def find_shifts(weeks: Sequence[WeekTally], settings: ShiftSettings | None = None) -> ShiftStatus:
    """Read the weeks as they came; pass closed weeks only, oldest first, none left out."""
    chosen = settings or ShiftSettings()
    tallied = [week for week in weeks if week.tally.known]
    shifts: list[Shift] = []
    start = 0
    while True:
        run = _Run(tallied[start:], chosen)
        found = next((alarm for alarm in run.alarms()), None)
        if found is None:
            return run.status(tuple(shifts))
        shifts.append(run.shift(found))
        start += found.since


USUAL_RHO = 0.02
"""How much records of one week resemble each other, before anything is known of a stage."""

RHO_WEIGHT = 39.0
"""Weeks that this guess is worth: a year's moments alone are off by a fifth. More weight would find
more where campaigns are usual, and hold a stage with many of them for calmer than it is."""

_MOST_RHO = 0.5
_EDGE = 0.25
"""A change never takes a rate below this part of itself, nor the rest below this part of it."""

_LARGEST = 60.0
"""Where a log ratio is cut: far above every threshold, far below what overflows."""


class _Sums:
    """The moments of a span of weeks, one week added at a time."""

    def __init__(self) -> None:
        self.weeks = self.icp = self.known = 0
        self._squares = 0.0  # Σ k²/n
        self._known_squares = 0  # Σ n²

    def add(self, tally: Tally) -> None:
        self.weeks += 1
        self.icp += tally.icp
        self.known += tally.known
        self._squares += tally.icp**2 / tally.known
        self._known_squares += tally.known**2

    @property
    def alike(self) -> float:
        """How many others a record has in its week."""
        return self._known_squares / self.known - 1

    def scatter(self) -> "_Scatter":
        return _Scatter(
            self._squares - self.icp**2 / self.known,
            self.weeks - 1,
            (self.known - self.weeks) - self.alike,
        )


@dataclass(frozen=True, slots=True)
class _Scatter:
    """By how much weeks differ, each span around its own rate."""

    squares: float  # Σ (k - np)²/n
    freedom: int
    spread: float  # what ρ adds to chi-squared

    def __add__(self, other: "_Scatter") -> "_Scatter":
        return _Scatter(
            self.squares + other.squares,
            self.freedom + other.freedom,
            self.spread + other.spread,
        )

    def rho(self, variance: float) -> float:
        """Williams' moments, drawn to the usual value as far as the weeks are few."""
        if not variance or self.spread <= 0:
            return USUAL_RHO
        moments = (self.squares / variance - self.freedom) / self.spread
        moments = min(max(moments, 0.0), _MOST_RHO)
        return (moments * self.freedom + USUAL_RHO * RHO_WEIGHT) / (self.freedom + RHO_WEIGHT)


class Past:
    """What the weeks before a stretch say: the rate, and how much records of one week are alike."""

    def __init__(self, sums: _Sums) -> None:
        share = sums.icp / sums.known
        self.rate = (sums.icp + 0.5) / (sums.known + 1)  # never 0 nor 1
        self._known, self._alike = sums.known, sums.alike
        self._variance, self._scatter = share * (1 - share), sums.scatter()
        self.rho = self._scatter.rho(self._variance)

    def rho_with(self, stretch: _Sums) -> float:
        """The likeness, as the weeks of the stretch show it, too, around their own rate."""
        return (self._scatter + stretch.scatter()).rho(self._variance)

    def weight(self, rho: float) -> float:
        """The independent records that the past is worth."""
        return self._known / (1 + rho * self._alike)


def _worth(known: int, rho: float) -> float:
    """What each of so many records of one week is worth."""
    return 1 / (1 + (known - 1) * rho)


@dataclass(frozen=True, slots=True)
class _Alarm:
    since: int  # the place of the first changed week
    found: int  # the place of the week with which it was found
    sign: int


class _Run:
    """One stretch of time between two shifts."""

    def __init__(self, weeks: Sequence[WeekTally], settings: ShiftSettings) -> None:
        self._weeks = weeks
        self._settings = settings
        self._pasts = tuple(_pasts(weeks, settings.least_weeks))
        self._levels, self._likeliest = self._added_up()

    def alarms(self) -> Iterator[_Alarm]:
        """Each week that alarms."""
        for place, level in enumerate(self._levels):
            # Most levels lie below every threshold there is, and looking one up takes long.
            if level is None or level < LOWEST or level < self._threshold(place):
                continue
            since, sign = self._likeliest[place]
            if self._matters(place, since, sign):
                yield _Alarm(since, place, sign)

    def shift(self, alarm: _Alarm) -> Shift:
        tallies = [week.tally for week in self._weeks[: alarm.found + 1]]
        return Shift(
            direction=Direction.UP if alarm.sign > 0 else Direction.DOWN,
            since=self._weeks[alarm.since].week,
            found=self._weeks[alarm.found].week,
            before=sum(tallies[: alarm.since], EMPTY),
            after=sum(tallies[alarm.since :], EMPTY),
        )

    def status(self, shifts: tuple[Shift, ...]) -> ShiftStatus:
        level = self._levels[-1] if self._levels else None
        return ShiftStatus(
            shifts=shifts,
            weeks=len(self._weeks),
            level=level,
            threshold=None if level is None else self._threshold(len(self._weeks) - 1),
            rho=None if level is None else self._past_of(len(self._weeks) - 1).rho,
        )

    def _added_up(self) -> tuple[list[float | None], list[tuple[int, int]]]:
        """For each week the log of the sum so far, and the likeliest first changed week."""
        sums, best = [0.0] * len(self._weeks), [(-_LARGEST, 0, 0)] * len(self._weeks)
        for number, past in enumerate(self._pasts):
            since = number + self._settings.least_weeks
            for place, down, up in self._ratios(since, past):
                sums[place] += (exp(min(down, _LARGEST)) + exp(min(up, _LARGEST))) / 2
                best[place] = max(best[place], (down, since, -1), (up, since, 1))
        levels = [log(one) if one else None for one in sums]
        return levels, [(since, sign) for _, since, sign in best]

    def _ratios(self, since: int, past: Past) -> Iterator[tuple[int, float, float]]:
        """The log ratios of a change in that week, down and up, with each further week."""
        delta = self._settings.delta(past.rate)
        down = max(past.rate - delta, past.rate * _EDGE)
        up = min(past.rate + delta, 1 - (1 - past.rate) * _EDGE)
        down_icp, down_other = log(down / past.rate), log((1 - down) / (1 - past.rate))
        up_icp, up_other = log(up / past.rate), log((1 - up) / (1 - past.rate))
        sums = _Sums()
        for place in range(since, min(since + self._settings.longest, len(self._weeks))):
            sums.add(self._weeks[place].tally)
            rho = past.rho_with(sums)
            icp, other = _discounted(self._weeks[since : place + 1], rho)
            sure = 1 / (1 + (icp + other) / past.weight(rho))
            yield (
                place,
                (icp * down_icp + other * down_other) * sure,
                (icp * up_icp + other * up_other) * sure,
            )

    def _past_of(self, place: int) -> Past:
        """All that came before the longest stretch that ends there, or the first past there is."""
        since = max(place - self._settings.longest + 1, self._settings.least_weeks)
        return self._pasts[since - self._settings.least_weeks]

    def _threshold(self, place: int) -> float:
        past = self._past_of(place)
        known = sum(week.tally.known for week in self._weeks[: place + 1]) / (place + 1)
        return threshold(past.rate, known, self._settings.budget(known))

    def _matters(self, place: int, since: int, sign: int) -> bool:
        """Whether the change shows on the fewest recent weeks that hold enough records."""
        past = self._pasts[since - self._settings.least_weeks]
        tally, worth = EMPTY, 0.0
        for week in reversed(self._weeks[max(0, place + 1 - self._settings.max_weeks) : place + 1]):
            tally += week.tally
            worth += week.tally.known * _worth(week.tally.known, past.rho)
            if worth >= self._settings.min_observations:
                return (tally.icp / tally.known - past.rate) * sign >= self._settings.least_shift
        return False


def _pasts(weeks: Sequence[WeekTally], least: int) -> Iterator[Past]:
    """What is known before each week that may be the first changed one."""
    sums = _Sums()
    for week in weeks:
        if sums.weeks >= least:
            yield Past(sums)
        sums.add(week.tally)


def _discounted(weeks: Sequence[WeekTally], rho: float) -> tuple[float, float]:
    """ICP and others, as many as they would be if records of one week were not alike."""
    icp = other = 0.0
    for week in weeks:
        worth = _worth(week.tally.known, rho)
        icp += week.tally.icp * worth
        other += week.tally.not_icp * worth
    return icp, other
