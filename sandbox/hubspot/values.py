"""Values as the portal keeps them: always text, checked and brought into one form."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from sandbox.hubspot.properties import Property

LONGEST_TEXT = 65_536
_LONGEST_WHOLE = 18


class NotAccepted(Exception):
    """A value that the property does not take."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def accept(definition: Property, raw: object) -> str:
    """The value as it will be kept; empty text clears it.

    Raises:
        NotAccepted: the property does not take this value.
    """
    text = as_text(raw)
    if text == "":
        return ""
    return _ACCEPT[definition.type](definition, text)


def as_text(raw: object) -> str:
    """Numbers and booleans may come as JSON; everything is kept as text."""
    if isinstance(raw, list | dict):
        raise NotAccepted("INVALID_TYPE", "Cannot deserialize value of type `java.lang.String`")
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return str(raw)


@lru_cache(maxsize=8192)  # the moments of a record are written over and over
def iso(moment: datetime) -> str:
    """A time as HubSpot writes it: milliseconds are left out when they are zero."""
    text = moment.astimezone(UTC).isoformat(
        timespec="milliseconds" if moment.microsecond >= 1000 else "seconds"  # noqa: PLR2004  µs per ms
    )
    return text.replace("+00:00", "Z")


def epoch_milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def read_moment(text: str) -> datetime:
    """A time from milliseconds since 1970 or from ISO 8601.

    Raises:
        ValueError: the text is neither.
    """
    if text.removeprefix("-").isdigit():
        return _from_milliseconds(int(text))
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def is_whole(text: str) -> bool:
    """Whether the text is a number without a fraction, of a size that a 64-bit field holds."""
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_WHOLE


def is_day(text: str) -> bool:
    return len(text) == len("2026-01-31") and text[4] == text[7] == "-"


def read_number(text: str) -> Decimal:
    """Raises ValueError where the text is no finite number."""
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not number.is_finite():
        raise ValueError(text)
    return number


def binary_expansion(number: float) -> str:
    """A computed number as HubSpot shows it: every digit of the binary fraction."""
    return f"{Decimal(number):f}"


def _from_milliseconds(number: int) -> datetime:
    try:
        return datetime.fromtimestamp(number / 1000, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(str(number)) from error


def _text(definition: Property, text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise NotAccepted(
            "STRING_TOO_LONG", f"{definition.name} is longer than {LONGEST_TEXT} characters."
        )
    return text


def _number(_: Property, text: str) -> str:
    try:
        read_number(text)
    except ValueError:
        raise NotAccepted("INVALID_LONG", f"{text} was not a valid long.") from None
    return text.strip()


def _boolean(definition: Property, text: str) -> str:
    lowered = text.lower()
    if lowered not in {"true", "false"}:
        raise _not_an_option(definition, text)
    return lowered


def _enumeration(definition: Property, text: str) -> str:
    several = definition.field_type == "checkbox"
    chosen = [one for one in text.split(";") if one] if several else [text]
    known = definition.option_values
    unknown = [one for one in chosen if one not in known]
    if unknown and not definition.external_options:
        raise _not_an_option(definition, unknown[0])
    return ";".join(chosen)


def _not_an_option(definition: Property, text: str) -> NotAccepted:
    allowed = ", ".join(_option_words(definition.options))
    return NotAccepted("INVALID_OPTION", f"{text} was not one of the allowed options: [{allowed}]")


def _option_words(options: Iterable[object]) -> list[str]:
    return [str(one) for one in options]


def _date(definition: Property, text: str) -> str:
    try:
        day = read_moment(text).date() if not is_day(text) else date.fromisoformat(text)
    except ValueError:
        raise _no_date(definition, text) from None
    return day.isoformat()


def _moment(definition: Property, text: str) -> str:
    try:
        return iso(read_moment(text))
    except (ValueError, OverflowError):  # a zone may push it out of the calendar
        raise _no_date(definition, text) from None


def _no_date(definition: Property, text: str) -> NotAccepted:
    return NotAccepted("INVALID_DATE", f"{text} was not a valid date for {definition.name}.")


_ACCEPT = {
    "string": _text,
    "phone_number": _text,
    "object_coordinates": _text,
    "json": _text,
    "number": _number,
    "bool": _boolean,
    "enumeration": _enumeration,
    "date": _date,
    "datetime": _moment,
}
