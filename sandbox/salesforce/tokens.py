"""SOQL in pieces: words, texts, times and signs, each with its place; and the caret's words."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from sandbox.salesforce.refusals import Refusal

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
    | (?P<text>'(?:[^'\\]|\\.)*')
    | (?P<moment>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2}))
    | (?P<day>\d{4}-\d{2}-\d{2})
    | (?P<number>[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    | (?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?::\d+)?)
    | (?P<sign><>|!=|<=|>=|=|<|>)
    | (?P<mark>[(),])
    """,
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


class Token(NamedTuple):
    """A piece; a tuple, because a query with many ids has thousands of them."""

    kind: str
    text: str
    at: int

    def says(self, *words: str) -> bool:
        return self.kind in {"name", "mark", "sign"} and self.text.upper() in words


def tokens(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise pointed(text, at, f"unexpected token: '{text[at]}'", "MALFORMED_QUERY")
        kind = match.lastgroup or ""
        if kind != "space":
            yield Token(kind, match.group(), at)
        at = match.end()
    yield Token("end", "", len(text))


def pointed(text: str, at: int, message: str, code: str) -> Refusal:
    """A refusal that shows the query with a caret under the place."""
    line = text.replace("\n", " ")
    start = max(0, at - 60)
    shown = line[start : at + 60]
    caret = " " * (at - start) + "^"
    return Refusal(code, f"\n{shown}\n{caret}\nERROR at Row:1:Column:{at + 1}\n{message}")


def is_real(text: str) -> bool:
    """Whether a day or moment of the right shape is in the calendar."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            moment.astimezone(UTC)  # where it may lie beyond the last day
    except (ValueError, OverflowError):
        return False
    return True


def unescaped(text: str) -> str:
    """What a quoted text says."""
    if "\\" not in text:
        return text
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text, flags=re.DOTALL)
