"""Who may see and change what: users, permission sets, and the rights they add up to.

Rights are read from the rows of PermissionSet, PermissionSetAssignment, ObjectPermissions and
FieldPermissions, the same rows that the API shows and changes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sandbox.salesforce.definitions import SObject
from sandbox.salesforce.table import Row, Table

GUARDED = ("Lead", "Contact", "Account", "Opportunity")  # objects that permission sets open
OPENED = (*GUARDED, "Campaign", "Contract")
"""All objects that permission sets open; everybody may see the records of those two."""

SETUP = ("FlowDefinitionView", "ApexTrigger", "DuplicateRule", "AssignmentRule", "ValidationRule")
"""Objects that show how the org is set up, to whoever may see that."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What one user may do, all permission sets together."""

    user: str
    system: frozenset[str] = frozenset()  # names without their "Permissions" prefix
    objects: Mapping[str, frozenset[str]] = field(default_factory=dict)
    readable: frozenset[tuple[str, str]] = frozenset()
    editable: frozenset[tuple[str, str]] = frozenset()

    def may(self, action: str, type_: str) -> bool:
        """Whether the user may Read, Create, Edit, Delete or ViewAllRecords on the object."""
        if type_ in SETUP:
            return self.sees_setup
        if type_ not in OPENED:
            return True
        return action in self.objects.get(type_, frozenset())

    @property
    def sees_setup(self) -> bool:
        return not self.system.isdisjoint({"ViewSetup", "CustomizeApplication"})

    def sees_all(self, type_: str) -> bool:
        return "ViewAllData" in self.system or self.may("ViewAllRecords", type_)

    def sees(self, definition: SObject, name: str) -> bool:
        one = definition.fields[name]
        return not one.permissionable or (definition.name, name) in self.readable

    def edits(self, definition: SObject, name: str) -> bool:
        one = definition.fields[name]
        return not one.permissionable or (definition.name, name) in self.editable

    def visible(self, definition: SObject) -> list[str]:
        return [name for name in definition.fields if self.sees(definition, name)]


class Access:
    """Works out rights, and keeps them until a permission row changes."""

    def __init__(self, table: Callable[[str], Table]) -> None:
        self._table = table
        self._known: dict[str, Rights] = {}

    def forget(self) -> None:
        """Permission rows changed: the next question reads them again."""
        self._known.clear()

    def rights(self, user: str) -> Rights:
        found = self._known.get(user)
        if found is None:
            found = self._known[user] = self._read(user)
        return found

    def _read(self, user: str) -> Rights:
        sets = self._sets_of(user)
        objects: dict[str, frozenset[str]] = {}
        for row in self._under("ObjectPermissions", sets):
            type_ = str(row["SobjectType"])
            objects[type_] = objects.get(type_, frozenset()) | _granted(row)
        fields = self._under("FieldPermissions", sets)
        return Rights(
            user,
            frozenset().union(*(_granted(self._table("PermissionSet").rows[one]) for one in sets)),
            objects,
            frozenset(_named(row) for row in fields if row.get("PermissionsRead")),
            frozenset(_named(row) for row in fields if row.get("PermissionsEdit")),
        )

    def _sets_of(self, user: str) -> set[str]:
        rows = self._table("PermissionSetAssignment").rows.values()
        return {str(row["PermissionSetId"]) for row in rows if row["AssigneeId"] == user}

    def _under(self, type_: str, sets: set[str]) -> list[Row]:
        return [row for row in self._table(type_).rows.values() if row["ParentId"] in sets]


def _granted(row: Row) -> frozenset[str]:
    return frozenset(
        name.removeprefix("Permissions")
        for name, value in row.items()
        if name.startswith("Permissions") and value is True
    )


def _named(row: Row) -> tuple[str, str]:
    type_, _, name = str(row["Field"]).partition(".")
    return type_, name
