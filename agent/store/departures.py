"""Who went: accounts that left the stage of customers, and renewals that were lost."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import func, select

from agent.store import schema
from agent.store.reading import Reading
from agent.store.rows import COLUMNS, with_entries
from bbm_core.records import Outcome, Record, RecordKind
from bbm_core.scope import Segment


class Departures(Reading):
    """Reads departures; a record that is gone or outside the scope is none."""

    def left_stage(self, stage: str, since: datetime) -> Mapping[str, datetime]:
        """Accounts that were in the stage, are no more, and left it since then: id and moment."""
        record, entry = schema.record, schema.stage_entry
        here = (entry.c.kind == RecordKind.ACCOUNT.value) & (entry.c.stage == stage)
        joined = (record.c.kind == entry.c.kind) & (record.c.id == entry.c.id)
        query = (
            select(entry.c.id, func.max(entry.c.left))
            .join(record, joined)
            .where(here, record.c.gone_at.is_(None), record.c.flag.is_not(None))
            .group_by(entry.c.id)
            # A stay without an end is counted by the one and not by the other.
            .having(func.count() == func.count(entry.c.left), func.max(entry.c.left) >= since)
            .order_by(entry.c.id)
        )
        with self._reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def lost_renewals(self, since: datetime) -> Iterator[Record]:
        """Renewals with an account that were lost since then."""
        table = schema.record
        query = (
            select(*COLUMNS)
            .where(table.c.kind == RecordKind.OPPORTUNITY.value, table.c.gone_at.is_(None))
            .where(table.c.segment == Segment.RENEWAL.value, table.c.flag.is_not(None))
            .order_by(table.c.id)
        )
        with self._reading() as connection:
            kept = list(with_entries(connection, connection.execute(query).mappings()))
        for one in kept:
            record = one.record
            closed = record.closed_at or record.modified
            if record.outcome is Outcome.LOST and closed >= since and one.account:
                yield record
