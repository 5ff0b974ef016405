"""The area counts pairs in the right order; few rows make no folds that say anything."""

import numpy as np

from bbm_core.icp.learn.binning import Among, Binned
from bbm_core.icp.learn.coding import Form
from bbm_core.icp.learn.folds import area_of, held_out_area


def test_the_area_is_the_share_of_pairs_in_the_right_order() -> None:
    scores, good = np.array([1.0, 2.0, 2.0, 3.0]), np.array([0, 1, 0, 1])

    assert area_of(scores, good) == 3.5 / 4
    assert area_of(scores, np.zeros(4)) is None


def test_without_attributes_there_is_none() -> None:
    assert held_out_area([], np.array([0, 1] * 10), alpha=8, penalty=2, most=8) is None


def test_an_attribute_that_hardly_anybody_has_says_nothing_and_does_no_harm() -> None:
    good = np.arange(100) % 2
    codes = np.where(np.arange(100) < 4, good, -1)
    binned = Binned("a", Form.CATEGORY, (Among(("x",)), Among(("y",))), codes)

    found = held_out_area([binned], good, alpha=8, penalty=2, most=8)

    assert found is not None
    assert 0.3 < found < 0.7


def test_two_rows_make_no_folds() -> None:
    binned = Binned("a", Form.CATEGORY, (Among(("x",)), Among(("y",))), np.array([0, 1]))

    assert held_out_area([binned], np.array([0, 1]), alpha=8, penalty=2, most=8) is None
