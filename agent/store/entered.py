"""What entered a stage in a span of days, record by record: for figures that weeks cannot give."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, exists, select

from agent.store import codec, schema
from agent.store.database import Database
from agent.store.rows import ref_of
from bbm_core.icp.classify import Flag
from bbm_core.records import RecordRef
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


class Entries(Database):
    """Reads stage entries."""

    def entered(
        self, stage: str, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[Entered]:
        """First entries into the stage of records that count, from `since` until before `until`."""
        with self._reading() as connection:
            for row in connection.execute(_query(stage, since, until)).mappings():
                yield Entered(
                    ref=ref_of(row),
                    entered=row["entered"],
                    flag=Flag(row["flag_then"] or row["flag"]),
                    segment=Segment(row["segment"]),
                    amount=None if row["amount"] is None else Decimal(row["amount"]),
                    account=row["account"],
                    slices=codec.load(row["slices"]),
                )


def _query(stage: str, since: datetime | None, until: datetime | None) -> Select[Any]:
    entry, record = schema.stage_entry, schema.record
    earlier = entry.alias()
    came_before = exists().where(
        earlier.c.kind == entry.c.kind,
        earlier.c.id == entry.c.id,
        earlier.c.stage == entry.c.stage,
        earlier.c.position < entry.c.position,
    )
    query = (
        select(
            entry.c.kind,
            entry.c.id,
            entry.c.entered,
            entry.c.flag_then,
            record.c.flag,
            record.c.segment,
            record.c.amount,
            record.c.account,
            record.c.slices,
        )
        .join(record, (record.c.kind == entry.c.kind) & (record.c.id == entry.c.id))
        .where(entry.c.stage == stage, record.c.gone_at.is_(None), record.c.flag.is_not(None))
        .where(~came_before)
        .order_by(entry.c.entered, entry.c.kind, entry.c.id)
    )
    if since is not None:
        query = query.where(entry.c.entered >= since)
    return query if until is None else query.where(entry.c.entered < until)
