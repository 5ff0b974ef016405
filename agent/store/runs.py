"""Runs: what was started, how it ended, and which definitions were in use since when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from agent.store import outbox, schema
from agent.store.codec import dump, load
from agent.store.database import Database, put
from agent.store.dialect import insert_new
from bbm_core.errors import PreconditionError

COMPLETE = "complete"
"""The outcome of a run that did all it was asked to; `last_complete_run` looks for it."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command. `outcome` is empty while it is at work, or when it died."""

    id: int
    command: str
    started: datetime
    finished: datetime | None
    outcome: str
    config_digest: str
    version: str
    counters: Mapping[str, int]
    problems: tuple[str, ...]


class Runs(Database):
    """The org, the runs, and the versions that were seen."""

    def pinned_org(self) -> str | None:
        return self.fact("org_id")

    def pin_org(self, org_id: str, name: str) -> None:
        """Bind this state to one org for good.

        Raises:
            PreconditionError: It is bound to another one.
        """
        pinned = self.pinned_org()
        if pinned not in {None, org_id}:
            raise PreconditionError(
                f"This state belongs to the org {pinned}, not to {org_id}.",
                hint="Check the credentials, or use a state of its own for each org (state.url).",
                code="BBM-STORE-008",
            )
        self.remember({"org_id": org_id, "org_name": name})

    def fact(self, key: str) -> str | None:
        """One remembered fact about the state as a whole."""
        query = select(schema.meta.c.value).where(schema.meta.c.key == key)
        with self._reading() as connection:
            return connection.execute(query).scalar()

    def remember(self, facts: Mapping[str, str]) -> None:
        with self._writing() as connection:
            put(connection, schema.meta, [{"key": k, "value": v} for k, v in facts.items()])

    def begin_run(self, command: str, started: datetime, config_digest: str, version: str) -> int:
        row = {
            "command": command,
            "started": started,
            "config_digest": config_digest,
            "version": version,
        }
        with self._writing() as connection:
            key = connection.execute(insert(schema.run).values(row)).inserted_primary_key
        assert key is not None  # noqa: S101 - an insert into a table with a key returns it
        return int(key[0])

    def finish_run(
        self,
        run: int,
        finished: datetime,
        outcome: str,
        counters: Mapping[str, int],
        problems: Sequence[str] = (),
    ) -> None:
        ending = {
            "finished": finished,
            "outcome": outcome,
            "counters": dump({str(name): count for name, count in counters.items()}),
            "problems": dump([str(problem) for problem in problems]),
        }
        with self._writing() as connection:
            connection.execute(update(schema.run).where(schema.run.c.id == run).values(ending))
            outbox.forget_superseded(connection, run)

    def runs(self, limit: int = 20) -> tuple[Run, ...]:
        """The latest runs, newest first."""
        query = select(schema.run).order_by(schema.run.c.id.desc()).limit(limit)
        with self._reading() as connection:
            return tuple(_run(row) for row in connection.execute(query))

    def run(self, run: int) -> Run | None:
        query = select(schema.run).where(schema.run.c.id == run)
        with self._reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else _run(row)

    def last_complete_run(self) -> Run | None:
        newest = select(func.max(schema.run.c.id)).where(schema.run.c.outcome == COMPLETE)
        query = select(schema.run).where(schema.run.c.id == newest.scalar_subquery())
        with self._reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else _run(row)

    def saw_version(self, thing: str, version: str, at: datetime) -> bool:
        """Note the version of a profile or stage map in use; True when it is new here."""
        row = {"thing": thing, "version": version, "first_seen": at}
        with self._writing() as connection:
            statement = insert_new(connection.dialect, schema.seen_version, ("thing", "version"))
            return connection.execute(statement.values(row)).first() is not None

    def versions(self, thing: str) -> Mapping[str, datetime]:
        """The versions of a thing (`profile`, `stages`) and since when each was seen, in order."""
        table = schema.seen_version
        query = select(table).where(table.c.thing == thing).order_by(table.c.first_seen)
        with self._reading() as connection:
            return MappingProxyType(
                {row.version: row.first_seen for row in connection.execute(query)}
            )


def _run(row: Row[Any]) -> Run:
    return Run(
        id=row.id,
        command=row.command,
        started=row.started,
        finished=row.finished,
        outcome=row.outcome,
        config_digest=row.config_digest,
        version=row.version,
        counters=MappingProxyType(load(row.counters)),
        problems=tuple(load(row.problems)),
    )
