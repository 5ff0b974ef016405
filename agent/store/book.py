"""The whole book, read record by record for the figures that cells cannot give."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, Select, and_, func, outerjoin, select

from agent.store import codec, schema
from agent.store.reading import Reading
from agent.store.rows import Kept, flag_of
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

    def passages(self, stage: str, since: datetime, until: datetime) -> Sequence[BookRecord]:
        """Records of new business in short, for who asks only how each passed and ended.

        They are those of every account, and every record without one, that has an entry into the
        stage in this time; by kind and id. What a record says is left out: its statuses, amount,
        attributes and slices are empty, and so are those of its entries; so are the channel, the
        owner and what it was converted to.
        """
        with self._reading() as connection:
            rows = connection.execute(_passing(stage, since, until)).all()
        return [_to_passage(list(same)) for _, same in groupby(rows, key=itemgetter(0, 1))]


def _passing(stage: str, since: datetime, until: datetime) -> Select[Any]:
    """A row for each entry, oldest first, and one for a record without any."""
    record, entry = schema.record, schema.stage_entry
    is_its = and_(entry.c.kind == record.c.kind, entry.c.id == record.c.id)
    counts = and_(
        record.c.gone_at.is_(None),
        record.c.flag.is_not(None),
        record.c.segment == Segment.NEW.value,
    )
    counted_for = func.coalesce(record.c.account, record.c.kind + ":" + record.c.id)
    came = (
        select(counted_for)
        .join(entry, is_its)
        .where(counts, entry.c.stage == stage, entry.c.entered >= since, entry.c.entered < until)
    )
    return (
        select(*_PASSING, *_PASSED)
        .select_from(outerjoin(record, entry, is_its))
        .where(counts, counted_for.in_(came))
        .order_by(record.c.kind, record.c.id, entry.c.position)
    )


_PASSING = [
    schema.record.c[name] for name in ("kind", "id", "account", "body", "flag", "version", "amount")
]
_PASSED = [schema.stage_entry.c[name] for name in ("stage", "entered", "left", "flag_then")]


def _to_passage(rows: Sequence[Row[Any]]) -> BookRecord:
    """The record of these rows, which differ in the entry alone."""
    kind, id_, account, body, flag, version, amount = rows[0][: len(_PASSING)]
    created, outcome, closed_at = codec.load_span(body)
    entries = (row[len(_PASSING) :] for row in rows)
    return BookRecord(
        ref=RecordRef(codec.kind_of(kind), id_),
        account=account,
        created=created,
        flag=Flag(flag),
        version=version or "",
        segment=Segment.NEW,
        outcome=outcome,
        closed_at=closed_at,
        worth=None if amount is None else Decimal(amount),
        entries=tuple(
            BookEntry(stage, entered, left, flag_of(then), _NOTHING)
            for stage, entered, left, then in entries
            if stage is not None
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
