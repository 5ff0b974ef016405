"""An attribute's values made countable: which are the same, which have an order, which are none."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from math import inf

from bbm_core.icp.learn.arrays import Array
from bbm_core.icp.learn.sample import Attribute
from bbm_core.icp.normalise import normalise_text
from bbm_core.icp.operators import is_absent, plain_text
from bbm_core.icp.quantity import Interval, quantity_of
from bbm_core.records import Value
from bbm_core.value.library import load_library


class Form(StrEnum):
    """What kind of values an attribute has."""

    NUMBER = "number"  # points on a line, cut into ranges
    BAND = "band"  # a few ranges as people name them: 100-499, >1000
    CATEGORY = "category"  # names without an order
    FLAG = "flag"  # yes or no


class Unfit(StrEnum):
    """Why nothing can be learned from an attribute."""

    EMPTY = "empty"  # no row has a value
    CONSTANT = "constant"  # every row has the same
    NAMES = "names"  # nearly every row has a value of its own
    DATE = "date"  # says when, not what kind of customer
    SEVERAL = "several"  # rows hold several values at once
    RARE = "rare"  # no two of its levels have enough rows
    ALIKE = "alike"  # the rows that have a value all turned out alike


@dataclass(frozen=True, slots=True)
class Item:
    """One distinct value: how it is mostly written, and where it lies if it has a place."""

    value: Value
    place: float = 0.0


@dataclass(frozen=True, slots=True)
class Coded:
    """An attribute as numbers: for each row the place of its item, -1 where it is unknown.

    Items with an order stand in it; the others stand by how often they occur.
    """

    name: str
    form: Form
    items: tuple[Item, ...]
    codes: Array


UNKNOWN = -1
"""The code of a row of which the value is not known."""

_QUANTITIES = 0.95
"""The share of known rows that must read as quantities for the attribute to be a number."""

_BANDS = 12
"""More ranges than this are not bands that somebody named, but numbers."""

_OWN_VALUE = 0.5
"""Names with more distinct values than this share of the rows say who it is."""

_FEW_NAMES = 30
"""Up to so many distinct names nothing is called a name of its own."""


def code(attribute: Attribute) -> Coded | Unfit:
    """Make the values countable, or say why that leads nowhere."""
    counts = Counter(attribute.values)
    known = {v: n for v, n in counts.items() if v is not None and not is_absent(v)}
    if not known:
        return Unfit.EMPTY
    if _mostly(known, lambda value: isinstance(value, date)):
        return Unfit.DATE
    known = {v: n for v, n in known.items() if not isinstance(v, tuple) or len(v) == 1}
    if 2 * sum(known.values()) < sum(counts[v] for v in counts if v is not None):
        return Unfit.SEVERAL
    form, keys = _form(known)
    items = _items(form, known, keys)
    if len(items) < 2:  # noqa: PLR2004 - two values make a difference
        return Unfit.CONSTANT
    limit = max(_FEW_NAMES, _OWN_VALUE * sum(known.values()))
    if form is Form.CATEGORY and len(items) > limit:
        return Unfit.NAMES
    places = {key: place for place, key in enumerate(items)}
    codes = {value: places[key] for value, key in keys.items() if key is not None}
    numpy = load_library("numpy")
    rows = numpy.fromiter(
        (UNKNOWN if value is None else codes.get(value, UNKNOWN) for value in attribute.values),
        dtype=numpy.int64,
        count=len(attribute.values),
    )
    return Coded(attribute.name, form, tuple(items.values()), rows)


_Key = float | str
_Keys = Mapping[Value, _Key | None]


def _form(known: Mapping[Value, int]) -> tuple[Form, _Keys]:
    """What the values are, and for each the key under which it is counted; None: unreadable."""
    if _mostly(known, lambda value: isinstance(value, bool)):
        return Form.FLAG, {v: plain_text(v) if isinstance(v, bool) else None for v in known}
    spans = {value: quantity_of(_single(value)) for value in known}
    if _mostly(known, lambda value: spans[value] is not None):
        exact = {v: s for v, s in spans.items() if s is None or s.low == s.high}
        if len(exact) == len(spans) or len(spans) > _BANDS:
            return Form.NUMBER, {value: _middle(span) for value, span in spans.items()}
        return Form.BAND, {
            v: normalise_text(plain_text(v)) if s else None for v, s in spans.items()
        }
    return Form.CATEGORY, {v: normalise_text(plain_text(_single(v))) or None for v in known}


def _mostly(known: Mapping[Value, int], claim: Callable[[Value], bool]) -> bool:
    """Whether a claim holds for nearly all rows that have a value."""
    holds = sum(count for value, count in known.items() if claim(value))
    return holds >= _QUANTITIES * sum(known.values())


def _single(value: Value) -> Value:
    return value[0] if isinstance(value, tuple) else value


def _text(value: Value) -> str | None:
    return normalise_text(plain_text(_single(value))) or None


def _middle(span: Interval | None) -> float | None:
    """Where an interval lies; one with an open end lies nowhere."""
    if span is None or span.low is None or span.high is None:
        return None
    return float((span.low + span.high) / 2)


def _items(form: Form, known: Mapping[Value, int], keys: _Keys) -> Mapping[_Key, Item]:
    """The distinct values by key, in their order; of several spellings the most frequent."""
    spelt: dict[_Key, Counter[Value]] = {}
    for value, count in known.items():
        key = keys[value]
        if key is not None:
            spelt.setdefault(key, Counter())[_single(value)] += count
    if form is Form.NUMBER:
        return {key: Item(_usual(spelt[key]), float(key)) for key in sorted(spelt)}
    if form is Form.BAND:
        return {
            key: Item(_usual(spelt[key])) for key in sorted(spelt, key=lambda k: _order(spelt[k]))
        }
    often = sorted(spelt, key=lambda key: (-spelt[key].total(), str(key)))
    return {key: Item(_usual(spelt[key])) for key in often}


def _usual(spellings: Counter[Value]) -> Value:
    return min(spellings, key=lambda value: (-spellings[value], plain_text(value)))


def _order(spellings: Counter[Value]) -> tuple[float, float]:
    span = quantity_of(_usual(spellings)) or Interval(None, None)
    return (_end(span.low, -inf), _end(span.high, inf))


def _end(bound: Decimal | None, otherwise: float) -> float:
    return otherwise if bound is None else float(bound)
