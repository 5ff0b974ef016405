"""The split of a change into mix and rate."""

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.balance.cause import Group, count_change, mix_rate, rate_split, two_factors
from bbm_core.balance.tally import EMPTY, Tally


def tally(icp: int, known: int) -> Tally:
    return Tally(icp=icp, not_icp=known - icp)


SIZES_A = (129, 109, 95, 80, 78, 84, 86, 78, 70, 59, 47, 36, 49)
SIZES_B = (101, 112, 116, 109, 94, 77, 63, 60, 63, 59, 51, 40, 55)
RATES_A = (19, 258, 457, 496, 512, 516, 518, 549, 587, 604, 628, 666, 668)
RATES_B = (22, 243, 458, 525, 561, 556, 560, 574, 572, 612, 639, 686, 722)


def by_age(sizes: Sequence[int], rates: Sequence[int]) -> dict[str, Tally]:
    pairs = zip(sizes, rates, strict=True)
    return {str(age): tally(size * rate, size * 1000) for age, (size, rate) in enumerate(pairs)}


def test_it_equals_the_reference_case_decomposition_headship() -> None:
    """Das Gupta 1993, example 5.1; sizes and rates there are tenths of a percent."""
    cause = mix_rate(by_age(SIZES_A, RATES_A), by_age(SIZES_B, RATES_B))

    assert cause is not None
    assert 100 * float(cause.change) == pytest.approx(2.9672, abs=1e-4)
    assert 100 * float(cause.mix) == pytest.approx(1.2269, abs=1e-4)
    assert 100 * float(cause.rate) == pytest.approx(1.7403, abs=1e-4)
    assert 100 * float(cause.mix / cause.change) == pytest.approx(41.35, abs=0.01)


def test_it_equals_the_reference_case_decomposition_earnings() -> None:
    """Das Gupta 1993, example 2.1: two factors that multiply, here count and rate."""
    million = 1_000_000
    before = tally(10930 * 717_892, 10930 * million)
    after = tally(16591 * 825_974, 16591 * million)

    change = count_change(before, after)

    assert change is not None
    assert float(change.volume) / million == pytest.approx(4369.913, abs=1e-3)
    assert float(change.rate) / million == pytest.approx(1487.262, abs=1e-3)
    assert float(change.total) / million == pytest.approx(5857.175, abs=1e-3)


def test_a_flood_through_one_channel_is_named() -> None:
    before = {"Web": tally(60, 200), "Webinar": tally(45, 100), "Paid social": tally(3, 40)}
    after = {"Web": tally(60, 200), "Webinar": tally(45, 100), "Paid social": tally(24, 400)}

    cause = mix_rate(before, after)

    assert cause is not None
    assert cause.headline is not None
    assert cause.headline.name == "Paid social"
    assert cause.headline.mix < 0
    assert not cause.reverses


def test_a_rate_that_fell_inside_one_channel_is_named() -> None:
    before = {"Web": tally(60, 200), "Webinar": tally(60, 100)}
    after = {"Web": tally(60, 200), "Webinar": tally(20, 100)}

    cause = mix_rate(before, after)

    assert cause is not None
    assert cause.headline is not None
    assert cause.headline.name == "Webinar"
    assert cause.headline.mix == 0
    assert cause.headline.rate == Fraction(1, 3) * Fraction(-40, 100)


def test_a_new_channel_is_a_matter_of_mix() -> None:
    cause = mix_rate({"Web": tally(30, 100)}, {"Web": tally(30, 100), "Fair": tally(5, 100)})

    assert cause is not None
    fair = next(one for one in cause.contributions if one.name == "Fair")
    assert fair.rate == 0
    assert fair.mix < 0


def test_a_channel_that_dried_up_is_a_matter_of_mix() -> None:
    cause = mix_rate({"Web": tally(30, 100), "Fair": tally(5, 100)}, {"Web": tally(30, 100)})

    assert cause is not None
    assert cause.headline is not None
    assert cause.headline.mix > 0
    assert cause.rate == 0


