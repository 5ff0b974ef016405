"""XML as the older interfaces speak it: read without its name spaces, written from values."""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, fromstring
from xml.sax.saxutils import escape

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


@dataclass(frozen=True, slots=True)
class Typed:
    """A value whose element names its type; without a value the element says so."""

    kind: str
    value: Mapping[str, object] | None


def read(raw: bytes) -> Element:
    """The root of a document; the tags are without their name spaces.

    Raises:
        ValueError: it is no XML, or XML that defines things of its own.
    """
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise ValueError("a document type is not allowed")
    try:
        root = fromstring(raw)  # noqa: S314  what could expand was refused above
    except ParseError as error:
        raise ValueError(str(error)) from error
    for one in root.iter():
        one.tag = one.tag.rpartition("}")[2]
    return root


def texts(element: Element) -> dict[str, str]:
    """The text of each child by its name; the last one counts."""
    return {one.tag: (one.text or "").strip() for one in element}


def written(name: str, value: object, attributes: str = "") -> str:
    """An element: a mapping becomes its children, a list the same element again and again."""
    if isinstance(value, list):
        return "".join(written(name, one, attributes) for one in value)
    if isinstance(value, Typed):
        said = ' xsi:nil="true"' if value.value is None else f' xsi:type="{value.kind}"'
        return written(name, value.value, attributes + said)
    return f"<{name}{attributes}>{_inside(value)}</{name}>"


def _inside(value: object) -> str:
    if isinstance(value, Mapping):
        return "".join(written(name, one) for name, one in value.items())
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else escape(str(value))
