"""Whether the names agree that one part of the configuration gives and another part uses.

It looks at the values as they were written, so that a wrong name is found also where other
settings are wrong, and each with its place.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.config.lines import Path


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A name that is used but not defined, or defined twice."""

    path: Path
    what: str
    word: str
    known: tuple[str, ...]  # what may stand there instead; empty: anything new


def disagreements(values: Mapping[str, Any]) -> Iterator[Disagreement]:
    """Every name that does not agree. Values of a wrong type are passed over."""
    yield from _attributes(values)
    yield from _stages(values)
    yield from _repeated(values)


def _attributes(values: Mapping[str, Any]) -> Iterator[Disagreement]:
    known = _names(values.get("attributes"))
    for path, name, user in _attribute_users(values):
        if isinstance(name, str) and name not in known:
            what = f"{user} uses the attribute `{name}`, which [attributes] does not define"
            yield Disagreement(path, what, name, known)


def _attribute_users(values: Mapping[str, Any]) -> Iterator[tuple[Path, object, str]]:
    """Where attributes are named, the name, and who names it."""
    for path, profile in _tables(values, "icp", "profiles"):
        for inner, criterion in _tables(profile, "criteria"):
            user = f"criterion {criterion.get('id', '')}".strip()
            yield (*path, *inner, "attribute"), criterion.get("attribute"), user
    for path, scope_filter in _tables(values, "scope", "filters"):
        user = f"scope filter {scope_filter.get('name', '')}".strip()
        yield (*path, "attribute"), scope_filter.get("attribute"), user
    for path, rule in _tables(values, "scope", "business"):
        yield (*path, "attribute"), rule.get("attribute"), "a business rule"
    for index, name in enumerate(_list(values.get("slices"))):
        yield ("slices", index), name, "`slices`"
    yield ("campaign",), values.get("campaign") or None, "`campaign`"
    for index, name in enumerate(_list(_table(values, "privacy").get("people"))):
        yield ("privacy", "people", index), name, "[privacy]"
    yield from _named_in(values, "ltv", _LTV_ATTRIBUTES)
    yield from _named_in(values, "accounts", _MATCHED_BY)


def _named_in(
    values: Mapping[str, Any], section: str, settings: Sequence[str]
) -> Iterator[tuple[Path, object, str]]:
    table = _table(values, section)
    for setting in settings:
        yield (section, setting), table.get(setting) or None, f"[{section}] {setting}"


_MATCHED_BY = ("corporate_number", "domain", "company", "prefecture", "parent")
_LTV_ATTRIBUTES = (
    "segment",
    "order_margin",
    "stated_ltv",
    "yearly_margin",
    "started",
    "churned",
)


def _stages(values: Mapping[str, Any]) -> Iterator[Disagreement]:
    known = tuple(str(stage.get("name")) for _, stage in _tables(values, "stages"))
    used: list[tuple[Path, object, str]] = [
        (("bands", name), name, "[bands]") for name in _names(values.get("bands"))
    ]
    named = _list(_table(values, "watch").get("stages"))
    used += [(("watch", "stages", i), name, "[watch]") for i, name in enumerate(named)]
    hours = _names(_table(values, "effort").get("hours"))
    used += [(("effort", "hours", name), name, "[effort]") for name in hours]
    for path, name, user in used:
        if isinstance(name, str) and name not in known:
            what = f"{user} names the stage `{name}`, which [[stages]] does not define"
            yield Disagreement(path, what, name, known)


def _repeated(values: Mapping[str, Any]) -> Iterator[Disagreement]:
    """Two stages of one name would be counted as one."""
    seen: set[object] = set()
    for path, stage in _tables(values, "stages"):
        name = stage.get("name")
        if isinstance(name, str) and name in seen:
            yield Disagreement((*path, "name"), f"two stages have the name `{name}`", name, ())
        if isinstance(name, str):
            seen.add(name)


def _tables(values: Mapping[str, Any], *keys: str) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The tables of an array of tables, each with its path; nothing where it is none."""
    place: object = values
    for key in keys:
        place = place.get(key) if isinstance(place, Mapping) else None
    for index, table in enumerate(_list(place)):
        if isinstance(table, Mapping):
            yield (*keys, index), table


def _table(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The table of this name; an empty one where there is none."""
    table = values.get(key)
    return table if isinstance(table, Mapping) else {}


def _names(table: object) -> tuple[str, ...]:
    return tuple(table) if isinstance(table, Mapping) else ()


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()
