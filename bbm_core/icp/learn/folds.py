"""How well all attributes together order rows that the model has not seen."""

from collections.abc import Sequence

from bbm_core.chance import seeded
from bbm_core.icp.learn.arrays import Array
from bbm_core.icp.learn.binning import Binned
from bbm_core.icp.learn.evidence import information_value
from bbm_core.icp.learn.monotone import trended
from bbm_core.icp.learn.pools import pool
from bbm_core.icp.learn.scorecard import fit_ridge
from bbm_core.icp.learn.weights import spelled, tally, weights_of
from bbm_core.value.library import load_library

FOLDS = 5
MOST_ROWS = 50_000
"""More rows than this tell no more about the model."""


def held_out_area(
    attributes: Sequence[Binned], good: Array, *, alpha: float, penalty: float, most: int
) -> float | None:
    """The AUC on rows left out, five times a fifth (Stone 1974).

    What looks at the outcome - merging levels, weights, the choice of attributes, the model - is
    done anew each time, without the rows it is tried on. None where there are too few rows.
    """
    numpy = load_library("numpy")
    chance = numpy.random.default_rng(seeded("folds").getrandbits(64))
    rows = pool(good, MOST_ROWS, chance)
    rows = rows[chance.permutation(len(rows))]
    areas = []
    for fold in range(FOLDS):
        apart = numpy.arange(len(rows)) % FOLDS == fold
        scores = scored(
            attributes,
            good,
            seen=rows[~apart],
            unseen=rows[apart],
            alpha=alpha,
            penalty=penalty,
            most=most,
        )
        found = area_of(scores, good[rows[apart]])
        areas += [] if found is None else [found]
    return sum(areas) / len(areas) if areas and attributes else None


def scored(  # noqa: PLR0913 - the rows, and how to learn from them
    attributes: Sequence[Binned],
    good: Array,
    *,
    seen: Array,
    unseen: Array,
    alpha: float,
    penalty: float,
    most: int,
) -> Array:
    """Log-odds of the unseen rows by a model over the most telling attributes of the seen ones."""
    numpy = load_library("numpy")
    known = good[seen]
    if not attributes or not 0 < known.sum() < len(known):
        return numpy.zeros(len(unseen))
    full = [trended(one, one.codes[seen], known) for one in attributes]
    weights = [weights_of(one, one.codes[seen], known, alpha) for one in full]
    told = [_telling(one, one.codes[seen], known, alpha) for one in full]
    best = sorted(range(len(full)), key=lambda place: -told[place])[:most]
    x = numpy.column_stack([spelled(weights[place], full[place].codes) for place in best])
    return fit_ridge(x[seen], known, penalty).log_odds(x[unseen])


def area_of(scores: Array, good: Array) -> float | None:
    """The chance that a good row scores above a bad one, ties counting half: Hanley, McNeil (1982).

    None where only one of the outcomes occurs.
    """
    numpy = load_library("numpy")
    wins, losses = numpy.sort(scores[good > 0]), numpy.sort(scores[good == 0])
    if not len(wins) or not len(losses):
        return None
    below = numpy.searchsorted(losses, wins, side="left")
    upto = numpy.searchsorted(losses, wins, side="right")
    return float((below + upto).sum() / 2 / (len(wins) * len(losses)))


def _telling(binned: Binned, codes: Array, good: Array, alpha: float) -> float:
    wins, rows = tally(codes, good, len(binned.levels))
    if not 0 < wins.sum() < rows.sum():
        return 0.0
    return information_value(wins, rows - wins, alpha)
