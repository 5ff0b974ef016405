"""The open state: its connections and transactions, which every part of the store shares."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.exc import DatabaseError, OperationalError

from agent.store.dialect import (
    READING,
    create_private,
    execute_many,
    is_sound,
    open_engine,
    sqlite_file,
    upsert,
)
from agent.store.lock import Lock, NoLock, take_lock
from agent.store.migrate import migrate
from bbm_core.errors import ConfigError, StoreDamaged, TransientError

CHUNK = 500
"""Ids in one IN list: SQLite's planner stays with the index, and no driver runs out of places."""

_T = TypeVar("_T")


class Database:
    """Opens, migrates and locks the state; hands out transactions."""

    def __init__(self, engine: Engine, lock: Lock) -> None:
        self._engine = engine
        self._lock = lock

    @classmethod
    def open(
        cls, url: str, *, lock: bool = True, create: bool = True, durable: bool = True
    ) -> Self:
        """The state at this address, brought to the present schema.

        Args:
            url: An SQLAlchemy address of SQLite or PostgreSQL.
            lock: Keep every other writer out for as long as this is open. Without it the store
                is for reading beside a run.
            create: Begin an SQLite file that is not there. Who only reads would read nothing.
            durable: Wait for the disk, so that a power cut loses nothing that was kept.

        Raises:
            ConfigError: The address is wrong, the state is not there and may not be created, or
                a newer version has written it.
            LockHeld: Another run is at work on it.
            StoreDamaged: The file is not sound.
        """
        engine = open_engine(url, durable=durable)
        if path := sqlite_file(engine.url):
            if not create and not path.exists():
                raise _missing(path)
            create_private(path)
        with _engine_errors(), ExitStack() as undone:
            undone.callback(engine.dispose)
            taken = take_lock(engine) if lock else NoLock()
            undone.callback(taken.release)
            _check(engine)
            migrate(engine)
            undone.pop_all()
        return cls(engine, taken)

    def close(self) -> None:
        self._engine.dispose()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A snapshot to read from; it waits for nobody."""
        with (
            _engine_errors(),
            self._engine.connect().execution_options(**{READING: True}) as connection,
        ):
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """One transaction: all of it is kept, or nothing."""
        with _engine_errors(), self._engine.begin() as connection:
            yield connection


def put(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, object]],
    update: Sequence[str] | None = None,
) -> None:
    """Insert the rows; where the key exists, the columns named (or all) are set anew."""
    if not rows:
        return
    if update is None:
        key = {column.name for column in table.primary_key.columns}
        update = [name for name in rows[0] if name not in key]
    execute_many(connection, upsert(connection.dialect, table, update), rows)


def chunks(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


@contextmanager
def _engine_errors() -> Iterator[None]:
    """Say what a failing database means for the one who runs the agent."""
    try:
        yield
    except OperationalError as error:
        raise TransientError(
            f"The state cannot be read or written now: {error.orig}.",
            hint="Check free disk space, rights on the file, or that the database answers.",
            code="BBM-STORE-006",
        ) from error
    except DatabaseError as error:
        if "malformed" not in str(error.orig) and "not a database" not in str(error.orig):
            raise
        raise _damaged() from error


def _check(engine: Engine) -> None:
    with engine.connect().execution_options(**{READING: True}) as connection:
        if not is_sound(connection):
            raise _damaged()


def _damaged() -> StoreDamaged:
    return StoreDamaged(
        "The file of the state is damaged.",
        hint="Put it aside and restore the newest backup, or start anew: the CRM is read again.",
        code="BBM-STORE-007",
    )


def _missing(path: Path) -> ConfigError:
    return ConfigError(
        f"There is no state at {path}.",
        hint="Run `bbm sync` first, or correct [state] url.",
        code="BBM-STORE-010",
    )
