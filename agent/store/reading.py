"""What is kept, read back: watermarks, and records with their entries and verdicts."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, tuple_, union

from agent.store import codec, schema
from agent.store.database import Database, chunks
from agent.store.rows import (
    COLUMNS,
    Kept,
    ids_by_kind,
    kept_entries,
    kept_rows,
    to_kept,
    with_entries,
)
from bbm_core.judgement import INHERITING
from bbm_core.records import Record, RecordKind, RecordRef, Value, Watermark

_INHERITING = [kind.value for kind in INHERITING]


_OWN = tuple(schema.record.c[name] for name in ("kind", "id", "body"))


class Reading(Database):
    """Reads records."""

    def watermark(self, kind: RecordKind) -> Watermark | None:
        """Where the pull of a kind stands; None when it never kept a page."""
        query = select(schema.watermark.c.value).where(schema.watermark.c.kind == kind.value)
        with self._reading() as connection:
            value = connection.execute(query).scalar()
        return None if value is None else Watermark(value)

    def seen_since(self, kind: RecordKind, moment: datetime) -> tuple[RecordRef, ...]:
        """The records of a kind that were brought from this moment on, kept or parked."""
        kept, parked = schema.record.c, schema.parked.c
        query = union(
            select(kept.id).where(
                kept.kind == kind.value, kept.kept_at >= moment, kept.gone_at.is_(None)
            ),
            select(parked.id).where(parked.kind == kind.value, parked.last_seen >= moment),
        )
        with self._reading() as connection:
            return tuple(RecordRef(kind, id_) for id_ in connection.execute(query).scalars())

    def known(self, refs: Iterable[RecordRef], *, entries: bool = True) -> Mapping[RecordRef, Kept]:
        """Those of the records that are kept, gone ones too; on demand without their entries.

        Raises:
            StoreDamaged: A row is not what was written.
        """
        wanted = list(refs)
        with self._reading() as connection:
            rows = kept_rows(connection, wanted)
            found = kept_entries(connection, rows) if entries else None
        return {
            ref: to_kept(row, None if found is None else found.get(ref, ()))
            for ref, row in rows.items()
        }

    def account_attributes(
        self, refs: Iterable[RecordRef]
    ) -> Mapping[RecordRef, Mapping[str, Value]]:
        """The attributes of those of the accounts that are kept."""
        with self._reading() as connection:
            rows = kept_rows(connection, refs, _OWN)
        return {
            ref: codec.decode_values(codec.load(row["body"]).get("attributes", {}))
            for ref, row in rows.items()
        }

    def accounts_of(self, refs: Iterable[RecordRef]) -> Mapping[RecordRef, str]:
        """The ids of the accounts that these records hang on; those without one are left out."""
        table = schema.record
        found: dict[RecordRef, str] = {}
        with self._reading() as connection:
            for kind, ids in ids_by_kind(refs).items():
                for chunk in chunks(ids):
                    query = select(table.c.id, table.c.account).where(
                        table.c.kind == kind.value,
                        table.c.id.in_(chunk),
                        table.c.account.is_not(None),
                    )
                    pairs = connection.execute(query)
                    found.update((RecordRef(kind, id_), account) for id_, account in pairs)
        return found

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
        query = _behind(kind, after).limit(limit)
        with self._reading() as connection:
            return tuple(with_entries(connection, connection.execute(query).mappings()))


def _behind(kind: RecordKind | None, after: RecordRef | None) -> Select[Any]:
    """The kept records behind `after` that are not gone, by kind and id."""
    table = schema.record
    query = select(*COLUMNS).where(table.c.gone_at.is_(None)).order_by(table.c.kind, table.c.id)
    if kind is not None:
        # One kind is walked by its ids alone: SQLite would not start a pair in mid-index.
        query = query.where(table.c.kind == kind.value)
        return query.where(table.c.id > ("" if after is None else after.id))
    if after is not None:
        return query.where(tuple_(table.c.kind, table.c.id) > (after.kind.value, after.id))
    return query
