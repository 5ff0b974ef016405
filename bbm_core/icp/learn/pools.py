"""Rows enough to judge by, drawn from a large book."""

from bbm_core.icp.learn.arrays import Array
from bbm_core.value.library import load_library


def pool(good: Array, most: int, chance: Array) -> Array:
    """The places of all rows in any order; of more than `most`, of half as many of each outcome.

    The rarer outcome is kept as a whole where it fits, because it is what there is to learn from.
    How telling an attribute is does not depend on how many rows of each outcome are drawn.
    """
    numpy = load_library("numpy")
    shuffled = chance.permutation(len(good))
    if len(good) <= most:
        return shuffled
    sides = (shuffled[good[shuffled] > 0], shuffled[good[shuffled] == 0])
    few = min(len(side) for side in sides)
    room = max(most - few, most // 2)
    return numpy.concatenate([side[: room if len(side) > few else most // 2] for side in sides])
