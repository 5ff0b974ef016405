"""Whether an attribute would be kept again, had other customers come."""

from collections.abc import Sequence

from bbm_core.chance import seeded
from bbm_core.icp.learn.arrays import Array
from bbm_core.icp.learn.binning import Binned
from bbm_core.icp.learn.evidence import ALPHA
from bbm_core.icp.learn.scorecard import PENALTY, fit_ridge
from bbm_core.icp.learn.weights import spelled, weights_of
from bbm_core.value.library import load_library

RESAMPLES = 100
MOST_ROWS = 20_000
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
    kept = numpy.zeros(len(attributes))
    done = 0
    for _ in range(resamples):
        drawn = chance.integers(0, len(good), size=min(len(good), MOST_ROWS))
        found = _kept(attributes, good, drawn, alpha, penalty)
        if found is not None:
            kept, done = kept + found, done + 1
    return tuple(float(one) / done if done else 0.0 for one in kept)


def _kept(
    attributes: Sequence[Binned], good: Array, drawn: Array, alpha: float, penalty: float
) -> Array | None:
    """Whether one resample keeps each attribute; None where it holds no good or no bad row."""
    numpy = load_library("numpy")
    inside = numpy.bincount(drawn, minlength=len(good))
    left_out = numpy.flatnonzero(inside == 0)[:MOST_ROWS]
    seen = good[drawn]
    if not 0 < seen.sum() < len(seen):
        return None
    weights = [weights_of(one, one.codes[drawn], seen, alpha) for one in attributes]
    columns = [spelled(w, one.codes[drawn]) for w, one in zip(weights, attributes, strict=True)]
    card = fit_ridge(numpy.column_stack(columns), seen, penalty)
    rest = good[left_out] - good[left_out].mean() if len(left_out) else good[left_out]
    ordered = [
        float(spelled(w, one.codes[left_out]) @ rest) > 0
        for w, one in zip(weights, attributes, strict=True)
    ]
    return numpy.array(ordered) & (numpy.array(card.coefficients) > 0)
