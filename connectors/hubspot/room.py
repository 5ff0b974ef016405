"""Room for properties of our own: how many a kind has, and how many its plan allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bbm_core.errors import PreconditionError
from bbm_core.records import RecordKind
from connectors.hubspot.fields import NAMES
from connectors.hubspot.session import Row, Session

_PATH: Final = "/crm/v3/limits/custom-properties"
_NEARLY_FULL: Final = 0.95


@dataclass(frozen=True, slots=True)
class Room:
    """The custom properties of one kind."""

    used: int
    most: int

    @property
    def left(self) -> int:
        return max(self.most - self.used, 0)

    @property
    def is_nearly_full(self) -> bool:
        return self.used >= self.most * _NEARLY_FULL


def rooms(session: Session) -> Mapping[RecordKind, Room]:
    """By kind, as far as HubSpot says: the scope for it is not needed to run."""
    try:
        answer = session.get(_PATH)
    except PreconditionError:
        return {}
    listed = answer.get("byObjectType")
    rows = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    found = {str(row.get("objectTypeId")): _room(row) for row in rows}
    kinds = {kind: found.get(names.type_id) for kind, names in NAMES.items()}
    return {kind: room for kind, room in kinds.items() if room}


def _room(row: Row) -> Room | None:
    used, most = row.get("usage"), row.get("limit")
    return Room(used, most) if isinstance(used, int) and isinstance(most, int) and most else None
