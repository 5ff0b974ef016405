"""Events of records, the newest first."""

import base64
import binascii
from datetime import datetime

from sandbox.hubspot.api.call import Call
from sandbox.hubspot.object_types import object_type
from sandbox.hubspot.occurrences import Occurrence
from sandbox.hubspot.refusals import Refused, invalid, unreadable
from sandbox.hubspot.values import iso, read_moment
from sandbox.wire import Answer, json_answer

MOST_PER_PAGE = 100
_MARK = "from:"


def list_events(call: Call) -> Answer:
    """A page of events; they are asked for by their type or by their record."""
    limit, start = call.number("limit", MOST_PER_PAGE, MOST_PER_PAGE), _start(call)
    if not call.request.first("eventType") and not call.request.first("objectId"):
        raise invalid("An eventType or an objectId is required.")
    found = [one for one in call.portal.occurrences.newest_first() if _is_wanted(call, one)]
    page = found[start : start + limit]
    body: dict[str, object] = {"results": [_shown(one) for one in page]}
    if start + limit < len(found):
        after = base64.b64encode(f"{_MARK}{start + limit}".encode()).decode()
        body["paging"] = {"next": call.next_page(after)}
    return json_answer(200, body)


def list_event_types(call: Call) -> Answer:
    found = {one.event_type for one in call.portal.occurrences.newest_first()}
    return json_answer(200, {"eventTypes": sorted(found)})


def _start(call: Call) -> int:
    after = call.request.first("after")
    if not after:
        return 0
    try:
        text = base64.b64decode(after, validate=True).decode()
        return int(text.removeprefix(_MARK))
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise unreadable(f'Cannot deserialize value of type cursor from "{after}"') from None


def _is_wanted(call: Call, one: Occurrence) -> bool:
    first = call.request.first
    kind, record, event = first("objectType"), first("objectId"), first("eventType")
    after, before = _moment(call, "occurredAfter"), _moment(call, "occurredBefore")
    return (
        event in {"", one.event_type}
        and record in {"", one.record_id}
        and (not kind or object_type(kind).name == one.type_name)
        and (after is None or one.at >= after)
        and (before is None or one.at < before)
    )


def _moment(call: Call, name: str) -> datetime | None:
    text = call.request.first(name)
    if not text:
        return None
    try:
        return read_moment(text)
    except ValueError:
        raise _no_moment(name, text) from None


def _no_moment(name: str, text: str) -> Refused:
    return unreadable(f'Cannot deserialize value of type `Instant` for {name} from "{text}"')


def _shown(one: Occurrence) -> dict[str, object]:
    return {
        "objectType": object_type(one.type_name).singular.upper(),
        "objectId": one.record_id,
        "eventType": one.event_type,
        "occurredAt": iso(one.at),
        "id": one.id,
        "properties": dict(one.properties),
    }
