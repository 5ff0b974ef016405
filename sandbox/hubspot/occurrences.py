"""Events: what happened with a record, such as a page view, as HubSpot's analytics keep it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sandbox.hubspot.object_types import object_type
from sandbox.hubspot.values import epoch_milliseconds


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One event of one record."""

    event_type: str
    type_name: str  # contacts, deals
    record_id: str
    at: datetime
    properties: Mapping[str, str]

    @property
    def id(self) -> str:
        return f"{self.event_type}-{self.record_id}-{epoch_milliseconds(self.at)}"


class Occurrences:
    """The events of a portal."""

    def __init__(self) -> None:
        self._kept: list[Occurrence] = []

    def add(
        self,
        event_type: str,
        type_name: str,
        record_id: str,
        at: datetime,
        properties: Mapping[str, str] | None = None,
    ) -> Occurrence:
        made = Occurrence(event_type, object_type(type_name).name, record_id, at, properties or {})
        self._kept.append(made)
        return made

    def newest_first(self) -> list[Occurrence]:
        return sorted(self._kept, key=lambda one: (one.at, one.id), reverse=True)
