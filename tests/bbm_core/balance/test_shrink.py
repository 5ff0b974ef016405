"""Slices' rates, shrunk: against simulated worlds with known rates, and their laws."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbm_core.balance.rate import wilson
from bbm_core.balance.shrink import LEAST_SHOWN, MOST_PRIOR, prior, suppressed
from bbm_core.balance.tally import EMPTY, Tally
from bbm_core.chance import seeded

TALLIES = st.lists(
    st.builds(
        lambda icp, rest: Tally(icp=icp, not_icp=rest), st.integers(0, 60), st.integers(0, 60)
    ),
    max_size=12,
)


def test_slices_that_differ_by_chance_alone_have_one_rate() -> None:
    found = prior([Tally(icp=6, not_icp=34), Tally(icp=5, not_icp=35), Tally(icp=7, not_icp=33)])

    assert found is not None
    assert found.weight == MOST_PRIOR
    assert found.shrunk(Tally(icp=7, not_icp=33)) == pytest.approx(18 / 120, abs=1e-4)


def test_slices_that_really_differ_keep_their_rates() -> None:
    tallies = [Tally(icp=900, not_icp=100), Tally(icp=100, not_icp=900)]

    found = prior(tallies)

    assert found is not None
    assert found.weight < 2
    assert found.shrunk(tallies[0]) == pytest.approx(0.9, abs=0.01)


def test_the_best_of_equal_channels_is_pulled_back() -> None:
    """Fifteen channels with one true rate of 15 %: the best shows 25 %, shrunk it does not."""
    chance = seeded("equal channels")
    best, shrunk = [], []
    for _ in range(200):
        hits = [sum(chance.random() < 0.15 for _ in range(40)) for _ in range(15)]
        tallies = [Tally(icp=k, not_icp=40 - k) for k in hits]
        found = prior(tallies)
        assert found is not None
        best.append(max(hits) / 40)
        shrunk.append(max(found.shrunk(tally) for tally in tallies))

    assert sum(best) / 200 > 0.24
    assert sum(shrunk) / 200 < 0.185


def test_the_estimated_weight_is_the_planted_one() -> None:
    """Rates drawn from Beta(6, 14): a prior of 20 records, in the mean of worlds."""
    chance = seeded("planted weight")
    weights = []
    for _ in range(100):
        rates = [chance.betavariate(6, 14) for _ in range(60)]
        hits = [sum(chance.random() < rate for _ in range(50)) for rate in rates]
        found = prior(Tally(icp=k, not_icp=50 - k) for k in hits)
        assert found is not None
        weights.append(1 / (1 + found.weight))

    assert sum(weights) / len(weights) == pytest.approx(1 / 21, rel=0.1)


def test_one_slice_is_pulled_nowhere() -> None:
    tally = Tally(icp=3, not_icp=7)
    found = prior([tally, EMPTY])

    assert found is not None
    assert (found.weight, found.shrunk(tally)) == (0.0, 0.3)
    assert found.interval(tally) == wilson(3, 10)
    assert found.shrunk(EMPTY) == 0.3


@pytest.mark.parametrize(
    "tallies", [[], [Tally(unknown=9)], [Tally(icp=4)], [Tally(not_icp=4), Tally(not_icp=2)]]
)
def test_where_nothing_is_decided_or_all_are_alike_there_is_no_prior(tallies: list[Tally]) -> None:
    assert prior(tallies) is None


def test_single_records_tell_slices_apart_not_at_all() -> None:
    found = prior([Tally(icp=1), Tally(not_icp=1), Tally(icp=1)])

    assert found is not None
    assert found.weight == MOST_PRIOR


@given(TALLIES)
def test_a_shrunk_rate_lies_between_its_own_and_the_common_one(tallies: list[Tally]) -> None:
    found = prior(tallies)
    if found is None:
        return
    for tally in tallies:
        own = tally.rate if tally.rate is not None else found.rate
        low, high = sorted((own, found.rate))
        assert low - 1e-9 <= found.shrunk(tally) <= high + 1e-9


@settings(max_examples=30)  # each inverts a beta distribution for every slice
@given(TALLIES)
def test_its_interval_holds_the_shrunk_rate(tallies: list[Tally]) -> None:
    found = prior(tallies)
    for tally in tallies if found and found.weight else ():
        assert found is not None
        low, high = found.interval(tally)
        assert 0 <= low <= found.shrunk(tally) <= high <= 1


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ({"a": 4, "b": 3, "c": 5}, "ab"),
        ({"a": 5, "b": 50}, ""),
        ({"a": 4, "b": 50, "c": 6}, "ac"),
        ({"a": 1, "b": 2, "c": 7, "d": 9}, "abc"),
        ({"a": 4, "b": 50}, "ab"),
        ({"a": 4}, "a"),
        ({"a": 0, "b": 9}, ""),
        ({"b": 6, "a": 6, "c": 1}, "ac"),
        ({}, ""),
    ],
)
def test_small_slices_are_hidden_so_that_subtracting_does_not_tell(
    sizes: dict[str, int], hidden: str
) -> None:
    assert suppressed(sizes) == set(hidden)


@given(st.dictionaries(st.text(max_size=2), st.integers(0, 12)))
def test_no_hidden_slice_can_be_told_from_the_whole(sizes: dict[str, int]) -> None:
    hidden = suppressed(sizes)

    assert all(name in hidden for name, size in sizes.items() if 0 < size < LEAST_SHOWN)
    is_told = len(hidden) == 1 or 0 < sum(sizes[name] for name in hidden) < LEAST_SHOWN
    assert not is_told or hidden == {name for name in sizes if sizes[name]}
