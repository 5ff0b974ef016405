"""How an object is laid out on its pages, as far as clients ask: one plain page for all."""

from sandbox.salesforce.call import Call
from sandbox.salesforce.definitions import Field, SObject
from sandbox.salesforce.refusals import not_found
from sandbox.salesforce.table import Row
from sandbox.wire import Answer, json_answer

_MASTER = "012000000000000AAA"


def answer(call: Call, definition: SObject) -> Answer:
    """Everything below an object that is about its pages."""
    call.only_reads()
    if "s" not in definition.flags:
        raise not_found()
    match call.path[2:]:
        case ("describe", "layouts"):
            return json_answer(200, _all(call, definition))
        case ("describe", "layouts", record_type) if record_type in _record_types(call, definition):
            return json_answer(200, _layout(call, definition))
        case ("describe", "compactLayouts"):
            return json_answer(200, _compact())
        case ("describe", "approvalLayouts"):
            return json_answer(200, {"approvalLayouts": []})
        case ("listviews",):
            told = {"done": True, "listviews": [], "nextRecordsUrl": None, "size": 0}
            return json_answer(200, told | {"sobjectType": definition.name})
        case ("quickActions",):
            return json_answer(200, [])
        case _:
            raise not_found()


def _record_types(call: Call, definition: SObject) -> list[str]:
    rows = call.org.tables["RecordType"].rows.values()
    return [_MASTER, *(str(row["Id"]) for row in rows if row["SobjectType"] == definition.name)]


def _all(call: Call, definition: SObject) -> Row:
    layout = _layout(call, definition)
    mappings = [
        {
            "active": True,
            "available": True,
            "defaultRecordTypeMapping": id_ == _MASTER,
            "layoutId": layout["id"],
            "master": id_ == _MASTER,
            "recordTypeId": id_,
        }
        for id_ in _record_types(call, definition)
    ]
    return {
        "layouts": [layout],
        "recordTypeMappings": mappings,
        "recordTypeSelectorRequired": [len(mappings) > 1],
    }


def _layout(call: Call, definition: SObject) -> Row:
    fields = [definition.fields[name] for name in call.rights.visible(definition)]
    shown = [one for one in fields if one.createable or one.updateable or one.name == "Name"]
    section = {
        "columns": 1,
        "heading": "Information",
        "layoutRows": [_row(one) for one in shown],
        "rows": len(shown),
        "tabOrder": "TOP_TO_BOTTOM",
        "useCollapsibleSection": False,
        "useHeading": False,
    }
    return {
        "buttonLayoutSection": {"detailButtons": []},
        "detailLayoutSections": [section],
        "editLayoutSections": [section],
        "highlightsPanelLayoutSection": None,
        "id": f"00h{definition.prefix}000000000AAA",
        "multirowEditLayoutSections": [],
        "offlineLinks": [],
        "quickActionList": {"quickActionListItems": []},
        "relatedContent": None,
        "relatedLists": [],
        "saveOptions": [],
    }


def _row(field: Field) -> Row:
    component = {
        "components": [],
        "displayLines": 1,
        "tabOrder": 1,
        "type": "Field",
        "value": field.name,
    }
    item = {
        "editableForNew": field.createable,
        "editableForUpdate": field.updateable,
        "label": field.label,
        "layoutComponents": [component],
        "placeholder": False,
        "required": field.required,
    }
    return {"layoutItems": [item], "numItems": 1}


def _compact() -> Row:
    return {
        "compactLayouts": [],
        "defaultCompactLayoutId": None,
        "recordTypeCompactLayoutMappings": [],
    }
