"""What each customer brought: its orders as margin in one currency, and what could not be used."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from types import MappingProxyType
from typing import NamedTuple

from bbm_core.records import Money
from bbm_core.value.money import RateTable


@dataclass(frozen=True, slots=True)
class Sale:
    """One order or won deal as the records have it.

    An amount below zero takes back: a credit note. `margin` is what is left of the amount after
    its own costs, in the amount's currency; None: the share that holds for all. Sales of the
    same `id` are the same sale, those of the same `order` its lines; without either, each is one
    of its own.
    """

    customer: str  # empty: nobody knows whose it is
    on: date
    amount: Money | None
    margin: Decimal | None = None
    id: str = ""
    order: str = ""


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
    orders: int  # that took nothing back

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

    unowned: int = 0  # nobody knows whose they are
    unpriced: int = 0  # no amount
    future: int = 0  # after today
    repeated: int = 0  # the same sale again
    unconverted: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    refunds_only: int = 0  # credits of customers that never ordered, or from before they did

    @property
    def total(self) -> int:
        counts = self.unowned, self.unpriced, self.future, self.repeated, self.refunds_only
        return sum(counts) + sum(self.unconverted.values())


@dataclass(frozen=True, slots=True)
class Ledger:
    """The histories by customer, in the order of their ids, and what is in none of them."""

    base: str
    histories: Mapping[str, History]
    left_out: LeftOut


def ledger(
    sales: Iterable[Sale], rates: RateTable, today: date, share: Decimal = Decimal(1)
) -> Ledger:
    """Every customer's history in the base currency. The order of the sales does not matter.

    Args:
        sales: orders and won deals, as the records have them.
        rates: the base currency and what others are worth in it.
        today: what is dated later is left out.
        share: what is left of an amount after its own costs, where a sale does not say it.
    """
    sieve = _Sieve(rates, today, share)
    priced = []
    for sale in sales:
        if sale.amount is None or not _is_finite(sale, sale.amount):
            sieve.wrong["unpriced"] += 1
        else:
            priced.append((sale, sale.amount))
    for sale, amount in sorted(priced, key=_order):
        sieve.take(sale, amount)
    histories = {}
    for customer, brought in sieve.kept.items():
        history, dropped = _history(customer, brought)
        sieve.wrong["refunds_only"] += dropped
        if history is not None:
            histories[customer] = history
    left_out = LeftOut(unconverted=dict(sorted(sieve.foreign.items())), **sieve.wrong)
    return Ledger(rates.base, histories, left_out)


def _order(priced: tuple[Sale, Money]) -> tuple[str, date, str, str, str, Decimal, Decimal]:
    """Orders sales by all that they say, so that the records' order does not count."""
    sale, amount = priced
    margin = amount.amount if sale.margin is None else sale.margin
    said = sale.customer, sale.on, sale.id, sale.order, amount.currency
    return (*said, amount.amount, margin)


class _Kept(NamedTuple):
    bought: Bought
    order: str


class _Sieve:
    """Keeps the sales that can be used, and counts the others by their fault."""

    def __init__(self, rates: RateTable, today: date, share: Decimal) -> None:
        self._rates, self._today, self._share = rates, today, share
        self._seen: set[str] = set()
        self.kept: dict[str, list[_Kept]] = {}
        self.wrong: Counter[str] = Counter()
        self.foreign: Counter[str] = Counter()

    def take(self, sale: Sale, amount: Money) -> None:
        if fault := self._fault(sale):
            self.wrong[fault] += 1
        elif (rate := self._rates.rate(amount.currency, sale.on)) is None:
            self.foreign[amount.currency] += 1
        else:
            self._seen.add(sale.id)
            margin = amount.amount * self._share if sale.margin is None else sale.margin
            bought = Bought(sale.on, margin * rate, ordered=amount.amount >= 0)
            self.kept.setdefault(sale.customer, []).append(_Kept(bought, sale.order))

    def _fault(self, sale: Sale) -> str:
        if not sale.customer:
            return "unowned"
        if sale.on > self._today:
            return "future"
        return "repeated" if sale.id and sale.id in self._seen else ""


def _is_finite(sale: Sale, amount: Money) -> bool:
    return amount.amount.is_finite() and (sale.margin is None or sale.margin.is_finite())


def _history(customer: str, kept: Sequence[_Kept]) -> tuple[History | None, int]:
    """The history, and how many credits came before any order; `kept` is oldest first."""
    first = min((one.bought.on for one in kept if one.bought.ordered), default=None)
    if first is None:
        return None, len(kept)
    used = [one for one in kept if one.bought.on >= first]
    by_day = groupby((one.bought for one in used), key=lambda one: one.on)
    days = tuple(_day(on, tuple(sales)) for on, sales in by_day)
    return History(customer, days, _orders(used)), len(kept) - len(used)


def _orders(kept: Iterable[_Kept]) -> int:
    """An order that is named counts once, however many lines it has."""
    lines = Counter(one.order for one in kept if one.bought.ordered)
    return lines.pop("", 0) + len(lines)


def _day(on: date, sales: tuple[Bought, ...]) -> Bought:
    if len(sales) == 1:
        return sales[0]
    total = sum((one.margin for one in sales), Decimal())
    return Bought(on, total, ordered=any(one.ordered for one in sales))
