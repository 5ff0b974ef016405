"""Values as the org keeps them: what was sent, checked against its field and brought to form.

Rows hold values as the wire shows them (times and days as text of fixed width, so that text
order is time order); reading a row then costs nothing.
"""

import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache

from sandbox.salesforce.definitions import Field
from sandbox.salesforce.ids import canonical
from sandbox.salesforce.refusals import Refusal

_TEXTS = ("string", "textarea", "phone", "url", "email", "picklist", "multipicklist")
_NUMBERS = frozenset({"double", "currency", "percent"})


def wire_time(moment: datetime) -> str:
    """A moment as REST answers show it: whole seconds, UTC."""
    return moment.astimezone(UTC).isoformat()[:19] + ".000+0000"


def read_time(text: str) -> datetime:
    """The moment that a text of any accepted form means."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@lru_cache(maxsize=1000)  # a query and its pages name the same time again and again
def as_wire_time(text: str) -> str:
    """A moment of any accepted form as REST answers show it."""
    return wire_time(read_time(text))


def coerce(field: Field, value: object) -> object:
    """The value as it will be kept.

    Raises:
        Refusal: the field cannot hold it.
    """
    if value is None or value == "":
        return None
    rule = _RULES.get(field.type)
    return value if rule is None else rule(field, value)


def _text(field: Field, value: object) -> str | None:
    if not isinstance(value, str):
        if not isinstance(value, int | float | Decimal | bool):
            raise _unparsable(field, value)
        value = str(value).lower() if isinstance(value, bool) else str(value)
    text = value.strip(" \t\r\n")
    if not text.isascii():
        text = _encodable(text)
    if len(text) > field.length:
        raise Refusal(
            "STRING_TOO_LONG",
            f"{field.label}: data value too large: {text[:255]} (max length={field.length})",
            [field.name],
        )
    if text and field.restricted:
        _check_choice(field, text)
    return text or None


def _encodable(text: str) -> str:
    """Half a surrogate pair cannot travel; it is replaced, as any encoder would."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _check_choice(field: Field, text: str) -> None:
    chosen = text.split(";") if field.type == "multipicklist" else [text]
    allowed = {choice.value for choice in field.choices if choice.active}
    for one in chosen:
        if allowed and one not in allowed:
            raise Refusal(
                "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
                f"{field.label}: bad value for restricted picklist field: {one}",
                [field.name],
            )


def _number(field: Field, value: object) -> float | int:
    number = _finite(field, value)
    if field.precision and abs(number) >= 10 ** (field.precision - field.scale):
        raise Refusal(
            "NUMBER_OUTSIDE_VALID_RANGE",
            f"{field.label}: value outside of valid range on numeric field: {value}",
            [field.name],
        )
    return round(number, field.scale)


def _whole(field: Field, value: object) -> int:
    number = _finite(field, value)
    if abs(number) >= 10 ** (field.digits or 9):
        raise Refusal(
            "NUMBER_OUTSIDE_VALID_RANGE",
            f"{field.label}: value outside of valid range on numeric field: {value}",
            [field.name],
        )
    return round(number)


def _finite(field: Field, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise _unparsable(field, value)
    try:
        number = float(value)
    except ValueError as error:
        raise _unparsable(field, value) from error
    if not math.isfinite(number):
        raise _unparsable(field, value)
    return number


def _flag(field: Field, value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise _unparsable(field, value)


def _day(field: Field, value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        raise _unparsable(field, value)
    try:
        return date.fromisoformat(value[:10]).isoformat()
    except ValueError as error:
        raise _unparsable(field, value) from error


def _moment(field: Field, value: object) -> str:
    if isinstance(value, datetime):
        return wire_time(value)
    if not isinstance(value, str):
        raise _unparsable(field, value)
    try:
        return as_wire_time(value)
    except (ValueError, OverflowError) as error:  # in UTC it may lie beyond the last day
        raise _unparsable(field, value) from error


def _reference(field: Field, value: object) -> str:
    known = canonical(value) if isinstance(value, str) else None
    if known is None:
        raise Refusal(
            "MALFORMED_ID", f"{field.label}: id value of incorrect type: {value}", [field.name]
        )
    return known


def _unparsable(field: Field, value: object) -> Refusal:
    kind = {"int": "xsd:int", "boolean": "xsd:boolean", "date": "xsd:date"}.get(field.type, "")
    kind = kind or {"datetime": "xsd:dateTime"}.get(field.type, "xsd:string")
    kind = "xsd:double" if field.type in _NUMBERS else kind
    return Refusal(
        "JSON_PARSER_ERROR",
        f"Cannot deserialize instance of {kind.removeprefix('xsd:')} from value {value!r} "
        "or request may be missing a required field",
        [field.name],
    )


_RULES: dict[str, Callable[[Field, object], object]] = {
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(_NUMBERS, _number),
    "int": _whole,
    "boolean": _flag,
    "date": _day,
    "datetime": _moment,
    "reference": _reference,
    "id": _reference,
}
