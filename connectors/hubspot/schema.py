"""What a portal declares about one kind: property definitions, stages, and the lens to read with.

A `Lens` is worked out once per pull and says which properties to ask for and how to read each.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from bbm_core.records import FieldRole, RecordKind, Value
from connectors.contract import KindReading
from connectors.hubspot.fields import CURRENT_STAGE_SINCE, MERGED_IDS, NAMES, KindNames

Parser = Callable[[str], Value | None]
"""Reads one stored text; None means that it says nothing.

Raises:
    ValueError: the text is not what the property's type promises.
"""


@dataclass(frozen=True, slots=True)
class Option:
    """One option of an enumeration."""

    value: str
    label: str
    hidden: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """A property as the portal declares it."""

    name: str
    label: str
    type: str
    field_type: str
    options: tuple[Option, ...] = ()
    read_only: bool = False
    native: bool = False  # HubSpot's own, in every portal
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a pipeline. Ids of stages are compared within their pipeline only."""

    pipeline: str
    id: str
    label: str
    closed: bool = False
    won: bool = False

    @property
    def status(self) -> str:
        return f"{self.pipeline}/{self.id}"


@dataclass(frozen=True, slots=True)
class Schema:
    """Everything the portal declares about one kind."""

    kind: RecordKind
    definitions: Mapping[str, Definition]
    stages: tuple[Stage, ...] = ()

    @property
    def names(self) -> KindNames:
        return NAMES[self.kind]


@dataclass(frozen=True, slots=True)
class Milestone:
    """A status and the property that says when the record took it."""

    status: str
    property: str
    order: int
    pipeline: str = ""


@dataclass(frozen=True, slots=True)
class Lens:
    """How the rows of one kind are read."""

    kind: RecordKind
    names: KindNames
    properties: tuple[str, ...]
    declared: tuple[str, ...]  # those of them that the portal has
    attributes: tuple[tuple[str, str, Parser | None], ...]  # no parser: nothing but words
    written: tuple[tuple[FieldRole, str, Parser | None], ...]
    milestones: Mapping[str, Milestone]  # by their property
    shared: Mapping[tuple[str, str], Milestone]  # by property and pipeline, where several share one
    status: str
    stages: Mapping[str, Stage]
    history: str = ""  # a status without milestones: its history is read instead
    channel: str = ""
    amount: str = ""
    currency: str = ""
    types: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    companied: "Lens | None" = None  # for records with a company, where that makes a difference


def only_written(lens: Lens) -> Lens:
    """As much of a lens as tells what our properties hold."""
    names = (lens.names.modified, *(name for _, name, _ in lens.written))
    return replace(
        lens,
        properties=tuple(dict.fromkeys(names)),
        attributes=(),
        milestones={},
        shared={},
        status="",
        history="",
        channel="",
        amount="",
        companied=None,
    )


def milestones_of(schema: Schema) -> tuple[Milestone, ...]:
    """When each status was taken, without reading any history."""
    kept = frozenset(name for name in schema.definitions if name.startswith(_ENTERED))
    if schema.names.pipeline:
        return tuple(
            Milestone(stage.status, _entered(stage.id, kept), order, stage.pipeline)
            for order, stage in enumerate(schema.stages)
        )
    lifecycle = schema.definitions.get(schema.names.status)
    options = lifecycle.options if lifecycle else ()
    return tuple(
        Milestone(option.value, _became(option.value, kept, schema.definitions), order)
        for order, option in enumerate(options)
    )


def asked_properties(
    schema: Schema, reading: KindReading, milestones: tuple[Milestone, ...]
) -> tuple[str, ...]:
    """Every property that a row is asked for, each once, in a settled order."""
    names = schema.names
    asked = [
        *reading.attributes.values(),
        *reading.written.values(),
        names.modified,
        "hubspot_owner_id",
        reading.status or names.status,
        *names.name,
        *names.others,
        *filter(None, (names.pipeline, names.company, reading.channel, reading.amount)),
        *(milestone.property for milestone in milestones),
        MERGED_IDS,
        CURRENT_STAGE_SINCE,
    ]
    return tuple(dict.fromkeys(asked))


_ENTERED: Final = "hs_v2_date_entered_"
_is_name: Final = re.compile(r"[a-z0-9_]+").fullmatch


def _entered(stage: str, kept: Iterable[str]) -> str:
    """The property that says when a stage was entered, of those that the portal keeps.

    An id that is no name, such as HubSpot's own for leads or an older one of deals, is made one,
    with a number behind it that nobody documents: `hs_v2_date_entered_new_stage_id_1318266061`.
    """
    plain = f"{_ENTERED}{stage}"
    if plain in kept or _is_name(stage):
        return plain
    made = re.sub("[^a-z0-9]+", "_", stage.lower())
    found = [*filter(re.compile(rf"{_ENTERED}{made}(_[0-9]+)?").fullmatch, kept)]
    return found[0] if len(found) == 1 else plain


def _became(stage: str, kept: Iterable[str], definitions: Mapping[str, Definition]) -> str:
    older, newer = f"hs_lifecyclestage_{stage}_date", _entered(stage, kept)
    return older if older in definitions and newer not in definitions else newer
