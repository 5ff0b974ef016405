"""Single values, between Salesforce's JSON and the core's types."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from bbm_core.records import Value


class Unreadable(ValueError):
    """A value is not what its field holds."""


LONGEST_TEXT: Final = 32_000
"""Longer texts are cut; nothing that is judged is longer."""

_NUMBERS: Final = frozenset({"double", "percent", "currency", "int"})
_UNSPEAKABLE: Final = re.compile("[\x00\ud800-\udfff]")
_TO_SECONDS: Final = len("2026-01-31T00:00:00")
_LARGEST_EXPONENT: Final = 40  # a larger figure means nothing, and costs time to count with


def decoded(type_: str, raw: Any) -> Value | None:
    """The value of a field of that type; nothing when it is empty.

    Raises:
        Unreadable: it is not what a field of that type holds.
    """
    if raw is None or raw == "":
        return None
    value: Value | None = _DECODERS.get(type_, _text)(raw)
    return value


def own(type_: str, raw: Any) -> Value | None:
    """The value of a field of ours; its number is a whole one unless somebody else wrote it."""
    if type_ not in _NUMBERS:
        return decoded(type_, raw)
    value = decoded("double", raw)
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value


def moment(raw: Any) -> datetime:
    """A time, aware and in UTC."""
    if not isinstance(raw, str):
        raise Unreadable("a time is a text")
    return _moment(raw)


@lru_cache(maxsize=1 << 14)  # a row's time is asked for several times, and many rows share one
def _moment(raw: str) -> datetime:
    read = datetime.fromisoformat(raw)
    if read.tzinfo is None:
        raise Unreadable("a time has a zone")
    return read.astimezone(UTC)


def day(raw: Any) -> date:
    if not isinstance(raw, str):
        raise Unreadable("a date is a text")
    return date.fromisoformat(raw)


def clean(text: str) -> str:
    """The text without NUL and without halves of signs, which no file or store takes."""
    if len(text) <= LONGEST_TEXT and (text.isprintable() or _is_plain(text)):
        return text  # nearly every text: looking costs a fifth of replacing nothing
    return _UNSPEAKABLE.sub(_replacement, text[:LONGEST_TEXT])


def encoded(value: Value | None) -> Any:
    """What goes into a request's JSON for a value.

    Raises:
        Unreadable: JSON has no such value.
    """
    if isinstance(value, str):
        return clean(value).strip() or None
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()[:_TO_SECONDS] + ".000+0000"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return _json_number(value)
    if isinstance(value, tuple):
        return ";".join(value)
    return value


def _is_plain(text: str) -> bool:
    return text.isascii() and "\x00" not in text


def _replacement(found: re.Match[str]) -> str:
    return "" if found[0] == "\x00" else "\ufffd"


def _text(raw: Any) -> str | None:
    if not isinstance(raw, str):
        raise Unreadable("a text is a text")
    return clean(raw).strip() or None


def _number(raw: Any) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        raise Unreadable("a number is a number")
    number = Decimal(raw)
    if not number.is_finite() or abs(number.adjusted()) > _LARGEST_EXPONENT:
        raise Unreadable("a number is out of all proportion")
    return number


def _whole(raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise Unreadable("a whole number is a whole number")
    return raw


def _truth(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise Unreadable("a checkbox is true or false")
    return raw


def _choices(raw: Any) -> tuple[str, ...] | None:
    if not isinstance(raw, str):
        raise Unreadable("a choice is a text")
    return tuple(one for part in raw.split(";") if (one := clean(part).strip())) or None


def _json_number(value: Decimal) -> int | float:
    if not value.is_finite():
        raise Unreadable("a number is finite")
    return int(value) if value == value.to_integral_value() else float(value)


_DECODERS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "boolean": _truth,
        "currency": _number,
        "date": day,
        "datetime": moment,
        "double": _number,
        "int": _whole,
        "multipicklist": _choices,
        "percent": _number,
    }
)
"""By describe's type; every other type is a text."""
