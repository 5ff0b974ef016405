"""When something changed: the place, its interval, and where nothing can be said."""

from datetime import date, timedelta
from random import Random

import pytest

from bbm_core.balance.changepoint import (
    change_in_mean,
    change_in_rate,
    largest_f,
    pettitt,
    several_changes,
)
from bbm_core.balance.tally import Tally, WeekTally


def weeks(*counts: tuple[int, int]) -> list[WeekTally]:
    return [
        WeekTally(date(2026, 1, 5) + timedelta(weeks=n), Tally(icp=k, not_icp=known - k))
        for n, (k, known) in enumerate(counts)
    ]


def noise(count: int, mean: float, seed: int) -> list[float]:
    random = Random(seed)
    return [random.gauss(mean, 1) for _ in range(count)]


def test_a_clear_step_is_found_where_it_is() -> None:
    change = change_in_mean([1.0, 1.1, 0.9, 1.0, 5.0, 5.1, 4.9, 5.0])

    assert change is not None
    assert (change.last_before, change.low, change.high) == (4, 3, 5)
    assert (change.before, change.after) == (pytest.approx(1.0), pytest.approx(5.0))


def test_a_step_without_noise_is_certain() -> None:
    change = change_in_mean([1.0] * 10 + [2.0] * 10)

    assert change is not None
    assert change.last_before == 10
    assert change.low <= 10 <= change.high


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0, 3.0], [4.0] * 20])
def test_nothing_to_split_has_no_change(values: list[float]) -> None:
    assert change_in_mean(values) is None


def test_the_interval_of_a_mean_holds_the_true_place_as_often_as_it_says() -> None:
    held = 0
    for seed in range(200):
        change = change_in_mean(noise(40, 0, seed) + noise(40, 1.5, 1000 + seed))
        held += change is not None and change.low <= 40 <= change.high

    assert held >= 0.90 * 200


def test_a_far_interval_ends_with_the_values() -> None:
    change = change_in_mean([0.0, 9.0, 1.0, 8.0, 2.0, 9.5])

    assert change is not None
    assert (change.low, change.high) == (1, 5)


def test_the_interval_of_a_rate_holds_the_true_place_as_often_as_it_says() -> None:
    held = 0
    for seed in range(200):
        random = Random(seed)
        rates = [0.3] * 30 + [0.2] * 15
        counts = [(sum(random.random() < rate for _ in range(60)), 60) for rate in rates]
        change = change_in_rate(weeks(*counts))
        held += change is not None and change.low <= 30 <= change.high

    assert held >= 0.90 * 200


def test_a_rate_that_changes_is_split_where_it_does() -> None:
    change = change_in_rate(weeks(*[(30, 100)] * 10, *[(10, 100)] * 5))

    assert change is not None
    assert (change.last_before, change.before, change.after) == (10, 0.3, 0.1)
    assert (change.low, change.high) == (10, 10)


def test_overdispersion_widens_the_interval() -> None:
    series = weeks(*[(30, 100)] * 10, *[(20, 100)] * 5)

    sharp, blurred = change_in_rate(series), change_in_rate(series, phi=10)

    assert sharp is not None
    assert blurred is not None
    assert blurred.high - blurred.low > sharp.high - sharp.low


@pytest.mark.parametrize("counts", [[], [(3, 10)], [(0, 0), (3, 10), (0, 0)]])
def test_one_week_with_records_cannot_be_split(counts: list[tuple[int, int]]) -> None:
    assert change_in_rate(weeks(*counts)) is None


def test_ranks_see_a_step_and_do_not_see_noise() -> None:
    assert pettitt(noise(30, 0, 1) + noise(30, 2, 2)).p_value < 0.001
    assert pettitt(noise(60, 0, 3)).p_value > 0.05
    assert (pettitt([]).statistic, pettitt([]).p_value) == (0, 1.0)


def test_a_large_f_needs_a_middle_and_some_noise() -> None:
    assert largest_f([1.0] * 10 + [2.0] * 10) is None
    assert largest_f([1.0, 2.0]) is None
    found = largest_f(noise(30, 0, 1) + noise(30, 3, 2))
    assert found is not None
    assert found > 50


def test_the_changes_there_are_lower_the_bic_and_no_others_do() -> None:
    values = noise(30, 0, 1) + noise(30, 4, 2) + noise(30, -2, 3)

    none, one, two, three, four = several_changes(values, 4)

    assert none - 50 > one > two + 50
    assert three > two - 5
    assert four > three


def test_more_changes_than_there_is_room_for_are_not_tried() -> None:
    assert len(several_changes(noise(10, 0, 1), 9)) == 5
    assert several_changes([], 3) == ()
    assert several_changes([1.0] * 10, 3) == ()
