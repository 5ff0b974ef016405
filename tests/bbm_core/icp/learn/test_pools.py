"""A pool of a large book keeps what is rare."""

import numpy as np

from bbm_core.icp.learn.pools import pool


def drawn(good: np.ndarray, most: int) -> np.ndarray:
    return pool(good, most, np.random.default_rng(1))


def test_of_few_rows_all_are_taken() -> None:
    assert sorted(drawn(np.array([0, 1, 1]), 3).tolist()) == [0, 1, 2]


def test_of_many_rows_both_outcomes_get_half() -> None:
    good = np.arange(1000) % 2

    rows = drawn(good, 100)

    assert len(set(rows.tolist())) == 100
    assert good[rows].sum() == 50


def test_what_is_rare_is_kept_as_a_whole_and_the_rest_fills_the_room() -> None:
    good = (np.arange(1000) < 5).astype(int)

    rows = drawn(good, 100)

    assert good[rows].sum() == 5
    assert len(rows) == 100
