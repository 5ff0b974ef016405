"""Values, records and their parts as JSON and back, without losing a type or a digit."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson

from bbm_core.records import (
    FieldRole,
    Money,
    Outcome,
    Record,
    RecordKind,
    RecordRef,
    StatusEntry,
    Value,
)
from bbm_core.value.money import DatedRate, RateTable

_WIDEST_INT = 2**53 - 1
# Asking an enum for a member, or a member for its value, costs several times a look-up.
_ROLES = {role: role.value for role in FieldRole}
_ROLES_BY_NAME = {role.value: role for role in FieldRole}
_KINDS_BY_NAME = {kind.value: kind for kind in RecordKind}
_PLAIN = frozenset({str, bool, type(None)})
_PLAIN_STORED = frozenset({str, bool, int})


def encode_value(value: Value | None) -> object:
    """The JSON form of a value; what JSON has no type for becomes an object with one key."""
    match value:
        case None | str() | bool():
            return value
        case int():
            return value if abs(value) <= _WIDEST_INT else {"int": str(value)}
        case Decimal():
            return {"decimal": str(value)}
        case datetime():
            return {"datetime": value.astimezone(UTC).isoformat()}
        case date():
            return {"date": value.isoformat()}
        case tuple():
            return list(value)


def decode_value(stored: object) -> Value | None:
    """The value again."""
    match stored:
        case None | str() | int():
            return stored
        case list():
            return tuple(stored)
        case dict():
            for name, text in stored.items():
                if len(stored) == 1 and name in _READERS and isinstance(text, str):
                    return _READERS[name](text)
    raise ValueError(f"not a stored value: {stored!r}")


_READERS: Mapping[str, Callable[[str], Value]] = {
    "datetime": datetime.fromisoformat,
    "decimal": Decimal,
    "date": date.fromisoformat,
    "int": int,
}


def encode_values(values: Mapping[str, Value] | Mapping[str, Value | None]) -> dict[str, object]:
    return {
        key: value if type(value) in _PLAIN else encode_value(value)
        for key, value in values.items()
    }


def decode_values(stored: Mapping[str, object]) -> dict[str, Value]:
    """Values by name; an empty one is a missing one."""
    values: dict[str, Any] = {
        key: value if type(value) in _PLAIN_STORED else decode_value(value)
        for key, value in stored.items()
        if value is not None
    }
    return values


def dump(value: object) -> str:
    """Canonical JSON: the same value gives the same text, so texts can be compared and hashed."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError:
        # A lone surrogate cannot be kept by any database; the rest of the record still can.
        return orjson.dumps(_without_surrogates(value), option=orjson.OPT_SORT_KEYS).decode()


def dumped(text: str) -> object:
    """Text of `dump`, to be put into something else that is dumped, as it stands."""
    return orjson.Fragment(text)


def load(text: str) -> Any:
    return orjson.loads(text)


def dump_values(values: Mapping[str, Value] | Mapping[str, Value | None]) -> str:
    return dump(encode_values(values)) if values else "{}"


def load_values(text: str) -> dict[str, Value]:
    return decode_values(orjson.loads(text)) if text != "{}" else {}


def encode_written(
    values: Mapping[FieldRole, Value] | Mapping[FieldRole, Value | None],
) -> dict[str, object]:
    return encode_values({_ROLES[role]: value for role, value in values.items()})


def dump_written(values: Mapping[FieldRole, Value] | Mapping[FieldRole, Value | None]) -> str:
    return dump(encode_written(values)) if values else "{}"


def load_written(text: str) -> dict[FieldRole, Value]:
    return {_role(k): v for k, v in load_values(text).items()} if text != "{}" else {}


class StoredValues(Mapping[str, Value]):
    """Values by name, decoded when first looked at: whole books are walked for a few of them."""

    __slots__ = ("_text", "_values")

    def __init__(self, text: str) -> None:
        self._text = text
        self._values: Mapping[str, Value] | None = None

    def __getitem__(self, name: str) -> Value:
        return self._decoded()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._decoded())

    def __len__(self) -> int:
        return len(self._decoded())

    def _decoded(self) -> Mapping[str, Value]:
        if self._values is None:
            self._values, self._text = load_values(self._text), ""
        return self._values


def load_new_values(text: str) -> dict[FieldRole, Value | None]:
    """The values of a write, where None clears a field."""
    return {
        _role(key): value if type(value) in _PLAIN_STORED else decode_value(value)
        for key, value in orjson.loads(text).items()
    }


def without(stored: str, name: str) -> str:
    """Stored values but for one of them."""
    if name not in stored:
        return stored
    values = orjson.loads(stored)
    values.pop(name, None)
    return dump(values)


def merge_written(stored: str, new: str) -> str:
    """Stored values with a write's over them; both stay JSON, which is far less work."""
    if stored == "{}" and "null" not in new:
        return new
    merged = {**orjson.loads(stored), **orjson.loads(new)}
    return dump({role: value for role, value in merged.items() if value is not None})


def dump_body(record: Record) -> str:
    """What a record says, apart from its name, its time of change and the agent's own fields."""
    body: dict[str, object] = {"created": record.created.astimezone(UTC).isoformat()}
    if record.statuses:
        body["statuses"] = [[s.status, s.at.astimezone(UTC).isoformat()] for s in record.statuses]
    if record.attributes:
        body["attributes"] = encode_values(record.attributes)
    if record.amount is not None:
        body["amount"] = [str(record.amount.amount), record.amount.currency]
    if record.outcome is not Outcome.OPEN:
        body["outcome"] = record.outcome.value
    body.update(_optional_parts(record))
    return dump(body)


