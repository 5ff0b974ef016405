"""Cells as rows: what kept records add to them, take back from them, and how they are made anew."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, delete, select, tuple_

from agent.store import codec, schema
from agent.store.columns import RowValues
from agent.store.database import chunks, put
from agent.store.rows import FLAGS, flag_of
from bbm_core.balance.cells import (
    ZERO,
    CellKey,
    Cells,
    CellValue,
    JudgedEntry,
    Placement,
    Sums,
    Unit,
)
from bbm_core.balance.funnel import StageEntry
from bbm_core.icp.classify import Flag
from bbm_core.records import RecordRef
from bbm_core.scope import Segment

_KEY = ("version", "week", "unit", "dimension", "stage", "segment", "value")
# Asking an enum for its member costs several times a look-up, and a page asks 10,000 times.
_UNITS = {unit.value: unit for unit in Unit}
_SEGMENTS = {segment.value: segment for segment in Segment}
_TEXTS = {member: member.value for member in (*Unit, *Segment)}


@dataclass(frozen=True, slots=True)
class Placed:
    """How a record counts, for which account, and by which version of the profiles."""

    version: str
    account: str | None
    placement: Placement


Book = Mapping[RecordRef, Placed]
"""Records that count. A record that is gone or outside the scope is not among them."""


def place(row: RowValues, entries: Iterable[RowValues]) -> Placed | None:
    """How a record with this row and these entries counts; None when it does not."""
    flag = flag_of(row["flag"])
    if row["gone_at"] is not None or flag is None:
        return None
    placement = Placement(
        entries=tuple(_judged(entry, flag) for entry in entries),
        flag=flag,
        segment=_SEGMENTS[row["segment"]],
        amount=None if row["amount"] is None else Decimal(row["amount"]),
        slices=codec.load(row["slices"]),
    )
    return Placed(row["version"], row["account"], placement)


def place_all(
    rows: Mapping[RecordRef, RowValues],
    entries: Mapping[RecordRef, Sequence[RowValues]],
) -> Book:
    placed = {ref: place(row, entries.get(ref, ())) for ref, row in rows.items()}
    return {ref: one for ref, one in placed.items() if one is not None}


def concerned_accounts(before: Book, after: Book) -> set[str]:
    """The accounts that have to be counted again when `before` becomes `after`."""
    found = (
        book[ref].account
        for ref in _changed(before, after)
        for book in (before, after)
        if ref in book
    )
    return {account for account in found if account is not None}


def neighbours(connection: Connection, accounts: Iterable[str], touched: set[RecordRef]) -> Book:
    """The records of these accounts that are not touched themselves, as their accounts count them.

    That is without amounts and slices, which an account has not.
    """
    stays: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
    for chunk in chunks(sorted(accounts)):
        for row in connection.execute(_STAYS.where(_record.account.in_(chunk))).all():
            stays[row[:2]].append(row)
    refs = {RecordRef(codec.kind_of(kind), id_): rows for (kind, id_), rows in stays.items()}
    return {ref: _placed(rows) for ref, rows in refs.items() if ref not in touched}


_OF_RECORD = 6  # columns, before those of the stay
_record, _entry = schema.record.c, schema.stage_entry.c
_STAYS = (
    select(
        *(_record[name] for name in ("kind", "id", "version", "account", "flag", "segment")),
        *(_entry[name] for name in ("stage", "entered", "left", "flag_then")),
    )
    .outerjoin_from(
        schema.record,
        schema.stage_entry,
        (_record.kind == _entry.kind) & (_record.id == _entry.id),
    )
    .where(_record.gone_at.is_(None), _record.flag.is_not(None))
)
"""Records that count, a row for each of their stays, or one without a stage."""


def _placed(rows: Sequence[Row[Any]]) -> Placed:
    _, _, version, account, flag_now, segment = rows[0][:_OF_RECORD]
    flag = FLAGS[flag_now]
    entries = tuple(
        JudgedEntry(StageEntry(stage, entered, left), flag_of(flag_then) or flag)
        for stage, entered, left, flag_then in (row[_OF_RECORD:] for row in rows)
        if stage is not None
    )
    return Placed(
        version, account, Placement(entries=entries, flag=flag, segment=_SEGMENTS[segment])
    )


def change(before: Book, after: Book, others: Book) -> Cells:
    """By how much the cells change when `before` becomes `after`.

    `others` are the remaining records of the accounts concerned: an account counts once, so what
    it adds depends on all of its records.
    """
    changed, accounts = _changed(before, after), concerned_accounts(before, after)
    sums = Sums()
    for book, sign in ((before, -1), (after, 1)):
        for placed in (book[ref] for ref in changed if ref in book):
            sums.add_record(placed.placement, placed.version, sign)
        for version, placements in _of_accounts(accounts, book, others):
            sums.add_account(placements, version, sign)
    return sums.cells()


def all_cells(book: Book) -> Cells:
    """What these records add, all together."""
    return change({}, book, {})


def add_cells(connection: Connection, cells: Cells) -> None:
    """Add to the kept cells; those that come to nothing go."""
    if not cells:
        return
    kept = _kept_among(connection, cells)
    sums = {key: kept.get(key, ZERO) + value for key, value in cells.items()}
    filled = [_row(key, value) for key, value in sums.items() if not value.is_zero]
    put(connection, schema.cell, filled, ["tally"])
    _drop(connection, [key for key, value in sums.items() if value.is_zero and key in kept])


def to_cell(row: Row[Any]) -> tuple[CellKey, CellValue]:
    """The cell of a row with all columns in the order of the table."""
    version, week, unit, dimension, stage, segment, value, tally = tuple(row)
    key = CellKey(version, _UNITS[unit], stage, _day(week), _SEGMENTS[segment], dimension, value)
    return key, _value(tally)


_day = lru_cache(maxsize=4096)(date.fromisoformat)
_day_text = lru_cache(maxsize=4096)(date.isoformat)
"""Tables have few weeks and many cells of each."""


def _changed(before: Book, after: Book) -> Sequence[RecordRef]:
    refs = {**before, **after}  # not a set, whose order differs from run to run
    return [ref for ref in refs if before.get(ref) != after.get(ref)]


def _of_accounts(accounts: set[str], *books: Book) -> Iterator[tuple[str, Sequence[Placement]]]:
    """Each account's records, version by version: figures of two definitions never mix."""
    members: dict[tuple[str, str], list[Placement]] = defaultdict(list)
    for book in books:
        for placed in book.values():
            if placed.account in accounts:
                members[placed.account, placed.version].append(placed.placement)
    for (_, version), placements in members.items():
        yield version, placements


