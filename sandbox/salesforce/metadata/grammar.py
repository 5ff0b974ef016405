"""The XML of metadata: which elements stand in which type, and what they may hold."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from xml.etree import ElementTree as ET

from sandbox.salesforce.definitions import TABLES

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
Body = dict[str, object]
"""A parsed type: texts, bodies, and lists of either where an element may come several times."""


class Problem(Exception):
    """Something in a package that an org does not take, in its own words."""

    def __init__(self, problem: str, *, warning: bool = False) -> None:
        super().__init__(problem)
        self.problem = problem
        self.warning = warning


@dataclass(frozen=True, slots=True)
class Element:
    """What may stand in a type under one name."""

    holds: str
    required: bool
    repeated: bool


@dataclass(frozen=True, slots=True)
class _Grammar:
    types: Mapping[str, Mapping[str, Element]]
    enums: Mapping[str, frozenset[str]]


def parse(raw: bytes, type_: str) -> Body:
    """Read a file that holds one type.

    Raises:
        Problem: it is no XML, or something stands where it may not.
    """
    root = _root(raw)
    if root.tag != f"{{{NAMESPACE}}}{type_}":
        raise Problem(f"Content is not allowed: expected {type_}, found {_local(root)}")
    return _body(root, type_)


def _root(raw: bytes) -> ET.Element:
    if b"<!DOCTYPE" in raw:
        raise Problem("Error parsing file: DOCTYPE is disallowed")
    try:
        return ET.fromstring(raw)  # noqa: S314 - without a DOCTYPE there are no entities
    except ET.ParseError as error:
        raise Problem(f"Error parsing file: {error}") from error


def _body(node: ET.Element, type_: str) -> Body:
    elements = _grammar().types[type_]
    body: Body = {}
    before = ""
    for child in node:
        name = _local(child)
        element = elements.get(name)
        if element is None or child.tag != f"{{{NAMESPACE}}}{name}":
            raise Problem(f"Element {child.tag} invalid at this location in type {type_}")
        if name in body and (not element.repeated or before != name):
            raise Problem(f"Element {name} is duplicated at this location in type {type_}")
        _add(body, name, _value(child, element.holds), repeated=element.repeated)
        before = name
    missing = [name for name, one in elements.items() if one.required and name not in body]
    if missing:
        raise Problem(f"Required field is missing: {missing[0]}")
    return body


def _add(body: Body, name: str, value: object, *, repeated: bool) -> None:
    if not repeated:
        body[name] = value
        return
    listed = body.setdefault(name, [])
    if isinstance(listed, list):
        listed.append(value)


def _value(node: ET.Element, holds: str) -> object:
    grammar = _grammar()
    if holds in grammar.types:
        return _body(node, holds)
    text = (node.text or "").strip()
    if holds in grammar.enums:
        if text not in grammar.enums[holds]:
            raise Problem(f"'{text}' is not a valid value for the enum '{holds}'")
        return text
    accepted = _SIMPLE.get(holds)
    if accepted and not accepted(text):
        raise Problem(f"'{text}' is not a valid value for the type xsd:{holds}")
    return text == "true" if holds == "boolean" else text


_SIMPLE: Mapping[str, Callable[[str], object]] = {
    "boolean": {"true", "false"}.__contains__,
    "int": re.compile(r"-?\d+").fullmatch,
    "double": re.compile(r"-?\d+(\.\d+)?").fullmatch,
    "date": re.compile(r"\d{4}-\d\d-\d\d").fullmatch,
}


def bodies(body: Body, name: str) -> Iterator[Body]:
    """The types that stand in another one under a name."""
    listed = body.get(name, [])
    for one in listed if isinstance(listed, list) else [listed]:
        if isinstance(one, dict):
            yield one


def text_of(body: Body, name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def texts_of(body: Body, name: str) -> list[str]:
    listed = body.get(name)
    return [str(one) for one in listed] if isinstance(listed, list) else []


def number_of(body: Body, name: str, usual: int) -> int:
    return int(text_of(body, name) or usual)


def all_texts(body: Body) -> Iterator[str]:
    """Every text in a type, however deep."""
    for value in body.values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                yield from all_texts(one)
            elif isinstance(one, str):
                yield one


def _local(node: ET.Element) -> str:
    return node.tag.rpartition("}")[2]


@cache
def _grammar() -> _Grammar:
    types: dict[str, dict[str, Element]] = {}
    enums: dict[str, frozenset[str]] = {}
    table = files(TABLES).joinpath("metadata.tsv").read_text(encoding="utf-8")
    for line in table.splitlines()[1:]:
        name, *cells = line.split("\t")
        if name.startswith("="):
            enums[name[1:]] = frozenset(cells[0].split(";"))
            continue
        element, holds, least, most = cells
        types.setdefault(name, {})[element] = Element(holds, least != "0", most == "unbounded")
    return _Grammar(types, enums)
