"""What the agent's user may do: what its permission sets, its profile's among them, add up to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.errors import MissingPermission, RequestRefused
from connectors.salesforce import soql
from connectors.salesforce.session import Session
from connectors.salesforce.shapes import Row


@dataclass(frozen=True, slots=True)
class Rights:
    """All permission sets together."""

    sets: frozenset[str]  # their API names
    sees_everything: bool
    edits_converted: bool
    objects: Mapping[str, frozenset[str]]

    def may(self, action: str, object_: str) -> bool:
        return action in self.objects.get(object_, frozenset())


def rights_of(session: Session, user: str) -> Rights | None:
    """The rights, or nothing where the user may not ask for them."""
    try:
        return _read(session, user)
    except (MissingPermission, RequestRefused):
        return None


def _read(session: Session, user: str) -> Rights:
    assigned = session.query_all(soql.assigned_sets(user))
    ids = [str(row.get("PermissionSetId")) for row in assigned] or [""]
    sets = session.query_all(soql.system_permissions(ids))
    opened = session.query_all(soql.object_permissions(ids))
    return Rights(
        frozenset(_name(row.get("PermissionSet")) for row in assigned),
        any(row.get("PermissionsViewAllData") is True for row in sets),
        any(row.get("PermissionsAllowViewEditConvertedLeads") is True for row in sets),
        _by_object(opened),
    )


def _name(permission_set: Any) -> str:
    return str(permission_set.get("Name")) if isinstance(permission_set, dict) else ""


def _by_object(rows: Sequence[Row]) -> Mapping[str, frozenset[str]]:
    actions: dict[str, set[str]] = {}
    for row in rows:
        granted = {name for name, value in row.items() if value is True}
        known = actions.setdefault(str(row.get("SobjectType")), set())
        known.update(name.removeprefix("Permissions") for name in granted)
    return {name: frozenset(known) for name, known in actions.items()}
