"""Associations in the form of the third version of the API, which many clients still speak."""

import sys
from collections.abc import Mapping, Sequence

from sandbox.hubspot.api.associations import (
    MOST_PER_PAGE,
    MOST_READ,
    MOST_WRITTEN,
    Ends,
    Kinds,
    nothing_associated,
    path_ends,
    path_kinds,
    there,
)
from sandbox.hubspot.api.call import Body, Call, mapping, needed, text_of
from sandbox.hubspot.api.objects import by_property
from sandbox.hubspot.api.shapes import Shape, batch_answer, link_name
from sandbox.hubspot.links import LINK_TYPES, LinkType, mirrored
from sandbox.hubspot.object_types import object_type
from sandbox.hubspot.refusals import Refused, invalid
from sandbox.wire import Answer, json_answer

Found = Mapping[int, Sequence[LinkType]]


def of_record(call: Call) -> Answer:
    """What one record is associated with: one entry for each meaning."""
    kinds = (call.kind, object_type(call.parts["to"]))
    record = call.portal.store.record(kinds[0], call.parts["id"])
    limit = call.number("limit", MOST_PER_PAGE, MOST_PER_PAGE)
    after = call.number("after", 0, sys.maxsize)
    found = call.portal.associations.of(kinds, record)
    left = [number for number in found if number > after]
    page = {number: found[number] for number in left[:limit]}
    body: dict[str, object] = {"results": _entries(kinds, page)}
    if len(left) > limit:
        last = str(left[limit - 1])
        body["paging"] = {"next": call.next_page(last)}
    return json_answer(200, body)


def associate(call: Call) -> Answer:
    """Associate two records; the answer is the first one, with its associations."""
    kinds, ends = path_ends(call)
    meaning = _meaning(kinds, call.parts["meaning"])
    call.portal.associations.label(kinds, ends, meaning.id, call.now)
    shape = Shape(call, kinds[0], linked=[kinds[1].name])
    return json_answer(200, shape.record(ends[0]))


def part(call: Call) -> Answer:
    kinds, ends = path_ends(call)
    _meaning(kinds, call.parts["meaning"])
    call.portal.associations.part(kinds, ends, call.now)
    return Answer(204)


def batch_read(call: Call) -> Answer:
    kinds = path_kinds(call)
    results: list[object] = []
    errors: list[object] = []
    for body in call.inputs(MOST_READ):
        asked = needed(body, "id")
        record = by_property(call, kinds[0], "", asked)
        found = call.portal.associations.of(kinds, record) if record is not None else {}
        if found:
            results.append({"from": {"id": asked}, "to": _entries(kinds, found)})
        else:
            errors.append(nothing_associated(kinds, asked).body())
    return batch_answer(call, results, errors)


def batch_create(call: Call) -> Answer:
    """Each association is answered in both directions."""
    kinds = path_kinds(call)
    results: list[object] = []
    errors: list[object] = []
    for body in call.inputs(MOST_WRITTEN):
        try:
            ends, meaning = _asked(call, kinds, body)
            call.portal.associations.label(kinds, ends, meaning.id, call.now)
            results += _both(kinds, ends, meaning)
        except Refused as refused:
            errors.append(refused.body())
    return batch_answer(call, results, errors, status=201)


def batch_part(call: Call) -> Answer:
    kinds = path_kinds(call)
    for body in call.inputs(MOST_WRITTEN):
        ends, _ = _asked(call, kinds, body)
        call.portal.associations.part(kinds, ends, call.now)
    return Answer(204)


def types(call: Call) -> Answer:
    """The meanings that an association between two types can have, by name."""
    kinds = path_kinds(call)
    known = LINK_TYPES.get((kinds[0].name, kinds[1].name), ())
    results = [{"id": str(one.id), "name": link_name(*kinds, one)} for one in known]
    return json_answer(200, {"results": results})


def _asked(call: Call, kinds: Kinds, body: Body) -> tuple[Ends, LinkType]:
    one = there(call, kinds[0], needed(mapping(body, "from"), "id"))
    other = there(call, kinds[1], needed(mapping(body, "to"), "id"))
    return (one, other), _meaning(kinds, text_of(body, "type"))


def _meaning(kinds: Kinds, named: str) -> LinkType:
    """An association type by its name or by its id."""
    for one in LINK_TYPES.get((kinds[0].name, kinds[1].name), ()):
        if named in {link_name(*kinds, one), str(one.id)}:
            return one
    names = f"{kinds[0].singular} to {kinds[1].singular}"
    raise invalid(f"{named} is not a valid association type from {names}", type=[named])


def _entries(kinds: Kinds, found: Found) -> list[object]:
    return [
        {"id": str(number), "type": link_name(*kinds, meaning)}
        for number, meanings in found.items()
        for meaning in meanings
    ]


def _both(kinds: Kinds, ends: Ends, meaning: LinkType) -> list[object]:
    one, other = ({"id": end.id} for end in ends)
    back = mirrored((kinds[0].name, kinds[1].name), meaning)
    return [
        {"from": one, "to": other, "type": link_name(*kinds, meaning)},
        {"from": other, "to": one, "type": link_name(kinds[1], kinds[0], back)},
    ]
