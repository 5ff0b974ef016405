"""Rows of the kept records as the values the agent works with, and back."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bbm_core.scope import Segment
from pydantic import TypeAdapter
from sqlalchemy import Connection, select

from agent.store import codec, schema
from agent.store.database import chunks
from bbm_core.balance.cells import slices_of
from bbm_core.balance.funnel import StageEntry
from bbm_core.errors import StoreDamaged
from bbm_core.icp.classify import Flag, Verdict
from bbm_core.judgement import Judgement
from bbm_core.records import FieldRole, Record, RecordKind, RecordRef, Value

_VERDICTS = TypeAdapter(Verdict)


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """A stage entry with the verdict and the attributes as of the entry's judging age.

    Until the entry has reached that age, they are those of today. `flag` is None for a record
    that was outside the scope.
    """

    entry: StageEntry
    flag: Flag | None
    version: str
    attributes: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A record as the store knows it: last read, or last written by us, whichever is later."""

    record: Record
    fingerprint: str
    last_written: Mapping[FieldRole, Value] | None  # what the agent wrote last; None if never
    inherited: Mapping[str, Value]  # attributes that came from the account
    flag: Flag | None  # None outside the scope
    version: str | None
    segment: Segment
    filtered_by: str | None
    entries: tuple[KeptEntry, ...]
    gone: bool
    verdict_text: str | None

    def says_the_same(self, record: Record) -> bool:
        """Whether the record brings nothing new: no input changed, and no field of ours either."""
        return self.record.written == record.written and (
            self.fingerprint == codec.fingerprint(record)
        )

    @property
    def attributes(self) -> Mapping[str, Value]:
        """The record's own attributes and those inherited from its account."""
        return {**self.inherited, **self.record.attributes}

    @property
    def verdict(self) -> Verdict | None:
        """The verdict with its explanation, as it was kept."""
        return None if self.verdict_text is None else _VERDICTS.validate_json(self.verdict_text)


@dataclass(frozen=True, slots=True)
class Counting:
    """How records are counted: by which dimensions, and in which currency."""

    dimensions: tuple[str, ...]
    currency: str


def kept_rows(
    connection: Connection, refs: Iterable[RecordRef]
) -> dict[RecordRef, Mapping[str, Any]]:
    """The rows of these records."""
    found: dict[RecordRef, Mapping[str, Any]] = {}
    table = schema.record
    for kind, ids in ids_by_kind(refs).items():
        for chunk in chunks(ids):
            query = select(table).where(table.c.kind == kind.value, table.c.id.in_(chunk))
            rows = connection.execute(query).mappings()
            found |= {RecordRef(kind, row["id"]): row for row in rows}
    return found


def kept_entries(
    connection: Connection, refs: Iterable[RecordRef]
) -> dict[RecordRef, list[Mapping[str, Any]]]:
    """The rows of these records' stage entries, oldest first."""
    found: dict[RecordRef, list[Mapping[str, Any]]] = defaultdict(list)
    table = schema.stage_entry
    for kind, ids in ids_by_kind(refs).items():
        for chunk in chunks(ids):
            query = select(table).where(table.c.kind == kind.value, table.c.id.in_(chunk))
            for row in connection.execute(query.order_by(table.c.id, table.c.position)).mappings():
                found[RecordRef(kind, row["id"])].append(row)
    return found


