"""Amounts and head counts as people write them: 約1,200名, 300〜500, 1000人以上, 10億円, >1000.

The answer is an interval. What cannot be read without guessing is None, never a number.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from math import prod

from bbm_core.records import Value


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers from `low` to `high`; None is no end, and an open end is not part of it."""

    low: Decimal | None
    high: Decimal | None
    low_open: bool = False
    high_open: bool = False


def quantity_of(value: Value) -> Interval | None:
    """The interval a value stands for; None if it is no quantity."""
    if isinstance(value, str):
        return parse_quantity(value)
    if isinstance(value, bool | date | tuple):
        return None
    number = Decimal(value)
    return Interval(number, number) if number.is_finite() else None


_LONGEST = 64


def parse_quantity(text: str) -> Interval | None:
    """Read a quantity.

    An amount's currency and the thing counted are not looked at. A dot before exactly three
    digits (10.000) is ten to some people and ten thousand to others, so it is not read.
    """
    return _parse(text) if len(text) <= _LONGEST else None


class _Bound(Enum):
    """How far a number with a word beside it reaches."""

    AT_LEAST = "at least"
    ABOVE = "above"
    AT_MOST = "at most"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class _Number:
    amount: Decimal
    scale: int  # of its last part: 10,000 for 5万; 1 where none is written
    bound: _Bound | None


_LOWER = (_Bound.AT_LEAST, _Bound.ABOVE)
_UPPER = (_Bound.AT_MOST, _Bound.BELOW)
_KANJI_SCALES = {"百": 10**2, "千": 10**3, "万": 10**4, "億": 10**8, "兆": 10**12}
_LATIN_SCALES = {
    **dict.fromkeys(("thousand", "k"), 10**3),
    **dict.fromkeys(("million", "mio", "mn", "mm", "m"), 10**6),
    **dict.fromkeys(("billion", "bn", "b"), 10**9),
}
_SCALES = _KANJI_SCALES | _LATIN_SCALES
_BEFORE = {
    **dict.fromkeys((">=", "≥", "at least"), _Bound.AT_LEAST),
    **dict.fromkeys((">", "more than", "over", "above"), _Bound.ABOVE),
    **dict.fromkeys(("<=", "≤", "at most", "up to"), _Bound.AT_MOST),
    **dict.fromkeys(("<", "less than", "under", "below"), _Bound.BELOW),
}
_AFTER = {
    **dict.fromkeys(("以上", "+", "or more", "and above", "and over"), _Bound.AT_LEAST),
    "超": _Bound.ABOVE,
    **dict.fromkeys(("以下", "以内", "まで", "or less", "or fewer"), _Bound.AT_MOST),
    "未満": _Bound.BELOW,
}
_RANGES = ("〜", "から", "to")
_DASHES = tuple("-‐‑‒–—―−")
_NOISE_WORDS = (
    *("約", "およそ", "程度", "前後", "くらい", "ぐらい", "approximately", "approx.", "approx"),
    *("about", "around", "circa", "ca.", "従業員数", "従業員", "人", "名", "円", "社", "台"),
    *("¥", "$", "€", "£", "usd", "jpy", "eur", "gbp", "yen", "dollars", "employees", "employee"),
    *("people", "persons", "staff", "users", "seats"),
)


def _any_of(words: Iterable[str]) -> str:
    """The words as a pattern, longest first; Latin letters beside a word make it another word."""
    return "|".join(_whole(word) for word in sorted(words, key=len, reverse=True))


def _whole(word: str) -> str:
    before = "(?<![a-z])" if word[0].isascii() and word[0].isalpha() else ""
    after = "(?![a-z])" if word[-1].isascii() and word[-1].isalpha() else ""
    return f"{before}{re.escape(word)}{after}"


_NUM = r"(?:\d{1,3}(?:,\d{3})+|\d{1,20})(?:\.\d{1,20})?(?![\d.,])"
_KANJI, _LATIN = _any_of(_KANJI_SCALES), _any_of(_LATIN_SCALES)
_AMOUNT = rf"{_NUM}(?:\s*(?:{_KANJI}))+(?:{_NUM}(?:{_KANJI})*)*|{_NUM}(?:\s*(?:{_LATIN}))?"


