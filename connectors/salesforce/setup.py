"""Making and removing our fields, with the access that makes them exist for the agent.

A field made by the API is invisible to everybody, administrators too, until a permission set
grants it. The agent's permission set may edit the fields the agent writes, and only read those
that people write; the people's permission set the other way round.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bbm_core.errors import BBMError
from bbm_core.records import AGENT_ROLES, FieldRole, FieldSpec, RecordKind
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

_SUFFIX: Final = "__c"


PEOPLE_ROLES: Final = tuple(role for role in FieldRole if role not in AGENT_ROLES)


@dataclass(frozen=True, slots=True)
class _Need:
    """What a field lacks, and so what there is to do."""

    change: FieldChange
    make: bool = False
    choices: bool = False
    access: bool = False


class Setup:
    """Plans and makes our fields; each step looks first, so it may be repeated."""

    def __init__(self, session: Session, config: SalesforceConfig) -> None:
        self._session = session
        self._set_name = config.permission_set
        # The agent's comes last: a field that the agent sees has been granted to everybody.
        self._sets = (
            _PermissionSet(config.user_permission_set, "BBM User", PEOPLE_ROLES, is_ours=False),
            _PermissionSet(config.permission_set, "BBM Agent", AGENT_ROLES, is_ours=True),
        )

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
        visible = {spec: schemas[spec.kind].find(spec.name) for spec in fields}
        unseen = self._unseen_needs([spec for spec, there in visible.items() if there is None])
        for spec, there in visible.items():
            yield unseen[spec] if there is None else _need_of(spec, there)

    def _unseen_needs(self, fields: Sequence[FieldSpec]) -> Mapping[FieldSpec, _Need]:
        """What those fields lack that are not there, or not for the agent's user."""
        try:
            found = self._definitions(fields)
        except (MissingPermission, RequestRefused) as error:
            return {spec: _Need(self._unsupported(spec, error)) for spec in fields}
        grant = "grant access to it"
        return {
            spec: _Need(FieldChange(spec, FieldAction.UPDATE, grant), access=True)
            if full_name(spec) in found
            else _Need(FieldChange(spec, FieldAction.CREATE), make=True, access=True)
            for spec in fields
        }

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
        grants = [_Grants(self._session, one) for one in self._sets]
        for need in needs:
            yield self._attempt(need, grants)

    def _attempt(self, need: _Need, grants: Sequence["_Grants"]) -> FieldChange:
        """One field; where the rights to do it are missing, the way to do it by hand."""
        if not (need.make or need.choices or need.access):
            return need.change
        try:
            self._carry_out(need, grants)
        except (MissingPermission, RequestRefused) as error:
            return self._unsupported(need.change.spec, error)
        return need.change

    def _carry_out(self, need: _Need, grants: Sequence["_Grants"]) -> None:
        spec = need.change.spec
        if need.make:
            self._session.send("POST", "tooling/sobjects/CustomField", field_body(spec))
        if need.choices:
            id_ = self._definitions([spec])[full_name(spec)]
            metadata = {"Metadata": field_metadata(spec)}
            self._session.send("PATCH", f"tooling/sobjects/CustomField/{id_}", metadata)
        if need.access:
            for grant in grants:
                grant.give(spec)

    def _unsupported(self, spec: FieldSpec, error: BBMError) -> FieldChange:
        """The way to do it by hand, where the rights to do it are missing."""
        object_ = OBJECTS[spec.kind]
        by_hand = (
            f"By hand: Setup > Object Manager > {object_} > Fields & Relationships > New, name"
            f" {spec.name.removesuffix(_SUFFIX)}; then Setup > Permission Sets >"
            f" {self._set_name} > Object Settings > {object_} > Edit."
        )
        return FieldChange(spec, FieldAction.UNSUPPORTED, f"{error.message} {by_hand}")

    def _removed(self, spec: FieldSpec, id_: str, *, apply: bool) -> FieldChange:
        change = FieldChange(spec, FieldAction.REMOVE)
        if not apply:
            return change
        try:
            self._session.send("DELETE", f"tooling/sobjects/CustomField/{id_}")
        except (MissingPermission, RequestRefused) as error:
            path = f"Setup > Object Manager > {OBJECTS[spec.kind]} > Fields & Relationships"
            detail = f"{error.message} By hand: {path} > {spec.name} > Delete."
            return FieldChange(spec, FieldAction.UNSUPPORTED, detail)
        return change


@dataclass(frozen=True, slots=True)
class _PermissionSet:
    """A permission set that sees all of our fields and edits some of them."""

    name: str
    label: str
    edits: tuple[FieldRole, ...]
    is_ours: bool  # assigned to whom we log in as, when it is made


class _Grants:
    """Gives a permission set access to fields; makes the set where there is none."""

    def __init__(self, session: Session, permission_set: _PermissionSet) -> None:
        self._session = session
        self._set = permission_set
        self._set_id = ""
        self._given: dict[str, Row] = {}

    def give(self, spec: FieldSpec) -> None:
        self._find_set()
        wanted = {"PermissionsRead": True, "PermissionsEdit": spec.role in self._set.edits}
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
        rows = self._session.query_all(soql.permission_set(self._set.name))
        self._set_id = str(rows[0]["Id"]) if rows else self._make_set()
        given = self._session.query_all(soql.field_permissions(self._set_id))
        self._given = {str(row["Field"]): row for row in given}

    def _make_set(self) -> str:
        names = {"Name": self._set.name, "Label": self._set.label}
        made = _made_id(self._session.send("POST", "sobjects/PermissionSet", names))
        if self._set.is_ours:
            user = str(self._session.user_info().get("user_id"))
            body = {"PermissionSetId": made, "AssigneeId": user}
            self._session.send("POST", "sobjects/PermissionSetAssignment", body)
        return made


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
