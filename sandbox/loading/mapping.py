"""The mapping file: which column of a CSV export becomes which field of the CRM.

One table an object, named as the CRM names it (`[Lead]`, `[contacts]`):

    id        the column that names the row; a second row of the same id is parked
    created   the column with the time it was created; blank means: when it is loaded
    converted the column with the time a lead was converted (Salesforce)
    from_lead the column that names the lead this record came from (Salesforce)
    fields    CRM field = column, or file.column for a column of a joined file
    constants CRM field = the same value for every row
    custom    fields to add first: name = { type = "Number", scale = 2, label = "..." }
    lookups   CRM field (in HubSpot: object) = { column, object, by }; `by` is "id" or a CRM field
    joins     file = { on, key }: rows of another file, found by the key column
    status    column or is_closed and is_won; first, since, values, won, lost: see `Status`

and, at the top, `time_zone` for times that carry none.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class MappingRefused(Exception):
    """The mapping or the list of files cannot be used; `problems` are all that was found."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Custom:
    """A field to add: its type in the CRM's words, and what goes with it."""

    type: str = ""  # text, if it is not said
    label: str = ""
    scale: int = 0


@dataclass(frozen=True, slots=True)
class Lookup:
    """Another record that a row names in a column: by its id or by the value of a field."""

    column: str = ""
    object: str = ""
    by: str = "id"


@dataclass(frozen=True, slots=True)
class Join:
    """Rows of another file, found where its `key` column holds what the `on` column says."""

    on: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """The present status and, when both are known, the one before it.

    Either `column` holds it, under the names of `values`; or the flags `is_closed` and `is_won`
    choose between the first of `won`, the first of `lost` and `first`. A row with a time in
    `since` begins in `first` and takes its status then; other rows have theirs from the start.
    """

    column: str = ""
    is_closed: str = ""
    is_won: str = ""
    first: str = ""
    since: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    won: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """How the rows of one file become records of one object."""

    id: str = ""
    created: str = ""
    converted: str = ""
    from_lead: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, object] = field(default_factory=dict)
    custom: Mapping[str, Custom] = field(default_factory=dict)
    lookups: Mapping[str, Lookup] = field(default_factory=dict)
    joins: Mapping[str, Join] = field(default_factory=dict)
    status: Status | None = None

    def columns(self) -> set[str]:
        """Every column that is named, of this file and (with a dot) of the joined ones."""
        named = {self.id, self.created, self.converted, self.from_lead, *self.fields.values()}
        named |= {one.column for one in self.lookups.values()}
        named |= {one.on for one in self.joins.values()}
        named |= {f"{file}.{one.key}" for file, one in self.joins.items()}
        if self.status is not None:
            status = self.status
            named |= {status.column, status.is_closed, status.is_won, status.since}
        return named - {""}


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole mapping."""

    sections: Mapping[str, Section]
    zone: ZoneInfo


def read_mapping(path: Path, objects: tuple[str, ...]) -> Plan:
    """The mapping in a file, for a CRM that has these objects.

    Raises:
        MappingRefused: with everything that is wrong with it.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MappingRefused([f"{path}: {error}"]) from error
    problems: list[str] = []
    zone = _zone(raw.pop("time_zone", "UTC"), problems)
    _check_names(raw, objects, "", problems)
    sections = {
        name: _section(value, name, problems) for name, value in raw.items() if name in objects
    }
    if problems:
        raise MappingRefused([f"{path}: {problem}" for problem in problems])
    return Plan(sections, zone)


def _zone(name: object, problems: list[str]) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError):
        problems.append(f"time_zone: there is no time zone {name!r}")
        return ZoneInfo("UTC")


