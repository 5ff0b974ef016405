"""Records one by one, and as a list."""

import base64
import binascii
from bisect import bisect_right

from sandbox.hubspot.api.call import Body, Call, mapping, needed, rows, text_of, whole
from sandbox.hubspot.api.shapes import Shape
from sandbox.hubspot.links import link_type
from sandbox.hubspot.object_types import CONTACTS, ENGAGEMENTS, LEADS, OBJECT_TYPES, ObjectType
from sandbox.hubspot.refusals import (
    Problem,
    bad_values,
    invalid,
    no_such_record,
    unreadable,
)
from sandbox.hubspot.shelf import Record
from sandbox.hubspot.values import is_whole
from sandbox.wire import Answer, json_answer

MOST_PER_PAGE = 100
MOST_WITH_HISTORY = 50
_WHEN = "hs_timestamp"  # an activity has to say when it was


def list_records(call: Call) -> Answer:
    """Every record in ascending order of id, archived ones only when asked for."""
    with_history = call.names("propertiesWithHistory")
    limit = call.number("limit", 10, MOST_WITH_HISTORY if with_history else MOST_PER_PAGE)
    limit = min(limit, call.portal.knobs.largest_page or limit)
    empty = _empty_page(call)
    if empty is not None:
        return empty
    found, more = _page(call, limit)
    shape = Shape(
        call, call.kind, call.names("properties"), with_history, call.names("associations")
    )
    body: dict[str, object] = {"results": [shape.record(one) for one in found]}
    if more:
        after = _next_cursor(call, found[-1].number)
        body["paging"] = {"next": call.next_page(after)}
    return json_answer(200, body)


def get_record(call: Call) -> Answer:
    shape = Shape(
        call,
        call.kind,
        call.names("properties"),
        call.names("propertiesWithHistory"),
        call.names("associations"),
    )
    return json_answer(200, shape.record(_asked_for(call)))


def create_record(call: Call) -> Answer:
    record, properties = create_from(call, call.body())
    return json_answer(201, Shape(call, call.kind).written(record, properties, new=True))


def update_record(call: Call) -> Answer:
    properties = mapping(call.body(), "properties")
    if not properties:  # said before anybody looks for the record
        message = "No properties found to update, please provide at least one."
        raise invalid(message, properties=["{}"])
    record = _asked_for(call)
    call.portal.update(call.kind.name, record.id, properties, by=call.source)
    return json_answer(200, Shape(call, call.kind).written(record, properties))


def archive_record(call: Call) -> Answer:
    """Archiving what is not there is no error."""
    record = call.portal.shelf(call.kind.name).find(call.parts["id"])
    if record is not None and record.is_live:
        call.portal.archive(call.kind.name, record.id, by=call.source)
    return Answer(204)


def merge_records(call: Call) -> Answer:
    body = call.body()
    kept = call.portal.merge(
        call.kind.name,
        needed(body, "primaryObjectId"),
        needed(body, "objectIdToMerge"),
        by=call.source,
    )
    record = call.portal.store.record(call.kind, kept)
    return json_answer(200, Shape(call, call.kind).written(record, call.kind.unasked))


def erase_contact(call: Call) -> Answer:
    """Delete a contact for good, by its id or by its address."""
    body = call.body()
    name = unique_property(call, CONTACTS, text_of(body, "idProperty"))
    record = by_property(call, CONTACTS, name, needed(body, "objectId"))
    if record is None:
        raise no_such_record()
    call.portal.erase(CONTACTS.name, record.id, by=call.source)
    return Answer(204)


def prepare_creation(call: Call, body: Body) -> list[tuple[ObjectType, Record, int]]:
    """The records that a new one is to be associated with.

    Raises:
        Refused: the record that the body describes cannot be created.
    """
    kind = call.kind
    ends = [_end(call, kind, one) for one in rows(body, "associations")]
    if kind is LEADS and not any(other.name in {"contacts", "companies"} for other, _, _ in ends):
        raise invalid("A lead needs an association to a contact or a company.")
    properties = mapping(body, "properties")
    if kind in ENGAGEMENTS and not properties.get(_WHEN):
        message = f"Error creating {kind.singular.upper()}. Some required properties were not set."
        raise invalid(message, properties=[_WHEN])
    call.portal.checks.accepted(kind, properties, call.source)
    return ends


