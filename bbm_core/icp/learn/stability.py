"""Whether an attribute would be kept again, had other customers come."""

from collections.abc import Sequence

from bbm_core.chance import seeded
from bbm_core.icp.learn.arrays import Array
from bbm_core.icp.learn.binning import Binned
from bbm_core.icp.learn.evidence import ALPHA
from bbm_core.icp.learn.pools import pool
from bbm_core.icp.learn.scorecard import PENALTY, fit_ridge
from bbm_core.icp.learn.weights import spelled, weights_of
from bbm_core.value.library import load_library

RESAMPLES = 100
MOST_ROWS = 5_000
"""A resample draws no more rows than this: what is unstable there is not worth a place."""


def stability(
    attributes: Sequence[Binned],
    good: Array,
    *,
    alpha: float = ALPHA,
    penalty: float = PENALTY,
    resamples: int = RESAMPLES,
) -> tuple[float, ...]:
    """For each attribute, the share of resamples that would keep it.

    A resample (Efron 1979) keeps it where its coefficient beside the others is above zero, and the
    weights learned there put the rows left out in the right order.
    """
    numpy = load_library("numpy")
    chance = numpy.random.default_rng(seeded("stability").getrandbits(64))
    kept, done = numpy.zeros(len(attributes)), 0
    for _ in range(resamples):
        rows = pool(good, MOST_ROWS, chance)
        inside = chance.choice(rows, size=len(rows))
        left_out = numpy.setdiff1d(rows, inside)
        if 0 < good[inside].sum() < len(inside):
            kept, done = kept + _kept(attributes, good, inside, left_out, alpha, penalty), done + 1
    return tuple(float(one) / done if done else 0.0 for one in kept)


def _kept(  # noqa: PLR0913, PLR0917 - the rows, and how to learn from them
    attributes: Sequence[Binned],
    good: Array,
    inside: Array,
    left_out: Array,
    alpha: float,
    penalty: float,
) -> Array:
    """Whether one resample keeps each attribute."""
    numpy = load_library("numpy")
    weights = [weights_of(one, one.codes[inside], good[inside], alpha) for one in attributes]
    x, rest = (
        numpy.column_stack(
            [spelled(w, one.codes[rows]) for w, one in zip(weights, attributes, strict=True)]
        )
        for rows in (inside, left_out)
    )
    card = fit_ridge(x, good[inside], penalty)
    right = (good[left_out] - good[left_out].mean()) @ rest > 0 if len(left_out) else False
    return (numpy.array(card.coefficients) > 0) & right