def _section(raw: object, path: str, problems: list[str]) -> Section:
    table = _table(raw, path, problems)
    _check_names(table, tuple(one.name for one in fields(Section)), path, problems)
    texts = {
        name: _text(table[name], f"{path}.{name}", problems)
        for name in ("id", "created", "converted", "from_lead")
        if name in table
    }

    def inner(name: str) -> dict[str, tuple[object, str, list[str]]]:
        found = _table(table.get(name, {}), f"{path}.{name}", problems)
        return {key: (value, f"{path}.{name}.{key}", problems) for key, value in found.items()}

    return Section(
        **texts,
        fields={key: _text(*one) for key, one in inner("fields").items()},
        constants={key: one[0] for key, one in inner("constants").items()},
        custom={key: _custom(*one) for key, one in inner("custom").items()},
        lookups={key: _lookup(*one) for key, one in inner("lookups").items()},
        joins={key: _join(*one) for key, one in inner("joins").items()},
        status=_status(table["status"], f"{path}.status", problems) if "status" in table else None,
    )


def _custom(raw: object, path: str, problems: list[str]) -> Custom:
    table = _known(raw, Custom, path, problems)
    kind = _text(table.get("type", ""), f"{path}.type", problems)
    label = _text(table.get("label", ""), f"{path}.label", problems)
    scale = table.get("scale", 0)
    if not isinstance(scale, int):
        problems.append(f"{path}.scale: must be a whole number")
        scale = 0
    return Custom(kind, label, scale)


def _lookup(raw: object, path: str, problems: list[str]) -> Lookup:
    texts = _texts(_known(raw, Lookup, path, problems), path, problems)
    _need(texts, ("column", "object"), path, problems)
    return Lookup(**texts)


def _join(raw: object, path: str, problems: list[str]) -> Join:
    texts = _texts(_known(raw, Join, path, problems), path, problems)
    _need(texts, ("on", "key"), path, problems)
    return Join(**texts)


def _status(raw: object, path: str, problems: list[str]) -> Status:
    table = _known(raw, Status, path, problems)
    values = _table(table.pop("values", {}), f"{path}.values", problems)
    won, lost = (_list(table.pop(name, []), f"{path}.{name}", problems) for name in ("won", "lost"))
    texts = _texts(table, path, problems)
    if ("column" in texts) == ("is_closed" in texts):
        problems.append(f"{path}: needs either column, or is_closed and is_won")
    if "is_closed" in texts and not (won and lost and "first" in texts and "is_won" in texts):
        problems.append(f"{path}: with is_closed go is_won, first, won and lost")
    return Status(**texts, values=_texts(values, f"{path}.values", problems), won=won, lost=lost)


def _known(raw: object, kind: type, path: str, problems: list[str]) -> dict[str, object]:
    """The names of a table that something of this kind has; the others are problems."""
    table = _table(raw, path, problems)
    names = tuple(one.name for one in fields(kind))
    _check_names(table, names, path, problems)
    return {name: value for name, value in table.items() if name in names}


def _table(raw: object, path: str, problems: list[str]) -> dict[str, object]:
    if isinstance(raw, dict):
        return dict(raw)
    problems.append(f"{path}: must be a table")
    return {}


def _texts(table: Mapping[str, object], path: str, problems: list[str]) -> dict[str, str]:
    return {name: _text(value, f"{path}.{name}", problems) for name, value in table.items()}


def _text(raw: object, path: str, problems: list[str]) -> str:
    if isinstance(raw, str):
        return raw
    problems.append(f"{path}: must be text")
    return ""


def _list(raw: object, path: str, problems: list[str]) -> tuple[str, ...]:
    if isinstance(raw, list) and all(isinstance(one, str) for one in raw):
        return tuple(raw)
    problems.append(f"{path}: must be a list of texts")
    return ()


def _need(texts: Mapping[str, str], names: tuple[str, ...], path: str, problems: list[str]) -> None:
    problems += [f"{path}: {name} is missing" for name in names if not texts.get(name)]


def _check_names(
    table: Mapping[str, object], known: tuple[str, ...], path: str, problems: list[str]
) -> None:
    for name in table:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}"
            problems.append(f"{path + '.' if path else ''}{name}: unknown; {hint}")
