"""What each customer brought: its orders as margin in one currency, and what could not be used."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType

from bbm_core.records import Money
from bbm_core.value.money import RateTable


@dataclass(frozen=True, slots=True)
class Sale:
    """One order or won deal as the records have it.

    `margin` is the share of the amount that is left after its own costs. Sales of the same `id`
    are the same sale; without an id none is taken for another.
    """

    customer: str
    on: date
    amount: Money | None
    margin: Decimal = Decimal(1)
    id: str = ""


@dataclass(frozen=True, slots=True)
class Bought:
    """What a customer brought on one day: margin, and whether anything was ordered.

    A day that only took back (a credit note) is no order.
    """

    on: date
    margin: Decimal
    ordered: bool


@dataclass(frozen=True)
class History:
    """A customer's days with sales, oldest first; never empty, and the first is an order."""

    customer: str
    days: tuple[Bought, ...]
    orders: int  # sales that took nothing back

    @property
    def first(self) -> date:
        return self.days[0].on

    @cached_property
    def last_order(self) -> date:
        return max(day.on for day in self.days if day.ordered)

    @cached_property
    def realised(self) -> Decimal:
        """Margin to date, not discounted."""
        return sum((day.margin for day in self.days), Decimal())

    @cached_property
    def order_days(self) -> tuple[Bought, ...]:
        return tuple(day for day in self.days if day.ordered)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Sales that are in no figure, counted by what is wrong with them."""

    unpriced: int = 0  # no amount
    future: int = 0  # after today
    repeated: int = 0  # the same sale again
    unconverted: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    refunds_only: int = 0  # credits of customers that never ordered, or from before they did

    @property
    def total(self) -> int:
        counts = (self.unpriced, self.future, self.repeated, self.refunds_only)
        return sum(counts) + sum(self.unconverted.values())


@dataclass(frozen=True, slots=True)
class Ledger:
    """The histories by customer, in the order of their ids, and what is in none of them."""

    base: str
    histories: Mapping[str, History]
    left_out: LeftOut


def ledger(sales: Iterable[Sale], rates: RateTable, today: date) -> Ledger:
    """Every customer's history in the base currency. The order of the sales does not matter."""
    wrong: Counter[str] = Counter()
    foreign: Counter[str] = Counter()
    kept: dict[str, list[tuple[date, Decimal]]] = {}
    seen: set[str] = set()
    for sale in sorted(sales, key=_order):
        if fault := _fault(sale, seen, today):
            wrong[fault] += 1
        elif (margin := _margin(sale, rates)) is None:
            foreign[sale.amount.currency if sale.amount else ""] += 1
        else:
            seen.add(sale.id)
            kept.setdefault(sale.customer, []).append((sale.on, margin))
    histories = {}
    for customer in sorted(kept):
        history, dropped = _history(customer, kept[customer])
        wrong["refunds_only"] += dropped
        if history is not None:
            histories[customer] = history
    left_out = LeftOut(unconverted=dict(sorted(foreign.items())), **wrong)
    return Ledger(rates.base, histories, left_out)


def _order(sale: Sale) -> tuple[str, date, str, str, Decimal, Decimal]:
    amount = sale.amount or Money(Decimal(), "")
    return sale.customer, sale.on, sale.id, amount.currency, amount.amount, sale.margin


def _fault(sale: Sale, seen: set[str], today: date) -> str:
    if sale.id and sale.id in seen:
        return "repeated"
    if sale.on > today:
        return "future"
    if sale.amount is None or not sale.amount.amount.is_finite():
        return "unpriced"
    return ""


def _margin(sale: Sale, rates: RateTable) -> Decimal | None:
    converted = rates.convert(sale.amount, sale.on) if sale.amount else None
    return None if converted is None else converted * sale.margin


def _history(customer: str, brought: list[tuple[date, Decimal]]) -> tuple[History | None, int]:
    """The history, and how many credits came before any order."""
    ordered = [on for on, margin in brought if margin >= 0]
    if not ordered:
        return None, len(brought)
    first = min(ordered)
    used = [(on, margin) for on, margin in brought if on >= first]
    by_day: dict[date, list[Decimal]] = {}
    for on, margin in used:
        by_day.setdefault(on, []).append(margin)
    days = tuple(
        Bought(on, sum(margins, Decimal()), ordered=max(margins) >= 0)
        for on, margins in sorted(by_day.items())
    )
    return History(customer, days, len(ordered)), len(brought) - len(used)
