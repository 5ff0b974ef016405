"""Writing: collections of 200 records, told apart by their position; or jobs, where many wait."""

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
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.errors import answer_of, fail, schema_error
from connectors.salesforce.fields import OBJECTS
from connectors.salesforce.ids import canonical, checked
from connectors.salesforce.ingest import MOST_ROWS, NOT_READ, Ingest, Line
from connectors.salesforce.session import Session
from connectors.salesforce.values import Unreadable, encoded

WRITES_AT_ONCE: Final = 200

_DUPLICATE: Final = "DUPLICATES_DETECTED"
_NO_SENSE: Final = "Salesforce's answer does not say what became of it"


class Pusher:
    """Writes by collections, and by bulk jobs where there are many."""

    def __init__(self, session: Session, reading: Reading, config: SalesforceConfig) -> None:
        self._session = session
        self._reading = reading
        self._bulk_from = config.bulk_write_from
        self._permission_set = config.permission_set
        self._ingest = Ingest(session, config.bulk_minutes, config.permission_set)
        self._knows_outcomes = False

    def batch_size(self, planned: int) -> int:
        return min(planned, MOST_ROWS) if planned >= self._bulk_from else WRITES_AT_ONCE

    def push(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        """Send the writes and answer each; nothing is sent if one of them may not be."""
        lines = [_line(self._reading, write) for write in writes]
        if len(lines) < self._bulk_from:
            self._knows_outcomes = True
            yield from self._by_collections(lines)
            return
        self._knows_outcomes = False  # until every job has ended and told of each write
        unknown = 0
        for receipt in self._by_jobs(lines):
            unknown += receipt.answer is Answer.UNKNOWN
            yield receipt
        self._knows_outcomes = not unknown

    def settle(self) -> None:
        """Wait for jobs of somebody who died or gave up, so that reading tells the outcome."""
        if not self._knows_outcomes:
            self._ingest.settle()
        self._knows_outcomes = True

    def _by_jobs(self, lines: Sequence[Line]) -> Iterator[Receipt]:
        yield from self._by_collections([line for line in lines if not line.is_sayable])
        for kind in dict.fromkeys(line.ref.kind for line in lines):
            some = [line for line in lines if line.ref.kind is kind and line.is_sayable]
            yield from self._by_job(kind, some)

    def _by_job(self, kind: RecordKind, lines: Sequence[Line]) -> Iterator[Receipt]:
        """What a job cannot write goes again by collections.

        It knows no header that lets duplicates pass, and a table that Salesforce would not read
        fails alike every time.
        """
        stopped: list[RecordRef] = []
        for receipt in self._ingest.write(kind, lines):
            is_duplicate = receipt.answer is Answer.REFUSED and _DUPLICATE in receipt.refusal
            if is_duplicate or (receipt.answer is Answer.BUSY and NOT_READ in receipt.refusal):
                stopped.append(receipt.ref)
            else:
                yield receipt
        again = set(stopped)
        yield from self._by_collections([line for line in lines if line.ref in again])

    def _by_collections(self, lines: Sequence[Line]) -> Iterator[Receipt]:
        for start in range(0, len(lines), WRITES_AT_ONCE):
            some = lines[start : start + WRITES_AT_ONCE]
            body = {"allOrNone": False, "records": [_body(line) for line in some]}
            answer = self._session.send("PATCH", "composite/sobjects", body)
            yield from receipts_of([line.ref for line in some], answer, self._permission_set)


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


def _line(reading: Reading, write: Write) -> Line:
    names = _allowed(reading, write)
    checked(write.ref)
    values = {names[role]: _value(names[role], value) for role, value in write.values.items()}
    return Line(write.ref, values)


def _body(line: Line) -> dict[str, Any]:
    # The type comes first, or Salesforce cannot read the record.
    return {
        "attributes": {"type": OBJECTS[line.ref.kind]},
        "id": checked(line.ref),
        **line.values,
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
