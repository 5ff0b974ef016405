"""Older addresses that some clients still call first: definitions, and who the account is."""

import orjson

from sandbox.hubspot.api import account
from sandbox.hubspot.api.call import Call
from sandbox.hubspot.object_types import COMPANIES, ObjectType, object_type
from sandbox.hubspot.properties import Group, Option, Property
from sandbox.hubspot.refusals import no_such_resource
from sandbox.hubspot.values import epoch_milliseconds, read_moment
from sandbox.wire import Answer, json_answer


def list_properties(call: Call) -> Answer:
    """A bare list, where the newer address answers an object."""
    return _listed(call, _kind(call))


def list_company_properties(call: Call) -> Answer:
    """Companies have had an address of their own for the same."""
    return _listed(call, COMPANIES)


def get_property(call: Call) -> Answer:
    return json_answer(200, _shown(call.portal.schema.needed(_kind(call), call.parts["name"])))


def list_groups(call: Call) -> Answer:
    kind, schema = _kind(call), call.portal.schema
    with_properties = call.flag("includeProperties")
    return json_answer(
        200,
        [
            _group(one, schema.properties(kind) if with_properties else None)
            for one in schema.groups(kind)
        ],
    )


def who_am_i(call: Call) -> Answer:
    told = orjson.loads(account.details(call).body)
    names = ("portalId", "timeZone", "utcOffset", "utcOffsetMilliseconds")
    return json_answer(
        200, {**{name: told[name] for name in names}, "currency": told["companyCurrency"]}
    )


def daily_usage(call: Call) -> Answer:
    """A bare list with moments in milliseconds."""
    (told,) = orjson.loads(account.daily_usage(call).body)["results"]
    moments = ("collectedAt", "resetsAt")
    told |= {name: epoch_milliseconds(read_moment(told[name])) for name in moments}
    return json_answer(200, [told])


def _kind(call: Call) -> ObjectType:
    kind = object_type(call.parts["type"])
    if call.version == "v1" and kind.name not in {"contacts", "companies", "deals"}:
        raise no_such_resource()
    return kind


def _listed(call: Call, kind: ObjectType) -> Answer:
    return json_answer(200, [_shown(one) for one in call.portal.schema.properties(kind)])


def _shown(one: Property) -> dict[str, object]:
    return {
        "name": one.name,
        "label": one.label,
        "description": one.description,
        "groupName": one.group,
        "type": one.type,
        "fieldType": one.field_type,
        "hidden": one.hidden,
        "options": [_option(option) for option in one.options],
        "displayOrder": one.display_order,
        "calculated": one.field_type == "calculation_equation",
        "externalOptions": one.external_options,
        "readOnlyValue": one.read_only,
        "readOnlyDefinition": one.native,
        "deleted": False,
        "favorited": False,
        "formField": one.form_field,
        "hubspotDefined": one.native,
        "mutableDefinitionNotDeletable": False,
        "createdAt": epoch_milliseconds(one.created),
        "updatedAt": epoch_milliseconds(one.updated),
    }


def _option(one: Option) -> dict[str, object]:
    return {
        "label": one.label,
        "value": one.value,
        "description": one.description,
        "displayOrder": one.display_order,
        "doubleData": 0.0,
        "hidden": one.hidden,
        "readOnly": False,
    }


def _group(one: Group, known: list[Property] | None) -> dict[str, object]:
    shown: dict[str, object] = {
        "name": one.name,
        "displayName": one.label,
        "displayOrder": one.display_order,
        "hubspotDefined": False,
    }
    if known is not None:
        shown["properties"] = [_shown(each) for each in known if each.group == one.name]
    return shown