def with_entries(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> Iterator[Kept]:
    """The records of these rows with their stage entries, in the rows' order."""
    by_ref = {ref_of(row): row for row in rows}
    entries = kept_entries(connection, by_ref)
    for ref, row in by_ref.items():
        yield to_kept(row, entries.get(ref, ()))


def to_kept(row: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> Kept:
    """The record again.

    Raises:
        StoreDamaged: The row is not what was written.
    """
    ref = ref_of(row)
    verify(row)
    written = codec.load_written(row["written"])
    last_written = row["last_written"]
    return Kept(
        record=codec.load_record(ref, row["modified"], row["body"], written),
        fingerprint=row["fingerprint"],
        last_written=None if last_written is None else codec.load_written(last_written),
        inherited=codec.load_values(row["inherited"]),
        flag=None if row["flag"] is None else Flag(row["flag"]),
        version=row["version"],
        segment=Segment(row["segment"]),
        filtered_by=row["filtered_by"],
        entries=tuple([_to_entry(entry) for entry in entries]),
        gone=row["gone_at"] is not None,
        verdict_text=row["verdict"],
    )


def record_row(
    judgement: Judgement, before: Mapping[str, Any] | None, counting: Counting, now: datetime
) -> dict[str, Any]:
    """The row that keeps this judgement; what the agent wrote before stays known."""
    record = judgement.record
    body = codec.dump_body(record)
    row = {
        "kind": record.ref.kind.value,
        "id": record.ref.id,
        "account": _account_of(record),
        "modified": record.modified,
        "body": body,
        "written": codec.dump_written(record.written),
        "last_written": None if before is None else before["last_written"],
        "fingerprint": codec.digest_of(body),
        "status": record.statuses[-1].status if record.statuses else None,
        "kept_at": now,
        "gone_at": None,
        "survivor": None,
        **_judged_columns(judgement),
        **counting_columns(record, judgement.attributes, counting),
    }
    return {**row, "row_sum": sum_of(row)}


def counting_columns(
    record: Record, attributes: Mapping[str, Value], counting: Counting
) -> dict[str, str | None]:
    """What the cells need of a record beside its verdict."""
    amount = record.amount
    # Amounts of two currencies are never added, so another currency's does not count.
    counts = amount is not None and amount.currency == counting.currency
    return {
        "amount": str(amount.amount) if amount is not None and counts else None,
        "slices": codec.dump(slices_of(record, attributes, counting.dimensions)),
    }


def rewritten(row: Mapping[str, Any], **changes: str) -> dict[str, Any]:
    """The key, the changed columns and the new checksum of a row that proves sound."""
    verify(row)
    return {
        "kind": row["kind"],
        "id": row["id"],
        **changes,
        "row_sum": sum_of({**row, **changes}),
    }


def verify(row: Mapping[str, Any]) -> None:
    """Refuse a row that is not as it was written: a write must not be decided by it."""
    if row["row_sum"] != sum_of(row):
        raise StoreDamaged(
            f"What is kept of {ref_of(row)} is not what was written.",
            hint="Put the state aside and restore its newest backup, or start anew.",
            code="BBM-STORE-009",
        )


def sum_of(row: Mapping[str, Any]) -> str:
    """The checksum over what decides a write; the rest is derived, or found by reading."""
    return codec.row_sum(*(row[name] for name in _SUMMED))


_SUMMED = ("kind", "id", "body", "written", "last_written", "inherited", "flag")


def ref_of(row: Mapping[str, Any]) -> RecordRef:
    return RecordRef(RecordKind(row["kind"]), row["id"])


def ids_by_kind(refs: Iterable[RecordRef]) -> dict[RecordKind, list[str]]:
    ids: dict[RecordKind, list[str]] = defaultdict(list)
    for ref in refs:
        ids[ref.kind].append(ref.id)
    return ids


def _to_entry(row: Mapping[str, Any]) -> KeptEntry:
    return KeptEntry(
        entry=StageEntry(row["stage"], row["entered"], row["left"]),
        flag=None if row["flag_then"] is None else Flag(row["flag_then"]),
        version=row["version_then"],
        attributes=codec.load_values(row["attributes_then"]),
    )


def _judged_columns(judgement: Judgement) -> dict[str, str | None]:
    verdict, own = judgement.verdict, judgement.record.attributes
    inherited = {k: v for k, v in judgement.attributes.items() if k not in own}
    open_stages = (entry.stage for entry in reversed(judgement.entries) if entry.left is None)
    return {
        "inherited": codec.dump_values(inherited),
        "flag": None if verdict is None else verdict.flag.value,
        "version": None if verdict is None else verdict.version,
        "verdict": None if verdict is None else _VERDICTS.dump_json(verdict).decode(),
        "filtered_by": judgement.filtered_by,
        "segment": judgement.segment.value,
        "stage": next(open_stages, None),
    }


def _account_of(record: Record) -> str | None:
    """The account a record counts for: itself, its own, or the one it was converted to."""
    if record.ref.kind is RecordKind.ACCOUNT:
        return record.ref.id
    if record.account is not None:
        return record.account.id
    return next((r.id for r in record.converted_to if r.kind is RecordKind.ACCOUNT), None)

