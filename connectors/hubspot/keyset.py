"""What a search finds, by ascending id: the next page begins above the last id, at no offset.

That HubSpot sorts ids as numbers is not documented. Sorted as texts, ids of another length would
lie behind those that were brought, and above the last of them nobody would look for them. So where
fewer are left than were brought away, it is asked what lies between, before a page is handed on.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from connectors.errors import MalformedAnswer
from connectors.hubspot.errors import malformed
from connectors.hubspot.pages import cursor_of
from connectors.hubspot.session import Row, Session, records_of

Body = dict[str, object]
"""What a search is asked with, or a part of it."""

_ROWS: Final = 200


@dataclass(frozen=True, slots=True)
class Found:
    """The rows as one search brought them; `last` is the highest id seen so far."""

    rows: list[Row]
    last: int


@dataclass(frozen=True, slots=True)
class _Held:
    """A page that is not handed on yet: what the next search should count, if nothing changed."""

    found: Found
    above: int
    left: int


def by_id(
    session: Session, object_type: str, body_of: Callable[[int], Body], last: int
) -> Iterator[Found]:
    """What a search finds, by ascending id; `body_of` asks for the ids above one."""
    ask, offset = session.client.crm.objects.search_api.do_search, ""
    held: _Held | None = None
    while True:
        after = {"after": offset} if offset else {}
        answer = session.ask(ask, object_type, body_of(last) | after)
        total, rows = total_of(answer), records_of(answer)
        ids = _ascending(rows, last)
        if held:
            if total < held.left:
                _between(session, object_type, body_of(held.above), held.found)
            yield held.found
        held = _Held(Found(rows, ids[-1]), last, total - len(ids)) if ids else None
        if not _goes_on(answer, ids, total):
            break
        last = ids[-1] if ids else last
        offset = "" if ids else _farther(offset, cursor_of(answer))
    if held:
        yield held.found


def keyset_body(filters: Sequence[Body], last: int, properties: Sequence[str]) -> Body:
    """A search for what passes the filters, above an id, in the order of ids."""
    above: Body = {"propertyName": "hs_object_id", "operator": "GT", "value": str(last)}
    return {
        "filterGroups": [{"filters": [*filters, above]}],
        "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
        "properties": list(properties),
        "limit": _ROWS,
    }


def up_to(id_: int) -> Body:
    """The filter that leaves out what is above an id."""
    return {"propertyName": "hs_object_id", "operator": "LTE", "value": str(id_)}


def id_number(row: Row) -> int:
    """The id of a row, as the number that it is."""
    text = str(row["id"])
    if not (text.isascii() and text.isdigit()):
        raise malformed("an id is not a number")
    return int(text)


def total_of(answer: Row) -> int:
    """How many a search finds: one that does not say has not looked, whatever it brings."""
    total = answer.get("total")
    if not isinstance(total, int):
        raise malformed("a search does not count what it finds")
    return total


def _ascending(rows: list[Row], last: int) -> list[int]:
    ids = [id_number(row) for row in rows]
    if any(later <= earlier for earlier, later in zip([last, *ids], ids, strict=False)):
        raise _out_of_order()
    return ids


def _between(session: Session, object_type: str, body: Any, found: Found) -> None:
    """Look from above at the ids that a page has gone past: those of the page, and no others."""
    (group,) = body["filterGroups"]
    asked = {
        **body,
        "filterGroups": [{"filters": [*group["filters"], up_to(found.last)]}],
        "sorts": [{"propertyName": "hs_object_id", "direction": "DESCENDING"}],
        "properties": ["hs_object_id"],
    }
    answer = session.ask(session.client.crm.objects.search_api.do_search, object_type, asked)
    brought = {str(row["id"]) for row in found.rows}
    if any(str(row["id"]) not in brought for row in records_of(answer)):
        raise _out_of_order()


def _goes_on(answer: Row, ids: list[int], total: int) -> bool:
    return bool(cursor_of(answer)) or (total > len(ids) and bool(ids))


def _farther(offset: str, following: str) -> str:
    if following == offset:
        raise malformed("its cursor points back")
    return following


def _out_of_order() -> MalformedAnswer:
    # Going on from the highest id would skip the ones that come after it in this order.
    return malformed("a search did not bring ids in ascending order")