def _judged(entry: RowValues, flag: Flag) -> JudgedEntry:
    stay = StageEntry(entry["stage"], entry["entered"], entry["left"])
    # A record that came into scope later has no flag of then; today's is the nearest there is.
    return JudgedEntry(stay, flag_of(entry["flag_then"]) or flag)


def _kept_among(connection: Connection, wanted: Iterable[CellKey]) -> Cells:
    """The kept ones among these cells; a page touches few weeks, so those are read whole."""
    table = schema.cell
    keys = {_key_columns(key): key for key in wanted}
    weeks: dict[str, set[str]] = defaultdict(set)
    for key in keys.values():
        weeks[key.version].add(key.week.isoformat())
    found: dict[CellKey, CellValue] = {}
    columns = [table.c[name] for name in (*_KEY, "tally")]
    for version, days in weeks.items():
        for chunk in chunks(sorted(days)):
            query = select(*columns).where(table.c.version == version, table.c.week.in_(chunk))
            for row in connection.execute(query).all():
                if known := keys.get(tuple(row[:-1])):
                    found[known] = _value(row[-1])
    return found


def _drop(connection: Connection, keys: Sequence[CellKey]) -> None:
    table = schema.cell
    columns = tuple_(*(table.c[name] for name in _KEY))
    for chunk in chunks(keys):
        values = [_key_columns(key) for key in chunk]
        connection.execute(delete(table).where(columns.in_(values)))


def _row(key: CellKey, value: CellValue) -> dict[str, str]:
    return {**dict(zip(_KEY, _key_columns(key), strict=True)), "tally": _tally(value)}


def _key_columns(key: CellKey) -> tuple[str, ...]:
    """In the order of `_KEY`."""
    version, unit, stage, week, segment, dimension, value = key
    return version, _day_text(week), _TEXTS[unit], dimension, stage, _TEXTS[segment], value


def _tally(value: CellValue) -> str:
    """The counts and amounts that are not zero."""
    present = {name: measure for name, measure in value._asdict().items() if measure}
    return codec.dump(codec.encode_values(present))


@lru_cache(maxsize=4096)  # most cells of a table hold one of a few small counts
def _value(tally: str) -> CellValue:
    present = codec.load(tally)
    return CellValue(**{name: _measure(stored) for name, stored in present.items()})


def _measure(stored: Any) -> Any:
    """A count, or an amount; whole tables of these are read, so the usual one is read at once."""
    if type(stored) is int:
        return stored
    amount = stored.get("decimal")
    return codec.decode_value(stored) if amount is None else Decimal(amount)
