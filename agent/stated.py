"""What is stated about customers: attributes of their accounts, and the rows of a CSV file."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from agent.capabilities.contracts import ended_on
from agent.capabilities.use import in_use
from agent.config.ltv import CUSTOMER_COLUMNS
from agent.orders import currency_of, present
from agent.record_ids import long_form
from agent.tables import (
    BadRow,
    DayOrder,
    TableRow,
    Unreadable,
    read_csv,
    read_day,
    read_flag,
    read_number,
)
from agent.wiring import Books
from bbm_core.book import BookRecord
from bbm_core.icp.classify import Flag
from bbm_core.records import RecordKind, Value
from bbm_core.value.customer import Stated
from bbm_core.value.money import RateTable
from connectors.capabilities import Capability


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts of the book: their fit, what they state, and the group each belongs to."""

    flags: Mapping[str, Flag]
    stated: Mapping[str, Stated]
    groups: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    unread: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Values that are not what their attribute should hold, counted by attribute."""


@dataclass(frozen=True, slots=True)
class StatedFile:
    """The rows of the file, those that could not be used, and those in a currency without rate."""

    stated: Mapping[str, Stated] = field(default_factory=lambda: MappingProxyType({}))
    bad: tuple[BadRow, ...] = ()
    unconverted: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


def read_accounts(books: Books, by: str = "") -> Accounts:
    """Every account of the book; `by` is the attribute that groups them."""
    reader, ended = _Reader(books), _ended(books)
    flags, stated, groups = {}, {}, {}
    for one in books.store.book(RecordKind.ACCOUNT):
        flags[one.ref.id] = one.flag
        found = reader.stated(one)
        if one.ref.id in ended and not found.left:
            found = replace(found, left=True, left_on=ended[one.ref.id])
        if found != _NOTHING:
            stated[one.ref.id] = found
        if by and by in one.attributes:
            groups[one.ref.id] = _text(one.attributes[by])
    return Accounts(flags, stated, groups, dict(sorted(reader.unread.items())))


def _ended(books: Books) -> Mapping[str, date]:
    """When the last contract of each account ends, where contracts are to tell that."""
    wanted = Capability.CONTRACTS in in_use(books.settings)
    return ended_on(books.store) if wanted else {}


def read_stated_file(books: Books, rates: RateTable, today: date) -> StatedFile:
    """What the configured file says; nothing where none is configured.

    Raises:
        ConfigError: the file cannot be read, or a column is missing.
    """
    chosen = books.settings.ltv
    if not chosen.customers:
        return StatedFile()
    named = {str(name): column for name, column in chosen.customer_columns.items()}
    columns = CUSTOMER_COLUMNS | named
    needed = dict.fromkeys([columns["account"], *named.values()])
    table = read_csv(books.folder / chosen.customers, needed)
    orders = {
        name: chosen.date_order or table.day_order(columns[name]) for name in ("started", "churned")
    }
    rows = _Rows(present(table, columns), rates, today, books.settings.crm.kind, orders)
    for row in table.rows:
        rows.take(row)
    bad = tuple(sorted([*table.bad, *rows.bad], key=lambda one: one.line))
    return StatedFile(rows.stated, bad, dict(sorted(rows.unconverted.items())))


def together(first: Stated, over: Stated) -> Stated:
    """Both; where both say something, the second counts."""
    left = over if over.left else first
    return Stated(
        ltv=first.ltv if over.ltv is None else over.ltv,
        yearly=first.yearly if over.yearly is None else over.yearly,
        started=over.started or first.started,
        left=left.left,
        left_on=left.left_on,
        segment=over.segment or first.segment,
    )


def makes_customer(stated: Stated) -> bool:
    """Whether an account without any order is a customer: CRMs show 0 for those that are none."""
    return bool(stated.ltv or stated.yearly or stated.started or stated.left)


_NOTHING = Stated()


class _Reader:
    """Reads the attributes of accounts that `[ltv]` names, and counts what cannot be read."""

    def __init__(self, books: Books) -> None:
        self._chosen = books.settings.ltv
        self.unread: Counter[str] = Counter()

    def stated(self, account: BookRecord) -> Stated:
        chosen = self._chosen
        left, left_on = self._leaving(account, chosen.churned)
        return Stated(
            ltv=self._amount(account, chosen.stated_ltv),
            yearly=self._amount(account, chosen.yearly_margin),
            started=self._day(account, chosen.started),
            left=left,
            left_on=left_on,
            segment=_text(account.attributes.get(chosen.segment, "")),
        )

    def _amount(self, account: BookRecord, name: str) -> Decimal | None:
        value = account.attributes.get(name)
        try:
            return None if value is None else _number(value)
        except Unreadable:
            self.unread[name] += 1
            return None

    def _day(self, account: BookRecord, name: str) -> date | None:
        value = account.attributes.get(name)
        try:
            return None if value is None else _day(value)
        except Unreadable:
            self.unread[name] += 1
            return None

    def _leaving(self, account: BookRecord, name: str) -> tuple[bool, date | None]:
        value = account.attributes.get(name)
        try:
            return (False, None) if value is None else _left(value)
        except Unreadable:
            self.unread[name] += 1
            return False, None


class _Rows:
    """Reads the rows of the file, one an account; a second row of an account is a bad one."""

    def __init__(
        self,
        columns: Mapping[str, str],
        rates: RateTable,
        today: date,
        crm: str,
        orders: Mapping[str, DayOrder | None],
    ) -> None:
        self._columns, self._rates, self._today, self._crm = columns, rates, today, crm
        self._orders = orders
        self.stated: dict[str, Stated] = {}
        self.bad: list[BadRow] = []
        self.unconverted: Counter[str] = Counter()

    def take(self, row: TableRow) -> None:
        cells = {name: row.cells[c] for name, c in self._columns.items() if c in row.cells}
        try:
            account = self._account(cells)
            self.stated[account] = self._stated(row, cells)
        except Unreadable as error:
            self.bad.append(BadRow(row.line, str(error)))

    def _account(self, cells: Mapping[str, str]) -> str:
        if "account" not in cells:
            raise Unreadable(f"there is no {self._columns['account']}")
        account = long_form(self._crm, cells["account"])
        if account in self.stated:
            raise Unreadable(f"{account} has a row already")
        return account

    def _stated(self, row: TableRow, cells: Mapping[str, str]) -> Stated:
        left, left_on = (False, None)
        if "churned" in cells:
            left, left_on = _left(cells["churned"], self._orders["churned"])
        found = Stated(
            started=self._started(cells),
            left=left,
            left_on=left_on,
            segment=cells.get("segment", ""),
        )
        if not {"ltv", "margin"} & cells.keys():
            return found
        currency = currency_of(row, self._columns)
        rate = self._rates.rate(currency or self._rates.base, self._today)
        if rate is None:
            self.unconverted[currency] += 1
            return found
        ltv, yearly = (
            read_number(cells[name]) * rate if name in cells else None for name in ("ltv", "margin")
        )
        return replace(found, ltv=ltv, yearly=yearly)

    def _started(self, cells: Mapping[str, str]) -> date | None:
        return read_day(cells["started"], self._orders["started"]) if "started" in cells else None


def _number(value: Value) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise Unreadable(f"{value!r} is no number")
    return read_number(value) if isinstance(value, str) else Decimal(value)


def _day(value: Value) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        return read_day(value)
    raise Unreadable(f"{value!r} is no day")


def _left(value: Value, order: DayOrder | None = None) -> tuple[bool, date | None]:
    """Whether it left, and the day where that is what stands there."""
    if isinstance(value, bool):
        return value, None
    if isinstance(value, str):
        try:
            return read_flag(value), None
        except Unreadable:
            return True, read_day(value, order)
    return True, _day(value)


def _text(value: Value) -> str:
    return ";".join(value) if isinstance(value, tuple) else str(value)
