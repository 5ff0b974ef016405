"""What differs between SQLite and PostgreSQL; everything else runs the same statements."""

import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Table,
    create_engine,
    event,
    func,
    make_url,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Dialect
from sqlalchemy.exc import ArgumentError

from bbm_core.errors import ConfigError

READING = "bbm_reading"
"""Execution option of a connection that only reads."""

_BUSY_MILLISECONDS = 5000
_FIXED_IN = ((3, 44, 6), (3, 50, 7), (3, 51, 3))  # each a branch with the fix; 3.53 on has it
_ADVISORY_KEY = 0x62626D  # "bbm"


def open_engine(url: str, *, durable: bool = True) -> Engine:
    """An engine with what durability asks for; nothing is connected yet.

    What a process has written outlives it, however it ends. Where the state need not be `durable`,
    nothing waits for the disk, and a power cut may damage the file.
    """
    address = _address(url)
    try:
        # An error must not show what was being kept: errors are logged.
        engine = create_engine(address, hide_parameters=True)
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"The driver for this state is not installed ({error.name}).",
            hint='For PostgreSQL install one with `pip install "psycopg[binary]"`.',
            code="BBM-STORE-002",
        ) from error
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, durable=durable)
    return engine


def sqlite_file(url: URL) -> Path | None:
    """The file of an SQLite state; None in memory and on PostgreSQL."""
    name = url.database
    if url.get_backend_name() != "sqlite" or not name or name == ":memory:":
        return None
    return Path(name)


def create_private(path: Path) -> None:
    """Create the file if it is missing, readable by its owner alone.

    Raises:
        ConfigError: This user may not, or something else is there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise ConfigError(
            f"The state cannot be kept in {path}: {error.strerror}.",
            hint="Let this user write the file and its folder, or name another in [state] url.",
            code="BBM-STORE-012",
        ) from error


def journal_mode(version: tuple[int, int, int]) -> str:
    """WAL where it is safe.

    Until 3.51.2, with few exceptions, two connections in WAL mode can corrupt the file when the
    log is reset; the rollback journal never had that fault.
    """
    patched = any(version[:2] == fix[:2] and version >= fix for fix in _FIXED_IN)
    return "WAL" if patched or version >= (3, 51, 3) else "DELETE"


def upsert(
    dialect: Dialect, table: Table, update: Mapping[str, ColumnElement[Any]] | Sequence[str]
) -> Any:
    """An insert that, where the key exists, sets the columns anew instead.

    `update` names the columns that take the new values, or maps columns to expressions over
    `excluded_of`. The result has a dialect's own type, and no common one to name.
    """
    if isinstance(update, Mapping):
        return _upsert(_insert(dialect.name, table), table, update)
    return _plain_upsert(dialect.name, table, tuple(update))


def execute_many(
    connection: Connection, statement: Any, rows: Sequence[Mapping[str, object]]
) -> None:
    """Carry out a statement that is kept, once with each row; all rows name the same columns.

    SQLAlchemy makes each row ready anew, which takes longer than SQLite takes to keep it.
    """
    if rows:
        text, ready = _prepared(connection.dialect, statement, tuple(rows[0]))
        connection.exec_driver_sql(text, [ready(row) for row in rows])


@lru_cache(maxsize=128)
def _prepared(
    dialect: Dialect, statement: Any, columns: tuple[str, ...]
) -> tuple[str, Callable[[Mapping[str, object]], Any]]:
    """The statement's text, and what makes a row its parameters."""
    compiled = statement.compile(dialect=dialect, column_keys=list(columns))
    names = tuple(compiled.positiontup or compiled.binds)
    types = [compiled.binds[name].type.dialect_impl(dialect) for name in names]
    encoders = [(place, type_.bind_processor(dialect)) for place, type_ in enumerate(types)]
    encoded = [(place, encode) for place, encode in encoders if encode is not None]

    def ready(row: Mapping[str, object]) -> Any:
        values = [row[name] for name in names]
        for place, encode in encoded:
            values[place] = encode(values[place])
        return tuple(values) if compiled.positional else dict(zip(names, values, strict=True))

    return str(compiled), ready


@cache  # there are as many as tables; to make one takes longer than SQLite does to carry it out
def _plain_upsert(dialect: str, table: Table, columns: tuple[str, ...]) -> Any:
    insert = _insert(dialect, table)
    return _upsert(insert, table, {name: insert.excluded[name] for name in columns})


def _upsert(insert: Any, table: Table, update: Mapping[str, ColumnElement[Any]]) -> Any:
    key = [column.name for column in table.primary_key.columns]
    return insert.on_conflict_do_update(index_elements=key, set_=update)


def insert_new(dialect: Dialect, table: Table, key: Sequence[str]) -> Any:
    """An insert that leaves a row alone whose key is there already; it returns the new one's key.

    Whether something was inserted is told by that: the drivers disagree on counting rows.
    """
    columns = [table.c[name] for name in key]
    insert = _insert(dialect.name, table)
    return insert.on_conflict_do_nothing(index_elements=columns).returning(*columns)


@cache
def plain_insert(table: Table) -> Any:
    """An insert that asks for no key in return."""
    return table.insert().inline()


def _insert(dialect: str, table: Table) -> Any:
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


def is_sound(connection: Connection) -> bool:
    """Whether the file passes SQLite's quick check; PostgreSQL checks its own pages."""
    if connection.dialect.name != "sqlite":
        return True
    return connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() == "ok"


def try_advisory_lock(connection: Connection) -> bool:
    """Take PostgreSQL's lock for this database, held until the connection closes."""
    return bool(connection.execute(select(func.pg_try_advisory_lock(_ADVISORY_KEY))).scalar())


def copy_sqlite(source: Path, target: Path) -> None:
    """A consistent copy, whatever is being written meanwhile; it appears whole or not at all."""
    unfinished = target.with_name(target.name + ".part")
    create_private(unfinished)
    with sqlite3.connect(source) as present, sqlite3.connect(unfinished) as copy:
        present.backup(copy)
    present.close()
    copy.close()
    unfinished.replace(target)


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise ConfigError(
            "The address of the state cannot be read.",
            hint='Write state.url like "sqlite:///bbm.db" or "postgresql://user@host/name".',
            code="BBM-STORE-001",
        ) from error
    if address.get_backend_name() not in {"sqlite", "postgresql"}:
        raise ConfigError(
            f"The state cannot be kept in {address.get_backend_name()}.",
            hint="Use SQLite or PostgreSQL for state.url.",
            code="BBM-STORE-003",
        )
    return address


def _prepare_sqlite(engine: Engine, *, durable: bool) -> None:
    @event.listens_for(engine, "connect")
    def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
        # Transactions are begun below; the driver's own habit would begin them too late.
        connection.isolation_level = None
        for pragma in _pragmas(durable=durable):
            connection.execute(f"PRAGMA {pragma}").fetchall()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads first and writes later fails at once when another one wrote in
        # between, however long it may wait; so one that may write says so from the start.
        reading = connection.get_execution_options().get(READING, False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _pragmas(*, durable: bool) -> Sequence[str]:
    return (
        f"busy_timeout = {_BUSY_MILLISECONDS}",
        f"journal_mode = {journal_mode(sqlite3.sqlite_version_info)}",
        f"synchronous = {'FULL' if durable else 'OFF'}",
        "foreign_keys = ON",
        "secure_delete = ON",
        "cell_size_check = ON",
    )
