"""The definitions of a portal: properties, their groups, pipelines and stages."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sandbox.hubspot.choices import LIFECYCLE_STAGES
from sandbox.hubspot.knobs import Knobs
from sandbox.hubspot.natives import (
    became_stage,
    entered_stage,
    native_group,
    native_properties,
)
from sandbox.hubspot.object_types import (
    COMPANIES,
    CONTACTS,
    DEALS,
    LEADS,
    OBJECT_TYPES,
    TICKETS,
    ObjectType,
)
from sandbox.hubspot.pipelines import (
    LIFECYCLE_PIPELINES,
    Pipeline,
    deal_pipelines,
    lead_pipelines,
    lifecycle_pipeline,
    ticket_pipelines,
)
from sandbox.hubspot.properties import Group, Option, Property, check_definition
from sandbox.hubspot.refusals import Refused, invalid, no_such_resource

MOST_UNIQUE = 10


class Schema:
    """Property definitions by object type. Archived ones stay, so that a name can come back."""

    def __init__(self, knobs: Knobs) -> None:
        self._knobs = knobs
        self._kept: dict[str, dict[str, Property]] = {}
        self._groups: dict[str, dict[str, Group]] = {}
        self._pipelines: dict[str, list[Pipeline]] = {}
        self._unique: dict[str, list[str]] = {}
        self._made = 0
        for kind in OBJECT_TYPES:
            group = native_group(kind.name)
            self._groups[kind.name] = {group.name: group}
            self._kept[kind.name] = {one.name: one for one in native_properties(kind.name)}
            self._unique[kind.name] = [
                one.name for one in self._kept[kind.name].values() if one.has_unique_value
            ]
        for kind in (CONTACTS, COMPANIES):
            self._lifecycle(kind)
        for pipeline in deal_pipelines():
            self.add_pipeline(DEALS, pipeline)
        for pipeline in lead_pipelines():
            self.add_pipeline(LEADS, pipeline)
        for pipeline in ticket_pipelines():
            self.add_pipeline(TICKETS, pipeline)

    def property(self, kind: ObjectType, name: str) -> Property | None:
        found = self._kept[kind.name].get(name)
        return found if found is not None and found.archived is None else None

    def properties(self, kind: ObjectType, *, archived: bool = False) -> list[Property]:
        return [
            one for one in self._kept[kind.name].values() if (one.archived is not None) == archived
        ]

    def needed(self, kind: ObjectType, name: str) -> Property:
        found = self.property(kind, name)
        if found is None:
            raise no_such_resource(f"Property {name} does not exist for {kind.id}")
        return found

    def define(self, kind: ObjectType, definition: Property) -> Property:
        """Add a definition; a name in use is refused, an archived one comes back."""
        check_definition(definition)
        if self.property(kind, definition.name) is not None:
            raise _name_taken(definition.name)
        self.group(kind, definition.group)
        self._check_room(kind, definition)
        self._kept[kind.name][definition.name] = definition
        if definition.has_unique_value:
            self._unique[kind.name].append(definition.name)
        return definition

    def change(self, kind: ObjectType, definition: Property) -> Property:
        if definition.native:
            raise _not_yours(definition.name)
        check_definition(definition)
        self.group(kind, definition.group)
        self._kept[kind.name][definition.name] = definition
        return definition

    def archive(self, kind: ObjectType, name: str, at: datetime) -> None:
        definition = self.property(kind, name)
        if definition is None:
            return
        if definition.native:
            raise _not_yours(name)
        self._kept[kind.name][name] = replace(definition, archived=at)

    def _check_room(self, kind: ObjectType, definition: Property) -> None:
        own = self.own_properties(kind)
        unique = [one for one in own if one.has_unique_value]
        if len(own) >= self._knobs.custom_properties_limit:
            raise invalid(f"The limit of custom properties for {kind.id} is reached.")
        if definition.has_unique_value and len(unique) >= MOST_UNIQUE:
            raise invalid(f"At most {MOST_UNIQUE} properties can have unique values.")

    def own_properties(self, kind: ObjectType) -> list[Property]:
        """Those that are not HubSpot's: they count against the account's limit."""
        return [one for one in self.properties(kind) if not one.native]

    def unique_names(self, kind: ObjectType) -> list[str]:
        """The properties of which no two records share a value."""
        return self._unique[kind.name]

    def groups(self, kind: ObjectType) -> list[Group]:
        return list(self._groups[kind.name].values())

    def group(self, kind: ObjectType, name: str) -> Group:
        found = self._groups[kind.name].get(name)
        if found is None:
            raise invalid(f"Property group {name} does not exist", groupName=[name])
        return found

    def add_group(self, kind: ObjectType, group: Group) -> Group:
        if group.name in self._groups[kind.name]:
            raise Refused(
                409,
                f"A property group named '{group.name}' already exists.",
                category="OBJECT_ALREADY_EXISTS",
                sub_category="Properties.GROUP_WITH_NAME_EXISTS",
                context={"name": [group.name]},
            )
        self._groups[kind.name][group.name] = group
        return group

    def change_group(self, kind: ObjectType, group: Group) -> Group:
        self._groups[kind.name][group.name] = group
        return group

    def remove_group(self, kind: ObjectType, name: str) -> None:
        used = [one.name for one in self.properties(kind) if one.group == name]
        if used:
            raise invalid(f"Property group {name} still has properties", propertyName=used)
        self._groups[kind.name].pop(name, None)

    def pipelines(self, kind: ObjectType) -> list[Pipeline]:
        return list(self._pipelines.get(kind.name, []))

    def lifecycle(self, kind: ObjectType) -> Pipeline:
        """The lifecycle of a type as a pipeline, with the account's own stages."""
        options = self._kept[kind.name][kind.stage].options
        return lifecycle_pipeline(kind.name, [(one.value, one.label) for one in options])

    def add_pipeline(self, kind: ObjectType, pipeline: Pipeline) -> None:
        """Add a pipeline, with the dates that HubSpot keeps for each of its stages."""
        self._pipelines.setdefault(kind.name, []).append(pipeline)
        self._tell_pipelines(kind, pipeline)

    def _tell_pipelines(self, kind: ObjectType, pipeline: Pipeline) -> None:
        """Dates for the stages of this one, and the choices that all of them make."""
        for stage in pipeline.stages:
            self._stage_dates(kind, stage.id, f"{stage.label} ({pipeline.label})")
        known = self.pipelines(kind)
        self._offer(kind, kind.pipeline, [(one.id, one.label) for one in known])
        stages = [(stage.id, stage.label) for one in known for stage in one.stages]
        self._offer(kind, kind.stage, stages)

    def change_pipeline(self, kind: ObjectType, changed: Pipeline) -> None:
        """Another label, or other stages; dates of stages that went stay, as values do."""
        kept = self._pipelines[kind.name]
        kept[[one.id for one in kept].index(changed.id)] = changed
        self._tell_pipelines(kind, changed)

    def remove_pipeline(self, kind: ObjectType, pipeline_id: str) -> None:
        kept = self._pipelines[kind.name]
        if len(kept) == 1:
            raise invalid("The last pipeline cannot be removed.", id=[pipeline_id])
        self._pipelines[kind.name] = [one for one in kept if one.id != pipeline_id]
        self._tell_pipelines(kind, self._pipelines[kind.name][0])

    def fresh_id(self) -> str:
        """A number for a pipeline or a stage that somebody makes."""
        self._made += 1
        return str(901_000_000 + self._made)

    def add_lifecycle_stage(self, kind: ObjectType, stage: str, label: str) -> None:
        """One of the portal's own, as companies add them behind HubSpot's stages."""
        offered = self._kept[kind.name][kind.stage].options
        self._offer(
            kind, kind.stage, [*((one.value, one.label) for one in offered), (stage, label)]
        )
        self._lifecycle_dates(kind, ((stage, label),))

    def lifecycle_order(self, kind: ObjectType) -> Mapping[str, int]:
        options = self._kept[kind.name][kind.stage].options
        return {one.value: one.display_order for one in options}

    def _lifecycle(self, kind: ObjectType) -> None:
        named = [(LIFECYCLE_PIPELINES[kind.name], "Lifecycle Stage Pipeline")]
        self._offer(kind, "hs_pipeline", named)
        self._lifecycle_dates(kind, LIFECYCLE_STAGES)

    def _lifecycle_dates(self, kind: ObjectType, stages: Iterable[tuple[str, str]]) -> None:
        for stage, label in stages:
            self._stage_dates(kind, stage, f"{label} (Lifecycle Stage Pipeline)")
            if kind is CONTACTS:
                self._keep(kind, became_stage(stage, label, native_group(kind.name).name))

    def _stage_dates(self, kind: ObjectType, stage: str, label: str) -> None:
        for one in entered_stage(stage, label, native_group(kind.name).name):
            self._keep(kind, one)

    def _keep(self, kind: ObjectType, definition: Property) -> None:
        self._kept[kind.name][definition.name] = definition

    def _offer(self, kind: ObjectType, name: str, choices: list[tuple[str, str]]) -> None:
        options = tuple(Option(label, value, order) for order, (value, label) in enumerate(choices))
        offering = replace(
            self._kept[kind.name][name],
            options=options,
            external_options=False,
            options_elsewhere=name != "lifecyclestage",
        )
        self._keep(kind, offering)


def _name_taken(name: str) -> Refused:
    return Refused(
        409,
        f"A property named '{name}' already exists.",
        category="OBJECT_ALREADY_EXISTS",
        sub_category="Properties.PROPERTY_WITH_NAME_EXISTS",
        context={"name": [name]},
    )


def _not_yours(name: str) -> Refused:
    return invalid(f"Property {name} is defined by HubSpot and cannot be changed.", name=[name])
