"""The world of the in-memory twin, for the tests that every connector inherits."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from bbm_core.records import (
    AGENT_ROLES,
    Answer,
    FieldRole,
    FieldSpec,
    FieldType,
    RecordKind,
    RecordRef,
)
from connectors.conformance import Trouble, Verb
from connectors.contract import Connector, KindReading, Ports, Reading
from connectors.memory import MemoryConnector, MemoryCrm

START = datetime(2026, 11, 2, tzinfo=UTC)


def free(_calls: int) -> None:
    """Nothing is counted: every call is to be had."""


class MemoryWorld:
    """A CRM in memory, on a clock that only tests move."""

    def __init__(self) -> None:
        self.now = START
        self.crm = MemoryCrm(lambda: self.now, page_size=7)
        self.reading = self._reading(FieldRole)
        self.fields = tuple(
            FieldSpec(kind, role, f"bbm_{role}", FieldType.TEXT, role.value, "")
            for kind in RecordKind
            for role in AGENT_ROLES
        )

    def connector(
        self,
        *,
        reserve: Callable[[int], None] | None = None,
        roles: Sequence[FieldRole] | None = None,
    ) -> Connector:
        ports = Ports(reserve or free, lambda *_: None, self._wait, lambda: self.now)
        reading = self.reading if roles is None else self._reading(roles)
        return MemoryConnector(self.crm, reading, ports)

    def create(self, kind: RecordKind, industry: str) -> RecordRef:
        return self.crm.create(kind, {"Industry": industry}, status="Open")

    def edit(self, ref: RecordRef, industry: str) -> None:
        self.crm.edit(ref, {"Industry": industry})

    def delete(self, ref: RecordRef) -> None:
        self.crm.delete(ref)

    def merge(self, loser: RecordRef, winner: RecordRef) -> RecordRef:
        return self.crm.merge(loser, winner)

    def convert(self, lead: RecordRef) -> tuple[RecordRef, ...]:
        return self.crm.convert(lead)

    def refuse(self, ref: RecordRef) -> Answer:
        self.crm.answer(ref, Answer.REFUSED)
        return Answer.REFUSED

    def fault(self, verb: Verb, trouble: Trouble, *, skip: int = 0) -> None:
        self.crm.fault(verb, trouble, skip=skip)

    def settle(self) -> None:
        self._wait(60)

    def rest(self) -> None:
        self._wait(86_400)

    def writes(self) -> tuple[tuple[str, str], ...]:
        return tuple(self.crm.writes)

    def calls(self) -> int:
        return self.crm.calls

    def _wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def _reading(self, roles: Sequence[FieldRole] | type[FieldRole]) -> Reading:
        names = {role: f"bbm_{role}" for role in roles}
        one = KindReading(attributes={"industry": "Industry"}, written=names)
        return Reading(dict.fromkeys(RecordKind, one), START - timedelta(days=365))
