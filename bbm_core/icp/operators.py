"""What each operator asks of a value.

Texts are compared whole, word by word or by domain, never by pattern or substring. A number may be
an interval, and then all of it must agree. Of several values any one may match.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from bbm_core.icp.logic import Match, all_of, any_of, negated
from bbm_core.icp.normalise import (
    domain_of,
    has_words,
    is_free_mail,
    is_within_domain,
    normalise_text,
    parse_date,
    valid_corporate_number,
)
from bbm_core.icp.quantity import Interval, quantity_of
from bbm_core.records import Value

Test = Callable[[Value, date], Match]
"""A compiled operator: asks a value that is there, on a given day."""


def is_absent(value: Value | None) -> bool:
    """Whether there is nothing to judge: no value, a blank text, no members, NaN or infinity."""
    if isinstance(value, str):
        return not value or value.isspace()
    if isinstance(value, tuple):
        return all(is_absent(member) for member in value)
    if isinstance(value, Decimal):
        return not value.is_finite()
    return value is None


ANSWERS_KEPT = 1 << 12
"""The latest answers that a condition remembers: records say the same few things over and over."""

_REMEMBERED_LENGTH = 200
_REMEMBERED = frozenset({int, bool, type(None)})


def recurs(value: Value | None) -> bool:
    """Whether what is said of the value is worth remembering, and the same for every equal one.

    Not so the decimals: 1E+1 and 10 are one number and two texts.
    """
    if value.__class__ is str:
        return len(value) <= _REMEMBERED_LENGTH
    return value.__class__ in _REMEMBERED


def plain_text(value: Value) -> str:
    """The value as one text, the same for the same value: 1, 1.0 and "1" are one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return _decimal_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return ", ".join(value) if isinstance(value, tuple) else str(value)


_LONGEST_NUMBER = 40


