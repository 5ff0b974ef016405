"""Asking for exports, looking after them, and fetching their files."""

from collections.abc import Callable, Sequence

from sandbox.hubspot.api.call import Body, Call, mapping, needed, text_of, words
from sandbox.hubspot.api.lists import list_members
from sandbox.hubspot.api.search import numbers_matching
from sandbox.hubspot.export_file import Sheet, written
from sandbox.hubspot.exports import Write
from sandbox.hubspot.object_types import ObjectType, object_type
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.refusals import invalid
from sandbox.hubspot.shelf import Record
from sandbox.hubspot.values import iso
from sandbox.wire import Answer, Request, json_answer

DOWNLOADS = "/exported-files/"
_TYPES = ("VIEW", "LIST")
_EXPIRED = b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'


def start(call: Call) -> Answer:
    """Take an export; the answer tells where to look after it."""
    body = call.body()
    kind, type_ = object_type(needed(body, "objectType")), needed(body, "exportType")
    if type_ not in _TYPES:
        raise invalid(f"{type_} is not an export type", exportType=[type_])
    if needed(body, "format") != "CSV":
        raise invalid("Only CSV is written here", format=[text_of(body, "format")])
    names = tuple(words(body, "objectProperties"))
    unknown = [one for one in names if call.portal.schema.property(kind, one) is None]
    if unknown:
        raise invalid(f"Properties do not exist: {', '.join(unknown)}", propertyName=unknown)
    name = text_of(body, "exportName", "export")
    write = _writer(call, body, kind, names)
    made = call.portal.exports.add(name, kind, type_, names, call.now, write)
    path = call.request.path.rstrip("/")
    status = f"{call.request.base_url}{path}/tasks/{made.id}/status"
    return json_answer(202, {"id": made.id, "links": {"status": status}})


def status(call: Call) -> Answer:
    """How far an export is; a complete one has an address that opens for five minutes."""
    export = call.portal.exports.get(call.parts["id"], call.now)
    state = export.state(call.now)
    body: dict[str, object] = {
        "status": state,
        "requestedAt": iso(export.requested),
        "startedAt": iso(export.starts),
        "completedAt": iso(min(export.ends, max(call.now, export.starts))),
    }
    if state == "COMPLETE":
        key = call.portal.exports.link(export, call.now)
        body["result"] = f"{call.request.base_url}{DOWNLOADS}{key}"
    return json_answer(200, body)


def get_export(call: Call) -> Answer:
    export = call.portal.exports.get(call.parts["id"], call.now)
    state = export.state(call.now)
    body: dict[str, object] = {
        "id": export.id,
        "exportName": export.name,
        "exportType": export.type,
        "exportState": {"PENDING": "ENQUEUED", "COMPLETE": "DONE"}.get(state, state),
        "objectType": export.kind.singular.upper(),
        "objectProperties": list(export.properties),
        "createdAt": iso(export.requested),
        "updatedAt": iso(max(export.requested, min(call.now, export.ends))),
    }
    if state == "COMPLETE":
        body["recordCount"] = export.records
    return json_answer(200, body)


def download(portal: Portal, request: Request) -> Answer:
    """The file behind an address; the address is the key, and there is no other."""
    now = portal.store.settle()
    export = portal.exports.opened(request.path.removeprefix(DOWNLOADS), now)
    if export is None:
        return Answer(403, _EXPIRED, {"Content-Type": "application/xml"})
    kind = "text/csv;charset=UTF-8" if export.suffix == "csv" else "application/zip"
    name = f'attachment; filename="{export.name}.{export.suffix}"'
    return Answer(200, export.content, {"Content-Type": kind, "Content-Disposition": name})


def _writer(call: Call, body: Body, kind: ObjectType, names: Sequence[str]) -> Write:
    """Writes the file when the export has ended, with the values of then."""
    portal, asked = call.portal, words(body, "exportInternalValuesOptions")
    properties = [portal.schema.needed(kind, one) for one in names if one != "hs_object_id"]
    sheet = Sheet(
        properties, portal.knobs.time_zone, names="NAMES" in asked, values="VALUES" in asked
    )
    choose = _chooser(call, body, kind)
    linked = [object_type(one) for one in _associated(body)]
    name = text_of(body, "exportName", "export")

    def write() -> tuple[bytes, str, int]:
        records = choose()
        header = [
            *sheet.header(),
            *(f"Associated {one.singular.capitalize()} IDs" for one in linked),
        ]
        rows = [[*sheet.row(one), *_linked(portal, kind, one, linked)] for one in records]
        content, suffix = written(name, header, rows, portal.knobs.export_rows_per_file)
        return content, suffix, len(rows)

    return write


def _chooser(call: Call, body: Body, kind: ObjectType) -> Callable[[], list[Record]]:
    """Which records: those of a list, those a search finds, or all of them."""
    records = call.portal.store.shelf(kind).records
    if text_of(body, "exportType") == "LIST":
        chosen = call.portal.lists.get(needed(body, "listId"))
        return lambda: [records[one] for one in sorted(list_members(call, chosen))]
    asked = mapping(body, "publicCrmSearchRequest")
    numbers_matching(call, kind, asked)  # nonsense is refused now, not when the file is written

    def choose() -> list[Record]:
        found = (records[one] for one in numbers_matching(call, kind, asked))
        return [one for one in found if one.is_live]

    return choose


def _associated(body: Body) -> list[str]:
    """Older clients name one type of associated records, newer ones several."""
    named = body.get("associatedObjectType")
    return [named] if isinstance(named, str) else words(body, "associatedObjectType")


def _linked(
    portal: Portal, kind: ObjectType, record: Record, linked: Sequence[ObjectType]
) -> list[str]:
    return [
        ";".join(str(one) for one in portal.associations.of((kind, other), record))
        for other in linked
    ]
