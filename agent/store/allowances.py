"""API calls by org and day (UTC): what was reserved, and what the CRM says was used."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from agent.store import schema
from agent.store.database import Database
from agent.store.dialect import upsert


@dataclass(frozen=True, slots=True)
class Allowance:
    """One org's day. `used` and `limit` are the CRM's own figures; None until it stated them."""

    reserved: int = 0
    used: int | None = None
    limit: int | None = None


class Allowances(Database):
    """Counts calls before they are made."""

    def allowance(self, org: str, day: date) -> Allowance:
        table = schema.allowance
        query = select(table).where(table.c.org == org, table.c.day == day.isoformat())
        with self._reading() as connection:
            row = connection.execute(query).first()
        return Allowance() if row is None else Allowance(row.reserved, row.used, row.limit_calls)

    def reserve_calls(self, org: str, day: date, calls: int) -> int:
        """Count calls as made (or, below zero, give them back); the day's total afterwards."""
        table = schema.allowance
        row = {"org": org, "day": day.isoformat(), "reserved": calls}
        with self._writing() as connection:
            raised = {"reserved": table.c.reserved + calls}
            connection.execute(upsert(connection.dialect, table, raised).values(row))
            query = select(table.c.reserved).where(table.c.org == org, table.c.day == row["day"])
            return int(connection.execute(query).scalar_one())

    def observe_calls(self, org: str, day: date, used: int, limit: int) -> None:
        """Keep what the CRM states; of two statements of one day the higher use counts."""
        known = self.allowance(org, day).used
        row = {
            "org": org,
            "day": day.isoformat(),
            "used": max(used, known or 0),
            "limit_calls": limit,
        }
        with self._writing() as connection:
            statement = upsert(connection.dialect, schema.allowance, ["used", "limit_calls"])
            connection.execute(statement.values(row))
