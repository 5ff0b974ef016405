"""Rows of one type that changed, page by page, for capabilities: no lens, no translation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import BaseModel, ConfigDict

from connectors.hubspot.config import HubSpotConfig
from connectors.hubspot.keyset import Body, by_id, keyset_body
from connectors.hubspot.search import Window, archived_pages, changed_in
from connectors.hubspot.session import Row, Session
from connectors.hubspot.translate import is_archived_since, merged_ids
from connectors.hubspot.values import milliseconds, moment_of

_MINUTE: Final = 60_000
_SECOND: Final = 1_000


class Stand(BaseModel):
    """Every change before `until` was brought, and what was archived before `swept`.

    While `high` is set: of the changes up to there also those of the ids up to `last`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    until: int
    swept: int
    high: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class Sought:
    """Which rows are sought: of which type, with what, and only those that have `having`.

    Unless `always`, that holds for the first reading alone: later what was emptied is told too.
    """

    object_type: str
    properties: tuple[str, ...]
    modified: str = "hs_lastmodifieddate"
    having: str = ""
    always: bool = False


@dataclass(frozen=True, slots=True)
class ChangedRows:
    """Some rows that changed, the ids of some that were archived, and how far that brings us."""

    rows: Sequence[Row]
    gone: Sequence[str]
    stand: Stand


def changed_rows(
    session: Session, config: HubSpotConfig, sought: Sought, since: Stand | datetime
) -> Iterator[ChangedRows]:
    """What changed since, the last page without rows; a first reading knows of no archived ones."""
    now = milliseconds(session.server_now())
    first = not isinstance(since, Stand)
    stand = since if isinstance(since, Stand) else Stand(until=milliseconds(since), swept=now)
    overlap = config.overlap_minutes * _MINUTE
    if not stand.high:
        high = max(now - config.settle_seconds * _SECOND, stand.until)
        stand = stand.model_copy(update={"high": high})
    window = Window(max(stand.until - overlap, 0), stand.high)
    for page in _searched(session, sought, window, stand):
        yield page
        stand = page.stand
    due = not first and now - stand.swept >= config.deletions_every_minutes * _MINUTE
    gone = _archived(session, sought, stand.swept - overlap) if due else ()
    end = Stand(until=max(stand.until, stand.high), swept=now if due else stand.swept)
    yield ChangedRows((), tuple(gone), end)


def _searched(
    session: Session, sought: Sought, window: Window, stand: Stand
) -> Iterator[ChangedRows]:
    filters = changed_in(sought.modified, window)
    if sought.having and (sought.always or not stand.until):
        filters.append({"propertyName": sought.having, "operator": "HAS_PROPERTY"})

    def body_of(id_: int) -> Body:
        return keyset_body(filters, id_, ("hs_object_id", *sought.properties))

    for found in by_id(session, sought.object_type, body_of, stand.last):
        yield ChangedRows(found.rows, (), stand.model_copy(update={"last": found.last}))


def _archived(session: Session, sought: Sought, since: int) -> Iterator[str]:
    for page in archived_pages(session, sought.object_type):
        for row in page.rows:
            if is_archived_since(row, moment_of(since)):
                yield from (str(row["id"]), *merged_ids(row))
