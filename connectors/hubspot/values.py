"""Single values: HubSpot stores texts, the core sees types."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bbm_core.records import FieldRole, Value
from connectors.hubspot.schema import Definition, Parser

MOST_CHARACTERS: Final = 32_000
is_canonical: Final = re.compile(r"[1-9][0-9]{0,19}").fullmatch
"""Whether a text is an id as HubSpot writes them: decimal digits, no zero before them."""
_MOST_DIGITS: Final = 30
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# People write 9999-12-31 for "never"; a time zone or a week would push it out of the calendar.
_EARLIEST: Final = datetime(2, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(9998, 12, 31, tzinfo=UTC)
_ENDS: Final = ("0001-", "9999-")
_MILLISECONDS: Final = re.compile(r"-?\d{5,}", re.ASCII)
_DIGITS: Final = re.compile(r"\d{1,20}", re.ASCII)
_UNWANTED: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def clean_text(text: str) -> str:
    """The text without what breaks stores and terminals, and not longer than anybody reads."""
    if text.isprintable() and len(text) <= MOST_CHARACTERS:  # as nearly every one is
        return text.strip()
    return _UNWANTED.sub("", text)[:MOST_CHARACTERS].strip()


def time_of(text: str) -> datetime:
    """A moment, written in ISO 8601 or as milliseconds since 1970.

    One in the first or last year of the calendar comes as the nearest that can be reckoned with.

    Raises:
        ValueError: it is neither.
    """
    try:
        if text.endswith("Z") and not text.startswith(_ENDS):  # nearly every one
            return datetime.fromisoformat(text)
    except ValueError:
        raise _no_moment(text) from None
    return min(max(_moment_in(text), _EARLIEST), _LATEST)


def date_of(text: str) -> date:
    """A day, written in ISO 8601 or as the milliseconds of its midnight in UTC.

    Raises:
        ValueError: it is neither.
    """
    return _moment_in(text).date()


def number_of(text: str) -> Decimal:
    """A number of a size that somebody may have meant.

    Raises:
        ValueError: it is no number, or absurdly large or precise.
        AttributeError: it is no text.
    """
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        raise ValueError(f"{text[:40]!r} is no number") from None
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        raise ValueError(f"{text[:40]!r} is no number that anybody means")
    return number


def id_of(text: object) -> str | None:
    """An id in its canonical form, decimal digits, or None when there is none.

    Raises:
        ValueError: there is something else.
    """
    if text is None or text == "":
        return None
    if isinstance(text, str) and is_canonical(text):
        return text
    digits = str(text).strip()
    if not _DIGITS.fullmatch(digits):
        raise ValueError(f"{digits[:40]!r} is no id")
    return str(int(digits))


def _moment_in(text: str) -> datetime:
    try:
        if _MILLISECONDS.fullmatch(text):
            return _EPOCH + timedelta(milliseconds=int(text))
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (OverflowError, ValueError):
        raise _no_moment(text) from None


def _no_moment(text: str) -> ValueError:
    return ValueError(f"{text[:40]!r} is no moment that exists")


def parser_of(definition: Definition) -> Parser | None:
    """How the values of a property are read; None: they are nothing but words."""
    if definition.type == "enumeration" and definition.field_type == "checkbox":
        return _several
    if definition.field_type == "booleancheckbox":
        return _truth
    return _PARSERS.get(definition.type)


def role_parser(role: FieldRole) -> Parser | None:
    """The same for a field of ours, whatever type somebody gave it in HubSpot."""
    return _ROLE_PARSERS.get(role)


def zone_of(name: str) -> ZoneInfo:
    """The time zone of this name; an unknown one counts as UTC."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones is none
        return ZoneInfo("UTC")


def written_text(value: Value | None) -> str:
    """A value as HubSpot takes it; nothing clears the property."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return _iso(value)
    if isinstance(value, date):
        return value.isoformat()
    return ";".join(value) if isinstance(value, tuple) else str(value)


def milliseconds(moment: datetime) -> int:
    """A moment as searches take it."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def moment_of(stamp: int) -> datetime:
    """The moment of so many milliseconds since 1970."""
    return _EPOCH + timedelta(milliseconds=stamp)


def _iso(moment: datetime) -> str:
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")
    return f"{text.removesuffix('.000')}Z"


def _whole(text: str) -> Value | None:
    number = number_of(text)
    return int(number) if number == number.to_integral_value() else number


def _truth(text: str) -> Value | None:
    known = {"true": True, "false": False}.get(text.strip().lower())
    if known is None:
        raise ValueError(f"{text[:40]!r} is neither true nor false")
    return known


def _several(text: str) -> Value | None:
    found = tuple(filter(None, (clean_text(one) for one in text.split(";"))))
    return found or None


_PARSERS: Final[Mapping[str, Parser]] = MappingProxyType(
    {"number": number_of, "bool": _truth, "date": date_of, "datetime": time_of}
)

_ROLE_PARSERS: Final[Mapping[FieldRole, Parser]] = MappingProxyType(
    {
        FieldRole.SCORE: _whole,
        FieldRole.COVERAGE: _whole,
        FieldRole.SCORED_AT: time_of,
        FieldRole.OVERRIDE_UNTIL: date_of,
    }
)
