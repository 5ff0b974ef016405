"""Access to our fields for permission sets that are there already: added, never replaced.

A deploy of a permission set replaces all that an administrator put into it, so a set that
exists is never deployed; what it lacks is added row by row, up to two hundred in a request.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bbm_core.records import FieldSpec
from connectors.errors import RequestRefused
from connectors.salesforce import soql
from connectors.salesforce.errors import fail
from connectors.salesforce.fields import OBJECTS, full_name
from connectors.salesforce.package.sets import MADE_BY_US, PermissionSet
from connectors.salesforce.session import Session
from connectors.salesforce.shapes import Row, objects

_COLLECTION: Final = "composite/sobjects"
_AT_ONCE: Final = 200


class Grants:
    """The permission sets of an org, as far as they concern us."""

    def __init__(self, session: Session, sets: Sequence[PermissionSet]) -> None:
        self._session = session
        self._sets = {one.name: one for one in sets}

    def ids(self) -> Mapping[str, str]:
        """Those of our sets that are there, by their names."""
        return {str(row["Name"]): str(row["Id"]) for row in self._rows()}

    def give(self, ids: Mapping[str, str], fields: Sequence[FieldSpec]) -> None:
        """Let each of these sets see the fields, and edit those that are for it to edit."""
        if not ids or not fields:
            return
        there = self._session.query_all(soql.field_permissions(list(ids.values())))
        given = {(str(row["ParentId"]), str(row["Field"])): row for row in there}
        wanted = [
            (given.get((id_, full_name(spec))), _grant(id_, spec, edit=spec.role in edits))
            for name, id_ in ids.items()
            for edits in (self._sets[name].edits,)
            for spec in fields
        ]
        self._send("POST", [grant for row, grant in wanted if row is None])
        self._send("PATCH", [_change(row, grant) for row, grant in wanted if row is not None])

    def assign(self, ids: Mapping[str, str]) -> None:
        """Give the agent's set to whom we log in as, who else would not see the fields."""
        user = str(self._session.user_info().get("user_id"))
        held = {
            str(row["PermissionSetId"]) for row in self._session.query_all(soql.assigned_sets(user))
        }
        self._send(
            "POST",
            [
                {
                    "attributes": {"type": "PermissionSetAssignment"},
                    "PermissionSetId": id_,
                    "AssigneeId": user,
                }
                for name, id_ in ids.items()
                if self._sets[name].is_ours and id_ not in held
            ],
        )

    def take_back(self) -> tuple[str, ...]:
        """Remove the sets that `apply` made, from whoever has them; returns their names."""
        ours = {
            str(row["Id"]): str(row["Name"])
            for row in self._rows()
            if row.get("Description") == MADE_BY_US
        }
        if ours:
            held = self._session.query_all(soql.assignments(list(ours)))
            self._delete([str(row["Id"]) for row in held])
            self._delete(list(ours))
        return tuple(ours.values())

    def _rows(self) -> list[Row]:
        # The configuration takes only letters, digits and underscores for the names.
        return self._session.query_all(soql.permission_sets(list(self._sets)))

    def _send(self, method: str, records: Sequence[Row]) -> None:
        for some in _chunks(records):
            body = {"allOrNone": False, "records": some}
            _refuse_failures(self._session.send(method, _COLLECTION, body))

    def _delete(self, ids: Sequence[str]) -> None:
        for some in _chunks(ids):
            path = f"{_COLLECTION}?ids={','.join(some)}&allOrNone=false"
            _refuse_failures(self._session.send("DELETE", path))


def _grant(set_id: str, spec: FieldSpec, *, edit: bool) -> Row:
    return {
        "attributes": {"type": "FieldPermissions"},
        "ParentId": set_id,
        "SobjectType": OBJECTS[spec.kind],
        "Field": full_name(spec),
        "PermissionsRead": True,
        "PermissionsEdit": edit,
    }


def _change(row: Row, grant: Row) -> Row:
    wanted = {name: grant[name] for name in ("PermissionsRead", "PermissionsEdit")}
    return {"attributes": grant["attributes"], "Id": row["Id"], **wanted}


def _refuse_failures(answer: Any) -> None:
    for one in objects(answer):
        if one.get("success") is not True:
            said = "; ".join(str(error.get("message")) for error in objects(one.get("errors")))
            raise fail(RequestRefused, "BBM-SF-040", f"Salesforce refused: {said}")


def _chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE]
