"""Weights, information, exact chances and the share of false finds."""

from math import comb, inf, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.icp.learn.evidence import (
    area,
    benjamini_hochberg,
    chances,
    contrasts,
    deviations,
    information_value,
    woe,
)

counts = st.lists(st.tuples(st.integers(1, 50), st.integers(1, 50)), min_size=2, max_size=6)


def test_without_smoothing_it_is_the_logarithm_of_the_shares() -> None:
    assert woe([30, 10], [20, 40], 0).tolist() == pytest.approx(
        [log(0.75 / (1 / 3)), log(0.25 * 1.5)]
    )
    assert woe([1, 0], [1, 1], 0)[1] == -inf


def test_smoothing_draws_a_small_level_towards_nothing_and_an_empty_one_onto_it() -> None:
    small, large, _, empty = woe([3, 300, 60, 0], [1, 100, 240, 0])

    assert 0 < small < large
    assert empty == pytest.approx(0)


@given(counts)
def test_information_is_never_negative_and_symmetrical(pairs: list[tuple[int, int]]) -> None:
    good, bad = zip(*pairs, strict=True)

    value = information_value(good, bad, 0)

    assert value >= -1e-12
    assert value == pytest.approx(information_value(bad, good, 0))


@given(counts)
def test_smoothing_never_adds_information(pairs: list[tuple[int, int]]) -> None:
    good, bad = zip(*pairs, strict=True)

    assert information_value(good, bad) <= information_value(good, bad, 0) + 1e-12


def test_the_area_of_levels_is_that_of_their_rates() -> None:
    assert area([10, 0], [0, 10]) == 1.0
    assert area([5, 5], [5, 5]) == 0.5
    assert area([3, 1], [1, 3]) == pytest.approx(0.75)


def test_of_levels_in_order_every_cut_and_every_inner_level_is_asked() -> None:
    assert contrasts(3, ordered=True).tolist() == [[0, 1, 1], [0, 0, 1], [0, 1, 0]]
    assert contrasts(2, ordered=True).tolist() == [[0, 1]]
    assert contrasts(3, ordered=False).tolist() == np.eye(3).tolist()
    assert contrasts(3, ordered=False, others=True).tolist() == [[1, 0, 0], [0, 1, 0]]
    assert contrasts(2, ordered=False).tolist() == [[1, 0]]


def test_a_chance_is_fishers_with_half_of_what_is_as_likely() -> None:
    """Fisher's tea: three of four cups right. Tables as likely count half."""
    tea = chances(np.array([3, 1]), np.array([4, 4]), np.array([[1, 0]]))

    ways = [comb(4, x) * comb(4, 4 - x) / comb(8, 4) for x in range(5)]
    assert tea[0] == pytest.approx(ways[0] + ways[4] + (ways[1] + ways[3]) / 2)


def test_with_many_rows_the_normal_tail_is_as_good() -> None:
    good, rows, asked = np.array([600, 400]), np.array([1250, 1250]), np.array([[1, 0]])

    exact = chances(good, rows, asked)[0]
    normal = chances(good * 3, rows * 3, asked, 3.0)[0]

    assert exact == pytest.approx(chances(good * 3, rows * 3, asked, 3.0)[0])
    assert chances(good * 4, rows * 4, asked, 1.0)[0] < normal


def test_rows_of_one_account_make_it_less_sure() -> None:
    good, rows, asked = np.array([30, 10]), np.array([50, 50]), np.array([[1, 0]])

    assert chances(good, rows, asked, 2.0)[0] > chances(good, rows, asked)[0]


def test_a_contrast_of_all_rows_deviates_from_nothing() -> None:
    found = deviations(np.array([[3.0, 1.0]]), np.array([4.0, 4.0]), np.array([[1.0, 1.0]]))

    assert found.tolist() == [[0.0]]


def test_false_finds_are_those_of_benjamini_and_hochberg() -> None:
    """Their own example: fifteen chances, of which four are found at five percent."""
    found = [
        *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240),
        *(0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
    ]

    assert sum(one <= 0.05 for one in benjamini_hochberg(found)) == 4
    assert benjamini_hochberg([]) == []


@given(st.lists(st.floats(0, 1), max_size=20))
def test_adjusting_never_lowers_and_keeps_the_order(found: list[float]) -> None:
    adjusted = benjamini_hochberg(found)

    assert all(a >= b for a, b in zip(adjusted, found, strict=True))
    ranked = sorted(range(len(found)), key=found.__getitem__)
    assert [adjusted[place] for place in ranked] == pytest.approx(sorted(adjusted))
