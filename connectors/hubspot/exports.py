"""A first load by export: HubSpot writes a file in the background, which is read from the disk.

An export is a snapshot in one CSV, or in a zip of several where it is long. Its address opens for
a few minutes only, and every look at the export tells a new one: whoever died asks again, and goes
on behind the rows that were kept. Where a portal does not export, the list is read instead, and
the log says why.
"""

import csv
import io
import logging
import tempfile
import zipfile
import zlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any, Final

from bbm_core.errors import BBMError
from connectors.errors import MissingPermission, RateLimited, RequestRefused, Unavailable
from connectors.hubspot.errors import HINTS, malformed
from connectors.hubspot.schema import Lens
from connectors.hubspot.search import join_companies
from connectors.hubspot.session import Row, Session
from connectors.hubspot.watermark import Exporting, Loaded

_ROWS: Final = 1_000  # as many as one question about associations takes
_PAUSES: Final = (2.0, 3.0, 5.0, 10.0, 20.0)
_LONGEST_PAUSE: Final = 30.0
_NOT_FEWER: Final = 0.99  # of what the search counted: records go while a file is written
_OF_EXPORTS_ALONE: Final = "BBM-HS-031"
_LOG: Final = logging.getLogger(__name__)


class NoExport(Exception):
    """The portal does not export, or no longer has what it exported. It says why."""


@dataclass(frozen=True, slots=True)
class Exports:
    """Reads everything of one kind from a file; from `worth` records on, where it is not zero."""

    session: Session
    lens: Lens
    worth: int
    longest_minutes: int

    def begun(self, began: int, total: int) -> Exporting | None:
        """An export of so many records, if it is worth one and the portal makes one."""
        if not self.worth or total < self.worth or self.lens.history:
            return None
        try:
            answer = self.session.ask(self._api.start, _request(self.lens))
        except (MissingPermission, RequestRefused, RateLimited) as error:
            if isinstance(error, RateLimited) and error.code != _OF_EXPORTS_ALONE:
                raise
            self.tell(error)
            return None
        return Exporting(began=began, export=_export_id(answer), total=total)

    def pages(self, mark: Exporting) -> Iterator[Loaded]:
        """The rows from a mark on.

        Raises:
            NoExport: what is not yet brought has to be read in another way.
            Unavailable: the file takes too long; the export goes on.
        """
        with tempfile.TemporaryFile(prefix="bbm-hubspot-") as file:
            self.session.fetch(self._address(mark), file)
            _check_count(file, self._stated(mark), mark.total)
            with closing(_rows(file, self.lens)) as rows:
                rest = islice(rows, mark.done, None)
                while some := list(islice(rest, _ROWS)):
                    mark = mark.model_copy(update={"done": mark.done + len(some)})
                    yield Loaded(some, mark, join_companies(self.session, self.lens, some))
        yield Loaded([], None)

    def tell(self, why: BBMError | NoExport) -> None:
        """That the list is read instead; nothing is wrong with what is brought."""
        kind = self.lens.names.object_type
        _LOG.warning("export.refused: %s are read by the list instead: %s", kind, why)

    @property
    def _api(self) -> Any:
        return self.session.client.crm.exports.public_exports_api

    def _address(self, mark: Exporting) -> str:
        """Where the file is, once it is written."""
        for seconds in _pauses(self.longest_minutes * 60):
            answer = self._status(mark)
            status = str(answer.get("status"))
            if status == "COMPLETE":
                return _result(answer)
            if status not in {"PENDING", "PROCESSING"}:
                raise NoExport(f"the export ended as {status}")
            self.session.wait(seconds)
        raise Unavailable(
            f"An export of HubSpot was not done after {self.longest_minutes} minutes.",
            hint=HINTS["BBM-HS-047"],
            code="BBM-HS-047",
        )

    def _status(self, mark: Exporting) -> Row:
        try:
            return self.session.ask(self._api.get_status, mark.export)
        except (MissingPermission, RequestRefused) as error:
            raise NoExport(str(error)) from error

    def _stated(self, mark: Exporting) -> int | None:
        """How many records HubSpot says are in it; the older paths do not say."""
        if not self.session.is_dated:
            return None
        count = self.session.get(f"/crm/v3/exports/export/{mark.export}").get("recordCount")
        return count if isinstance(count, int) else None


