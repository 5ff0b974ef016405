"""The funnel: its stages, by which rules records enter them, and when each record was where."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bbm_core.icp.profile import Label
from bbm_core.records import Outcome, Record, RecordKind


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


class Funnel:
    """Stages made ready to place many records."""

    def __init__(self, stages: Sequence[StageSpec]) -> None:
        self._ways = {kind: _Ways(kind, stages) for kind in RecordKind}

    def entries(self, record: Record) -> tuple[StageEntry, ...]:
        """When the record was in which stage, in the order of its life.

        A record is in one stage at a time. A status that no rule names takes it out of the funnel
        until a rule brings it back; moves backward are kept. An outcome comes after all statuses,
        whatever the times say, because close dates are dates and people set them late. A converted
        lead leaves, because its contact and its opportunity carry on. Where two rules apply at the
        same moment, the record passes through both stages in the order of the funnel.
        """
        return _entries(self._ways[record.ref.kind].moves(record))


def stage_entries(record: Record, stages: Sequence[StageSpec]) -> tuple[StageEntry, ...]:
    """Place one record. For many, keep a `Funnel`."""
    return Funnel(stages).entries(record)


def outside_status(record: Record, stages: Sequence[StageSpec]) -> str | None:
    """The present status, if no rule names it and nothing else says why the record left.

    Lost opportunities and converted leads have left for a reason; so has a won opportunity whose
    stage asks for the outcome. A kind without any rule about statuses is not asked for one.
    """
    ways = _Ways(record.ref.kind, stages)
    if not record.statuses or record.converted_at or record.outcome is Outcome.LOST:
        return None
    present = record.statuses[-1].status
    if not ways.by_status or present in ways.by_status or ways.by_outcome[record.outcome]:
        return None
    return present


_CLOSINGS = {
    Outcome.OPEN: (),
    Outcome.WON: (When.WON, When.CLOSED),
    Outcome.LOST: (When.LOST, When.CLOSED),
}


class _Move(NamedTuple):
    """To a stage, or out of the funnel (`stage` is None), at a moment."""

    stage: str | None
    at: datetime


class _Ways:
    """The ways that records of one kind can take through the stages."""

    def __init__(self, kind: RecordKind, stages: Sequence[StageSpec]) -> None:
        rules = [(spec.name, rule) for spec in stages for rule in spec.enter if rule.kind is kind]
        self._order = tuple(dict.fromkeys(name for name, _ in rules))
        self._created = _asking_for(rules, When.CREATED)
        self._converted = (*_asking_for(rules, When.CONVERTED), None)
        # The stages that ask for the outcome a record had.
        self.by_outcome = {
            outcome: _asking_for(rules, *closings) for outcome, closings in _CLOSINGS.items()
        }
        named = dict.fromkeys(status for _, rule in rules for status in rule.status)
        # The stages that name a status; empty where no rule is about statuses.
        self.by_status = {status: _naming(rules, status) for status in named}

    def moves(self, record: Record) -> list[_Move]:
        moves = [_Move(stage, record.created) for stage in self._created]
        if self.by_status and record.statuses:
            moves += self._statuses(record)
        if record.outcome is not Outcome.OPEN:
            moves += self._closing(record)
        if record.converted_at is not None:
            # The conversion sets a status of its own, sometimes a second later than its date.
            at = max(record.converted_at, moves[-1].at) if moves else record.converted_at
            moves += [_Move(stage, at) for stage in self._converted]
        return moves

    def _statuses(self, record: Record) -> Iterator[_Move]:
        """The statuses, the one of the closing excepted."""
        is_open = record.outcome is Outcome.OPEN
        for entry in record.statuses if is_open else record.statuses[:-1]:
            for stage in self.by_status.get(entry.status, _OUT):
                yield _Move(stage, entry.at)

    def _closing(self, record: Record) -> Iterator[_Move]:
        if (at := self._closed_at(record)) is None:
            return
        named = {*self.by_outcome[record.outcome], *self._stages_of_closing_status(record)}
        # In the order of the funnel: what is closed and won passes through both stages.
        for stage in [name for name in self._order if name in named] or _OUT:
            yield _Move(stage, at)

    def _stages_of_closing_status(self, record: Record) -> tuple[str, ...]:
        statuses = record.statuses
        return self.by_status.get(statuses[-1].status, ()) if statuses else ()

    def _closed_at(self, record: Record) -> datetime | None:
        """The close date where a rule asks for the outcome, else when the status was taken."""
        taken = record.statuses[-1].at if record.statuses else None
        closed = record.closed_at
        return closed or taken if self.by_outcome[record.outcome] else taken or closed


_OUT = (None,)
"""No stage: what no rule names is out of the funnel."""

_Rules = Sequence[tuple[str, StageRule]]
"""Rules, each with the name of its stage."""


def _asking_for(rules: _Rules, *occasions: When) -> tuple[str, ...]:
    return tuple(dict.fromkeys(stage for stage, rule in rules if rule.when in occasions))


def _naming(rules: _Rules, status: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(stage for stage, rule in rules if status in rule.status))


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
