"""Associations, in the form of the fourth version of the API."""

import sys
from collections.abc import Callable, Sequence

from sandbox.hubspot.api.call import Body, Call, mapping, needed, rows, whole
from sandbox.hubspot.api.objects import by_property
from sandbox.hubspot.api.shapes import batch_answer
from sandbox.hubspot.links import HUBSPOT_DEFINED, LINK_TYPES, LinkType
from sandbox.hubspot.object_types import ObjectType, object_type
from sandbox.hubspot.refusals import Refused, invalid
from sandbox.hubspot.shelf import Record
from sandbox.wire import Answer, json_answer

MOST_READ = 1000
MOST_WRITTEN = 2000
MOST_PER_PAGE = 500

Kinds = tuple[ObjectType, ObjectType]
Ends = tuple[Record, Record]
Join = Callable[[Body, Kinds, Ends], list[object]]


def of_record(call: Call) -> Answer:
    """What one record is associated with, a page of at most 500."""
    kinds = (call.kind, object_type(call.parts["to"]))
    record = call.portal.store.record(kinds[0], call.parts["id"])
    limit = call.number("limit", MOST_PER_PAGE, MOST_PER_PAGE)
    after = call.number("after", 0, sys.maxsize)
    found = list(call.portal.associations.of(kinds, record).items())
    page = [(number, kept) for number, kept in found if number > after]
    body: dict[str, object] = {"results": [_to(*one) for one in page[:limit]]}
    if len(page) > limit:
        last = str(page[limit - 1][0])
        body["paging"] = {"next": call.next_page(last)}
    return json_answer(200, body)


def associate_default(call: Call) -> Answer:
    kinds, ends = path_ends(call)
    call.portal.associations.join(kinds, ends, call.now, primary=False)
    return batch_answer(call, _both_directions(kinds, ends))


def associate(call: Call) -> Answer:
    kinds, ends = path_ends(call)
    _label(call, kinds, ends, call.list_body())
    return json_answer(201, _labelled(call, kinds, ends))


def part(call: Call) -> Answer:
    kinds, ends = path_ends(call)
    call.portal.associations.part(kinds, ends, call.now)
    return Answer(204)


def batch_read(call: Call) -> Answer:
    """What each record is associated with; nothing at all stands among the errors."""
    kinds = path_kinds(call)
    results: list[object] = []
    errors: list[object] = []
    for body in call.inputs(MOST_READ):
        asked = needed(body, "id")
        record = by_property(call, kinds[0], "", asked)
        found = call.portal.associations.of(kinds, record) if record is not None else {}
        if found:
            results.append({"from": {"id": asked}, "to": [_to(*one) for one in found.items()]})
        else:
            errors.append(nothing_associated(kinds, asked).body())
    return batch_answer(call, results, errors)


def batch_create(call: Call) -> Answer:
    def join(body: Body, kinds: Kinds, ends: Ends) -> list[object]:
        _label(call, kinds, ends, rows(body, "types"))
        return [_labelled(call, kinds, ends)]

    return _each_pair(call, join, status=201)


def batch_default(call: Call) -> Answer:
    def join(_: Body, kinds: Kinds, ends: Ends) -> list[object]:
        call.portal.associations.join(kinds, ends, call.now, primary=False)
        return _both_directions(kinds, ends)

    return _each_pair(call, join)


def batch_part(call: Call) -> Answer:
    kinds = path_kinds(call)
    for body in call.inputs(MOST_WRITTEN):
        one = there(call, kinds[0], needed(mapping(body, "from"), "id"))
        for to in rows(body, "to"):
            other = there(call, kinds[1], needed(to, "id"))
            call.portal.associations.part(kinds, (one, other), call.now)
    return Answer(204)


