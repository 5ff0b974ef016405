"""What customers are worth: orders and statements gathered, valued, told apart, kept."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from agent.capabilities.rates import kept_rates
from agent.config.ltv import LtvSettings
from agent.currency import rate_table, stated_currency
from agent.orders import BASE, Orders, read_orders
from agent.preflight import CURRENCY
from agent.stated import (
    Accounts,
    StatedFile,
    makes_customer,
    read_accounts,
    read_stated_file,
    together,
)
from agent.tables import BadRow
from agent.wiring import Books
from bbm_core.icp.classify import Flag
from bbm_core.value.case import Case, Terms
from bbm_core.value.customer import CustomerValue, Stated
from bbm_core.value.customers import classify_customers
from bbm_core.value.history import LeftOut, Sale, ledger
from bbm_core.value.ltv import Valuation, value_customers
from bbm_core.value.money import RateTable


class Margins(StrEnum):
    """How many of the orders state a margin of their own."""

    ALL = "all"
    SOME = "some"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """The customers with their values and classes, and all that must be said beside them."""

    as_of: date
    base: str  # empty: nobody says in which currency the amounts are
    chosen: LtvSettings
    valuation: Valuation
    customers: tuple[CustomerValue, ...]
    left_out: LeftOut
    margins: Margins
    flags: Mapping[str, Flag] | None = None  # None: there is no profile to fit
    by: str = ""  # what the groups are: an attribute or a column
    groups: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    bad: Mapping[str, tuple[BadRow, ...]] = field(default_factory=lambda: MappingProxyType({}))
    unread: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    unconverted: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    strangers: int = 0  # customers that are no account of the book


def value_book(books: Books, as_of: date, by: str = "") -> Worth:
    """What the customers of the book are worth.

    Raises:
        ConfigError: a configured file cannot be read, or lacks a column.
    """
    settings = books.settings
    orders, accounts = read_orders(books), read_accounts(books, by)
    rates = book_rates(books, currencies_of(orders.sales))
    file = read_stated_file(books, rates, as_of)
    stated = _stated(accounts, file, orders)
    flags = accounts.flags or orders.flags
    bad = {settings.ltv.orders: orders.bad, settings.ltv.customers: file.bad}
    found = value_orders(orders.sales, rates, settings.ltv, as_of, stated)
    return replace(
        found,
        flags=flags,
        by=by,
        groups=accounts.groups,
        bad={path: rows for path, rows in bad.items() if rows},
        unread=accounts.unread,
        unconverted=file.unconverted,
        strangers=sum(one.customer not in flags for one in found.customers),
    )


def value_orders(
    sales: Sequence[Sale],
    rates: RateTable,
    chosen: LtvSettings,
    as_of: date,
    stated: Mapping[str, Stated] = MappingProxyType({}),
) -> Worth:
    """What customers with these orders are worth.

    Args:
        sales: the orders; those without a currency are in the base currency.
        rates: the table of currencies.
        chosen: horizon, discount and the like.
        as_of: the day of the valuation; what is later is left out.
        stated: what is stated about customers; one without orders is a customer too.
    """
    books = ledger(sales, rates, as_of, chosen.margin)
    known = dict(stated)
    for customer, day in _bought_first(sales, as_of).items():
        # Who bought something of unknown price is a customer, of unknown value.
        if customer not in books.histories:
            known[customer] = together(Stated(started=day), known.get(customer, Stated()))
    terms = Terms(chosen.horizon_months, chosen.discount)
    valuation = value_customers(Case(books.histories, known, terms, as_of))
    return Worth(
        as_of=as_of,
        base=rates.base,
        chosen=chosen,
        valuation=valuation,
        customers=classify_customers(valuation.values, chosen.good),
        left_out=books.left_out,
        margins=_margins(sales),
    )


def _margins(sales: Iterable[Sale]) -> Margins:
    stated = {sale.margin is not None for sale in sales}
    if stated == {True}:
        return Margins.ALL
    return Margins.SOME if True in stated else Margins.NONE


def _stated(accounts: Accounts, file: StatedFile, orders: Orders) -> Mapping[str, Stated]:
    """What is stated about customers; accounts that are none are not among them."""
    buyers = {sale.customer for sale in orders.sales}
    stated = {
        account: said
        for account, said in accounts.stated.items()
        if account in buyers or makes_customer(said)
    }
    for account, said in file.stated.items():
        stated[account] = together(accounts.stated.get(account, Stated()), said)
    return stated


def _bought_first(sales: Iterable[Sale], as_of: date) -> Mapping[str, date]:
    first: dict[str, date] = {}
    for sale in sales:
        if sale.customer and sale.on <= as_of and not _takes_back(sale):
            first[sale.customer] = min(sale.on, first.get(sale.customer, sale.on))
    return first


def _takes_back(sale: Sale) -> bool:
    amount = sale.amount.amount if sale.amount else Decimal()
    return amount.is_finite() and amount < 0


def book_rates(books: Books, named: Iterable[str]) -> RateTable:
    """The table of currencies, into that of the figures, else into the most frequent one.

    Args:
        books: with the configuration, and what the CRM says of its currency.
        named: the currency of each amount; empty where it names none.
    """
    stated = stated_currency(books.settings) or books.store.fact(CURRENCY)
    base = stated or books.store.currency() or common_currency(named)
    return rate_table(books.settings.currencies, base, kept_rates(books.store))


def currencies_of(sales: Iterable[Sale]) -> Iterator[str]:
    return (sale.amount.currency for sale in sales if sale.amount)


def common_currency(named: Iterable[str]) -> str:
    """The most frequent currency; empty where no amount names one."""
    counts = Counter(name for name in named if name)
    return min(counts, key=lambda one: (-counts[one], one), default=BASE)
