"""The odds chain: what each stage adds to the ICP rate on the way from a lead to a customer.

Between a stage and the next one the odds of ICP change by the ratio of the two conversions:

    logit r(next) = logit r + ln(c_ICP / c_not_ICP)

which is an identity, not a model. So the rate among the won is the rate of what came in plus one
pull a stage. A pull of 0 passes ICP and others on alike; above 0 the stage favours the ICP; below,
it is worked less than the others, or is harder to win. Compared between two periods, the same sum
says at which stage a rate moved.

A pull is the logarithm of a ratio of two proportions, so its interval is that of Katz et al.
(Biometrics 34, 1978) where the next stage's records are among those of this one (a cohort). Where
both are counted as they enter (inflow), they are counts of different records, and each adds its
own Poisson error.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import log, sqrt
from statistics import NormalDist
from typing import NamedTuple

from bbm_core.balance.tally import Tally


class LogInterval(NamedTuple):
    """From low to high, both differences of log odds."""

    low: float
    high: float


class Gap(StrEnum):
    """Why a stage has no odds, so that the chain says nothing across it."""

    EMPTY = "empty"  # no decided record
    NO_ICP = "no_icp"
    ALL_ICP = "all_icp"


@dataclass(frozen=True, slots=True)
class ChainStage:
    """A stage's decided records, of a cohort or of an inflow."""

    name: str
    tally: Tally

    @property
    def gap(self) -> Gap | None:
        """What keeps it from having odds; None where it has some."""
        if not self.tally.known:
            return Gap.EMPTY
        if not self.tally.icp:
            return Gap.NO_ICP
        return None if self.tally.not_icp else Gap.ALL_ICP

    @property
    def logit(self) -> float | None:
        """The log odds of ICP; None where there is a gap."""
        return None if self.gap else log(self.tally.icp / self.tally.not_icp)


@dataclass(frozen=True, slots=True)
class Link:
    """From one stage to the next: both conversions and the pull between them.

    Counted as inflow, a conversion is a ratio of two inflows and may exceed 1.
    """

    start: ChainStage
    end: ChainStage
    nested: bool  # the end's records are among the start's

    @property
    def conversion_icp(self) -> float | None:
        """The ICP's; None where no ICP was there to convert."""
        return _ratio(self.end.tally.icp, self.start.tally.icp)

    @property
    def conversion_not_icp(self) -> float | None:
        return _ratio(self.end.tally.not_icp, self.start.tally.not_icp)

    @property
    def gap(self) -> Gap | None:
        return self.start.gap or self.end.gap

    @property
    def pull(self) -> float | None:
        """ln(c_ICP / c_not_ICP); None where either stage has a gap."""
        start, end = self.start.logit, self.end.logit
        return None if start is None or end is None else end - start

    @property
    def error(self) -> float | None:
        """The standard error of the pull."""
        if self.gap:
            return None
        start, end = self.start.tally, self.end.tally
        ends = 1 / end.icp + 1 / end.not_icp
        starts = 1 / start.icp + 1 / start.not_icp
        return sqrt(ends - starts if self.nested else ends + starts)

    def interval(self, confidence: float = 0.95) -> LogInterval | None:
        """Where the pull lies; None where there is none."""
        pull, error = self.pull, self.error
        if pull is None or error is None:
            return None
        half = NormalDist().inv_cdf((1 + confidence) / 2) * error
        return LogInterval(pull - half, pull + half)


@dataclass(frozen=True, slots=True)
class Chain:
    """The stages of a funnel in order, and what happens between them."""

    stages: tuple[ChainStage, ...]
    nested: bool

    @property
    def links(self) -> tuple[Link, ...]:
        return tuple(Link(start, end, self.nested) for start, end in pairwise(self.stages))


def odds_chain(stages: Iterable[tuple[str, Tally]], *, nested: bool) -> Chain:
    """The chain of these stages, first stage first; stages without decided records are left out.

    Args:
        stages: each stage's name and tally.
        nested: the records of each stage are among those of the stage before (one cohort), so
            that intervals are Katz's; otherwise each stage counts its own inflow.

    Raises:
        ValueError: nested, and a stage has more records than the one before.
    """
    chosen = tuple(ChainStage(name, tally) for name, tally in stages if tally.known)
    if nested:
        for start, end in pairwise(chosen):
            if end.tally.icp > start.tally.icp or end.tally.not_icp > start.tally.not_icp:
                raise ValueError(f"{end.name} holds records that {start.name} does not")
    return Chain(chosen, nested)


@dataclass(frozen=True, slots=True)
class Move:
    """By how much one place in the chain changed between two periods, in log odds.

    `start` is None for what came in at the first stage; otherwise the move is of the pull from
    `start` to `stage`.
    """

    start: str | None
    stage: str
    change: float
    error: float

    def beyond_chance(self, confidence: float = 0.95) -> bool:
        return abs(self.change) > NormalDist().inv_cdf((1 + confidence) / 2) * self.error


@dataclass(frozen=True, slots=True)
class Moves:
    """How a change at the last stage is made up; the parts add up to `total` exactly."""

    parts: tuple[Move, ...]
    total: float  # the change of the last stage's log odds

    def decisive(self, confidence: float = 0.95) -> Move | None:
        """The place that moved most towards the total, if any moved beyond chance.

        Every place is a look of its own, so the confidence is shared among them (Bonferroni).
        """
        shared = 1 - (1 - confidence) / len(self.parts)
        sure = [
            part
            for part in self.parts
            if part.change * self.total > 0 and part.beyond_chance(shared)
        ]
        return max(sure, key=lambda part: abs(part.change), default=None)


def moves(before: Chain, after: Chain, until: str) -> Moves | None:
    """Which places of the chain moved the odds of the stage `until`; None where a gap hides it.

    Only stages that both periods have take part, so a stage that came or went is no move.
    """
    first, second = _up_to(before, after, until), _up_to(after, before, until)
    if not first or any(stage.gap for stage in (*first, *second)):
        return None
    parts = (_inflow_move(first[0], second[0]), *_link_moves(before, after, (first, second)))
    return Moves(parts, sum(part.change for part in parts))


_Stages = Sequence[ChainStage]


def _up_to(chain: Chain, other: Chain, until: str) -> _Stages:
    """The stages of the one that the other has too, down to the one asked about."""
    shared = {stage.name for stage in other.stages}
    chosen = [stage for stage in chain.stages if stage.name in shared]
    names = [stage.name for stage in chosen]
    return chosen[: names.index(until) + 1] if until in names else ()


def _inflow_move(before: ChainStage, after: ChainStage) -> Move:
    change = _logit(after) - _logit(before)
    tallies = (before.tally, after.tally)
    return Move(None, after.name, change, sqrt(sum(1 / t.icp + 1 / t.not_icp for t in tallies)))


def _link_moves(before: Chain, after: Chain, stages: tuple[_Stages, _Stages]) -> Iterator[Move]:
    first, second = (list(pairwise(one)) for one in stages)
    for old, new in zip(first, second, strict=True):
        was, now = Link(*old, before.nested), Link(*new, after.nested)
        change = _logit(new[1]) - _logit(new[0]) - (_logit(old[1]) - _logit(old[0]))
        error = sqrt((was.error or 0.0) ** 2 + (now.error or 0.0) ** 2)
        yield Move(new[0].name, new[1].name, change, error)


def _logit(stage: ChainStage) -> float:
    logit = stage.logit
    assert logit is not None, "stages with gaps were turned away"  # noqa: S101
    return logit


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
