"""Our property group and properties: what each needs, creating them, and removing them again."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from bbm_core.errors import PreconditionError
from bbm_core.records import FieldSpec, RecordKind
from connectors.contract import FieldAction, FieldChange
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
_Definitions = Mapping[RecordKind, Mapping[str, Definition]]
_NOT_LISTED = (
    "HubSpot says that it exists, and does not list it: restore it among the archived ones"
    " (Settings > Properties), or choose another name in [crm.hubspot.fields]"
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
            plan, there = self._created(plan, there)
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

    def _definitions(self, fields: Sequence[FieldSpec]) -> _Definitions:
        kinds = dict.fromkeys(spec.kind for spec in fields)
        return {kind: self._existing(kind) for kind in kinds}

    def _existing(self, kind: RecordKind) -> Mapping[str, Definition]:
        try:
            return self.portal.schema(kind, fresh=True).definitions
        except PreconditionError:
            if kind is not RecordKind.LEAD:
                raise
            return {}  # a portal without leads has no properties of leads either

    def _created(
        self, plan: tuple[FieldChange, ...], there: _Definitions
    ) -> tuple[tuple[FieldChange, ...], _Definitions]:
        """Plan and definitions after what is missing was created, or proved to be there already."""
        missing = [one.spec for one in plan if one.action is FieldAction.CREATE]
        taken: dict[RecordKind, set[str]] = {}
        for kind in dict.fromkeys(spec.kind for spec in missing):
            self._create_group(kind)
            taken[kind] = self._create_properties(kind, [s for s in missing if s.kind is kind])
        doubtful = [one for one in missing if taken[one.kind]]
        there = {**there, **self._definitions(doubtful)}
        met = (
            _met(one, there[one.spec.kind].get(one.spec.name), taken[one.spec.kind])
            if one.spec in doubtful
            else one
            for one in plan
        )
        return tuple(met), there

    def _create_group(self, kind: RecordKind) -> None:
        groups = self.session.client.crm.properties.groups_api
        answer = self.session.attempt(groups.create, NAMES[kind].object_type, group_body())
        if isinstance(answer, Complaint) and answer.status != _CONFLICT:
            raise error_of(answer)

    def _create_properties(self, kind: RecordKind, specs: Sequence[FieldSpec]) -> set[str]:
        """Create them; the names, or words, of those that HubSpot says it has already."""
        answer = self.session.ask(
            self.session.client.crm.properties.batch_api.create,
            NAMES[kind].object_type,
            {"inputs": [property_body(spec) for spec in specs]},
        )
        results_of(answer)
        taken: set[str] = set()
        for fault in faults_of(answer):
            names = ", ".join(fault.properties)
            if fault.code != "OBJECT_ALREADY_EXISTS":
                message = f"{names}: {fault.message}" if names else fault.message
                raise error_of(Complaint(400, message, fault.code, faults=(fault,)))
            taken.update(fault.properties or (fault.message,))
        return taken

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


def _met(change: FieldChange, definition: Definition | None, taken: set[str]) -> FieldChange:
    """What was to be created, where HubSpot said of some that they are there."""
    if definition is None:
        return replace(change, action=FieldAction.CLASH, detail=_NOT_LISTED)
    if change.spec.name in taken:  # somebody else created it meanwhile
        return _planned(change.spec, definition)
    return change


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
