"""Bulk API 2.0: jobs that Salesforce works off by itself, and the tables they make."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from typing import IO, Any, Final

import requests

from bbm_core.errors import BBMError
from connectors.errors import RequestRefused, Unfinished
from connectors.salesforce.errors import NOT_BY_BULK, fail, malformed
from connectors.salesforce.session import Session
from connectors.salesforce.shapes import Row

_CELLS_AT_ONCE: Final = 2_000_000
_ROWS_AT_ONCE: Final = range(10_000, 250_001)
"""What one request brings: some 40 MB, whatever the number of columns."""

_PAUSES: Final = (2, 3, 5, 8, 13, 21)
_LONGEST_PAUSE: Final = 30
_JOB: Final = re.compile(r"[A-Za-z0-9]{15,18}")
_COMPLETE: Final = "JobComplete"
_ENDED: Final = frozenset({_COMPLETE, "Failed", "Aborted"})


class Lost(Exception):
    """An old job brings nothing any more: it is forgotten after seven days, or was given up."""


class Broken(Exception):
    """A table is not the one that its job counts, however often it is fetched."""


class Stretch:
    """A part of a job's table, waiting on the disk.

    It begins at `locator`; `next` is where the rest begins, if any.

    Only the tables of queries say how many rows they have.

    Raises:
        MalformedAnswer: it has not as many rows as Salesforce counts, or they are not of one width.
    """

    def __init__(
        self, response: requests.Response, locator: str = "", *, counted: bool = True
    ) -> None:
        self._file: IO[bytes] = response.raw  # type: ignore[assignment]  # the transport put it there
        self.count = 0
        self.locator = locator
        following = response.headers.get("Sforce-Locator", "")
        self.next = "" if following == "null" else following
        self.columns: tuple[str, ...] = ()
        try:
            if counted:
                self.count = _stated_count(response)
                self._check_count()
        except BBMError:
            self.close()
            raise

    def rows(self, skip: int = 0) -> Iterator[list[str]]:
        """The rows, without the header and without the first `skip`."""
        self._file.seek(0)
        text = io.TextIOWrapper(self._file, encoding="utf-8", errors="replace", newline="")
        try:
            reader = csv.reader(text)
            self.columns = tuple(next(reader, ()))
            yield from islice(self._checked(reader), skip, None)
        except csv.Error as error:
            raise malformed(f"a table cannot be read ({error})") from error
        finally:
            text.detach()

    def rows_within(self, bytes_: int) -> int:
        """How many of its rows take about so much, at least one: long texts make few of them."""
        size = self._file.seek(0, io.SEEK_END)
        return max(1, bytes_ * self.count // max(size, 1))

    def close(self) -> None:
        self._file.close()

    def _check_count(self) -> None:
        """Before anything is taken from it.

        A row that is missing in the middle would make a later look go on at the wrong place.
        """
        brought = sum(1 for _ in self.rows())
        if brought != self.count:
            raise malformed(f"a table brought {brought} of {self.count} rows")

    def _checked(self, reader: Iterator[list[str]]) -> Iterator[list[str]]:
        width = len(self.columns)
        for row in reader:
            if len(row) != width:
                raise malformed("a table has rows of different widths")
            yield row


class Jobs:
    """Makes jobs, waits for them and fetches what they made."""

    def __init__(self, session: Session, longest_minutes: int) -> None:
        self._session = session
        self._longest_seconds = longest_minutes * 60

    def query(self, text: str, *, deleted: bool) -> str:
        """Begin to read; the job's id."""
        operation = "queryAll" if deleted else "query"
        asked = {"operation": operation, "query": text, "columnDelimiter": "COMMA"}
        return job_id(self._session.send("POST", "jobs/query", {**asked, "lineEnding": "LF"}))

    def ended(self, path: str, *, is_new: bool) -> Row:
        """The job once it is complete; `path` is such as query/750.

        Raises:
            Lost: there is no such job, or it is an old one that failed: looking again helps nobody.
            Unfinished: it failed, or takes too long.
        """
        job = self.over(path, is_new=is_new)
        if job["state"] != _COMPLETE and not is_new:
            raise Lost
        return _completed(job)

    def over(self, path: str, *, is_new: bool) -> Row:
        """The job once it is complete, failed or aborted."""
        for seconds in _pauses(self._longest_seconds):
            if is_new:
                self._session.wait(seconds)
            is_new = True
            job: Row | None = self._session.get_or_none(f"jobs/{path}")
            if job is None:
                raise Lost
            if _state(job) in _ENDED:
                return job
        message = f"A bulk job was not done after {self._longest_seconds // 60} minutes."
        raise fail(Unfinished, "BBM-SF-048", message)

    def drop(self, path: str) -> None:
        """Let Salesforce forget a job and its table, which it would keep for seven days."""
        self._session.delete(f"jobs/{path}")

    def stretches(
        self, job: str, total: int, columns: int, *, locator: str = "", before: int = 0
    ) -> Iterator[Stretch]:
        """The parts of a query's table from this one on; each is closed when the next is taken.

        Args:
            job: its id.
            total: how many rows it counts.
            columns: how many the table has.
            locator: where the first of these parts begins.
            before: rows before it.

        Raises:
            Lost: it is no longer there, or was made by another version of the API.
            Broken: the parts do not go on, or bring another number of rows.
        """
        while True:
            with closing(self._stretch(job, locator, columns)) as stretch:
                yield stretch
            before += stretch.count
            if not stretch.next:
                break
            if stretch.next == locator or not stretch.count or before > total:
                raise Broken("does not go on")
            locator = stretch.next
        if before != total:
            raise Broken(f"brought {before:,} of {total:,} rows")

    def _stretch(self, job: str, locator: str, columns: int) -> Stretch:
        rows = min(max(_CELLS_AT_ONCE // columns, _ROWS_AT_ONCE[0]), _ROWS_AT_ONCE[-1])
        asked = {"maxRecords": str(rows)} | ({"locator": locator} if locator else {})
        response = self._session.table_or_none(f"jobs/query/{job}/results", **asked)
        if response is None:
            raise Lost
        return Stretch(response, locator)


def job_id(answer: Any) -> str:
    id_ = answer.get("id") if isinstance(answer, dict) else None
    if not isinstance(id_, str) or not _JOB.fullmatch(id_):
        raise malformed("a job without an id")
    return id_


def whole(answer: Row, name: str) -> int:
    """A count of a job."""
    count = answer.get(name)
    if not isinstance(count, int) or isinstance(count, bool):
        raise malformed(f"a job does not say its {name}")
    return count


def _pauses(longest_seconds: int) -> Iterator[int]:
    waited = 0
    pauses = iter(_PAUSES)
    while waited < longest_seconds:
        seconds = next(pauses, _LONGEST_PAUSE)
        waited += seconds
        yield seconds


def _state(job: Any) -> str:
    state = job.get("state") if isinstance(job, dict) else None
    if not isinstance(state, str):
        raise malformed("a job without a state")
    return state


def _completed(job: Row) -> Row:
    if job["state"] == _COMPLETE:
        return job
    said = str(job.get("errorMessage") or "no reason given")[:500]
    if "not supported" in said.lower():
        raise fail(RequestRefused, NOT_BY_BULK, f"Salesforce does not do this by Bulk ({said}).")
    raise fail(Unfinished, "BBM-SF-047", f"A bulk job ended as {job['state']} ({said}).")


def _stated_count(response: requests.Response) -> int:
    stated = response.headers.get("Sforce-NumberOfRecords", "")
    if not stated.isdigit():
        raise malformed("a table does not say how many rows it has")
    return int(stated)