def create_from(call: Call, body: Body) -> tuple[Record, Body]:
    """Create the record that a body describes, with its associations."""
    kind, properties = call.kind, mapping(body, "properties")
    ends = prepare_creation(call, body)
    record_id = call.portal.create(kind.name, properties, by=call.source)
    record = call.portal.store.record(kind, record_id)
    for other, linked, type_id in ends:
        call.portal.associations.label((kind, other), (record, linked), type_id, call.now)
    return record, properties


def unique_property(call: Call, kind: ObjectType, name: str) -> str:
    """A property by which records can be asked for: the record id or one without duplicates."""
    if name in {"", "hs_object_id"} or name in call.portal.schema.unique_names(kind):
        return name
    raise invalid(f"Unable to perform read by non-unique {kind.id} property {name}")


def by_property(
    call: Call, kind: ObjectType, name: str, value: str, *, archived: bool = False
) -> Record | None:
    """The record with this id, or with this value of a unique property: live, or archived."""
    shelf = call.portal.shelf(kind.name)
    if name in {"", "hs_object_id"}:
        found = shelf.find(value)
    else:
        found = shelf.owner_of(name, value.lower() if name == "email" else value)
    if found is None or found.merged_into or found.erased:
        return None
    return found if (found.archived is not None) == archived else None


def _asked_for(call: Call) -> Record:
    """The record that the path names; an old id leads to what it was merged into."""
    kind, asked, archived = call.kind, call.parts["id"], call.flag("archived")
    name = unique_property(call, kind, call.request.first("idProperty"))
    if name in {"", "hs_object_id"} and not archived:
        return call.portal.store.record(kind, asked)
    found = by_property(call, kind, name, asked, archived=archived)
    if found is None:
        raise no_such_record()
    return found


def _end(call: Call, kind: ObjectType, body: Body) -> tuple[ObjectType, Record, int]:
    """One association of a record that is being created."""
    other_id = needed(mapping(body, "to"), "id")
    for meaning in rows(body, "types"):
        type_id = whole(meaning, "associationTypeId", 0)
        for other in _types_reached_by(kind, type_id):
            return other, call.portal.store.record(other, other_id), type_id
    problem = Problem("associations", "INVALID_ASSOCIATION", "The association type is not valid.")
    raise bad_values([problem])


def _types_reached_by(kind: ObjectType, type_id: int) -> list[ObjectType]:
    return [one for one in OBJECT_TYPES if link_type((kind.name, one.name), type_id)]


def _empty_page(call: Call) -> Answer | None:
    """A page may be empty and still have a next one: only the cursor says where a list ends."""
    after, knobs = call.request.first("after"), call.portal.knobs
    if not (knobs.empty_pages and after) or knobs.id_cursors:  # an id says nothing else
        return None
    mark, position = _opened(after)
    if mark == _SHOWN_EMPTY:
        return None
    paging = {"next": call.next_page(_cursor(position, _SHOWN_EMPTY))}
    return json_answer(200, {"results": [], "paging": paging})


def _page(call: Call, limit: int) -> tuple[list[Record], bool]:
    shelf = call.portal.shelf(call.kind.name)
    archived, after = call.flag("archived"), call.request.first("after")
    start = bisect_right(shelf.numbers, _last_seen(call, after)) if after else 0
    found: list[Record] = []
    for place in range(start, len(shelf.numbers)):  # no copy of all that follows
        record = shelf.records[shelf.numbers[place]]
        if record.merged_into or record.erased or (record.archived is not None) != archived:
            continue
        if len(found) == limit:
            return found, True
        found.append(record)
    return found, False


def _next_cursor(call: Call, number: int) -> str:
    return str(number + 1) if call.portal.knobs.id_cursors else _cursor(number)


def _last_seen(call: Call, cursor: str) -> int:
    if call.portal.knobs.id_cursors and is_whole(cursor):
        return int(cursor) - 1
    return _position(cursor)


_SHOWN_EMPTY = "e"


def _cursor(number: int, mark: str = "o") -> str:
    return base64.urlsafe_b64encode(f"{mark}{number}".encode()).decode()


def _position(cursor: str) -> int:
    return _opened(cursor)[1]


def _opened(cursor: str) -> tuple[str, int]:
    try:
        text = base64.urlsafe_b64decode(cursor.encode()).decode()
        return text[:1], int(text[1:])
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise unreadable(f'Cannot deserialize value of type cursor from "{cursor}"') from None
