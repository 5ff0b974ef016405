"""Keeping: what was read and decided, in one transaction that is kept whole or not at all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, delete, exists, func, literal, select, tuple_, update

from agent.store import codec, outbox, schema
from agent.store.columns import RowValues
from agent.store.counting import (
    Book,
    add_cells,
    change,
    concerned_accounts,
    neighbours,
    place_all,
)
from agent.store.database import Database, chunks, put
from agent.store.entries import JudgeThen, JudgingAge, entry_rows
from agent.store.explanations import put_wordings
from agent.store.identities import drop_identities, put_identities
from agent.store.matches import matched_accounts
from agent.store.rebuild import rebuild
from agent.store.rows import Counting, ids_by_kind, kept_entries, kept_rows, record_row
from bbm_core.judgement import Judgement
from bbm_core.match import Identity
from bbm_core.plan import PlannedWrite
from bbm_core.records import Parked, RecordKind, RecordRef, Removal, Watermark
from bbm_core.value.money import UNSTATED, RateTable

COUNTING = "counting"
"""The fact that says how the kept cells were counted."""

Rows = Mapping[RecordRef, RowValues]
Entries = Mapping[RecordRef, Sequence[RowValues]]


@dataclass(frozen=True, slots=True)
class _Before:
    """What is kept of the records that are about to change."""

    rows: Rows
    entries: Entries


class Keeping(Database):
    """Keeps pages, one transaction each."""

    def keep(  # noqa: PLR0913 - one transaction takes all that belongs into it
        self,
        run: int,
        judgements: Sequence[Judgement],
        writes: Sequence[PlannedWrite],
        *,
        kind: RecordKind | None = None,
        watermark: Watermark | None = None,
        removed: Sequence[Removal] = (),
        parked: Sequence[Parked] = (),
        now: datetime,
        slices: Sequence[str],
        judge_age_days: int,
        rates: RateTable = UNSTATED,
        judge_then: JudgeThen | None = None,
        by_day: frozenset[RecordKind] = frozenset(),
        identities: Mapping[RecordRef, Identity] | None = None,
    ) -> None:
        """Keep judgements, plans and the watermark together: a crash repeats work, loses none.

        Args:
            run: The run that does it.
            judgements: What was judged; of two for one record the first counts.
            writes: The writes planned for these records; they take the place of earlier plans.
            kind: The kind of the page, with its `watermark`; None where nothing was pulled.
            watermark: From where the next pull of the kind may resume.
            removed: Records that are gone; they stop counting and their plans are dropped.
            parked: Records that could not be translated, with the reason.
            now: The agent's time.
            slices: The attributes by which cells are broken down, beside the channel.
            judge_age_days: The age at which a stage entry's verdict is frozen.
            rates: The currency of the figures, and what others are worth in it; amounts without a
                rate are not added. Without a base: the currency in use so far.
            judge_then: Restates verdicts that another version of the profiles has frozen.
            by_day: Kinds whose flag at the judging age is always asked of `judge_then`, because
                it depends on that day.
            identities: What the records say of their company; None where nobody matches by it.
        """
        judged: dict[RecordRef, Judgement] = {}
        for judgement in judgements:
            judged.setdefault(judgement.record.ref, judgement)
        age = JudgingAge(now, judge_age_days, judge_then, by_day)
        with self._writing() as connection:
            counting = _settle_counting(connection, slices, rates, judged.values())
            gone = [removal.ref for removal in removed]
            matched = {} if identities is None else matched_accounts(connection, judged)
            _keep_records(connection, judged, removed, counting, age, brought=kind, matched=matched)
            if identities is not None:
                put_identities(connection, identities)
                drop_identities(connection, gone)
            outbox.supersede(connection, [*judged, *gone])
            dropped = set(gone)
            outbox.plan(connection, run, [w for w in writes if w.ref not in dropped], now)
            _park(connection, parked, [*judged, *gone], now)
            if kind is not None and watermark is not None:
                row = {"kind": kind.value, "value": watermark, "kept_at": now, "run": run}
                put(connection, schema.watermark, [row])

    def currency(self) -> str:
        """The currency in which amounts are added up; empty before the first one came."""
        with self._reading() as connection:
            return _counting(connection).rates.base

    def counted_dimensions(self) -> tuple[str, ...]:
        """By what the kept cells are broken down, beside the channel."""
        with self._reading() as connection:
            return _counting(connection).dimensions

    def foreign_amounts(self) -> Mapping[str, int]:
        """How many records have an amount that is in no figure, by the currency without a rate."""
        table = schema.record
        query = (
            select(table.c.foreign_currency, func.count())
            .where(table.c.foreign_currency.is_not(None), table.c.gone_at.is_(None))
            .group_by(table.c.foreign_currency)
            .order_by(table.c.foreign_currency)
        )
        with self._reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def rebuild_cells(self) -> None:
        """Count everything anew from the kept facts; it gives what was there, or repairs it."""
        with self._writing() as connection:
            rebuild(connection, _counting(connection))


def _keep_records(  # noqa: PLR0913 - all that makes a row
    connection: Connection,
    judged: Mapping[RecordRef, Judgement],
    removed: Sequence[Removal],
    counting: Counting,
    age: JudgingAge,
    *,
    brought: RecordKind | None,
    matched: Mapping[RecordRef, str],
) -> None:
    touched = {*judged, *(removal.ref for removal in removed)}
    known = kept_rows(connection, touched)
    before = _Before(known, kept_entries(connection, known))
    rows = {
        ref: record_row(judgement, row, counting, _seen(row, ref, brought, age), matched.get(ref))
        for ref, judgement in judged.items()
        for row in (before.rows.get(ref),)
    }
    entries = {
        ref: entry_rows(judgement, before.entries.get(ref, ()), age)
        for ref, judgement in judged.items()
    }
    put(connection, schema.record, list(rows.values()))
    put_wordings(connection, [j.verdict for j in judged.values() if j.verdict is not None])
    _put_entries(connection, entries, before.entries)
    _remove(connection, removed, age.now)
    gone = {removal.ref for removal in removed}
    after = {ref: row for ref, row in rows.items() if ref not in gone}
    _count(connection, place_all(before.rows, before.entries), place_all(after, entries), touched)


def _seen(
    before: RowValues | None, ref: RecordRef, brought: RecordKind | None, age: JudgingAge
) -> datetime:
    """What was judged again without being brought was seen when it was brought."""
    return age.now if before is None or ref.kind is brought else before["kept_at"]


def _count(connection: Connection, before: Book, after: Book, touched: set[RecordRef]) -> None:
    others = neighbours(connection, concerned_accounts(before, after), touched)
    add_cells(connection, change(before, after, others))


def _put_entries(connection: Connection, entries: Entries, before: Entries) -> None:
    """Write the entries that changed; a record whose history got shorter loses the rest."""
    table = schema.stage_entry
    put(
        connection,
        table,
        [
            row
            for ref, rows in entries.items()
            for position, row in enumerate(rows)
            if not _stands(row, before.get(ref, ()), position)
        ],
    )
    surplus = [
        (row["kind"], row["id"], row["position"])
        for ref, rows in entries.items()
        for row in before.get(ref, ())[len(rows) :]
    ]
    key = tuple_(table.c.kind, table.c.id, table.c.position)
    for chunk in chunks(surplus):
        connection.execute(delete(table).where(key.in_(chunk)))


def _stands(row: RowValues, before: Sequence[RowValues], position: int) -> bool:
    return position < len(before) and dict(before[position]) == row


def _remove(connection: Connection, removed: Sequence[Removal], now: datetime) -> None:
    """Note since when they are gone: a merge is told again whenever its survivor is read."""
    table = schema.record
    for removal in removed:
        survivor = None if removal.survivor is None else str(removal.survivor)
        connection.execute(
            update(table)
            .where(table.c.kind == removal.ref.kind.value, table.c.id == removal.ref.id)
            .values(
                gone_at=func.coalesce(table.c.gone_at, literal(now, table.c.gone_at.type)),
                survivor=func.coalesce(survivor, table.c.survivor),
            )
        )


def _park(
    connection: Connection, parked: Sequence[Parked], cleared: Sequence[RecordRef], now: datetime
) -> None:
    """Note what could not be kept; what was kept or is gone is parked no longer."""
    table = schema.parked
    for kind, ids in ids_by_kind(cleared).items():
        for chunk in chunks(ids):
            connection.execute(
                delete(table).where(table.c.kind == kind.value, table.c.id.in_(chunk))
            )
    rows = {
        one.ref: {
            "kind": one.ref.kind.value,
            "id": one.ref.id,
            "reason": codec.storable(one.reason),
            "first_seen": now,
            "last_seen": now,
        }
        for one in parked
    }
    put(connection, table, list(rows.values()), ["reason", "last_seen"])


def _settle_counting(
    connection: Connection, slices: Sequence[str], rates: RateTable, judged: Iterable[Judgement]
) -> Counting:
    """How this transaction counts; where that changed, everything is counted anew first."""
    present = _counting(connection)
    base = rates.base or present.rates.base or _first_currency(judged)
    wanted = Counting(tuple(slices), replace(rates, base=base))
    if wanted != present:
        if present.rates.base not in {"", base}:
            # Lifetime values were found in the currency before; `bbm ltv` finds them anew.
            connection.execute(delete(schema.customer_value))
        if wanted.dimensions != present.dimensions or _has_amounts(connection):
            rebuild(connection, wanted)
        stored = codec.dump({"dimensions": wanted.dimensions, **codec.encode_rates(wanted.rates)})
        put(connection, schema.meta, [{"key": COUNTING, "value": stored}])
    return wanted


def _counting(connection: Connection) -> Counting:
    query = select(schema.meta.c.value).where(schema.meta.c.key == COUNTING)
    stored = connection.execute(query).scalar()
    if stored is None:
        return Counting((), UNSTATED)
    facts = codec.load(stored)
    return Counting(tuple(facts["dimensions"]), codec.decode_rates(facts))


def _has_amounts(connection: Connection) -> bool:
    """Whether another currency would change a figure; before the first amount it changes none."""
    table = schema.record
    priced = table.c.amount.is_not(None) | table.c.foreign_currency.is_not(None)
    return bool(connection.execute(select(exists().where(priced))).scalar())


def _first_currency(judged: Iterable[Judgement]) -> str:
    """The first currency met, where neither the CRM nor the configuration names the org's."""
    amounts = (judgement.record.amount for judgement in judged)
    return next((amount.currency for amount in amounts if amount is not None), "")
