"""Retention and means by group, drawn towards the whole; values from retention alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.value.retention import (
    Group,
    Trials,
    contract_value,
    gupta_lehmann,
    shrunk_means,
    shrunk_retention,
)


@pytest.mark.parametrize(
    ("retention", "discount", "multiple"),
    [(0.6, 0.10, 1.20), (0.7, 0.12, 1.67), (0.8, 0.14, 2.35), (0.9, 0.16, 3.46), (0.9, 0.10, 4.5)],
)
def test_the_margin_multiples_are_the_published_ones(
    retention: float, discount: float, multiple: float
) -> None:
    """Gupta and Lehmann (2003), table 1."""
    assert gupta_lehmann(1, retention, discount) == pytest.approx(multiple, abs=0.005)


def test_where_nobody_leaves_and_nothing_is_discounted_there_is_no_finite_value() -> None:
    assert gupta_lehmann(100, 1.0, 0.0) is None
    assert gupta_lehmann(100, 1.0, 0.1) == pytest.approx(1000)


def test_a_contract_is_worth_its_paid_periods() -> None:
    assert contract_value(100, lambda _: 1.0, 3, 0.0) == 300
    assert contract_value(100, lambda t: 0.5**t, 3, 0.25) == pytest.approx(100 * (1 + 0.4 + 0.16))
    assert contract_value(100, lambda _: 1.0, 0, 0.1) == 0


def test_a_long_contract_nears_gupta_and_lehmann() -> None:
    """Their sum begins with the second period: m / (1 + i - r) · (1 + i) is one m more."""
    long = contract_value(100, lambda t: 0.8**t, 400, 0.1)

    assert long - 100 == pytest.approx(gupta_lehmann(100, 0.8, 0.1))


def test_a_small_segment_is_drawn_to_the_whole_more_than_a_large_one() -> None:
    trials = {
        "large": Trials(1000, 100),
        "poor": Trials(1000, 400),
        "small": Trials(4, 0),
        "new": Trials(0, 0),
    }

    found = shrunk_retention(trials)

    whole = 1 - 500 / 2004
    assert found["large"] == pytest.approx(0.9, abs=0.01)
    assert found["poor"] == pytest.approx(0.6, abs=0.01)
    assert whole < found["small"] < 0.9
    assert found["new"] == pytest.approx(whole)


def test_segments_that_differ_by_luck_are_all_the_whole() -> None:
    found = shrunk_retention({"a": Trials(10, 2), "b": Trials(10, 2)})

    assert found == {"a": 0.8, "b": 0.8}


def test_one_segment_is_the_whole() -> None:
    assert shrunk_retention({"": Trials(10, 1)}) == {"": 0.9}


def test_without_customer_years_there_is_nothing_to_say() -> None:
    assert shrunk_retention({}) == {}
    assert shrunk_retention({"a": Trials(0, 0)}) == {}


TRIALS = st.dictionaries(
    st.sampled_from("abcdef"),
    st.integers(0, 50).flatmap(lambda n: st.builds(Trials, st.just(n), st.integers(0, n))),
    min_size=1,
)


@given(TRIALS)
def test_a_drawn_retention_lies_between_its_own_and_the_whole(trials: dict[str, Trials]) -> None:
    found = shrunk_retention(trials)

    years = sum(one.years for one in trials.values())
    if not years:
        assert found == {}
        return
    whole = 1 - sum(one.left for one in trials.values()) / years
    for name, one in trials.items():
        own = 1 - one.left / one.years if one.years else whole
        assert min(own, whole) - 1e-9 <= found[name] <= max(own, whole) + 1e-9


def test_a_mean_of_few_is_drawn_to_the_whole() -> None:
    groups = {"many": Group(100, 10.0, 900.0), "few": Group(2, 40.0, 18.0), "none": Group(0, 0, 0)}

    found = shrunk_means(groups)

    assert set(found) == {"few", "many"}
    assert found["many"] == pytest.approx(10, abs=0.1)
    assert 10 < found["few"] < 40


@pytest.mark.parametrize(
    ("groups", "means"),
    [
        ({}, {}),
        ({"a": Group(0, 0, 0)}, {}),
        ({"a": Group(1, 3.0, 0), "b": Group(1, 5.0, 0)}, {"a": 4.0, "b": 4.0}),
        ({"a": Group(5, 3.0, 99.0), "b": Group(5, 3.5, 99.0)}, {"a": 3.25, "b": 3.25}),
        ({"a": Group(4, 3.0, 9.0)}, {"a": 3.0}),
        ({"a": Group(4, 3.0, 0.0), "b": Group(4, 5.0, 0.0)}, {"a": 3.0, "b": 5.0}),
    ],
    ids=["nothing", "empty", "one each", "luck", "one group", "no luck at all"],
)
def test_means_where_little_can_be_told(groups: dict[str, Group], means: dict[str, float]) -> None:
    assert shrunk_means(groups) == pytest.approx(means)
