"""Everything that is kept about one record, or about one alert; the CRM is not asked."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter

from agent.alerts.message import Message
from agent.record_ids import long_form
from agent.store import AlertRow, AuditLine, Kept, OutboxRow, ParkedRow, Store
from agent.store.codec import decode_value
from agent.wiring import Books
from bbm_core.errors import ConfigError
from bbm_core.icp.classify import Verdict
from bbm_core.icp.engagement import Heat, Touches, heat_on
from bbm_core.icp.explain import Decision
from bbm_core.judgement import HEATED
from bbm_core.match import Match
from bbm_core.plan import decision_on, same_value
from bbm_core.records import FieldRole, RecordKind, RecordRef, Value

ALERT: Final = re.compile(r"BBM-[0-9A-F]{6}")
_LONGEST_ID = 60
_EVERYTHING: Final = 1_000_000
_MESSAGE = TypeAdapter(Message)


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the audit about the record: what was sent, and what became of it."""

    at: datetime
    run: int | None
    event: str  # write.applied, write.refused, write.gone
    old: Mapping[str, Value | None]
    new: Mapping[str, Value | None]
    refusal: str


@dataclass(frozen=True, slots=True)
class Edited:
    """A field of ours that holds something else than what we wrote."""

    role: FieldRole
    ours: Value
    theirs: Value | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What is known of one record. `kept` is None for one that could only be parked."""

    ref: RecordRef
    kept: Kept | None
    verdict: Verdict | None
    decision: Decision | None  # a person's, in place of the verdict
    edited: tuple[Edited, ...]
    waiting: OutboxRow | None  # planned, and not yet written
    parked: ParkedRow | None
    history: tuple[Happening, ...]  # newest first
    heat: Heat | None = None  # today; None for a company or deal, and where no activity is known
    match: Match | None = None  # of a record whose account the CRM does not name

    @property
    def written(self) -> Happening | None:
        """Our last write that the CRM took."""
        return next((one for one in self.history if one.event == "write.applied"), None)


@dataclass(frozen=True, slots=True)
class AlertStory:
    """The messages of one incident, newest first."""

    ref: str
    key: str
    alerts: tuple[tuple[AlertRow, Message], ...]


def record_of(books: Books, named: str) -> RecordRef:
    """The record that is meant by an id as the CRM shows it, or by kind:id.

    Raises:
        ConfigError: no such record is known, or more than one.
    """
    kinds, id_ = _split(named)
    ids = {id_, long_form(books.settings.crm.kind, id_)}
    refs = [RecordRef(kind, one) for kind in kinds for one in sorted(ids)]
    known = set(books.store.known(refs)) | {row.ref for row in _parked(books.store, refs)}
    if len(known) == 1:
        return known.pop()
    if not known:
        raise ConfigError(
            f"No record {_short(named)!r} is known.",
            hint="Name it by the id that the CRM shows, or read what is new with `bbm plan`.",
            code="BBM-WY-001",
        )
    raise ConfigError(
        f"{_short(named)} is the id of {len(known)} records.",
        hint=f"Say which: {' or '.join(sorted(map(str, known)))}.",
        code="BBM-WY-002",
    )


def open_dossier(books: Books, ref: RecordRef) -> Dossier:
    """What the store knows about a record."""
    store, now = books.store, books.clock.now()
    kept = store.known([ref]).get(ref)
    return Dossier(
        ref=ref,
        kept=kept,
        verdict=store.verdict(ref),
        decision=decision_on(kept.record, now.date()) if kept else None,
        edited=tuple(_edited(kept)) if kept else (),
        waiting=_waiting(store, ref, now),
        parked=next(iter(_parked(store, [ref])), None),
        history=tuple(_happening(line) for line in store.audit_lines(ref)),
        heat=_heat(books, ref) if kept and ref.kind in HEATED else None,
        match=store.match_of(ref),
    )


def alert_story(books: Books, ref: str) -> AlertStory:
    """The messages of the incident with this ref.

    Raises:
        ConfigError: there was no such incident.
    """
    rows = books.store.alerts(limit=_EVERYTHING)
    read = [(row, _MESSAGE.validate_python(dict(row.message))) for row in rows]
    found = tuple((row, message) for row, message in read if message.ref == ref)
    if not found:
        raise ConfigError(
            f"No alert {ref} is known.",
            hint="Its ref stands at the start of the message's last line.",
            code="BBM-WY-003",
        )
    return AlertStory(ref, found[0][0].key, found)


def _heat(books: Books, ref: RecordRef) -> Heat | None:
    """The heat of today by the activities of today, whether the flag asks for it or not."""
    since = books.store.activities_since()
    if since is None:
        return None
    found = books.store.activities_of([ref]).get(ref, ())
    rules = books.settings.engagement.rules()
    return heat_on(books.clock.now().date(), Touches(found, since.date()), rules)


def _short(named: str) -> str:
    """No id is long; what was pasted by mistake may be."""
    return named if len(named) <= _LONGEST_ID else f"{named[:_LONGEST_ID]}…"


def _split(named: str) -> tuple[tuple[RecordKind, ...], str]:
    """The kinds that may be meant, and the id."""
    kind, colon, id_ = named.strip().partition(":")
    if colon and kind.casefold() in {one.value for one in RecordKind}:
        return (RecordKind(kind.casefold()),), id_.strip()
    return tuple(RecordKind), named.strip()


def _parked(store: Store, refs: list[RecordRef]) -> list[ParkedRow]:
    return [row for row in store.parked(limit=_EVERYTHING) if row.ref in refs]


def _waiting(store: Store, ref: RecordRef, now: datetime) -> OutboxRow | None:
    if not store.planned_counts().by_kind.get(ref.kind):
        return None
    rows = store.planned(ref.kind, _EVERYTHING, now)
    return next((row for row in rows if row.ref == ref), None)


def _edited(kept: Kept) -> Iterator[Edited]:
    present = kept.record.written
    for role, ours in (kept.last_written or {}).items():
        if role is not FieldRole.SCORED_AT and not same_value(present.get(role), ours):
            yield Edited(role, ours, present.get(role))


def _happening(line: AuditLine) -> Happening:
    payload = line.payload or {}  # erased on the request of whom it concerned
    filled = _pairs(payload.get("filled"))
    return Happening(
        at=line.at,
        run=line.run,
        event=line.event,
        old={**_values(payload.get("old")), **{name: old for name, (old, _) in filled.items()}},
        new={**_values(payload.get("new")), **{name: new for name, (_, new) in filled.items()}},
        refusal=str(payload.get("refusal", "")),
    )


def _pairs(stored: object) -> Mapping[str, tuple[str, str]]:
    """What a write held and put into fields of the CRM's own."""
    if not isinstance(stored, Mapping):
        return {}
    return {name: (str(old), str(new)) for name, (old, new) in stored.items()}


def _values(stored: object) -> Mapping[str, Value | None]:
    if not isinstance(stored, Mapping):
        return {}
    return {role: decode_value(value) for role, value in stored.items()}
