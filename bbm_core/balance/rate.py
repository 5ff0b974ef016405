"""How sure a rate is: the Wilson interval, the bounds that unknowns leave, the beta posterior."""

from math import exp, lgamma, log, log1p, pi, sqrt
from statistics import NormalDist
from typing import NamedTuple

from bbm_core.balance.tally import Tally


class Interval(NamedTuple):
    """From low to high, both shares between 0 and 1."""

    low: float
    high: float


class Difference(NamedTuple):
    """From low to high, both differences of two shares, between -1 and 1."""

    low: float
    high: float


def wilson(k: int, n: int, confidence: float = 0.95) -> Interval:
    """The score interval for k of n, without continuity correction; everything where n is 0."""
    if n == 0:
        return Interval(0.0, 1.0)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, spread = k / n, z * z / n
    centre = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return Interval(0.0 if k == 0 else centre - half, 1.0 if k == n else centre + half)


def bounds(tally: Tally) -> Interval:
    """The rate if every unknown were not ICP, and if every unknown were (Manski)."""
    if tally.total == 0:
        return Interval(0.0, 1.0)
    return Interval(tally.icp / tally.total, (tally.icp + tally.unknown) / tally.total)


def newcombe(k: int, n: int, before_k: int, before_n: int, confidence: float = 0.95) -> Difference:
    """By how much a rate changed: the square-and-add interval of two Wilson ones.

    Newcombe 1998 (Statistics in Medicine 17, 873-890), his method 10. Where either period decides
    nothing, anything from -1 to 1 is possible.
    """
    if n == 0 or before_n == 0:
        return Difference(-1.0, 1.0)
    rate, before = k / n, before_k / before_n
    now, then = wilson(k, n, confidence), wilson(before_k, before_n, confidence)
    down = sqrt((rate - now.low) ** 2 + (then.high - before) ** 2)
    up = sqrt((now.high - rate) ** 2 + (before - then.low) ** 2)
    return Difference(rate - before - down, rate - before + up)


def beta_quantile(p: float, a: float, b: float) -> float:
    """The x below which X ~ Beta(a, b) lies with probability p, by halving."""
    low, high = 0.0, 1.0
    while high - low > 1e-12:  # noqa: PLR2004 - far below any digit that is shown
        middle = (low + high) / 2
        if beta_below(middle, a, b) < p:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def coverage(tally: Tally) -> float | None:
    """The share that is decided; None where there is nothing."""
    return tally.known / tally.total if tally.total else None


def beta_below(x: float, a: float, b: float) -> float:
    """P(X < x) for X ~ Beta(a, b): the regularised incomplete beta function."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        # The continued fraction converges fast only below the mean; mirror the rest.
        return 1 - _lower_tail(1 - x, b, a)
    return _lower_tail(x, a, b)


def beta_above(x: float, a: float, b: float) -> float:
    """P(X > x) for X ~ Beta(a, b), without the loss of digits of 1 - P(X < x)."""
    return beta_below(1 - x, b, a)


def _lower_tail(x: float, a: float, b: float) -> float:
    return _power_term(x, a, b) / (a * _continued_fraction(x, a, b))


def _continued_fraction(x: float, a: float, b: float) -> float:
    """1 + d1/(1 + d2/(1 + ...)) of DLMF 8.17.22, by Lentz's method."""
    tiny = 1e-300
    value, c, d, factor, step = 1.0, 1.0, 0.0, 0.0, 0
    while abs(factor - 1) > 1e-15:  # noqa: PLR2004 - a few units of the last place
        step += 1
        coefficient = _coefficient(step, x, a, b)
        d = 1 / (1 + coefficient * d or tiny)
        c = 1 + coefficient / c or tiny
        factor = c * d
        value *= factor
    return value


def _coefficient(step: int, x: float, a: float, b: float) -> float:
    m = step // 2
    if step % 2:
        return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))


def _power_term(x: float, a: float, b: float) -> float:
    """x^a (1-x)^b / B(a, b), by Loader's saddle point, which keeps its digits for large counts."""
    n = a + b
    exponent = _stirling_error(n) - _stirling_error(a) - _stirling_error(b)
    exponent -= _deviance(a, n * x) + _deviance(b, n * (1 - x))
    return exp(exponent) * sqrt(a * b / (2 * pi * n))


def _deviance(observed: float, expected: float) -> float:
    """observed·ln(observed/expected) − (observed − expected), for an expectation near or far."""
    difference = observed - expected
    return observed * log1p(difference / expected) - difference


def _stirling_error(z: float) -> float:
    """lnΓ(z+1) minus Stirling's formula."""
    if z > 15:  # noqa: PLR2004 - beyond, five terms of the series give full precision
        s = 1 / (z * z)
        series = 1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s / 1188)))
        return series / z
    return lgamma(z + 1) - (z + 0.5) * log(z) + z - log(2 * pi) / 2
