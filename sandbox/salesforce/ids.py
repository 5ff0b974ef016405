"""Record ids: a key prefix, a counter, and the checksum that makes them safe to compare."""

import itertools
import re
import string
from functools import lru_cache

_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_PAIRS = tuple(map("".join, itertools.product(_DIGITS, repeat=2)))
_CHECK = string.ascii_uppercase + "012345"
_SHAPE = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")


def checksum(short: str) -> str:
    """Three letters that say which of the fifteen characters are upper case."""
    return _letter(short[:5]) + _letter(short[5:10]) + _letter(short[10:])


@lru_cache(maxsize=100_000)  # the same ids come again and again, in addresses and in references
def canonical(value: str) -> str | None:
    """The id in its 18-character form, or nothing when it has not the shape of one."""
    if not _SHAPE.fullmatch(value):
        return None
    short = value[:15]
    return short + checksum(short)


class IdSeries:
    """Ids in ascending order, one series per key prefix."""

    def __init__(self, instance: str = "5g") -> None:
        self._instance = instance
        self._counters: dict[str, itertools.count[int]] = {}

    def next(self, prefix: str) -> str:
        counter = self._counters.get(prefix)
        if counter is None:
            counter = self._counters[prefix] = itertools.count(1)
        high, low = divmod(next(counter), len(_PAIRS))
        start, checked, rest = _start(f"{prefix}{self._instance}0", high)
        return f"{start}{_PAIRS[low]}{checked}{_letter(rest + _PAIRS[low])}"


@lru_cache(maxsize=100_000)
def _letter(group: str) -> str:
    return _CHECK[sum(1 << bit for bit, letter in enumerate(group) if letter.isupper())]


@lru_cache(maxsize=1000)  # of thousands of ids in a row only the last two signs differ
def _start(series: str, high: int) -> tuple[str, str, str]:
    """The first thirteen characters; the checksum of the first ten; the three that are left."""
    start = series + _base62(high, width=7)
    return start, _letter(start[:5]) + _letter(start[5:10]), start[10:]


def _base62(number: int, *, width: int) -> str:
    letters = []
    for _ in range(width):
        number, rest = divmod(number, 62)
        letters.append(_DIGITS[rest])
    return "".join(reversed(letters))
