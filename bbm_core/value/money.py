"""Amounts of several currencies in one, by a table that its owner states; nothing is guessed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from bbm_core.records import Money


@dataclass(frozen=True, slots=True)
class DatedRate:
    """What one unit of a currency is worth in the base currency, from this day on."""

    since: date
    rate: Decimal


@dataclass(frozen=True, slots=True)
class RateTable:
    """The base currency and the rates into it.

    An amount that names no currency is in the base; an org of one currency names none. `rates`
    holds on days that no dated rate covers; `dated` may be in any order.
    """

    base: str
    rates: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    dated: Mapping[str, tuple[DatedRate, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def rate(self, currency: str, on: date) -> Decimal | None:
        """The rate of that day: the latest dated one, else the undated one, else None."""
        if currency in {"", self.base}:
            return Decimal(1)
        begun = [one for one in self.dated.get(currency, ()) if one.since <= on]
        if begun:
            return max(begun, key=lambda one: one.since).rate
        return self.rates.get(currency)

    def convert(self, money: Money, on: date) -> Decimal | None:
        """The amount in the base currency, not rounded; None where the table has no rate."""
        rate = self.rate(money.currency, on)
        return None if rate is None else money.amount * rate


UNSTATED = RateTable("")
"""Nobody says which currency the figures are in, nor any rate."""
