"""Incidents and the alert outbox: what people are told, each transition once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Select, or_, select, update

from agent.store import codec, schema
from agent.store.columns import RowValues
from agent.store.database import Database, put
from agent.store.dialect import insert_new

Json = Mapping[str, Any]

_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)


class AlertState(StrEnum):
    """Where an alert stands."""

    PENDING = "pending"
    SENDING = "sending"  # handed over, or about to be; found so at start, it is unknown
    SENT = "sent"
    FAILED = "failed"  # given up: the channel is gone, or the token is


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One transition of an incident, to be told or told."""

    id: int
    key: str
    episode: int
    transition: str
    message: Json
    state: AlertState
    attempts: int
    queued_at: datetime
    posted: str  # the channel's own id of the message (Slack's ts), empty until it is known
    problem: str


class Incidents(Database):
    """Keeps incidents, and each transition until it is told."""

    def save_incident(  # noqa: PLR0913 - an incident and its message are kept together
        self,
        key: str,
        body: Json,
        at: datetime,
        *,
        episode: int = 0,
        transition: str = "",
        message: Json | None = None,
    ) -> bool:
        """Keep an incident and, with a transition, queue its message in the same transaction.

        Returns:
            Whether a message was queued; one that was queued before is not queued again.
        """
        with self._writing() as connection:
            put(
                connection,
                schema.incident,
                [{"key": key, "body": codec.dump(body), "saved_at": at}],
            )
            if message is None:
                return False
            return _queue(connection, _new_row(key, episode, transition, message, at))

    def incident(self, key: str) -> Json | None:
        query = select(schema.incident.c.body).where(schema.incident.c.key == key)
        with self._reading() as connection:
            body = connection.execute(query).scalar()
        return None if body is None else MappingProxyType(codec.load(body))

    def incidents(self) -> Mapping[str, Json]:
        """Every incident that was ever kept, by key."""
        table = schema.incident
        query = select(table.c.key, table.c.body).order_by(table.c.key)
        with self._reading() as connection:
            return {key: codec.load(body) for key, body in connection.execute(query)}

    def queue_alert(
        self, key: str, episode: int, transition: str, message: Json, at: datetime
    ) -> bool:
        """Queue a message about a transition; False when that transition was queued before."""
        with self._writing() as connection:
            return _queue(connection, _new_row(key, episode, transition, message, at))

    def pending_alerts(self, now: datetime) -> tuple[AlertRow, ...]:
        """What is to be told now, in the order in which it happened."""
        table = schema.alert
        is_time = or_(table.c.not_before.is_(None), table.c.not_before <= now)
        query = select(table).where(table.c.state == AlertState.PENDING.value, is_time)
        return self._alerts(query.order_by(table.c.number))

    def alerts_in_doubt(self) -> tuple[AlertRow, ...]:
        """What was being sent when an earlier run died: perhaps people have read it already."""
        table = schema.alert
        query = select(table).where(table.c.state == AlertState.SENDING.value)
        return self._alerts(query.order_by(table.c.number))

    def alerts(self, limit: int = 100) -> tuple[AlertRow, ...]:
        """The latest alerts, newest first."""
        table = schema.alert
        return self._alerts(select(table).order_by(table.c.number.desc()).limit(limit))

    def mark_sending(self, alert: int) -> None:
        """Note, before it is sent, that an alert may be on its way."""
        table = schema.alert
        self._set(alert, state=AlertState.SENDING.value, attempts=table.c.attempts + 1)

    def alert_sent(self, alert: int, posted: str, at: datetime) -> None:
        state = AlertState.SENT.value
        self._set(alert, state=state, posted=posted, sent_at=at, not_before=None, problem="")

    def alert_failed(
        self, alert: int, problem: str, at: datetime, *, for_good: bool, wait_seconds: float = 0.0
    ) -> None:
        """Offer it again later, each time after a longer wait, or give up for good."""
        if for_good:
            self._set(alert, state=AlertState.FAILED.value, problem=codec.storable(problem))
            return
        table = schema.alert
        with self._writing() as connection:
            query = select(table.c.attempts).where(table.c.number == alert)
            attempts = connection.execute(query).scalar_one()
            wait = min(_FIRST_WAIT * 2 ** min(max(attempts - 1, 0), 10), _LONGEST_WAIT)
            connection.execute(
                update(table)
                .where(table.c.number == alert)
                .values(
                    state=AlertState.PENDING.value,
                    problem=codec.storable(problem),
                    not_before=at + max(wait, timedelta(seconds=wait_seconds)),
                )
            )

    def posted_message(self, key: str, episode: int) -> str | None:
        """The channel's id of the episode's message, to update it in place."""
        table = schema.alert
        query = (
            select(table.c.posted)
            .where(table.c.key == key, table.c.episode == episode, table.c.posted != "")
            .order_by(table.c.number)
            .limit(1)
        )
        with self._reading() as connection:
            return connection.execute(query).scalar()

    def _set(self, alert: int, **values: Any) -> None:
        table = schema.alert
        with self._writing() as connection:
            connection.execute(update(table).where(table.c.number == alert).values(**values))

    def _alerts(self, query: Select[Any]) -> tuple[AlertRow, ...]:
        with self._reading() as connection:
            return tuple(_row(row) for row in connection.execute(query).mappings())


def _new_row(
    key: str, episode: int, transition: str, message: Json, at: datetime
) -> dict[str, object]:
    return {
        "key": key,
        "episode": episode,
        "transition": transition,
        "message": codec.dump(message),
        "state": AlertState.PENDING.value,
        "queued_at": at,
    }


def _queue(connection: Connection, row: dict[str, object]) -> bool:
    unique = ("key", "episode", "transition")
    statement = insert_new(connection.dialect, schema.alert, unique).values(row)
    return connection.execute(statement).first() is not None


def _row(row: RowValues) -> AlertRow:
    return AlertRow(
        id=row["number"],
        key=row["key"],
        episode=row["episode"],
        transition=row["transition"],
        message=MappingProxyType(codec.load(row["message"])),
        state=AlertState(row["state"]),
        attempts=row["attempts"],
        queued_at=row["queued_at"],
        posted=row["posted"],
        problem=row["problem"],
    )
