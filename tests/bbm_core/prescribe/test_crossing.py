"""Where a falling quantity crosses zero."""

import pytest

from bbm_core.prescribe.crossing import Side, narrowed, outward


def side(price: float) -> Side[float]:
    """Falls, and jumps from 1 to -3 at 2."""
    return Side(price, 3 - price if price < 2 else -1 - price, price)


def smooth(price: float) -> Side[float]:
    return Side(price, 5 - price**3, price)


def test_a_smooth_quantity_is_found_to_the_digits_asked_for() -> None:
    around = outward(smooth, smooth(0.0), 0.5)
    assert around is not None

    found = narrowed(smooth, around)

    assert found.second.price == pytest.approx(5 ** (1 / 3), rel=1e-12)


def test_a_jump_is_closed_in_from_both_sides_and_mixed() -> None:
    around = outward(side, side(0.0), 0.5)
    assert around is not None

    found = narrowed(side, around)

    assert (found.first.price, found.second.price) == pytest.approx((2, 2))
    assert found.share == pytest.approx(0.25)


def test_a_step_below_zero_looks_downward() -> None:
    around = outward(lambda price: Side(price, 4 + price, price), Side(0.0, 4.0, 0.0), -1.0)

    assert around is not None
    assert around.second.price <= -4


def test_a_quantity_that_never_falls_is_given_up() -> None:
    assert outward(lambda price: Side(price, 1.0, price), Side(0.0, 1.0, 0.0), 1.0) is None


def test_it_stops_as_soon_as_it_is_decided() -> None:
    around = outward(smooth, smooth(0.0), 0.5)
    assert around is not None

    assert narrowed(smooth, around, decided=lambda _: True) == around


def test_two_sides_at_zero_are_the_second() -> None:
    around = outward(lambda price: Side(price, 0.0, price), Side(0.0, 0.0, 0.0), 1.0)

    assert around is not None
    assert around.share == 1.0
