"""What an answer says apart from its values: status, fields, kinds, codes."""

import csv
import io
from typing import Any
from xml.etree.ElementTree import Element, fromstring

Fact = tuple[str, str]

# The words that steer a client are compared as they are.
_STEERING = frozenset(
    {
        "errorCode",
        "statusCode",
        "exceptionCode",
        "httpStatusCode",
        "success",
        "created",
        "done",
        "hasErrors",
        "isSuccessful",
        "referenceId",
        "state",
        "operation",
        "contentType",
        "concurrencyMode",
    }
)
_BY_POSITION = frozenset({"", ".compositeResponse", ".graphs", ".results"})
_BY_NAME = {
    ".fields": lambda one: one["name"],
    ".sobjects": lambda one: one["name"],
    ".childRelationships": lambda one: f"{one['childSObject']}.{one['field']}",
}


def facts(status: int, body: Any) -> set[Fact]:
    """Everything that is compared of one answer."""
    return {("status", str(status))} | _of(_parsed(body), "")


def shared(recorded: set[Fact], told: set[Fact]) -> tuple[set[Fact], set[Fact]]:
    """Both sides without the objects and custom fields that only one of the orgs has."""
    return _without(recorded, _named(told)), _without(told, _named(recorded))


def _parsed(body: Any) -> Any:
    if not isinstance(body, str):
        return body
    if body.startswith("<"):
        return _from_xml(fromstring(body))  # noqa: S314  recorded or our own
    if body.startswith('"'):
        header, *rows = csv.reader(io.StringIO(body))
        return [dict(zip((name.lower() for name in header), row, strict=True)) for row in rows]
    return body


def _from_xml(element: Element) -> dict[str, Any]:
    name = element.tag.rpartition("}")[2]
    below: dict[str, Any] = {}
    for one in element:
        below |= _from_xml(one)
    return {name: below if len(element) else (element.text or "")}


def _of(value: Any, path: str) -> set[Fact]:
    found = {(path, _kind(value))}
    if isinstance(value, dict):
        for name, one in value.items():
            found |= _of(one, f"{path}.{name}")
    elif isinstance(value, list):
        found |= _of_list(value, path)
    elif path.rpartition(".")[2] in _STEERING:
        found.add((path, f"={value}"))
    return found


def _of_list(values: list[Any], path: str) -> set[Fact]:
    if path in _BY_NAME:
        return set().union(*(_of(one, f"{path}[{_BY_NAME[path](one)}]") for one in values))
    found: set[Fact] = {(path, "some" if values else "empty")}
    for index, one in enumerate(values):
        found |= _of(one, f"{path}[{index if path in _BY_POSITION else ''}]")
    return found


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return {dict: "object", list: "list", str: "text", type(None): "null"}[type(value)]


def _named(found: set[Fact]) -> set[str]:
    return {_name(path) for path, _ in found} - {""}


def _name(path: str) -> str:
    """The object or field that a path is about, as `.fields[Industry]`."""
    start, bracket, rest = path.partition("[")
    return f"{start}[{rest.partition(']')[0]}" if bracket and start in _BY_NAME else ""


def _without(found: set[Fact], known: set[str]) -> set[Fact]:
    return {
        (path, kind)
        for path, kind in found
        if not (name := _name(path)) or name in known or not _is_its_own(name)
    }


def _is_its_own(name: str) -> bool:
    """Whether another org may do without it: other objects, and custom fields."""
    return not name.startswith(".fields") or name.endswith(("__c", "__pc"))
