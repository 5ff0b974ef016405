"""Rows of the kept records as the values the agent works with, and back."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Connection, select

from agent.store import codec, schema
from agent.store.columns import RowValues
from agent.store.database import chunks
from agent.store.explanations import own_text
from bbm_core.balance.cells import slices_of
from bbm_core.balance.funnel import StageEntry
from bbm_core.errors import StoreDamaged
from bbm_core.icp.classify import Flag
from bbm_core.judgement import Judgement
from bbm_core.records import FieldRole, Record, RecordKind, RecordRef, Value
from bbm_core.scope import Segment
from bbm_core.value.amount import cents
from bbm_core.value.money import RateTable

_LONGEST_SLICE = 100
"""Characters of a slice's name: it is part of a key, and nobody reads a longer one."""

COLUMNS = tuple(column for column in schema.record.c if column.name != "verdict")
"""All of a record's row but the explanation, which is most of it and seldom asked for."""


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """A stage entry with the verdict and the attributes as of the entry's judging age.

    Until the entry has reached that age, they are those of today. `flag` is None for a record
    that was outside the scope.
    """

    entry: StageEntry
    flag: Flag | None
    version: str
    attributes: Mapping[str, Value] = field(repr=False)


class Kept:
    """A record as the store knows it: last read, or last written by us, whichever is later.

    It is decoded part by part when asked for: of most records that a pull brings again, only the
    fingerprint is ever looked at.
    """

    def __init__(self, row: RowValues, entries: Sequence[RowValues] | None) -> None:
        self._row = row
        self._entries = entries
        self.ref = ref_of(row)

    def __repr__(self) -> str:
        return f"Kept({self.ref})"

    def says_the_same(self, record: Record) -> bool:
        """Whether the record brings nothing new: no input changed, and no field of ours either."""
        return self.fingerprint == codec.fingerprint(record) and self._row[
            "written"
        ] == codec.dump_written(record.written)

    @cached_property
    def record(self) -> Record:
        row = self._row
        written = codec.load_written(row["written"])
        return codec.load_record(self.ref, row["modified"], row["body"], written)

    @cached_property
    def entries(self) -> tuple[KeptEntry, ...]:
        """Its stage entries, oldest first."""
        if self._entries is None:
            raise ValueError(f"{self} was read without its entries")
        return tuple(_to_entry(entry) for entry in self._entries)

    @property
    def fingerprint(self) -> str:
        return str(self._row["fingerprint"])

    @property
    def last_written(self) -> Mapping[FieldRole, Value] | None:
        """What the agent wrote last; None if it never did."""
        text = self._row["last_written"]
        return None if text is None else codec.load_written(text)

    @property
    def attributes(self) -> Mapping[str, Value]:
        """The record's own attributes and those inherited from its account."""
        return {**codec.load_values(self._row["inherited"]), **self.record.attributes}

    @property
    def flag(self) -> Flag | None:
        """Today's flag; None outside the scope."""
        return flag_of(self._row["flag"])

    @property
    def version(self) -> str | None:
        """By which version of the profiles it was judged."""
        version: str | None = self._row["version"]
        return version

    @property
    def segment(self) -> Segment:
        return Segment(self._row["segment"])

    @property
    def filtered_by(self) -> str | None:
        """The scope filter that takes it out."""
        name: str | None = self._row["filtered_by"]
        return name

    @property
    def account(self) -> str | None:
        """The id of the account it counts for."""
        account: str | None = self._row["account"]
        return account

    @property
    def slices(self) -> Mapping[str, str]:
        """The slice it falls in, by dimension."""
        slices: dict[str, str] = codec.load(self._row["slices"])
        return slices

    @property
    def worth(self) -> Decimal | None:
        """The amount in the currency of the figures."""
        amount = self._row["amount"]
        return None if amount is None else Decimal(amount)

    @property
    def gone(self) -> bool:
        return self._row["gone_at"] is not None

    @property
    def survivor(self) -> RecordRef | None:
        """The record it was merged into."""
        text = self._row["survivor"]
        return None if text is None else codec.parse_ref(text)


@dataclass(frozen=True, slots=True)
class Counting:
    """How records are counted: by which dimensions, and in which currency amounts are added."""

    dimensions: tuple[str, ...]
    rates: RateTable


def kept_rows(
    connection: Connection,
    refs: Iterable[RecordRef],
    columns: Sequence[Column[Any]] = COLUMNS,
) -> dict[RecordRef, RowValues]:
    """The rows of these records; the columns have the kind and the id among them."""
    found: dict[RecordRef, RowValues] = {}
    table = schema.record
    for kind, ids in ids_by_kind(refs).items():
        for chunk in chunks(ids):
            query = select(*columns).where(table.c.kind == kind.value, table.c.id.in_(chunk))
            rows = connection.execute(query).mappings().all()
            found |= {RecordRef(kind, row["id"]): row for row in rows}
    return found


def kept_entries(
    connection: Connection,
    refs: Iterable[RecordRef],
    columns: Iterable[Column[Any]] = schema.stage_entry.c,
) -> dict[RecordRef, list[RowValues]]:
    """The rows of these records' stage entries, oldest first."""
    found: dict[RecordRef, list[RowValues]] = defaultdict(list)
    table = schema.stage_entry
    for kind, ids in ids_by_kind(refs).items():
        for chunk in chunks(ids):
            query = select(*columns).where(table.c.kind == kind.value, table.c.id.in_(chunk))
            ordered = query.order_by(table.c.id, table.c.position)
            for row in connection.execute(ordered).mappings().all():
                found[RecordRef(kind, row["id"])].append(row)
    return found