def test_small_slices_are_told_together() -> None:
    before = {"Web": tally(30, 100), "a": tally(1, 4), "b": tally(0, 4)}
    after = {"Web": tally(30, 100), "a": tally(2, 5), "b": tally(1, 5), "c": tally(0, 3)}

    cause = mix_rate(before, after)

    assert cause is not None
    assert {one.name for one in cause.contributions} == {"Web", None}
    rest = next(one for one in cause.contributions if one.name is None)
    assert (rest.before.known, rest.after.known) == (8, 13)


def test_small_slices_are_never_the_headline() -> None:
    cause = mix_rate({"Web": tally(30, 100), "a": tally(4, 4)}, {"Web": tally(30, 100)})

    assert cause is not None
    assert cause.change < 0
    assert cause.headline is not None
    assert cause.headline.name == "Web"


def test_without_a_change_there_is_no_headline() -> None:
    same = {"Web": tally(30, 100)}

    cause = mix_rate(same, same)

    assert cause is not None
    assert cause.headline is None
    assert not cause.reverses


def test_a_reversal_inside_the_slices_is_said() -> None:
    """Simpson: both channels got better, the total got worse, because the weak one grew."""
    before = {"Strong": tally(80, 100), "Weak": tally(1, 10)}
    after = {"Strong": tally(9, 10), "Weak": tally(20, 100)}

    cause = mix_rate(before, after)

    assert cause is not None
    assert cause.change < 0 < cause.rate
    assert cause.reverses


@pytest.mark.parametrize(
    ("before", "after"), [({}, {"Web": tally(1, 2)}), ({"Web": Tally(unknown=5)}, {}), ({}, {})]
)
def test_a_period_that_decides_nothing_has_no_cause(
    before: dict[str, Tally], after: dict[str, Tally]
) -> None:
    assert mix_rate(before, after) is None
    assert count_change(sum(before.values(), EMPTY), sum(after.values(), EMPTY)) is None


tallies = st.builds(Tally, st.integers(0, 300), st.integers(0, 300), st.integers(0, 50))
books = st.dictionaries(st.sampled_from(["", "Web", "Fair", "展示会", "Ads"]), tallies, max_size=5)


@given(books, books)
def test_the_contributions_are_exactly_the_change(
    before: dict[str, Tally], after: dict[str, Tally]
) -> None:
    cause = mix_rate(before, after)

    if cause is None:
        assert 0 in (sum(before.values(), EMPTY).known, sum(after.values(), EMPTY).known)
    else:
        assert cause.mix + cause.rate == cause.change
        assert sum(one.total for one in cause.contributions) == cause.change


@given(books, books)
def test_looking_back_is_the_opposite_of_looking_forward(
    before: dict[str, Tally], after: dict[str, Tally]
) -> None:
    forward, backward = mix_rate(before, after), mix_rate(after, before)

    if forward is not None and backward is not None:
        assert (forward.mix, forward.rate) == (-backward.mix, -backward.rate)


@given(tallies, tallies)
def test_the_change_of_the_count_is_split_exactly(before: Tally, after: Tally) -> None:
    change = count_change(before, after)

    if change is not None:
        assert change.total == after.icp - before.icp


sizes = st.fractions(min_value=Fraction(1, 10), max_value=100)
shares = st.fractions(min_value=0, max_value=1)
groups = st.builds(Group, sizes, shares)


@given(st.lists(st.tuples(groups, groups), min_size=1, max_size=6))
def test_a_rate_splits_exactly_into_mix_and_rate(pairs: list[tuple[Group, Group]]) -> None:
    before, after = ({str(n): pair[side] for n, pair in enumerate(pairs)} for side in (0, 1))

    split = rate_split(before, after)

    assert split.mix + split.rate == split.change


def test_populations_of_other_groups_are_not_compared() -> None:
    with pytest.raises(ValueError, match="same groups"):
        rate_split({"a": Group(Fraction(1), Fraction(1, 2))}, {})


@given(shares, sizes, shares, sizes)
def test_two_factors_make_up_their_product(
    a: Fraction, b: Fraction, c: Fraction, d: Fraction
) -> None:
    assert sum(two_factors((a, b), (c, d))) == c * d - a * b
