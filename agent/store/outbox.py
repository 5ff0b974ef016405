"""The outbox: every write from its plan to its receipt, and the audit of what became of it."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from agent.store import audit, codec, schema
from agent.store.columns import RowValues
from agent.store.database import Database, chunks
from agent.store.dialect import execute_many, plain_insert
from agent.store.outbox_rows import LEGAL, OpenRefusal, OutboxRow, PlannedCounts, State
from agent.store.rows import DECIDING, ids_by_kind, ref_of, rewritten, verify
from bbm_core.plan import PlannedWrite
from bbm_core.records import Answer, FieldRole, Receipt, RecordKind, RecordRef

_BUSY_WAIT = timedelta(seconds=1)
_LONGEST_BUSY_WAIT = timedelta(minutes=15)
_AT_ONCE = 2000
_JUDGED = FieldRole.SCORED_AT.value

_SETTLED = {
    Answer.APPLIED: State.APPLIED,
    Answer.REFUSED: State.REFUSED,
    Answer.GONE: State.GONE,
}


class Outbox(Database):
    """Plans in, receipts back."""

    def planned(self, kind: RecordKind | None, limit: int, now: datetime) -> tuple[OutboxRow, ...]:
        """The next writes to send, in the order of their planning; busy ones when it is time."""
        table = schema.outbox
        query = _in_state(State.PLANNED).where(
            or_(table.c.not_before.is_(None), table.c.not_before <= now)
        )
        if kind is not None:
            query = query.where(table.c.kind == kind.value)
        return self._rows(query.limit(limit))

    def in_flight(self) -> tuple[OutboxRow, ...]:
        """What was sent and has no answer: it must be read back before anything else is sent."""
        return self._rows(_in_state(State.IN_FLIGHT))

    def applied(self, run: int, limit: int | None = None, after: int = 0) -> tuple[OutboxRow, ...]:
        """The writes that were applied in this run, first come, first; those behind an id."""
        table = schema.outbox
        query = _in_state(State.APPLIED).where(table.c.settled_run == run, table.c.number > after)
        return self._rows(query.limit(limit))

    def waiting(self, limit: int | None = None) -> tuple[OutboxRow, ...]:
        """Everything that is planned and not yet sent, whether or not its time has come."""
        return self._rows(_in_state(State.PLANNED).limit(limit))

    def write_counts(self, run: int) -> Mapping[RecordKind, int]:
        """How many writes of each kind were applied in this run, or are still planned."""
        table = schema.outbox
        applied = (table.c.state == State.APPLIED.value) & (table.c.settled_run == run)
        query = (
            select(table.c.kind, func.count())
            .where(applied | (table.c.state == State.PLANNED.value))
            .group_by(table.c.kind)
        )
        with self._reading() as connection:
            return {RecordKind(kind): count for kind, count in connection.execute(query)}

    def open_refusals(self) -> tuple[OpenRefusal, ...]:
        """Records that are there and whose latest write the CRM did not take, oldest first."""
        table, record = schema.outbox, schema.record
        later = table.alias()
        came_later = exists().where(
            later.c.kind == table.c.kind, later.c.id == table.c.id, later.c.number > table.c.number
        )
        query = (
            select(table.c.kind, table.c.id, table.c.settled_at, table.c.state)
            .join(record, (record.c.kind == table.c.kind) & (record.c.id == table.c.id))
            .where(record.c.gone_at.is_(None))
            .where(table.c.state.in_([State.REFUSED.value, State.GONE.value]), ~came_later)
            .order_by(table.c.number)
        )
        with self._reading() as connection:
            rows = connection.execute(query).mappings()
            return tuple(
                OpenRefusal(ref_of(row), row["settled_at"], State(row["state"])) for row in rows
            )

    def drop_plans(self, kinds: Collection[RecordKind]) -> None:
        """Drop what is planned for kinds that are no longer written."""
        table = schema.outbox
        with self._writing() as connection:
            connection.execute(
                update(table)
                .where(table.c.kind.in_([kind.value for kind in kinds]))
                .where(table.c.state == State.PLANNED.value)
                .values(state=State.SUPERSEDED.value)
            )

    def refusals(self, run: int | None = None, limit: int = 1000) -> tuple[OutboxRow, ...]:
        """The writes that the CRM refused, in one run or ever, latest first."""
        table = schema.outbox
        query = _chosen().where(table.c.state == State.REFUSED.value)
        if run is not None:
            query = query.where(table.c.settled_run == run)
        return self._rows(query.order_by(table.c.number.desc()).limit(limit))

    def plan_digest(self) -> str:
        """Sixteen hexadecimal digits that name all that is planned, whatever order and hour."""
        table = schema.outbox
        query = (
            select(table.c.kind, table.c.id, table.c.new, table.c.old)
            .where(table.c.state == State.PLANNED.value)
            .order_by(table.c.kind, table.c.id)
        )
        digest = hashlib.sha256()
        with self._reading() as connection:
            for kind, id_, new, old in connection.execute(query).yield_per(_AT_ONCE):
                line = (kind, id_, codec.without(new, _JUDGED), codec.without(old, _JUDGED))
                digest.update(f"{codec.dump(line)}\n".encode())
        return digest.hexdigest()[:16]

    def planned_counts(self) -> PlannedCounts:
        table = schema.outbox
        query = (
            select(table.c.kind, table.c.flag_from, table.c.flag_to, func.count())
            .where(table.c.state == State.PLANNED.value)
            .group_by(table.c.kind, table.c.flag_from, table.c.flag_to)
        )
        by_kind: Counter[RecordKind] = Counter()
        flips: Counter[tuple[RecordKind, str, str]] = Counter()
        with self._reading() as connection:
            for kind, old, new, count in connection.execute(query):
                by_kind[RecordKind(kind)] += count
                if old is not None and new is not None:
                    flips[RecordKind(kind), old, new] += count
        return PlannedCounts(by_kind, flips)

    def mark_in_flight(self, ids: Sequence[int], at: datetime) -> None:
        """Note, before anything is sent, that these may be on their way."""
        table = schema.outbox
        with self._writing() as connection:
            noted = {"sent_at": at, "attempts": table.c.attempts + 1}
            _move(connection, ids, State.PLANNED, State.IN_FLIGHT, noted)

    def reopen(self, ids: Sequence[int]) -> None:
        """Plan again what proved, by reading, not to have been applied."""
        with self._writing() as connection:
            _move(connection, ids, State.IN_FLIGHT, State.PLANNED, {"not_before": None})

    def set_aside(self, rows: Sequence[OutboxRow]) -> None:
        """Drop what was not applied and somebody changed meanwhile: it is to be judged anew.

        Even if they put back what was there: the record is no echo of what is kept.
        """
        table = schema.record
        with self._writing() as connection:
            _move(connection, [row.id for row in rows], State.IN_FLIGHT, State.SUPERSEDED)
            for kind, ids in ids_by_kind(row.ref for row in rows).items():
                for chunk in chunks(ids):
                    theirs = (table.c.kind == kind.value) & table.c.id.in_(chunk)
                    connection.execute(update(table).where(theirs).values(fingerprint=""))

    def settle(self, run: int, receipts: Iterable[tuple[int, Receipt]], at: datetime) -> None:
        """Keep what became of writes in flight; an unknown outcome stays in flight.

        What was applied is from now on what the CRM holds and what the agent wrote last. The
        audit gets its line in the same transaction.
        """
        answers = dict(receipts)
        with self._writing() as connection:
            rows = _rows_of(connection, answers)
            settled = {
                number: receipt for number, receipt in answers.items() if receipt.answer in _SETTLED
            }
            _end(connection, settled, run, at)
            _offer_again(connection, [r for n, r in rows.items() if _is_busy(answers[n])], at)
            applied = [r for n, r in rows.items() if answers[n].answer is Answer.APPLIED]
            _note_written(connection, applied)
            audit.append(
                connection, [_event(rows[n], receipt, run, at) for n, receipt in settled.items()]
            )

    def _rows(self, query: Select[Any]) -> tuple[OutboxRow, ...]:
        with self._reading() as connection:
            return tuple([_to_row(row) for row in connection.execute(query).all()])


def busy_wait(attempts: int) -> timedelta:
    """How long a busy record is left alone after so many attempts; longer each time."""
    return min(_BUSY_WAIT * (1 << min(attempts, 10)), _LONGEST_BUSY_WAIT)


def supersede(connection: Connection, refs: Iterable[RecordRef]) -> None:
    """Drop the plans for these records: a later judgement decides anew."""
    table = schema.outbox
    for kind, ids in ids_by_kind(refs).items():
        for chunk in chunks(ids):
            connection.execute(
                update(table)
                .where(table.c.kind == kind.value, table.c.id.in_(chunk))
                .where(table.c.state == State.PLANNED.value)
                .values(state=State.SUPERSEDED.value)
            )


def forget_superseded(connection: Connection, before_run: int) -> None:
    """Drop what earlier runs planned and never sent; it says nothing about the CRM."""
    table = schema.outbox
    is_old = (table.c.state == State.SUPERSEDED.value) & (table.c.run < before_run)
    connection.execute(delete(table).where(is_old))


def plan(connection: Connection, run: int, writes: Iterable[PlannedWrite], now: datetime) -> None:
    rows = [_planned_row(run, write, now) for write in writes]
    execute_many(connection, plain_insert(schema.outbox), rows)


_SHOWN = ("number", "run", "kind", "id", "new", "old", "state", "attempts", "refusal")


def _chosen() -> Select[Any]:
    return select(*(schema.outbox.c[name] for name in _SHOWN))


def _in_state(state: State) -> Select[Any]:
    table = schema.outbox
    return _chosen().where(table.c.state == state.value).order_by(table.c.number)


def _rows_of(connection: Connection, ids: Iterable[int]) -> dict[int, RowValues]:
    """The rows as they are kept, by number: what is settled is copied on, not looked at.

    Each with what decides a write of its record, which is empty where the record was forgotten.
    """
    table, record = schema.outbox, schema.record
    columns = [table.c[name] for name in ("number", "kind", "id", "new", "old", "attempts")]
    its_record = (record.c.kind == table.c.kind) & (record.c.id == table.c.id)
    query = select(*columns, *DECIDING).join_from(table, record, its_record, isouter=True)
    rows: dict[int, RowValues] = {}
    for chunk in chunks(sorted(ids)):
        found = connection.execute(query.where(table.c.number.in_(chunk)).order_by(table.c.number))
        rows |= {row["number"]: row for row in found.mappings().all()}
    return rows


def _move(
    connection: Connection,
    ids: Iterable[int],
    origin: State,
    target: State,
    noted: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Change the state of writes that stand where they must; anything else is a bug of ours."""
    if target not in LEGAL.get(origin, frozenset()):
        raise ValueError(f"no write goes from {origin} to {target}")
    table = schema.outbox
    wanted = sorted(ids)  # neighbours lie side by side, and are sent in another order
    moved = 0
    for chunk in chunks(wanted):
        statement = update(table).where(table.c.number.in_(chunk), table.c.state == origin.value)
        moved += connection.execute(statement.values(state=target.value, **noted)).rowcount
    if moved != len(set(wanted)):
        raise ValueError(f"{len(set(wanted)) - moved} of {len(wanted)} writes are not {origin}")


