"""Exports: files that are written in the background, one at a time, and last a few minutes."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.hubspot.knobs import Knobs
from sandbox.hubspot.object_types import ObjectType
from sandbox.hubspot.refusals import Refused, no_such_resource

MOST_A_DAY = 30
URL_LASTS = timedelta(minutes=5)
_DAY = timedelta(days=1)

Write = Callable[[], tuple[bytes, str, int]]  # the file, its suffix, and how many records it has


@dataclass(slots=True)
class Export:
    """One export. What it holds is written when somebody first looks after it has ended."""

    id: str
    name: str
    kind: ObjectType
    type: str  # VIEW or LIST
    properties: tuple[str, ...]
    requested: datetime
    starts: datetime
    ends: datetime
    write: Write
    content: bytes = b""
    suffix: str = ""
    records: int = 0

    def state(self, now: datetime) -> str:
        if now < self.starts:
            return "PENDING"
        return "PROCESSING" if now < self.ends else "COMPLETE"

    def settle(self, now: datetime) -> None:
        if self.state(now) == "COMPLETE" and not self.suffix:
            self.content, self.suffix, self.records = self.write()


class Exports:
    """The exports of a portal, in the order in which they were asked for."""

    def __init__(self, knobs: Knobs) -> None:
        self._knobs = knobs
        self._kept: dict[str, Export] = {}
        self._links: dict[str, tuple[Export, datetime]] = {}

    def add(  # noqa: PLR0913, PLR0917  an export has that many facts
        self,
        name: str,
        kind: ObjectType,
        type_: str,
        properties: tuple[str, ...],
        now: datetime,
        write: Write,
    ) -> Export:
        """Queue an export behind those that are not done.

        Raises:
            Refused: thirty were asked for within a day.
        """
        recent = [one for one in self._kept.values() if one.requested > now - _DAY]
        if len(recent) >= MOST_A_DAY:
            raise Refused(429, "You have reached your export limit.", category="RATE_LIMITS")
        begun = now + timedelta(seconds=self._knobs.export_waits_seconds)
        starts = max([begun, *(one.ends for one in self._kept.values())])
        ends = starts + timedelta(seconds=self._knobs.export_takes_seconds)
        made = Export(
            str(200_000_001 + len(self._kept)),
            name,
            kind,
            type_,
            properties,
            now,
            starts,
            ends,
            write,
        )
        self._kept[made.id] = made
        return made

    def get(self, export_id: str, now: datetime) -> Export:
        found = self._kept.get(export_id)
        if found is None:
            raise no_such_resource()
        found.settle(now)
        return found

    def link(self, export: Export, now: datetime) -> str:
        """A key that opens the file for five minutes; every look makes a new one."""
        key = uuid.uuid5(uuid.NAMESPACE_URL, f"{export.id}#{len(self._links)}").hex
        self._links[key] = (export, now + URL_LASTS)
        return key

    def opened(self, key: str, now: datetime) -> Export | None:
        """The export that a key opens, unless its time is over."""
        export, until = self._links.get(key, (None, now))
        return export if now < until else None
