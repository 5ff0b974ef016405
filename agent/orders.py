"""Orders: won opportunities of the book, or the rows of a CSV file."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

from agent.config.ltv import ORDER_COLUMNS
from agent.record_ids import long_form
from agent.tables import (
    BadRow,
    CsvTable,
    DayOrder,
    TableRow,
    Unreadable,
    read_csv,
    read_day,
    read_number,
)
from agent.wiring import Books
from bbm_core.book import BookRecord
from bbm_core.icp.classify import Flag
from bbm_core.records import Money, Outcome, RecordKind
from bbm_core.value.history import Sale

BASE = ""
"""The currency of amounts that name none: the base currency, whichever that will be."""

NEEDED = ("account", "date", "amount")


@dataclass(frozen=True, slots=True)
class Orders:
    """Sales as they are recorded, and the rows of a file that could not be used."""

    sales: tuple[Sale, ...]
    bad: tuple[BadRow, ...] = ()
    flags: Mapping[str, Flag] = field(default_factory=lambda: MappingProxyType({}))
    """The fit of accounts by their newest won opportunity, for books without accounts."""
    groups: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What the newest row of a customer says in the file's column `group`."""


def read_orders(books: Books) -> Orders:
    """The orders of the configured file, else the won opportunities; renewals are orders too.

    Raises:
        ConfigError: the file cannot be read, or a column is missing.
    """
    chosen = books.settings.ltv
    if not chosen.orders:
        return _won(books)
    path = books.folder / chosen.orders
    crm = books.settings.crm.kind
    named = {str(name): column for name, column in chosen.order_columns.items()}
    return orders_of_file(
        path, ORDER_COLUMNS | named, named, lambda id_: long_form(crm, id_), chosen.date_order
    )


def orders_of_file(
    path: Path,
    columns: Mapping[str, str],
    named: Mapping[str, str],
    id_of: Callable[[str], str] = str,
    date_order: DayOrder | None = None,
) -> Orders:
    """The orders of a CSV file.

    Args:
        path: the file.
        columns: what its columns are called, by their meaning.
        named: those that must be there, because somebody named them.
        id_of: the account's id as it is kept.
        date_order: what 11/9/2022 means; None: what the column's other days tell.

    Raises:
        ConfigError: the file cannot be read, or a column is missing.
    """
    needed = dict.fromkeys([*(columns[name] for name in NEEDED), *named.values()])
    table = read_csv(path, needed)
    known = present(table, columns)
    order = date_order or table.day_order(columns["date"])
    sales, bad, groups = [], list(table.bad), _Groups(known.get("group", ""))
    for row in table.rows:
        try:
            sale = _sale(row, known, id_of, order)
        except Unreadable as error:
            bad.append(BadRow(row.line, str(error)))
        else:
            sales.append(sale)
            groups.take(sale, row)
    bad.sort(key=lambda one: one.line)
    return Orders(tuple(sales), tuple(bad), groups=groups.found)


def present(table: CsvTable, columns: Mapping[str, str]) -> Mapping[str, str]:
    """The columns that the file has."""
    return {name: column for name, column in columns.items() if column in table.columns}


def currency_of(row: TableRow, columns: Mapping[str, str]) -> str:
    """The row's currency; where the file has a column for it, each row must say it.

    Raises:
        Unreadable: the row does not.
    """
    column = columns.get("currency")
    if column is None:
        return BASE
    if column not in row.cells:
        raise Unreadable(f"there is no {column}")
    return row.cells[column].upper()


def _sale(
    row: TableRow,
    columns: Mapping[str, str],
    id_of: Callable[[str], str],
    order: DayOrder | None,
) -> Sale:
    cells = {name: row.cells.get(column, "") for name, column in columns.items()}
    if not cells["date"]:
        raise Unreadable(f"there is no {columns['date']}")
    amount = read_number(cells["amount"]) if cells["amount"] else None
    return Sale(
        customer=id_of(cells["account"]) if cells["account"] else "",
        on=read_day(cells["date"], order),
        amount=None if amount is None else Money(amount, currency_of(row, columns)),
        margin=_margin(cells.get("margin", ""), amount),
        id=cells.get("id", ""),
        order=cells.get("order", ""),
    )


class _Groups:
    """The group that the newest row of each customer names; of one day's the first by name."""

    def __init__(self, column: str) -> None:
        self._column = column
        self._newest: dict[str, tuple[int, str]] = {}

    def take(self, sale: Sale, row: TableRow) -> None:
        if group := row.cells.get(self._column):
            found = -sale.on.toordinal(), group
            self._newest[sale.customer] = min(found, self._newest.get(sale.customer, found))

    @property
    def found(self) -> Mapping[str, str]:
        return {customer: group for customer, (_, group) in self._newest.items()}


def _margin(text: str, amount: Decimal | None) -> Decimal | None:
    """An amount, or with a percent sign a share of the order's amount."""
    if not text or amount is None:
        return None
    number = read_number(text)
    return number * amount if text.endswith(("%", "％")) else number


def _won(books: Books) -> Orders:
    sales: list[Sale] = []
    newest: dict[str, tuple[datetime, Flag]] = {}
    for one in _won_opportunities(books):
        closed = one.closed_at or one.created
        sales.append(_sold(one, closed, books.settings.ltv.order_margin))
        if one.account and (closed, one.flag) > newest.get(one.account, _NEVER):
            newest[one.account] = closed, one.flag
    return Orders(tuple(sales), flags={account: flag for account, (_, flag) in newest.items()})


_NEVER = datetime.min.replace(tzinfo=UTC), Flag.UNKNOWN


def _won_opportunities(books: Books) -> Iterator[BookRecord]:
    for one in books.store.book(RecordKind.OPPORTUNITY):
        if one.outcome is Outcome.WON:
            yield one


def _sold(one: BookRecord, closed: datetime, attribute: str) -> Sale:
    margin = one.attributes.get(attribute) if attribute else None
    is_number = isinstance(margin, Decimal | int) and not isinstance(margin, bool)
    return Sale(
        customer=one.account or "",
        on=closed.astimezone(UTC).date(),
        amount=one.amount,
        margin=Decimal(margin) if is_number else None,  # type: ignore[arg-type]  # it is a number
        id=one.ref.id,
    )
