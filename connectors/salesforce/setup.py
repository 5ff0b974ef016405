"""Making and removing our fields, with the access that makes them exist for the agent.

A field made by the API is invisible to everybody, administrators too, until a permission set
grants it. The agent's permission set may edit the fields the agent writes, and only read those
that people write; the people's permission set the other way round.

Fields and missing permission sets come with one deploy, all or nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bbm_core.records import AGENT_ROLES, FieldSpec, RecordKind
from connectors.contract import FieldAction, FieldChange, FieldInfo, Reading
from connectors.errors import MissingPermission, RequestRefused
from connectors.salesforce import soql
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.deploy import Deployed, deploy
from connectors.salesforce.fields import OBJECTS, described_type, full_name
from connectors.salesforce.grants import Grants
from connectors.salesforce.package.archive import additions, removals
from connectors.salesforce.package.document import Body
from connectors.salesforce.package.sets import (
    MADE_BY_US,
    agent_access,
    agent_set,
    people_access,
    people_set,
)
from connectors.salesforce.schema import ObjectSchema, object_schema
from connectors.salesforce.session import Session
from connectors.salesforce.shapes import Row

_SUFFIX: Final = "__c"
_REFUSED = (MissingPermission, RequestRefused)


@dataclass(frozen=True, slots=True)
class _Need:
    """What a field lacks, and so what there is to do; `made` is as it will be."""

    change: FieldChange
    made: FieldSpec | None = None
    access: bool = False

    @property
    def is_open(self) -> bool:
        return self.made is not None or self.access


class Setup:
    """Plans and makes our fields; each step looks first, so it may be repeated."""

    def __init__(
        self,
        session: Session,
        config: SalesforceConfig,
        reading: Reading,
        wait: Callable[[float], None],
    ) -> None:
        self._session = session
        self._config = config
        self._reading = reading
        self._wait = wait
        self._agent, self._people = agent_set(config), people_set(config)
        self._grants = Grants(session, (self._people, self._agent))

    def prepare(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        needs = list(self._needs(fields))
        todo = [need for need in needs if need.is_open]
        if not apply or not todo:
            return tuple(need.change for need in needs)
        refused = self._refusals(todo, fields)
        return tuple(refused.get(need.change.spec, need.change) for need in needs)

    def retire(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        try:
            found = self._definitions(OBJECTS)
        except _REFUSED as error:
            hidden = (FieldChange(spec, FieldAction.REMOVE) for spec in fields)
            return tuple(_removed(change, error.message) for change in hidden)
        there = [spec for spec in fields if full_name(spec) in found]
        changes = tuple(FieldChange(spec, FieldAction.REMOVE) for spec in there)
        if not apply or not there:
            return changes
        try:
            refused = self._take_away(there, found)
        except _REFUSED as error:
            refused = dict.fromkeys(there, error.message)
        return tuple(_removed(change, refused.get(change.spec)) for change in changes)

    def _needs(self, fields: Sequence[FieldSpec]) -> Iterator[_Need]:
        kinds = dict.fromkeys(spec.kind for spec in fields)
        schemas = {kind: self._schema(kind) for kind in kinds}
        seen = {spec: schemas[spec.kind].find(spec.name) for spec in fields}
        unseen = self._unseen_needs([spec for spec, there in seen.items() if there is None])
        for spec, there in seen.items():
            yield _need_of(spec, there, schemas[spec.kind]) if there else unseen[spec]

    def _unseen_needs(self, fields: Sequence[FieldSpec]) -> Mapping[FieldSpec, _Need]:
        """What those fields lack that are not there, or not for the agent's user."""
        if not fields:
            return {}
        try:
            found = self._definitions(spec.kind for spec in fields)
        except _REFUSED as error:
            return {spec: _Need(self._unsupported(spec, error.message)) for spec in fields}
        grant = "grant access to it"
        return {
            spec: _Need(FieldChange(spec, FieldAction.UPDATE, grant), access=True)
            if full_name(spec) in found
            else _Need(FieldChange(spec, FieldAction.CREATE), made=spec, access=True)
            for spec in fields
        }

    def _schema(self, kind: RecordKind) -> ObjectSchema:
        return object_schema(self._session.get(f"sobjects/{OBJECTS[kind]}/describe"))

    def _definitions(self, kinds: Iterable[RecordKind]) -> frozenset[str]:
        """The full names of the custom fields that exist on these kinds, seen or not."""
        names = [OBJECTS[kind] for kind in dict.fromkeys(kinds)]
        rows = self._session.tooling(soql.custom_fields(names))
        return frozenset(f"{row.get('TableEnumOrId')}.{_api_name(row)}" for row in rows)

    def _refusals(
        self, todo: Sequence[_Need], fields: Sequence[FieldSpec]
    ) -> Mapping[FieldSpec, FieldChange]:
        """Do it, and look whether it is done; the way by hand for what is not."""
        specs = [need.change.spec for need in todo]
        try:
            refused = self._carry_out(todo, fields)
        except _REFUSED as error:
            refused = dict.fromkeys(specs, error.message)
        if not refused:
            refused = {
                need.change.spec: f"It is done, but describe still says: {_lack(need.change)}."
                for need in self._needs(specs)
                if need.change.action is not FieldAction.KEEP
            }
        return {spec: self._unsupported(spec, why) for spec, why in refused.items()}

    def _carry_out(
        self, todo: Sequence[_Need], fields: Sequence[FieldSpec]
    ) -> Mapping[FieldSpec, str]:
        there = self._grants.ids()
        made = [need.made for need in todo if need.made is not None]
        sets = {name: one for name, one in self._sets(fields).items() if name not in there}
        if made or sets:
            raw = additions(made, sets, self._config.api_version)
            done = deploy(self._session, raw, self._wait)
            if not done.succeeded:
                return {need.change.spec: _why(done, need.change.spec) for need in todo}
        self._grants.give(there, [need.change.spec for need in todo if need.access])
        self._grants.assign(self._grants.ids() if sets else there)
        return {}

    def _sets(self, fields: Sequence[FieldSpec]) -> Mapping[str, Body]:
        """Our permission sets, as they are made where there are none of their names."""
        converted = self._config.write_converted_leads
        return {
            self._agent.name: agent_access(
                self._agent, fields, self._reading, MADE_BY_US, converted=converted
            ),
            self._people.name: people_access(self._people, fields, MADE_BY_US),
        }

    def _take_away(
        self, fields: Sequence[FieldSpec], found: frozenset[str]
    ) -> Mapping[FieldSpec, str]:
        done = deploy(self._session, removals(fields, self._config.api_version), self._wait)
        if not done.succeeded:
            return {spec: _why(done, spec) for spec in fields}
        gone = {full_name(spec) for spec in fields}
        names = self._config.fields.values()
        ours = {f"{object_}.{name}" for object_ in OBJECTS.values() for name in names}
        if not (found & ours) - gone:
            self._grants.take_back()
        return {}

    def _unsupported(self, spec: FieldSpec, why: str) -> FieldChange:
        """The way to do it by hand, where the org does not let us."""
        object_ = OBJECTS[spec.kind]
        by_hand = (
            f"By hand: Setup > Object Manager > {object_} > Fields & Relationships > New, name"
            f" {spec.name.removesuffix(_SUFFIX)}; then Setup > Permission Sets >"
            f" {self._agent.name} > Object Settings > {object_} > Edit."
        )
        return FieldChange(spec, FieldAction.UNSUPPORTED, f"{why} {by_hand}")


