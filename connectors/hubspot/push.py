"""Writing our properties: batches of distinct records, and one receipt per write.

With a trace id per input HubSpot refuses only the bad ones. A portal that refuses the whole batch
anyway gets it again in halves, until the bad record is found or the calls for it are used up.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bbm_core.records import AGENT_ROLES, Answer, FieldRole, Filled, Receipt, RecordKind, Write
from connectors.contract import Reading
from connectors.hubspot.complaint import Complaint, Fault, faults_of
from connectors.hubspot.errors import error_of
from connectors.hubspot.fields import NAMES
from connectors.hubspot.natives import natives_of
from connectors.hubspot.session import Row, Session, results_of
from connectors.hubspot.values import id_of, written_text

BATCH_WRITES: Final = 100
_MOST_CALLS: Final = 32  # 2 · log2(100) for each of two bad records, and the batch itself
_REFUSAL_CHARACTERS: Final = 255
_OF_PROPERTIES: Final = frozenset({"PROPERTY_DOESNT_EXIST", "READ_ONLY_VALUE"})
_OF_RECORDS: Final = frozenset({"VALIDATION_ERROR", "CONFLICT"})
_LOCKED: Final = 423


@dataclass(frozen=True, slots=True)
class Input:
    """A write in HubSpot's words."""

    write: Write
    id: str
    properties: Mapping[str, str]
    filled: tuple[Filled, ...] = ()  # those of the properties that are HubSpot's own


