"""Rows of Salesforce's answers, turned into records. Untyped dicts stop here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeVar

from bbm_core.records import (
    FieldRole,
    Money,
    Outcome,
    Record,
    RecordKind,
    RecordRef,
    Removal,
    StatusEntry,
    Value,
)
from connectors.contract import FieldInfo
from connectors.salesforce.errors import malformed
from connectors.salesforce.fields import CURRENCY
from connectors.salesforce.ids import canonical, ref_of
from connectors.salesforce.schema import MERGED_INTO, PERSON, Selection
from connectors.salesforce.values import clean, day, decoded, moment, own

CONVERTED: Final = "leadConverted"
"""What a lead's history calls its conversion, in the place of a field's name."""

_CONVERTED_TO: Final = (
    ("ConvertedAccountId", RecordKind.ACCOUNT),
    ("ConvertedContactId", RecordKind.CONTACT),
    ("ConvertedOpportunityId", RecordKind.OPPORTUNITY),
)

_Meaning = TypeVar("_Meaning")


class Untranslatable(Exception):
    """A row that cannot become a record; the others go on."""


class Key(NamedTuple):
    """Where a row stands among the changes; a tuple like a ref, for each row has one."""

    at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class Move:
    """A status that was taken at a moment, and the one before it."""

    old: str | None
    new: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a record's past.

    `first` is the status a record has when it is created, for records whose moves nobody kept.
    """

    moves: tuple[Move, ...] = ()
    converted_at: datetime | None = None
    first: str | None = None


NO_PAST: Final = Past()


def key_of(row: Mapping[str, Any]) -> Key:
    """Where the row stands.

    Raises:
        MalformedAnswer: it does not say so, and then no place can be kept.
    """
    try:
        return Key(moment(row.get("SystemModstamp")), canonical(_id(row, "Id")))
    except ValueError as error:
        raise malformed("a row without an id or a time") from error


def id_of(row: Mapping[str, Any]) -> str:
    """The id of the row.

    Raises:
        MalformedAnswer: it has none.
    """
    try:
        return canonical(_id(row, "Id"))
    except ValueError as error:
        raise malformed("a row without an id") from error


def removal_of(kind: RecordKind, row: Mapping[str, Any]) -> Removal | None:
    """What became of a deleted record; nothing when the row is a record that is there."""
    if row.get("IsDeleted") is not True:
        return None
    survivor = row.get(MERGED_INTO)
    return Removal(_ref(kind, row["Id"]), _ref(kind, survivor) if survivor else None)


def needs_past(row: Mapping[str, Any], since: datetime) -> bool:
    """Whether the row may have moved since then: it changed later than it was created."""
    try:
        changed = moment(row.get("SystemModstamp"))
        return changed > moment(row.get("CreatedDate")) and changed >= since
    except ValueError:
        return False  # it will be parked with its reason


def record_of(
    row: Mapping[str, Any], selection: Selection, past: Past = NO_PAST, *, seal: bool = True
) -> Record:
    """The record that a row shows. `seal` seals converted leads.

    Raises:
        Untranslatable: a value is not what its field holds.
    """
    try:
        return _record(row, selection, past, seal=seal)
    except (ValueError, OverflowError) as error:
        raise Untranslatable(str(error)) from error


def field_moves(rows: Sequence[Mapping[str, Any]], parent: str) -> dict[str, Past]:
    """The past of each record in rows of a field history, which are in order of time."""
    moves: dict[str, list[Move]] = {}
    converted: dict[str, datetime] = {}
    for row in rows:
        id_, at = _history_key(row, parent)
        if row.get("Field") == CONVERTED:
            converted[id_] = at
        else:
            move = Move(_status(row.get("OldValue")), _status(row.get("NewValue")), at)
            moves.setdefault(id_, []).append(move)
    return {
        id_: Past(tuple(moves.get(id_, ())), converted.get(id_))
        for id_ in (*moves, *(converted.keys() - moves.keys()))
    }


def stage_moves(rows: Sequence[Mapping[str, Any]]) -> dict[str, Past]:
    """The past of each opportunity in rows of its history, which are in order of time.

    There is a row for the creation and one for each change of stage, amount or date.
    """
    stages: dict[str, list[tuple[str | None, datetime]]] = {}
    for row in rows:
        id_, at = _history_key(row, "OpportunityId")
        stages.setdefault(id_, []).append((_status(row.get("StageName")), at))
    return {id_: Past(tuple(_stage_moves(listed))) for id_, listed in stages.items()}


def _record(row: Mapping[str, Any], selection: Selection, past: Past, *, seal: bool) -> Record:
    kind = selection.kind
    created, modified = moment(row.get("CreatedDate")), moment(row.get("SystemModstamp"))
    converted_at = _converted_at(row, past, created)
    statuses = _statuses(row, selection, past, created, converted_at or modified)
    outcome = _outcome(row)
    return Record(
        ref=_ref(kind, row.get("Id")),
        created=created,
        modified=modified,
        statuses=statuses,
        outcome=outcome,
        closed_at=_closed_at(row, outcome, statuses),
        owner=_id_or_none(row.get("OwnerId")),
        channel=_word(row, selection.channel),
        amount=_amount(row, selection),
        account=_account(row),
        converted_at=converted_at,
        converted_to=_converted_to(row) if kind is RecordKind.LEAD else (),
        name=clean(_text(row.get("Name"))),
        attributes=_attributes(row, selection),
        written=_written(row, selection),
        sealed=_is_sealed(row, kind, converted=seal and converted_at is not None),
    )


