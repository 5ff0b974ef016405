"""Schemas: what the portal says of its types of record. It has none of its own."""

from sandbox.hubspot.api.call import Call
from sandbox.hubspot.api.properties import shown_property
from sandbox.hubspot.api.shapes import link_name
from sandbox.hubspot.links import LINK_TYPES, LinkType, primary_rule
from sandbox.hubspot.object_types import ObjectType, object_type
from sandbox.hubspot.properties import EPOCH
from sandbox.hubspot.values import iso
from sandbox.wire import Answer, json_answer

MOST_ASSOCIATED = 10_000
_DISPLAYED = {
    "contacts": "firstname",
    "companies": "name",
    "deals": "dealname",
    "leads": "hs_lead_name",
}


def list_schemas(_: Call) -> Answer:
    """The account's own types of record; this one has none."""
    return json_answer(200, {"results": []})


def get_schema(call: Call) -> Answer:
    kind = call.kind
    schema = call.portal.schema
    return json_answer(
        200,
        {
            "labels": {"singular": kind.singular.capitalize(), "plural": kind.name.capitalize()},
            "requiredProperties": [],
            "searchableProperties": [],
            "primaryDisplayProperty": _DISPLAYED.get(kind.name, kind.created[0]),
            "secondaryDisplayProperties": [],
            "description": f"The {kind.name} of this account.",
            "allowsSensitiveProperties": True,
            "archived": False,
            "restorable": True,
            "metaType": "HUBSPOT",
            "id": kind.id.removeprefix("0-"),
            "fullyQualifiedName": kind.singular.upper(),
            "createdAt": "1970-01-01T00:00:00Z",
            "updatedAt": iso(EPOCH),
            "createdByUserId": None,
            "updatedByUserId": None,
            "objectTypeId": kind.id,
            "properties": [shown_property(one) for one in schema.properties(kind)],
            "associations": [
                _association(kind, object_type(end), one)
                for (start, end), known in LINK_TYPES.items()
                if start == kind.name
                for one in known
            ],
            "name": kind.singular.upper(),
        },
    )


def _association(kind: ObjectType, other: ObjectType, one: LinkType) -> dict[str, object]:
    """How many records of each side an association of this meaning may have."""
    rule = primary_rule(kind, other) if one.label == "Primary" else None
    owns, is_owned = (rule is not None and rule.owner is end for end in (kind, other))
    return {
        "fromObjectTypeId": kind.id,
        "toObjectTypeId": other.id,
        "name": link_name(kind, other, one).upper(),
        "cardinality": "ONE_TO_ONE" if owns else "ONE_TO_MANY",
        "inverseCardinality": "ONE_TO_ONE" if is_owned else "ONE_TO_MANY",
        "hasUserEnforcedMaxToObjectIds": False,
        "hasUserEnforcedMaxFromObjectIds": False,
        "maxToObjectIds": 1 if owns else MOST_ASSOCIATED,
        "maxFromObjectIds": 1 if is_owned else MOST_ASSOCIATED,
        "id": str(one.id),
        "createdAt": None,
        "updatedAt": None,
    }
