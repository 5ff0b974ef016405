"""Up to two hundred upserts by a key in one call: /composite/sobjects/{object}/{field}."""

from functools import partial

from sandbox.salesforce import writes
from sandbox.salesforce.call import Call, fields_of
from sandbox.salesforce.collections import carry_out, sent_records, type_of
from sandbox.salesforce.definitions import Field, SObject
from sandbox.salesforce.refusals import Refusal
from sandbox.salesforce.table import Row
from sandbox.wire import Answer


def answer(call: Call) -> Answer:
    """`call.path` is composite, sobjects, the object, and its key field."""
    if call.method != "PATCH":
        raise Refusal("METHOD_NOT_ALLOWED", f"HTTP Method '{call.method}' not allowed", status=405)
    type_, name = call.path[2:]
    definition = writes.reached(call, type_)
    field = writes.key_field(call, definition, name)
    records, all_or_none = sent_records(call)
    todo = [partial(_outcome, call, definition, field, record) for record in records]
    return carry_out(call, todo, all_or_none=all_or_none)


def _outcome(call: Call, definition: SObject, field: Field, record: object) -> Row:
    try:
        id_, created = _upsert(call, definition, field, record)
    except Refusal as error:
        return {"success": False, "errors": error.in_collection(), "created": False}
    return {"id": id_, "success": True, "errors": [], "created": created}


def _upsert(call: Call, definition: SObject, field: Field, record: object) -> tuple[str, bool]:
    values = fields_of(record)
    type_ = type_of(call, values)
    if type_.lower() != definition.name.lower():
        message = f"The record is of type {type_}, the request is for {definition.name}"
        raise Refusal("INVALID_TYPE", message)
    return writes.upsert(call, definition, field, values)
