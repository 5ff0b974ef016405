"""Survival: the published curve of Freireich's patients, and laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.value.survival import Curve, Life, kaplan_meier

LEFT = (6, 6, 6, 7, 10, 13, 16, 22, 23)
STAYED = (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)


def curve_of(*lives: tuple[float, bool]) -> Curve:
    found = kaplan_meier(Life(*life) for life in lives)
    assert found is not None
    return found


def remission() -> Curve:
    """Weeks of remission under 6-MP: Freireich et al. (1963), in most textbooks of survival."""
    return curve_of(*((age, True) for age in LEFT), *((age, False) for age in STAYED))


def test_it_is_the_curve_of_the_textbooks() -> None:
    steps = remission().steps

    assert [(s.age, s.at_risk, s.left) for s in steps] == [
        (6, 21, 3), (7, 17, 1), (10, 15, 1), (13, 12, 1), (16, 11, 1), (22, 7, 1), (23, 6, 1),
    ]  # fmt: skip
    assert [s.survival for s in steps] == pytest.approx(
        [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482], abs=5e-5
    )


def test_its_standard_errors_are_those_of_the_textbooks() -> None:
    errors = [s.survival * s.variance**0.5 for s in remission().steps]

    assert errors == pytest.approx(
        [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346], abs=5e-5
    )


def test_the_interval_is_the_log_log_one() -> None:
    """R: survfit(conf.type = "log-log") at week 6 gives 0.620 to 0.952."""
    low, high = remission().interval(6)

    assert (low, high) == pytest.approx((0.6197, 0.9516), abs=5e-4)


def test_before_anybody_left_all_stay() -> None:
    curve = remission()

    assert curve.survival(5.9) == 1
    assert curve.interval(0) == (1, 1)


def test_after_the_last_one_the_curve_stands() -> None:
    curve = remission()

    assert curve.longest == 35
    assert curve.survival(99) == curve.survival(23)


def test_when_all_have_left_nobody_stays() -> None:
    curve = curve_of((1, True), (2, True))

    assert curve.survival(2) == 0
    assert curve.interval(2) == (0, 0)


def test_an_age_below_nothing_is_nothing() -> None:
    assert curve_of((-3, True), (1, False)).steps[0].age == 0


def test_without_anybody_there_is_no_curve() -> None:
    assert kaplan_meier([]) is None


LIVES = st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=30)


@given(LIVES)
def test_the_curve_never_rises_and_its_interval_holds_it(lives: list[tuple[int, bool]]) -> None:
    curve = curve_of(*lives)
    values = [curve.survival(age) for age in range(11)]

    assert values == sorted(values, reverse=True)
    for age, value in enumerate(values):
        low, high = curve.interval(age)
        assert 0 <= low <= value + 1e-12
        assert value - 1e-12 <= high <= 1


@given(LIVES)
def test_with_nobody_lost_from_sight_it_is_the_plain_share(lives: list[tuple[int, bool]]) -> None:
    ages = [age for age, _ in lives]
    curve = curve_of(*((age, True) for age in ages))

    for age in range(10):
        assert curve.survival(age) == pytest.approx(sum(one > age for one in ages) / len(ages))
