"""How leads respond to money, from months in which channels were paid differently.

The power b of leads = a · spend^b is the slope of log leads on log spend within each channel: every
channel is compared with itself alone, so that a cheap channel is not mistaken for a steep one.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import log, sqrt
from statistics import NormalDist, fmean

from bbm_core.balance.rate import Interval

LEAST_MONTHS = 8
"""Months to spare after each channel's own level, below which nothing is fitted."""

LEAST_SPREAD = 0.5
"""Sum of squares of log spend within channels below which spends hardly differed."""

LOWEST, HIGHEST = 0.05, 0.95
"""A response outside of these is no response of diminishing returns."""

_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class PaidMonth:
    """What a channel cost in a month, and how many leads it brought."""

    channel: str
    spend: float
    leads: int


@dataclass(frozen=True, slots=True)
class FittedPower:
    """The power with its 95 % interval, and the months behind it."""

    power: float
    interval: Interval
    months: int


def fitted_power(months: Iterable[PaidMonth]) -> FittedPower | None:
    """The power of all channels together; None where the months say too little."""
    groups: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for month in months:
        if month.spend > 0 and month.leads > 0:
            groups[month.channel].append((log(month.spend), log(month.leads)))
    points = [point for name in sorted(groups) for point in _centred(sorted(groups[name]))]
    freedom = len(points) - len(groups) - 1
    spread = sum(x * x for x, _ in points)
    if freedom < LEAST_MONTHS or spread < LEAST_SPREAD:
        return None
    slope = sum(x * y for x, y in points) / spread
    error = sqrt(sum((y - slope * x) ** 2 for x, y in points) / freedom / spread)
    low, high = (_clamped(slope + sign * _Z * error) for sign in (-1, 1))
    return FittedPower(_clamped(slope), Interval(low, high), len(points))


def _centred(group: list[tuple[float, float]]) -> list[tuple[float, float]]:
    centre_x, centre_y = fmean(x for x, _ in group), fmean(y for _, y in group)
    return [(x - centre_x, y - centre_y) for x, y in group]


def _clamped(power: float) -> float:
    return min(HIGHEST, max(LOWEST, power))
