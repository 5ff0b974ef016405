"""Amounts by holder out of a CSV file: who brings how much, in which span."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from agent.tables import BadRow, DayOrder, TableRow, Unreadable, read_csv, read_day, read_number
from bbm_core.balance.concentration import add_up
from bbm_core.errors import ConfigError


class Span(StrEnum):
    """Into which spans the rows are cut."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"

    def of(self, day: date) -> str:
        match self:
            case Span.YEAR:
                return f"{day.year}"
            case Span.QUARTER:
                return f"{day.year}Q{(day.month + 2) // 3}"
            case Span.MONTH:
                return f"{day.year}-{day.month:02}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which columns say what."""

    customer: str
    amounts: tuple[str, ...]  # added up
    day: str = ""
    date_order: DayOrder | None = None  # None: what the column itself tells
    each: Span | None = None
    where: Mapping[str, str]  # rows that have these values


@dataclass(frozen=True, slots=True)
class Spread:
    """Amounts by span (empty for the whole) and holder, and what could not be used."""

    amounts: Mapping[str, Mapping[str, Decimal]]
    rows: int
    passed_over: int  # rows that `where` leaves out
    nameless: int  # rows without a customer
    bad: tuple[BadRow, ...]


def read_spread(path: Path, columns: Columns) -> Spread:
    """Add up the amounts of each customer, span by span.

    Raises:
        ConfigError: the file cannot be read, or lacks a column that is named.
    """
    named = [columns.customer, *columns.amounts, *columns.where]
    table = read_csv(path, needed=[*named, *([columns.day] if columns.day else ())])
    if not columns.date_order:
        columns = replace(columns, date_order=table.day_order(columns.day))
    chosen = [row for row in table.rows if _chosen(row, columns.where)]
    counts: Counter[str] = Counter()
    bad = list(table.bad)
    found: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
    for row in chosen:
        try:
            for span, name, amount in _read(row, columns):
                found[span].append((name, amount))
                counts["used"] += 1
        except Unreadable as error:
            bad.append(BadRow(row.line, str(error)))
    return Spread(
        amounts={span: add_up(found[span]) for span in sorted(found)},
        rows=counts["used"],
        passed_over=len(table.rows) - len(chosen),
        nameless=sum(columns.customer not in row.cells for row in chosen),
        bad=tuple(sorted(bad, key=lambda one: one.line)),
    )


def read_where(conditions: Sequence[str]) -> Mapping[str, str]:
    """Conditions as people write them, COLUMN=VALUE.

    Raises:
        ConfigError: one is written otherwise.
    """
    pairs = [condition.partition("=") for condition in conditions]
    for name, equals, _ in pairs:
        if not (name.strip() and equals):
            raise ConfigError(
                f"--where {name}{equals} is no condition.",
                hint="Write COLUMN=VALUE, such as --where stage=Won.",
                code="BBM-CK-001",
            )
    return {name.strip(): value.strip() for name, _, value in pairs}


def _chosen(row: TableRow, where: Mapping[str, str]) -> bool:
    return all(row.cells.get(name, "") == value for name, value in where.items())


def _read(row: TableRow, columns: Columns) -> Iterator[tuple[str, str, Decimal]]:
    """Span, customer and amount of a row; nothing where it has no customer."""
    name = row.cells.get(columns.customer)
    if name is None:
        return
    cells = [row.cells[column] for column in columns.amounts if column in row.cells]
    if not cells:
        raise Unreadable(f"there is no {' and no '.join(columns.amounts)}")
    amount = sum((read_number(cell) for cell in cells), Decimal(0))
    yield _span(row, columns), name, amount


def _span(row: TableRow, columns: Columns) -> str:
    if columns.each is None:
        return ""
    day = row.cells.get(columns.day)
    if day is None:
        raise Unreadable(f"there is no {columns.day}")
    return columns.each.of(read_day(day, columns.date_order))
