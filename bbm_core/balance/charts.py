"""Control charts from the books, to compare with: p, c, u, Laney's p', CUSUM, EWMA.

The agent does not alarm by these. On weekly ICP rates they raise false alarms several times a
year as soon as weeks differ beyond chance, or find too little; `benchmarks/detectors.py` shows it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

D2 = 1.128
"""Mean range of two standard normals, rounded as charts round it; exactly it is 2/√π."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A centre line and each sample's limits."""

    values: tuple[float, ...]
    center: float
    low: tuple[float, ...]
    high: tuple[float, ...]

    @property
    def outside(self) -> tuple[int, ...]:
        """The samples beyond their limits, numbered from 1."""
        limits = zip(self.values, self.low, self.high, strict=True)
        return tuple(n for n, (x, low, high) in enumerate(limits, 1) if not low <= x <= high)


def p_chart(counts: Sequence[int], sizes: Sequence[int], sigmas: float = 3) -> Chart:
    """Shares, with binomial limits (Shewhart 1931). Sizes are above zero."""
    return _share_chart(counts, sizes, sigmas)


def laney_chart(
    counts: Sequence[int], sizes: Sequence[int], sigmas: float = 3, d2: float = D2
) -> Chart:
    """Shares, with limits as wide as samples really differ (Laney 2002, Quality Engineering 14)."""
    return _share_chart(counts, sizes, sigmas * laney_sigma(counts, sizes, d2))


def laney_sigma(counts: Sequence[int], sizes: Sequence[int], d2: float = D2) -> float:
    """How much wider than binomial samples scatter, from the moving range of their z-scores."""
    center = sum(counts) / sum(sizes)
    scores = [
        (k / n - center) / sqrt(center * (1 - center) / n)
        for k, n in zip(counts, sizes, strict=True)
    ]
    ranges = [abs(b - a) for a, b in pairwise(scores)]
    return sum(ranges) / len(ranges) / d2


def c_chart(counts: Sequence[int], sigmas: float = 3) -> Chart:
    """Counts, with Poisson limits."""
    return u_chart(counts, [1] * len(counts), sigmas)


def u_chart(counts: Sequence[int], units: Sequence[float], sigmas: float = 3) -> Chart:
    """Counts per unit, with Poisson limits. Units are above zero."""
    center = sum(counts) / sum(units)
    halves = [sigmas * sqrt(center / n) for n in units]
    values = tuple(k / n for k, n in zip(counts, units, strict=True))
    low = tuple(max(0.0, center - half) for half in halves)
    return Chart(values, center, low, tuple(center + half for half in halves))


@dataclass(frozen=True, slots=True)
class Cusum:
    """The sums above and below a target."""

    upper: tuple[float, ...]
    lower: tuple[float, ...]

    def signals(self, limit: float) -> tuple[int, ...]:
        """The samples at which either sum is above the limit, numbered from 1."""
        both = zip(self.upper, self.lower, strict=True)
        return tuple(n for n, sums in enumerate(both, 1) if max(sums) > limit)


def cusum(values: Iterable[float], target: float, slack: float, head_start: float = 0) -> Cusum:
    """The tabular CUSUM (Page 1954).

    Args:
        values: the samples, standardised or not.
        target: where they should lie.
        slack: half the shift that is looked for (K, or k where standardised).
        head_start: where both sums begin, for a fast initial response (Lucas & Crosier 1982).
    """
    upper, lower = [head_start], [head_start]
    for value in values:
        upper.append(max(0.0, upper[-1] + value - target - slack))
        lower.append(max(0.0, lower[-1] + target - value - slack))
    return Cusum(tuple(upper[1:]), tuple(lower[1:]))


@dataclass(frozen=True, slots=True)
class Ewma:
    """The moving average and the standard error of each of its values."""

    values: tuple[float, ...]
    sigma: tuple[float, ...]


def ewma(values: Iterable[float], center: float, deviation: float, weight: float) -> Ewma:
    """The exponentially weighted moving average (Roberts 1959), beginning at the centre."""
    averages, sigmas, left = [center], [], 1.0
    for value in values:
        averages.append(averages[-1] + weight * (value - averages[-1]))
        left *= (1 - weight) ** 2
        sigmas.append(deviation * sqrt(weight / (2 - weight) * (1 - left)))
    return Ewma(tuple(averages[1:]), tuple(sigmas))


def _share_chart(counts: Sequence[int], sizes: Sequence[int], sigmas: float) -> Chart:
    center = sum(counts) / sum(sizes)
    halves = [sigmas * sqrt(center * (1 - center) / n) for n in sizes]
    return Chart(
        values=tuple(k / n for k, n in zip(counts, sizes, strict=True)),
        center=center,
        low=tuple(max(0.0, center - half) for half in halves),
        high=tuple(min(1.0, center + half) for half in halves),
    )
