"""What customers are worth: where the figures come from, and the table of currencies."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from agent.config.section import Section
from agent.tables import DayOrder
from bbm_core.value.customers import Good

CustomerColumn = Literal["account", "ltv", "margin", "started", "churned", "currency", "segment"]
OrderColumn = Literal["account", "date", "amount", "currency", "margin", "id", "order"]

CUSTOMER_COLUMNS: dict[str, str] = {
    "account": "account",
    "ltv": "ltv",
    "margin": "margin",
    "started": "started",
    "churned": "churned",
    "currency": "currency",
    "segment": "segment",
}
ORDER_COLUMNS: dict[str, str] = {
    "account": "account",
    "date": "date",
    "amount": "amount",
    "currency": "currency",
    "margin": "margin",
    "id": "id",
    "order": "order",
}

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Rate = Annotated[Decimal, Field(gt=0)]


class LtvSettings(Section):
    """Customer value: margin of the first months, from won opportunities unless said otherwise."""

    horizon_months: int = Field(default=36, ge=1, le=120)
    """The first months of being a customer that count, the same for all."""
    discount: float = Field(default=0.10, ge=0, le=1)
    """What waiting a year costs, as a share."""
    margin: Decimal = Field(default=Decimal(1), gt=0, le=1)
    """The share of an amount that is left after its own costs. 1: values are revenue."""
    good: Good = Good.TOP_QUARTILE
    """Whose value is high: top_quartile of those who became customers in the same year, or abc:
    those who bring the first 80 % of the whole."""
    segment: str = ""
    """The attribute of accounts by which retention may differ."""
    order_margin: str = ""
    """The attribute of opportunities that holds an order's margin, in the order's currency."""
    stated_ltv: str = ""
    """The attribute of accounts that holds their lifetime value, in the base currency."""
    yearly_margin: str = ""
    """The attribute of accounts that holds their margin a year, in the base currency."""
    started: str = ""
    """The attribute of accounts that holds the day they became customers."""
    churned: str = ""
    """The attribute of accounts that holds the day they left, or yes where it is not known."""
    customers: str = Field(default="", examples=["customers.csv"])
    """A CSV file with what the CRM does not hold about customers, one row an account; a relative
    name counts from this file's folder."""
    customer_columns: Mapping[CustomerColumn, str] = Field(default={}, examples=[CUSTOMER_COLUMNS])
    """What its columns are called; those left out are called as shown here, or are not there."""
    orders: str = Field(default="", examples=["orders.csv"])
    """A CSV file of orders, which then count instead of won opportunities."""
    order_columns: Mapping[OrderColumn, str] = Field(default={}, examples=[ORDER_COLUMNS])
    """What its columns are called; rows of one `id` are one row, rows of one `order` its lines."""
    date_order: DayOrder | None = Field(default=None, examples=["month-first"])
    """What 11/9/2022 means in the two files: month-first or day-first. Without it, a day after the
    12th in the column tells it for all."""


class CurrencySettings(Section):
    """The base currency and what others are worth in it; nothing is converted without a rate."""

    base: str = Field(default="", pattern=r"^([A-Z]{3})?$")
    """The currency of all figures, ISO 4217. Empty: that of `[crm] currency`, or the CRM's own."""
    rates: Mapping[Currency, Rate] = Field(default={}, examples=[{"USD": 150, "EUR": 160}])
    """What one unit is worth in the base currency, on days that no dated rate covers."""
    dated: Mapping[Currency, Mapping[date, Rate]] = Field(
        default={}, examples=[{"USD": {"2025-01-01": 157, "2026-01-01": 150}}]
    )
    """Rates that hold from a day on."""
