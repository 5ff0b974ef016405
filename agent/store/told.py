"""What the CRM tells beside its records: a row for each thing a capability told of."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, select

from agent.store import schema
from agent.store.codec import dump, load
from agent.store.database import Database, chunks, put

_MARK = "told.{}.watermark"


@dataclass(frozen=True, slots=True)
class ToldRow:
    """One thing: its id in the CRM, the record it is about (as text; empty: none), the rest."""

    id: str
    body: Mapping[str, Any]
    about: str = ""


def mark(connection: Connection, topic: str, watermark: str) -> None:
    """Note where the next reading begins."""
    put(connection, schema.meta, [{"key": _MARK.format(topic), "value": watermark}])


class ToldBeside(Database):
    """Keeps what capabilities tell, by capability."""

    def keep_told(
        self,
        topic: str,
        rows: Iterable[ToldRow],
        *,
        gone: Collection[str] = (),
        whole: bool = False,
        watermark: str | None = None,
    ) -> None:
        """Keep these rows, and how far that brings us.

        Args:
            topic: the capability, at most 16 characters.
            rows: new and changed ones.
            gone: ids of those that are no more.
            whole: these are all there are; others go.
            watermark: where the next reading begins.
        """
        with self._writing() as connection:
            if whole:
                connection.execute(_of(topic))
            for chunk in chunks(sorted(gone)):
                connection.execute(_of(topic).where(schema.told.c.id.in_(chunk)))
            put(connection, schema.told, [_row(topic, one) for one in rows])
            if watermark is not None:
                mark(connection, topic, watermark)

    def told(self, topic: str) -> tuple[ToldRow, ...]:
        """Everything that was told of this, by id."""
        table = schema.told
        query = select(table).where(table.c.topic == topic).order_by(table.c.id)
        with self._reading() as connection:
            return tuple(map(_told, connection.execute(query)))

    def told_number(self, topic: str) -> int:
        """How many things were told of this."""
        query = select(func.count()).where(schema.told.c.topic == topic)
        with self._reading() as connection:
            return int(connection.execute(query).scalar_one())

    def told_about(self, topic: str, about: Iterable[str]) -> tuple[ToldRow, ...]:
        """What was told about these records, by id."""
        table = schema.told
        found: list[ToldRow] = []
        with self._reading() as connection:
            for chunk in chunks(sorted(set(about))):
                query = select(table).where(table.c.topic == topic, table.c.about.in_(chunk))
                found += map(_told, connection.execute(query))
        return tuple(sorted(found, key=lambda one: one.id))

    def told_watermark(self, topic: str) -> str | None:
        """Where the next reading begins; None: at the beginning."""
        query = select(schema.meta.c.value).where(schema.meta.c.key == _MARK.format(topic))
        with self._reading() as connection:
            return connection.execute(query).scalar() or None

    def forget_told(self, topic: str) -> None:
        """Nothing of this is known any more."""
        with self._writing() as connection:
            connection.execute(_of(topic))
            mark(connection, topic, "")


def _of(topic: str) -> Any:
    return delete(schema.told).where(schema.told.c.topic == topic)


def _row(topic: str, one: ToldRow) -> dict[str, str]:
    return {"topic": topic, "id": one.id, "about": one.about, "body": dump(dict(one.body))}


def _told(row: Any) -> ToldRow:
    return ToldRow(row.id, load(row.body), row.about)
