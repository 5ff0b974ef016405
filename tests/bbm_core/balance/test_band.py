"""Bands and where they come from."""

from datetime import date, timedelta

import pytest

from bbm_core.balance.band import Band, BaselineSettings, Origin, baseline_band, is_firm
from bbm_core.balance.rate import Interval
from bbm_core.balance.tally import Tally, WeekTally


def series(*tallies: Tally) -> list[WeekTally]:
    return [
        WeekTally(date(2026, 1, 5) + timedelta(weeks=n), tally) for n, tally in enumerate(tallies)
    ]


def test_a_baseline_band_reaches_five_points_to_each_side_of_the_pooled_rate() -> None:
    weeks = series(*[Tally(icp=30, not_icp=70, unknown=50)] * 26)

    band = baseline_band(weeks)

    assert band is not None
    assert (band.low, band.high) == pytest.approx((0.25, 0.35))
    assert band.origin is Origin.BASELINE


def test_only_the_last_baseline_weeks_count() -> None:
    weeks = series(*[Tally(icp=90, not_icp=10)] * 10, *[Tally(icp=30, not_icp=70)] * 26)

    band = baseline_band(weeks)

    assert band is not None
    assert band.centre == pytest.approx(0.30)


def test_a_band_near_an_end_is_cut_there() -> None:
    low = baseline_band(series(*[Tally(icp=2, not_icp=98)] * 26))
    high = baseline_band(series(*[Tally(icp=98, not_icp=2)] * 26))

    assert low is not None
    assert high is not None
    assert (low.low, low.high) == pytest.approx((0.0, 0.07))
    assert (high.low, high.high) == pytest.approx((0.93, 1.0))


@pytest.mark.parametrize(
    "weeks",
    [
        [],
        series(*[Tally(icp=30, not_icp=70)] * 7),
        series(*[Tally(unknown=9)] * 26),
        series(*[Tally(icp=2, not_icp=4)] * 8),
        series(*[Tally()] * 19, *[Tally(icp=30, not_icp=70)] * 7),
    ],
    ids=["none", "few weeks", "nothing decided", "few records", "empty weeks"],
)
def test_a_short_past_makes_no_band(weeks: list[WeekTally]) -> None:
    assert baseline_band(weeks) is None


def test_the_width_can_be_set() -> None:
    settings = BaselineSettings(half_width=0.02, least_weeks=1, least_known=1)

    band = baseline_band(series(Tally(icp=1, not_icp=1)), settings)

    assert band is not None
    assert (band.low, band.high) == pytest.approx((0.48, 0.52))


def test_the_index_is_minus_one_to_one_inside() -> None:
    band = Band(0.2, 0.4, Origin.CONFIGURED)

    assert [band.index(rate) for rate in (0.2, 0.3, 0.4, 0.1)] == pytest.approx([-1, 0, 1, -2])


@pytest.mark.parametrize(("low", "high"), [(0.4, 0.4), (0.5, 0.4), (-0.1, 0.4), (0.4, 1.1)])
def test_a_band_that_is_none_is_refused(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="a band lies between 0 and 1"):
        Band(low, high, Origin.CONFIGURED)


@pytest.mark.parametrize(
    ("bounds", "firm"),
    [
        ((0.30, 0.34), True),
        ((0.10, 0.27), True),
        ((0.39, 0.60), True),
        ((0.27, 0.34), False),
        ((0.30, 0.40), False),
        ((0.10, 0.90), False),
        ((0.28, 0.38), True),
    ],
)
def test_a_status_is_firm_where_the_unknowns_cannot_change_it(
    bounds: tuple[float, float], firm: bool
) -> None:
    band = Band(0.28, 0.38, Origin.CONFIGURED)

    assert is_firm(band, Interval(*bounds)) is firm


def test_without_a_cap_no_rate_lies_above() -> None:
    assert Band(0.28, 0.38, Origin.CONFIGURED, capped=False).side(0.9) == 0
    assert Band(0.28, 0.38, Origin.CONFIGURED).side(0.9) == 1
