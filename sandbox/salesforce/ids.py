"""Record ids: a key prefix, a counter, and the checksum that makes them safe to compare."""

import re
import string
from functools import lru_cache

_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
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
        self._blocks: dict[str, int] = {}  # how many there have been
        self._left: dict[str, list[str]] = {}  # what is left of the block, the next one last

    def next(self, prefix: str) -> str:
        left = self._left.get(prefix)
        if not left:
            left = self._left[prefix] = self._block(prefix)
        return left.pop()

    def _block(self, prefix: str) -> list[str]:
        """The next ids that differ in one sign only."""
        number = self._blocks.get(prefix, 0)
        self._blocks[prefix] = number + 1
        start = f"{prefix}{self._instance}0{_base62(number, width=8)}"
        checked, rest = _letter(start[:5]) + _letter(start[5:10]), start[10:]
        small, capital = _letter(f"{rest}a"), _letter(f"{rest}A")
        ids = [f"{start}{one}{checked}{capital if one.isupper() else small}" for one in _DIGITS]
        return ids[::-1] if number else ids[:0:-1]  # there is no id of number 0


@lru_cache(maxsize=100_000)
def _letter(group: str) -> str:
    return _CHECK[sum(1 << bit for bit, letter in enumerate(group) if letter.isupper())]


def _base62(number: int, *, width: int) -> str:
    letters = []
    for _ in range(width):
        number, rest = divmod(number, 62)
        letters.append(_DIGITS[rest])
    return "".join(reversed(letters))
