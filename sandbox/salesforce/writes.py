"""Writes as the API allows them: what the user may, checked before the org's own rules."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sandbox.salesforce import permissions
from sandbox.salesforce.call import Call
from sandbox.salesforce.definitions import Field, SObject
from sandbox.salesforce.duplicates import refuse_duplicates
from sandbox.salesforce.ids import canonical
from sandbox.salesforce.refusals import (
    Refusal,
    converted,
    invalid_reference,
    no_such_write_column,
    not_found,
    not_writable,
)
from sandbox.salesforce.table import Row

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org

_SYSTEM_RIGHTS = {
    "PermissionSet": "ManageProfilesPermissionsets",
    "FieldPermissions": "ManageProfilesPermissionsets",
    "ObjectPermissions": "ManageProfilesPermissionsets",
    "PermissionSetAssignment": "AssignPermissionSets",
    **dict.fromkeys(("User", "Group", "Organization", "RecordType"), "CustomizeApplication"),
}


def create(call: Call, definition: SObject, values: Mapping[str, object]) -> str:
    _allowed(call, definition, "Create", "c")
    kept = _writable(call, definition, values, creating=True)
    if definition.name == "FieldPermissions":
        return _grant(call.org, kept)
    refuse_duplicates(call, definition, {}, kept)
    return call.org.create(definition.name, kept, by=call.rights.user, auto_assign=call.auto_assign)


def update(call: Call, definition: SObject, id_: str, values: Mapping[str, object]) -> None:
    _allowed(call, definition, "Edit", "u")
    row = readable(call, definition, id_)
    if not call.org.may_edit(row, call.rights.user):
        message = "insufficient access rights on object id"
        raise Refusal("INSUFFICIENT_ACCESS_OR_READONLY", message, ())
    kept = _writable(call, definition, values, creating=False)
    if row.get("IsConverted") and "AllowViewEditConvertedLeads" not in call.rights.system:
        raise converted()
    if definition.name == "FieldPermissions" and kept.get("PermissionsEdit"):
        kept["PermissionsRead"] = True
    refuse_duplicates(call, definition, row, kept)
    call.org.update(definition.name, id_, kept, by=call.rights.user, auto_assign=call.auto_assign)


def delete(call: Call, definition: SObject, id_: str) -> None:
    _allowed(call, definition, "Delete", "d")
    readable(call, definition, id_)
    call.org.delete(definition.name, id_, by=call.rights.user)


def upsert(
    call: Call, definition: SObject, field: Field, values: Mapping[str, object]
) -> tuple[str, bool]:
    """Update the record that has the key, or create one; says which, with its id."""
    sent = {name: value for name, value in values.items() if name.lower() != field.name.lower()}
    key = next((value for name, value in values.items() if name not in sent), None)
    if field.type == "id":
        return _upsert_by_id(call, definition, key, sent)
    if key in (None, ""):
        raise Refusal("MISSING_ARGUMENT", f"{field.name} not specified", [field.name])
    found = having(call, definition, field, str(key))
    if len(found) > 1:
        ids = ", ".join(str(row["Id"]) for row in found)
        message = f"{field.name}: more than one record found for external id field: [{ids}]"
        raise Refusal("DUPLICATE_EXTERNAL_ID", message, [field.name])
    if found:
        update(call, definition, str(found[0]["Id"]), sent)
        return str(found[0]["Id"]), False
    return create(call, definition, {**sent, field.name: key}), True


def existing_id(call: Call, definition: SObject, sent: object) -> str:
    """The whole id of a record that a write names, which may be in the recycle bin.

    Raises:
        Refusal: no id was sent, or none of this object, or there is no such record.
    """
    if sent in (None, ""):
        raise Refusal("MISSING_ARGUMENT", "Id not specified in an update call")
    id_ = canonical(str(sent))
    if id_ is None or not id_.startswith(definition.prefix):
        raise Refusal("MALFORMED_ID", f"malformed id {sent}", ["Id"])
    if id_ not in call.org.tables[definition.name].rows:
        raise Refusal("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
    return id_


def reached(call: Call, name: str) -> SObject:
    """An object that the user may read, by its name.

    Raises:
        Refusal: there is none, as far as the user can tell.
    """
    try:
        definition = call.org.definition(name)
    except Refusal as error:
        raise not_found() from error
    if "q" not in definition.flags or not call.rights.may("Read", definition.name):
        raise not_found()
    return definition


def key_field(call: Call, definition: SObject, name: str) -> Field:
    """A field that records can be found by.

    Raises:
        Refusal: there is none, or the user does not see it.
    """
    field = definition.find(name)
    is_key = field is not None and (field.external_id or "i" in field.flags)
    if field is None or not is_key or not call.rights.sees(definition, field.name):
        message = f"Provided external ID field does not exist or is not accessible: {name}"
        raise Refusal("NOT_FOUND", message, status=404)
    return field


def having(call: Call, definition: SObject, field: Field, value: str) -> list[Row]:
    """The live records with this key; its case does not matter."""
    wanted = value.lower()
    return [
        row
        for row in call.org.table(definition.name).rows.values()
        if str(row.get(field.name)).lower() == wanted and not row.get("IsDeleted")
    ]


def readable(call: Call, definition: SObject, id_: str) -> Row:
    """The live row, when the user may see it.

    Raises:
        Refusal: it is not there, deleted, or somebody else's.
    """
    row = call.org.live(definition.name, id_)
    private = definition.name in call.org.automation.private
    if private and not call.rights.sees_all(definition.name) and row["OwnerId"] != call.rights.user:
        raise not_found()
    return row


def object_of(org: "Org", id_: object) -> SObject:
    """The object an id belongs to, by its prefix and then by its row."""
    known = canonical(id_) if isinstance(id_, str) else None
    if known is None:
        raise Refusal("MALFORMED_ID", f"bad id {id_}")
    for name, table in org.tables.items():
        if known in table.rows:
            return org.objects[name]
    raise invalid_reference()


def _upsert_by_id(
    call: Call, definition: SObject, key: object, values: Mapping[str, object]
) -> tuple[str, bool]:
    if key in (None, ""):
        return create(call, definition, values), True
    id_ = existing_id(call, definition, key)
    update(call, definition, id_, values)
    return id_, False


def _allowed(call: Call, definition: SObject, right: str, flag: str) -> None:
    system = _SYSTEM_RIGHTS.get(definition.name)
    if system:
        call.needs(system)
    if flag not in definition.flags or not call.rights.may(right, definition.name):
        message = "insufficient access rights on object id"
        raise Refusal("INSUFFICIENT_ACCESS_OR_READONLY", message, status=403)


def _writable(
    call: Call, definition: SObject, values: Mapping[str, object], *, creating: bool
) -> Row:
    kept: Row = {}
    refused = []
    for name, value in values.items():
        if name == "attributes":
            continue
        field = definition.find(name)
        if field is None or not call.rights.sees(definition, field.name):
            raise no_such_write_column(name, definition.name)
        open_ = field.createable if creating else field.updateable
        if not open_ or not call.rights.edits(definition, field.name):
            refused.append(field.name)
        kept[field.name] = value
    if refused:
        raise not_writable(refused)
    return kept


def _grant(org: "Org", values: Row) -> str:
    type_, _, name = str(values.get("Field")).partition(".")
    if type_ not in org.objects or name not in org.objects[type_].fields:
        message = f"Field Name: bad value for restricted picklist field: {values.get('Field')}"
        raise Refusal("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, ["Field"])
    parent = canonical(str(values.get("ParentId"))) or ""
    if parent not in org.table("PermissionSet").rows:
        raise invalid_reference()
    for row in org.table("FieldPermissions").rows.values():
        if row["ParentId"] == parent and row["Field"] == values["Field"]:
            message = f"duplicate value found: <unknown> duplicates value on record: {row['Id']}"
            raise Refusal("DUPLICATE_VALUE", message)
    edit = values.get("PermissionsEdit") is True
    read = values.get("PermissionsRead") is True
    return permissions.grant(org, parent, f"{type_}.{name}", read=read, edit=edit)
