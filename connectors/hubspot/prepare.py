"""Our property group and properties: what each needs, creating them, and removing them again."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from bbm_core.records import FieldSpec, RecordKind
from connectors.contract import FieldAction, FieldChange
from connectors.errors import MissingPermission
from connectors.hubspot.complaint import Complaint, faults_of
from connectors.hubspot.errors import error_of
from connectors.hubspot.fields import (
    GROUP,
    NAMES,
    group_body,
    hubspot_type,
    options_body,
    property_body,
)
from connectors.hubspot.portal import Portal
from connectors.hubspot.room import Room, rooms
from connectors.hubspot.schema import Definition
from connectors.hubspot.session import Session, results_of

_CONFLICT = 409
_LEADS_BY_HAND = (
    "HubSpot's API does not create properties of leads: create {name} ({type}) by hand"
    " (Settings > Properties > Lead properties), or leave leads out."
)


@dataclass(frozen=True, slots=True)
class Preparer:
    """Keeps our fields in one portal."""

    session: Session
    portal: Portal

    def prepare(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        """What each field needs; with `apply` it is done."""
        there = self._definitions(fields)
        plan = tuple(_planned(spec, there[spec.kind].get(spec.name)) for spec in fields)
        if any(change.action is FieldAction.CREATE for change in plan):
            plan = _fitted(plan, rooms(self.session))
        if apply:
            self._create([one.spec for one in plan if one.action is FieldAction.CREATE])
            for change in plan:
                if change.action is FieldAction.UPDATE:
                    self._add_options(change.spec, there[change.spec.kind][change.spec.name])
        return plan

    def retire(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        """The fields of ours that exist; with `apply` they are archived, and their values gone."""
        there = self._definitions(fields)
        plan = tuple(
            _retired(spec, there[spec.kind][spec.name])
            for spec in fields
            if spec.name in there[spec.kind]
        )
        if apply:
            for change in plan:
                if change.action is FieldAction.REMOVE:
                    self._archive(change.spec)
        return plan

    def _definitions(
        self, fields: Sequence[FieldSpec]
    ) -> dict[RecordKind, Mapping[str, Definition]]:
        kinds = dict.fromkeys(spec.kind for spec in fields)
        return {kind: self._existing(kind) for kind in kinds}

    def _existing(self, kind: RecordKind) -> Mapping[str, Definition]:
        try:
            return self.portal.schema(kind, fresh=True).definitions
        except MissingPermission:
            if kind is not RecordKind.LEAD:
                raise
            return {}  # a portal without leads has no properties of leads either

    def _create(self, specs: Sequence[FieldSpec]) -> None:
        for kind in dict.fromkeys(spec.kind for spec in specs):
            self._create_group(kind)
            self._create_properties(kind, [spec for spec in specs if spec.kind is kind])

    def _create_group(self, kind: RecordKind) -> None:
        groups = self.session.client.crm.properties.groups_api
        answer = self.session.attempt(groups.create, NAMES[kind].object_type, group_body())
        if isinstance(answer, Complaint) and answer.status != _CONFLICT:
            raise error_of(answer)

    def _create_properties(self, kind: RecordKind, specs: Sequence[FieldSpec]) -> None:
        answer = self.session.ask(
            self.session.client.crm.properties.batch_api.create,
            NAMES[kind].object_type,
            {"inputs": [property_body(spec) for spec in specs]},
        )
        results_of(answer)
        for fault in faults_of(answer):
            # Somebody else created it meanwhile: the next plan compares its definition.
            if fault.code != "OBJECT_ALREADY_EXISTS":
                raise error_of(Complaint(400, fault.message, fault.code, faults=(fault,)))

    def _add_options(self, spec: FieldSpec, definition: Definition) -> None:
        self.session.ask(
            self.session.client.crm.properties.core_api.update,
            NAMES[spec.kind].object_type,
            spec.name,
            {"options": _all_options(spec, definition)},
        )

    def _archive(self, spec: FieldSpec) -> None:
        self.session.send(
            self.session.client.crm.properties.core_api.archive,
            NAMES[spec.kind].object_type,
            spec.name,
        )


def _planned(spec: FieldSpec, definition: Definition | None) -> FieldChange:
    if definition is None:
        return _absent(spec)
    if not _may_be_ours(spec, definition):
        return _clash(spec, definition)
    missing = _missing_options(spec, definition)
    if missing:
        return FieldChange(spec, FieldAction.UPDATE, f"adds the options {', '.join(missing)}")
    return FieldChange(spec, FieldAction.KEEP)


def _absent(spec: FieldSpec) -> FieldChange:
    if spec.kind is RecordKind.LEAD:
        values = ", ".join(one.value for one in spec.choices)
        type_ = f"{hubspot_type(spec)} of {values}" if values else hubspot_type(spec)
        by_hand = _LEADS_BY_HAND.format(name=spec.name, type=type_)
        return FieldChange(spec, FieldAction.UNSUPPORTED, by_hand)
    return FieldChange(spec, FieldAction.CREATE, f"in the group {GROUP}")


def _fitted(
    plan: Sequence[FieldChange], room: Mapping[RecordKind, Room]
) -> tuple[FieldChange, ...]:
    """What is to be created, with the room there is for it; without room nothing of a kind is."""
    needed = Counter(one.spec.kind for one in plan if one.action is FieldAction.CREATE)
    return tuple(
        _with_room(one, room[one.spec.kind], needed[one.spec.kind])
        if one.action is FieldAction.CREATE and one.spec.kind in room
        else one
        for one in plan
    )


def _with_room(change: FieldChange, room: Room, needed: int) -> FieldChange:
    used = f"{room.used} of {room.most} custom properties are there"
    if room.left >= needed:
        return replace(change, detail=f"{change.detail}; {used}")
    detail = f"no room for {needed}: {used}. Archive some that nobody uses (Settings > Properties)"
    return replace(change, action=FieldAction.CLASH, detail=detail)


def _may_be_ours(spec: FieldSpec, definition: Definition) -> bool:
    is_free = not definition.read_only and not definition.native
    return is_free and definition.type == hubspot_type(spec)


def _clash(spec: FieldSpec, definition: Definition) -> FieldChange:
    found = f"{definition.type}, read-only" if definition.read_only else definition.type
    if definition.native:
        found = f"HubSpot's own {found}"
    return FieldChange(
        spec,
        FieldAction.CLASH,
        f"{spec.name} exists as {found} instead of {hubspot_type(spec)}:"
        " choose another name in [crm.hubspot.fields], or archive that property",
    )


def _retired(spec: FieldSpec, definition: Definition) -> FieldChange:
    if not _may_be_ours(spec, definition):
        return _clash(spec, definition)
    return FieldChange(spec, FieldAction.REMOVE, "its values go with it")


def _missing_options(spec: FieldSpec, definition: Definition) -> list[str]:
    there = {option.value for option in definition.options}
    return [choice.value for choice in spec.choices if choice.value not in there]


def _all_options(spec: FieldSpec, definition: Definition) -> list[dict[str, object]]:
    """The options that are there as somebody may have changed them, and ours that are missing."""
    missing = set(_missing_options(spec, definition))
    ours = options_body(tuple((one.value, one.label) for one in spec.choices))
    added = [one for one in ours if one["value"] in missing]
    there: list[dict[str, object]] = [asdict(one) for one in definition.options]
    return [{**one, "displayOrder": order} for order, one in enumerate([*there, *added])]
