"""The configured rates go before those of the CRM, currency by currency."""

from datetime import date
from decimal import Decimal

from agent.config.ltv import CurrencySettings
from agent.currency import rate_table
from bbm_core.value.money import DatedRate, RateTable

DAY = date(2026, 6, 1)
TOLD = RateTable(
    "JPY",
    {"JPY": Decimal(1), "USD": Decimal(150), "EUR": Decimal(160)},
    {
        "USD": (DatedRate(date(2026, 1, 1), Decimal(140)),),
        "EUR": (DatedRate(date(2026, 3, 1), Decimal(175)),),
    },
)


def test_what_is_not_configured_comes_from_the_crm() -> None:
    table = rate_table(CurrencySettings(rates={"USD": Decimal(100)}), "JPY", TOLD)

    assert table.rate("USD", DAY) == 100  # nor does a dated rate of the CRM get past it
    assert table.rate("EUR", DAY) == 175
    assert table.rate("EUR", date(2025, 1, 1)) == 160


def test_rates_are_turned_into_another_base_day_by_day() -> None:
    table = rate_table(CurrencySettings(base="USD"), "", TOLD)

    assert table.base == "USD"
    assert table.rate("EUR", DAY) == Decimal("1.25")  # 175 / 140
    assert table.rate("EUR", date(2026, 2, 1)) == Decimal("1.14285714285714")  # 160 / 140
    assert table.rate("JPY", date(2025, 1, 1)) == Decimal("0.00666666666666667")


def test_a_base_that_the_crm_does_not_know_is_left_without_its_rates() -> None:
    table = rate_table(CurrencySettings(base="CHF"), "", TOLD)

    assert table.rate("USD", DAY) is None


def test_without_rates_of_the_crm_the_section_stands_alone() -> None:
    table = rate_table(CurrencySettings(rates={"USD": Decimal(150)}), "JPY")

    assert (table.rate("USD", DAY), table.rate("EUR", DAY)) == (150, None)
