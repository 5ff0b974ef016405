"""Counting everything anew from the kept facts, chunk by chunk."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from agent.store import schema
from agent.store.columns import RowValues
from agent.store.counting import Book, add_cells, all_cells, place_all
from agent.store.database import chunks
from agent.store.rows import COLUMNS, Counting, counting_columns, kept_entries, ref_of, to_kept
from bbm_core.records import RecordRef

_AT_ONCE = 2000


def rebuild(connection: Connection, counting: Counting) -> None:
    """Count anew, by these dimensions and in this currency."""
    _recount_rows(connection, counting)
    connection.execute(delete(schema.cell))
    for accounts in _account_chunks(connection):
        add_cells(connection, all_cells(_members(connection, accounts)))
    table = schema.record
    for rows in _walk(connection, table.c.account.is_(None)):
        by_ref = {ref_of(row): row for row in rows}
        add_cells(connection, all_cells(place_all(by_ref, kept_entries(connection, by_ref))))


def _recount_rows(connection: Connection, counting: Counting) -> None:
    """Bring the counted columns of every record up to date."""
    table = schema.record
    statement = (
        update(table)
        .where(table.c.kind == bindparam("of_kind"), table.c.id == bindparam("of_id"))
        .values(
            amount=bindparam("new_amount"),
            foreign_currency=bindparam("new_foreign_currency"),
            slices=bindparam("new_slices"),
        )
    )
    for rows in _walk(connection, table.c.gone_at.is_(None)):
        changed = [new for row in rows if (new := _recounted(row, counting)) is not None]
        if changed:
            connection.execute(statement, changed)


def _recounted(row: RowValues, counting: Counting) -> dict[str, Any] | None:
    kept = to_kept(row, ())
    columns = counting_columns(kept.record, kept.attributes, counting)
    if all(row[name] == value for name, value in columns.items()):
        return None
    return {
        "of_kind": row["kind"],
        "of_id": row["id"],
        **{f"new_{name}": value for name, value in columns.items()},
    }


def _account_chunks(connection: Connection) -> Iterator[Sequence[str]]:
    column = schema.record.c.account
    query = select(column).where(column.is_not(None)).distinct().order_by(column)
    accounts = list(connection.execute(query).scalars())
    for start in range(0, len(accounts), _AT_ONCE):
        yield accounts[start : start + _AT_ONCE]


def _members(connection: Connection, accounts: Sequence[str]) -> Book:
    table, rows = schema.record, dict[RecordRef, RowValues]()
    for chunk in chunks(accounts):
        query = select(*_PLACING).where(table.c.account.in_(chunk), table.c.gone_at.is_(None))
        rows |= {ref_of(row): row for row in connection.execute(query).mappings().all()}
    return place_all(rows, kept_entries(connection, rows))


# Rows are long, and thousands of accounts have many: so only what placing a record asks for.
_PLACED_BY = ("account", "flag", "version", "segment", "amount", "slices", "gone_at")
_PLACING = [schema.record.c[name] for name in ("kind", "id", *_PLACED_BY)]


def _walk(connection: Connection, condition: Any) -> Iterator[Sequence[RowValues]]:
    """The rows that meet the condition, in chunks; rows may be changed on the way."""
    table = schema.record
    for kind in connection.execute(select(table.c.kind).distinct()).scalars().all():
        after = ""
        query = select(*COLUMNS).where(table.c.kind == kind, condition).order_by(table.c.id)
        while (
            rows := connection.execute(query.where(table.c.id > after).limit(_AT_ONCE))
            .mappings()
            .all()
        ):
            yield rows
            after = rows[-1]["id"]
