"""The margin of the first months: seen, and read off those who are older."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bbm_core.value.history import Bought, History
from bbm_core.value.window import (
    MONTH_DAYS,
    YEAR_DAYS,
    Course,
    SpendCurve,
    course,
    present,
    spend_curve,
    within,
)

TODAY = date(2026, 11, 27)


def customer(months: float, **brought: int) -> Course:
    """Followed for so many months; `m3=10` is 10 in the middle of the fourth month."""
    days = [(int((int(k[1:]) + 0.5) * MONTH_DAYS), float(v)) for k, v in brought.items()]
    return Course(int(months * MONTH_DAYS) + 1, days)


def test_a_course_counts_from_the_first_order_and_discounts_to_it() -> None:
    first = TODAY - timedelta(days=400)
    year = first + timedelta(days=365)
    history = History(
        "A",
        (Bought(first, Decimal(10), ordered=True), Bought(year, Decimal(110), ordered=True)),
        2,
    )

    found = course(history, TODAY, 0.10)

    assert found.age == 400
    assert found.days[0] == (0, 10.0)
    assert found.days[1] == (365, pytest.approx(100, abs=0.1))


def test_waiting_a_year_costs_the_discount() -> None:
    assert present(0, 0.25) == 1
    assert present(YEAR_DAYS, 0.25) == pytest.approx(0.8)
    assert present(YEAR_DAYS, 0) == 1


def test_only_the_first_months_count() -> None:
    one = customer(24, m0=1, m5=2, m6=4)

    assert within(one, 6) == 3
    assert within(one, 7) == 7
    assert within(one, 0) == 0


def test_the_curve_is_the_mean_of_those_who_were_followed() -> None:
    old = [customer(3, m0=10, m1=4, m2=6)] * 10
    young = [customer(1, m0=30)] * 10

    curve = spend_curve([*old, *young], 12)

    assert curve.months == pytest.approx((20, 4, 6))
    assert curve.followed == (20, 10, 10)


def test_a_month_that_has_begun_is_no_month_yet() -> None:
    curve = spend_curve([customer(1.5, m0=1, m1=1000)] * 10, 12)

    assert curve.months == (1,)


def test_it_ends_where_too_few_were_followed() -> None:
    followed = [customer(6, m0=1)] * 9 + [customer(2, m0=1)]

    assert len(spend_curve(followed, 12).months) == 2
    assert spend_curve(followed[:9], 12) == SpendCurve((), ())
    assert spend_curve([], 12) == SpendCurve((), ())


def test_what_is_to_come_is_the_rest_of_the_curve() -> None:
    curve = SpendCurve((10.0, 4.0, 6.0), (20, 10, 10))

    assert curve.between(0, 3) == 20
    assert curve.between(1.5, 3) == pytest.approx(8)
    assert curve.between(1, 2) == 4
    assert curve.between(2, 2) == 0
    assert curve.between(7, 3) == 0
    assert curve.between(7, 12) == 0


def test_seen_and_to_come_add_up_to_the_mean_of_the_whole() -> None:
    """Whoever is followed to any age is expected to bring, on average, what the curve says."""
    followed = [customer(12, **{f"m{k}": k + 1}) for k in range(12)] * 10
    curve = spend_curve(followed, 12)

    assert sum(within(one, 12) for one in followed) / 120 == pytest.approx(curve.between(0, 12))
