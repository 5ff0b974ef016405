"""How much a level says: weight of evidence, information value, and how likely chance says as much.

`good` and `bad` are counts a level, of rows whose value is known.
"""

from collections.abc import Sequence
from typing import Any

from bbm_core.icp.learn.arrays import Array
from bbm_core.icp.learn.binning import Binned, Others
from bbm_core.value.library import load_library

ALPHA = 8.0
"""Rows at the base rate that are added to each level, so that a small one is believed less."""


def woe(good: Array, bad: Array, alpha: float = ALPHA) -> Array:
    """The weight of evidence of each level: ln of its share of the good over that of the bad.

    Smoothed with `alpha` rows at the base rate; with 0 it is the plain one, infinite for a level
    without a good or without a bad row. Siddiqi (2006), "Credit Risk Scorecards", chapter 6.
    """
    numpy = load_library("numpy")
    good, bad = numpy.asarray(good, float), numpy.asarray(bad, float)
    base = good.sum() / (good.sum() + bad.sum())
    with numpy.errstate(divide="ignore"):
        of_good = numpy.log(good + alpha * base) - numpy.log(good.sum() + alpha * base)
        of_bad = numpy.log(bad + alpha * (1 - base)) - numpy.log(bad.sum() + alpha * (1 - base))
    weights: Array = of_good - of_bad
    return weights


def information_value(good: Array, bad: Array, alpha: float = ALPHA) -> float:
    """How far the levels part good from bad: the Σ of (share of good - share of bad) · WOE.

    Below 0.02 an attribute is of no use, above 0.5 it is suspicious (Siddiqi 2006).
    """
    numpy = load_library("numpy")
    good, bad = numpy.asarray(good, float), numpy.asarray(bad, float)
    apart = good / good.sum() - bad / bad.sum()
    return float(apart @ woe(good, bad, alpha))


def area(good: Array, bad: Array) -> float:
    """The AUC of an attribute whose levels are ordered by their own rates (ties count half)."""
    numpy = load_library("numpy")
    good, bad = numpy.asarray(good, float), numpy.asarray(bad, float)
    rows = good + bad
    order = numpy.argsort(numpy.divide(good, rows, where=rows > 0, out=numpy.zeros_like(good)))
    good, bad = good[order], bad[order]
    below = numpy.cumsum(bad) - bad
    return float((good @ (below + bad / 2)) / (good.sum() * bad.sum()))


def contrasts_of(binned: Binned) -> Array:
    """What is asked of an attribute."""
    others = isinstance(binned.levels[-1], Others)
    return contrasts(len(binned.levels), ordered=binned.ordered, others=others)


def contrasts(levels: int, *, ordered: bool, others: bool = False) -> Array:
    """What is asked of the levels, one row each: is this one (or are these) unlike the rest?

    Where the levels have an order, that is every cut through it and every level between two
    others; else every level alone. Others are never asked about: nobody could act on it.
    """
    numpy = load_library("numpy")
    alone = numpy.eye(levels)
    if not ordered:
        asked = alone[: levels - 1] if others else alone
        return asked[:1] if levels == 2 else asked  # noqa: PLR2004 - of two levels one is enough
    above = numpy.tri(levels, levels).T[1:]
    return numpy.vstack([above, alone[1:-1]])


def chances(good: Array, rows: Array, asked: Array, scale: float = 1.0) -> Array:
    """For each contrast, how likely chance alone shows one as strong: two-sided, hypergeometric.

    Args:
        good: good rows by level.
        rows: all rows by level.
        asked: one contrast a row.
        scale: how many rows count as one (`design_effect`).
    """
    numpy, special = load_library("numpy"), load_library("scipy.special")
    z = deviations(good[None, :], rows, asked)[0] / scale**0.5
    normal: Array = special.erfc(numpy.abs(z) / numpy.sqrt(2.0))
    if rows.sum() / scale > _EXACT_UP_TO:
        return normal
    good, rows = (numpy.rint(one / scale).astype(int) for one in (good, numpy.asarray(rows)))
    exact = [
        _hypergeometric(int(one @ good), int(one @ rows), int(good.sum()), int(rows.sum()))
        for one in asked
    ]
    return numpy.array(exact)


_EXACT_UP_TO = 5_000
"""With more rows than this the normal tail is as good as the exact one."""


def deviations(goods: Array, rows: Array, asked: Array) -> Array:
    """How many standard deviations each contrast lies from what chance would show.

    One row of `goods` for each time the outcome was drawn: good rows by level.
    """
    numpy = load_library("numpy")
    total, wins = rows.sum(), goods.sum(axis=1, keepdims=True)
    size = asked @ rows
    rate = wins / total
    spread = size * (1 - size / total) * rate * (1 - rate) * total / max(total - 1, 1)
    with numpy.errstate(divide="ignore", invalid="ignore"):
        found = (goods @ asked.T - size * rate) / numpy.sqrt(spread)
    return numpy.nan_to_num(found, posinf=0.0, neginf=0.0)


def _hypergeometric(good: int, drawn: int, wins: int, total: int) -> float:
    """Fisher's exact test, two-sided: tables at most as likely as this one, half of its equals.

    The mid-p of Lancaster (1961): the exact test alone is far too timid with few rows.
    """
    numpy, special = load_library("numpy"), load_library("scipy.special")
    low, high = max(0, drawn + wins - total), min(drawn, wins)
    x = numpy.arange(low, high + 1)
    log_ways = (
        _log_choose(special, wins, x)
        + _log_choose(special, total - wins, drawn - x)
        - _log_choose(special, total, drawn)
    )
    here = log_ways[good - low]
    likely = numpy.exp(log_ways)
    equal = numpy.abs(log_ways - here) < 1e-7  # noqa: PLR2004 - rounding of logarithms
    return min(1.0, float(likely[(log_ways < here) & ~equal].sum() + likely[equal].sum() / 2))


def _log_choose(special: Any, n: int, k: Any) -> Any:
    return special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)


def benjamini_hochberg(chances: Sequence[float]) -> list[float]:
    """The smallest share of false finds at which each would be called one.

    Benjamini and Hochberg (1995), "Controlling the false discovery rate".
    """
    count, least = len(chances), 1.0
    adjusted = [1.0] * count
    ranked = sorted(range(count), key=lambda one: chances[one])
    for rank, place in zip(range(count, 0, -1), reversed(ranked), strict=True):
        least = min(least, chances[place] * count / rank)
        adjusted[place] = max(least, chances[place])  # rounding alone could say less
    return adjusted
