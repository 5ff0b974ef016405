"""Writing: collections of 200 records, whose answers are told apart by their position."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bbm_core.records import (
    AGENT_ROLES,
    Answer,
    FieldRole,
    Receipt,
    RecordKind,
    RecordRef,
    Value,
    Write,
)
from connectors.contract import Reading
from connectors.errors import ConfigError
from connectors.salesforce.errors import answer_of, fail
from connectors.salesforce.fields import OBJECTS
from connectors.salesforce.ids import canonical, checked
from connectors.salesforce.session import Session
from connectors.salesforce.values import Unreadable, encoded

WRITES_AT_ONCE: Final = 200

_NO_SENSE: Final = "Salesforce's answer does not say what became of it"


def push(session: Session, reading: Reading, writes: Sequence[Write]) -> Iterator[Receipt]:
    """Send the writes and answer each; nothing is sent if one of them may not be."""
    records = [_body(reading, write) for write in writes]
    for start in range(0, len(writes), WRITES_AT_ONCE):
        end = start + WRITES_AT_ONCE
        body = {"allOrNone": False, "records": records[start:end]}
        answer = session.send("PATCH", "composite/sobjects", body)
        yield from receipts_of([write.ref for write in writes[start:end]], answer)


def receipts_of(refs: Sequence[RecordRef], answer: Any) -> Iterator[Receipt]:
    """One receipt for each ref, in order. What is not said clearly is unknown."""
    listed = answer if isinstance(answer, list) else []
    whole = len(listed) == len(refs)
    for position, ref in enumerate(refs):
        said = listed[position] if position < len(listed) else None
        yield _receipt(ref, said, whole=whole)


def _receipt(ref: RecordRef, said: Any, *, whole: bool) -> Receipt:
    if not isinstance(said, dict):
        return Receipt(ref, Answer.UNKNOWN, _NO_SENSE)
    if said.get("success") is True and _is_about(ref, said.get("id")):
        return Receipt(ref, Answer.APPLIED)
    errors = said.get("errors")
    # A failure has no id: only its position tells whose it is.
    if whole and said.get("success") is False and isinstance(errors, list):
        answer, words = answer_of([one for one in errors if isinstance(one, dict)])
        return Receipt(ref, answer, words)
    return Receipt(ref, Answer.UNKNOWN, _NO_SENSE)


def _is_about(ref: RecordRef, id_: Any) -> bool:
    try:
        return isinstance(id_, str) and canonical(id_) == canonical(ref.id)
    except ValueError:
        return False


def _body(reading: Reading, write: Write) -> dict[str, Any]:
    names = _allowed(reading, write)
    return {
        # First, or Salesforce cannot read the record.
        "attributes": {"type": OBJECTS[write.ref.kind]},
        "id": checked(write.ref),
        **{names[role]: _value(names[role], value) for role, value in write.values.items()},
    }


def _allowed(reading: Reading, write: Write) -> Mapping[FieldRole, str]:
    """The names of the fields to write: declared ones, and never those that people write."""
    declared = reading.kinds[write.ref.kind].written if write.ref.kind in reading.kinds else {}
    strange = [role for role in write.values if role not in AGENT_ROLES or role not in declared]
    if strange:
        raise fail(ConfigError, "BBM-SF-043", _undeclared(strange, write.ref.kind))
    return declared


def _undeclared(roles: Sequence[FieldRole], kind: RecordKind) -> str:
    return f"The agent writes no {' and no '.join(roles)} of a {kind}."


def _value(name: str, value: Value | None) -> Any:
    try:
        return encoded(value)
    except Unreadable as error:
        raise fail(ConfigError, "BBM-SF-043", f"{name} cannot be written: {error}.") from error
