"""What an org tells of its metadata: a field, a permission set, and lists of names."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from sandbox.salesforce.coerce import wire_time
from sandbox.salesforce.markup import Typed
from sandbox.salesforce.metadata.archive import TYPES
from sandbox.salesforce.metadata.scene import Scene
from sandbox.salesforce.metadata.sets import RIGHTS
from sandbox.salesforce.table import Row
from sandbox.salesforce.tooling import metadata_of

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org

_MARK = "Permissions"
_FOLDERS = {
    "CustomObject": ("objects", "object"),
    "PermissionSet": ("permissionsets", "permissionset"),
    "CustomLabels": ("labels", "labels"),
    "Translations": ("translations", "translation"),
    "CustomObjectTranslation": ("objectTranslations", "objectTranslation"),
    "Report": ("reports", "report"),
    "Dashboard": ("dashboards", "dashboard"),
    "LightningComponentBundle": ("lwc", ""),
}


def read_component(org: "Org", type_: str, name: str) -> Typed:
    """A component as readMetadata gives it; one that is not there is empty."""
    read = _READERS.get(type_)
    found = read(org, name) if read else None
    return Typed(type_, found)


def listed(org: "Org", type_: str) -> Iterator[Row]:
    """The components of a type, as listMetadata gives them."""
    by = {"Id": org.users["admin"], "Name": org.tables["User"].rows[org.users["admin"]]["Name"]}
    when = wire_time(org.founded).replace("+0000", "Z")
    for name, id_ in _names(org, type_):
        folder = _FOLDERS.get(type_, ("objects", "object"))
        yield {
            "createdById": by["Id"],
            "createdByName": by["Name"],
            "createdDate": when,
            "fileName": f"{folder[0]}/{name.partition('.')[0]}.{folder[1]}",
            "fullName": name,
            "id": id_,
            "lastModifiedById": by["Id"],
            "lastModifiedByName": by["Name"],
            "lastModifiedDate": when,
            "type": type_,
        }


def kinds() -> list[Row]:
    """The types that can be deployed, as describeMetadata gives them."""
    return [
        {
            "directoryName": folder,
            "inFolder": name in {"Report", "Dashboard"},
            "metaFile": False,
            "suffix": suffix,
            "xmlName": name,
        }
        for name, (folder, suffix) in _FOLDERS.items()
        if name in TYPES
    ]


def _names(org: "Org", type_: str) -> Iterator[tuple[str, str]]:
    if type_ == "CustomField":
        for row in org.tables["CustomField"].rows.values():
            yield str(row["FullName"]), str(row["Id"])
    elif type_ == "PermissionSet":
        for row in org.tables["PermissionSet"].rows.values():
            yield str(row["Name"]), str(row["Id"])
    elif type_ == "CustomObject":
        yield from ((name, "") for name in org.objects)
    else:
        yield from (
            (name, id_) for (kind, name), id_ in org.deploys.deployed.items() if kind == type_
        )


def _field(org: "Org", name: str) -> Mapping[str, object] | None:
    field = Scene(org, "").field(name)
    if field is None or not field.custom:
        return None
    told = {key: value for key, value in metadata_of(field).items() if value is not None}
    values = told.get("valueSet")
    if isinstance(values, dict):
        # The Tooling API calls the name of a choice valueName; here it is its fullName.
        inside = values["valueSetDefinition"]
        choices = [
            {"fullName": one["valueName"], "default": one["default"], "label": one["label"]}
            for one in inside["value"]
        ]
        told["valueSet"] = values | {"valueSetDefinition": inside | {"value": choices}}
    return {"fullName": name, **told}


def _set(org: "Org", name: str) -> Mapping[str, object] | None:
    id_ = Scene(org, "").permission_set(name)
    if id_ is None:
        return None
    row = org.tables["PermissionSet"].rows[id_]
    fields = [one for one in org.tables["FieldPermissions"].rows.values() if one["ParentId"] == id_]
    objects = [
        one for one in org.tables["ObjectPermissions"].rows.values() if one["ParentId"] == id_
    ]
    return {
        "fullName": name,
        "fieldPermissions": [
            {
                "editable": one["PermissionsEdit"],
                "field": one["Field"],
                "readable": one["PermissionsRead"],
            }
            for one in fields
        ],
        "hasActivationRequired": False,
        "label": row["Label"],
        "objectPermissions": [_object_rights(one) for one in objects],
        "userPermissions": [
            {"enabled": True, "name": key.removeprefix(_MARK)}
            for key, value in row.items()
            if key.startswith(_MARK) and value is True
        ],
    }


def _object_rights(row: Row) -> Row:
    told: Row = {name: bool(row.get(f"{_MARK}{right}")) for name, right in RIGHTS.items()}
    return told | {"object": row["SobjectType"]}


_READERS: Mapping[str, Callable[["Org", str], Mapping[str, object] | None]] = {
    "CustomField": _field,
    "PermissionSet": _set,
}