def _need_of(spec: FieldSpec, there: FieldInfo, schema: ObjectSchema) -> _Need:
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
    return _Need(change, _with_choices_of(schema, spec) if missing else None, access=locked)


def _with_choices_of(schema: ObjectSchema, spec: FieldSpec) -> FieldSpec:
    """The field with the choices it has already: a deploy names all that are to be active."""
    wanted = {one.value for one in spec.choices}
    others = [one for one in schema.choices.get(spec.name, ()) if one.value not in wanted]
    return replace(spec, choices=(*spec.choices, *others))


def _why(done: Deployed, spec: FieldSpec) -> str:
    own = done.failures.get(full_name(spec))
    return f"{own}." if own else f"Nothing was changed, because elsewhere: {done.problem}."


def _lack(change: FieldChange) -> str:
    return change.detail or f"there is no {change.spec.name}"


def _removed(change: FieldChange, why: str | None) -> FieldChange:
    if why is None:
        return change
    path = f"Setup > Object Manager > {OBJECTS[change.spec.kind]} > Fields & Relationships"
    detail = f"{why} By hand: {path} > {change.spec.name} > Delete."
    return replace(change, action=FieldAction.UNSUPPORTED, detail=detail)


def _api_name(row: Row) -> str:
    prefix = row.get("NamespacePrefix")
    name = f"{row.get('DeveloperName')}{_SUFFIX}"
    return f"{prefix}__{name}" if prefix else name
