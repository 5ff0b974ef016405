"""The detector: what it says, when it is silent, and how often it is right."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from math import comb
from random import Random

import pytest

from bbm_core.balance.band import Band, Origin
from bbm_core.balance.rate import wilson
from bbm_core.balance.tally import Period, Tally, WeekTally
from bbm_core.balance.watch import (
    SKEWED,
    BandStatus,
    Skew,
    WatchSettings,
    band_status,
    overdispersion,
    usual_band,
    window,
)

SETTINGS = WatchSettings()
BAND = Band(0.25, 0.35, Origin.CONFIGURED)


def series(*counts: tuple[int, int]) -> list[WeekTally]:
    """Weeks of (ICP, decided)."""
    return [
        WeekTally(date(2026, 1, 5) + timedelta(weeks=number), Tally(icp=k, not_icp=n - k))
        for number, (k, n) in enumerate(counts)
    ]


def status(weeks: list[WeekTally], previous: Skew = Skew.BALANCED) -> BandStatus:
    return band_status(weeks, BAND, SETTINGS, previous)


def test_a_rate_surely_below_the_band_is_volume_heavy() -> None:
    found = status(series(*[(15, 100)] * 6))

    assert found.skew is Skew.VOLUME
    assert found.rate == pytest.approx(0.15)
    assert found.posterior_low > 0.95
    assert found.enough


def test_a_rate_surely_above_the_band_is_quality_heavy() -> None:
    found = status(series(*[(45, 100)] * 6))

    assert found.skew is Skew.QUALITY
    assert found.posterior_high > 0.95


def test_without_a_cap_no_rate_is_too_high() -> None:
    open_above = replace(BAND, capped=False)
    rising, falling = series(*[(45, 100)] * 6), series(*[(15, 100)] * 6)

    assert band_status(rising, open_above, SETTINGS, Skew.BALANCED).skew is Skew.BALANCED
    assert band_status(rising, open_above, SETTINGS, Skew.QUALITY).skew is Skew.BALANCED
    assert band_status(falling, open_above, SETTINGS, Skew.BALANCED).skew is Skew.VOLUME


def test_a_rate_inside_is_balanced() -> None:
    found = status(series(*[(30, 100)] * 6))

    assert found.skew is Skew.BALANCED
    assert found.posterior_inside > 0.8
    assert found.interval == wilson(120, 400)


def test_a_rate_just_outside_is_not_sure_enough_to_enter() -> None:
    assert status(series(*[(24, 100)] * 6)).skew is Skew.BALANCED


def test_leaving_takes_more_than_not_entering() -> None:
    barely_inside = series(*[(25, 100)] * 6)

    assert status(barely_inside).skew is Skew.BALANCED
    assert status(barely_inside, Skew.VOLUME).skew is Skew.VOLUME
    assert status(series(*[(30, 100)] * 6), Skew.VOLUME).skew is Skew.BALANCED


def test_a_rate_that_crossed_the_band_is_on_the_other_side_at_once() -> None:
    assert status(series(*[(45, 100)] * 6), Skew.VOLUME).skew is Skew.QUALITY


def test_the_posterior_leans_to_the_bands_centre_by_ten_records() -> None:
    found = status(series(*[(0, 10)] * 4))

    # Beta(10 * 0.3 + 0, 10 * 0.7 + 40), below 1/4: the binomial sum of 3 and more of 49.
    at_most_two = sum(comb(49, j) * 0.25**j * 0.75 ** (49 - j) for j in range(3))
    assert found.posterior_low == pytest.approx(1 - at_most_two, abs=1e-12)


@pytest.mark.parametrize("count", [0, 1, 5, 24])
def test_too_few_records_say_nothing_and_how_many_are_missing(count: int) -> None:
    weeks = series(*[(0, 0)] * 12, (0, count))

    found = status(weeks)

    assert found.skew is Skew.UNCLEAR
    assert found.needed == 25 - count
    assert not found.enough


def test_enough_records_in_too_few_weeks_say_nothing() -> None:
    found = status(series((0, 100), (0, 100), (0, 100)))

    assert found.skew is Skew.UNCLEAR
    assert found.needed == 1


def test_no_closed_week_says_nothing() -> None:
    found = status([])

    assert found.skew is Skew.UNCLEAR
    assert found.period is None
    assert (found.weeks, found.rate, found.phi) == (0, None, 1.0)


def test_a_busy_stage_is_judged_on_four_weeks_and_a_quiet_one_on_more() -> None:
    assert [status(series(*[(n // 3, n)] * 20)).weeks for n in (100, 12, 9, 6, 3)] == [
        4,
        5,
        6,
        9,
        13,
    ]


def test_the_window_ends_with_the_last_week() -> None:
    weeks = series(*[(30, 100)] * 20)

    assert status(weeks).period == Period(weeks[16].week, weeks[19].week)


def test_weeks_that_differ_beyond_chance_count_for_less() -> None:
    even, uneven = [(18, 100)] * 4, [(10, 100), (26, 100), (10, 100), (26, 100)]

    assert overdispersion(series(*even)) == 1.0
    # Pearson: the sum of (k - 18)^2 / (100 * 0.18 * 0.82), over 3.
    assert overdispersion(series(*uneven)) == pytest.approx(4 * 64 / 14.76 / 3)
    assert status(series(*even)).skew is Skew.VOLUME
    assert status(series(*uneven)).skew is Skew.BALANCED


def test_the_time_before_tells_how_much_weeks_differ() -> None:
    restless = [(10, 100), (50, 100)] * 13

    calm = status(series(*[(30, 100)] * 26, *[(30, 100)] * 9, *[(19, 100)] * 4))
    found = status(series(*restless, *[(30, 100)] * 9, *[(19, 100)] * 4))

    assert calm.skew is Skew.VOLUME
    assert found.phi > 10
    assert found.skew is Skew.BALANCED


def test_a_changed_rate_is_no_dispersion() -> None:
    before, after = series(*[(30, 100)] * 9), series(*[(10, 100)] * 4)

    assert overdispersion(before, after) == 1.0
    assert overdispersion([*before, *after]) > 1.0


def test_one_week_or_one_verdict_tells_nothing_of_dispersion() -> None:
    assert overdispersion(series((3, 10))) == 1.0
    assert overdispersion(series((0, 10), (0, 12))) == 1.0
    assert overdispersion(series((10, 10), (12, 12))) == 1.0
    assert overdispersion([]) == 1.0


def test_the_usual_band_leaves_out_every_week_a_window_may_hold() -> None:
    weeks = series(*[(30, 100)] * 26, *[(10, 100)] * 13)

    band = usual_band(weeks, SETTINGS)

    assert band is not None
    assert band.centre == pytest.approx(0.30)


def test_a_short_past_gives_the_weeks_before_the_present_window() -> None:
    weeks = series(*[(30, 100)] * 10, *[(10, 100)] * 4)

    band = usual_band(weeks, SETTINGS)

    assert len(window(weeks, SETTINGS)) == 4
    assert band is not None
    assert band.centre == pytest.approx(0.30)


def test_without_a_past_there_is_no_usual_band() -> None:
    assert usual_band(series(*[(30, 100)] * 6), SETTINGS) is None


def test_each_week_more_of_the_same_makes_a_low_rate_surer() -> None:
    low = [status(series(*[(4, 20)] * length)).posterior_low for length in (4, 13)]

    assert low[0] == pytest.approx(low[1])  # the window does not grow once it has enough


# How often it is right. A stream is 39 weeks at 30 % and then the weeks that are judged.

STREAMS = 200
PER_WEEK = 100


def stream(random: Random, rates: list[float]) -> list[WeekTally]:
    return series(*[(sum(random.random() < r for _ in range(PER_WEEK)), PER_WEEK) for r in rates])


def alarms(weeks: list[WeekTally], first: int) -> int:
    """How often the stage enters a skew, judged week by week as the agent does."""
    entered, previous = 0, Skew.BALANCED
    band = None
    for end in range(first, len(weeks)):
        seen = weeks[: end + 1]
        if previous not in SKEWED:
            band = usual_band(seen, SETTINGS)
        assert band is not None
        skew = band_status(seen, band, SETTINGS, previous).skew
        entered += skew in SKEWED and previous not in SKEWED
        previous = skew
    return entered


def count(streams: int, one: Callable[[Random], int]) -> int:
    return sum(one(Random(seed)) for seed in range(streams))


def test_a_healthy_stage_hardly_ever_alarms_in_a_year() -> None:
    total = count(STREAMS // 2, lambda r: alarms(stream(r, [0.30] * 91), 39))

    assert total <= 5  # measured: 0.01 a stage and year


def test_a_drop_of_ten_points_is_found_within_eight_weeks() -> None:
    found = count(STREAMS, lambda r: alarms(stream(r, [0.30] * 39 + [0.20] * 8), 39) > 0)

    assert found >= 0.90 * STREAMS


def test_a_rise_of_ten_points_is_found_within_eight_weeks() -> None:
    found = count(STREAMS // 2, lambda r: alarms(stream(r, [0.30] * 39 + [0.40] * 8), 39) > 0)

    assert found >= 0.80 * STREAMS // 2  # a higher rate scatters more
