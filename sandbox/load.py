"""CSV exports into the sandbox, so that anyone sees their own balance before connecting a CRM.

A row that cannot be a record is parked with its file, line and reason; all the others are loaded.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from sandbox.loading.drafts import Draft, Unusable, draft
from sandbox.loading.mapping import Lookup, MappingRefused, Plan, Section, read_mapping
from sandbox.loading.tables import Line, Table, read_table

__all__ = ["Intake", "LoadReport", "MappingRefused", "load", "read_mapping"]

_SETTLED = timedelta(minutes=1)
"""How old a record without a time of its own is. Whoever reads a CRM leaves out its last seconds,
and would not see what came just now."""


class Intake(Protocol):
    """A CRM's side of loading."""

    objects: tuple[str, ...]  # those that can be loaded, the ones others refer to first
    refused: type[Exception]  # what the CRM raises when it does not take a record

    def now(self) -> datetime: ...

    def prepare(self, name: str, section: Section, statuses: Iterable[str]) -> None:
        """Add the fields and the status values that the rows will need."""

    def take(self, name: str, draft: Draft, links: Mapping[str, str]) -> str:
        """Add a record, linked to these others, and return its id."""
        ...

    def convert(self, lead: str, at: datetime, made: Mapping[str, str]) -> None:
        """Mark a lead as converted into these records, by object."""


@dataclass(frozen=True, slots=True)
class ParkedRow:
    """A row that was left out."""

    file: str
    line: int
    reason: str


@dataclass(slots=True)
class LoadReport:
    """What became of every row."""

    read: Counter[str] = field(default_factory=Counter)
    loaded: Counter[str] = field(default_factory=Counter)
    converted: int = 0
    parked: list[ParkedRow] = field(default_factory=list)
    encodings: dict[str, str] = field(default_factory=dict)

    def as_row(self) -> dict[str, object]:
        """The report as the admin interface tells it."""
        return {
            "read": dict(self.read),
            "loaded": dict(self.loaded),
            "converted": self.converted,
            "encodings": self.encodings,
            "parked": [
                {"file": one.file, "line": one.line, "reason": one.reason} for one in self.parked
            ],
        }


def load(intake: Intake, files: Mapping[str, Path], plan: Plan) -> LoadReport:
    """Load these files, by object or by the name under which the mapping joins them.

    Raises:
        MappingRefused: files and mapping do not fit together; nothing was loaded.
    """
    tables = {name: read_table(path) for name, path in files.items()}
    problems = list(_misfits(intake, tables, plan))
    if problems:
        raise MappingRefused(problems)
    return _Loading(intake, tables, plan).run()


def _misfits(intake: Intake, tables: Mapping[str, Table], plan: Plan) -> Iterator[str]:
    """Files without a section, sections without what they name, columns that are not there."""
    joined = {file for section in plan.sections.values() for file in section.joins}
    for name in tables:
        if name not in plan.sections and name not in joined:
            yield f"--load {name}: the mapping has no [{name}]"
    for name, section in plan.sections.items():
        if name in tables:
            yield from _missing_files(name, section, tables)
            yield from _missing_columns(name, section, tables)
    if not any(name in tables for name in intake.objects):
        yield f"--load: nothing to load; objects are {', '.join(intake.objects)}"


def _missing_files(name: str, section: Section, tables: Mapping[str, Table]) -> Iterator[str]:
    needed = {file: f"joins.{file}" for file in section.joins}
    needed |= {one.object: f"lookups.{key}" for key, one in section.lookups.items()}
    for file, path in needed.items():
        if file not in tables:
            yield f"{name}.{path}: needs --load {file}=FILE"


def _missing_columns(name: str, section: Section, tables: Mapping[str, Table]) -> Iterator[str]:
    for column in sorted(section.columns()):
        file, dot, inner = column.partition(".")
        joined = bool(dot) and file in section.joins
        table = tables.get(file) if joined else tables[name]
        wanted = inner if joined else column
        if table is not None and wanted not in table.columns:
            there = ", ".join(table.columns)
            yield f"{name}: {table.path} has no column {wanted!r}; it has {there}"


