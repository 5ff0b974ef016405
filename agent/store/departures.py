"""Who went: accounts that left the stage of customers, and opportunities by how they ended."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from agent.store import codec, schema
from agent.store.reading import Reading
from agent.store.rows import COLUMNS, Kept, to_kept
from bbm_core.records import Outcome, RecordKind
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

    def decided(
        self,
        outcome: Outcome,
        since: datetime,
        until: datetime,
        segments: Iterable[Segment] = tuple(Segment),
    ) -> Iterator[Kept]:
        """Opportunities that ended so in this time, without their entries.

        Those without a closing date are among them, whenever it was. The database looks into the
        text of the records, so that of a large book only these few are decoded.
        """
        table = schema.record
        months = codec.closed_in(since, until)
        query = (
            select(*COLUMNS)
            .where(table.c.kind == RecordKind.OPPORTUNITY.value, table.c.gone_at.is_(None))
            .where(table.c.flag.is_not(None))
            .where(table.c.segment.in_([segment.value for segment in segments]))
            .where(_says(codec.ended(outcome)))
            .where(or_(*(_says(part) for part in months), ~_says(codec.CLOSED)))
            .order_by(table.c.id)
        )
        with self._reading() as connection:
            for row in connection.execute(query).mappings():
                kept = to_kept(row, ())
                closed = kept.record.closed_at
                if kept.record.outcome is outcome and (closed is None or since <= closed <= until):
                    yield kept


def _says(part: str) -> ColumnElement[bool]:
    return schema.record.c.body.contains(part, autoescape=True)
