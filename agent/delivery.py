"""Sends what is planned: settle what is unknown, push, read back.

Every run pulls before it pushes, so what is planned was compared with the CRM in this run. What
was in flight when something broke is read back before it is sent again: nothing is written twice.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from agent.store import OutboxRow
from agent.store.outbox import busy_wait
from agent.wiring import Agent
from bbm_core.plan import same_value
from bbm_core.records import Answer, FieldRole, Receipt, Record, RecordKind, RecordRef, Value, Write

MOST_TRIES = 4
"""Times a write is offered to a record that is busy, within one run."""

READ_AT_ONCE = 200
"""Records that are read back in one go."""


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
    rows = agent.store.in_flight()
    agent.retry.call(lambda: _settle_by_reading(agent, run, rows, delivery))
    delivery.settled += len(rows)


def deliver(agent: Agent, run: int, delivery: Delivery) -> None:
    """Push every planned write; busy records are offered again, a few times.

    Raises:
        Interrupted: somebody asked the agent to stop; the batch at work was finished.
    """
    for attempt in range(MOST_TRIES):
        if attempt:
            agent.retry.pause_for(busy_wait(attempt).total_seconds())
        for kind in agent.kinds:
            while rows := agent.store.planned(
                kind, agent.connector.writes_at_once, agent.clock.now()
            ):
                agent.retry.call(_Batch(agent, run, rows, delivery))
                agent.checkpoint()
        if not agent.store.planned_counts().writes:
            return


def read_back(agent: Agent, run: int, percent: int, delivery: Delivery) -> None:
    """Read a share of this run's writes again and compare them with what was sent."""
    rows = agent.store.applied(run)
    sample = rows[:: max(1, round(100 / percent))] if percent else ()
    for chunk in _chunks(sample):
        present = agent.retry.call(partial(_present, agent, chunk))
        delivery.checked += len(chunk)
        delivery.differing += [r.ref for r in chunk if not _holds(present.get(r.ref), r.values)]


class _Batch:
    """One request's worth of writes; called again after a failure, it settles that first."""

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
            self._settle_sent()
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
            self._settle_sent()

    def _settle_sent(self) -> None:
        """Read back what has no answer; what proves not to be there is planned once more."""
        mine = {row.id for row in self._rows}
        open_rows = [row for row in self._agent.store.in_flight() if row.id in mine]
        if open_rows:
            _settle_by_reading(self._agent, self._run, open_rows, self._delivery)
        self._rows = ()


def _record(
    agent: Agent,
    run: int,
    rows: Sequence[OutboxRow],
    receipts: Sequence[Receipt],
    delivery: Delivery,
) -> None:
    ids = {row.ref: row.id for row in rows}
    answered = [r for r in receipts if r.answer is not Answer.UNKNOWN]
    agent.store.settle(run, [(ids[r.ref], r) for r in answered], agent.clock.now())
    delivery.answers.update(receipt.answer for receipt in answered)
    delivery.applied.update(r.ref.kind for r in answered if r.answer is Answer.APPLIED)


def _settle_by_reading(
    agent: Agent, run: int, rows: Sequence[OutboxRow], delivery: Delivery
) -> None:
    for chunk in _chunks(rows):
        present = _present(agent, chunk)
        receipts = [_verdict_on(row, present.get(row.ref)) for row in chunk]
        _record(agent, run, chunk, [r for r in receipts if r is not None], delivery)
        agent.store.reopen([row.id for row, r in zip(chunk, receipts, strict=True) if r is None])


def _verdict_on(row: OutboxRow, record: Record | None) -> Receipt | None:
    """Applied when the CRM holds the values, gone when it has no such record, else still to do."""
    if record is None:
        return Receipt(row.ref, Answer.GONE, "the record is no longer there")
    return Receipt(row.ref, Answer.APPLIED) if _holds(record, row.values) else None


def _present(agent: Agent, rows: Sequence[OutboxRow]) -> Mapping[RecordRef, Record]:
    refs = sorted({row.ref for row in rows})
    return {record.ref: record for record in agent.connector.read(refs)}


def _holds(record: Record | None, values: Mapping[FieldRole, Value | None]) -> bool:
    return record is not None and all(
        same_value(record.written.get(role), value) for role, value in values.items()
    )


def _chunks(rows: Sequence[OutboxRow]) -> Iterator[Sequence[OutboxRow]]:
    for start in range(0, len(rows), READ_AT_ONCE):
        yield rows[start : start + READ_AT_ONCE]
