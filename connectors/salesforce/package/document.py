"""Metadata as XML, in the order and with the indents that Salesforce's own tools write."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, cast
from xml.sax.saxutils import escape

Body = Mapping[str, object]
"""A metadata type: texts, numbers, switches, bodies, and sequences of them for what repeats."""

NAMESPACE: Final = "http://soap.sforce.com/2006/04/metadata"
_INDENT: Final = "    "


def document(type_: str, body: Body) -> str:
    """The file of one component."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<{type_} xmlns="{NAMESPACE}">',
        *_lines(body, _INDENT),
        f"</{type_}>",
    ]
    return "\n".join(lines) + "\n"


def _lines(body: Body, indent: str) -> Iterator[str]:
    # A full name comes first, as Salesforce's own tools write it.
    for name in sorted(body, key=lambda one: (one != "fullName", one)):
        value = body[name]
        listed = isinstance(value, Sequence) and not isinstance(value, str)
        for one in cast("Sequence[object]", value) if listed else (value,):
            if isinstance(one, Mapping):
                yield f"{indent}<{name}>"
                yield from _lines(one, indent + _INDENT)
                yield f"{indent}</{name}>"
            else:
                yield f"{indent}<{name}>{_text(one)}</{name}>"


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(str(value), {'"': "&quot;", "'": "&apos;"})
