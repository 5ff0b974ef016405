"""The past of records: when they took which status."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bbm_core.records import RecordKind
from connectors.salesforce import soql
from connectors.salesforce.ahead import Ahead
from connectors.salesforce.book import Book
from connectors.salesforce.schema import Selection
from connectors.salesforce.session import Session
from connectors.salesforce.shapes import Row
from connectors.salesforce.soql import Query
from connectors.salesforce.translate import (
    CONVERTED,
    Past,
    field_moves,
    id_of,
    needs_past,
    stage_moves,
)


@dataclass(frozen=True, slots=True)
class _Source:
    """The object that holds the history of a kind's fields, and its reference to the record."""

    object: str
    parent: str


_SOURCES: Final[Mapping[RecordKind, _Source]] = {
    RecordKind.ACCOUNT: _Source("AccountHistory", "AccountId"),
    RecordKind.LEAD: _Source("LeadHistory", "LeadId"),
    RecordKind.CONTACT: _Source("ContactHistory", "ContactId"),
    RecordKind.OPPORTUNITY: _Source("OpportunityFieldHistory", "OpportunityId"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which of a page's records may have a past, and what there is to ask for it."""

    ids: Sequence[str]
    queries: tuple[Query, ...]


def history_of(kind: RecordKind) -> str:
    """The object that holds the history of a kind's fields."""
    return _SOURCES[kind].object


class History:
    """Asks for the past of the records that may have one."""

    def __init__(self, session: Session, since: datetime, kept: dict[str, bool]) -> None:
        """`kept` says of each history whether it is there, as far as somebody looked already."""
        self._session = session
        self._since = since
        self._kept = kept
        self._default: str | None = None

    def asked(self, selection: Selection, rows: Sequence[Row]) -> Asked:
        """What there is to ask for the past of these rows."""
        ids = self._with_past(rows)
        return Asked(ids, self._queries(selection, ids))

    def of(self, selection: Selection, asked: Asked, ahead: Ahead) -> Mapping[str, Past]:
        """What is known of the past, by the record's id; some records have none."""
        if not asked.queries:
            return self._without(selection, asked.ids)
        moves = ahead.query_each(asked.queries)
        if selection.status is not None and selection.status.name == "StageName":
            return stage_moves(moves)
        return field_moves(moves, _SOURCES[selection.kind].parent)

    def whole(self, selection: Selection, before: datetime) -> str:
        """The bulk query for the past of all records up to a time; empty when nobody kept it."""
        if selection.status is None:
            return ""
        if selection.status.name == "StageName":
            return soql.whole_stage_history(before, self._since)
        if not self.is_kept(selection.kind):
            return ""
        source, names = _SOURCES[selection.kind], _fields_of(selection)
        return soql.whole_field_history(source.object, source.parent, names, before, self._since)

    def from_book(
        self, selection: Selection, rows: Sequence[Row], book: Book
    ) -> Mapping[str, Past]:
        """The same as `of`, out of what a bulk job brought."""
        moves = book.of(self._with_past(rows))
        if "StageName" in book.columns:
            return stage_moves(moves)
        return field_moves(moves, _SOURCES[selection.kind].parent)

    def is_kept(self, kind: RecordKind) -> bool:
        """Whether the org keeps a history of the kind's fields, and this user may see it."""
        name = _SOURCES[kind].object
        if name not in self._kept:
            self._kept[name] = self._session.get_or_none(f"sobjects/{name}/describe") is not None
        return self._kept[name]

    def _with_past(self, rows: Sequence[Row]) -> list[str]:
        return [id_of(row) for row in rows if needs_past(row, self._since)]

    def _queries(self, selection: Selection, ids: Sequence[str]) -> tuple[Query, ...]:
        if selection.status is None or not ids:
            return ()
        if selection.status.name == "StageName":
            return tuple(Query(soql.stage_history(one)) for one in soql.chunks(ids))
        if not self.is_kept(selection.kind):
            return ()
        source, names = _SOURCES[selection.kind], _fields_of(selection)
        return tuple(
            Query(soql.field_history(source.object, source.parent, names, one))
            for one in soql.chunks(ids)
        )

    def _without(self, selection: Selection, ids: Sequence[str]) -> Mapping[str, Past]:
        """Leads begin with the org's default status, even if nobody kept what came then."""
        if selection.kind is not RecordKind.LEAD or selection.status is None or not ids:
            return {}
        return dict.fromkeys(ids, Past(first=self._default_status()))

    def _default_status(self) -> str | None:
        if self._default is None:
            rows = self._session.query_all(
                "SELECT ApiName, IsDefault FROM LeadStatus ORDER BY SortOrder ASC"
            )
            self._default = next((str(row["ApiName"]) for row in rows if row["IsDefault"]), "")
        return self._default or None


def _fields_of(selection: Selection) -> tuple[str, ...]:
    """What is asked for of a field history."""
    status = (selection.status.name,) if selection.status else ()
    return (*status, CONVERTED) if selection.kind is RecordKind.LEAD else status
