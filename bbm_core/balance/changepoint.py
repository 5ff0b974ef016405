"""When something changed: one change in a mean or a rate, or the best several.

The detectors say that a rate changed; this says since when, and between which weeks that can be
told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, erfc, exp, floor, log, pi, sqrt

from bbm_core.balance.tally import WeekTally


@dataclass(frozen=True, slots=True)
class Change:
    """The last place before a change, counted from 1, and the means on either side.

    `low` and `high` bound the place at 95 %.
    """

    last_before: int
    before: float
    after: float
    low: int
    high: int


def change_in_mean(values: Sequence[float], least: int = 2) -> Change | None:
    """The one change that leaves the least squares; None where there is nothing to split.

    The interval is that of Bai (1997, Review of Economics and Statistics 79), with each side's
    own variance.

    Args:
        values: in order of time.
        least: how many a side has at least.
    """
    sums = _Sums(values)
    places = range(least, len(values) - least + 1)
    if not places or sums.squares(0, len(values)) == 0:
        return None
    split = min(places, key=lambda at: sums.squares(0, at) + sums.squares(at, len(values)))
    before, after = sums.mean(0, split), sums.mean(split, len(values))
    variances = (
        sums.squares(0, split) / split,
        sums.squares(split, len(values)) / (len(values) - split),
    )
    low, high = _bai(split, after - before, variances)
    return Change(split, before, after, max(1, low), min(len(values) - 1, high))


def change_in_rate(weeks: Sequence[WeekTally], phi: float = 1.0) -> Change | None:
    """The one change of a binomial rate that is likeliest; None where no split is possible.

    The interval holds the places that together have 95 % of the likelihood.

    Args:
        weeks: in order of time; those without decided records belong to the week before.
        phi: by how much weeks differ beyond chance; it spreads the likelihood.
    """
    icp = list(accumulate((week.tally.icp for week in weeks), initial=0))
    known = list(accumulate((week.tally.known for week in weeks), initial=0))
    gains = {
        at: _log_likelihood(icp[at], known[at])
        + _log_likelihood(icp[-1] - icp[at], known[-1] - known[at])
        for at in range(1, len(weeks))
        if 0 < known[at] < known[-1]
    }
    if not gains:
        return None
    split = max(gains, key=lambda at: (gains[at], -at))
    low, high = _credible({at: gain / phi for at, gain in gains.items()})
    after = (icp[-1] - icp[split]) / (known[-1] - known[split])
    return Change(split, icp[split] / known[split], after, low, high)


@dataclass(frozen=True, slots=True)
class Pettitt:
    """Pettitt's test for one change of unknown kind, by ranks (1979, Applied Statistics 28)."""

    statistic: int
    p_value: float  # approximate


def pettitt(values: Sequence[float]) -> Pettitt:
    """Whether values before some place tend to be above or below those after it."""
    count = len(values)
    steps = (sum((x > y) - (x < y) for y in values) for x in values)
    statistic = max(map(abs, accumulate(steps)), default=0)
    p_value = 2 * exp(-6 * statistic**2 / (count**3 + count**2)) if count else 1.0
    return Pettitt(statistic, min(1.0, p_value))


def largest_f(values: Sequence[float], trim: float = 0.15) -> float | None:
    """The largest F of a change in mean anywhere but near the ends (Andrews 1993).

    None where the middle is empty, or both sides of a split do not scatter at all.
    """
    sums, count = _Sums(values), len(values)
    edge = floor(trim * count)
    places = range(max(1, edge), min(count - 1, count - edge) + 1)
    left = [sums.squares(0, at) + sums.squares(at, count) for at in places]
    if count < 3 or not left or min(left) <= 0:  # noqa: PLR2004 - two means and some scatter
        return None
    whole = sums.squares(0, count)
    return max((whole - rest) / (rest / (count - 2)) for rest in left)


def several_changes(values: Sequence[float], most: int, trim: float = 0.15) -> tuple[float, ...]:
    """The BIC of the best segmentation with no change, one, and so on (Bai & Perron 2003).

    The number of changes with the lowest is the one that the values speak for. Shorter than asked
    where segments of `trim` of the length leave no room for more.
    """
    sums, count = _Sums(values), len(values)
    least = max(2, floor(trim * count))
    best = {at: sums.squares(0, at) for at in range(least, count + 1)}
    found = []
    for changes in range(most + 1):
        if changes:
            best = _one_more(best, sums, least, count)
        if best.get(count, 0.0) <= 0:
            break
        fit = count * (log(best[count]) + 1 - log(count) + log(2 * pi))
        found.append(fit + log(count) * 2 * (changes + 1))
    return tuple(found)


