"""One condition on one attribute: it matches, it misses, or nobody knows.

Criteria of a profile and filters of the scope are made of these.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StrictBool,
    StrictInt,
    StrictStr,
    model_validator,
)

from bbm_core.icp.logic import Match
from bbm_core.icp.normalise import domain_of, normalise_text
from bbm_core.icp.operators import ANSWERS_KEPT, COMPILERS, Test, is_absent, recurs
from bbm_core.icp.quantity import parse_quantity
from bbm_core.records import Value

__all__ = ["OPERATORS", "Condition", "Match"]


def _number(value: object) -> object:
    """Take 300.0 and "10億" for numbers, and whole ones for whole."""
    if isinstance(value, bool):
        raise ValueError("a number is needed, not true or false")  # noqa: TRY004 - pydantic reports ValueErrors
    if isinstance(value, str):
        interval = parse_quantity(value)
        if interval is None or interval.low is None or interval.low != interval.high:
            raise ValueError(f'"{value}" is not one number')
        value = interval.low
    if isinstance(value, float | Decimal):
        exact = Decimal(str(value))
        return int(exact) if exact.is_finite() and exact == exact.to_integral_value() else exact
    return value


def _scalar(value: object) -> object:
    return _number(value) if isinstance(value, float | Decimal) else value


def _readable(value: Value) -> Value:
    if isinstance(value, str) and not normalise_text(value):
        raise ValueError(f'"{value}" has no letters or digits to compare')
    return value


def _domain(text: str) -> str:
    domain = domain_of(text)
    if domain is None:
        raise ValueError(f'"{text}" is not a domain such as example.co.jp')
    return domain


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


_Number = Annotated[int | Decimal, BeforeValidator(_number)]
_Day = Annotated[date, Strict()]
_Scalar = Annotated[
    StrictBool | StrictInt | Decimal | _Day | StrictStr,
    BeforeValidator(_scalar),
    AfterValidator(_readable),
]
_Scalars = Annotated[tuple[_Scalar, ...], BeforeValidator(_several), Field(min_length=1)]
_Word = Annotated[StrictStr, AfterValidator(_readable)]
_Words = Annotated[tuple[_Word, ...], BeforeValidator(_several), Field(min_length=1)]
_Domain = Annotated[StrictStr, AfterValidator(_domain)]
_Domains = Annotated[tuple[_Domain, ...], BeforeValidator(_several), Field(min_length=1)]
_Days = Annotated[StrictInt, Field(ge=0)]


class Condition(BaseModel):
    """An attribute and exactly one operator."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, use_attribute_docstrings=True
    )

    attribute: Annotated[StrictStr, Field(min_length=1)]
    """The attribute, as `[attributes]` names it."""
    in_: Annotated[_Scalars | None, Field(alias="in")] = None
    """The value is one of these."""
    not_in: _Scalars | None = None
    """The value is none of these."""
    equals: _Scalar | None = None
    """The value is this one."""
    at_least: _Number | None = None
    """The number is this or more."""
    at_most: _Number | None = None
    """The number is this or less."""
    between: tuple[_Number, _Number] | None = None
    """The number is in this range, both ends included."""
    has_word: _Words | None = None
    """The text has one of these words, as a whole word."""
    has_all_words: _Words | None = None
    """The text has all of these words."""
    is_true: StrictBool | None = None
    """The flag is on (or, with false, off)."""
    is_set: StrictBool | None = None
    """There is a value (or, with false, there is none)."""
    within_days: _Days | None = None
    """The date is not more than so many days ago; a date to come is within."""
    older_than_days: _Days | None = None
    """The date is more than so many days ago."""
    after: _Day | None = None
    """The date is later than this one."""
    before: _Day | None = None
    """The date is earlier than this one."""
    domain_in: _Domains | None = None
    """The address or URL belongs to one of these domains or to a part of one."""
    free_mail: StrictBool | None = None
    """The address is at a free mail provider (or, with false, is not)."""
    corporate_number_valid: StrictBool | None = None
    """The value is a 法人番号 with the right check digit (or, with false, is not)."""

    @model_validator(mode="after")
    def _has_one_operator(self) -> Self:
        given = self._operators()
        if len(given) != 1:
            found = f"{' and '.join(given)} are given" if given else "none is given"
            raise ValueError(f"a condition needs exactly one operator; {found}")
        if self.between and self.between[0] > self.between[1]:
            raise ValueError("between needs the lower number first")
        return self

    @cached_property
    def operator(self) -> str:
        """The operator's key in TOML."""
        return self._operators()[0]

    @property
    def operand(self) -> Any:
        """What the operator compares with."""
        return getattr(self, _FIELDS[self.operator])

    def judge(self, attributes: Mapping[str, Value], today: date) -> Match:
        """What the condition says about a record."""
        value = attributes.get(self.attribute)
        return (self._remembered if recurs(value) else self.ask)(value, today)

    def ask(self, value: Value | None, today: date) -> Match:
        """What the condition says about a value. Nothing is known of a value that is not there."""
        if self.is_set is not None:
            return Match.MISS if is_absent(value) is self.is_set else Match.MATCH
        if value is None or is_absent(value):
            return Match.UNKNOWN
        return self._test(value, today)

    @cached_property
    def _test(self) -> Test:
        return COMPILERS[self.operator](self.operand)

    @cached_property
    def _remembered(self) -> Callable[[Value | None, date], Match]:
        # Of a record's value only: who asks of a value alone remembers the answer with more of it.
        return lru_cache(maxsize=ANSWERS_KEPT, typed=True)(self.ask)

    def _operators(self) -> list[str]:
        return [key for key, name in _FIELDS.items() if getattr(self, name) is not None]


_FIELDS = {"is_set": "is_set", **{key: key for key in COMPILERS}, "in": "in_"}
OPERATORS = tuple(_FIELDS)
"""Every operator, by its key in TOML."""
