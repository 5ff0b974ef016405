"""The decision log: what was decided, by whom, why, what is expected of it, when to look again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import insert, select, update

from agent.store import codec, schema
from agent.store.columns import RowValues
from agent.store.database import Database

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One decision. It is open until somebody closes it."""

    number: int
    at: datetime
    author: str
    body: Json
    review_on: date | None
    closed_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class Decisions(Database):
    """Keeps decisions; none is ever taken out."""

    def decide(self, author: str, body: Json, review_on: date | None, at: datetime) -> int:
        """Keep a decision; its number."""
        table = schema.decision
        row = {
            "at": at,
            "author": codec.storable(author),
            "body": codec.dump(body),
            "review_on": None if review_on is None else review_on.isoformat(),
        }
        with self._writing() as connection:
            statement = insert(table).values(row).returning(table.c.number)
            return int(connection.execute(statement).scalar_one())

    def decisions(self, *, only_open: bool = False) -> tuple[DecisionRow, ...]:
        """Every decision, the newest first."""
        table = schema.decision
        query = select(table).order_by(table.c.number.desc())
        if only_open:
            query = query.where(table.c.closed_at.is_(None))
        with self._reading() as connection:
            return tuple(_row(row) for row in connection.execute(query).mappings())

    def close_decision(self, number: int, note: Json, at: datetime) -> bool:
        """Close a decision with what became of it; False where none of this number is open."""
        table = schema.decision
        with self._writing() as connection:
            mine = (table.c.number == number) & table.c.closed_at.is_(None)
            body = connection.execute(select(table.c.body).where(mine)).scalar()
            if body is None:
                return False
            closed = {**codec.load(body), "after": note}
            connection.execute(
                update(table).where(mine).values(body=codec.dump(closed), closed_at=at)
            )
        return True


def _row(row: RowValues) -> DecisionRow:
    review = row["review_on"]
    return DecisionRow(
        number=row["number"],
        at=row["at"],
        author=row["author"],
        body=MappingProxyType(codec.load(row["body"])),
        review_on=None if review is None else date.fromisoformat(review),
        closed_at=row["closed_at"],
    )