class _Sums:
    """Sums of squares of any stretch of the values around its own mean."""

    def __init__(self, values: Sequence[float]) -> None:
        # Around the mean, so that no digits are lost where values are large and alike.
        middle = sum(values) / len(values) if values else 0.0
        self._middle = middle
        self._sums = list(accumulate((x - middle for x in values), initial=0.0))
        self._squares = list(accumulate(((x - middle) ** 2 for x in values), initial=0.0))

    def mean(self, start: int, end: int) -> float:
        return self._middle + (self._sums[end] - self._sums[start]) / (end - start)

    def squares(self, start: int, end: int) -> float:
        total = self._sums[end] - self._sums[start]
        return max(0.0, self._squares[end] - self._squares[start] - total**2 / (end - start))


def _one_more(best: dict[int, float], sums: _Sums, least: int, count: int) -> dict[int, float]:
    """The least squares up to each place with one more segment."""
    found = {}
    for end in range(2 * least, count + 1):
        options = [
            best[at] + sums.squares(at, end) for at in range(least, end - least + 1) if at in best
        ]
        if options:
            found[end] = min(options)
    return found


def _log_likelihood(icp: int, known: int) -> float:
    """Of a binomial at its own rate, without the part that no split changes."""
    return sum(k * log(k / known) for k in (icp, known - icp) if k)


def _credible(gains: dict[int, float], share: float = 0.95) -> tuple[int, int]:
    """From the first to the last of the likeliest places that make up this share."""
    top = max(gains.values())
    weights = {at: exp(gain - top) for at, gain in gains.items()}
    total, sum_so_far, chosen = sum(weights.values()), 0.0, []
    for at in sorted(weights, key=lambda one: (-weights[one], one)):
        chosen.append(at)
        sum_so_far += weights[at]
        if sum_so_far >= share * total:
            break
    return min(chosen), max(chosen)


def _bai(split: int, shift: float, variances: tuple[float, float]) -> tuple[int, int]:
    """Bai's interval: how far the best split may lie from the true one."""
    first, second = (max(one, 1e-12 * shift**2) for one in variances)
    scale = first / shift**2
    ratio = second / first
    upper = scale * _quantile(0.975, ratio)
    lower = scale * _quantile(0.025, ratio)
    return split - ceil(upper), split - floor(lower)


def _quantile(share: float, ratio: float) -> float:
    """Where the distribution of the best split reaches a share, by bisection."""
    low, high = -1.0, 1.0
    while _argmax_below(low, ratio) > share:
        low *= 2
    while _argmax_below(high, ratio) < share:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _argmax_below(middle, ratio) < share else (low, middle)
    return (low + high) / 2


def _argmax_below(x: float, phi: float) -> float:
    """How likely the best split lies no further than x from the true one (Bai 1997, appendix B).

    That is where a two-sided Brownian motion with drift is largest; its variance after the change
    is `phi` times that before.
    """
    size = abs(x)
    if x < 0:
        return (
            -sqrt(size / (2 * pi)) * exp(-size / 8)
            - phi
            * (phi + 2)
            / (phi + 1)
            * _exp_normal(size * (1 + 1 / phi) / (2 * phi), -(0.5 + 1 / phi) * sqrt(size))
            + (size / 2 - 2 + (phi + 2) ** 2 / (phi + 1)) * _normal(-sqrt(size) / 2)
        )
    return (
        1
        + sqrt(size / (2 * pi * phi)) * exp(-size / (8 * phi))
        + (2 * phi + 1)
        / (phi * (phi + 1))
        * _exp_normal((phi + 1) * size / 2, -(phi + 0.5) * sqrt(size / phi))
        - ((2 * phi + 1) ** 2 / ((phi + 1) * phi) - 2 + size / (2 * phi))
        * _normal(-sqrt(size / phi) / 2)
    )


def _normal(z: float) -> float:
    return erfc(-z / sqrt(2)) / 2


def _exp_normal(exponent: float, z: float) -> float:
    """e^exponent · Φ(z), for a z so low that the first would overflow and the second vanish."""
    if z > -30:  # noqa: PLR2004 - far below, Mills' ratio is exact to nine digits
        return exp(exponent) * _normal(z)
    return exp(exponent - z * z / 2) / (-z * sqrt(2 * pi)) * (1 - 1 / z**2)
