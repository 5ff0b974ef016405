"""Levels in their order, merged so that the rate of good rows only rises or only falls.

Only where the data says so: a size that is best in the middle stays as it is.
"""

from collections.abc import Sequence

from bbm_core.icp.learn.arrays import Array
from bbm_core.icp.learn.binning import Binned, merged
from bbm_core.icp.learn.weights import tally
from bbm_core.value.library import load_library

_DOUBT = 0.05
"""Rates that fit a rising or falling line worse than this chance allows are not merged."""


def trended(binned: Binned, codes: Array, good: Array) -> Binned:
    """The attribute with its levels merged as these rows say; names have no order to follow."""
    if not binned.ordered:
        return binned
    wins, rows = tally(codes, good, len(binned.levels))
    return merged(binned, monotone_blocks(wins.tolist(), rows.tolist()))


def monotone_blocks(good: Sequence[int], rows: Sequence[int]) -> list[int]:
    """The block that each level belongs to, after merging what breaks the trend.

    The direction is the one that the rates follow best. Where even that one fits clearly worse
    than the rates themselves, each level stays a block of its own.
    """
    rising = pool(good, rows)
    falling = [*reversed(_mirrored(pool(good[::-1], rows[::-1])))]
    best = min((rising, falling), key=lambda blocks: lost(good, rows, blocks))
    cost, merges = lost(good, rows, best), len(rows) - len(set(best))
    if not merges:
        return best
    fits = load_library("scipy.special").chdtrc(merges, cost) >= _DOUBT
    return best if fits else list(range(len(rows)))


def pool(good: Sequence[int], rows: Sequence[int]) -> list[int]:
    """The block of each level when rates may only rise: pool adjacent violators.

    Ayer, Brunk, Ewing, Reid and Silverman (1955). Equal neighbours become one.
    """
    blocks: list[tuple[int, int, int]] = []  # good, rows, levels
    for won, count in zip(good, rows, strict=True):
        blocks.append((won, count, 1))
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] >= blocks[-1][0] * blocks[-2][1]:
            last, before = blocks.pop(), blocks.pop()
            blocks.append((before[0] + last[0], before[1] + last[1], before[2] + last[2]))
    return [place for place, block in enumerate(blocks) for _ in range(block[2])]


def _mirrored(blocks: Sequence[int]) -> list[int]:
    """Blocks counted from the other end."""
    return [max(blocks) - block for block in blocks]


def lost(good: Sequence[int], rows: Sequence[int], blocks: Sequence[int]) -> float:
    """Twice the log-likelihood that merging costs."""
    numpy, special = load_library("numpy"), load_library("scipy.special")
    won, count = numpy.asarray(good, float), numpy.asarray(rows, float)
    place = numpy.asarray(blocks)

    def height(won: object, count: object) -> float:
        lost = count - won  # type: ignore[operator]  # both are arrays
        parts = special.xlogy(won, won) + special.xlogy(lost, lost) - special.xlogy(count, count)
        return float(parts.sum())

    pooled = height(numpy.bincount(place, weights=won), numpy.bincount(place, weights=count))
    return max(0.0, 2 * (height(won, count) - pooled))
