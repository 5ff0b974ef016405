"""What chance alone would show: the outcome shuffled among the rows, many times over.

All attributes see the same shuffles, so that what they say alike is not counted twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bbm_core.chance import seeded
from bbm_core.icp.learn.arrays import Array
from bbm_core.icp.learn.binning import Binned
from bbm_core.icp.learn.evidence import contrasts_of, deviations
from bbm_core.icp.learn.pools import pool
from bbm_core.icp.learn.weights import tally
from bbm_core.value.library import load_library

MOST_SHUFFLES = 1_999
MOST_ROWS = 50_000
"""What so many rows do not show is of no use, however many more there are."""
_DEALT = 30_000_000
"""Rows times shuffles; more rows get fewer shuffles, and need fewer."""


@dataclass(frozen=True, slots=True)
class Chances:
    """How likely shuffled outcomes look as telling: each attribute alone, and all together."""

    single: tuple[float, ...]
    together: float


def chances_of(attributes: Sequence[Binned], good: Array, scale: float = 1.0) -> Chances:
    """Try how telling the attributes look when the outcome is shuffled (Fisher 1935).

    An attribute tells by its strongest contrast, or by all of its levels together. Everything
    together tells by the best attribute, or by all of them (the sum of the logarithms of their
    chances, Fisher 1932). The better of both counts, and shuffled outcomes get the same choice.

    Args:
        attributes: cut without a look at the outcome.
        good: 1 or 0 for each row; both must occur.
        scale: how many rows count as one (`design_effect`).
    """
    numpy = load_library("numpy")
    if not attributes:
        return Chances((), 1.0)
    chance = numpy.random.default_rng(seeded("shuffles").getrandbits(64))
    rows = pool(good, MOST_ROWS, chance)
    attributes = [replace(one, codes=one.codes[rows]) for one in attributes]
    good = good[rows]
    goods = _shuffled(attributes, good, min(MOST_SHUFFLES, _DEALT // len(good)), chance)
    single = [_alone(one, good, drawn, scale) for one, drawn in zip(attributes, goods, strict=True)]
    logs = -numpy.log(numpy.array(single))
    together = better(logs.max(axis=0), logs.sum(axis=0))
    return Chances(tuple(float(one[-1]) for one in single), float(together[-1]))


def better(*found: Array) -> Array:
    """Of several figures, how likely chance shows the best of them: for each draw, by its rank."""
    numpy = load_library("numpy")
    return _share(-numpy.minimum.reduce([_share(one) for one in found]))


def _share(found: Array) -> Array:
    """The share of draws that lie at least as high, each itself included."""
    numpy = load_library("numpy")
    found = numpy.round(found, 9)
    below = numpy.searchsorted(numpy.sort(found), found, side="left")
    return (len(found) - below) / len(found)


def _shuffled(
    attributes: Sequence[Binned], good: Array, shuffles: int, chance: Array
) -> list[Array]:
    """Good rows by level, for each attribute: a row for each shuffle."""
    numpy = load_library("numpy")
    # A column for what is unknown makes every code a place.
    widths = [len(one.levels) + 1 for one in attributes]
    starts = [sum(widths[:place]) for place in range(len(widths))]
    places = numpy.column_stack(
        [
            start + numpy.where(one.codes < 0, width - 1, one.codes)
            for one, start, width in zip(attributes, starts, widths, strict=True)
        ]
    )
    wins, whole = int(good.sum()), numpy.bincount(places.ravel(), minlength=sum(widths))
    few = min(wins, len(good) - wins)  # the rarer outcome is dealt, the other one has the rest
    drawn = numpy.empty((shuffles, sum(widths)))
    for shuffle in range(shuffles):
        dealt = places[chance.permutation(len(good))[:few]]
        drawn[shuffle] = numpy.bincount(dealt.ravel(), minlength=sum(widths))
    goods = drawn if wins == few else whole - drawn
    return [
        goods[:, start : start + width - 1] for start, width in zip(starts, widths, strict=True)
    ]


def _alone(binned: Binned, good: Array, drawn: Array, scale: float) -> Array:
    """How likely chance shows as much of this attribute: for each shuffle, and last as it is."""
    numpy = load_library("numpy")
    wins, rows = tally(binned.codes, good, len(binned.levels))
    asked, goods = contrasts_of(binned), numpy.vstack([drawn, wins])
    strongest = abs(deviations(goods, rows, asked)).max(axis=1)
    spread = _spread(goods, rows)
    strongest[-1] /= scale**0.5
    spread[-1] /= scale
    return better(strongest, spread)


def _spread(goods: Array, rows: Array) -> Array:
    """Pearson's χ² of the levels."""
    numpy = load_library("numpy")
    rate = goods.sum(axis=1, keepdims=True) / rows.sum()
    expected = rows * rate
    with numpy.errstate(divide="ignore", invalid="ignore"):
        parts = (goods - expected) ** 2 / (expected * (1 - rate))
    return numpy.nan_to_num(parts, posinf=0.0).sum(axis=1)
