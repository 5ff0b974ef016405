"""The records of one object type, with the history of every property."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sandbox.hubspot.index import Index
from sandbox.hubspot.object_types import ObjectType
from sandbox.hubspot.values import is_whole


@dataclass(frozen=True, slots=True)
class Source:
    """Who changed a value: a person in the CRM, an integration, or HubSpot itself."""

    type: str
    id: str = ""
    user: int | None = None


class Version(NamedTuple):
    """One value that a property has had."""

    value: str
    at: datetime
    source: Source


@dataclass(slots=True)
class Record:
    """One record. `values` holds no empty text: a cleared property is absent."""

    number: int
    created: datetime
    modified: datetime
    values: dict[str, str] = field(default_factory=dict)
    history: dict[str, list[Version]] = field(default_factory=dict)
    archived: datetime | None = None
    merged_into: int = 0
    erased: bool = False

    @property
    def id(self) -> str:
        return str(self.number)

    @property
    def is_live(self) -> bool:
        return self.archived is None and not self.merged_into

    def put(self, changes: Mapping[str, str], at: datetime, source: Source) -> None:
        for name, value in changes.items():
            self.history.setdefault(name, []).append(Version(value, at, source))
            if value:
                self.values[name] = value
            else:
                self.values.pop(name, None)


class Shelf:
    """Records by number, in ascending order; archived ones stay on it."""

    def __init__(
        self, kind: ObjectType, lag_seconds: Callable[[], float], gap: Callable[[], int]
    ) -> None:
        self.kind = kind
        self._gap = gap
        self._next = kind.first_number
        self.records: dict[int, Record] = {}
        self.numbers: list[int] = []  # ascending, because numbers only grow
        self.index = Index(self.live_values, lag_seconds)
        self._unique: dict[tuple[str, str], int] = {}

    def add(self, created: datetime) -> Record:
        self._next += self._gap()
        record = Record(self._next, created, created)
        self.records[record.number] = record
        self.numbers.append(record.number)
        return record

    def live(self) -> Iterator[Record]:
        return (one for one in self.records.values() if one.is_live)

    def live_values(self, number: int) -> dict[str, str] | None:
        record = self.records[number]
        return record.values if record.is_live else None

    def find(self, record_id: str) -> Record | None:
        """The record of this id, as it is: archived and merged ones too."""
        return self.records.get(int(record_id)) if is_whole(record_id) else None

    def survivor(self, record: Record) -> Record:
        while record.merged_into:
            record = self.records[record.merged_into]
        return record

    def owner_of(self, name: str, value: str) -> Record | None:
        """Who holds this value of a property whose values are unique."""
        number = self._unique.get((name, value))
        return None if number is None else self.records[number]

    def claim(self, name: str, value: str, record: Record) -> None:
        self._unique[name, value] = record.number

    def release(self, name: str, value: str) -> None:
        self._unique.pop((name, value), None)
