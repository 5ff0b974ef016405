"""The rows of one object, with the orders they are read in."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

Row = dict[str, object]
_HIGHEST = "\uffff"


class Table:
    """Rows by id, by (SystemModstamp, Id), and by the parents they are asked for.

    The order by time is kept as a list that is sorted when it is next read: a sort of an almost
    sorted list is cheap, and entries that a row has left are skipped by comparing.
    """

    def __init__(self, *, stamped: bool, parents: Iterable[str] = ()) -> None:
        self.rows: dict[str, Row] = {}
        self._stamped = stamped
        self._order: list[tuple[str, str]] = []
        self._sorted = True
        self._binned: dict[str, str] = {}  # deleted rows, and when they were
        self._children: dict[str, dict[object, list[str]]] = {name: {} for name in parents}

    def put(self, row: Row) -> None:
        """Add a row, or note that a row of this table changed."""
        id_ = str(row["Id"])
        if id_ not in self.rows:
            self.rows[id_] = row
            for name, index in self._children.items():
                index.setdefault(row.get(name), []).append(id_)
        if row.get("IsDeleted"):
            self._binned[id_] = str(row.get("SystemModstamp"))
        else:
            self._binned.pop(id_, None)
        if self._stamped:
            self._order.append((str(row["SystemModstamp"]), id_))
            self._sorted = False

    def purge(self, id_: str) -> None:
        """Forget a row, as when the recycle bin is emptied."""
        row = self.rows.pop(id_)
        self._binned.pop(id_, None)
        for name, index in self._children.items():
            index[row.get(name)].remove(id_)

    def deleted_before(self, stamp: str) -> list[str]:
        """The rows that were deleted before this time."""
        return [id_ for id_, deleted in self._binned.items() if deleted < stamp]

    def children(self, field: str, parents: Iterable[object]) -> Iterator[Row] | None:
        """The rows under these parents, or nothing when there is no such index."""
        index = self._children.get(field)
        if index is None:
            return None
        return (self.rows[id_] for one in parents for id_ in index.get(one, ()))

    def by_time(self, lowest: str = "", highest: str = _HIGHEST) -> Iterator[Row]:
        """Rows in the order of (SystemModstamp, Id), from and to these times inclusive."""
        self._settle()
        start = bisect_left(self._order, (lowest, ""))
        end = bisect_right(self._order, (highest, _HIGHEST))
        before = ""
        for stamp, id_ in self._order[start:end]:
            # A row that changed twice within one second left the same entry twice.
            row = None if id_ == before else self.rows.get(id_)
            before = id_
            if row is not None and row["SystemModstamp"] == stamp:
                yield row

    def _settle(self) -> None:
        if self._sorted:
            return
        if len(self._order) > 2 * len(self.rows) + 1000:
            self._order = [(str(row["SystemModstamp"]), id_) for id_, row in self.rows.items()]
        self._order.sort()
        self._sorted = True
