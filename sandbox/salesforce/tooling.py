"""Custom fields through the Tooling API: made invisible, until somebody grants them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.salesforce.call import Call, fields_of
from sandbox.salesforce.cursors import Cursors
from sandbox.salesforce.definitions import Choice, Field, SObject
from sandbox.salesforce.furniture import Shape, custom_field
from sandbox.salesforce.ids import canonical
from sandbox.salesforce.query import Runner
from sandbox.salesforce.refusals import Refusal, not_found
from sandbox.salesforce.table import Row
from sandbox.wire import Answer, json_answer

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org

_TYPES = {
    "string": "Text",
    "double": "Number",
    "percent": "Percent",
    "currency": "Currency",
    "picklist": "Picklist",
    "multipicklist": "MultiselectPicklist",
    "boolean": "Checkbox",
    "date": "Date",
    "datetime": "DateTime",
    "email": "Email",
    "url": "Url",
    "phone": "Phone",
}
_LONGEST_TEXT = 255


def answer(call: Call, cursors: Cursors) -> Answer:
    """Everything below /tooling."""
    if call.path[1:] != ("query",) or not call.rights.sees_setup:
        call.needs("CustomizeApplication")
    match call.path[1:]:
        case ("query",):
            return _query(call, cursors)
        case ("sobjects", "CustomField") if call.method == "POST":
            return _create(call)
        case ("sobjects", "CustomField", id_):
            return _one(call, id_)
        case _:
            raise not_found()


def _query(call: Call, cursors: Cursors) -> Answer:
    runner = Runner(call.org, call.rights, call.version, tooling=True)
    result = runner.run(call.request.first("q"))
    page = cursors.first_page(result, call.rights.user, "", call.version)
    return json_answer(200, {"size": len(result.rows), "entityTypeName": "CustomField", **page})


def _create(call: Call) -> Answer:
    body = call.body()
    type_, _, name = str(body.get("FullName")).partition(".")
    definition = call.org.definition(type_)
    if definition.find(name) is not None:
        message = f"There is already a field named {name.removesuffix('__c')} on {type_}."
        raise Refusal("DUPLICATE_DEVELOPER_NAME", message, ["FullName"])
    made = replace(
        field_of(name, fields_of(body.get("Metadata"))), custom_id=call.org.ids.next("00N")
    )
    call.org.add_field(definition, made)
    note(call.org, made.custom_id, "create", f"{type_}.{name}", by=call.rights.user)
    shown = {"id": made.custom_id, "success": True, "errors": [], "warnings": [], "infos": []}
    return json_answer(201, shown)


def _one(call: Call, sent: str) -> Answer:
    definition, field = _found(call, sent)
    name = f"{definition.name}.{field.name}"
    if call.method == "GET":
        return json_answer(200, _shown(call, definition, field))
    if call.method == "DELETE":
        call.org.remove_field(definition.name, field.name)
        note(call.org, field.custom_id, "delete", name, by=call.rights.user)
        return Answer(204)
    if call.method == "PATCH":
        changed = field_of(field.name, fields_of(call.body().get("Metadata")))
        if changed.type != field.type:
            raise Refusal("FIELD_INTEGRITY_EXCEPTION", "Cannot change the type of this field")
        call.org.add_field(definition, replace(changed, custom_id=field.custom_id))
        note(call.org, field.custom_id, "update", name, by=call.rights.user)
        return Answer(204)
    raise Refusal("METHOD_NOT_ALLOWED", f"HTTP Method '{call.method}' not allowed", status=405)


def _found(call: Call, sent: str) -> tuple[SObject, Field]:
    id_ = canonical(sent)
    for definition in call.org.objects.values():
        for field in definition.fields.values():
            if field.custom_id and field.custom_id == id_:
                return definition, field
    raise not_found()


def field_of(name: str, metadata: Mapping[str, object]) -> Field:
    """A field out of its metadata, by whatever way it came."""
    choices, restricted = _choices(metadata.get("valueSet"))
    shape = Shape(
        _number(metadata, "length", _LONGEST_TEXT),
        _number(metadata, "precision", 18),
        _number(metadata, "scale", 0),
        tuple(choice.value for choice in choices),
        restricted,
    )
    made = custom_field(name, str(metadata.get("type")), str(metadata.get("label") or ""), shape)
    help_text = metadata.get("inlineHelpText")
    return replace(
        made,
        choices=choices,
        external_id=metadata.get("externalId") is True,
        help_text=str(help_text) if help_text else None,
    )


def _choices(value_set: object) -> tuple[tuple[Choice, ...], bool]:
    if not isinstance(value_set, dict):
        return (), False
    definition = value_set.get("valueSetDefinition")
    values = definition.get("value") if isinstance(definition, dict) else None
    listed = [fields_of(one) for one in values] if isinstance(values, list) else []
    return tuple(map(_choice, listed)), value_set.get("restricted") is True


def _choice(value: Mapping[str, object]) -> Choice:
    # Older versions say fullName, newer ones valueName.
    name = str(value.get("fullName") or value.get("valueName"))
    default = value.get("default") is True
    return Choice(name, str(value.get("label") or name), default=default)


def _number(metadata: Mapping[str, object], name: str, usual: int) -> int:
    value = metadata.get(name)
    return value if isinstance(value, int) else usual


def _shown(call: Call, definition: SObject, field: Field) -> Row:
    url = call.url("tooling", "sobjects", "CustomField", field.custom_id)
    row = call.org.tables["CustomField"].rows[field.custom_id]
    return {
        "attributes": {"type": "CustomField", "url": url},
        **row,
        "TableEnumOrId": definition.name,
        "Metadata": metadata_of(field),
    }


def metadata_of(field: Field) -> Row:
    """A field's definition in the words of metadata."""
    kind = _TYPES.get(field.type, "TextArea")
    if field.type == "textarea" and field.length > _LONGEST_TEXT:
        kind = "LongTextArea"
    shown: Row = {
        "type": kind,
        "label": field.label,
        "length": field.length or None,
        "precision": field.precision or None,
        "scale": field.scale if field.precision else None,
        "inlineHelpText": field.help_text,
        "externalId": field.external_id,
        "required": False,
        "valueSet": None,
    }
    if field.choices:
        values = [
            {"valueName": one.value, "label": one.label, "default": one.default}
            for one in field.choices
        ]
        inside = {"sorted": False, "value": values}
        shown["valueSet"] = {"restricted": field.restricted, "valueSetDefinition": inside}
    return shown


def note(org: "Org", id_: str, action: str, name: str, *, by: str) -> None:
    """Let the ledger know that a field was made, changed or removed."""
    org.ledger.change(
        "salesforce",
        "CustomField",
        id_,
        action=action,
        by=org.alias(by),
        at=org.clock.now(),
        fields=[("", None, name)],
    )
