"""The whole book, read record by record for the figures that cells cannot give."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from sqlalchemy import select

from agent.store import codec, schema
from agent.store.columns import RowValues
from agent.store.reading import Reading, behind
from agent.store.rows import Kept, flag_of, kept_entries, ref_of
from bbm_core.book import BookEntry, BookRecord
from bbm_core.icp.classify import Flag
from bbm_core.records import RecordKind, RecordRef, Value
from bbm_core.scope import Segment


class WholeBook(Reading):
    """Walks the kept records page by page, so that a book of any size fits in memory."""

    def book(self, kind: RecordKind | None = None) -> Iterator[BookRecord]:
        """Every record that is neither gone nor outside the scope, by kind and id.

        Raises:
            StoreDamaged: A row is not what was written.
        """
        after = None
        while page := self.records(kind, after):
            for kept in page:
                flag = kept.flag
                if flag is not None:
                    yield _to_book(kept, flag)
            after = page[-1].ref

    def passages(self) -> Iterator[BookRecord]:
        """The same records in short, for who asks only how each passed the stages and ended.

        What a record says is left out: its statuses, amount, attributes and slices are empty, and
        so are those of its entries; so are the channel, the owner and what it was converted to.
        """
        after = None
        while page := self._passages(after):
            yield from (_to_passage(row, entries) for row, entries in page if row["flag"])
            after = ref_of(page[-1][0])

    def _passages(
        self, after: RecordRef | None, limit: int = 2000
    ) -> Sequence[tuple[RowValues, Sequence[RowValues]]]:
        with self._reading() as connection:
            query = behind(select(*_PASSING), None, after).limit(limit)
            rows = connection.execute(query).mappings().all()
            entries = kept_entries(connection, map(ref_of, rows), _PASSED)
        return [(row, entries.get(ref_of(row), ())) for row in rows]


_PASSING = [
    schema.record.c[name]
    for name in ("kind", "id", "account", "body", "flag", "version", "segment", "amount")
]
_PASSED = [
    schema.stage_entry.c[name] for name in ("kind", "id", "stage", "entered", "left", "flag_then")
]


def _to_passage(row: RowValues, entries: Sequence[RowValues]) -> BookRecord:
    created, outcome, closed_at = codec.load_span(row["body"])
    return BookRecord(
        ref=ref_of(row),
        account=row["account"],
        created=created,
        flag=Flag(row["flag"]),
        version=row["version"] or "",
        segment=Segment(row["segment"]),
        outcome=outcome,
        closed_at=closed_at,
        worth=None if row["amount"] is None else Decimal(row["amount"]),
        entries=tuple(
            BookEntry(e["stage"], e["entered"], e["left"], flag_of(e["flag_then"]), _NOTHING)
            for e in entries
        ),
    )


_NOTHING: Mapping[str, Value] = MappingProxyType({})


def _to_book(kept: Kept, flag: Flag) -> BookRecord:
    record = kept.record
    return BookRecord(
        ref=record.ref,
        account=kept.account,
        created=record.created,
        flag=flag,
        version=kept.version or "",
        segment=kept.segment,
        outcome=record.outcome,
        closed_at=record.closed_at,
        owner=record.owner,
        channel=record.channel,
        amount=record.amount,
        worth=kept.worth,
        converted_at=record.converted_at,
        converted_to=record.converted_to,
        statuses=record.statuses,
        entries=tuple(
            BookEntry(e.entry.stage, e.entry.entered, e.entry.left, e.flag, e.attributes)
            for e in kept.entries
        ),
        attributes=kept.attributes,
        slices=kept.slices,
    )