CLOSED = '"closed_at":'
"""How a kept body says that a record has a closing date."""


def ended(outcome: Outcome) -> str:
    """How a kept body says that a record ended so."""
    return f'"outcome":"{outcome.value}"'


def closed_in(since: datetime, until: datetime) -> Iterator[str]:
    """How kept bodies say that a record was closed in one of these months."""
    first, last = (at.astimezone(UTC) for at in (since, until))
    for month in range(12 * first.year + first.month - 1, 12 * last.year + last.month):
        yield f'{CLOSED}"{month // 12:04}-{month % 12 + 1:02}'


def load_record(
    ref: RecordRef, modified: datetime, body: str, written: Mapping[FieldRole, Value]
) -> Record:
    stored = orjson.loads(body)
    amount = stored.get("amount")
    return Record(
        ref=ref,
        created=datetime.fromisoformat(stored["created"]),
        modified=modified,
        statuses=tuple(
            [StatusEntry(s, datetime.fromisoformat(at)) for s, at in stored.get("statuses", ())]
        ),
        outcome=Outcome(stored["outcome"]) if "outcome" in stored else Outcome.OPEN,
        closed_at=_moment(stored.get("closed_at")),
        owner=stored.get("owner"),
        channel=stored.get("channel"),
        amount=Money(Decimal(amount[0]), amount[1]) if amount else None,
        account=parse_ref(stored["account"]) if "account" in stored else None,
        converted_at=_moment(stored.get("converted_at")),
        converted_to=tuple(map(parse_ref, stored.get("converted_to", ()))),
        attributes=decode_values(stored.get("attributes", {})),
        written=written,
        sealed=stored.get("sealed", False),
    )


def load_span(body: str) -> tuple[datetime, Outcome, datetime | None]:
    """When a record came, how it stands and when it was closed; the rest is not read."""
    stored = orjson.loads(body)
    outcome = Outcome(stored["outcome"]) if "outcome" in stored else Outcome.OPEN
    return datetime.fromisoformat(stored["created"]), outcome, _moment(stored.get("closed_at"))


def encode_rates(rates: RateTable) -> Mapping[str, Any]:
    """A table of currencies as JSON."""
    return {
        "currency": rates.base,
        "rates": {currency: str(rate) for currency, rate in sorted(rates.rates.items())},
        "dated": {
            currency: sorted([one.since.isoformat(), str(one.rate)] for one in dated)
            for currency, dated in sorted(rates.dated.items())
        },
    }


def decode_rates(stored: Mapping[str, Any]) -> RateTable:
    """The table again; a state from before there was one names its currency alone."""
    return RateTable(
        stored["currency"],
        {currency: Decimal(rate) for currency, rate in stored.get("rates", {}).items()},
        {
            currency: tuple(DatedRate(date.fromisoformat(day), Decimal(r)) for day, r in dated)
            for currency, dated in stored.get("dated", {}).items()
        },
    )


def parse_ref(text: str) -> RecordRef:
    """The ref that prints as this text."""
    kind, _, record_id = text.partition(":")
    return RecordRef(kind_of(kind), record_id)


def kind_of(name: str) -> RecordKind:
    return _KINDS_BY_NAME.get(name) or RecordKind(name)


def converted_to(body: str) -> tuple[RecordRef, ...]:
    """The records that a kept one was converted to, without reading the rest of it."""
    return tuple(map(parse_ref, load(body).get("converted_to", ())))


def fingerprint(record: Record) -> str:
    """A digest of what the record says; our own writes and mere touches do not change it."""
    return digest_of(dump_body(record))


def storable(text: str) -> str:
    """The text without what no database column takes: NUL, and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def digest_of(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def row_sum(*parts: str | None) -> str:
    """A checksum over the parts of a row, to notice a damaged file before it is acted on."""
    joined = "\x1f".join(["\x1e" if part is None else part for part in parts])
    return hashlib.blake2b(joined.encode(), digest_size=8).hexdigest()


def _optional_parts(record: Record) -> dict[str, object]:
    parts: dict[str, object] = {}
    if record.closed_at is not None:
        parts["closed_at"] = record.closed_at.astimezone(UTC).isoformat()
    if record.owner is not None:
        parts["owner"] = record.owner
    if record.channel is not None:
        parts["channel"] = record.channel
    if record.account is not None:
        parts["account"] = str(record.account)
    if record.converted_at is not None:
        parts["converted_at"] = record.converted_at.astimezone(UTC).isoformat()
    if record.converted_to:
        parts["converted_to"] = [str(ref) for ref in record.converted_to]
    if record.sealed:
        parts["sealed"] = True
    return parts


def _role(name: str) -> FieldRole:
    return _ROLES_BY_NAME.get(name) or FieldRole(name)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _without_surrogates(value: object) -> object:
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case dict():
            return {str(_without_surrogates(k)): _without_surrogates(v) for k, v in value.items()}
        case list() | tuple():
            return [_without_surrogates(inner) for inner in value]
        case _:
            return value
