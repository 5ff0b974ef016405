"""Amounts of several currencies: converted by the stated table, or counted apart."""

from datetime import date
from decimal import Decimal

import pytest

from bbm_core.records import Money
from bbm_core.value.money import DatedRate, RateTable

TABLE = RateTable(
    "JPY",
    {"USD": Decimal(150), "GBP": Decimal(190)},
    {
        "USD": (
            DatedRate(date(2025, 7, 1), Decimal(145)),
            DatedRate(date(2025, 1, 1), Decimal(155)),
        ),
        "EUR": (DatedRate(date(2025, 1, 1), Decimal(160)),),
    },
)


@pytest.mark.parametrize(
    ("currency", "day", "rate"),
    [
        ("JPY", date(2020, 1, 1), 1),
        ("USD", date(2024, 12, 31), 150),
        ("USD", date(2025, 1, 1), 155),
        ("USD", date(2025, 6, 30), 155),
        ("USD", date(2026, 1, 1), 145),
        ("GBP", date(2026, 1, 1), 190),
        ("EUR", date(2025, 3, 1), 160),
        ("EUR", date(2024, 3, 1), None),
        ("CHF", date(2025, 3, 1), None),
    ],
)
def test_the_rate_of_a_day_is_the_latest_one_begun(
    currency: str, day: date, rate: int | None
) -> None:
    assert TABLE.rate(currency, day) == rate


def test_an_amount_is_converted_without_rounding() -> None:
    money = Money(Decimal("0.01"), "USD")

    assert TABLE.convert(money, date(2020, 1, 1)) == Decimal("1.50")
    assert TABLE.convert(Money(Decimal(1), "CHF"), date(2020, 1, 1)) is None


def test_an_amount_that_names_no_currency_is_in_the_base() -> None:
    assert TABLE.convert(Money(Decimal(7), ""), date(2026, 1, 1)) == 7
