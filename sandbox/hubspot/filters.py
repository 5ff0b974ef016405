"""Search filters: what they mean for a record's values."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from sandbox.hubspot.properties import Property
from sandbox.hubspot.refusals import invalid
from sandbox.hubspot.values import is_day, read_moment, read_number

Values = Mapping[str, str]
Test = Callable[[Values], bool]
Key = Decimal | datetime | str
Reader = Callable[[str], Key | None]

OPERATORS = (
    "EQ",
    "NEQ",
    "LT",
    "LTE",
    "GT",
    "GTE",
    "BETWEEN",
    "IN",
    "NOT_IN",
    "HAS_PROPERTY",
    "NOT_HAS_PROPERTY",
    "CONTAINS_TOKEN",
    "NOT_CONTAINS_TOKEN",
)
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition of a search, as it was asked."""

    name: str
    operator: str
    value: str = ""
    high: str = ""
    values: tuple[str, ...] = ()


def test_of(asked: Filter, definition: Property) -> Test:
    """The condition as a function of a record's values.

    Raises:
        Refused: the operator or its operands do not fit the property.
    """
    if asked.operator in {"HAS_PROPERTY", "NOT_HAS_PROPERTY"}:
        return _presence(asked.name, present=asked.operator == "HAS_PROPERTY")
    if asked.operator in {"CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"}:
        return _tokens(asked)
    key = key_of(definition)
    if asked.operator in {"IN", "NOT_IN"}:
        return _membership(asked, key)
    if asked.operator == "BETWEEN":
        return _between(asked, key)
    return _comparison(asked, key)


def key_of(definition: Property) -> Reader:
    """What values are compared by: numbers, moments, or text without regard to case.

    The reader answers nothing for text that is none of its kind: values stay when the type of
    their property is changed.
    """
    if definition.type == "number":
        return _readable(read_number)
    if definition.type == "datetime":
        return _readable(read_moment)
    if definition.type == "date":
        return _readable(_day)
    # The values of enumerations are told apart by case; other text is not.
    return str if definition.type in {"enumeration", "bool"} else str.lower


def _readable(read: Callable[[str], Key]) -> Reader:
    def key(text: str) -> Key | None:
        try:
            return read(text)
        except ValueError:
            return None

    return key


def _day(text: str) -> datetime:
    if is_day(text):
        return datetime.combine(date.fromisoformat(text), time(tzinfo=UTC))
    return read_moment(text)


def _operand(asked: Filter, text: str, key: Reader) -> Key:
    found = key(text)
    if found is None:
        raise invalid(f"{text} is not a valid value for the property {asked.name}")
    return found


def _held(name: str, key: Reader) -> Callable[[Values], Key | None]:
    def held(values: Values) -> Key | None:
        text = values.get(name)
        return None if text is None else key(text)

    return held


def _presence(name: str, *, present: bool) -> Test:
    return lambda values: (name in values) is present


def _comparison(asked: Filter, key: Reader) -> Test:
    held, wanted = _held(asked.name, key), _operand(asked, asked.value, key)
    if asked.operator == "NEQ":
        return lambda values: held(values) != wanted
    compare = _COMPARE[asked.operator]

    def test(values: Values) -> bool:
        found = held(values)
        return found is not None and compare(found, wanted)

    return test


_COMPARE: Mapping[str, Callable[[Key, Key], bool]] = {
    "EQ": lambda held, wanted: held == wanted,
    "LT": lambda held, wanted: held < wanted,  # type: ignore[operator]  # one key makes both
    "LTE": lambda held, wanted: held <= wanted,  # type: ignore[operator]  # the same
    "GT": lambda held, wanted: held > wanted,  # type: ignore[operator]  # the same
    "GTE": lambda held, wanted: held >= wanted,  # type: ignore[operator]  # the same
}


def _between(asked: Filter, key: Reader) -> Test:
    held = _held(asked.name, key)
    low, high = _operand(asked, asked.value, key), _operand(asked, asked.high, key)
    above, below = _COMPARE["GTE"], _COMPARE["LTE"]

    def test(values: Values) -> bool:
        found = held(values)
        return found is not None and above(found, low) and below(found, high)

    return test


def _membership(asked: Filter, key: Reader) -> Test:
    """Text is kept in lower case here: a wanted value with capitals is never found."""
    held, inside = _held(asked.name, key), asked.operator == "IN"
    wanted = {one if key is str.lower else _operand(asked, one, key) for one in asked.values}
    return lambda values: (held(values) in wanted) is inside


def _tokens(asked: Filter) -> Test:
    """Whole words; a star stands for the rest of one."""
    name, contains = asked.name, asked.operator == "CONTAINS_TOKEN"
    pattern = re.compile(re.escape(asked.value.lower()).replace(r"\*", ".*"))

    def test(values: Values) -> bool:
        held = values.get(name, "").lower()
        found = pattern.fullmatch(held) or any(map(pattern.fullmatch, _WORD.findall(held)))
        return bool(found) is contains

    return test


def words_found(text: str, values: Values, names: Sequence[str]) -> bool:
    """Whether each word of a query starts a word in one of these properties."""
    held = " ".join(values.get(name, "") for name in names).lower()
    known = _WORD.findall(held)
    return all(
        any(one.startswith(wanted) for one in known) for wanted in _WORD.findall(text.lower())
    )