def _end(connection: Connection, settled: Mapping[int, Receipt], run: int, at: datetime) -> None:
    for answer, state in _SETTLED.items():
        ids = [number for number, receipt in settled.items() if receipt.answer is answer]
        noted = {"settled_at": at, "settled_run": run}
        _move(connection, ids, State.IN_FLIGHT, state, noted)
    refusals = [
        {"one": n, "words": codec.storable(r.refusal)} for n, r in settled.items() if r.refusal
    ]
    if refusals:
        table = schema.outbox
        connection.execute(
            update(table)
            .where(table.c.number == bindparam("one"))
            .values(refusal=bindparam("words")),
            refusals,
        )


def _offer_again(connection: Connection, rows: Sequence[RowValues], at: datetime) -> None:
    """Busy records wait longer each time: whoever holds the lock needs a moment."""
    for row in rows:
        later = {"not_before": at + busy_wait(row["attempts"])}
        _move(connection, [row["number"]], State.IN_FLIGHT, State.PLANNED, later)


def _note_written(connection: Connection, rows: Iterable[RowValues]) -> None:
    """The CRM now holds these values, and they are ours."""
    kept = [row for row in rows if row["row_sum"] is not None]
    for row in kept:
        verify(row)
    execute_many(connection, _REWRITE, [_with_ours(row) for row in kept])


