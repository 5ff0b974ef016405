"""WHERE clauses made ready to run, and what they say about times and ids beforehand."""

import operator
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from typing import Any as Anything
from zoneinfo import ZoneInfo

from sandbox.salesforce.coerce import as_wire_time, wire_time
from sandbox.salesforce.dates import span
from sandbox.salesforce.definitions import Field
from sandbox.salesforce.ids import canonical
from sandbox.salesforce.paths import Paths, Target
from sandbox.salesforce.refusals import Refusal
from sandbox.salesforce.soql import All, Any, Comparison, Condition, Literal, Not
from sandbox.salesforce.table import Row
from sandbox.salesforce.tokens import pointed, unescaped

Predicate = Callable[[Row], bool]

_NUMBERS = frozenset({"int", "double", "currency", "percent"})
_IDS = frozenset({"id", "reference"})
_EXACT = _NUMBERS | _IDS | {"date", "datetime", "boolean"}
_FITS = {  # types of fields -> kinds of literals they can be compared with
    "boolean": {"flag"},
    "date": {"day", "date"},
    "datetime": {"moment", "date"},
    **{kind: {"number"} for kind in _NUMBERS},
}
_SIGNS: dict[str, Callable[[Anything, Anything], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_LIKE_PART = re.compile(r"\\.|.", re.DOTALL)
_WILDCARDS = {"%": ".*", "_": "."}
_TYPE_WORDS = {"datetime": "dateTime", "int": "int", "currency": "double", "percent": "double"}


class Filter:
    """Makes predicates for one query."""

    def __init__(self, paths: Paths, text: str, now: datetime, zone: str) -> None:
        self._paths = paths
        self._text = text
        self._zone = ZoneInfo(zone)
        self._today = now.astimezone(self._zone).date()

    def predicates(self, condition: Condition) -> list[Predicate]:
        """What must all hold of a row; one after another they cost less than all in one."""
        parts = condition.parts if isinstance(condition, All) else (condition,)
        return [self.predicate(part) for part in parts]

    def predicate(self, condition: Condition) -> Predicate:
        if isinstance(condition, Comparison):
            return self._comparison(condition)
        if isinstance(condition, Not):
            inside = self.predicate(condition.part)
            return lambda row: not inside(row)
        parts = [self.predicate(part) for part in condition.parts]
        if isinstance(condition, All):
            return lambda row: all(part(row) for part in parts)
        return lambda row: any(part(row) for part in parts)

    def _comparison(self, one: Comparison) -> Predicate:
        target = self._paths.target(one.path)
        field, read = target.field, _folding(target)
        if "f" not in field.flags or field.type == "address":
            message = f"field '{one.path.text}' can not be filtered in a query call"
            raise pointed(self._text, one.path.at, message, "INVALID_FIELD")
        for literal in one.values:
            self._check(one, field, literal)
        if one.sign in {"IN", "NOT IN"}:
            return self._among(one, field, read)
        if one.sign in {"INCLUDES", "EXCLUDES"}:
            return self._includes(one, read)
        if one.sign == "LIKE" and field.type in _IDS:
            message = "invalid operator on id field"
            raise pointed(self._text, one.path.at, message, "INVALID_FIELD")
        if one.sign == "LIKE":
            pattern = _like(one.values[0].raw)
            return lambda row: (
                (value := read(row)) is not None and bool(pattern.fullmatch(str(value)))
            )
        if one.values[0].kind == "date":
            return self._in_span(one, field, read)
        return _compared(one.sign, read, self._value(field, one.values[0]))

    def _among(self, one: Comparison, field: Field, read: Callable[[Row], object]) -> Predicate:
        wanted = frozenset(self._value(field, literal) for literal in one.values)
        if one.sign == "IN":
            return lambda row: read(row) in wanted
        return lambda row: read(row) not in wanted

    def _includes(self, one: Comparison, read: Callable[[Row], object]) -> Predicate:
        wanted = [set(literal.value.lower().split(";")) for literal in one.values]

        def has_one(row: Row) -> bool:
            held = set(str(read(row) or "").lower().split(";"))
            return any(each <= held for each in wanted)

        if one.sign == "INCLUDES":
            return has_one
        return lambda row: not has_one(row)

    def _in_span(self, one: Comparison, field: Field, read: Callable[[Row], object]) -> Predicate:
        word = one.values[0].value
        days = span(word, self._today)
        if days is None:
            message = f"unexpected token: '{word}'"
            raise pointed(self._text, one.path.at, message, "MALFORMED_QUERY")
        start, end = (self._edge(field, day) for day in days)
        inside: dict[str, Callable[[str], bool]] = {
            "=": lambda value: start <= value < end,
            "!=": lambda value: not start <= value < end,
            "<": lambda value: value < start,
            "<=": lambda value: value < end,
            ">": lambda value: value >= end,
            ">=": lambda value: value >= start,
        }
        test, unset = inside[one.sign], one.sign == "!="  # what has no value is not in the span
        return lambda row: unset if (value := read(row)) is None else test(str(value))

    def _edge(self, field: Field, day: date) -> str:
        if field.type == "date":
            return day.isoformat()
        return wire_time(datetime.combine(day, time(), self._zone))

    def _check(self, one: Comparison, field: Field, literal: Literal) -> None:
        if literal.kind == "null":
            return
        fits = _FITS.get(field.type, {"text"})
        if literal.kind in fits:
            return
        word = _TYPE_WORDS.get(field.type, field.type if field.type in _FITS else "string")
        quotes = (
            "and should not be enclosed in quotes"
            if "text" not in fits
            else "and should be enclosed in quotes"
        )
        message = (
            f"value of filter criterion for field '{one.path.text}' must be of type {word} {quotes}"
        )
        raise pointed(self._text, one.path.at, message, "INVALID_FIELD")

    def _value(self, field: Field, literal: Literal) -> object:
        if literal.kind == "null":
            return None
        if literal.kind == "flag":
            return literal.value == "true"
        if literal.kind == "number":
            return float(literal.value)
        if literal.kind == "moment":
            return as_wire_time(literal.value)
        if field.type in _IDS:
            return _id(field, literal.value)
        return literal.value if field.type in _EXACT else literal.value.lower()


def time_bounds(condition: Condition | None) -> tuple[str, str]:
    """The times that SystemModstamp lies between, as far as the clause says so."""
    if condition is None:
        return "", ""
    return _bound(condition, {">", ">=", "="}, max, min), _bound(
        condition, {"<", "<=", "="}, min, max
    )


def id_set(condition: Condition | None) -> tuple[str, list[str]] | None:
    """A field of ids and the ids it must be among, when the clause demands one."""
    if isinstance(condition, All):
        return next((found for part in condition.parts if (found := id_set(part))), None)
    if not isinstance(condition, Comparison) or condition.sign not in {"=", "IN"}:
        return None
    if len(condition.path.steps) != 1 or not condition.path.steps[0].endswith("Id"):
        return None
    ids = (canonical(literal.value) for literal in condition.values)
    return condition.path.steps[0], [id_ for id_ in ids if id_]


def named_ids(condition: Condition | None, name: str) -> list[str]:
    """The ids that this field must be among."""
    if isinstance(condition, All):
        return next((ids for part in condition.parts if (ids := named_ids(part, name))), [])
    found = id_set(condition)
    return found[1] if found and found[0] == name else []


def _bound(
    condition: Condition,
    signs: set[str],
    tighter: Callable[[Iterable[str]], str],
    wider: Callable[[Iterable[str]], str],
) -> str:
    if isinstance(condition, Comparison):
        literal = condition.values[0]
        about_time = condition.path.steps == ("SystemModstamp",) and literal.kind == "moment"
        return as_wire_time(literal.value) if about_time and condition.sign in signs else ""
    if isinstance(condition, Not):
        return ""
    bounds = [_bound(part, signs, tighter, wider) for part in condition.parts]
    if isinstance(condition, Any):
        return wider(bounds) if all(bounds) else ""
    known = [bound for bound in bounds if bound]
    return tighter(known) if known else ""


def _compared(sign: str, read: Callable[[Row], object], wanted: object) -> Predicate:
    if sign == "=":
        return lambda row: read(row) == wanted
    if sign == "!=":
        return lambda row: read(row) != wanted
    test = _SIGNS[sign]

    def compare(row: Row) -> bool:
        value = read(row)
        return value is not None and wanted is not None and test(value, wanted)

    return compare


def _folding(target: Target) -> Callable[[Row], object]:
    """Text compares without case; everything else as it is."""
    read = target.read
    if target.field.type in _EXACT:
        return read

    def folded(row: Row) -> object:
        value = read(row)
        return value.lower() if isinstance(value, str) else value

    return folded


def _like(raw: str) -> re.Pattern[str]:
    """A pattern from the text as it was written: a backslash makes a wildcard plain."""
    parts = []
    for one in _LIKE_PART.findall(raw):
        wild = _WILDCARDS.get(one)
        parts.append(wild or re.escape(unescaped(one)))
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)


def _id(field: Field, text: str) -> str:
    found = canonical(text)
    if found is None:
        raise Refusal("INVALID_QUERY_FILTER_OPERATOR", f"{field.name}: invalid ID field: {text}")
    return found
