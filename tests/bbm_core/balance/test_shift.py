"""The early detector: what it finds, since when, and when it says nothing."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.balance.shift import Direction, ShiftSettings, find_shifts
from bbm_core.balance.tally import Tally, WeekTally
from bbm_core.balance.threshold import BUDGETS, KNOWN, LOWEST, RATES, threshold

MONDAY = date(2025, 1, 6)
SETTINGS = ShiftSettings()


def monday(number: int) -> date:
    return MONDAY + timedelta(weeks=number)


def series(*counts: tuple[int, int]) -> list[WeekTally]:
    """Weeks of (ICP, decided)."""
    return [
        WeekTally(monday(number), Tally(icp=k, not_icp=n - k))
        for number, (k, n) in enumerate(counts)
    ]


def test_a_drop_is_found_and_dated() -> None:
    status = find_shifts(series(*[(30, 100)] * 40, *[(15, 100)] * 4))

    (shift,) = status.shifts
    assert shift.direction is Direction.DOWN
    assert shift.since == monday(40)
    assert shift.found <= monday(42)
    assert shift.before.rate == pytest.approx(0.30)
    assert shift.after.rate == pytest.approx(0.15)
    assert status.latest == shift


def test_a_rise_is_found_and_dated() -> None:
    (shift,) = find_shifts(series(*[(30, 100)] * 40, *[(45, 100)] * 4)).shifts

    assert (shift.direction, shift.since) == (Direction.UP, monday(40))


def test_after_a_change_the_detector_starts_anew() -> None:
    there_and_back = series(*[(30, 100)] * 40, *[(15, 100)] * 40, *[(30, 100)] * 5)

    first, second = find_shifts(there_and_back).shifts

    assert (first.direction, second.direction) == (Direction.DOWN, Direction.UP)
    assert second.since == monday(80)
    assert second.before.rate == pytest.approx(0.15)


def test_a_new_level_is_no_further_change() -> None:
    status = find_shifts(series(*[(30, 100)] * 40, *[(15, 100)] * 60))

    assert len(status.shifts) == 1
    assert status.weeks == 60
    assert status.level is not None
    assert status.threshold is not None
    assert status.level < status.threshold


@pytest.mark.parametrize("count", [0, 1, 26])
def test_too_short_a_past_says_nothing(count: int) -> None:
    status = find_shifts(series(*[(30, 100)] * count))

    assert not status.shifts
    assert (status.level, status.threshold, status.rho) == (None, None, None)
    assert status.weeks == count


def test_weeks_without_decided_records_are_no_evidence() -> None:
    full = series(*[(30, 100)] * 40, *[(15, 100)] * 4)
    gaps = [*full[:10], WeekTally(monday(200), Tally(unknown=9)), *full[10:]]

    assert find_shifts(gaps).shifts == find_shifts(full).shifts


def test_a_few_records_do_not_carry_a_change() -> None:
    quiet = series(*[(30, 100)] * 60, *[(0, 5)] * 4)

    assert not find_shifts(quiet).shifts


def test_a_change_that_does_not_matter_is_none() -> None:
    assert not find_shifts(series(*[(3000, 10_000)] * 40, *[(2700, 10_000)] * 20)).shifts


def test_one_bad_week_of_a_stage_with_campaigns_is_none() -> None:
    random = Random(1)
    rates = [random.choice([0.15, 0.3, 0.45]) for _ in range(60)]
    campaigns = [(round(100 * rate), 100) for rate in rates]

    status = find_shifts(series(*campaigns, (5, 100)))

    assert not status.shifts
    assert status.rho == pytest.approx(0.06, abs=0.03)


@pytest.mark.parametrize("icp", [0, 100])
def test_a_constant_rate_at_an_end_is_quiet(icp: int) -> None:
    status = find_shifts(series(*[(icp, 100)] * 60))

    assert not status.shifts
    assert status.rho == 0.02


def test_one_record_a_week_says_nothing_of_likeness() -> None:
    assert find_shifts(series(*[(n % 3 == 0, 1) for n in range(60)])).rho == 0.02


def test_huge_weeks_do_not_overflow() -> None:
    (shift,) = find_shifts(series(*[(300_000, 1_000_000)] * 40, *[(10_000, 1_000_000)] * 9)).shifts

    assert shift.since == monday(40)


@given(
    st.lists(
        st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        min_size=27,
        max_size=60,
    )
)
def test_up_is_the_mirror_of_down(counts: list[tuple[int, int]]) -> None:
    mirrored = find_shifts(series(*[(n - k, n) for k, n in counts]))
    status = find_shifts(series(*counts))

    assert status.level == pytest.approx(mirrored.level)
    assert [one.since for one in status.shifts] == [one.since for one in mirrored.shifts]
    opposite = {Direction.UP: Direction.DOWN, Direction.DOWN: Direction.UP}
    assert [opposite[one.direction] for one in status.shifts] == [
        one.direction for one in mirrored.shifts
    ]


def test_a_smaller_budget_needs_more_evidence() -> None:
    limits = [threshold(0.3, 50, budget) for budget in (0.01, *BUDGETS, 0.9)]

    assert limits == sorted(limits, reverse=True)
    assert limits[0] == limits[1], "beyond the table its end holds"
    assert limits[-1] == limits[-2]


def test_a_slow_stage_has_a_smaller_budget() -> None:
    settings = ShiftSettings(false_alarms=0.25)

    assert (settings.budget(49.9), settings.budget(50)) == (0.10, 0.25)
    assert ShiftSettings(false_alarms=0.06).budget(10) == 0.06


@given(rate=st.floats(0, 1), known=st.floats(0, 1e6), budget=st.floats(0.001, 1, exclude_min=True))
def test_no_threshold_lies_below_the_lowest(rate: float, known: float, budget: float) -> None:
    assert threshold(rate, known, budget) >= LOWEST


def test_between_the_entries_a_threshold_lies_between_them() -> None:
    corners = [threshold(rate, known, 0.1) for rate in RATES[3:5] for known in KNOWN[2:4]]

    assert min(corners) < threshold(0.25, 17, 0.1) < max(corners)
    assert threshold(0.7, 17, 0.1) == pytest.approx(threshold(0.3, 17, 0.1))
    assert threshold(0.0, 0, 0.1) == threshold(RATES[0], 1, 0.1)
