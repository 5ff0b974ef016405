"""Resamples keep what holds and drop what does not."""

import numpy as np

from bbm_core.icp.learn.binning import Among, Binned
from bbm_core.icp.learn.coding import Form
from bbm_core.icp.learn.stability import stability

LEVELS = (Among(("x",)), Among(("y",)))


def attribute(codes: np.ndarray) -> Binned:
    return Binned("a", Form.CATEGORY, LEVELS, codes)


def test_what_holds_is_kept_nearly_always_and_what_does_not_is_not() -> None:
    chance = np.random.default_rng(4)
    good = np.arange(200) % 2
    echo = np.where(chance.random(200) < 0.8, good, 1 - good)

    kept, dropped = stability([attribute(echo), attribute(np.arange(200) // 2 % 2)], good)

    assert kept == 1.0
    assert dropped < 0.7


def test_a_resample_without_a_good_row_does_not_count() -> None:
    (kept,) = stability([attribute(np.array([0, 1, 1]))], np.array([1, 0, 0]))

    assert 0 <= kept <= 1


def test_a_large_book_with_few_good_rows_is_still_judged_by_them() -> None:
    good = (np.arange(50_000) < 40).astype(int)

    assert stability([attribute(good)], good) == (1.0,)
