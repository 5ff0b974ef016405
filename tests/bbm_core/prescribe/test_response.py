"""How leads respond to money."""

import pytest

from bbm_core.prescribe.response import HIGHEST, LOWEST, PaidMonth, fitted_power


def months(power: float, *scales: float, count: int = 12) -> list[PaidMonth]:
    """Channels that follow the power but for rounding."""
    return [
        PaidMonth(f"c{n}", spend, round(scale * spend**power))
        for n, scale in enumerate(scales)
        for spend in (100.0 * (1 + month % 4) for month in range(count))
    ]


@pytest.mark.parametrize("power", [0.3, 0.5, 0.8])
def test_the_power_is_found_within_the_channels_however_their_levels_differ(power: float) -> None:
    found = fitted_power(months(power, 50.0, 400.0))

    assert found is not None
    assert found.power == pytest.approx(power, abs=0.01)
    assert found.interval.low <= found.power <= found.interval.high
    assert found.months == 24


def test_a_response_without_diminishing_returns_is_held_at_the_edge() -> None:
    steep, flat = fitted_power(months(1.4, 1.0)), fitted_power(months(0.0, 50.0))

    assert steep is not None
    assert flat is not None
    assert (steep.power, flat.power) == (HIGHEST, LOWEST)


def test_spends_that_never_differed_say_nothing() -> None:
    assert fitted_power([PaidMonth("c", 100.0, 10 + n) for n in range(24)]) is None


def test_few_months_say_nothing_and_months_without_leads_are_left_out() -> None:
    assert fitted_power(months(0.5, 50.0, count=6)) is None
    assert fitted_power([PaidMonth("c", 0.0, 5), PaidMonth("c", 50.0, 0)] * 20) is None


def test_the_order_of_the_months_changes_nothing() -> None:
    given = months(0.5, 50.0, 400.0)

    assert fitted_power(given) == fitted_power(given[::-1])