def _request(lens: Lens) -> dict[str, object]:
    return {
        "exportType": "VIEW",
        "exportName": f"bbm {lens.names.object_type}",
        "format": "CSV",
        "language": "EN",
        "objectType": lens.names.type_id,
        "objectProperties": list(_columns(lens)),
        "exportInternalValuesOptions": ["NAMES", "VALUES"],
    }


def _columns(lens: Lens) -> Sequence[str]:
    """What a row needs; a list would pass over a property that is not declared, an export not."""
    return tuple(dict.fromkeys((*lens.declared, "createdate")))


def _export_id(answer: Row) -> str:
    found = answer.get("id")
    if not isinstance(found, str | int) or not str(found).isalnum():
        raise malformed("an export without an id")
    return str(found)


def _result(answer: Row) -> str:
    address = answer.get("result")
    if not isinstance(address, str) or not address.startswith(("https://", "http://")):
        raise malformed("a complete export without an address")
    return address


def _pauses(longest_seconds: float) -> Iterator[float]:
    waited = 0.0
    pauses = iter(_PAUSES)
    while waited < longest_seconds:
        seconds = next(pauses, _LONGEST_PAUSE)
        waited += seconds
        yield seconds


def _check_count(file: IO[bytes], stated: int | None, counted: int) -> None:
    """Before anything is taken: a file that was cut would end the load too early.

    A search counts at another moment. Where it counts more, the same file would be too short ever
    after, however often it is fetched: who cannot tell whether it was cut reads the list.
    """
    brought = sum(max(sum(1 for _ in table) - 1, 0) for table in _tables(file))
    if stated is not None and brought != stated:
        raise malformed(f"an export brought {brought} of {stated} records")
    if stated is None and brought < counted * _NOT_FEWER:
        raise NoExport(f"an export brought {brought} records where a search counts {counted}")


def _rows(file: IO[bytes], lens: Lens) -> Generator[Row, None, None]:
    """The rows of all tables, as a list shows them."""
    for table in _tables(file):
        names = next(table, [])
        _check_names(names, lens)
        at = names.index("hs_object_id")
        for values in table:
            if len(values) != len(names):
                raise malformed("an export has rows of different widths")
            held = {name: text or None for name, text in zip(names, values, strict=True)}
            _check_zone(held["createdate"])
            yield {"id": values[at], "properties": held}


def _check_names(names: Sequence[str], lens: Lens) -> None:
    missing = {"hs_object_id", *_columns(lens)} - set(names)
    if missing:
        raise NoExport(f"the export has no column {', '.join(sorted(missing))}")


def _check_zone(text: str | None) -> None:
    """Times as people read them are in the portal's zone, to the minute: not what is stored."""
    if text and not text.endswith("Z") and not text.isdigit():
        raise NoExport("the export does not hold the internal values that were asked for")


def _tables(file: IO[bytes]) -> Iterator[Iterator[list[str]]]:
    """The tables of a file, each with its header first."""
    file.seek(0)
    if not zipfile.is_zipfile(file):
        file.seek(0)
        yield _lines(file)
        return
    with zipfile.ZipFile(file) as archive:
        for name in (one for one in archive.namelist() if one.lower().endswith(".csv")):
            with archive.open(name) as part:
                yield _lines(part)


def _lines(file: IO[bytes]) -> Iterator[list[str]]:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    try:
        yield from csv.reader(text)
    except (csv.Error, zipfile.BadZipFile, zlib.error) as error:
        raise malformed(f"an export cannot be read ({error})") from error
    finally:
        if not file.closed:  # whoever gave up may have let go of the file first
            text.detach()
