"""What entered a stage in a span of days, record by record: for figures that weeks cannot give."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, case, exists, select

from agent.store import codec, schema
from agent.store.columns import RowValues
from agent.store.database import Database
from agent.store.rows import ref_of
from bbm_core.balance.journey import Journey, Stay
from bbm_core.icp.classify import Flag
from bbm_core.match import Standing
from bbm_core.records import RecordKind, RecordRef, Value
from bbm_core.scope import Segment


@dataclass(frozen=True, slots=True)
class Entered:
    """A record's first entry into a stage, with the flag it had at its judging age."""

    ref: RecordRef
    entered: datetime
    flag: Flag
    segment: Segment
    amount: Decimal | None  # in the org's currency
    account: str | None
    slices: Mapping[str, str]
    attributes: Mapping[str, Value]  # as of the judging age


class Entries(Database):
    """Reads stage entries."""

    def entered(
        self, stage: str, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[Entered]:
        """First entries into the stage of records that count, from `since` until before `until`."""
        with self._reading() as connection:
            for row in connection.execute(_query(stage, since, until)).mappings():
                yield _to_entered(row, row["flag_then"] or row["flag"])

    def present(self, stage: str, at: datetime) -> Iterator[Entered]:
        """Records that count and are in the stage at this moment, with the flag of today.

        Those that entered at the moment itself are not in it yet.
        """
        entry = schema.stage_entry
        query = _entries_of(stage).where(
            entry.c.entered < at, entry.c.left.is_(None) | (entry.c.left >= at)
        )
        with self._reading() as connection:
            for row in connection.execute(query).mappings():
                yield _to_entered(row, row["flag"])

    def journeys(
        self, segment: Segment = Segment.NEW, *, of_accounts: bool = False
    ) -> Iterator[Journey]:
        """Through which stages each record that counts went, by kind and id.

        Args:
            segment: Only records of it.
            of_accounts: Only records of which the account is known.
        """
        query = _stays().where(schema.record.c.segment == segment.value)
        query = query.where(schema.record.c.account.is_not(None)) if of_accounts else query
        with self._reading() as connection:
            rows = connection.execute(query).yield_per(10_000)
            for _, found in groupby(rows, key=lambda row: (row.kind, row.id)):
                yield _to_journey(list(found))


def _to_journey(rows: Sequence[Row[Any]]) -> Journey:
    one = rows[0]
    return Journey(
        ref=RecordRef(_KINDS[one.kind], one.id),
        account=one.account,
        # The CRM names an account on a lead when it is converted, and not before.
        converted=one.kind == _LEAD and one.account is not None and one.standing is None,
        became=() if one.body is None else codec.converted_to(one.body),
        segment=_SEGMENTS[one.segment],
        slices=codec.load(one.slices),
        stays=tuple(
            Stay(row.stage, row.entered, row.left, _FLAGS[row.flag_then or row.flag])
            for row in rows
        ),
    )


def _stays() -> Select[Any]:
    """Every stay of the records that count, record by record."""
    entry, record, match = schema.stage_entry, schema.record, schema.account_match
    matched = (match.c.kind == entry.c.kind) & (match.c.id == entry.c.id)
    is_converted = (record.c.kind == _LEAD) & record.c.account.is_not(None)
    return (
        select(
            match.c.standing,
            entry.c.kind,
            entry.c.id,
            entry.c.stage,
            entry.c.entered,
            entry.c.left,
            entry.c.flag_then,
            record.c.flag,
            record.c.segment,
            record.c.account,
            record.c.slices,
            case((is_converted & match.c.standing.is_(None), record.c.body)).label("body"),
        )
        .join(record, (record.c.kind == entry.c.kind) & (record.c.id == entry.c.id))
        .outerjoin(match, matched & (match.c.standing == Standing.MATCHED.value))
        .where(record.c.gone_at.is_(None), record.c.flag.is_not(None))
        .order_by(entry.c.kind, entry.c.id, entry.c.position)
    )


def _to_entered(row: RowValues, flag: str) -> Entered:
    return Entered(
        ref=ref_of(row),
        entered=row["entered"],
        flag=_FLAGS[flag],
        segment=_SEGMENTS[row["segment"]],
        amount=None if row["amount"] is None else Decimal(row["amount"]),
        account=row["account"],
        slices=codec.load(row["slices"]),
        attributes=codec.StoredValues(row["attributes_then"]),
    )


# Asking an enum for a member costs several times a look-up.
_FLAGS = {flag.value: flag for flag in Flag}
_LEAD = RecordKind.LEAD.value
_KINDS = {kind.value: kind for kind in RecordKind}
_SEGMENTS = {segment.value: segment for segment in Segment}


def _query(stage: str, since: datetime | None, until: datetime | None) -> Select[Any]:
    entry = schema.stage_entry
    earlier = entry.alias()
    came_before = exists().where(
        earlier.c.kind == entry.c.kind,
        earlier.c.id == entry.c.id,
        earlier.c.stage == entry.c.stage,
        earlier.c.position < entry.c.position,
    )
    query = _entries_of(stage).where(~came_before)
    if since is not None:
        query = query.where(entry.c.entered >= since)
    return query if until is None else query.where(entry.c.entered < until)


def _entries_of(stage: str) -> Select[Any]:
    """The entries of records that count, oldest first."""
    entry, record = schema.stage_entry, schema.record
    return (
        select(
            entry.c.kind,
            entry.c.id,
            entry.c.entered,
            entry.c.flag_then,
            entry.c.attributes_then,
            record.c.flag,
            record.c.segment,
            record.c.amount,
            record.c.account,
            record.c.slices,
        )
        .join(record, (record.c.kind == entry.c.kind) & (record.c.id == entry.c.id))
        .where(entry.c.stage == stage, record.c.gone_at.is_(None), record.c.flag.is_not(None))
        .order_by(entry.c.entered, entry.c.kind, entry.c.id)
    )
