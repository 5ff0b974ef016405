"""How a change happens: history, computed values, unique values, the search index, the ledger."""

import heapq
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from sandbox.clock import SandboxClock
from sandbox.hubspot.derive import derived, initial
from sandbox.hubspot.knobs import Knobs
from sandbox.hubspot.object_types import OBJECT_TYPES, ObjectType, object_type
from sandbox.hubspot.refusals import no_such_record
from sandbox.hubspot.schema import Schema
from sandbox.hubspot.shelf import Record, Shelf, Source
from sandbox.hubspot.values import iso
from sandbox.ledger import Ledger

_COMPUTED = Source("CALCULATED")


class Store:
    """Every record of a portal. What is asked here has been checked; nothing is refused."""

    def __init__(
        self, clock: SandboxClock, knobs: Knobs, schema: Schema, ledger: Ledger, seed: int
    ) -> None:
        self.clock = clock
        self.knobs = knobs
        self.schema = schema
        self._ledger = ledger
        self._draw = random.Random(seed)
        self._bumps: list[tuple[datetime, int, str]] = []
        self._shelves = {one.name: Shelf(one, self._lag, self._gap) for one in OBJECT_TYPES}

    def shelf(self, kind: ObjectType) -> Shelf:
        return self._shelves[kind.name]

    def record(self, kind: ObjectType, record_id: str) -> Record:
        """The live record of this id, or the one that it was merged into."""
        self.settle()
        shelf = self.shelf(kind)
        found = shelf.find(record_id)
        found = shelf.survivor(found) if found is not None else None
        if found is None or not found.is_live:
            raise no_such_record()
        return found

    def moment(self, at: datetime | None) -> datetime:
        """When something happens: HubSpot keeps milliseconds."""
        moment = at or self.settle()
        return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)

    def settle(self) -> datetime:
        """Let happen what is due by now; every question to the portal starts with it."""
        now = self.clock.now()
        while self._bumps and self._bumps[0][0] <= now:
            at, number, name = heapq.heappop(self._bumps)
            kind = object_type(name)
            self._bump(kind, self.shelf(kind).records[number], at)
        for shelf in self._shelves.values():
            shelf.index.settle(now)
        return now

    def insert(
        self, kind: ObjectType, values: Mapping[str, str], at: datetime, source: Source
    ) -> Record:
        record = self.shelf(kind).add(at)
        record.values.update(initial(kind, record.id))
        self._change(kind, record, {**values, "hs_object_id": record.id}, at, source, hide=True)
        self.note(kind, record, "create", source, at)
        return record

    def write(
        self,
        kind: ObjectType,
        record: Record,
        wanted: Mapping[str, str],
        at: datetime,
        source: Source,
    ) -> bool:
        """Write values; says whether anything changed. What changes nothing moves no date."""
        old = {name: record.values.get(name, "") for name in wanted}
        changes = {name: value for name, value in wanted.items() if value != old[name]}
        if not changes:
            self.note(kind, record, "touch", source, at)
            return False
        self._change(kind, record, changes, at, source)
        for name, value in changes.items():
            self.note(kind, record, "update", source, at, (name, old[name], value))
        return True

    def compute(
        self, kind: ObjectType, record: Record, values: Mapping[str, str], at: datetime
    ) -> None:
        """Values that HubSpot works out; they change a record like any other write."""
        changes = {
            name: value for name, value in values.items() if value != record.values.get(name, "")
        }
        if changes:
            self._change(kind, record, changes, at, _COMPUTED)

    def hide(self, kind: ObjectType, record: Record, at: datetime) -> None:
        """Before a record is archived or merged: search goes on finding it for a while."""
        values = record.values
        self.shelf(kind).index.changed(record.number, lambda: values, at, self.clock.now())
        for name in self._unique_names(kind):
            self.shelf(kind).release(name, values.get(name, ""))

    def show(self, kind: ObjectType, record: Record, at: datetime) -> None:
        """After a record came back."""
        self.shelf(kind).index.changed(record.number, lambda: None, at, self.clock.now())
        self._claim(kind, record, {})

    def bump_later(self, kind: ObjectType, record: Record) -> None:
        """HubSpot itself touches a new record some seconds after its creation."""
        at = record.created + timedelta(
            seconds=round(self._draw.uniform(*self.knobs.bump_after_create_seconds), 3)
        )
        if at <= self.clock.now():
            self._bump(kind, record, at)
        else:
            heapq.heappush(self._bumps, (at, record.number, kind.name))

    def note(  # noqa: PLR0913, PLR0917  what an entry of the ledger says
        self,
        kind: ObjectType,
        record: Record,
        action: str,
        source: Source,
        at: datetime,
        change: tuple[str, str, str] = ("", "", ""),
    ) -> None:
        name, old, new = change
        self._ledger.change(
            "hubspot",
            kind.name,
            record.id,
            action=action,
            by=source.type,
            at=at,
            fields=[(name, old or None, new or None)],
        )

    def _change(  # noqa: PLR0913  what, of whom, when, by whom
        self,
        kind: ObjectType,
        record: Record,
        changes: Mapping[str, str],
        at: datetime,
        source: Source,
        *,
        hide: bool = False,
    ) -> None:
        before = dict(record.values)
        record.put(changes, at, source)
        pipelines = self.schema.pipelines(kind)
        record.put(
            derived(kind, before, record.values, at, pipelines, self.knobs.rates), at, _COMPUTED
        )
        self._claim(kind, record, before)
        self._modified(kind, record, at, lambda: None if hide else before)

    def _bump(self, kind: ObjectType, record: Record, at: datetime) -> None:
        if record.is_live:
            before = dict(record.values)
            self._modified(kind, record, at, lambda: before)

    def _modified(
        self,
        kind: ObjectType,
        record: Record,
        at: datetime,
        before: Callable[[], Mapping[str, str] | None],
    ) -> None:
        record.modified = max(record.modified, at)
        record.values[kind.modified] = iso(record.modified)
        self.shelf(kind).index.changed(record.number, before, at, self.clock.now())

    def _claim(self, kind: ObjectType, record: Record, before: Mapping[str, str]) -> None:
        shelf = self.shelf(kind)
        for name in self._unique_names(kind):
            old, new = before.get(name, ""), record.values.get(name, "")
            if old and old != new:
                shelf.release(name, old)
            if new:
                shelf.claim(name, new, record)

    def _unique_names(self, kind: ObjectType) -> list[str]:
        return self.schema.unique_names(kind)

    def _lag(self) -> float:
        return self.knobs.index_lag_seconds

    def _gap(self) -> int:
        return self._draw.randint(1, 9)