def with_entries(connection: Connection, rows: Iterable[RowValues]) -> Iterator[Kept]:
    """The records of these rows with their stage entries, in the rows' order."""
    by_ref = {ref_of(row): row for row in rows}
    entries = kept_entries(connection, by_ref)
    for ref, row in by_ref.items():
        yield to_kept(row, entries.get(ref, ()))


def to_kept(row: RowValues, entries: Sequence[RowValues] | None) -> Kept:
    """The record again.

    Raises:
        StoreDamaged: The row is not what was written.
    """
    verify(row)
    return Kept(row, entries)


def record_row(
    judgement: Judgement,
    before: RowValues | None,
    counting: Counting,
    seen: datetime,
    matched: str | None = None,
) -> dict[str, Any]:
    """The row that keeps this judgement; what the agent wrote before stays known.

    It was `seen` in the CRM last at that moment; `matched` is the account it counts for where the
    CRM names none.
    """
    record = judgement.record
    body = codec.dump_body(record)
    row: dict[str, Any] = {
        "kind": record.ref.kind.value,
        "id": record.ref.id,
        "account": account_of(record) or matched,
        "modified": record.modified,
        "body": body,
        "written": codec.dump_written(record.written),
        "last_written": None if before is None else before["last_written"],
        "fingerprint": codec.digest_of(body),
        "status": codec.storable(record.statuses[-1].status) if record.statuses else None,
        "kept_at": seen,
        "gone_at": None,
        "survivor": None,
        **_judged_columns(judgement),
        **counting_columns(record, judgement.attributes, counting),
    }
    row["row_sum"] = sum_of(row)
    return row


def counting_columns(
    record: Record, attributes: Mapping[str, Value], counting: Counting
) -> dict[str, str | None]:
    """What the cells need of a record beside its verdict."""
    slices = slices_of(record, attributes, counting.dimensions)
    amount, worth = record.amount, _worth(record, counting.rates)
    return {
        "amount": None if worth is None else str(worth),
        # Amounts of two currencies are never added: without a rate it does not count, and is told.
        "foreign_currency": amount.currency if amount is not None and worth is None else None,
        "slices": codec.dump({name: _slice(value) for name, value in slices.items()}),
    }


def _worth(record: Record, rates: RateTable) -> Decimal | None:
    """The record's amount in the currency of the figures, at the rate of the day it closed."""
    if record.amount is None:
        return None
    if record.amount.currency in {"", rates.base}:
        return record.amount.amount
    day = (record.closed_at or record.created).astimezone(UTC).date()
    worth = rates.convert(record.amount, day)
    # Cells add and take back; whole cents keep such sums exact.
    return None if worth is None else cents(worth)


@lru_cache(maxsize=4096)  # thousands of records fall in few slices
def _slice(value: str) -> str:
    return codec.storable(value)[:_LONGEST_SLICE]


def rewritten(row: RowValues, **changes: str) -> dict[str, str]:
    """The changed columns of a row, and its new checksum."""
    parts = (changes[name] if name in changes else row[name] for name in _SUMMED)
    return {**changes, "row_sum": codec.row_sum(*parts)}


def verify(row: RowValues) -> None:
    """Refuse a row that is not as it was written: a write must not be decided by it."""
    if row["row_sum"] != sum_of(row):
        raise StoreDamaged(
            f"What is kept of {ref_of(row)} is not what was written.",
            hint="Put the state aside and restore its newest backup, or start anew.",
            code="BBM-STORE-009",
        )


def sum_of(row: RowValues) -> str:
    """The checksum over what decides a write; the rest is derived, or found by reading."""
    return codec.row_sum(*_summed(row))


_DECIDING = ("body", "written", "last_written", "inherited", "flag")
_SUMMED = ("kind", "id", *_DECIDING)
_summed = itemgetter(*_SUMMED)
DECIDING = tuple(schema.record.c[name] for name in (*_DECIDING, "row_sum"))
"""What decides a write to a record that is known, with the row's checksum."""


def ref_of(row: RowValues) -> RecordRef:
    return RecordRef(codec.kind_of(row["kind"]), row["id"])


def flag_of(stored: str | None) -> Flag | None:
    """The flag; None outside the scope."""
    return None if stored is None else FLAGS[stored]


# Asking an enum for a member costs several times a look-up.
FLAGS = {flag.value: flag for flag in Flag}


def ids_by_kind(refs: Iterable[RecordRef]) -> dict[RecordKind, list[str]]:
    ids: dict[RecordKind, list[str]] = defaultdict(list)
    for ref in refs:
        ids[ref.kind].append(ref.id)
    return ids


def _to_entry(row: RowValues) -> KeptEntry:
    return KeptEntry(
        entry=StageEntry(row["stage"], row["entered"], row["left"]),
        flag=flag_of(row["flag_then"]),
        version=row["version_then"],
        attributes=codec.StoredValues(row["attributes_then"]),
    )


def _judged_columns(judgement: Judgement) -> dict[str, str | None]:
    verdict, own = judgement.verdict, judgement.record.attributes
    inherited = {k: v for k, v in judgement.attributes.items() if k not in own}
    open_stages = (entry.stage for entry in reversed(judgement.entries) if entry.left is None)
    return {
        "inherited": codec.dump_values(inherited),
        "flag": None if verdict is None else verdict.flag.value,
        "version": None if verdict is None else verdict.version,
        "verdict": None if verdict is None else own_text(verdict),
        "filtered_by": judgement.filtered_by,
        "segment": judgement.segment.value,
        "stage": next(open_stages, None),
    }


def account_of(record: Record) -> str | None:
    """The account a record counts for: itself, its own, or the one it was converted to."""
    if record.ref.kind is RecordKind.ACCOUNT:
        return record.ref.id
    if record.account is not None:
        return record.account.id
    return next((r.id for r in record.converted_to if r.kind is RecordKind.ACCOUNT), None)
