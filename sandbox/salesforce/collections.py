"""Up to two hundred records in one call: /composite/sobjects."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from sandbox.salesforce import writes
from sandbox.salesforce.call import Call, fields_of, texts
from sandbox.salesforce.refusals import Refusal, no_such_column, not_found
from sandbox.salesforce.sobjects import shower
from sandbox.salesforce.table import Row
from sandbox.wire import Answer, json_answer

MOST_WRITTEN = 200
MOST_READ = 2000
_ROLLED_BACK = Refusal(
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using AllOrNone "
    "header",
)

Attempt = Callable[[], Row]  # makes one write and tells what became of it


def answer(call: Call) -> Answer:
    """Everything below /composite/sobjects; `call.path` starts there."""
    rest = call.path[2:]
    if len(rest) == 1 and call.method in {"GET", "POST"}:
        return _retrieve(call, rest[0])
    if rest:
        raise not_found()
    if call.method == "DELETE":
        return _delete(call)
    if call.method in {"POST", "PATCH"}:
        return _write(call)
    raise Refusal("METHOD_NOT_ALLOWED", f"HTTP Method '{call.method}' not allowed", status=405)


def carry_out(call: Call, todo: Sequence[Attempt], *, all_or_none: bool) -> Answer:
    """Make the writes, each by itself or all together; the outcomes keep their positions."""
    if len(todo) > MOST_WRITTEN:
        message = f"The number of records exceeds the maximum of {MOST_WRITTEN}"
        raise Refusal("EXCEEDED_ID_LIMIT", message)
    if not all_or_none:
        return json_answer(200, [attempt() for attempt in todo])
    with call.org.transaction() as transaction:
        outcomes = [attempt() for attempt in todo]
        transaction.rolled_back = not all(one["success"] for one in outcomes)
    if transaction.rolled_back:
        outcomes = [_undone(one) for one in outcomes]
    return json_answer(200, outcomes)


def sent_records(call: Call) -> tuple[list[object], bool]:
    """The records of a body, and whether they are written all or none."""
    body = call.body()
    records = body.get("records")
    if not isinstance(records, list):
        raise Refusal("JSON_PARSER_ERROR", "The request needs a list of records")
    return records, body.get("allOrNone") is True


def type_of(call: Call, record: Mapping[str, object]) -> str:
    """The object a record says it is of."""
    attributes = record.get("attributes")
    first = next(iter(record), "") == "attributes" or not call.org.switches.attributes_first
    if not isinstance(attributes, dict) or "type" not in attributes or not first:
        message = (
            "Nested object for polymorphic foreign key must have an attributes field before any "
            "other fields."
        )
        raise Refusal("JSON_PARSER_ERROR", message)
    return str(attributes["type"])


def _write(call: Call) -> Answer:
    records, all_or_none = sent_records(call)
    act = _create if call.method == "POST" else _update
    todo = [partial(_outcome, act, call, record) for record in records]
    return carry_out(call, todo, all_or_none=all_or_none)


def _delete(call: Call) -> Answer:
    ids = [one for one in call.request.first("ids").split(",") if one]
    todo = [partial(_outcome, _remove, call, {"id": one}) for one in ids]
    return carry_out(call, todo, all_or_none=call.request.first("allOrNone") == "true")


def _outcome(act: Callable[[Call, Mapping[str, object]], str], call: Call, record: object) -> Row:
    try:
        return {"id": act(call, fields_of(record)), "success": True, "errors": []}
    except Refusal as error:
        return {"success": False, "errors": error.in_collection()}


def _undone(outcome: Row) -> Row:
    if not outcome["success"]:
        return outcome
    told: Row = {"success": False, "errors": _ROLLED_BACK.in_collection()}
    return told | {"created": False} if "created" in outcome else told


def _create(call: Call, record: Mapping[str, object]) -> str:
    definition = call.org.definition(type_of(call, record))
    values = {name: value for name, value in record.items() if name != "attributes"}
    return writes.create(call, definition, values)


def _update(call: Call, record: Mapping[str, object]) -> str:
    definition = call.org.definition(type_of(call, record))
    sent = next((record[name] for name in ("id", "Id", "ID") if name in record), None)
    id_ = writes.existing_id(call, definition, sent)
    values = {
        name: value for name, value in record.items() if name.lower() not in {"id", "attributes"}
    }
    writes.update(call, definition, id_, values)
    return id_


def _remove(call: Call, record: Mapping[str, object]) -> str:
    definition = writes.object_of(call.org, record["id"])
    writes.delete(call, definition, str(record["id"]))
    return str(record["id"])


def _retrieve(call: Call, name: str) -> Answer:
    definition = call.org.definition(name)
    ids, fields = _asked(call)
    if len(ids) > MOST_READ:
        raise Refusal("EXCEEDED_ID_LIMIT", f"The number of ids exceeds {MOST_READ}")
    names = []
    for asked in fields:
        field = definition.find(asked)
        if field is None or not call.rights.sees(definition, field.name):
            raise no_such_column(asked, definition.name)
        names.append(field.name)
    show = shower(call, definition, names)
    found: list[Row | None] = []
    for id_ in ids:
        try:
            found.append(show(writes.readable(call, definition, id_)))
        except Refusal:
            found.append(None)  # what cannot be read leaves a gap at its position
    return json_answer(200, found)


def _asked(call: Call) -> tuple[list[str], list[str]]:
    if call.method == "POST":
        body = call.body()
        return texts(body.get("ids")), texts(body.get("fields"))
    request = call.request
    return request.first("ids").split(","), request.first("fields").split(",")
