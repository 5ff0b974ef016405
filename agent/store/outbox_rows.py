"""What the outbox holds, as its readers see it: where a write stands, and what was asked of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from agent.store import codec
from bbm_core.records import FieldRole, RecordKind, RecordRef, Value


class State(StrEnum):
    """Where a write stands."""

    PLANNED = "planned"
    IN_FLIGHT = "in_flight"  # sent, or about to be; without an answer it is read back
    APPLIED = "applied"
    REFUSED = "refused"
    GONE = "gone"
    SUPERSEDED = "superseded"  # a later judgement of the record took its place


LEGAL = MappingProxyType(
    {
        State.PLANNED: frozenset({State.IN_FLIGHT, State.SUPERSEDED, State.GONE}),
        State.IN_FLIGHT: frozenset(
            {State.APPLIED, State.REFUSED, State.GONE, State.PLANNED, State.SUPERSEDED}
        ),
    }
)
"""The only ways from state to state; what is settled stays so."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One write. `old` holds what the CRM held when it was planned, for people and for undo."""

    id: int
    run: int
    ref: RecordRef
    values: Mapping[FieldRole, Value | None]
    old_text: str = field(repr=False)
    state: State
    attempts: int
    refusal: str

    @property
    def old(self) -> Mapping[FieldRole, Value | None]:
        """Decoded when asked for: who sends does not ask."""
        return codec.load_new_values(self.old_text)


@dataclass(frozen=True, slots=True)
class PlannedCounts:
    """How much is planned: writes by kind, and flips from one flag to another."""

    by_kind: Mapping[RecordKind, int] = field(default_factory=dict)
    flips: Mapping[tuple[RecordKind, str, str], int] = field(default_factory=dict)

    @property
    def writes(self) -> int:
        return sum(self.by_kind.values())


@dataclass(frozen=True, slots=True)
class OpenRefusal:
    """A record whose latest write was not taken, and since when."""

    ref: RecordRef
    at: datetime
    state: State  # refused, or gone: the CRM said that there is no such record
