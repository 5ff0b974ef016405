"""Sends what is planned: settle what is unknown, push, read back.

Every run pulls before it pushes, so what is planned was compared with the CRM in this run. What
was in flight when something broke is read back before it is sent again: nothing is written twice.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TypeVar

from agent.store import OutboxRow
from agent.store.outbox import busy_wait
from agent.wiring import Agent
from bbm_core.judgement import INHERITING
from bbm_core.plan import same_value
from bbm_core.records import Answer, FieldRole, Receipt, Record, RecordKind, RecordRef, Value, Write

MOST_TRIES = 4
"""Times a write is offered to a record that is busy, within one run."""

STRETCH = 10_000
"""Writes that are put in order at once, before they are sent batch by batch."""

READ_AT_ONCE = 1000
"""Records that are read back, or settled, in one go."""

_STAMP = FieldRole.SCORED_AT
_One = TypeVar("_One")


@dataclass(slots=True)
class Delivery:
    """What became of the writes of one run."""

    answers: Counter[Answer] = field(default_factory=Counter)
    applied: Counter[RecordKind] = field(default_factory=Counter)
    settled: int = 0  # were in flight when an earlier run died; found out by reading
    checked: int = 0  # read back and compared
    differing: list[RecordRef] = field(default_factory=list)  # ... and not as written


def settle(agent: Agent, run: int, delivery: Delivery) -> None:
    """Find out by reading what became of the writes that were sent and never answered."""
    delivery.settled += len(_to_settle(agent))
    agent.retry.call(lambda: _settle_in_flight(agent, run, delivery))


def deliver(agent: Agent, run: int, delivery: Delivery) -> None:
    """Push every planned write; busy records are offered again, a few times.

    Raises:
        Interrupted: somebody asked the agent to stop; the batch at work was finished.
    """
    for attempt in range(MOST_TRIES):
        if attempt:
            agent.retry.pause_for(busy_wait(attempt).total_seconds())
        planned = agent.store.planned_counts().by_kind
        for kind in agent.kinds:
            size = agent.connector.batch_size(planned.get(kind, 0))
            stretch = max(STRETCH, size)
            while size and (rows := agent.store.planned(kind, stretch, agent.clock.now())):
                for batch in _batches(agent, rows, size):
                    agent.retry.call(_Batch(agent, run, batch, delivery))
                    agent.checkpoint()
        if not agent.store.planned_counts().writes:
            return


def read_back(agent: Agent, run: int, percent: int, delivery: Delivery) -> None:
    """Read a share of this run's writes again and compare them with what was sent."""
    if not percent:
        return
    sample = islice(_applied(agent, run), 0, None, max(1, round(100 / percent)))
    for chunk in _chunks(sample):
        present = agent.retry.call(partial(_present, agent, chunk))
        delivery.checked += len(chunk)
        delivery.differing += [r.ref for r in chunk if not _holds(present.get(r.ref), r.values)]


def _applied(agent: Agent, run: int) -> Iterator[OutboxRow]:
    """This run's writes, some at a time: a first load has as many as there are records."""
    after = 0
    while rows := agent.store.applied(run, READ_AT_ONCE, after):
        yield from rows
        after = rows[-1].id


def _batches(agent: Agent, rows: Sequence[OutboxRow], size: int) -> Iterator[Sequence[OutboxRow]]:
    """Batches in which the records of one account lie side by side.

    Whoever writes to a contact or an opportunity locks its account meanwhile: so each account is
    locked by as few requests as can be, and in the same order every time.
    """
    accounts = agent.store.accounts_of(row.ref for row in rows if row.ref.kind in INHERITING)
    ordered = sorted(rows, key=lambda row: (accounts.get(row.ref, ""), row.ref))
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


class _Batch:
    """One call's worth of writes.

    Called again after a failure, it finds out by reading what was applied and sends only the
    rest, so that a batch that always fails uses up its attempts.
    """

    def __init__(
        self, agent: Agent, run: int, rows: Sequence[OutboxRow], delivery: Delivery
    ) -> None:
        self._agent = agent
        self._run = run
        self._rows = rows
        self._delivery = delivery
        self._was_sent = False

    def __call__(self) -> None:
        if self._was_sent:
            self._rows = self._not_there()
            self._agent.store.reopen([row.id for row in self._rows])
        if self._rows:
            self._send()

    def _send(self) -> None:
        agent = self._agent
        agent.store.mark_in_flight([row.id for row in self._rows], agent.clock.now())
        self._was_sent = True
        writes = [Write(row.ref, row.values) for row in self._rows]
        receipts: list[Receipt] = []
        try:
            receipts.extend(agent.connector.push(writes))  # keeps what came before a failure
        finally:
            _record(agent, self._run, self._rows, receipts, self._delivery)
        if any(receipt.answer is Answer.UNKNOWN for receipt in receipts):
            self._offer_later(self._not_there())

    def _not_there(self) -> Sequence[OutboxRow]:
        """Read back what has no answer; these proved not to have been applied.

        Where a person changed a field of ours meanwhile, the plan is dropped: the next pull brings
        the edit, and judges anew.
        """
        mine = {row.id for row in self._rows}
        open_rows = [row for row in self._agent.store.in_flight() if row.id in mine]
        left = _settle_by_reading(self._agent, self._run, open_rows, self._delivery)
        edited = {row.id: row for row, record in left if _was_edited(row, record)}
        self._agent.store.set_aside(tuple(edited.values()))
        return [row for row, _ in left if row.id not in edited]

    def _offer_later(self, rows: Sequence[OutboxRow]) -> None:
        """What the CRM says nothing of is offered later, as busy records are, and not for ever."""
        receipts = [(row.id, Receipt(row.ref, Answer.BUSY)) for row in rows]
        self._agent.store.settle(self._run, receipts, self._agent.clock.now())


