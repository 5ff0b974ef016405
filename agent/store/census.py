"""Counts over everything that is kept: by kind, by filter, by status; and what is parked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from agent.store import codec, schema
from agent.store.database import Database
from agent.store.rows import ref_of
from bbm_core.icp.classify import Flag
from bbm_core.records import RecordKind, RecordRef


@dataclass(frozen=True, slots=True)
class ParkedRow:
    """A record that could not be kept, why, and since when."""

    ref: RecordRef
    reason: str
    first_seen: datetime
    last_seen: datetime


class Census(Database):
    """Counts records that are not gone."""

    def totals(self) -> Mapping[RecordKind, int]:
        """Records by kind, those outside the scope included."""
        return {RecordKind(kind): number for kind, number in self._count(())}

    def flag_counts(self) -> Mapping[tuple[RecordKind, Flag], int]:
        """Records in scope by kind and today's flag."""
        flag = schema.record.c.flag
        counts = self._count((flag,), flag.is_not(None))
        return {(RecordKind(kind), Flag(name)): number for kind, name, number in counts}

    def filter_counts(self) -> Mapping[tuple[RecordKind, str], int]:
        """Records outside the scope, by kind and the filter that takes them out."""
        name = schema.record.c.filtered_by
        counts = self._count((name,), name.is_not(None))
        return {(RecordKind(kind), found): number for kind, found, number in counts}

    def slice_counts(self, kind: RecordKind) -> Sequence[tuple[Mapping[str, str], int]]:
        """Records of a kind in scope by all of their slices together."""
        row = schema.record.c
        counts = self._count((row.slices,), row.flag.is_not(None), row.kind == kind.value)
        return [(codec.load(slices), number) for _, slices, number in counts]

    def outside_statuses(self) -> Mapping[tuple[RecordKind, str], int]:
        """Present statuses of records in scope that are in no stage now, with their counts.

        That includes statuses that say why a record has left, such as a lost opportunity's;
        which of them no rule names at all, the stage map tells.
        """
        row = schema.record.c
        conditions = (row.filtered_by.is_(None), row.stage.is_(None), row.status.is_not(None))
        counts = self._count((row.status,), *conditions)
        return {(RecordKind(kind), status): number for kind, status, number in counts}

    def parked(self, limit: int = 1000) -> tuple[ParkedRow, ...]:
        """The records that could not be kept, latest first."""
        row = schema.parked.c
        query = select(schema.parked).order_by(row.last_seen.desc(), row.kind, row.id).limit(limit)
        with self._reading() as connection:
            return tuple(
                ParkedRow(ref_of(one), one["reason"], one["first_seen"], one["last_seen"])
                for one in connection.execute(query).mappings()
            )

    def merged_between(self, first: datetime, until: datetime) -> int:
        """Records that were merged into others from the first moment until before the last."""
        row = schema.record.c
        query = select(func.count()).where(
            row.survivor.is_not(None), row.gone_at >= first, row.gone_at < until
        )
        with self._reading() as connection:
            return int(connection.execute(query).scalar_one())

    def _count(
        self, by: Sequence[ColumnElement[Any]], *conditions: ColumnElement[bool]
    ) -> Sequence[Any]:
        """Rows of kind, the columns to count by, and the number."""
        columns = (schema.record.c.kind, *by)
        query = select(*columns, func.count()).where(schema.record.c.gone_at.is_(None), *conditions)
        with self._reading() as connection:
            return connection.execute(query.group_by(*columns).order_by(*columns)).all()
