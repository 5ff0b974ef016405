"""Describe: what objects and fields there are, for the user who asks."""

from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from sandbox.salesforce.call import Call
from sandbox.salesforce.definitions import Choice, Field, SObject, relationship_name
from sandbox.wire import Answer, json_answer

if TYPE_CHECKING:
    from sandbox.salesforce.table import Row

_SOAP_TYPES = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "address": "urn:address",
    "anyType": "xsd:anyType",
}
_OFF = (
    "activateable",
    "customSetting",
    "deepCloneable",
    "deprecatedAndHidden",
    "hasSubtypes",
    "isInterface",
    "isSubtype",
)
_FIELD_OFF = (
    "aiPredictionField",
    "autoNumber",
    "cascadeDelete",
    "caseSensitive",
    "dependentPicklist",
    "deprecatedAndHidden",
    "displayLocationInDecimal",
    "encrypted",
    "formulaTreatNullNumberAsZero",
    "highScaleNumber",
    "queryByDistance",
    "restrictedDelete",
    "unique",
    "writeRequiresMasterRead",
)
_FIELD_UNSET = (
    "controllerName",
    "defaultValueFormula",
    "filteredLookupInfo",
    "mask",
    "maskType",
    "referenceTargetField",
    "relationshipOrder",
)
_SINCE = 50  # between 48 and 52 answers got some keys more, and lost an address
_UNKEYED = "017"  # histories tell no prefix
_OWN_URLS = {
    "Case": (
        ("caseArticleSuggestions", "suggestedArticles"),
        ("caseRowArticleSuggestions", "{ID}/suggestedArticles"),
    ),
    "User": (
        ("namedLayouts", "describe/namedLayouts/{LayoutName}"),
        ("passwordUtilities", "{ID}/password"),
    ),
}
_SCOPES = (
    ("everything", "All {}"),
    ("mine", "My {}"),
    ("team", "My team's {}"),
)