def _side(number: int) -> str:
    """The pattern of one number with what may stand beside it."""
    return (
        rf"\s*(?P<before{number}>{_any_of(_BEFORE)})?\s*(?P<amount{number}>{_AMOUNT})"
        rf"\s*(?P<after{number}>{_any_of(_AFTER)})?\s*"
    )


_SHAPE = re.compile(
    rf"(?:(?P<lead>{_any_of(_RANGES)})|(?P<minus>[-−]))?{_side(1)}"
    rf"(?:(?P<between>{_any_of((*_RANGES, *_DASHES))})?{_side(2)}|(?P<trail>{_any_of(_RANGES)}))?"
)
_NOISE = re.compile(rf"^\s*~|{_any_of(_NOISE_WORDS)}")
_PART = re.compile(rf"({_NUM})((?:\s*(?:{_KANJI}|{_LATIN}))*)")
_SCALE = re.compile(f"{_KANJI}|{_LATIN}")
_AMBIGUOUS = re.compile(r"\d{1,3}\.\d{3}")


@lru_cache(maxsize=1 << 14)
def _parse(text: str) -> Interval | None:
    # NFKC would make the full-width ～ of ranges the ~ that people also put for "about".
    plain = unicodedata.normalize("NFKC", text.replace("～", "〜")).casefold()
    plain = re.sub(r"(?<=\S)\s*~", "〜", plain)
    shape = _SHAPE.fullmatch(" ".join(_NOISE.sub(" ", plain).split()))
    return _interval(shape) if shape else None


def _interval(shape: re.Match[str]) -> Interval | None:
    first = _number(shape, 1)
    if first is None:
        return None
    if shape["amount2"]:
        second = _number(shape, 2)
        return _between(shape, first, second) if second else None
    return _single(shape, first)


def _single(shape: re.Match[str], number: _Number) -> Interval | None:
    if shape["minus"]:
        # "-500 or more" may be a range whose beginning is missing.
        return None if number.bound else Interval(-number.amount, -number.amount)
    if shape["lead"]:
        return None if number.bound in _LOWER else _reach(number, _Bound.AT_MOST)
    if shape["trail"]:
        return None if number.bound in _UPPER else _reach(number, _Bound.AT_LEAST)
    return _reach(number, None)


def _reach(number: _Number, otherwise: _Bound | None) -> Interval:
    """The interval of a number with its own bound, or with another where it has none."""
    match number.bound or otherwise:
        case _Bound.AT_LEAST | _Bound.ABOVE as bound:
            return Interval(number.amount, None, low_open=bound is _Bound.ABOVE)
        case _Bound.AT_MOST | _Bound.BELOW as bound:
            return Interval(None, number.amount, high_open=bound is _Bound.BELOW)
        case _:
            return Interval(number.amount, number.amount)


def _between(shape: re.Match[str], low: _Number, high: _Number) -> Interval | None:
    is_joined = shape["between"] or (low.bound and high.bound)
    if shape["lead"] or shape["minus"] or not is_joined:
        return None
    if low.bound in _UPPER or high.bound in _LOWER:
        return None
    low_open, high_open = low.bound is _Bound.ABOVE, high.bound is _Bound.BELOW
    start = _sharing_scale(low, high)
    if start > high.amount or (start == high.amount and (low_open or high_open)):
        return None
    return Interval(start, high.amount, low_open, high_open)


def _sharing_scale(low: _Number, high: _Number) -> Decimal:
    """The lower number, in the unit of the upper one where it has none: 1〜5億円, but 500-1K."""
    shared = low.amount * high.scale
    return shared if low.scale == 1 and shared <= high.amount else low.amount


def _number(shape: re.Match[str], side: int) -> _Number | None:
    text = shape[f"amount{side}"]
    if _AMBIGUOUS.fullmatch(text):
        return None
    amount, scale = Decimal(0), 0
    for part in _PART.finditer(text):
        last_scale, scale = scale, prod(_SCALES[s] for s in _SCALE.findall(part[2]))
        worth = Decimal(part[1].replace(",", "")) * scale
        if last_scale and worth >= last_scale:  # 1万5億 is not a number
            return None
        amount += worth
    before, after = shape[f"before{side}"], shape[f"after{side}"]
    if before and after:
        return None
    bound = _BEFORE[before] if before else _AFTER[after] if after else None
    return _Number(amount, scale, bound)