def _decimal_text(number: Decimal) -> str:
    if not number:
        return "0"
    if abs(number.adjusted()) > _LONGEST_NUMBER:  # 1E+999999 written out is a megabyte
        return str(number)
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def date_of(value: Value) -> date | None:
    """The day of a value, in UTC; None if it is no date."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).date() if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    return parse_date(value) if isinstance(value, str) else None


def _per_member(test: Test) -> Test:
    """Let any of several values match."""

    def across(value: Value, today: date) -> Match:
        if not isinstance(value, tuple):
            return test(value, today)
        return any_of(*(test(member, today) for member in value if not is_absent(member)))

    return across


def _not(test: Test) -> Test:
    return lambda value, today: negated(test(value, today))


def _stated(test: Test) -> Callable[[bool], Test]:
    """A flag operator: with `false` it asks for the opposite."""
    return lambda wanted: test if wanted else _not(test)


def _decided(*, matches: bool) -> Match:
    return Match.MATCH if matches else Match.MISS


# texts, and values compared as such


def _among(operands: tuple[Value, ...]) -> Test:
    numbers = [_equal_number(x) for x in operands if _is_number(x)]
    keys = frozenset(normalise_text(plain_text(x)) for x in operands if not _is_number(x))

    def test(value: Value, today: date) -> Match:
        key = normalise_text(plain_text(value))
        if key in keys:
            return Match.MATCH
        if not key:  # nothing but signs: no value that anybody could mean
            return Match.UNKNOWN
        return any_of(*(number(value, today) for number in numbers))

    return _per_member(test)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _has_word(words: tuple[str, ...]) -> Test:
    wanted = [normalise_text(word) for word in words]

    def test(value: Value, _: date) -> Match:
        text = normalise_text(plain_text(value))
        if not text:
            return Match.UNKNOWN
        return _decided(matches=any(has_words(text, word) for word in wanted))

    return _per_member(test)


def _has_all_words(words: tuple[str, ...]) -> Test:
    tests = [_has_word((word,)) for word in words]
    return lambda value, today: all_of(*(test(value, today) for test in tests))


# numbers: an interval decides only if all of it agrees


def _on_interval(judge: Callable[[Interval], Match]) -> Test:
    def test(value: Value, _: date) -> Match:
        interval = quantity_of(value)
        return Match.UNKNOWN if interval is None else judge(interval)

    return _per_member(test)


def _reaches(interval: Interval, bound: Decimal) -> Match:
    low, high = interval.low, interval.high
    if low is not None and low >= bound:
        return Match.MATCH
    if high is not None and (high < bound or (high == bound and interval.high_open)):
        return Match.MISS
    return Match.UNKNOWN


def _stays_under(interval: Interval, bound: Decimal) -> Match:
    low, high = interval.low, interval.high
    if high is not None and high <= bound:
        return Match.MATCH
    if low is not None and (low > bound or (low == bound and interval.low_open)):
        return Match.MISS
    return Match.UNKNOWN


def _at_least(bound: int | Decimal) -> Test:
    return _on_interval(lambda interval: _reaches(interval, Decimal(bound)))


def _at_most(bound: int | Decimal) -> Test:
    return _on_interval(lambda interval: _stays_under(interval, Decimal(bound)))


def _between(ends: tuple[int | Decimal, int | Decimal]) -> Test:
    low, high = Decimal(ends[0]), Decimal(ends[1])
    return _on_interval(lambda i: all_of(_reaches(i, low), _stays_under(i, high)))


def _equal_number(number: Value) -> Test:
    return _between((number, number))  # type: ignore[arg-type]  # asked only of numbers


# flags

_YES = frozenset({"true", "yes", "y", "on", "1", "はい", "有", "有り", "あり", "○"})
_NO = frozenset({"false", "no", "n", "off", "0", "いいえ", "無", "無し", "なし", "×"})


def _is_true(value: Value, _: date) -> Match:
    text = normalise_text(plain_text(value)) or plain_text(value).strip()
    if text in _YES:
        return Match.MATCH
    return Match.MISS if text in _NO else Match.UNKNOWN


def _corporate_number_valid(value: Value, _: date) -> Match:
    return _decided(matches=valid_corporate_number(plain_text(value)))


# dates


def _on_date(judge: Callable[[date, date], bool]) -> Test:
    def test(value: Value, today: date) -> Match:
        day = date_of(value)
        return Match.UNKNOWN if day is None else _decided(matches=judge(day, today))

    return _per_member(test)


def _within_days(days: int) -> Test:
    return _on_date(lambda day, today: (today - day).days <= days)


def _after(limit: date) -> Test:
    return _on_date(lambda day, _: day > limit)


def _before(limit: date) -> Test:
    return _on_date(lambda day, _: day < limit)


# domains


def _on_domain(judge: Callable[[str], bool]) -> Test:
    def test(value: Value, _: date) -> Match:
        domain = domain_of(plain_text(value))
        return Match.UNKNOWN if domain is None else _decided(matches=judge(domain))

    return _per_member(test)


def _domain_in(parents: tuple[str, ...]) -> Test:
    return _on_domain(lambda domain: any(is_within_domain(domain, p) for p in parents))


COMPILERS: Mapping[str, Callable[[Any], Test]] = {
    "in": _among,
    "not_in": lambda operands: _not(_among(operands)),
    "equals": lambda operand: _among((operand,)),
    "at_least": _at_least,
    "at_most": _at_most,
    "between": _between,
    "has_word": _has_word,
    "has_all_words": _has_all_words,
    "is_true": _stated(_per_member(_is_true)),
    "within_days": _within_days,
    "older_than_days": lambda days: _not(_within_days(days)),
    "after": _after,
    "before": _before,
    "domain_in": _domain_in,
    "free_mail": _stated(_on_domain(is_free_mail)),
    "corporate_number_valid": _stated(_per_member(_corporate_number_valid)),
}
"""From an operator's key in TOML to what makes its test from the operand."""
