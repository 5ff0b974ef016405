"""What is kept, read back: watermarks, records, and counts over them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select, tuple_

from agent.store import codec, schema
from agent.store.database import Database, chunks
from agent.store.rows import (
    COLUMNS,
    Kept,
    kept_entries,
    kept_rows,
    load_verdict,
    to_kept,
    with_entries,
)
from bbm_core.icp.classify import Flag, Verdict
from bbm_core.judgement import INHERITING
from bbm_core.records import Record, RecordKind, RecordRef, Value, Watermark

_INHERITING = [kind.value for kind in INHERITING]


@dataclass(frozen=True, slots=True)
class ParkedRow:
    """A record that could not be kept, why, and since when."""

    ref: RecordRef
    reason: str
    first_seen: datetime
    last_seen: datetime


class Reading(Database):
    """Reads records and what is counted over all of them."""

    def watermark(self, kind: RecordKind) -> Watermark | None:
        """Where the pull of a kind stands; None when it never kept a page."""
        query = select(schema.watermark.c.value).where(schema.watermark.c.kind == kind.value)
        with self._reading() as connection:
            value = connection.execute(query).scalar()
        return None if value is None else Watermark(value)

    def known(self, refs: Iterable[RecordRef]) -> Mapping[RecordRef, Kept]:
        """Those of the records that are kept, gone ones too.

        Raises:
            StoreDamaged: A row is not what was written.
        """
        wanted = list(refs)
        with self._reading() as connection:
            rows = kept_rows(connection, wanted)
            entries = kept_entries(connection, rows)
        return {ref: to_kept(row, entries.get(ref, ())) for ref, row in rows.items()}

    def verdict(self, ref: RecordRef) -> Verdict | None:
        """The present verdict with its explanation; None outside the scope."""
        table = schema.record
        query = select(table.c.verdict).where(table.c.kind == ref.kind.value, table.c.id == ref.id)
        with self._reading() as connection:
            text = connection.execute(query).scalar()
        return None if text is None else load_verdict(text)

    def account_attributes(
        self, refs: Iterable[RecordRef]
    ) -> Mapping[RecordRef, Mapping[str, Value]]:
        """The attributes of those of the accounts that are kept."""
        with self._reading() as connection:
            rows = kept_rows(connection, refs)
        return {
            ref: codec.decode_values(codec.load(row["body"]).get("attributes", {}))
            for ref, row in rows.items()
        }

    def dependents(self, accounts: Iterable[RecordRef]) -> tuple[Record, ...]:
        """The contacts and opportunities that inherit from these accounts."""
        table = schema.record
        found: list[Record] = []
        with self._reading() as connection:
            for chunk in chunks([ref.id for ref in accounts]):
                query = (
                    select(*COLUMNS)
                    .where(table.c.account.in_(chunk), table.c.kind.in_(_INHERITING))
                    .where(table.c.gone_at.is_(None))
                    .order_by(table.c.kind, table.c.id)
                )
                rows = connection.execute(query).mappings()
                found += [to_kept(row, ()).record for row in rows]
        return tuple(found)

    def records(
        self, kind: RecordKind | None = None, after: RecordRef | None = None, limit: int = 2000
    ) -> tuple[Kept, ...]:
        """The next records behind `after` that are not gone, by kind and id; for whole walks."""
        table = schema.record
        query = select(*COLUMNS).where(table.c.gone_at.is_(None))
        if kind is not None:
            query = query.where(table.c.kind == kind.value)
        if after is not None:
            query = query.where(tuple_(table.c.kind, table.c.id) > (after.kind.value, after.id))
        with self._reading() as connection:
            page = query.order_by(table.c.kind, table.c.id).limit(limit)
            return tuple(with_entries(connection, connection.execute(page).mappings()))

    def totals(self) -> Mapping[RecordKind, int]:
        """Records that are kept and not gone, by kind."""
        table = schema.record
        query = select(table.c.kind, func.count()).where(table.c.gone_at.is_(None))
        return {RecordKind(kind): n for kind, n in self._all(query.group_by(table.c.kind))}

    def flag_counts(self) -> Mapping[tuple[RecordKind, Flag], int]:
        """Records in scope by kind and today's flag."""
        table = schema.record
        query = (
            select(table.c.kind, table.c.flag, func.count())
            .where(table.c.gone_at.is_(None), table.c.flag.is_not(None))
            .group_by(table.c.kind, table.c.flag)
        )
        return {(RecordKind(kind), Flag(flag)): n for kind, flag, n in self._all(query)}

    def filter_counts(self) -> Mapping[tuple[RecordKind, str], int]:
        """Records outside the scope, by kind and the filter that removes them."""
        table = schema.record
        query = (
            select(table.c.kind, table.c.filtered_by, func.count())
            .where(table.c.gone_at.is_(None), table.c.filtered_by.is_not(None))
            .group_by(table.c.kind, table.c.filtered_by)
            .order_by(table.c.kind, table.c.filtered_by)
        )
        return {(RecordKind(kind), name): n for kind, name, n in self._all(query)}

    def outside_statuses(self) -> Mapping[tuple[RecordKind, str], int]:
        """Present statuses of records in scope that are in no stage now, with their counts.

        That includes statuses that say why a record has left, such as a lost opportunity's;
        which of them no rule names at all, the stage map tells.
        """
        table = schema.record
        query = (
            select(table.c.kind, table.c.status, func.count())
            .where(table.c.gone_at.is_(None), table.c.filtered_by.is_(None))
            .where(table.c.stage.is_(None), table.c.status.is_not(None))
            .group_by(table.c.kind, table.c.status)
            .order_by(table.c.kind, table.c.status)
        )
        return {(RecordKind(kind), status): n for kind, status, n in self._all(query)}

    def parked(self, limit: int = 1000) -> tuple[ParkedRow, ...]:
        """The records that could not be kept, latest first."""
        table = schema.parked
        query = select(table).order_by(table.c.last_seen.desc(), table.c.kind, table.c.id)
        return tuple(
            ParkedRow(RecordRef(RecordKind(r.kind), r.id), r.reason, r.first_seen, r.last_seen)
            for r in self._all(query.limit(limit))
        )

    def _all(self, query: Select[Any]) -> list[Row[Any]]:
        with self._reading() as connection:
            return list(connection.execute(query))
