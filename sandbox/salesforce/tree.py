"""Records with their children in one call: /composite/tree/{object}, all of them or none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sandbox.salesforce import writes
from sandbox.salesforce.call import Call, fields_of
from sandbox.salesforce.collections import MOST_WRITTEN, sent_records
from sandbox.salesforce.definitions import SObject
from sandbox.salesforce.refusals import Refusal
from sandbox.salesforce.table import Row
from sandbox.wire import Answer, json_answer

_DEEPEST = 5


@dataclass(frozen=True, slots=True)
class _Branch:
    """A record to create: below which other, by which field of its own."""

    definition: SObject
    name: str  # its referenceId
    values: Mapping[str, object]
    parent: str
    field: str


def answer(call: Call) -> Answer:
    """`call.path` is composite, tree, and the object of the topmost records."""
    if call.method != "POST":
        raise Refusal("METHOD_NOT_ALLOWED", f"HTTP Method '{call.method}' not allowed", status=405)
    records, _ = sent_records(call)
    definition = writes.reached(call, call.path[2])
    branches = list(_branches(call, definition, records, _Branch(definition, "", {}, "", ""), 1))
    _check(branches)
    made, refused = _planted(call, branches)
    if refused:
        return json_answer(400, {"hasErrors": True, "results": refused})
    results = [{"referenceId": name, "id": id_} for name, id_ in made.items()]
    return json_answer(201, {"hasErrors": False, "results": results})


def _branches(
    call: Call, definition: SObject, records: list[object], above: _Branch, depth: int
) -> Iterator[_Branch]:
    """The records in the order they are created: each before its children."""
    if depth > _DEEPEST:
        raise Refusal("INVALID_INPUT", f"A tree has at most {_DEEPEST} levels")
    for record in map(fields_of, records):
        values = {
            name: value
            for name, value in record.items()
            if name != "attributes" and not isinstance(value, dict)
        }
        name = str(fields_of(record.get("attributes") or {}).get("referenceId") or "")
        branch = _Branch(definition, name, values, above.name, above.field)
        yield branch
        for relationship, below in record.items():
            if relationship == "attributes" or not isinstance(below, dict):
                continue
            child, field = _relationship(call, definition, relationship)
            inside = below.get("records")
            top = _Branch(definition, name, {}, "", field)
            yield from _branches(
                call, child, inside if isinstance(inside, list) else [], top, depth + 1
            )


def _relationship(call: Call, parent: SObject, name: str) -> tuple[SObject, str]:
    found = call.org.child(parent, name)
    if found is None:
        raise Refusal("INVALID_FIELD", f"No such column '{name}' on sobject of type {parent.name}")
    return found


def _check(branches: list[_Branch]) -> None:
    names = [one.name for one in branches]
    if not all(names):
        message = "Include a reference ID for each record in the request."
        raise Refusal("INVALID_INPUT", message)
    if len(set(names)) < len(names):
        raise Refusal("INVALID_INPUT", "Duplicate ReferenceId provided in the request.")
    if len(names) > MOST_WRITTEN:
        raise Refusal("INVALID_INPUT", f"A tree has at most {MOST_WRITTEN} records")


def _planted(call: Call, branches: list[_Branch]) -> tuple[dict[str, str], list[Row]]:
    """The ids by reference, or what was refused, after everything was taken back."""
    made: dict[str, str] = {}
    refused: list[Row] = []
    with call.org.transaction() as transaction:
        for one in branches:
            if one.parent and one.parent not in made:
                continue  # its parent was refused
            values = {**one.values, one.field: made[one.parent]} if one.parent else one.values
            try:
                made[one.name] = writes.create(call, one.definition, values)
            except Refusal as error:
                refused.append({"referenceId": one.name, "errors": error.in_collection()})
        transaction.rolled_back = bool(refused)
    return made, refused
