"""The rows that rights are made of: permission sets, what they open, whom they are given."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sandbox.salesforce.access import GUARDED, OPENED

if TYPE_CHECKING:
    from sandbox.salesforce.blueprint import Blueprint

AGENT_SET = "BBM_Agent"
SETUP_SET = "BBM_Agent_Setup"
TYPES = frozenset(
    {"PermissionSet", "PermissionSetAssignment", "ObjectPermissions", "FieldPermissions"}
)
_EVERYDAY = ("Create", "Read", "Edit")
_EVERYTHING = (*_EVERYDAY, "Delete", "ViewAllRecords", "ModifyAllRecords")
_SETUP_RIGHTS = (
    "CustomizeApplication",
    "ModifyMetadata",
    "AssignPermissionSets",
    "ManageProfilesPermissionsets",
)
_ADMIN_RIGHTS = (
    *_SETUP_RIGHTS,
    "ViewAllData",
    "ModifyAllData",
    "ApiEnabled",
    "AllowViewEditConvertedLeads",
)


def furnish(org: "Blueprint") -> None:
    """Four sets: the administrator's, the sales people's, the agent's, and its setup rights."""
    people = [alias for alias in org.users if alias not in {"admin", "agent", "queue"}]
    admin = _add_set(org, "Administrator", "Administrator", ["admin"], _ADMIN_RIGHTS)
    sales = _add_set(org, "Sales", "Sales", people, ("ApiEnabled",))
    agent = _add_set(org, AGENT_SET, "BBM Agent", ["agent"], ("ApiEnabled",))
    _add_set(org, SETUP_SET, "BBM Agent Setup", ["agent"], _SETUP_RIGHTS)
    for type_ in OPENED:
        _open(org, admin, type_, _EVERYTHING)
        _open(org, sales, type_, _EVERYDAY)
        edit = ("Edit",) if type_ in GUARDED else ()
        _open(org, agent, type_, ("Read", *edit, "ViewAllRecords"))
        org.furnish_rows("FieldPermissions", _standing_grants(org, type_, admin, sales, agent))
        org.schema_changed(type_)


def grant(
    org: "Blueprint", parent: str, field: str, *, read: bool = True, edit: bool = False
) -> str:
    """Give access to a field ("Lead.Title") in one permission set, by its id."""
    made = org.furnish_row("FieldPermissions", _grant(parent, field, read=read, edit=edit))
    org.schema_changed(field.partition(".")[0])
    return made


def grant_everywhere(org: "Blueprint", type_: str, name: str) -> None:
    """To people for reading and writing, to the agent for reading."""
    revoke_everywhere(org, type_, name)
    for row in list(org.tables["PermissionSet"].rows.values()):
        if row["Name"] != SETUP_SET:
            grant(org, str(row["Id"]), f"{type_}.{name}", edit=row["Name"] != AGENT_SET)


def revoke_everywhere(org: "Blueprint", type_: str, name: str) -> None:
    table = org.tables["FieldPermissions"]
    for row in list(table.rows.values()):
        if row["Field"] == f"{type_}.{name}":
            table.purge(str(row["Id"]))
    org.access.forget()
    org.schema_changed(type_)


def switch(org: "Blueprint", permission_set: str, right: str, type_: str, *, granted: bool) -> None:
    parent = _id_of(org, permission_set)
    rows = [org.tables["PermissionSet"].rows[parent]]
    if type_:
        objects = org.tables["ObjectPermissions"].rows.values()
        rows = [row for row in objects if (row["ParentId"], row["SobjectType"]) == (parent, type_)]
    for row in rows:
        row[f"Permissions{right}"] = granted
    org.access.forget()


def unassign(org: "Blueprint", permission_set: str, by: str) -> None:
    parent, user = _id_of(org, permission_set), org.user_id(by)
    table = org.tables["PermissionSetAssignment"]
    for id_, row in list(table.rows.items()):
        if (row["PermissionSetId"], row["AssigneeId"]) == (parent, user):
            table.purge(id_)
    org.access.forget()


def _id_of(org: "Blueprint", name: str) -> str:
    for id_, row in org.tables["PermissionSet"].rows.items():
        if row["Name"] == name:
            return id_
    raise ValueError(f"The org has no permission set {name!r}.")


def _standing_grants(
    org: "Blueprint", type_: str, admin: str, sales: str, agent: str
) -> Iterator[dict[str, object]]:
    for field in org.objects[type_].fields.values():
        if field.permissionable:
            name = f"{type_}.{field.name}"
            yield _grant(admin, name, edit=field.updateable)
            yield _grant(sales, name, edit=field.updateable)
            yield _grant(agent, name)


def _grant(parent: str, field: str, *, read: bool = True, edit: bool = False) -> dict[str, object]:
    return {
        "ParentId": parent,
        "SobjectType": field.partition(".")[0],
        "Field": field,
        "PermissionsRead": read or edit,
        "PermissionsEdit": edit,
    }


def _add_set(
    org: "Blueprint", name: str, label: str, aliases: list[str], rights: tuple[str, ...]
) -> str:
    granted = {f"Permissions{right}": True for right in rights}
    row = {"Name": name, "Label": label, "IsCustom": True, "IsOwnedByProfile": False, **granted}
    made = org.furnish_row("PermissionSet", row)
    for user in dict.fromkeys(org.users[alias] for alias in aliases):
        assignment = {"PermissionSetId": made, "AssigneeId": user}
        org.furnish_row("PermissionSetAssignment", assignment)
    return made


def _open(org: "Blueprint", parent: str, type_: str, rights: tuple[str, ...]) -> None:
    granted = {f"Permissions{right}": True for right in rights}
    org.furnish_row("ObjectPermissions", {"ParentId": parent, "SobjectType": type_, **granted})
