"""Revenue at risk: exact where it can be, drawn from a seed where not."""

from decimal import Decimal

import pytest

from bbm_core.balance.risk import ONE_BY_ONE, revenue_at_risk


def equal(count: int) -> dict[str, Decimal]:
    return {f"c{number}": Decimal(10) for number in range(count)}


def test_mean_and_spread_are_exact() -> None:
    amounts = {"a": Decimal(60), "b": Decimal(40), "gone": Decimal(-5)}

    risk = revenue_at_risk(amounts, {"a": 0.1, "b": 0.5, "gone": 1.0})

    assert risk is not None
    assert risk.expected == pytest.approx(0.6 * 0.1 + 0.4 * 0.5)
    assert risk.spread == pytest.approx((0.09 * 0.36 + 0.25 * 0.16) ** 0.5)


def test_one_customer_is_lost_as_a_whole_or_not_at_all() -> None:
    rare = revenue_at_risk(equal(1), {"c0": 0.02})
    often = revenue_at_risk(equal(1), {"c0": 0.2})

    assert rare is not None
    assert often is not None
    assert rare.value_at_risk == 0
    assert rare.shortfall == pytest.approx(0.4, abs=0.06)  # 2 of the worst 5 years
    assert (often.value_at_risk, often.shortfall) == (1, 1)


def test_the_tail_of_equal_customers_is_the_binomials() -> None:
    """Binomial(50, 0.1): P(X <= 8) = 0.942, P(X <= 9) = 0.975, so the value at risk is 9 of 50."""
    risk = revenue_at_risk(equal(50), dict.fromkeys(equal(50), 0.1))

    assert risk is not None
    assert risk.value_at_risk == pytest.approx(9 / 50)
    assert risk.shortfall == pytest.approx(0.2, abs=0.01)


def test_many_small_customers_are_drawn_together() -> None:
    count = ONE_BY_ONE * 5
    risk = revenue_at_risk(equal(count), dict.fromkeys(equal(count), 0.1))

    assert risk is not None
    normal = 0.1 + 1.645 * (0.09 / count) ** 0.5
    assert risk.value_at_risk == pytest.approx(normal, abs=0.002)


def test_the_same_book_has_the_same_risk_in_any_order() -> None:
    amounts = {f"c{number}": Decimal(number + 1) for number in range(30)}
    leaving = dict.fromkeys(amounts, 0.15)
    turned = dict(reversed(amounts.items()))

    assert revenue_at_risk(amounts, leaving) == revenue_at_risk(turned, leaving)


def test_customers_who_never_leave_are_no_risk() -> None:
    risk = revenue_at_risk(equal(ONE_BY_ONE + 5), dict.fromkeys(equal(ONE_BY_ONE + 5), 0.0))

    assert risk is not None
    assert (risk.expected, risk.value_at_risk, risk.shortfall) == (0, 0, 0)


def test_no_revenue_is_no_risk_to_speak_of() -> None:
    assert revenue_at_risk({}, {}) is None


def test_what_is_no_probability_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        revenue_at_risk(equal(1), {"c0": 1.2})