def _record(
    agent: Agent,
    run: int,
    rows: Sequence[OutboxRow],
    receipts: Sequence[Receipt],
    delivery: Delivery,
) -> None:
    ids = {row.ref: row.id for row in rows}
    answered = [r for r in receipts if r.answer is not Answer.UNKNOWN]
    at = agent.clock.now()
    for some in _chunks([(ids[r.ref], r) for r in answered]):
        agent.store.settle(run, some, at)
    delivery.answers.update(receipt.answer for receipt in answered)
    delivery.applied.update(r.ref.kind for r in answered if r.answer is Answer.APPLIED)


def _settle_in_flight(agent: Agent, run: int, delivery: Delivery) -> None:
    left = _settle_by_reading(agent, run, _to_settle(agent), delivery)
    agent.store.reopen([row.id for row, _ in left])


def _to_settle(agent: Agent) -> list[OutboxRow]:
    """What is in flight, of kinds whose fields of ours are read.

    The others wait until their kind is back: the CRM may have given it up for good, and who no
    longer looks at the fields cannot tell.
    """
    kinds = set(agent.kinds) & agent.policies.keys()
    return [row for row in agent.store.in_flight() if row.ref.kind in kinds]


def _settle_by_reading(
    agent: Agent, run: int, rows: Sequence[OutboxRow], delivery: Delivery
) -> list[tuple[OutboxRow, Record]]:
    """Settle what reading proves; the others are answered as they are now, and still in flight."""
    left: list[tuple[OutboxRow, Record]] = []
    for chunk in _chunks(rows):
        present = _present(agent, chunk)
        receipts = [_verdict_on(row, present.get(row.ref)) for row in chunk]
        _record(agent, run, chunk, [r for r in receipts if r is not None], delivery)
        pairs = zip(chunk, receipts, strict=True)
        left += [(row, present[row.ref]) for row, receipt in pairs if receipt is None]
    return left


def _verdict_on(row: OutboxRow, record: Record | None) -> Receipt | None:
    """Applied when the CRM took the values, gone when it has no such record, else still to do."""
    if record is None:
        return Receipt(row.ref, Answer.GONE, "the record is no longer there")
    taken = _holds(record, row.values) or _bears_stamp(record, row)
    return Receipt(row.ref, Answer.APPLIED) if taken else None


def _bears_stamp(record: Record, row: OutboxRow) -> bool:
    """Whether the record shows the time of judging that came with this write, and with no other.

    A write is taken whole: what differs beside it was changed after it, and is not ours to undo.
    """
    stamp = row.values.get(_STAMP)
    is_its_own = stamp is not None and not same_value(row.old.get(_STAMP), stamp)
    return is_its_own and same_value(record.written.get(_STAMP), stamp)


def _was_edited(row: OutboxRow, record: Record) -> bool:
    """Whether a field of ours holds neither what it held when this was planned, nor the new."""
    held, old = record.written, row.old
    return any(
        not same_value(held.get(role), value) and not same_value(held.get(role), old.get(role))
        for role, value in row.values.items()
        if role is not _STAMP
    )


def _present(agent: Agent, rows: Sequence[OutboxRow]) -> Mapping[RecordRef, Record]:
    refs = sorted({row.ref for row in rows})
    return {record.ref: record for record in agent.connector.read(refs, whole=False)}


def _holds(record: Record | None, values: Mapping[FieldRole, Value | None]) -> bool:
    if record is None:
        return False
    held = record.written
    # Nearly always word for word, which is soon seen.
    return values.items() <= held.items() or all(
        same_value(held.get(role), value) for role, value in values.items()
    )


def _chunks(rows: Iterable[_One]) -> Iterator[Sequence[_One]]:
    left = iter(rows)
    while chunk := tuple(islice(left, READ_AT_ONCE)):
        yield chunk
