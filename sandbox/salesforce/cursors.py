"""Query pages: how many rows go out at once, and where the next ones wait."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.salesforce.query import Result
from sandbox.salesforce.refusals import Refusal
from sandbox.salesforce.table import Row

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org

_LIFE = timedelta(days=2)
_MOST_OPEN = 10  # per user; the oldest gives way
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BATCH = range(200, 2001)


@dataclass(frozen=True, slots=True)
class _Cursor:
    """The whole result as it was when the query ran."""

    rows: list[Row]
    page_rows: int
    opened: datetime
    user: str


class Cursors:
    """Open result sets by locator."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        self._open: dict[str, _Cursor] = {}
        self._made = 0

    def first_page(self, result: Result, user: str, options: str, version: str) -> Row:
        """The first page of a result; what is left waits under a locator."""
        rows = min(_batch(options) or result.page_rows, result.page_rows, self._org.page_limit)
        if len(result.rows) <= rows:
            return {"totalSize": result.count, "done": True, "records": result.rows}
        locator = self._keep(_Cursor(result.rows, rows, self._org.clock.now(), user))
        return self._page(locator, 0, version)

    def next_page(self, locator: str, user: str, version: str) -> Row:
        """The page a `nextRecordsUrl` names."""
        key, _, offset = locator.rpartition("-")
        cursor = self._open.get(key)
        expired = cursor is None or self._org.clock.now() - cursor.opened > _LIFE
        if cursor is None or expired or cursor.user != user or not offset.isdigit():
            raise Refusal("INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._page(key, int(offset), version)

    def _page(self, key: str, start: int, version: str) -> Row:
        cursor = self._open[key]
        end = start + cursor.page_rows
        total = len(cursor.rows)
        page: Row = {"totalSize": total, "done": end >= total}
        if end < total:
            page["nextRecordsUrl"] = f"/services/data/v{version}/query/{key}-{end}"
        page["records"] = cursor.rows[start:end]
        return page

    def _keep(self, cursor: _Cursor) -> str:
        self._made += 1
        number, letters = self._made * 7_919_217_733 + self._org.seed, ""
        while number:
            number, rest = divmod(number, len(_LETTERS))
            letters += _LETTERS[rest]
        key = f"0r8{letters:0<15.15}"
        mine = [one for one, open_ in self._open.items() if open_.user == cursor.user]
        for oldest in mine[: max(0, len(mine) - _MOST_OPEN + 1)]:
            del self._open[oldest]
        self._open[key] = cursor
        return key


def _batch(options: str) -> int:
    """The size a client asks for by `Sforce-Query-Options: batchSize=500`."""
    name, _, size = options.partition("=")
    if name.strip().lower() != "batchsize" or not size.strip().isdigit():
        return 0
    return min(max(int(size), _BATCH[0]), _BATCH[-1])