_REWRITE = (
    update(schema.record)
    .where(schema.record.c.kind == bindparam("its_kind"), schema.record.c.id == bindparam("its_id"))
    .values({name: bindparam(name) for name in ("written", "last_written", "row_sum")})
)


def _with_ours(row: RowValues) -> dict[str, Any]:
    new = row["new"]
    changed = rewritten(
        row,
        written=codec.merge_written(row["written"], new),
        last_written=codec.merge_written(row["last_written"] or "{}", new),
    )
    return {"its_kind": row["kind"], "its_id": row["id"], **changed}


def _is_busy(receipt: Receipt) -> bool:
    return receipt.answer is Answer.BUSY


def _event(row: RowValues, receipt: Receipt, run: int, at: datetime) -> audit.Event:
    filled = {one.field: [one.old, one.new] for one in receipt.filled}
    return audit.Event(
        at=at,
        run=run,
        name=f"write.{receipt.answer.value}",
        ref=ref_of(row),
        payload={
            "old": codec.dumped(row["old"]),
            "new": codec.dumped(row["new"]),
            "refusal": receipt.refusal,
            **({"filled": filled} if filled else {}),
        },
    )


def _planned_row(run: int, write: PlannedWrite, now: datetime) -> dict[str, object]:
    old, new = write.flips or (None, None)
    return {
        "run": run,
        "kind": write.ref.kind.value,
        "id": write.ref.id,
        "new": codec.dump_written(write.values),
        "old": codec.dump_written(write.old),
        "flag_from": old,
        "flag_to": new,
        "state": State.PLANNED.value,
        "planned_at": now,
    }


def _to_row(row: Sequence[Any]) -> OutboxRow:
    number, run, kind, id_, new, old, state, attempts, refusal = row
    return OutboxRow(
        id=number,
        run=run,
        ref=RecordRef(codec.kind_of(kind), id_),
        values=codec.load_new_values(new),
        old_text=old,
        state=_STATES[state],
        attempts=attempts,
        refusal=refusal,
    )


# Asking an enum for a member costs several times a look-up.
_STATES = {state.value: state for state in State}
