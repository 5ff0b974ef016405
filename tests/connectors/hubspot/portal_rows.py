"""Rows of a portal as HubSpot writes them, for the tests of the translation."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bbm_core.records import (
    FieldRole,
    Parked,
    Record,
    RecordKind,
)
from connectors.contract import KindReading
from connectors.hubspot.definitions import definitions_of, lens_of, stages_of
from connectors.hubspot.schema import Lens, Schema
from connectors.hubspot.translate import records_of

CREATED = "2026-03-01T08:00:00Z"
MODIFIED = "2026-04-01T08:00:00.5Z"
STAGES = ("subscriber", "lead", "customer")


def at(day: int, month: int = 3) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC)


def definition(
    name: str, kind: str = "string", widget: str = "text", **more: Any
) -> dict[str, Any]:
    return {"name": name, "label": name.upper(), "type": kind, "fieldType": widget, **more}


def options(*values: str) -> list[dict[str, Any]]:
    return [{"value": one, "label": one.title(), "displayOrder": i} for i, one in enumerate(values)]


DEFINITIONS = definitions_of(
    [
        definition("lifecyclestage", "enumeration", "radio", options=options(*STAGES)),
        definition("industry", "enumeration", "select"),
        definition("interests", "enumeration", "checkbox"),
        definition("numemployees", "number", "number"),
        definition("is_partner", "bool", "booleancheckbox"),
        definition("is_public", "enumeration", "booleancheckbox"),
        definition("founded", "date", "date"),
        definition("seen", "datetime", "date"),
        definition("note"),
        {"label": "a definition without a name"},
    ]
)
ATTRIBUTES = {
    "industry": "industry",
    "interests": "interests",
    "employees": "numemployees",
    "partner": "is_partner",
    "public": "is_public",
    "founded": "founded",
    "seen": "seen",
    "note": "note",
    "nowhere": "no_such_property",
}
WRITTEN = {
    FieldRole.FLAG: "bbm_icp",
    FieldRole.SCORE: "bbm_score",
    FieldRole.SCORED_AT: "bbm_scored_at",
    FieldRole.OVERRIDE_UNTIL: "bbm_override_until",
}
PIPELINES = [
    {
        "id": "renewals",
        "displayOrder": 2,
        "stages": [
            {"id": "9", "label": "Won", "metadata": {"isClosed": "true", "probability": "1.0"}}
        ],
    },
    {
        "id": "default",
        "displayOrder": 1,
        "stages": [
            {"id": "won", "displayOrder": 2, "metadata": {"isClosed": "true", "probability": "1"}},
            {"id": "new", "displayOrder": 0, "metadata": {"isClosed": "false"}},
            {
                "id": "lost",
                "displayOrder": 3,
                "metadata": {"isClosed": "true", "probability": "0.0"},
            },
            {"id": "old", "displayOrder": 4, "archived": True},
        ],
    },
    {"id": "empty", "displayOrder": 3},
]


def lens(
    kind: RecordKind = RecordKind.CONTACT,
    *,
    currency: str = "JPY",
    status: str | None = None,
    amount: str | None = None,
) -> Lens:
    reading = KindReading(ATTRIBUTES, WRITTEN, channel="source", amount=amount, status=status)
    schema = Schema(kind, DEFINITIONS, stages_of(PIPELINES) if kind.endswith(("y", "d")) else ())
    return lens_of(schema, reading, currency)


DEALS = lens(RecordKind.OPPORTUNITY)


def row(texts: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "id": "101",
        "createdAt": CREATED,
        "updatedAt": MODIFIED,
        "properties": dict(texts or {}),
        **more,
    }


def read(
    one: Mapping[str, Any], by: Lens | None = None, company: str | None = None
) -> Record | Parked:
    """What becomes of one row; `company` is an association asked for separately."""
    [found] = records_of([one], by or lens(), {one["id"]: company} if company else {})
    return found


def record(texts: Mapping[str, Any], by: Lens | None = None, **more: Any) -> Record:
    found = read(row(texts, **more), by)
    assert isinstance(found, Record), found
    return found
