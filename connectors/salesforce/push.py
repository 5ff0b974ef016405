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
from connectors.salesforce.errors import answer_of, fail, schema_error
from connectors.salesforce.fields import OBJECTS
from connectors.salesforce.ids import canonical, checked
from connectors.salesforce.session import Session
from connectors.salesforce.values import Unreadable, encoded

WRITES_AT_ONCE: Final = 200

_NO_SENSE: Final = "Salesforce's answer does not say what became of it"


def push(
    session: Session, reading: Reading, writes: Sequence[Write], permission_set: str
) -> Iterator[Receipt]:
    """Send the writes and answer each; nothing is sent if one of them may not be."""
    records = [_body(reading, write) for write in writes]
    for start in range(0, len(writes), WRITES_AT_ONCE):
        end = start + WRITES_AT_ONCE
        body = {"allOrNone": False, "records": records[start:end]}
        answer = session.send("PATCH", "composite/sobjects", body)
        refs = [write.ref for write in writes[start:end]]
        yield from receipts_of(refs, answer, permission_set)


def receipts_of(
    refs: Sequence[RecordRef], answer: Any, permission_set: str = ""
) -> Iterator[Receipt]:
    """One receipt for each ref, in order. What is not said clearly is unknown.

    Raises:
        MissingPermission: a field may not be written, which no record can help.
    """
    listed = answer if isinstance(answer, list) else []
    # A failure has no id: only its position in a whole answer tells whose it is.
    whole = len(listed) == len(refs)
    for position, ref in enumerate(refs):
        said = listed[position] if position < len(listed) else None
        errors = _errors(said) if whole else None
        if errors is None:
            yield _success(ref, said)
        elif error := schema_error(errors, permission_set):
            raise error
        else:
            yield Receipt(ref, *answer_of(errors))


def _errors(said: Any) -> list[Mapping[str, Any]] | None:
    """What Salesforce says against a record; nothing when it does not clearly refuse it."""
    errors = said.get("errors") if isinstance(said, dict) else None
    if not isinstance(errors, list) or said.get("success") is not False:
        return None
    return [one for one in errors if isinstance(one, dict)]


def _success(ref: RecordRef, said: Any) -> Receipt:
    if isinstance(said, dict) and said.get("success") is True and _is_about(ref, said.get("id")):
        return Receipt(ref, Answer.APPLIED)
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
