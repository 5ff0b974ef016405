"""A CRM in memory and its connector: the twin for tests, with the same promises and troubles.

`MemoryCrm` is the CRM: tests create, edit, merge and convert records there, and script what goes
wrong. `MemoryConnector` is an ordinary connector to it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

from bbm_core.errors import BBMError
from bbm_core.records import (
    AGENT_ROLES,
    Answer,
    FieldSpec,
    Page,
    Receipt,
    Record,
    RecordKind,
    RecordRef,
    Removal,
    StatusEntry,
    Value,
    Watermark,
    Write,
)
from connectors.conformance_world import Trouble, Verb
from connectors.contract import (
    FieldAction,
    FieldChange,
    FieldInfo,
    Health,
    KindInfo,
    KindReading,
    Ports,
    Reading,
    StatusOption,
)
from connectors.errors import ConfigError, MalformedAnswer, RateLimited, Unavailable

_Result = TypeVar("_Result")
_Key = TypeVar("_Key")

HINT = "Run again: the CRM in memory has trouble only as often as it was told to."


@dataclass(slots=True)
class _Row:
    """A record as the CRM holds it: `facts` without attributes, and the values of its fields."""

    facts: Record
    values: dict[str, Value]
    change: int  # the number of its last change, in the order of the whole CRM
    gone: Removal | None = None


@dataclass(slots=True)
class MemoryCrm:
    """The CRM. Fields have the names under which they are created and read."""

    now: Callable[[], datetime]
    page_size: int = 200
    org_id: str = "memory"
    calls: int = 0
    writes: list[tuple[str, str]] = field(default_factory=list)  # record id and field, by API
    fields: dict[tuple[RecordKind, str], FieldSpec] = field(default_factory=dict)
    _rows: dict[RecordRef, _Row] = field(default_factory=dict)
    _changes: int = 0
    _created: Counter[RecordKind] = field(default_factory=Counter)
    _answers: dict[RecordRef, tuple[Answer, str]] = field(default_factory=dict)
    _script: list[list[Any]] = field(default_factory=list)  # verb, trouble, requests to let pass

    def create(
        self,
        kind: RecordKind,
        values: Mapping[str, Value] | None = None,
        *,
        status: str = "",
        at: datetime | None = None,
        **facts: Any,
    ) -> RecordRef:
        """Add a record; `facts` are further parts of a `Record`, such as its account."""
        moment = at or self.now()
        self._created[kind] += 1
        ref = RecordRef(kind, f"{kind.value[0]}{self._created[kind]:06}")
        if status:
            facts["statuses"] = (StatusEntry(status, moment),)
        record = Record(ref=ref, created=moment, modified=moment, **facts)
        self._rows[ref] = _Row(record, dict(values or {}), self._next())
        return ref

    def edit(
        self,
        ref: RecordRef,
        values: Mapping[str, Value | None] | None = None,
        *,
        status: str = "",
        at: datetime | None = None,
        **facts: Any,
    ) -> None:
        """Change fields (`None` clears one), the status, or other parts of a record."""
        row, moment = self._rows[ref], at or self.now()
        if status:
            facts["statuses"] = (*row.facts.statuses, StatusEntry(status, moment))
        row.facts = row.facts._replace(modified=moment, **facts)
        _put(row.values, values or {})
        row.change = self._next()

    def delete(self, ref: RecordRef) -> None:
        self._remove(Removal(ref))

    def merge(self, loser: RecordRef, winner: RecordRef) -> RecordRef:
        """Merge two records; the winner is left and counts as changed."""
        self._remove(Removal(loser, winner))
        self.edit(winner)
        return winner

    def convert(self, lead: RecordRef) -> tuple[RecordRef, ...]:
        """Convert a lead to an account, a contact and an opportunity, and seal it."""
        values, moment = self._rows[lead].values, self.now()
        account = self.create(RecordKind.ACCOUNT, values)
        contact = self.create(RecordKind.CONTACT, account=account)
        opportunity = self.create(RecordKind.OPPORTUNITY, status="Qualification", account=account)
        became = (account, contact, opportunity)
        self.edit(lead, status="Converted", converted_at=moment, converted_to=became, sealed=True)
        return became

    def answer(self, ref: RecordRef, answer: Answer, words: str = "refused by a rule") -> None:
        """Answer writes to this record like this, without applying them."""
        self._answers[ref] = (answer, words)

    def fault(self, verb: Verb, trouble: Trouble, *, skip: int = 0) -> None:
        """Let this happen to the next request of the verb, after `skip` of them."""
        self._script.append([verb, trouble, skip])

    def held(self, ref: RecordRef) -> Mapping[str, Value]:
        """What the CRM holds in the record's fields now."""
        return MappingProxyType(self._rows[ref].values)

    def refs(self, kind: RecordKind) -> tuple[RecordRef, ...]:
        return tuple(ref for ref, row in self._rows.items() if ref.kind is kind and not row.gone)

    def present(self, ref: RecordRef) -> _Row | None:
        row = self._rows.get(ref)
        return None if row is None or row.gone else row

    def changed(self, kind: RecordKind, since: int) -> list[_Row]:
        """Rows of the kind that changed after that change, oldest change first."""
        rows = (row for ref, row in self._rows.items() if ref.kind is kind and row.change > since)
        return sorted(rows, key=lambda row: row.change)

    def last_change(self) -> int:
        return self._changes

    def apply(self, ref: RecordRef, values: Mapping[str, Value | None]) -> Receipt:
        """What the CRM makes of one write over its API."""
        if self.present(ref) is None:
            return Receipt(ref, Answer.GONE, "the record was deleted")
        if ref in self._answers:
            return Receipt(ref, *self._answers[ref])
        self.edit(ref, values)
        self.writes.extend((ref.id, name) for name in values)
        return Receipt(ref, Answer.APPLIED)

    def trouble(self, verb: Verb) -> Trouble | None:
        """The trouble that is scripted for this request."""
        for entry in self._script:
            if entry[0] is verb and not entry[2]:
                self._script.remove(entry)
                trouble: Trouble = entry[1]
                return trouble
            if entry[0] is verb:
                entry[2] -= 1
        return None

    def _remove(self, removal: Removal) -> None:
        row = self._rows[removal.ref]
        row.gone, row.change = removal, self._next()

    def _next(self) -> int:
        self._changes += 1
        return self._changes


