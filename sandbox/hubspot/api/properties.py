"""Property definitions and their groups."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sandbox.hubspot.api.call import Body, Call, needed, rows, text_of, whole
from sandbox.hubspot.api.shapes import batch_answer
from sandbox.hubspot.properties import YES_NO, Group, Option, Property
from sandbox.hubspot.refusals import Refused, gone_from_batch, invalid
from sandbox.hubspot.values import iso
from sandbox.wire import Answer, json_answer

MOST_INPUTS = 100
_HINTS = (
    "numberDisplayHint",
    "textDisplayHint",
    "showCurrencySymbol",
    "currencyPropertyName",
    "referencedObjectType",
    "calculationFormula",
)


def list_properties(call: Call) -> Answer:
    found = call.portal.schema.properties(call.kind, archived=call.flag("archived"))
    return json_answer(200, {"results": [shown_property(one) for one in found]})


def get_property(call: Call) -> Answer:
    return json_answer(
        200, shown_property(call.portal.schema.needed(call.kind, call.parts["name"]))
    )


def create_property(call: Call) -> Answer:
    return json_answer(201, shown_property(_create(call, call.body())))


def change_property(call: Call) -> Answer:
    """Everything but the name may change; what is not sent stays."""
    held = call.portal.schema.needed(call.kind, call.parts["name"])
    changed = _changed(held, call.body(), call.now)
    return json_answer(200, shown_property(call.portal.schema.change(call.kind, changed)))


def archive_property(call: Call) -> Answer:
    call.portal.schema.archive(call.kind, call.parts["name"], call.now)
    return Answer(204)


def batch_create(call: Call) -> Answer:
    """Definitions one by one: a name in use stands among the errors."""

    def create(body: Body) -> object:
        shown = shown_property(_create(call, body))
        hidden = {"createdAt", "updatedAt", "createdUserId", "updatedUserId", "archived"}
        return {name: value for name, value in shown.items() if name not in hidden}

    return _each(call, create, status=201)


def batch_read(call: Call) -> Answer:
    return _each(call, lambda body: shown_property(_named(call, needed(body, "name"))))


def batch_archive(call: Call) -> Answer:
    for body in call.inputs(MOST_INPUTS):
        call.portal.schema.archive(call.kind, needed(body, "name"), call.now)
    return Answer(204)


def list_groups(call: Call) -> Answer:
    found = call.portal.schema.groups(call.kind)
    return json_answer(200, {"results": [_group(one) for one in found]})


def get_group(call: Call) -> Answer:
    return json_answer(200, _group(call.portal.schema.group(call.kind, call.parts["name"])))


def create_group(call: Call) -> Answer:
    body = call.body()
    group = Group(needed(body, "name"), needed(body, "label"), whole(body, "displayOrder", -1))
    return json_answer(201, _group(call.portal.schema.add_group(call.kind, group)))


def change_group(call: Call) -> Answer:
    """A group's label and place; what is not sent stays."""
    held, body = call.portal.schema.group(call.kind, call.parts["name"]), call.body()
    changed = replace(
        held,
        label=text_of(body, "label", held.label),
        display_order=whole(body, "displayOrder", held.display_order),
    )
    return json_answer(200, _group(call.portal.schema.change_group(call.kind, changed)))


def remove_group(call: Call) -> Answer:
    call.portal.schema.remove_group(call.kind, call.parts["name"])
    return Answer(204)


def _each(call: Call, make: Callable[[Body], object], status: int = 200) -> Answer:
    results: list[object] = []
    errors: list[object] = []
    for body in call.inputs(MOST_INPUTS):
        try:
            results.append(make(body))
        except Refused as refused:
            errors.append(refused.body())
    return batch_answer(call, results, errors, status)


def _named(call: Call, name: str) -> Property:
    found = call.portal.schema.property(call.kind, name)
    if found is None:
        raise gone_from_batch("property", [name])
    return found


def _create(call: Call, body: Body) -> Property:
    kind = needed(body, "type")
    definition = Property(
        needed(body, "name"),
        kind,
        needed(body, "fieldType"),
        needed(body, "label"),
        needed(body, "groupName"),
        options=_options(body) or _usual_options(call, kind),
        has_unique_value=body.get("hasUniqueValue") is True,
        created=call.now,
        created_by=call.token.app_id,
    )
    return call.portal.schema.define(call.kind, _changed(definition, body, call.now))


def _usual_options(call: Call, kind: str) -> tuple[Option, ...]:
    if kind != "bool":
        return ()
    if call.portal.knobs.bool_needs_options:
        raise invalid("Boolean properties must have exactly two options, true and false.")
    return YES_NO


def _changed(held: Property, body: Body, now: datetime) -> Property:
    return replace(
        held,
        label=text_of(body, "label", held.label),
        type=text_of(body, "type", held.type),
        field_type=text_of(body, "fieldType", held.field_type),
        group=text_of(body, "groupName", held.group),
        description=text_of(body, "description", held.description),
        options=_options(body) or held.options,
        display_order=whole(body, "displayOrder", held.display_order),
        hidden=bool(body.get("hidden", held.hidden)),
        form_field=bool(body.get("formField", held.form_field)),
        data_sensitivity=text_of(body, "dataSensitivity", held.data_sensitivity),
        hints={**held.hints, **{name: body[name] for name in _HINTS if name in body}},
        updated=now,
    )


def _options(body: Body) -> tuple[Option, ...]:
    return tuple(
        Option(
            needed(one, "label"),
            needed(one, "value"),
            whole(one, "displayOrder", order),
            hidden=one.get("hidden") is True,
            description=text_of(one, "description"),
        )
        for order, one in enumerate(rows(body, "options"))
    )


def shown_property(one: Property) -> dict[str, object]:
    shown: dict[str, object] = {
        "updatedAt": iso(one.updated),
        "createdAt": iso(one.created),
        "name": one.name,
        "label": one.label,
        "type": one.type,
        "fieldType": one.field_type,
        "description": one.description,
        "groupName": one.group,
        "options": [] if one.options_elsewhere else [_option(option) for option in one.options],
        "displayOrder": one.display_order,
        "calculated": one.field_type == "calculation_equation",
        "externalOptions": one.external_options or one.options_elsewhere,
        "hasUniqueValue": one.has_unique_value,
        "hidden": one.hidden,
        "modificationMetadata": _modifiable(one),
        "formField": one.form_field,
        "dataSensitivity": one.data_sensitivity,
        **one.hints,
    }
    if one.native:
        shown["hubspotDefined"] = True
    else:
        shown["archived"] = one.archived is not None
    if one.created_by:
        shown |= {"createdUserId": one.created_by, "updatedUserId": one.created_by}
    if one.archived is not None:
        shown["archivedAt"] = iso(one.archived)
    return shown


def _modifiable(one: Property) -> dict[str, bool]:
    told = {"archivable": True, "readOnlyDefinition": one.native, "readOnlyValue": one.read_only}
    if one.read_only_options is not None:
        told["readOnlyOptions"] = one.read_only_options
    return told


def _option(one: Option) -> dict[str, object]:
    return {
        "label": one.label,
        "value": one.value,
        "description": one.description,
        "displayOrder": one.display_order,
        "hidden": one.hidden,
    }


def _group(one: Group) -> dict[str, object]:
    return {
        "name": one.name,
        "label": one.label,
        "displayOrder": one.display_order,
        "archived": one.archived,
    }