@dataclass(frozen=True, slots=True)
class Pusher:
    """Writes to one portal, and nothing but the agent's own properties."""

    session: Session
    reading: Reading
    trace: bool
    fills_native: bool = False

    def receipts(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        """Answer each write exactly once, in no particular order."""
        inputs: list[Input] = []
        for write in writes:
            prepared = self._prepared(write)
            if isinstance(prepared, Receipt):
                yield prepared
            else:
                inputs.append(prepared)
        for kind, batch in batches(self._with_natives(inputs)):
            yield from self._settle(kind, batch)

    def _prepared(self, write: Write) -> Input | Receipt:
        reading = self.reading.kinds.get(write.ref.kind)
        allowed = reading.written if reading else {}
        strange = [role for role in write.values if role not in allowed or role not in AGENT_ROLES]
        if strange:
            return _refused(write, f"NOT_OURS: {', '.join(sorted(strange))} is never written")
        try:
            found = id_of(write.ref.id)
        except ValueError as error:
            return _refused(write, f"NO_ID: {error}")
        if not found:
            return _refused(write, "NO_ID: the id is empty")
        return Input(write, found, _texts(write, allowed))

    def _with_natives(self, inputs: Sequence[Input]) -> Sequence[Input]:
        """The same, with HubSpot's own fields of companies where they are ours to fill."""
        account = RecordKind.ACCOUNT
        reading = self.reading.kinds.get(account)
        roles = (FieldRole.FLAG, FieldRole.TIER)
        names = (
            {role: reading.written[role] for role in roles if role in reading.written}
            if reading
            else {}
        )
        if not self.fills_native or FieldRole.FLAG not in names:
            return inputs
        companies = [one for one in inputs if one.write.ref.kind is account]
        more = natives_of(self.session, names, {one.id: one.properties for one in companies})
        return [
            _with_filled(one, more.get(one.id, ())) if one.write.ref.kind is account else one
            for one in inputs
        ]

    def _settle(self, kind: RecordKind, batch: Sequence[Input]) -> Iterator[Receipt]:
        parts = [tuple(batch)]
        for _ in range(_MOST_CALLS):
            if not parts:
                return
            part = parts.pop()
            answer = self._update(kind, part)
            if not isinstance(answer, Complaint):
                yield from receipts_of(answer, part)
                continue
            settled, again = _sorted_out(answer, part)
            yield from settled
            parts.extend(again)
        for part in parts:
            yield from (_busy(one, "not sent: too many refusals in one batch") for one in part)

    def _update(self, kind: RecordKind, part: Sequence[Input]) -> Row | Complaint:
        return self.session.attempt(
            self.session.client.crm.objects.batch_api.update,
            NAMES[kind].object_type,
            {"inputs": [self._body(order, one) for order, one in enumerate(part)]},
        )

    def _body(self, order: int, one: Input) -> dict[str, object]:
        body: dict[str, object] = {"id": one.id, "properties": dict(one.properties)}
        return {**body, "objectWriteTraceId": str(order)} if self.trace else body


def batches(inputs: Sequence[Input]) -> Iterator[tuple[RecordKind, Sequence[Input]]]:
    """The inputs by kind, at most 100 together, and no record twice in one batch."""
    turns: dict[tuple[int, RecordKind], list[Input]] = {}
    seen: Counter[tuple[RecordKind, str]] = Counter()
    for one in inputs:
        kind = one.write.ref.kind
        turns.setdefault((seen[kind, one.id], kind), []).append(one)
        seen[kind, one.id] += 1
    for (_, kind), members in sorted(turns.items(), key=lambda turn: turn[0]):
        for start in range(0, len(members), BATCH_WRITES):
            yield kind, members[start : start + BATCH_WRITES]


def receipts_of(answer: Row, part: Sequence[Input]) -> Iterator[Receipt]:
    """What an accepted batch says about each input; what it does not say is unknown."""
    done = {str(row.get("id")) for row in results_of(answer)}
    faults = _by_input(faults_of(answer))
    for order, one in enumerate(part):
        fault = faults.get(("trace", str(order))) or faults.get(("id", one.id))
        if fault is None:
            yield _told(one, applied=one.id in done)
        elif one.id in done:
            yield Receipt(one.write.ref, Answer.UNKNOWN, "reported both as done and as failed")
        else:
            yield _failed(one, fault)


def _sorted_out(
    complaint: Complaint, part: tuple[Input, ...]
) -> tuple[list[Receipt], list[tuple[Input, ...]]]:
    """A batch refused whole: what that settles, and what to send again."""
    if complaint.status == _LOCKED:
        return [_busy(one, "locked by HubSpot") for one in part], []
    broken = {
        name: fault
        for fault in complaint.faults
        if fault.code in _OF_PROPERTIES
        for name in fault.properties
    }
    hit = [one for one in part if broken.keys() & one.properties.keys()]
    if hit:
        rest = tuple(one for one in part if one not in hit)
        found = [next(broken[name] for name in one.properties if name in broken) for one in hit]
        return list(map(_failed, hit, found)), [rest] if rest else []
    if complaint.category not in _OF_RECORDS and not complaint.faults:
        raise error_of(complaint)
    if len(part) == 1:
        return [_failed(part[0], _fault_of(complaint))], []
    middle = len(part) // 2
    return [], [part[middle:], part[:middle]]


def _fault_of(complaint: Complaint) -> Fault:
    if complaint.faults:
        return complaint.faults[0]
    return Fault(complaint.category, complaint.message)


def _by_input(faults: Sequence[Fault]) -> dict[tuple[str, str], Fault]:
    found: dict[tuple[str, str], Fault] = {}
    for fault in faults:
        if fault.trace_id:
            found["trace", fault.trace_id] = fault
        else:
            found.update({("id", one): fault for one in fault.ids})
    return found


def _failed(one: Input, fault: Fault) -> Receipt:
    gone = fault.code == "OBJECT_NOT_FOUND"
    words = f"{fault.code}: {fault.message}"[:_REFUSAL_CHARACTERS]
    return Receipt(one.write.ref, Answer.GONE if gone else Answer.REFUSED, words)


def _told(one: Input, *, applied: bool) -> Receipt:
    if applied:
        return Receipt(one.write.ref, Answer.APPLIED, filled=one.filled)
    return Receipt(one.write.ref, Answer.UNKNOWN, "HubSpot's answer does not mention it")


def _busy(one: Input, why: str) -> Receipt:
    return Receipt(one.write.ref, Answer.BUSY, why)


def _refused(write: Write, why: str) -> Receipt:
    return Receipt(write.ref, Answer.REFUSED, why)


def _with_filled(one: Input, filled: tuple[Filled, ...]) -> Input:
    values = {field.field: field.new for field in filled}
    return replace(one, properties={**one.properties, **values}, filled=filled)


def _texts(write: Write, allowed: Mapping[FieldRole, str]) -> Mapping[str, str]:
    return {allowed[role]: written_text(value) for role, value in write.values.items()}