def batch_unlabel(call: Call) -> Answer:
    """Take labels away; the plain association stays."""
    kinds = path_kinds(call)
    for body in call.inputs(MOST_WRITTEN):
        one = there(call, kinds[0], needed(mapping(body, "from"), "id"))
        other = there(call, kinds[1], needed(mapping(body, "to"), "id"))
        for meaning in rows(body, "types"):
            type_id = whole(meaning, "associationTypeId", 0)
            call.portal.associations.unlabel(kinds, (one, other), type_id, call.now)
    return Answer(204)


def labels(call: Call) -> Answer:
    """The meanings that an association between two types can have."""
    kinds = path_kinds(call)
    known = LINK_TYPES.get((kinds[0].name, kinds[1].name), ())
    return json_answer(200, {"results": [_meaning(one) for one in known]})


def _each_pair(call: Call, join: Join, status: int = 200) -> Answer:
    kinds = path_kinds(call)
    results: list[object] = []
    errors: list[object] = []
    for body in call.inputs(MOST_WRITTEN):
        try:
            one = there(call, kinds[0], needed(mapping(body, "from"), "id"))
            other = there(call, kinds[1], needed(mapping(body, "to"), "id"))
            results += join(body, kinds, (one, other))
        except Refused as refused:
            errors.append(refused.body())
    return batch_answer(call, results, errors, status)


def _label(call: Call, kinds: Kinds, ends: Ends, types: Sequence[Body]) -> None:
    if not types:
        raise invalid("Some required fields were not set: [types]")
    for one in types:
        type_id = whole(one, "associationTypeId", 0)
        call.portal.associations.label(kinds, ends, type_id, call.now)


def path_kinds(call: Call) -> Kinds:
    return object_type(call.parts["from"]), object_type(call.parts["to"])


def path_ends(call: Call) -> tuple[Kinds, Ends]:
    kinds = (call.kind, object_type(call.parts["to"]))
    one = call.portal.store.record(kinds[0], call.parts["id"])
    return kinds, (one, call.portal.store.record(kinds[1], call.parts["other"]))


def there(call: Call, kind: ObjectType, record_id: str) -> Record:
    found = by_property(call, kind, "", record_id)
    if found is None:
        raise Refused(
            400,
            f"{record_id} is not a valid ID",
            sub_category="crm.associations.INVALID_IDENTIFIER",
            context={"id": [record_id]},
        )
    return found


def nothing_associated(kinds: Kinds, record_id: str) -> Refused:
    one, other = kinds[0].singular, kinds[1].singular
    return Refused(
        404,
        f"No {other} is associated with {one} {record_id}.",
        category="OBJECT_NOT_FOUND",
        sub_category="crm.associations.NO_ASSOCIATIONS_FOUND",
        context={
            "fromObjectId": [record_id],
            "fromObjectType": [one],
            "toObjectType": [other],
        },
    )


def _to(number: int, kept: Sequence[LinkType]) -> dict[str, object]:
    return {"toObjectId": number, "associationTypes": [_meaning(one) for one in kept]}


def _meaning(one: LinkType) -> dict[str, object]:
    return {"category": one.category, "typeId": one.id, "label": one.label}


def _labelled(call: Call, kinds: Kinds, ends: Ends) -> dict[str, object]:
    kept = call.portal.associations.of(kinds, ends[0])[ends[1].number]
    return {
        "fromObjectTypeId": kinds[0].id,
        "fromObjectId": ends[0].number,
        "toObjectTypeId": kinds[1].id,
        "toObjectId": ends[1].number,
        "labels": [one.label for one in kept if one.label],
    }


def _both_directions(kinds: Kinds, ends: Ends) -> list[object]:
    return [
        {
            "from": {"id": one.id},
            "to": {"id": other.id},
            "associationSpec": {
                "associationCategory": HUBSPOT_DEFINED,
                "associationTypeId": LINK_TYPES[start.name, end.name][0].id,
            },
        }
        for start, one, end, other in (
            (kinds[0], ends[0], kinds[1], ends[1]),
            (kinds[1], ends[1], kinds[0], ends[0]),
        )
    ]
