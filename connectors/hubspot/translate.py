"""From HubSpot's rows to records. Beyond this file nobody sees an untyped dictionary."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeVar

from bbm_core.records import (
    FieldRole,
    Money,
    Outcome,
    Parked,
    Record,
    RecordKind,
    RecordRef,
    Removal,
    StatusEntry,
    Value,
)
from connectors.contract import KindReading
from connectors.hubspot.fields import CURRENT_STAGE_SINCE, MERGED_IDS
from connectors.hubspot.schema import (
    Definition,
    Lens,
    Option,
    Parser,
    Schema,
    Stage,
    asked_properties,
    milestones_of,
)
from connectors.hubspot.values import (
    clean_text,
    id_of,
    number_of,
    parser_of,
    role_parser,
    time_of,
)

Row = Mapping[str, Any]
_Key = TypeVar("_Key")


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
    return Lens(
        kind=schema.kind,
        names=schema.names,
        properties=asked_properties(schema, reading, milestones if plain else ()),
        attributes=tuple(
            (attribute, name, parser_of(schema.definitions[name]))
            for attribute, name in reading.attributes.items()
            if name in schema.definitions
        ),
        written=tuple((role, name, role_parser(role)) for role, name in reading.written.items()),
        milestones=milestones if plain else (),
        status=reading.status or schema.names.status,
        stages=MappingProxyType({stage.status: stage for stage in schema.stages}),
        history="" if plain else reading.status or "",
        channel=reading.channel or "",
        amount=reading.amount or "",
        currency=currency,
    )


def record_of(row: Row, lens: Lens, company: str | None = None) -> Record | Parked:
    """One record, or why it cannot be one; `company` is an association asked for separately."""
    try:
        return _record(row, lens, company)
    except ValueError as error:
        return Parked(RecordRef(lens.kind, clean_text(str(row["id"]))[:40]), clean_text(str(error)))


def merged_away(row: Row, lens: Lens) -> tuple[Removal, ...]:
    """The records that were merged into this one."""
    survivor = RecordRef(lens.kind, str(row["id"]))
    return tuple(Removal(RecordRef(lens.kind, one), survivor) for one in merged_ids(row))


def merged_ids(row: Row) -> tuple[str, ...]:
    """The ids of what was merged into a row, its own left out."""
    ids = dict.fromkeys((*_merged(row, MERGED_IDS), *_merged(row, "hs_calculated_merged_vids")))
    return tuple(one for one in ids if one != str(row["id"]))


def archived_since(row: Row, kind: RecordKind, since: datetime) -> Removal | None:
    """The removal of an archived row, unless it was archived before `since`."""
    return Removal(RecordRef(kind, str(row["id"]))) if is_archived_since(row, since) else None


def is_archived_since(row: Row, since: datetime) -> bool:
    """Whether an archived row was not archived before `since`; one that does not say was not."""
    try:
        moment = time_of(str(row["archivedAt"])) if row.get("archivedAt") else since
    except ValueError:
        moment = since
    return moment >= since


def company_of(row: Row, lens: Lens) -> str | None:
    """The primary company that the row itself names.

    Raises:
        ValueError: it names something that is no id.
    """
    return id_of(row["properties"].get(lens.names.company)) if lens.names.company else None


def primary_companies(rows: Iterable[Row], type_id: int) -> dict[str, str]:
    """Record id -> id of its primary company, from an answer about associations.

    HubSpot writes the one as a text and the other as a number.
    """
    return {
        str(row["from"]["id"]): str(to["toObjectId"])
        for row in rows
        for to in row["to"]
        if any(kind.get("typeId") == type_id for kind in to["associationTypes"])
    }


def _record(row: Row, lens: Lens, company: str | None) -> Record:
    texts = _texts(row)
    outcome = _outcome(texts, lens)
    created, modified = _times(row, texts, lens)
    account = company_of(row, lens) or company
    return Record(
        ref=RecordRef(lens.kind, _own_id(row)),
        created=created,
        modified=modified,
        statuses=_statuses(row, texts, lens, created),
        outcome=outcome,
        closed_at=_closed_at(texts, outcome),
        owner=_common_text(texts.get("hubspot_owner_id", "")) or None,
        channel=_common_text(texts.get(lens.channel, "")) or None,
        amount=_amount(texts, lens),
        account=RecordRef(RecordKind.ACCOUNT, account) if account else None,
        name=clean_text(" ".join(texts.get(part, "") for part in lens.names.name)),
        attributes=_attributes(texts, lens),
        written=_written(texts, lens),
    )


def _texts(row: Row) -> Mapping[str, str]:
    # HubSpot stores texts; other writers of the protocol have been seen to answer plain numbers.
    return {
        name: value if value.__class__ is str else str(value)
        for name, value in row["properties"].items()
        if value is not None
    }


def _own_id(row: Row) -> str:
    found = id_of(row["id"])
    if found is None:
        raise ValueError("the row has an empty id")
    return found


def _times(row: Row, texts: Mapping[str, str], lens: Lens) -> tuple[datetime, datetime]:
    created = row.get("createdAt") or texts.get("createdate")
    modified = texts.get(lens.names.modified) or row.get("updatedAt") or created
    if not created or not modified:
        raise ValueError("the row does not say when it was created")
    return time_of(str(created)), time_of(str(modified))


def _attributes(texts: Mapping[str, str], lens: Lens) -> Mapping[str, Value]:
    return MappingProxyType(_parsed(texts, lens.attributes))


def _written(texts: Mapping[str, str], lens: Lens) -> Mapping[FieldRole, Value]:
    return MappingProxyType(_parsed(texts, lens.written))


def _parsed(
    texts: Mapping[str, str], wanted: Sequence[tuple[_Key, str, Parser]]
) -> dict[_Key, Value]:
    found: dict[_Key, Value] = {}
    name = ""
    try:
        for key, name, parse in wanted:
            if (text := texts.get(name)) and (value := parse(text)) is not None:
                found[key] = value
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    return found


def _statuses(
    row: Row, texts: Mapping[str, str], lens: Lens, created: datetime
) -> tuple[StatusEntry, ...]:
    present = _present(texts, lens)
    known = _from_history(row, lens) if lens.history else _from_milestones(texts, lens, present)
    if not known:
        return (StatusEntry(present, created),) if present else ()
    if known[-1].status == present:
        return known
    # Moving back leaves no new date: the present status began at the latest moment known.
    return (*known, StatusEntry(present, _since(texts, known[-1].at)))


def _present(texts: Mapping[str, str], lens: Lens) -> str:
    status = _common_text(texts.get(lens.status, ""))
    if not status or lens.history or not lens.names.pipeline:
        return status
    return f"{_common_text(texts.get(lens.names.pipeline, ''))}/{status}"


_common_text = lru_cache(maxsize=1 << 10)(clean_text)  # there are only so many


def _from_milestones(texts: Mapping[str, str], lens: Lens, present: str) -> tuple[StatusEntry, ...]:
    found = [
        (time_of(text), one.status == present, one.order, one.status)
        for one in lens.milestones
        if (text := texts.get(one.property))
    ]
    if len(found) > 1:
        found.sort()
    return tuple([StatusEntry(status, at) for at, _, _, status in found])


def _from_history(row: Row, lens: Lens) -> tuple[StatusEntry, ...]:
    past = (row.get("propertiesWithHistory") or {}).get(lens.history) or ()
    found = sorted((time_of(str(one["timestamp"])), str(one.get("value") or "")) for one in past)
    return tuple(StatusEntry(clean_text(status), at) for at, status in found)


def _since(texts: Mapping[str, str], latest: datetime) -> datetime:
    text = texts.get(CURRENT_STAGE_SINCE)
    return max(time_of(text), latest) if text else latest


def _outcome(texts: Mapping[str, str], lens: Lens) -> Outcome:
    if lens.kind is not RecordKind.OPPORTUNITY:
        return Outcome.OPEN
    stage = lens.stages.get(f"{texts.get('pipeline')}/{texts.get('dealstage')}")
    if _says(texts, "hs_is_closed_won", by_stage=bool(stage and stage.won)):
        return Outcome.WON
    closed = _says(texts, "hs_is_closed", by_stage=bool(stage and stage.closed))
    return Outcome.LOST if closed else Outcome.OPEN


def _says(texts: Mapping[str, str], name: str, *, by_stage: bool) -> bool:
    text = texts.get(name)
    return text.strip().lower() == "true" if text else by_stage


def _closed_at(texts: Mapping[str, str], outcome: Outcome) -> datetime | None:
    if outcome is Outcome.OPEN:
        return None
    won = texts.get("hs_closed_won_date") if outcome is Outcome.WON else None
    text = won or texts.get("closedate")
    return time_of(text) if text else None


def _amount(texts: Mapping[str, str], lens: Lens) -> Money | None:
    if lens.kind is not RecordKind.OPPORTUNITY:
        return None
    home = texts.get(lens.amount or "amount_in_home_currency")
    if home and lens.currency:
        return Money(number_of(home), lens.currency)
    text, currency = texts.get("amount"), texts.get("deal_currency_code") or lens.currency
    return Money(number_of(text), currency) if text and currency and not lens.amount else None


def _merged(row: Row, name: str) -> tuple[str, ...]:
    # `1;2` or `1:1700000000000;2:1700000000000`
    listed = str(row["properties"].get(name) or "").split(";")
    ids = (one.partition(":")[0].strip() for one in listed)
    return tuple(one for one in ids if one.isascii() and one.isdigit())


def _definition(row: Row) -> Definition:
    limits = row.get("modificationMetadata") or {}
    return Definition(
        name=row["name"],
        label=clean_text(str(row.get("label") or row["name"])),
        type=str(row.get("type") or "string"),
        field_type=str(row.get("fieldType") or ""),
        options=tuple(
            Option(str(one.get("value")), clean_text(str(one.get("label") or "")))
            for one in sorted(row.get("options") or (), key=_order)
        ),
        read_only=bool(limits.get("readOnlyValue") or row.get("calculated")),
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
