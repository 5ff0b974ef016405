"""The audit: a chain of hashes over what was done, with what it was about lying apart.

A line's hash covers the line and the hash before it, so no line can be changed, removed or put in
between unnoticed. The chain holds only a digest of each payload; a payload can be erased, on
request of the person it concerns, without breaking the chain. The salt in it keeps anyone from
guessing an erased payload by its digest.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from agent.store import codec, schema
from agent.store.columns import RowValues, instant_text
from agent.store.database import Database
from agent.store.dialect import execute_many, plain_insert
from bbm_core.records import RecordRef

START = "0" * 64
"""What the first line follows."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done, and to which record."""

    at: datetime
    run: int | None
    name: str
    ref: RecordRef | None
    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A line of the chain; `payload` is None when it was erased."""

    number: int
    at: datetime
    run: int | None
    event: str
    hash: str
    ref: RecordRef | None
    payload: Mapping[str, object] | None


class Audit(Database):
    """Reads, checks and extends the chain."""

    def note(self, event: Event) -> None:
        """Add a line for something other than a write, e.g. a guard that was overruled."""
        with self._writing() as connection:
            append(connection, [event])

    def verify_audit(self) -> int | None:
        """The number of the first line that is not as it was written; None when all are."""
        expected, previous = 1, START
        with self._reading() as connection:
            for row in connection.execute(_chain()).mappings():
                if not _is_intact(row, previous):
                    return expected
                expected, previous = expected + 1, row["hash"]
        return None

    def audit_head(self) -> str:
        """The newest hash; kept elsewhere, it proves later that the end was not cut off."""
        with self._reading() as connection:
            return _head(connection)[1]

    def audit_lines(self, ref: RecordRef | None = None, limit: int = 1000) -> tuple[AuditLine, ...]:
        """The latest lines, of one record or of all, newest first."""
        query = _chain().order_by(None).order_by(schema.audit.c.number.desc()).limit(limit)
        if ref is not None:
            payload = schema.audit_payload
            query = query.where(payload.c.kind == ref.kind.value, payload.c.id == ref.id)
        with self._reading() as connection:
            return tuple(_line(row) for row in connection.execute(query).mappings())

    def erase_payloads(self, ref: RecordRef) -> int:
        """Erase what the audit says about a record; the chain still holds."""
        payload = schema.audit_payload
        statement = delete(payload).where(payload.c.kind == ref.kind.value, payload.c.id == ref.id)
        with self._writing() as connection:
            return connection.execute(statement).rowcount


def append(connection: Connection, events: Sequence[Event]) -> None:
    """Add lines in the caller's transaction."""
    if not events:
        return
    number, previous = _head(connection)
    lines, payloads = [], []
    for event in events:
        number += 1
        line, payload = _written(event, number, previous)
        previous = line["hash"]
        lines.append(line)
        payloads.append(payload)
    execute_many(connection, plain_insert(schema.audit), lines)
    execute_many(connection, plain_insert(schema.audit_payload), payloads)


def _written(event: Event, number: int, previous: str) -> tuple[dict[str, Any], dict[str, Any]]:
    ref = None if event.ref is None else str(event.ref)
    payload = codec.dump({"ref": ref, "salt": secrets.token_hex(16), **event.payload})
    line = {
        "number": number,
        "at": event.at,
        "run": event.run,
        "event": event.name,
        "digest": hashlib.sha256(payload.encode()).hexdigest(),
        "previous": previous,
    }
    about = {
        "number": number,
        "kind": None if event.ref is None else event.ref.kind.value,
        "id": None if event.ref is None else event.ref.id,
        "payload": payload,
    }
    return {**line, "hash": _hash(line)}, about


def _hash(line: Mapping[str, Any]) -> str:
    names = ("number", "run", "event", "digest")
    text = codec.dump({**{name: line[name] for name in names}, "at": instant_text(line["at"])})
    return hashlib.sha256(f"{line['previous']}{text}".encode()).hexdigest()


def _is_intact(row: RowValues, previous: str) -> bool:
    chained: bool = row["previous"] == previous and row["hash"] == _hash(row)
    if row["payload"] is None:
        return chained
    digest: str = row["digest"]
    return chained and hashlib.sha256(row["payload"].encode()).hexdigest() == digest


def _chain() -> Any:
    payload = schema.audit_payload
    columns = (*schema.audit.c, payload.c.kind, payload.c.id, payload.c.payload)
    return (
        select(*columns)
        .join_from(schema.audit, payload, isouter=True)
        .order_by(schema.audit.c.number)
    )


def _head(connection: Connection) -> tuple[int, str]:
    table = schema.audit
    query = select(table.c.number, table.c.hash).order_by(table.c.number.desc()).limit(1)
    row = connection.execute(query).first()
    return (0, START) if row is None else (row.number, row.hash)


def _line(row: RowValues) -> AuditLine:
    payload = None if row["payload"] is None else codec.load(row["payload"])
    ref = payload and payload.get("ref")
    return AuditLine(
        number=row["number"],
        at=row["at"],
        run=row["run"],
        event=row["event"],
        hash=row["hash"],
        ref=codec.parse_ref(ref) if ref else None,
        payload=payload,
    )
