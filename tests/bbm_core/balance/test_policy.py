"""Flips: changes of a share that stay, and mixes that are shifted and shifted back."""

import pytest

from bbm_core.balance.policy import Share, change_points, moves
from bbm_core.chance import seeded


def monthly(*rates: float, n: int = 100) -> list[Share]:
    return [Share(f"m{number:02}", round(rate * n), n) for number, rate in enumerate(rates)]


def test_a_change_is_dated_at_its_first_period() -> None:
    (found,) = change_points(monthly(*[0.3] * 8, *[0.6] * 6))

    assert found.period == "m08"
    assert (found.before, found.after) == (pytest.approx(0.3), pytest.approx(0.6))
    assert found.change == pytest.approx(0.3)
    assert found.before_interval.high < found.after_interval.low


def test_a_change_and_its_return_are_two() -> None:
    found = change_points(monthly(*[0.3] * 7, *[0.6] * 7, *[0.3] * 7))

    assert [(one.period, round(one.change, 1)) for one in found] == [("m07", 0.3), ("m14", -0.3)]


def test_small_changes_are_no_change_of_policy() -> None:
    assert change_points(monthly(*[0.30] * 10, *[0.38] * 10, n=2000)) == ()


def test_periods_without_records_say_nothing() -> None:
    series = monthly(*[0.3] * 8, *[0.6] * 6)
    holes = [series[0], Share("hole", 0, 0), *series[1:]]

    assert change_points(holes) == change_points(series)


@pytest.mark.parametrize(
    "series", [[], monthly(0.3), monthly(*[0.2] * 2, *[0.9] * 2), monthly(*[0.0] * 12)]
)
def test_too_short_or_constant_series_have_no_change(series: list[Share]) -> None:
    assert change_points(series) == ()


def test_few_records_are_no_change_whatever_their_share() -> None:
    assert change_points(monthly(*[0.0] * 6, *[1.0] * 6, n=1)) == ()


def test_equal_months_hardly_ever_look_changed() -> None:
    chance = seeded("no change")
    found = 0
    for _ in range(60):
        series = [
            Share(f"m{m:02}", sum(chance.random() < 0.4 for _ in range(60)), 60) for m in range(18)
        ]
        found += bool(change_points(series))

    assert found <= 3


def test_a_mix_shifted_and_shifted_back_is_a_turn() -> None:
    found = moves(
        [
            ("Q1", {"web": 500, "fair": 500}),
            ("Q2", {"web": 800, "fair": 200}),
            ("Q3", {"web": 500, "fair": 500}),
            ("Q4", {"web": 200, "fair": 800}),
        ]
    )

    assert [round(one.distance, 9) for one in found] == [0.3, 0.3, 0.3]
    assert [one.turned for one in found] == [False, True, False]
    assert [one.correlation for one in found] == [None, pytest.approx(-1), pytest.approx(1)]


def test_a_turn_needs_both_moves_to_be_far() -> None:
    found = moves(
        [
            ("Q1", {"web": 500, "fair": 500}),
            ("Q2", {"web": 600, "fair": 400}),
            ("Q3", {"web": 400, "fair": 600}),
        ]
    )

    assert [one.is_far for one in found] == [False, True]
    assert not any(one.turned for one in found)


def test_few_leads_move_by_chance() -> None:
    (found,) = moves([("Q1", {"a": 3, "b": 1, "c": 1}), ("Q2", {"a": 1, "b": 2, "c": 2})])

    assert found.distance == pytest.approx(0.4)
    assert not found.is_far


def test_quarters_without_leads_are_passed_over() -> None:
    found = moves([("Q1", {"a": 10}), ("Q2", {}), ("Q3", {"b": 10}), ("Q4", {"b": 10})])

    assert [(one.period, one.distance) for one in found] == [("Q3", 1.0), ("Q4", 0.0)]
    assert found[1].correlation is None
    assert moves([("Q1", {"a": 1})]) == ()