class _Loading:
    """One load at work: what has been loaded so far, under the names others use for it."""

    def __init__(self, intake: Intake, tables: Mapping[str, Table], plan: Plan) -> None:
        self._intake = intake
        self._tables = tables
        self._plan = plan
        self._now = intake.now() - _SETTLED
        self._report = LoadReport()
        self._known: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        self._origins: dict[str, dict[str, str]] = defaultdict(dict)  # lead -> what became of it
        self._conversions: dict[str, datetime] = {}

    def run(self) -> LoadReport:
        for name, table in self._tables.items():
            self._report.encodings[name] = table.encoding
        for name in self._intake.objects:
            if name in self._tables:
                self._load(name, self._tables[name], self._plan.sections[name])
        self._convert()
        return self._report

    def _load(self, name: str, table: Table, section: Section) -> None:
        drafts = list(self._drafts(name, table, section))
        statuses = {one.status for _, one, _ in drafts} | {one.first for _, one, _ in drafts}
        self._intake.prepare(name, section, sorted(one for one in statuses if one))
        for line, one, links in drafts:
            try:
                made = self._intake.take(name, one, links)
            except self._intake.refused as error:
                self._park(table, line, str(error))
                continue
            self._remember(name, one, made)

    def _drafts(
        self, name: str, table: Table, section: Section
    ) -> Iterator[tuple[Line, Draft, dict[str, str]]]:
        """Rows that can be records so far; the lookups are those of objects loaded before."""
        seen: set[str] = set()
        joins = {file: self._joined(file, join.key) for file, join in section.joins.items()}
        for line in table.lines:
            self._report.read[name] += 1
            try:
                key = _key(section, line, seen)
                cells = dict(line.cells)
                for file, join in section.joins.items():
                    cells |= joins[file].get(cells.get(join.on, ""), {})
                one = draft(section, cells, key, self._plan.zone, self._now)
                links = {field: self._find(cells, to) for field, to in section.lookups.items()}
            except Unusable as error:
                self._park(table, line, str(error))
                continue
            yield line, one, {field: id_ for field, id_ in links.items() if id_}

    def _joined(self, file: str, key: str) -> dict[str, dict[str, str]]:
        return {
            line.cells[key]: {f"{file}.{name}": value for name, value in line.cells.items()}
            for line in self._tables[file].lines
            if key in line.cells
        }

    def _find(self, cells: Mapping[str, str], lookup: Lookup) -> str:
        value = cells.get(lookup.column, "")
        found = self._known[lookup.object, lookup.by].get(value, "")
        if value and not found:
            raise Unusable(f"{lookup.column}: there is no {lookup.object} {value!r}")
        return found

    def _remember(self, name: str, one: Draft, made: str) -> None:
        self._report.loaded[name] += 1
        self._known[name, "id"][one.key] = made
        for field_, value in one.values.items():
            self._known[name, field_].setdefault(str(value), made)
        if one.converted is not None:
            self._conversions[one.key] = one.converted
        if one.lead:
            self._origins[one.lead].setdefault(name, made)
            self._conversions.setdefault(one.lead, one.created)

    def _convert(self) -> None:
        """Last of all, because a lead points to what was loaded after it."""
        leads = self._known["Lead", "id"]
        for key, at in self._conversions.items():
            if key in leads:
                self._intake.convert(leads[key], at, self._origins.get(key, {}))
                self._report.converted += 1

    def _park(self, table: Table, line: Line, reason: str) -> None:
        self._report.parked.append(ParkedRow(table.path.name, line.number, reason))


def _key(section: Section, line: Line, seen: set[str]) -> str:
    if line.problem:
        raise Unusable(line.problem)
    key = line.cells.get(section.id, "") if section.id else str(line.number)
    if not key:
        raise Unusable(f"{section.id} is blank")
    if key in seen:
        raise Unusable(f"{section.id} {key!r} occurs twice; the first row stands")
    seen.add(key)
    return key
