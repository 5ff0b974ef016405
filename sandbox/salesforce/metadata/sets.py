"""Permission sets of a deploy. A set that is there is replaced as a whole, as since API 40.0."""

from collections.abc import Iterator

from sandbox.salesforce import permissions
from sandbox.salesforce.metadata.archive import Component
from sandbox.salesforce.metadata.grammar import Body, Problem, bodies, text_of
from sandbox.salesforce.metadata.scene import Scene

RIGHTS = {
    "allowCreate": "Create",
    "allowRead": "Read",
    "allowEdit": "Edit",
    "allowDelete": "Delete",
    "viewAllRecords": "ViewAllRecords",
    "modifyAllRecords": "ModifyAllRecords",
}
_NEEDS = {
    "Create": ("Read",),
    "Edit": ("Read",),
    "Delete": ("Read", "Edit"),
    "ViewAllRecords": ("Read",),
    "ModifyAllRecords": ("Read", "Edit", "Delete", "ViewAllRecords"),
}
_MARK = "Permissions"
_OTHER_RIGHTS = frozenset({"RunReports", "ViewSetup", "LightningExperienceUser", "ApiUserOnly"})


def check_set(scene: Scene, component: Component) -> None:
    for one in bodies(component.body, "objectPermissions"):
        _check_object(scene, one)
    for one in bodies(component.body, "fieldPermissions"):
        _check_field(scene, one)
    known = {
        name.removeprefix(_MARK)
        for name in scene.org.objects["PermissionSet"].fields
        if name.startswith(_MARK)
    }
    for one in bodies(component.body, "userPermissions"):
        if text_of(one, "name") not in known | _OTHER_RIGHTS:
            raise Problem(f"Unknown user permission: {text_of(one, 'name')}")


def put_set(scene: Scene, component: Component) -> str:
    """Make a set, or let it hold this and nothing else."""
    org, body = scene.org, component.body
    values: dict[str, object] = {
        name: False for name in org.objects["PermissionSet"].fields if name.startswith(_MARK)
    }
    values |= {
        f"{_MARK}{text_of(one, 'name')}": one.get("enabled") is True
        for one in bodies(body, "userPermissions")
    }
    values |= {"Label": text_of(body, "label"), "Description": text_of(body, "description") or None}
    id_ = scene.permission_set(component.name)
    if id_ is None:
        fixed = {"Name": component.name, "IsCustom": True, "IsOwnedByProfile": False}
        id_ = org.furnish_row("PermissionSet", {**fixed, **values})
    else:
        _empty(scene, id_)
        org.tables["PermissionSet"].rows[id_].update(values)
    _fill(scene, id_, body)
    org.access.forget()
    return id_


def check_set_removal(scene: Scene, name: str) -> None:
    id_ = scene.permission_set(name)
    if id_ is None:
        raise Problem(f"No PermissionSet named: {name} found", warning=True)
    assigned = scene.org.tables["PermissionSetAssignment"].rows.values()
    if any(row["PermissionSetId"] == id_ for row in assigned):
        raise Problem("You can't delete a permission set that is assigned to users")


def drop_set(scene: Scene, name: str) -> str:
    id_ = str(scene.permission_set(name))
    _empty(scene, id_)
    scene.org.tables["PermissionSet"].purge(id_)
    scene.org.access.forget()
    return id_


def _check_object(scene: Scene, body: Body) -> None:
    name = text_of(body, "object")
    scene.object(name, "object")
    given = {right for element, right in RIGHTS.items() if body.get(element) is True}
    for right in RIGHTS.values():
        lacking = [one for one in _NEEDS.get(right, ()) if one not in given]
        if right in given and lacking:
            needed = ", ".join(f"{one} {name}" for one in lacking)
            raise Problem(f"Permission {right} {name} depends on permission(s): {needed}")


def _check_field(scene: Scene, body: Body) -> None:
    name = text_of(body, "field")
    scene.needs("CustomField", name, "field")
    field = scene.field(name)
    if field is None:
        return  # it comes with this deploy, and custom fields can be granted
    if not field.permissionable:
        raise Problem(f"You cannot deploy to a required field: {name}")
    if field.compound:
        raise Problem(f"Field {name} is granted with {field.compound}")
    if field.formula and body.get("editable") is True:
        raise Problem(f"Field {name} is a formula and cannot be editable")


def _empty(scene: Scene, set_id: str) -> None:
    for type_ in ("ObjectPermissions", "FieldPermissions"):
        table = scene.org.tables[type_]
        for id_, row in list(table.rows.items()):
            if row["ParentId"] == set_id:
                table.purge(id_)


def _fill(scene: Scene, set_id: str, body: Body) -> None:
    org = scene.org
    for one in bodies(body, "objectPermissions"):
        rights = {f"{_MARK}{right}": one.get(key) is True for key, right in RIGHTS.items()}
        where = {"ParentId": set_id, "SobjectType": text_of(one, "object")}
        org.furnish_row("ObjectPermissions", {**where, **rights})
    for one in bodies(body, "fieldPermissions"):
        for name in _fields(scene, text_of(one, "field")):
            edit, read = one.get("editable") is True, one.get("readable") is True
            permissions.grant(org, set_id, name, read=read, edit=edit)


def _fields(scene: Scene, name: str) -> Iterator[str]:
    """A field, and with an address the fields it is made of."""
    type_, _, field = name.partition(".")
    yield name
    for part in scene.org.objects[type_].parts_of(field):
        yield f"{type_}.{part.name}"
