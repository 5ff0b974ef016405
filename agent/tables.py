"""Tables that people hand over as CSV files: read with care, every bad row named with its line.

An export may begin with a byte order mark, be written in Shift_JIS (as Excel in Japan writes it),
hold blank lines and rows of the wrong length. What cannot be used is counted with its reason, and
the other rows go on.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path

from bbm_core.errors import ConfigError

ENCODINGS = ("utf-8-sig", "cp932")
"""Tried in this order; Shift_JIS as Windows writes it accepts nearly anything, so it comes last."""

_TRUE = frozenset({"1", "true", "t", "yes", "y", "はい"})
_FALSE = frozenset({"0", "false", "f", "no", "n", "いいえ"})
_JAPANESE_DATE = str.maketrans("年月/", "---", "日")
_MONEY_SIGNS = str.maketrans("", "", ",，¥￥$€ ")


_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)")
_MONTHS = 12


class DayOrder(StrEnum):
    """What comes first in a day whose year comes last: 11/9/2022."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


class Unreadable(Exception):
    """A cell that is not what it should be; the message says what stands there."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its line in the file, and its cells by column; a blank cell is an absent key."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be used, and why."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class CsvTable:
    """What a file holds: its columns in order, its rows, and the rows that were no rows."""

    path: Path
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    bad: tuple[BadRow, ...] = field(default=())

    def day_order(self, column: str) -> DayOrder | None:
        """How the column writes its days: one after the 12th tells it for all.

        None where no cell tells it, or where the cells disagree.
        """
        matches = (_YEAR_LAST.match(row.cells.get(column, "")) for row in self.rows)
        told = {order for found in matches if found and (order := _told(found))}
        return told.pop() if len(told) == 1 else None


def read_csv(path: Path, needed: Iterable[str] = ()) -> CsvTable:
    """Read a CSV file with a header.

    Args:
        path: the file.
        needed: columns that must be there.

    Raises:
        ConfigError: there is no such file, it is no text, it has no header, two columns have one
            name, or a needed column is missing (with the nearest names that are there).
    """
    lines = _text(path).splitlines(keepends=True)
    reader = csv.reader(lines)
    header = next((row for row in reader if any(row)), None)
    if header is None:
        raise ConfigError(
            f"{path} is empty.", hint="Hand over a CSV file with a header.", code="BBM-TB-002"
        )
    columns = tuple(name.strip() for name in header)
    _check(path, columns, needed)
    rows, bad = [], []
    for row in reader:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(columns):
            why = f"{len(row)} cells where the header has {len(columns)}"
            bad.append(BadRow(reader.line_num, why))
            continue
        cells = {name: cell.strip() for name, cell in zip(columns, row, strict=True)}
        rows.append(TableRow(reader.line_num, {k: v for k, v in cells.items() if v}))
    return CsvTable(path, columns, tuple(rows), tuple(bad))


def read_number(text: str) -> Decimal:
    """A number as people write it: 1,234.5, ¥1,200, 12 %, (300) for a negative one.

    Raises:
        Unreadable: it is none, or not finite.
    """
    plain = text.strip()
    negative = plain.startswith("(") and plain.endswith(")")
    plain = plain.strip("()").translate(_MONEY_SIGNS)
    share = plain.endswith(("%", "％"))
    try:
        number = Decimal(plain.rstrip("%％"))
    except InvalidOperation as error:
        raise Unreadable(f"{text!r} is no number") from error
    if not number.is_finite():
        raise Unreadable(f"{text!r} is no number")
    number = -number if negative else number
    return number / 100 if share else number


def read_day(text: str, order: DayOrder | None = None) -> date:
    """A day: 2026-11-27, 2026/11/27, 2026年11月27日, 27.11.2026; of a moment, its day.

    `order` says what 11/9/2022 means; without it only such a day after the 12th can be read.

    Raises:
        Unreadable: it is none, or may be two.
    """
    return read_moment(text, order).date()


def read_moment(text: str, order: DayOrder | None = None) -> datetime:
    """A moment, or the beginning of a day; without a zone it is taken as UTC.

    Raises:
        Unreadable: it is neither, or its day may be two.
    """
    plain = _year_first(text.strip(), order).translate(_JAPANESE_DATE).replace("T", " ", 1)
    day, gap, clock = plain.partition(" ")
    day = "-".join(part.zfill(2) for part in day.split("-"))
    if clock:
        hour, colon, rest = clock.strip().partition(":")
        clock = f"{hour.zfill(2)}{colon}{rest}"
    try:
        moment = datetime.fromisoformat(f"{day}{gap}{clock}")
    except ValueError as error:
        raise Unreadable(f"{text!r} is no date and no time") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def read_flag(text: str) -> bool:
    """Yes or no, in the words of exports.

    Raises:
        Unreadable: it is neither.
    """
    plain = text.strip().casefold()
    if plain in _TRUE:
        return True
    if plain in _FALSE:
        return False
    raise Unreadable(f"{text!r} is neither yes nor no")


def _year_first(text: str, order: DayOrder | None) -> str:
    """11/9/2022 as 2022-11-9 or 2022-9-11; anything else as it stands."""
    found = _YEAR_LAST.match(text)
    if found is None:
        return text
    first, mark, second, year = found.groups()
    if mark == ".":
        order = DayOrder.DAY_FIRST
    elif first == second:
        order = DayOrder.MONTH_FIRST
    match order or _told(found):
        case DayOrder.MONTH_FIRST:
            return f"{year}-{first}-{second}{text[found.end() :]}"
        case DayOrder.DAY_FIRST:
            return f"{year}-{second}-{first}{text[found.end() :]}"
        case None:
            why = f"{text!r} does not say which of {first} and {second} is the month"
            raise Unreadable(f"{why}; write the year first, or state the date order")


def _told(found: re.Match[str]) -> DayOrder | None:
    """The order that this day alone tells: no month is above 12."""
    first, second = int(found[1]), int(found[3])
    if (first > _MONTHS) == (second > _MONTHS):
        return None
    return DayOrder.DAY_FIRST if first > _MONTHS else DayOrder.MONTH_FIRST


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"The file {path} cannot be read: {error.strerror}.",
            hint="Name a CSV file that this user may read.",
            code="BBM-TB-001",
        ) from error
    if b"\0" in raw:
        raise _no_text(path)
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _no_text(path)


def _no_text(path: Path) -> ConfigError:
    return ConfigError(
        f"{path} is neither UTF-8 nor Shift_JIS text.",
        hint="Save it as CSV in UTF-8.",
        code="BBM-TB-002",
    )


def _check(path: Path, columns: Sequence[str], needed: Iterable[str]) -> None:
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise ConfigError(
            f"{path} has two columns named {', '.join(map(repr, twice))}.",
            hint="Give each column a name of its own.",
            code="BBM-TB-003",
        )
    missing = [name for name in needed if name not in columns]
    if missing:
        near = [*_near(missing, columns)]
        suggestion = f"Did you mean {', '.join(near)}? " if near else ""
        raise ConfigError(
            f"{path} has no column {', '.join(map(repr, missing))}.",
            hint=f"{suggestion}It has: {', '.join(columns)}.",
            code="BBM-TB-004",
        )


def _near(missing: Iterable[str], columns: Sequence[str]) -> Iterator[str]:
    for name in missing:
        yield from get_close_matches(name, columns, n=1)