def _is_sealed(row: Mapping[str, Any], kind: RecordKind, *, converted: bool) -> bool:
    """Whether it must not be written: the contact of a person account is edited as the account."""
    return converted or (kind is RecordKind.CONTACT and row.get(PERSON) is True)


def _statuses(
    row: Mapping[str, Any],
    selection: Selection,
    past: Past,
    created: datetime,
    observed: datetime,
) -> tuple[StatusEntry, ...]:
    """The statuses with their times.

    The first one was taken at the creation. A present status that no move tells of was taken at
    the conversion, else it is known only from the time it was observed at.
    """
    present = _word(row, selection.status)
    if not past.moves and not past.first:
        return () if present is None else (StatusEntry(present, created),)
    first = past.moves[0].old if past.moves else past.first or present
    taken = [(first, created), *((move.new, max(move.at, created)) for move in past.moves)]
    if taken[-1][0] != present:
        taken.append((present, max(observed, taken[-1][1])))
    entries: list[StatusEntry] = []
    before: str | None = None
    for status, at in taken:
        if status is not None and status != before:
            entries.append(StatusEntry(status, at))
        before = status
    return tuple(entries)


def _outcome(row: Mapping[str, Any]) -> Outcome:
    if row.get("IsWon") is True:
        return Outcome.WON
    return Outcome.LOST if row.get("IsClosed") is True else Outcome.OPEN


def _closed_at(
    row: Mapping[str, Any], outcome: Outcome, statuses: tuple[StatusEntry, ...]
) -> datetime | None:
    """When the closed stage was taken; an opportunity that was created closed has a date only."""
    if outcome is Outcome.OPEN:
        return None
    if len(statuses) > 1:
        return statuses[-1].at
    return _midnight(row.get("CloseDate"))


def _converted_at(row: Mapping[str, Any], past: Past, created: datetime) -> datetime | None:
    """The moment of the conversion; where no history tells it, the start of its day."""
    if row.get("IsConverted") is not True:
        return None
    date_only = _midnight(row.get("ConvertedDate")) or created
    return past.converted_at or max(date_only, created)


def _converted_to(row: Mapping[str, Any]) -> tuple[RecordRef, ...]:
    return tuple(_ref(kind, row[name]) for name, kind in _CONVERTED_TO if row.get(name))


def _amount(row: Mapping[str, Any], selection: Selection) -> Money | None:
    value = _read(row, selection.amount)
    if not isinstance(value, Decimal):
        return None
    return Money(value, _text(row.get(CURRENCY)) if selection.has_currency else "")


def _account(row: Mapping[str, Any]) -> RecordRef | None:
    id_ = row.get("AccountId")
    return _ref(RecordKind.ACCOUNT, id_) if id_ else None


def _attributes(row: Mapping[str, Any], selection: Selection) -> Mapping[str, Value]:
    return MappingProxyType(_filled(row, selection.attributes, decoded))


def _written(row: Mapping[str, Any], selection: Selection) -> Mapping[FieldRole, Value]:
    return MappingProxyType(_filled(row, selection.written, own))


def _word(row: Mapping[str, Any], field: FieldInfo | None) -> str | None:
    value = _read(row, field)
    return value if isinstance(value, str) else None


def _read(row: Mapping[str, Any], field: FieldInfo | None) -> Value | None:
    raw = None if field is None else row.get(field.name)
    return None if raw is None or field is None else _value(field, raw, decoded)


def _filled(
    row: Mapping[str, Any],
    fields: Mapping[_Meaning, FieldInfo],
    decode: Callable[[str, Any], Value | None],
) -> dict[_Meaning, Value]:
    """The values of those fields that have one; half of all fields are empty."""
    found: dict[_Meaning, Value] = {}
    for meaning, field in fields.items():
        raw = row.get(field.name)
        if raw is None:
            continue
        value = _value(field, raw, decode)
        if value is not None:
            found[meaning] = value
    return found


def _value(field: FieldInfo, raw: Any, decode: Callable[[str, Any], Value | None]) -> Value | None:
    try:
        return decode(field.type, raw)
    except ValueError as error:
        raise ValueError(f"{field.name}: {error}") from error


def _stage_moves(listed: Sequence[tuple[str | None, datetime]]) -> list[Move]:
    return [
        Move(before, stage, at) for (before, _), (stage, at) in pairwise(listed) if stage != before
    ]


def _history_key(row: Mapping[str, Any], parent: str) -> tuple[str, datetime]:
    try:
        return canonical(_id(row, parent)), moment(row.get("CreatedDate"))
    except ValueError as error:
        raise malformed("a row of a history without an id or a time") from error


def _ref(kind: RecordKind, id_: Any) -> RecordRef:
    return ref_of(kind, _text(id_))


def _id(row: Mapping[str, Any], name: str) -> str:
    return _text(row.get(name))


def _id_or_none(id_: Any) -> str | None:
    return canonical(id_) if isinstance(id_, str) and id_ else None


def _status(value: Any) -> str | None:
    return clean(value).strip() or None if isinstance(value, str) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _midnight(value: Any) -> datetime | None:
    return None if value is None else datetime.combine(day(value), time(), UTC)
