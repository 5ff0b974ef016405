"""What an answer says apart from its values: status, fields, kinds, categories and wording."""

import re
from collections.abc import Callable
from typing import Any

Fact = tuple[str, str]

# The words that steer a client are compared as they are.
_STEERING = frozenset(
    {"status", "category", "subCategory", "code", "errorType", "policyName", "type", "fieldType"}
)
_SWITCHES = frozenset({"readOnlyValue", "calculated", "hubspotDefined"})
_STEERING_LISTS = frozenset({"requiredGranularScopes"})
# What a portal names itself: only names that both sides have are compared.
_BY_NAME: dict[str, Callable[[Any], str]] = {
    "name": lambda one: one.get("name", "") if "groupName" in one or "cardinality" in one else "",
    "id": lambda one: one.get("id", "") if "metadata" in one or "stages" in one else "",
}
_PLACEHOLDERS = ("<text not found>", "…")
_STATUS = "status code"
EITHER = "<html> or JSON"


def facts(status: int, body: Any) -> set[Fact]:
    """Everything that is compared of one answer."""
    found = {(_STATUS, str(status))}
    return found | ({("", "anything")} if body == EITHER else _of(body, ""))


def shared(recorded: set[Fact], told: set[Fact]) -> tuple[set[Fact], set[Fact]]:
    """Both sides without what only one of the portals has, and without what nobody wrote down."""
    names = _named(recorded) & _named(told)
    left = {one for one in recorded if _name(one[0]) in names or not _name(one[0])}
    right = {one for one in told if _name(one[0]) in names or not _name(one[0])}
    blank = {path for path, kind in left if kind == "anything"}
    return (
        {one for one in left if not _is_below(one[0], blank)},
        {one for one in right if not _is_below(one[0], blank)},
    )


def _of(value: Any, path: str) -> set[Fact]:
    if isinstance(value, str) and any(one in value for one in _PLACEHOLDERS):
        return {(path, "anything")}
    if isinstance(value, dict):
        return {(path, "object")}.union(
            *(_of(one, f"{path}.{name}") for name, one in value.items())
        )
    if isinstance(value, list):
        return _of_list(value, path)
    name = path.rpartition(".")[2]
    found = {(path, _kind(value, path))}
    if name in _STEERING | _SWITCHES:
        found.add((path, f"={value}"))
    elif name == "message":
        found.add((path, _wording(value)))
    return found


def _of_list(values: list[Any], path: str) -> set[Fact]:
    if values and all(isinstance(one, str) and one in _PLACEHOLDERS for one in values):
        return {(path, "list"), (path, "some"), (f"{path}[]", "anything")}
    found = {(path, "list")}
    if path in {".results", ".errors"}:
        found.add((path, "some" if values else "empty"))
    if path.rpartition(".")[2] in _STEERING_LISTS:
        found |= {(path, f"={one}") for one in values}
    for one in values:
        found |= _of(one, f"{path}[{_key(one)}]")
    return found


def _key(one: Any) -> str:
    if not isinstance(one, dict):
        return ""
    return next((key for read in _BY_NAME.values() if (key := read(one))), "")


def _kind(value: Any, path: str) -> str:
    if ".properties." in path:
        return "text or nothing"  # whether a record has a value is the record's affair
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "nothing" if value is None else "text"


def _wording(message: str) -> str:
    """A message without what it is about: numbers, names in brackets, quoted words."""
    return re.sub(r"(?s)\[.*\]|'[^']*'|\d+|(?<=ID: ).*|\S+_id_\S+", "…", message)


def _named(found: set[Fact]) -> set[str]:
    return {_name(path) for path, _ in found} - {""}


def _name(path: str) -> str:
    """The named thing that a path is about, as `.results[email`."""
    match = re.match(r"(?P<name>.*\[[^\]]+)\]", path)
    return match["name"] if match else ""


def _is_below(path: str, blank: set[str]) -> bool:
    return path != _STATUS and any(path.startswith(one) for one in blank)
