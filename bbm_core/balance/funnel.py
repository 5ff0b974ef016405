"""The funnel: its stages, by which rules records enter them, and when each record was where."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bbm_core.icp.profile import Label
from bbm_core.records import Outcome, Record, RecordKind, StatusEntry


class When(StrEnum):
    """What moves a record into a stage."""

    CREATED = "created"  # it was created
    STATUS = "status"  # it took one of the statuses named
    WON = "won"  # the opportunity was won
    LOST = "lost"  # the opportunity was lost
    CLOSED = "closed"  # the opportunity was won or lost
    CONVERTED = "converted"  # the lead was converted


class StageRule(BaseModel):
    """One way into a stage, for one kind of record."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: RecordKind
    when: When
    status: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _statuses_go_with_status(self) -> "StageRule":
        if self.when is When.STATUS and not self.status:
            raise ValueError('when = "status" needs status = [...], the CRM\'s own values')
        if self.when is not When.STATUS and self.status:
            raise ValueError(f'status goes with when = "status", not with when = "{self.when}"')
        return self


class StageSpec(BaseModel):
    """A stage of the funnel. The funnel is a sequence of these, first stage first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    label: Label
    enter: tuple[StageRule, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class StageEntry:
    """The record was in the stage from `entered` until `left`; None means it still is."""

    stage: str
    entered: datetime
    left: datetime | None = None


def stage_entries(record: Record, stages: Sequence[StageSpec]) -> tuple[StageEntry, ...]:
    """When the record was in which stage, in the order of its life.

    A record is in one stage at a time. A status that no rule names takes it out of the funnel
    until a rule brings it back; moves backward are kept. An outcome comes after all statuses,
    whatever the times say, because close dates are dates and people set them late. A converted
    lead leaves, because its contact and its opportunity carry on. Where two rules apply at the
    same moment, the record passes through both stages in the order of the funnel.
    """
    ways = _Ways(record, stages)
    moves = [*ways.creation(), *ways.statuses(), *ways.closing()]
    moves += ways.conversion(after=moves[-1].at if moves else None)
    return _entries(moves)


def outside_status(record: Record, stages: Sequence[StageSpec]) -> str | None:
    """The present status, if no rule names it and nothing else says why the record left.

    Lost opportunities and converted leads have left for a reason; so has a won opportunity whose
    stage asks for the outcome. A kind without any rule about statuses is not asked for one.
    """
    ways = _Ways(record, stages)
    if not record.statuses or record.converted_at or record.outcome is Outcome.LOST:
        return None
    present = record.statuses[-1].status
    if not ways.reads_statuses or ways.stages_of(present) or ways.closing_stages():
        return None
    return present


_CLOSINGS = {
    Outcome.OPEN: (),
    Outcome.WON: (When.WON, When.CLOSED),
    Outcome.LOST: (When.LOST, When.CLOSED),
}


@dataclass(frozen=True, slots=True)
class _Move:
    """To a stage, or out of the funnel (`stage` is None), at a moment."""

    stage: str | None
    at: datetime


class _Ways:
    """The ways one record can take through the stages."""

    def __init__(self, record: Record, stages: Sequence[StageSpec]) -> None:
        kind = record.ref.kind
        self._record = record
        self._rules = [(s.name, r) for s in stages for r in s.enter if r.kind is kind]
        self.reads_statuses = any(rule.when is When.STATUS for _, rule in self._rules)

    def creation(self) -> Iterator[_Move]:
        for stage in self._on(When.CREATED):
            yield _Move(stage, self._record.created)

    def statuses(self) -> Iterator[_Move]:
        for entry in self._statuses_before_closing():
            for stage in self.stages_of(entry.status) or (None,):
                yield _Move(stage, entry.at)

    def closing(self) -> Iterator[_Move]:
        if (at := self._closed_at()) is None:
            return
        named = (*self.closing_stages(), *self._stages_of_closing_status())
        # In the order of the funnel: what is closed and won passes through both stages.
        for stage in _distinct(name for name, _ in self._rules if name in named) or (None,):
            yield _Move(stage, at)

    def conversion(self, after: datetime | None) -> Iterator[_Move]:
        if (at := self._record.converted_at) is None:
            return
        # The conversion sets a status of its own, sometimes a second later than its date.
        at = max(at, after) if after else at
        for stage in (*self._on(When.CONVERTED), None):
            yield _Move(stage, at)

    def stages_of(self, status: str) -> tuple[str, ...]:
        return _distinct(stage for stage, rule in self._rules if status in rule.status)

    def closing_stages(self) -> tuple[str, ...]:
        """The stages that ask for the outcome this record had."""
        return self._on(*self._closings())

    def _on(self, *occasions: When) -> tuple[str, ...]:
        return _distinct(stage for stage, rule in self._rules if rule.when in occasions)

    def _closings(self) -> tuple[When, ...]:
        return _CLOSINGS[self._record.outcome]

    def _statuses_before_closing(self) -> tuple[StatusEntry, ...]:
        if not self.reads_statuses:
            return ()
        statuses = self._record.statuses
        return statuses[:-1] if self._closings() else statuses

    def _stages_of_closing_status(self) -> tuple[str, ...]:
        statuses = self._record.statuses
        return self.stages_of(statuses[-1].status) if statuses else ()

    def _closed_at(self) -> datetime | None:
        """The close date where a rule asks for the outcome, else when the status was taken."""
        if not self._closings():
            return None
        statuses = self._record.statuses
        taken = statuses[-1].at if statuses else None
        closed = self._record.closed_at
        return closed or taken if self.closing_stages() else taken or closed


def _distinct(stages: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(stages))


def _entries(moves: Sequence[_Move]) -> tuple[StageEntry, ...]:
    """Turn moves into stays that never overlap, from the last one backward.

    Each stay ends when the earliest later one begins: times may run backward where a close date
    lies before the last status, and the record must still be in one stage at a time.
    """
    entries: list[StageEntry] = []
    end: datetime | None = None
    for move in reversed(_without_repeats(moves)):
        if move.stage is not None:
            left = None if end is None else max(end, move.at)
            entries.append(StageEntry(move.stage, move.at, left))
        end = move.at if end is None else min(end, move.at)
    return tuple(reversed(entries))


def _without_repeats(moves: Sequence[_Move]) -> list[_Move]:
    return [
        move
        for before, move in zip((None, *moves), moves, strict=False)
        if before is None or before.stage != move.stage
    ]
