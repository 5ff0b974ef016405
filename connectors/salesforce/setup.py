"""Making and removing our fields, with the access that makes them exist for the agent.

A field made by the API is invisible to everybody, administrators too, until a permission set
grants it. The agent's permission set may edit the fields the agent writes, and only read those
that people write.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bbm_core.records import AGENT_ROLES, FieldSpec, RecordKind
from connectors.contract import FieldAction, FieldChange, FieldInfo
from connectors.errors import MissingPermission, RequestRefused
from connectors.salesforce import soql
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.errors import malformed
from connectors.salesforce.fields import (
    OBJECTS,
    described_type,
    field_body,
    field_metadata,
    full_name,
)
from connectors.salesforce.schema import ObjectSchema, object_schema
from connectors.salesforce.session import Row, Session

_LABEL: Final = "BBM Agent"
_SUFFIX: Final = "__c"


@dataclass(frozen=True, slots=True)
class _Need:
    """What a field lacks. `id` is that of an existing field's definition, when it is known."""

    change: FieldChange
    id: str = ""
    make: bool = False
    choices: bool = False
    access: bool = False


class Setup:
    """Plans and makes our fields; each step looks first, so it may be repeated."""

    def __init__(self, session: Session, config: SalesforceConfig) -> None:
        self._session = session
        self._set_name = config.permission_set

    def prepare(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        needs = list(self._needs(fields))
        if not apply or all(need.change.action is FieldAction.KEEP for need in needs):
            return tuple(need.change for need in needs)
        return tuple(self._apply(needs))

    def retire(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        found = self._definitions(fields)
        there = [spec for spec in fields if full_name(spec) in found]
        return tuple(self._removed(spec, found[full_name(spec)], apply=apply) for spec in there)

    def _needs(self, fields: Sequence[FieldSpec]) -> Iterator[_Need]:
        kinds = dict.fromkeys(spec.kind for spec in fields)
        schemas = {kind: self._schema(kind) for kind in kinds}
        unseen = [one for one in fields if _visible(schemas[one.kind], one) is None]
        found = self._definitions(unseen)
        for spec in fields:
            visible = _visible(schemas[spec.kind], spec)
            if visible is not None:
                yield _need_of(spec, visible)
            elif full_name(spec) in found:
                change = FieldChange(spec, FieldAction.UPDATE, "grant access to it")
                yield _Need(change, found[full_name(spec)], access=True)
            else:
                yield _Need(FieldChange(spec, FieldAction.CREATE), make=True, access=True)

    def _schema(self, kind: RecordKind) -> ObjectSchema:
        return object_schema(self._session.get(f"sobjects/{OBJECTS[kind]}/describe"))

    def _definitions(self, fields: Iterable[FieldSpec]) -> Mapping[str, str]:
        """The ids of the definitions of those of the fields that exist, by their full names."""
        kinds = dict.fromkeys(spec.kind for spec in fields)
        found: dict[str, str] = {}
        for kind in kinds:
            rows = self._session.tooling(soql.custom_fields(OBJECTS[kind]))
            found.update({f"{OBJECTS[kind]}.{_api_name(row)}": str(row["Id"]) for row in rows})
        return found

    def _apply(self, needs: Sequence[_Need]) -> Iterator[FieldChange]:
        grants = _Grants(self._session, self._set_name)
        for need in needs:
            yield self._attempt(need, grants)

    def _attempt(self, need: _Need, grants: "_Grants") -> FieldChange:
        """One field; where the rights to do it are missing, the way to do it by hand."""
        if need.change.action in (FieldAction.KEEP, FieldAction.CLASH):
            return need.change
        try:
            self._carry_out(need, grants)
        except (MissingPermission, RequestRefused) as error:
            detail = f"{error.message} {self._by_hand(need.change.spec)}"
            return replace(need.change, action=FieldAction.UNSUPPORTED, detail=detail)
        return need.change

    def _carry_out(self, need: _Need, grants: "_Grants") -> None:
        spec = need.change.spec
        if need.make:
            self._session.send("POST", "tooling/sobjects/CustomField", field_body(spec))
        if need.choices:
            id_ = self._definitions([spec])[full_name(spec)]
            metadata = {"Metadata": field_metadata(spec)}
            self._session.send("PATCH", f"tooling/sobjects/CustomField/{id_}", metadata)
        if need.access:
            grants.give(spec)

    def _by_hand(self, spec: FieldSpec) -> str:
        return (
            f"By hand: Setup > Object Manager > {OBJECTS[spec.kind]} > Fields & Relationships >"
            f" New, name {spec.name.removesuffix(_SUFFIX)}; then Setup > Permission Sets >"
            f" {self._set_name} > Object Settings > {OBJECTS[spec.kind]} > Edit."
        )

    def _removed(self, spec: FieldSpec, id_: str, *, apply: bool) -> FieldChange:
        change = FieldChange(spec, FieldAction.REMOVE)
        if not apply:
            return change
        try:
            self._session.send("DELETE", f"tooling/sobjects/CustomField/{id_}")
        except (MissingPermission, RequestRefused) as error:
            path = f"Setup > Object Manager > {OBJECTS[spec.kind]} > Fields & Relationships"
            detail = f"{error.message} By hand: {path} > {spec.name} > Delete."
            return replace(change, action=FieldAction.UNSUPPORTED, detail=detail)
        return change


class _Grants:
    """Gives the agent's permission set access to fields; makes the set where there is none."""

    def __init__(self, session: Session, set_name: str) -> None:
        self._session = session
        self._set_name = set_name
        self._set_id = ""
        self._given: dict[str, Row] = {}

    def give(self, spec: FieldSpec) -> None:
        self._find_set()
        wanted = {"PermissionsRead": True, "PermissionsEdit": spec.role in AGENT_ROLES}
        given = self._given.get(full_name(spec))
        if given is not None:
            self._session.send("PATCH", f"sobjects/FieldPermissions/{given['Id']}", wanted)
            return
        names = {"SobjectType": OBJECTS[spec.kind], "Field": full_name(spec)}
        body = {"ParentId": self._set_id, **names, **wanted}
        self._session.send("POST", "sobjects/FieldPermissions", body)

    def _find_set(self) -> None:
        if self._set_id:
            return
        # The configuration takes only letters, digits and underscores for the name.
        rows = self._session.query_all(soql.permission_set(self._set_name))
        self._set_id = str(rows[0]["Id"]) if rows else self._make_set()
        given = self._session.query_all(soql.field_permissions(self._set_id))
        self._given = {str(row["Field"]): row for row in given}

    def _make_set(self) -> str:
        user = str(self._session.user_info().get("user_id"))
        names = {"Name": self._set_name, "Label": _LABEL}
        made = _made_id(self._session.send("POST", "sobjects/PermissionSet", names))
        body = {"PermissionSetId": made, "AssigneeId": user}
        self._session.send("POST", "sobjects/PermissionSetAssignment", body)
        return made


def _visible(schema: ObjectSchema, spec: FieldSpec) -> FieldInfo | None:
    return schema.find(spec.name)


def _need_of(spec: FieldSpec, there: FieldInfo) -> _Need:
    """What a field lacks that the agent's user sees."""
    if there.type != described_type(spec):
        detail = f"it is a {there.type}, not a {described_type(spec)}"
        return _Need(FieldChange(spec, FieldAction.CLASH, detail))
    missing = [one.value for one in spec.choices if one.value not in there.options]
    locked = spec.role in AGENT_ROLES and not there.updateable
    if not missing and not locked:
        return _Need(FieldChange(spec, FieldAction.KEEP))
    told = [f"add {', '.join(missing)}"] * bool(missing) + ["grant edit access"] * locked
    change = FieldChange(spec, FieldAction.UPDATE, " and ".join(told))
    return _Need(change, choices=bool(missing), access=locked)


def _api_name(row: Row) -> str:
    prefix = row.get("NamespacePrefix")
    name = f"{row.get('DeveloperName')}{_SUFFIX}"
    return f"{prefix}__{name}" if prefix else name


def _made_id(answer: object) -> str:
    id_ = answer.get("id") if isinstance(answer, dict) else None
    if not isinstance(id_, str):
        raise malformed("something was made without an id")
    return id_
