"""Conversions with censoring: against Kaplan and Meier, hand-computed curves, and their laws."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.balance.conversion import (
    Ending,
    Incidence,
    Passage,
    horizon,
    incidence,
    long_run,
    within,
)
from bbm_core.balance.rate import wilson
from bbm_core.value.survival import Life, kaplan_meier

ON, LOST, OPEN = Ending.ON, Ending.LOST, Ending.OPEN


def passage(age: float, ending: Ending, seen: float | None = None) -> Passage:
    return Passage(age, age if seen is None else seen, ending)


PASSAGES = st.lists(
    st.builds(
        lambda age, wait, ending: Passage(age, age if ending is OPEN else age + wait, ending),
        st.integers(0, 30).map(float),
        st.integers(0, 30).map(float),
        st.sampled_from(Ending),
    ),
    max_size=60,
)


def test_two_ends_share_the_risk_as_computed_by_hand() -> None:
    """Ages 1 on, 2 lost, 2 on, 3 open, 4 on, 5 lost: F = 1/6, 1/6 + 5/6 · 1/5, … ."""
    curve = incidence(
        [
            passage(a, e)
            for a, e in zip((1, 2, 2, 3, 4, 5), (ON, LOST, ON, OPEN, ON, LOST), strict=True)
        ]
    )

    shares = [Fraction(1, 6), Fraction(2, 6), Fraction(2, 6) + Fraction(1, 2) * Fraction(1, 2)]
    assert [p.share for p in curve.points] == pytest.approx(
        [*map(float, shares), float(shares[-1])]
    )
    assert [(p.age, p.at_risk) for p in curve.points] == [(1, 6), (2, 5), (4, 2), (5, 1)]


def test_its_variance_is_the_binomial_one_where_nobody_is_censored() -> None:
    passages = [passage(1, ON)] * 30 + [passage(2, LOST)] * 50 + [passage(3, ON)] * 20

    last = incidence(passages).points[-1]

    assert last.share == pytest.approx(0.5)
    assert last.variance == pytest.approx(0.5 * 0.5 / 100)


@given(PASSAGES)
def test_without_lost_it_is_one_minus_kaplan_and_meier(passages: list[Passage]) -> None:
    kept = [one for one in passages if one.ending is not LOST]
    curve = incidence(kept)
    survival = kaplan_meier(Life(one.age, one.ending is ON) for one in kept)

    steps = survival.steps if survival else ()
    assert [p.share for p in curve.points] == pytest.approx([1 - s.survival for s in steps])
    for point, step in zip(curve.points, steps, strict=True):
        if step.survival:
            assert point.variance == pytest.approx(step.survival**2 * step.variance, abs=1e-12)


@given(PASSAGES)
def test_a_curve_never_falls_and_never_passes_one(passages: list[Passage]) -> None:
    shares = [point.share for point in incidence(passages).points]

    assert shares == sorted(shares)
    assert all(0 <= share <= 1 + 1e-12 for share in shares)


@given(PASSAGES, st.integers(0, 40), st.randoms(use_true_random=False))
def test_the_order_of_records_changes_nothing(
    passages: list[Passage], days: int, chance: Random
) -> None:
    shuffled = passages.copy()
    chance.shuffle(shuffled)

    assert incidence(shuffled) == incidence(passages)
    assert horizon(shuffled) == horizon(passages)
    assert within(shuffled, days) == within(passages, days)


def test_the_horizon_is_the_third_quartile_where_all_were_watched_long_enough() -> None:
    passages = [passage(float(day), ON, seen=200) for day in range(1, 41)]
    passages += [passage(200, OPEN)] * 60

    assert horizon(passages) == 30


def test_young_records_do_not_make_the_horizon_short() -> None:
    """Half take 10 days and half 50; of those that came lately only the fast ones are through."""
    old = [passage(10, ON, 100)] * 50 + [passage(50, ON, 100)] * 50
    young = [passage(10, ON, 20)] * 100 + [passage(20, OPEN)] * 100
    times = sorted(one.age for one in [*old, *young] if one.ending is ON)

    assert times[int(len(times) * 0.75) - 1] == 10, "what the times alone would say"
    assert horizon([*old, *young]) == 50


@pytest.mark.parametrize(
    "passages",
    [
        [],
        [passage(3, OPEN)] * 50,
        [passage(3, LOST)] * 50,
        [passage(3, ON)] * 4 + [passage(9, OPEN)] * 50,
        [passage(3, ON)] * 9,
    ],
    ids=["nobody", "all open", "all lost", "four went on", "nine were watched"],
)
def test_too_few_give_no_horizon(passages: list[Passage]) -> None:
    assert horizon(passages) is None


def test_a_stage_that_is_left_at_once_has_a_horizon_of_a_day() -> None:
    assert horizon([passage(0.1, ON, 90)] * 40) == 1


def test_a_young_cohort_is_not_worse_for_being_young() -> None:
    """Both cohorts convert alike; the young one has records that could not yet go on."""
    old = [passage(20, ON, 90)] * 30 + [passage(90, OPEN)] * 70
    young = [passage(20, ON, 40)] * 15 + [passage(40, OPEN)] * 35 + [passage(5, OPEN)] * 50

    assert within(old, 30).rate == within(young, 30).rate == 0.3
    assert within(young, 30).ripe == 50


def test_a_cohort_without_ripe_records_has_no_rate() -> None:
    found = within([passage(1, ON, 3)] * 8, 30)

    assert (found.ripe, found.rate, found.interval) == (0, None, (0.0, 1.0))


def test_the_last_day_of_the_horizon_belongs_to_it() -> None:
    found = within([Passage(30, 30, Ending.ON), Passage(29, 29, Ending.OPEN)], 30)

    assert (found.ripe, found.on) == (1, 1)


def test_going_on_after_the_horizon_is_not_within_it() -> None:
    found = within([passage(10, ON, 60), passage(40, ON, 60)], 30)

    assert (found.ripe, found.on, found.rate) == (2, 1, 0.5)
    assert found.interval == wilson(1, 2)


def test_the_long_run_looks_no_further_than_ten_are_watched() -> None:
    passages = [passage(5, ON)] * 20 + [passage(8, LOST)] * 20 + [passage(9, OPEN)] * 20
    straggler = [passage(500, ON)]

    found = long_run([*passages, *straggler])

    assert found is not None
    assert (found.days, found.share) == (8, pytest.approx(20 / 61))
    assert found.interval.low < found.share < found.interval.high


def test_nobody_watched_has_no_long_run() -> None:
    assert long_run([]) is None
    assert long_run([passage(3, OPEN)] * 50) is None, "nothing has happened to anybody yet"


@pytest.mark.parametrize(("ending", "share"), [(LOST, 0.0), (ON, 1.0)])
def test_none_and_all_have_the_score_interval(ending: Ending, share: float) -> None:
    found = long_run([passage(4, ending)] * 25)

    assert found is not None
    assert found.share == share
    assert found.interval == wilson(round(25 * share), 25)


def test_before_its_first_point_a_curve_says_nothing() -> None:
    assert Incidence(()).at(3) is None
    assert Incidence(()).until is None
    assert incidence([passage(5, ON)]).at(4) is None
    assert Incidence(()).age_of(0.5) is None


def test_a_negative_age_counts_as_none() -> None:
    assert incidence([passage(-3, ON)]).points[0].age == 0