class MemoryConnector:
    """Keeps the contract against a `MemoryCrm`; a watermark is the number of a change."""

    name = "memory"
    writes_at_once = 200

    def __init__(self, crm: MemoryCrm, reading: Reading, ports: Ports) -> None:
        self._crm = crm
        self._reading = reading
        self._ports = ports

    def check(self, *, brief: bool = False) -> Health:
        del brief  # it costs nothing here
        return self._request(Verb.CHECK, self._health)

    def prepare(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        return self._request(Verb.PREPARE, lambda: self._prepare(fields, apply=apply))

    def retire(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        return self._request(Verb.RETIRE, lambda: self._retire(fields, apply=apply))

    def pull(self, kind: RecordKind, since: Watermark | None) -> Iterator[Page]:
        start, until = int(since or 0), self._crm.last_change()
        while True:
            page = self._request(Verb.PULL, partial(self._page, kind, start, until))
            start = int(page.watermark)
            yield page
            if start >= until:
                return

    def read(self, refs: Sequence[RecordRef], *, whole: bool = True) -> Iterator[Record]:
        del whole  # it costs nothing here
        if refs:
            yield from self._request(Verb.READ, lambda: self._read(refs))

    def batch_size(self, planned: int) -> int:
        return min(planned, self.writes_at_once)

    def push(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        named = [(write.ref, self._named(write)) for write in writes]
        if named:
            yield from self._request(
                Verb.PUSH, lambda: [self._crm.apply(ref, values) for ref, values in named]
            )

    def close(self) -> None:
        """There is nothing to let go of."""

    def _request(self, verb: Verb, do: Callable[[], _Result]) -> _Result:
        """One request: reserved, counted, and struck by the trouble that was scripted for it."""
        self._ports.reserve(1)
        self._crm.calls += 1
        trouble = self._crm.trouble(verb)
        if make_error := _BEFORE.get(trouble):
            raise make_error()
        answer = do()
        if make_error := _AFTER.get(trouble):
            raise make_error()
        self._ports.observe(self._crm.calls, 100_000)
        return answer

    def _health(self) -> Health:
        return Health(
            org_id=self._crm.org_id,
            org_name="Memory",
            user="tester",
            api_version="1",
            production=False,
            server_time=self._crm.now(),
            record_url="memory://{kind}/{id}",
            kinds={kind: self._kind(kind, one) for kind, one in self._reading.kinds.items()},
            currency="JPY",
        )

    def _kind(self, kind: RecordKind, reading: KindReading) -> KindInfo:
        rows = [row for ref in self._crm.refs(kind) if (row := self._crm.present(ref))]
        statuses = {entry.status for row in rows for entry in row.facts.statuses}
        read = [FieldInfo(name, name, "string") for name in reading.attributes.values()]
        ours = [
            FieldInfo(spec.name, spec.label, spec.type, updateable=True)
            for (owner, _), spec in self._crm.fields.items()
            if owner is kind
        ]
        return KindInfo(
            name=kind.value,
            fields={info.name: info for info in (*read, *ours)},
            statuses=tuple(StatusOption(status, status) for status in sorted(statuses)),
            total=len(rows),
        )

    def _prepare(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        changes = tuple(FieldChange(spec, self._action(spec)) for spec in fields)
        if apply:
            made = (one.spec for one in changes if one.action is not FieldAction.CLASH)
            self._crm.fields.update({(spec.kind, spec.name): spec for spec in made})
        return changes

    def _action(self, spec: FieldSpec) -> FieldAction:
        there = self._crm.fields.get((spec.kind, spec.name))
        if there is None:
            return FieldAction.CREATE
        if there.type is not spec.type:
            return FieldAction.CLASH
        return FieldAction.UPDATE if {*spec.choices} - {*there.choices} else FieldAction.KEEP

    def _retire(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        there = [spec for spec in fields if (spec.kind, spec.name) in self._crm.fields]
        if apply:
            for spec in there:
                del self._crm.fields[spec.kind, spec.name]
        return tuple(FieldChange(spec, FieldAction.REMOVE) for spec in there)

    def _page(self, kind: RecordKind, since: int, until: int) -> Page:
        rows = [row for row in self._crm.changed(kind, since) if row.change <= until]
        chosen = rows[: self._crm.page_size]
        mark = until if len(chosen) == len(rows) else chosen[-1].change
        return Page(
            kind,
            tuple(self._record(row) for row in chosen if row.gone is None),
            Watermark(str(mark)),
            removed=tuple(row.gone for row in chosen if row.gone is not None),
        )

    def _read(self, refs: Sequence[RecordRef]) -> list[Record]:
        rows = [self._crm.present(ref) for ref in refs]
        return [self._record(row) for row in rows if row is not None]

    def _record(self, row: _Row) -> Record:
        reading = self._reading.kinds[row.facts.ref.kind]
        return row.facts._replace(
            attributes=_named(reading.attributes, row.values),
            written=_named(reading.written, row.values),
        )

    def _named(self, write: Write) -> dict[str, Value | None]:
        """The write under the CRM's names; only fields that are declared and ours have one."""
        names = self._reading.kinds[write.ref.kind].written
        strange = [role for role in write.values if role not in AGENT_ROLES or role not in names]
        if strange:
            raise ConfigError(
                f"{', '.join(strange)}: the agent writes no such field of a {write.ref.kind}.",
                hint="Declare the field in the configuration.",
                code="BBM-CO-002",
            )
        return {names[role]: value for role, value in write.values.items()}


def _put(values: dict[str, Value], changes: Mapping[str, Value | None]) -> None:
    for name, value in changes.items():
        if value is None:
            values.pop(name, None)
        else:
            values[name] = value


def _named(names: Mapping[_Key, str], values: Mapping[str, Value]) -> Mapping[_Key, Value]:
    found = {key: values[name] for key, name in names.items() if name in values}
    return MappingProxyType(found)


def _down() -> Unavailable:
    return Unavailable("The CRM in memory does not answer.", hint=HINT, code="BBM-CO-003")


def _malformed() -> MalformedAnswer:
    return MalformedAnswer("The CRM in memory answers nonsense.", hint=HINT, code="BBM-CO-004")


def _throttled() -> RateLimited:
    message = "The CRM in memory wants a pause."
    return RateLimited(message, hint=HINT, code="BBM-CO-005", wait_seconds=1.0)


_BEFORE: Mapping[Trouble | None, Callable[[], BBMError]] = {
    Trouble.DOWN: _down,
    Trouble.NO_ANSWER: _down,
    Trouble.EMPTY: _malformed,
    Trouble.THROTTLED: _throttled,
}
"""Trouble that comes before the CRM did anything. An expired session is renewed in silence."""

_AFTER: Mapping[Trouble | None, Callable[[], BBMError]] = {
    Trouble.LOST_ANSWER: _down,
    Trouble.HTML: _malformed,
    Trouble.CUT: _malformed,
}
"""Trouble that comes after the CRM did what it was asked."""
