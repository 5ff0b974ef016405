"""Fewer or more records than usual: when it is said, and when it is only scatter or season."""

from datetime import date, timedelta
from random import Random
from statistics import NormalDist

import pytest

from bbm_core.balance.shift import Direction
from bbm_core.balance.tally import Tally, WeekTally
from bbm_core.balance.volume import (
    Counted,
    VolumeSettings,
    VolumeStatus,
    freedom,
    thinner,
    volume_status,
)

MONDAY = date(2024, 1, 1)


def series(*totals: int, icp: int = 0) -> list[WeekTally]:
    return [
        WeekTally(MONDAY + timedelta(weeks=n), Tally(icp=icp, unknown=total - icp))
        for n, total in enumerate(totals)
    ]


def status(*totals: int) -> VolumeStatus:
    found = volume_status(series(*totals), Counted.TOTAL)
    assert found is not None
    return found


def test_as_many_as_usual_are_as_usual() -> None:
    found = status(*[100] * 30)

    assert found.direction is None
    assert (found.count, found.expected, found.weeks) == (400, pytest.approx(400), 4)
    assert found.low < 400 < found.high
    assert not found.seasonal


@pytest.mark.parametrize(("now", "direction"), [(40, Direction.DOWN), (180, Direction.UP)])
def test_a_count_far_from_the_usual_one_is_said(now: int, direction: Direction) -> None:
    found = status(*[100] * 30, *[now] * 4)

    assert found.direction is direction
    assert found.first == MONDAY + timedelta(weeks=30)


def test_the_limits_themselves_are_as_usual() -> None:
    found = status(*[100] * 30)
    below, above = found.low - 300, found.high - 300

    assert status(*[100] * 29, below).direction is None
    assert status(*[100] * 29, below - 1).direction is Direction.DOWN
    assert status(*[100] * 29, above).direction is None
    assert status(*[100] * 29, above + 1).direction is Direction.UP


def test_a_sure_change_that_does_not_matter_is_none() -> None:
    assert status(*[100_000] * 30, *[80_000] * 4).direction is None


def test_scatter_widens_the_limits() -> None:
    random = Random(1)
    wild = status(*[random.choice([20, 100, 180]) for _ in range(30)], *[100] * 4)
    calm = status(*[100] * 34)

    assert wild.low < calm.low
    assert wild.high > calm.high


def test_a_short_past_tells_the_scatter_badly_so_the_limits_are_wider() -> None:
    short, long = (status(*[60, 140] * (weeks // 2), *[100] * 4) for weeks in (14, 26))

    assert short.expected == long.expected
    assert (short.low < long.low, short.high > long.high) == (True, True)


def test_the_rarer_and_the_more_scattered_the_counts_the_less_is_known_of_their_scatter() -> None:
    known = [freedom(2, 100, 26), freedom(8, 100, 26), freedom(8, 3, 26), freedom(500, 0.1, 26)]

    assert known == sorted(known, reverse=True)
    assert known[0] == pytest.approx(25, abs=0.5)
    assert known[-1] == 1


def test_a_tail_is_thinned_to_the_normals_beyond_the_same_point_of_students_t() -> None:
    # The 0.05 % point of Student's t with 10 degrees of freedom is 4.587.
    assert thinner(0.0005, 10) == pytest.approx(NormalDist().cdf(-4.587), rel=1e-3)
    assert thinner(0.0005, 1) == 1e-12


def test_one_burst_in_a_rare_past_does_not_make_one_record_an_alarm() -> None:
    assert status(1, *[0] * 18, 30, *[0] * 6, *[1, 4, 1, 4]).direction is None


def test_a_quiet_stage_cannot_show_a_drop() -> None:
    found = status(*[1] * 30, *[0] * 4)

    assert not found.sees_drop
    assert found.direction is None
    assert status(*[100] * 30).sees_drop


def test_icp_is_counted_apart() -> None:
    weeks = [*series(*[100] * 30, icp=40), *series(*[100] * 34, icp=5)[30:]]

    found = volume_status(weeks, Counted.ICP)

    assert found is not None
    assert (found.count, found.direction) == (20, Direction.DOWN)


@pytest.mark.parametrize("totals", [(), (0,) * 60, (0,) * 40 + (50,) * 16, (50,) * 16])
def test_too_short_a_past_says_nothing(totals: tuple[int, ...]) -> None:
    assert volume_status(series(*totals), Counted.TOTAL) is None


def test_a_past_without_icp_expects_none_and_says_nothing() -> None:
    assert volume_status(series(*[50] * 40), Counted.ICP) is None


def seasonal(years: int) -> list[WeekTally]:
    """Every August has a third of the records of other months."""
    totals = []
    for number in range(52 * years + 35):
        middle = MONDAY + timedelta(weeks=number, days=3)
        totals.append(30 if middle.month == 8 else 100)
    return series(*totals)


def test_from_two_years_on_a_usual_season_is_usual() -> None:
    settings = VolumeSettings(season_weeks=104)
    one, two = (volume_status(seasonal(years), Counted.TOTAL, settings) for years in (1, 2))

    assert one is not None
    assert two is not None
    assert one.direction is Direction.DOWN
    assert two.direction is None
    assert two.seasonal
    assert two.expected == pytest.approx(two.count, rel=0.3)


def test_growth_is_no_season() -> None:
    totals = [50 + number for number in range(140)]

    found = status(*totals)

    assert found.seasonal
    assert found.direction is None
