"""The rows of one object, with the orders they are read in, and who touched them when."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

Row = dict[str, object]
_HIGHEST = "\uffff"


class Touch(NamedTuple):
    """One act upon records: by which user, and when (`stamp` as the rows show it)."""

    user: str
    at: datetime
    stamp: str


class Table:
    """Rows by id, by (SystemModstamp, Id), and by the parents they are asked for.

    The order by time is a list that is sorted when it is next read: sorting an almost sorted
    list is cheap, and entries that a row has left behind are skipped by comparing.
    """

    def __init__(self, *, stamped: bool, parents: Iterable[str] = ()) -> None:
        self.rows: dict[str, Row] = {}
        self._stamped = stamped
        self._order: list[tuple[str, str]] = []
        self._sorted = True
        self._binned: dict[str, str] = {}  # deleted rows, and when they were
        self._families = {name: _Family(name) for name in parents}

    def put(self, row: Row) -> None:
        """Add a row, or note that a row of this table changed."""
        id_ = str(row["Id"])
        self.rows[id_] = row
        for family in self._families.values():
            family.place(id_, row)
        if row.get("IsDeleted"):
            self._binned[id_] = str(row.get("SystemModstamp"))
        elif self._binned:
            self._binned.pop(id_, None)
        if self._stamped:
            self._order.append((str(row["SystemModstamp"]), id_))
            self._sorted = False

    def purge(self, id_: str) -> None:
        """Forget a row, as when the recycle bin is emptied."""
        del self.rows[id_]
        self._binned.pop(id_, None)
        for family in self._families.values():
            family.leave(id_)

    def deleted_before(self, stamp: str) -> list[str]:
        """The rows that were deleted before this time."""
        return [id_ for id_, deleted in self._binned.items() if deleted < stamp]

    def children(self, field: str, parents: Iterable[object]) -> Iterator[Row] | None:
        """The rows under these parents, or nothing when there is no such index."""
        family = self._families.get(field)
        if family is None:
            return None
        return (self.rows[id_] for one in parents for id_ in family.of(one))

    def by_time(self, lowest: str = "", highest: str = _HIGHEST) -> Iterator[Row]:
        """Rows in the order of (SystemModstamp, Id), from and to these times inclusive."""
        self._settle()
        start = bisect_left(self._order, (lowest, ""))
        end = bisect_right(self._order, (highest, _HIGHEST))
        before = ("", "")
        for at in range(start, end):
            stamp, id_ = entry = self._order[at]
            # A row that changed twice within one second left the same entry twice.
            row = None if entry == before else self.rows.get(id_)
            before = entry
            if row is not None and row["SystemModstamp"] == stamp:
                yield row

    def _settle(self) -> None:
        if self._sorted:
            return
        if len(self._order) > 2 * len(self.rows) + 1000:
            self._order = [(str(row["SystemModstamp"]), id_) for id_, row in self.rows.items()]
        self._order.sort()
        self._sorted = True


class _Family:
    """Which rows stand under which parent, by one reference field."""

    def __init__(self, field: str) -> None:
        self._field = field
        self._parent: dict[str, object] = {}
        self._children: dict[object, dict[str, None]] = {}  # in the order they came

    def place(self, id_: str, row: Row) -> None:
        parent = row.get(self._field)
        if id_ in self._parent:
            if self._parent[id_] == parent:
                return
            self.leave(id_)
        self._parent[id_] = parent
        self._children.setdefault(parent, {})[id_] = None

    def leave(self, id_: str) -> None:
        del self._children[self._parent.pop(id_)][id_]

    def of(self, parent: object) -> tuple[str, ...]:
        return tuple(self._children.get(parent, ()))
