"""Reading what changed: one window, in order of time and id, a page at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bbm_core.records import Page, Parked, Record, RecordRef, Removal, Watermark
from connectors.salesforce import soql, watermark
from connectors.salesforce.ahead import Ahead
from connectors.salesforce.bulk import BulkReader
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.errors import malformed
from connectors.salesforce.history import Asked, History
from connectors.salesforce.jobs import Lost
from connectors.salesforce.parts import Parts
from connectors.salesforce.schema import MERGED_INTO, Selection, only_written
from connectors.salesforce.session import Session
from connectors.salesforce.shapes import Row, Rows, objects
from connectors.salesforce.soql import Query, Window
from connectors.salesforce.translate import (
    NO_PAST,
    Key,
    Past,
    Untranslatable,
    key_of,
    record_of,
    removal_of,
)
from connectors.salesforce.watermark import Place

READ_AT_ONCE = 2000
"""The most ids that one retrieve takes."""


class Reader:
    """Reads records of one kind, as selected, with their past."""

    def __init__(
        self,
        session: Session,
        config: SalesforceConfig,
        selection: Selection,
        history: History,
    ) -> None:
        self._session = session
        self._config = config
        self._selection = selection
        self._history = history
        self._ahead = Ahead(session)
        self._bulk = BulkReader(session, config, selection, history, self._ahead)

    def pages(self, since: Watermark | None) -> Iterator[Page]:
        """The changes since the watermark; the last page covers the whole window."""
        window, place = self._window(since), watermark.place_of(since) if since else None
        if place is not None:
            try:
                yield from self._by_bulk(window, place)
            except Lost:
                pass  # as if there had been no job
            else:
                return
        yield from self._by_query(window)

    def _by_query(self, window: Window) -> Iterator[Page]:
        """The window page by page; once it proves to hold many records, by a job."""
        counted, parts = False, Parts()
        last: tuple[Key, ...] = ()
        while window.low is None or window.low < window.high:
            part, answer = parts.ask(window, self._changes)
            keys = _in_order(answer.rows, part, last)
            asked = self._history.asked(self._selection, _there(answer.rows))
            ends = len(keys) < self._config.page_size and not answer.next
            if ends and part.high == window.high:
                yield self._page(answer.rows, watermark.resting(window.high), self._past(asked))
                return
            read = _behind(window, keys)
            rest = replace(read, at=part.high, id="") if ends else read
            self._ask_ahead(asked.queries, parts.of(rest), None if counted or ends else window)
            if not counted and not ends:
                counted = True
                if self._bulk.is_worth_it(window):
                    yield from self._by_bulk(window, None)
                    return
            if keys:
                last = keys
                yield self._page(answer.rows, watermark.inside(read), self._past(asked))
            window = rest
        yield self._page((), watermark.resting(window.high), {})

    def _by_bulk(self, window: Window, place: Place | None) -> Iterator[Page]:
        """The window by a job, whose table shows each record once, in no order."""
        for chunk in self._bulk.chunks(window, place):
            place = chunk.place
            yield self._page(chunk.rows, watermark.in_job(window, place), chunk.past)
        yield self._page((), watermark.resting(window.high), {})
        if place is not None:
            self._bulk.tidy(place)

    def read(self, ids: Sequence[str], *, whole: bool) -> Iterator[Record]:
        """The named records, as far as they are there and can be translated."""
        selection = self._selection if whole else only_written(self._selection)
        for chunk in soql.chunks(ids, READ_AT_ONCE):
            rows = self._retrieved(chunk, selection)
            past = self._past_of(rows) if whole else {}
            outcomes = self._outcomes(rows, past, selection)
            yield from (one for one in outcomes if isinstance(one, Record))

    def _window(self, since: Watermark | None) -> Window:
        # The stamps are Salesforce's, so its clock decides; the last seconds are left to settle.
        settled = self._session.server_now() - timedelta(seconds=self._config.settle_seconds)
        high = settled.replace(microsecond=0)
        if since is None:
            return Window(None, high)
        middle = watermark.interrupted(since)
        if middle is not None:
            return middle
        covered = watermark.covered(since)
        # A long transaction becomes visible after younger ones, with the time of its beginning.
        low = covered - timedelta(minutes=self._config.overlap_minutes)
        return Window(low, max(high, covered))

    def _ask_ahead(self, past: Sequence[Query], rest: Window, counted: Window | None) -> None:
        """Ask in one call for what comes next: the rows' past, a count, and the next page."""
        count = [self._bulk.count(counted)] if counted else []
        self._ahead.together([*past, *count, self._query(rest)])

    def _changes(self, window: Window) -> Rows:
        """One page of changes; a list of fields too long for an address is read in two steps."""
        query = self._query(window)
        answer = _complete(self._ahead.query(query))
        if query == self._query_of(self._selection.names, window):
            return answer
        return replace(answer, rows=tuple(self._filled(answer.rows)))

    def _query(self, window: Window) -> Query:
        query = self._query_of(self._selection.names, window)
        if soql.fits(query.text):
            return query
        keys = ["Id", "SystemModstamp", "IsDeleted", "CreatedDate"]
        keys += [name for name in self._selection.names if name == MERGED_INTO]
        return self._query_of(keys, window)

    def _query_of(self, names: Sequence[str], window: Window) -> Query:
        text = soql.changes(self._selection.object, names, window, self._config.page_size)
        return Query(text, deleted=window.low is not None)

    def _filled(self, rows: Sequence[Row]) -> Iterator[Row]:
        """The rows with all their fields; one that cannot be had any more counts as deleted."""
        there = [key_of(row).id for row in rows if row.get("IsDeleted") is not True]
        found = (
            {key_of(row).id: row for row in self._retrieved(there, self._selection)}
            if there
            else {}
        )
        for row in rows:
            full = found.get(key_of(row).id, {**row, "IsDeleted": True})
            # The key of the list holds: what changed since then comes again in its turn.
            yield {**full, "SystemModstamp": row["SystemModstamp"]}

    def _retrieved(self, ids: Sequence[str], selection: Selection) -> list[Row]:
        answer = self._session.send(
            "POST",
            f"composite/sobjects/{selection.object}",
            {"ids": list(ids), "fields": list(selection.names)},
        )
        if not isinstance(answer, list) or len(answer) != len(ids):
            raise malformed("it does not tell of each record that was asked for")
        return objects([row for row in answer if row is not None])

    def _page(self, rows: Sequence[Row], mark: Watermark, past: Mapping[str, Past]) -> Page:
        kind = self._selection.kind
        outcomes = list(self._outcomes(rows, past, self._selection))
        return Page(
            kind,
            tuple(one for one in outcomes if isinstance(one, Record)),
            mark,
            removed=tuple(one for one in outcomes if isinstance(one, Removal)),
            parked=tuple(one for one in outcomes if isinstance(one, Parked)),
        )

    def _past(self, asked: Asked) -> Mapping[str, Past]:
        return self._history.of(self._selection, asked, self._ahead)

    def _past_of(self, rows: Sequence[Row]) -> Mapping[str, Past]:
        asked = self._history.asked(self._selection, _there(rows))
        return self._history.of(self._selection, asked, Ahead(self._session))

    def _outcomes(
        self, rows: Sequence[Row], past: Mapping[str, Past], selection: Selection
    ) -> Iterator[Record | Removal | Parked]:
        seal = not self._config.write_converted_leads
        for row in rows:
            id_ = key_of(row).id
            try:
                gone = removal_of(selection.kind, row)
                known = past.get(id_, NO_PAST)
                yield gone or record_of(row, selection, known, seal=seal)
            except Untranslatable as error:
                yield Parked(RecordRef(selection.kind, id_), str(error))


def _there(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.get("IsDeleted") is not True]


def _behind(window: Window, keys: Sequence[Key]) -> Window:
    """What is left of the window behind the last of these places."""
    return replace(window, at=keys[-1].at, id=keys[-1].id) if keys else window


def _complete(answer: Rows) -> Rows:
    """A page that says it is the whole answer must have as many rows as it counts."""
    if not answer.next and len(answer.rows) != answer.total:
        raise malformed(f"a query brought {len(answer.rows)} of {answer.total} rows")
    if answer.next and not answer.rows:
        raise malformed("a query brought no rows and promises more")
    return answer


def _in_order(rows: Sequence[Row], window: Window, last: Sequence[Key]) -> tuple[Key, ...]:
    """The rows' places, if they go on from the last page and stay inside the window."""
    keys = tuple([key_of(row) for row in rows])
    lowest = window.at or window.low
    times: list[datetime] = [*([lowest] if lowest else []), *(key.at for key in keys)]
    if times != sorted(times) or (keys and keys[-1].at >= window.high):
        raise malformed("changes are not in the order of their times")
    if len({*keys, *last}) != len(keys) + len(last):
        raise malformed("changes are repeated: the query does not go on")
    return keys
