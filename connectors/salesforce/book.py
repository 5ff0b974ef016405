"""The history that a bulk job brought, on the disk, looked up by record: it may be any size."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from connectors.salesforce.errors import malformed, no_room

_IDS_AT_ONCE: Final = 500
_PLACES: Final = 6  # Id, the record, the time, and up to three more


class Book:
    """Rows of a history by the record they are about, in the order of their times.

    SQLite keeps a nameless database in a file that is gone with the process, however it ends.
    """

    def __init__(self) -> None:
        self.columns: tuple[str, ...] = ()
        self._file = sqlite3.connect("", check_same_thread=False)
        places = ", ".join(f"v{number} TEXT" for number in range(_PLACES))
        self._file.execute(f"CREATE TABLE moves ({places})")

    def fill(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Add rows: Id, the record's id, then the others, the last of them the time."""
        self._check(columns)
        gap = ("",) * (_PLACES - len(columns))
        marks = ", ".join("?" * _PLACES)
        wide = ((*row[:-1], *gap, row[-1]) for row in rows)
        with _room():
            self._file.executemany(f"INSERT INTO moves VALUES ({marks})", wide)  # noqa: S608  only marks

    def close_index(self) -> None:
        """After the last row: make it quick to find the rows of a record."""
        with _room():
            self._file.execute("CREATE INDEX by_record ON moves (v1)")

    def of(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """The rows about these records, oldest first, as an answer of REST shows them."""
        found: list[dict[str, Any]] = []
        for start in range(0, len(ids), _IDS_AT_ONCE):
            chunk = ids[start : start + _IDS_AT_ONCE]
            marks = ", ".join("?" * len(chunk))
            order = f"v{_PLACES - 1}, v0"
            rows = self._file.execute(
                f"SELECT * FROM moves WHERE v1 IN ({marks}) ORDER BY {order}",  # noqa: S608  only marks
                chunk,
            )
            found += [self._shown(row) for row in rows]
        return found

    def close(self) -> None:
        self._file.close()

    def _check(self, columns: Sequence[str]) -> None:
        known = self.columns or tuple(columns)
        if tuple(columns) != known or columns[0] != "Id" or columns[-1] != "CreatedDate":
            raise malformed("a history has other columns than were asked for")
        self.columns = known

    def _shown(self, row: Sequence[str]) -> dict[str, Any]:
        values = (*row[: len(self.columns) - 1], row[-1])
        return {name: value or None for name, value in zip(self.columns, values, strict=True)}


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise no_room(str(error)) from error
