"""One record at a time: /sobjects/{object}/{id}."""

from collections.abc import Callable, Sequence
from urllib.parse import unquote

from sandbox.salesforce import describe, layouts, replication, writes
from sandbox.salesforce.call import Call
from sandbox.salesforce.definitions import SObject
from sandbox.salesforce.paths import value_reader
from sandbox.salesforce.refusals import Refusal, no_such_column, not_found
from sandbox.salesforce.table import Row
from sandbox.wire import Answer, json_answer

_PARTS = frozenset({"describe", "updated", "deleted", "listviews", "quickActions"})


def answer(call: Call) -> Answer:
    """Everything below /sobjects."""
    if len(call.path) == 1:
        return describe.all_(call)
    definition = writes.reached(call, call.path[1])
    match call.path[2:]:
        case (part, *_) if part in _PARTS:
            return _part(call, definition)
        case ():
            return _collection(call, definition)
        case (id_,):
            return _record(call, definition, id_)
        case (field, value):
            return _by_external_id(call, definition, field, unquote(value))
        case _:
            raise not_found()


def shower(call: Call, definition: SObject, names: Sequence[str]) -> Callable[[Row], Row]:
    """How records are shown with these fields, as a GET shows one."""
    base = call.url("sobjects", definition.name)
    reads = [(name, value_reader(definition, definition.fields[name])) for name in names]

    def show(row: Row) -> Row:
        shown: Row = {"attributes": {"type": definition.name, "url": f"{base}/{row['Id']}"}}
        for name, read in reads:
            shown[name] = read(row)
        return shown

    return show


def _part(call: Call, definition: SObject) -> Answer:
    """What is asked about the object itself."""
    match call.path[2:]:
        case ("describe",):
            return describe.one(call, definition)
        case ("updated" | "deleted" as which,):
            return replication.answer(call, definition, which)
        case _:
            return layouts.answer(call, definition)


def _collection(call: Call, definition: SObject) -> Answer:
    if call.method == "POST":
        id_ = writes.create(call, definition, call.body())
        location = {"Location": call.url("sobjects", definition.name, id_)}
        return json_answer(201, {"id": id_, "success": True, "errors": []}, location)
    if call.method == "GET":
        return describe.brief(call, definition)
    raise _not_allowed(call)


def _record(call: Call, definition: SObject, id_: str) -> Answer:
    if call.method == "GET":
        row = writes.readable(call, definition, id_)
        return json_answer(200, shower(call, definition, _asked(call, definition))(row))
    if call.method == "PATCH":
        writes.update(call, definition, id_, call.body())
        return Answer(204)
    if call.method == "DELETE":
        writes.delete(call, definition, id_)
        return Answer(204)
    raise _not_allowed(call)


def _asked(call: Call, definition: SObject) -> list[str]:
    asked = [one for one in call.request.first("fields").split(",") if one]
    visible = call.rights.visible(definition)
    if not asked:
        return visible
    for name in asked:
        if name not in visible:
            raise no_such_column(name, definition.name)
    return ["Id", *(name for name in asked if name != "Id")]


def _by_external_id(call: Call, definition: SObject, name: str, value: str) -> Answer:
    field = writes.key_field(call, definition, name)
    rows = writes.having(call, definition, field, value)
    if len(rows) > 1:
        urls = [call.url("sobjects", definition.name, str(row["Id"])) for row in rows]
        return json_answer(300, urls)
    if call.method == "PATCH":
        return _upsert(call, definition, field.name, value, rows)
    if not rows:
        raise not_found()
    return _record(call, definition, str(rows[0]["Id"]))


def _upsert(call: Call, definition: SObject, name: str, value: str, rows: list[Row]) -> Answer:
    if rows:
        id_, created = str(rows[0]["Id"]), False
        writes.update(call, definition, id_, call.body())
    elif call.request.first("updateOnly") == "true":
        raise not_found()
    else:
        id_, created = writes.create(call, definition, {**call.body(), name: value}), True
    body = {"id": id_, "success": True, "errors": [], "created": created}
    return json_answer(201 if created else 200, body)


def _not_allowed(call: Call) -> Refusal:
    message = f"HTTP Method '{call.method}' not allowed. Allowed are HEAD,GET,POST,PATCH,DELETE"
    return Refusal("METHOD_NOT_ALLOWED", message, status=405)
