"""Reading a window by a bulk job: its table, stretch by stretch, with the history beside it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

from connectors.errors import Unavailable, Unfinished
from connectors.salesforce import soql
from connectors.salesforce.ahead import Ahead
from connectors.salesforce.book import Book
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.errors import TOO_SLOW, fail, malformed
from connectors.salesforce.history import History
from connectors.salesforce.jobs import Broken, Jobs, Lost, Stretch, whole
from connectors.salesforce.schema import Selection
from connectors.salesforce.session import Session
from connectors.salesforce.shapes import Row
from connectors.salesforce.soql import Query, Window
from connectors.salesforce.translate import Past
from connectors.salesforce.watermark import Place


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of the table, what is known of their past, and the place behind them."""

    rows: Sequence[Row]
    past: Mapping[str, Past]
    place: Place


class BulkReader:
    """Reads windows of one kind by jobs. A job shows each record once, in no order."""

    def __init__(
        self,
        session: Session,
        config: SalesforceConfig,
        selection: Selection,
        history: History,
        ahead: Ahead,
    ) -> None:
        self._config = config
        self._selection = selection
        self._history = history
        self._ahead = ahead
        self._jobs = Jobs(session, config.bulk_minutes)

    def count(self, window: Window) -> Query:
        """What `is_worth_it` asks."""
        text = soql.count_changes(self._selection.object, window)
        return Query(text, deleted=window.low is not None)

    def is_worth_it(self, window: Window) -> bool:
        """Whether the window holds so many records that a job reads them in fewer calls."""
        try:
            total = self._ahead.query(self.count(window)).total
        except Unavailable as error:
            if error.code != TOO_SLOW:
                raise
            return True  # too many to be counted in time
        return total >= self._config.bulk_query_from

    def chunks(self, window: Window, place: Place | None) -> Iterator[Chunk]:
        """The table of the window, from this place on; the first of a new job is empty.

        Raises:
            Lost: the place leads nowhere any more; what is left of the window is to be read anew.
        """
        if place is not None:
            yield from self._of_job(window, place, is_new=False)
            return
        try:
            yield from self._of_job(window, self._begin(window), is_new=True)
        except Lost as error:
            message = "Salesforce lost a bulk job that it had just made."
            raise fail(Unavailable, "BBM-SF-049", message) from error

    def tidy(self, place: Place) -> None:
        """The table is no longer needed."""
        for job in filter(None, (place.job, place.past)):
            self._jobs.drop(f"query/{job}")

    def _begin(self, window: Window) -> Place:
        query = soql.all_changes(self._selection.object, self._selection.names, window)
        past = self._begin_past(window)
        return Place(job=self._jobs.query(query, deleted=window.low is not None), past=past)

    def _begin_past(self, window: Window) -> str:
        query = self._history.whole(self._selection, window.high)
        return self._jobs.query(query, deleted=False) if query else ""

    def _of_job(self, window: Window, place: Place, *, is_new: bool) -> Iterator[Chunk]:
        if is_new:
            yield Chunk((), {}, place)  # from here on, whoever dies finds the jobs again
        job = self._jobs.ended(f"query/{place.job}", is_new=is_new)
        try:
            book, past = self._book(window, place)
            with closing(book):
                place = place.model_copy(update={"past": past})
                yield from self._of_table(job, place, book, is_new=is_new)
        except Broken as error:
            self.tidy(place)  # or every later run would end here
            message = f"The table of a bulk job {error}."
            raise fail(Unfinished, "BBM-SF-049", message) from error

    def _of_table(self, job: Row, place: Place, book: Book, *, is_new: bool) -> Iterator[Chunk]:
        total, columns = whole(job, _COUNTED), len(self._selection.names)
        stretches = self._jobs.stretches(
            place.job, total, columns, locator=place.locator, before=place.before
        )
        before, done = place.before, place.done
        for stretch in stretches:
            self._check_columns(stretch, is_new=is_new)
            moved = {"locator": stretch.locator, "done": done, "before": before}
            yield from self._of_stretch(stretch, place.model_copy(update=moved), book)
            before, done = before + stretch.count, 0

    def _check_columns(self, stretch: Stretch, *, is_new: bool) -> None:
        if not stretch.count or set(stretch.columns) == set(self._selection.names):
            return
        if not is_new:
            raise Lost  # a field came or went since it was asked for
        raise malformed("a table has other columns than were asked for")

    def _of_stretch(self, stretch: Stretch, place: Place, book: Book) -> Iterator[Chunk]:
        most = min(self._config.page_size, stretch.rows_within(_BYTES_AT_ONCE))
        rows = self._typed(stretch, place.done)
        done = place.done
        while some := list(islice(rows, most)):
            done += len(some)
            yield Chunk(some, self._past(some, book), place.model_copy(update={"done": done}))

    def _book(self, window: Window, place: Place) -> tuple[Book, str]:
        """The history that belongs to the table, and the job that read it."""
        book = Book()
        if not place.past:
            return book, ""
        try:
            self._fill(book, place.past, is_new=False)
        except Lost:
            # It says the same when it is read again: it ends where the window does.
            book.close()
            book, past = Book(), self._begin_past(window)
            self._fill(book, past, is_new=True)
            return book, past
        return book, place.past

    def _fill(self, book: Book, job: str, *, is_new: bool) -> None:
        total = whole(self._jobs.ended(f"query/{job}", is_new=is_new), _COUNTED)
        for stretch in self._jobs.stretches(job, total, _HISTORY_COLUMNS):
            if stretch.columns:
                book.fill(stretch.columns, stretch.rows())
        book.close_index()

    def _past(self, rows: Sequence[Row], book: Book) -> Mapping[str, Past]:
        there = [row for row in rows if row.get("IsDeleted") is not True]
        if book.columns:
            return self._history.from_book(self._selection, there, book)
        asked = self._history.asked(self._selection, there)
        return self._history.of(self._selection, asked, self._ahead)

    def _typed(self, stretch: Stretch, skip: int) -> Iterator[Row]:
        """The rows as an answer of REST shows them."""
        names = stretch.columns
        types = self._selection.types
        typed = [(name, read) for name in names if (read := _READERS.get(types[name]))]
        for values in stretch.rows(skip):
            row: dict[str, Any] = {
                name: value or None for name, value in zip(names, values, strict=True)
            }
            for name, read in typed:
                row[name] = read(row[name])
            yield row


_BYTES_AT_ONCE: Final = 16 * 1024 * 1024
"""Of a table that is taken into memory: a page of the longest texts would be some 500 MB."""

_COUNTED: Final = "numberRecordsProcessed"
_HISTORY_COLUMNS: Final = 6


def _truth(text: str | None) -> Any:
    return _TRUTHS.get(text, text)


def _number(text: str | None) -> Any:
    try:
        return text and Decimal(text)
    except InvalidOperation:
        return text  # which says itself that it is no number


def _whole(text: str | None) -> Any:
    number = _number(text)
    fits = isinstance(number, Decimal) and number.is_finite() and number == int(number)
    return int(number) if fits else number


_TRUTHS: Final[Mapping[str | None, bool]] = MappingProxyType({"true": True, "false": False})
_READERS: Final[Mapping[str, Callable[[str | None], Any]]] = MappingProxyType(
    {
        "boolean": _truth,
        "currency": _number,
        "double": _number,
        "int": _whole,
        "percent": _number,
    }
)
"""By describe's type; everything else is a text in REST's answers too."""
