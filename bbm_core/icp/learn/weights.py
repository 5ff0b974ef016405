"""Rows spelled in weights of evidence, and the model over them."""

from collections.abc import Sequence

from bbm_core.icp.learn.arrays import Array
from bbm_core.icp.learn.binning import Binned
from bbm_core.icp.learn.evidence import woe
from bbm_core.icp.learn.scorecard import Scorecard, fit_ridge
from bbm_core.value.library import load_library


def tally(codes: Array, good: Array, levels: int) -> tuple[Array, Array]:
    """Good rows and all rows by level; the unknown are in neither."""
    numpy = load_library("numpy")
    known = codes >= 0
    rows = numpy.bincount(codes[known], minlength=levels)
    wins = numpy.bincount(codes[known & (good > 0)], minlength=levels)
    return wins, rows


def weights_of(binned: Binned, codes: Array, good: Array, alpha: float) -> Array:
    """The weight of evidence of each level on these rows; 0 where all known rows end alike."""
    wins, rows = tally(codes, good, len(binned.levels))
    if not 0 < wins.sum() < rows.sum():
        return load_library("numpy").zeros(len(binned.levels))
    return woe(wins, rows - wins, alpha)


def spelled(weights: Array, codes: Array) -> Array:
    """The weight of each row's level; 0 where it is unknown."""
    return load_library("numpy").append(weights, 0.0)[codes]


def fit_card(attributes: Sequence[Binned], good: Array, alpha: float, penalty: float) -> Scorecard:
    """The model over these attributes, on these rows."""
    columns = [spelled(weights_of(one, one.codes, good, alpha), one.codes) for one in attributes]
    return fit_ridge(load_library("numpy").column_stack(columns), good, penalty)
