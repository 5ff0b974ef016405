"""What a portal says of its properties and pipelines, and how rows are read by it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from connectors.contract import KindReading
from connectors.hubspot.schema import (
    Definition,
    Lens,
    Option,
    Schema,
    Stage,
    asked_properties,
    milestones_of,
)
from connectors.hubspot.values import clean_text, parser_of, role_parser

Row = Mapping[str, Any]


def definitions_of(rows: Iterable[Row]) -> Mapping[str, Definition]:
    """Property definitions by name; rows without a name are none."""
    found = (_definition(row) for row in rows if isinstance(row.get("name"), str))
    return MappingProxyType({one.name: one for one in found})


def stages_of(pipelines: Iterable[Row]) -> tuple[Stage, ...]:
    """The stages of all pipelines, in the order in which people see them."""
    ordered = sorted(pipelines, key=_order)
    return tuple(
        _stage(str(pipeline.get("id")), stage)
        for pipeline in ordered
        for stage in sorted(pipeline.get("stages") or (), key=_order)
        if not stage.get("archived")
    )


def lens_of(schema: Schema, reading: KindReading, currency: str) -> Lens:
    """What to ask of each row of a kind, and how to read it."""
    milestones = milestones_of(schema)
    plain = reading.status in (None, schema.names.status)
    properties = asked_properties(schema, reading, milestones if plain else ())
    times = Counter(one.property for one in milestones)
    return Lens(
        kind=schema.kind,
        names=schema.names,
        properties=properties,
        declared=tuple(name for name in properties if name in schema.definitions),
        attributes=tuple(
            (attribute, name, parser_of(schema.definitions[name]))
            for attribute, name in reading.attributes.items()
            if name in schema.definitions
        ),
        written=tuple((role, name, role_parser(role)) for role, name in reading.written.items()),
        milestones={one.property: one for one in milestones} if plain else {},
        shared={(one.property, one.pipeline): one for one in milestones if times[one.property] > 1},
        status=reading.status or schema.names.status,
        stages=MappingProxyType({stage.status: stage for stage in schema.stages}),
        history="" if plain else reading.status or "",
        channel=reading.channel or "",
        amount=reading.amount or "",
        currency=currency,
    )


def _definition(row: Row) -> Definition:
    limits = row.get("modificationMetadata") or {}
    return Definition(
        name=row["name"],
        label=clean_text(str(row.get("label") or row["name"])),
        type=str(row.get("type") or "string"),
        field_type=str(row.get("fieldType") or ""),
        options=tuple(
            Option(
                str(one.get("value")),
                clean_text(str(one.get("label") or "")),
                hidden=one.get("hidden") is True,
                description=str(one.get("description") or ""),
            )
            for one in sorted(row.get("options") or (), key=_order)
        ),
        read_only=bool(limits.get("readOnlyValue") or row.get("calculated")),
        native=bool(row.get("hubspotDefined")),
        archived=bool(row.get("archived")),
    )


def _stage(pipeline: str, row: Row) -> Stage:
    facts = row.get("metadata") or {}
    closed = str(facts.get("isClosed")).lower() == "true"
    return Stage(
        pipeline=pipeline,
        id=str(row.get("id")),
        label=clean_text(str(row.get("label") or "")),
        closed=closed,
        won=closed and str(facts.get("probability")) in ("1", "1.0"),
    )


def _order(row: Row) -> int:
    order = row.get("displayOrder")
    return order if isinstance(order, int) else 0
