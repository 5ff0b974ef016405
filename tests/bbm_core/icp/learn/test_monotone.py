"""Levels are merged where the rates rise or fall, and only there."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bbm_core.icp.learn.monotone import monotone_blocks, pool


def test_what_breaks_a_rise_is_pooled() -> None:
    assert pool([1, 3, 2, 6], [10, 10, 10, 10]) == [0, 1, 1, 2]
    assert pool([3, 2, 1], [10, 10, 10]) == [0, 0, 0]


def test_a_fall_is_followed_as_a_rise_is() -> None:
    assert monotone_blocks([6, 2, 3, 1], [10, 10, 10, 10]) == [0, 1, 1, 2]


def test_what_is_best_in_the_middle_stays_as_it_is() -> None:
    assert monotone_blocks([10, 80, 10], [100, 100, 100]) == [0, 1, 2]


def test_equal_rates_are_one_level() -> None:
    assert monotone_blocks([5, 5, 5], [10, 10, 10]) == [0, 0, 0]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=6))
def test_pooled_rates_rise(pairs: list[tuple[int, int]]) -> None:
    good = [wins for wins, _ in pairs]
    rows = [wins + losses + 1 for wins, losses in pairs]

    blocks = pool(good, rows)

    rates = [
        sum(g for g, b in zip(good, blocks, strict=True) if b == block)
        / sum(n for n, b in zip(rows, blocks, strict=True) if b == block)
        for block in range(max(blocks) + 1)
    ]
    assert all(one < other for one, other in pairwise(rates))
    assert blocks == sorted(blocks)