def all_(call: Call) -> Answer:
    """Every object the user can read."""
    call.only_reads()
    readable = [
        definition
        for definition in call.org.objects.values()
        if "q" in definition.flags
        and call.org.has(definition.name)
        and call.rights.may("Read", definition.name)
    ]
    readable.sort(key=lambda one: one.name)
    changed = max(call.org.schema_changed_at(one.name) for one in readable)
    listed = [_head(call, definition) for definition in readable]
    headers = _stamps(call, changed, listed)
    if _is_known(call, headers["ETag"], changed):
        return Answer(304, b"", headers)
    body = {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": listed}
    return json_answer(200, body, headers)


def brief(call: Call, definition: SObject) -> Answer:
    return json_answer(200, {"objectDescribe": _head(call, definition), "recentItems": []})


def one(call: Call, definition: SObject) -> Answer:
    """One object with the fields the user sees; 304 when it is as the client knows it."""
    call.only_reads()
    changed = call.org.schema_changed_at(definition.name)
    visible = call.rights.visible(definition)
    headers = _stamps(call, changed, visible)
    if _is_known(call, headers["ETag"], changed):
        return Answer(304, b"", headers)
    body = {
        **_head(call, definition),
        "actionOverrides": [],
        "childRelationships": _children(call, definition),
        "compactLayoutable": "m" in definition.flags,
        "defaultImplementation": None,
        "extendedBy": None,
        "extendsInterfaces": None,
        "fields": [_field(definition.fields[name]) for name in visible],
        "implementedBy": None,
        "implementsInterfaces": None,
        "listviewable": None,
        "lookupLayoutable": None,
        "namedLayoutInfos": [],
        "networkScopeFieldName": None,
        "recordTypeInfos": _record_types(call, definition),
        "searchLayoutable": "s" in definition.flags,
        **({"sobjectDescribeOption": "FULL"} if call.number >= _SINCE else {}),
        "supportedScopes": [
            {"label": label.format(definition.plural.lower()), "name": name}
            for name, label in _SCOPES
        ],
        "urls": _urls(call.url("sobjects", definition.name), definition) | _pages(call, definition),
    }
    return json_answer(200, body, headers)


def _stamps(call: Call, changed: datetime, shown: object) -> dict[str, str]:
    tag = sha256(f"{changed}/{shown}/{call.version}".encode()).hexdigest()[:24]
    return {"ETag": f'"{tag}"', "Last-Modified": format_datetime(changed, usegmt=True)}


def _is_known(call: Call, tag: str, changed: datetime) -> bool:
    sent = call.request.headers
    if tag in sent.get("if-none-match", ""):
        return True
    since = sent.get("if-modified-since")
    if not since:
        return False
    try:
        return changed.replace(microsecond=0) <= parsedate_to_datetime(since)
    except ValueError:
        return False  # a date nobody can read asks for everything


def _head(call: Call, definition: SObject) -> dict[str, object]:
    flags, may = definition.flags, call.rights.may
    searchable = "s" in flags
    url = call.url("sobjects", definition.name)
    head: dict[str, object] = dict.fromkeys(_OFF, False)
    if call.number >= _SINCE:
        head |= {"associateEntityType": None, "associateParentEntity": None}
    head |= {
        "createable": "c" in flags and may("Create", definition.name),
        "custom": definition.name.endswith("__c"),
        "deletable": "d" in flags and may("Delete", definition.name),
        "feedEnabled": searchable,
        "keyPrefix": None if definition.prefix == _UNKEYED else definition.prefix,
        "label": definition.label,
        "labelPlural": definition.plural,
        "layoutable": searchable,
        "mergeable": "m" in flags,
        "mruEnabled": searchable,
        "name": definition.name,
        "queryable": "q" in flags,
        "replicateable": "r" in flags,
        "retrieveable": "q" in flags,
        "searchable": searchable,
        "triggerable": searchable,
        "undeletable": "d" in flags and may("Delete", definition.name),
        "updateable": "u" in flags and may("Edit", definition.name),
        "urls": _urls(url, definition),
    }
    return head


def _urls(url: str, definition: SObject) -> dict[str, str]:
    """What can be asked about an object: more about one that people search and open."""
    known = {"sobject": url, "describe": f"{url}/describe", "rowTemplate": f"{url}/{{ID}}"}
    if {"c", "u"} <= set(definition.flags):
        known |= {name: f"{url}/describe/{name}" for name in ("compactLayouts", "layouts")}
        known["quickActions"] = f"{url}/quickActions"
    if "s" in definition.flags and definition.name != "User":
        known["approvalLayouts"] = f"{url}/describe/approvalLayouts"
        known["listviews"] = f"{url}/listviews"
    return known | {name: f"{url}/{path}" for name, path in _OWN_URLS.get(definition.name, ())}


def _pages(call: Call, definition: SObject) -> dict[str, str]:
    """The addresses of an object's pages, which only its own describe tells."""
    if not {"u", "d"} <= set(definition.flags):
        return {}
    home = f"https://{call.request.base_url.partition('://')[2]}"
    pages = {
        "uiDetailTemplate": f"{home}/{{ID}}",
        "uiEditTemplate": f"{home}/{{ID}}/e",
        "uiNewRecord": f"{home}/{definition.prefix}/e",
    }
    if call.number < _SINCE:
        url = call.url("sobjects", definition.name, "defaultValues")
        pages["defaultValues"] = f"{url}?recordTypeId&fields"
    return pages


def _field(field: Field) -> dict[str, object]:
    told = {
        **dict.fromkeys(_FIELD_OFF, False),
        **dict.fromkeys(_FIELD_UNSET),
        **_nature(field),
        **_abilities(field),
    }
    return dict(sorted(told.items()))


def _nature(field: Field) -> dict[str, object]:
    """What a field is and can hold."""
    one_byte_each = field.type in {"id", "reference"}
    return {
        "calculated": bool(field.formula),
        "calculatedFormula": field.formula or None,
        "htmlFormatted": "IMAGE(" in field.formula,
        "byteLength": field.length * (1 if one_byte_each else 3),
        "compoundFieldName": field.compound,
        "custom": field.custom,
        "defaultValue": _default(field),
        "digits": field.digits,
        "externalId": field.external_id,
        "extraTypeInfo": field.extra,
        "inlineHelpText": field.help_text,
        "label": field.label,
        "length": field.length,
        "name": field.name,
        "nameField": field.name == "Name",
        "namePointing": len(field.refers_to) > 1,
        "picklistValues": [_choice(choice) for choice in field.choices],
        "polymorphicForeignKey": len(field.refers_to) > 1,
        "precision": field.precision,
        "referenceTo": list(field.refers_to),
        "relationshipName": field.relationship,
        "restrictedPicklist": field.restricted,
        "scale": field.scale,
        "soapType": _SOAP_TYPES.get(field.type, "xsd:string"),
        "type": field.type,
    }


def _abilities(field: Field) -> dict[str, object]:
    """What can be done with a field."""
    return {
        "aggregatable": "a" in field.flags,
        "createable": field.createable,
        "defaultedOnCreate": field.defaulted,
        "filterable": "f" in field.flags,
        "groupable": "g" in field.flags,
        "idLookup": "i" in field.flags or field.external_id,
        "nillable": field.nillable,
        "permissionable": field.permissionable,
        "searchPrefilterable": "k" in field.flags,
        "sortable": "s" in field.flags,
        "updateable": field.updateable,
    }


def _default(field: Field) -> object:
    if field.type == "boolean":
        return bool(field.default)
    return next((choice.value for choice in field.choices if choice.default), None)


def _choice(choice: Choice) -> dict[str, object]:
    return {
        "active": choice.active,
        "defaultValue": choice.default,
        "label": choice.label or choice.value,
        "validFor": None,
        "value": choice.value,
    }


def _children(call: Call, parent: SObject) -> list[dict[str, object]]:
    return [
        _child(definition, field)
        for definition in call.org.objects.values()
        for field in definition.fields.values()
        if parent.name in field.refers_to and call.rights.sees(definition, field.name)
    ]


def _child(definition: SObject, field: Field) -> dict[str, object]:
    return {
        "cascadeDelete": False,
        "childSObject": definition.name,
        "deprecatedAndHidden": False,
        "field": field.name,
        "junctionIdListNames": [],
        "junctionReferenceTo": [],
        "relationshipName": relationship_name(definition, field),
        "restrictedDelete": False,
    }


def _record_types(call: Call, definition: SObject) -> list[dict[str, object]]:
    if "s" not in definition.flags:
        return []
    made = [
        row
        for row in call.org.tables["RecordType"].rows.values()
        if row.get("SobjectType") == definition.name
    ]
    layouts = call.url("sobjects", definition.name, "describe", "layouts")
    master: Row = {"Id": "012000000000000AAA", "Name": "Master", "DeveloperName": "Master"}
    return [
        {
            "active": True,
            "available": True,
            "defaultRecordTypeMapping": row is master,
            "developerName": row["DeveloperName"],
            "master": row is master,
            "name": row["Name"],
            "recordTypeId": row["Id"],
            "urls": {"layout": f"{layouts}/{row['Id']}"},
        }
        for row in (*made, master)
    ]
