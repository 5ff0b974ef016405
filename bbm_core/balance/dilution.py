"""More leads, lower quality: whether a growing inflow is a worse one."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, log, sqrt
from statistics import NormalDist

from bbm_core.balance.rate import Interval
from bbm_core.balance.tally import EMPTY, Tally, WeekTally
from bbm_core.balance.watch import overdispersion

SURE = 0.95
LEAST_KNOWN = 25
"""Decided records that each of the two spans needs, after allowing for overdispersion."""


class Trend(StrEnum):
    """How volume and quality moved together."""

    DILUTED = "diluted"  # more records, and a lower rate
    WORSE = "worse"  # a lower rate, without surely more records
    GROWN = "grown"  # more records, as good as before
    STEADY = "steady"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dilution:
    """Two spans of weeks compared. Probabilities are 0.5 where nothing points anywhere."""

    before: Tally
    after: Tally
    more: float  # the probability that more comes in a week
    lower: float  # that the rate is lower
    odds_ratio: float | None  # of ICP, after against before; None: nothing is decided
    interval: Interval | None  # of the odds ratio, 95 %
    needed: int  # decided records that a span lacks

    @property
    def trend(self) -> Trend:
        if self.needed:
            return Trend.UNCLEAR
        if self.lower > SURE:
            return Trend.DILUTED if self.more > SURE else Trend.WORSE
        return Trend.GROWN if self.more > SURE else Trend.STEADY


def dilution(before: Sequence[WeekTally], after: Sequence[WeekTally]) -> Dilution:
    """Compare two spans of weeks, the earlier one first; they may differ in length.

    The odds ratio has Woolf's interval (1955) with a half added to each count (Haldane 1956,
    Anscombe 1956). Weeks differ by more than chance; rates are discounted by Pearson's chi-squared
    per degree of freedom, volumes by their index of dispersion.
    """
    first, second = _sum(before), _sum(after)
    phi = overdispersion(before, after)
    ratio, error = _log_odds_ratio(first, second)
    error *= sqrt(phi)
    known = min(first.known, second.known)
    return Dilution(
        before=first,
        after=second,
        more=_more(before, after),
        lower=NormalDist().cdf(-ratio / error),
        odds_ratio=exp(ratio) if known else None,
        interval=_interval(ratio, error) if known else None,
        needed=max(0, round(LEAST_KNOWN * phi) - known),
    )


def _sum(weeks: Sequence[WeekTally]) -> Tally:
    return sum((week.tally for week in weeks), EMPTY)


def _log_odds_ratio(before: Tally, after: Tally) -> tuple[float, float]:
    counts = [count + 0.5 for count in (after.icp, after.not_icp, before.icp, before.not_icp)]
    a, b, c, d = counts
    return log(a * d / (b * c)), sqrt(sum(1 / count for count in counts))


def _interval(ratio: float, error: float) -> Interval:
    half = NormalDist().inv_cdf(0.975) * error
    return Interval(exp(ratio - half), exp(ratio + half))


def _more(before: Sequence[WeekTally], after: Sequence[WeekTally]) -> float:
    first, second = _sum(before).total, _sum(after).total
    if not (first + second and before and after):
        return 0.5
    change = second / len(after) - first / len(before)
    spread = _dispersion(before, after) * (second / len(after) ** 2 + first / len(before) ** 2)
    return NormalDist().cdf(change / sqrt(spread))


def _dispersion(*spans: Sequence[WeekTally]) -> float:
    """By how much weekly counts differ beyond chance, each span around its own mean; at least 1."""
    squared, freedom = 0.0, 0
    for span in spans:
        counts = [week.tally.total for week in span]
        mean = sum(counts) / len(counts) if counts else 0
        if mean:
            squared += sum((count - mean) ** 2 for count in counts) / mean
            freedom += len(counts) - 1
    return max(1.0, squared / freedom) if freedom else 1.0
