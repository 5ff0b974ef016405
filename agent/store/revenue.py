"""What was won from whom: the amounts of won records, for figures by customer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import exists, select

from agent.store import schema
from agent.store.database import Database
from bbm_core.icp.classify import Flag


@dataclass(frozen=True, slots=True)
class Deal:
    """A won record: its customer, what it brought in the org's currency, today's flag."""

    account: str
    amount: Decimal
    flag: Flag


class Revenue(Database):
    """Reads won records."""

    def deals(self, stage: str, since: datetime) -> Iterator[Deal]:
        """Records with an account and an amount that entered the stage of what is won since then.

        Renewals and expansions belong to it: revenue hangs on them as well.
        """
        record, entry = schema.record, schema.stage_entry
        entered = exists().where(
            entry.c.kind == record.c.kind,
            entry.c.id == record.c.id,
            entry.c.stage == stage,
            entry.c.entered >= since,
        )
        query = (
            select(record.c.account, record.c.amount, record.c.flag)
            .where(
                record.c.gone_at.is_(None),
                record.c.flag.is_not(None),
                record.c.account.is_not(None),
                record.c.amount.is_not(None),
                entered,
            )
            .order_by(record.c.kind, record.c.id)
        )
        with self._reading() as connection:
            for account, amount, flag in connection.execute(query):
                yield Deal(account, Decimal(amount), Flag(flag))
