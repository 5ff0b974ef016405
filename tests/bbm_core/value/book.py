"""Makes customers for the tests of the ladder."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from bbm_core.records import Money
from bbm_core.value.case import Case, Terms
from bbm_core.value.customer import Stated
from bbm_core.value.history import Sale, ledger
from bbm_core.value.money import RateTable
from bbm_core.value.window import MONTH_DAYS

TODAY = date(2026, 11, 27)
FLAT = Terms(12, 0.0)


def ago(months: float) -> date:
    return TODAY - timedelta(days=round(months * MONTH_DAYS))


def sale(customer: str, months_ago: float, amount: float = 100) -> Sale:
    return Sale(customer, ago(months_ago), Money(Decimal(str(amount)), "JPY"))


def case_of(
    sales: list[Sale], stated: Mapping[str, Stated] | None = None, terms: Terms = FLAT
) -> Case:
    histories = ledger(sales, RateTable("JPY"), TODAY).histories
    return Case(histories, stated or {}, terms, TODAY)
