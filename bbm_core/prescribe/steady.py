"""Keeps a policy from flipping: when a new direction is due, and how large a step may be.

Inside the band nothing changes. A change of direction waits until the last one had its time, needs
near certainty, and never follows from a missed target alone.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bbm_core.balance.watch import SKEWED, BandStatus, Skew
from bbm_core.prescribe.measure import Direction


@dataclass(frozen=True, slots=True)
class SteadySettings:
    """How slowly a policy turns."""

    dwell: timedelta = timedelta(weeks=8)
    most_step: float = 0.20  # of the budget
    posterior: float = 0.95


class Ruling(StrEnum):
    """What the rules say about moving now."""

    STAY = "stay"  # inside the band: nothing to change
    UNCLEAR = "unclear"  # too few records to say anything
    MISSED_ONLY = "missed_only"  # a missed target, and nothing outside its band
    WAIT = "wait"  # the last change has not had its time
    UNSURE = "unsure"  # a new direction, and not sure enough
    GO_ON = "go_on"  # further in the direction that was taken
    TURN = "turn"  # a new direction


@dataclass(frozen=True, slots=True)
class LastTurn:
    """The latest decision for a direction."""

    direction: Direction
    on: date


@dataclass(frozen=True, slots=True)
class Steadied:
    """Whether to move, which way, how far at most, and from which day where one has to wait."""

    ruling: Ruling
    direction: Direction | None
    most_step: float  # money a month
    not_before: date | None = None
    sure: float | None = None  # posterior that the rate lies outside, on the skew's side
    needs: float | None = None  # posterior from which on a new direction is taken

    @property
    def moves(self) -> bool:
        return self.ruling in (Ruling.GO_ON, Ruling.TURN)


def steadied(  # noqa: PLR0913 - what a ruling rests on
    status: BandStatus | None,
    last: LastTurn | None,
    today: date,
    budget: float,
    *,
    missed: bool = False,
    settings: SteadySettings | None = None,
) -> Steadied:
    """Rule on a move.

    Args:
        status: of the stage that is judged; None where it has no band.
        last: the latest decision for a direction; None where there was none.
        today: the day of the ruling.
        budget: of a month.
        missed: whether the revenue target is out of reach at today's mix.
        settings: how slowly the policy turns.
    """
    chosen = settings or SteadySettings()
    step = chosen.most_step * budget
    if status is None or status.skew is Skew.UNCLEAR:
        return Steadied(Ruling.UNCLEAR, None, step)
    if status.skew not in SKEWED:
        return Steadied(Ruling.MISSED_ONLY if missed else Ruling.STAY, None, step)
    direction = Direction.QUALITY if status.skew is Skew.VOLUME else Direction.VOLUME
    if last is not None and last.direction is direction:
        return Steadied(Ruling.GO_ON, direction, step)
    if last is not None and today < last.on + chosen.dwell:
        return Steadied(Ruling.WAIT, direction, step, last.on + chosen.dwell)
    sure = status.posterior_low if status.skew is Skew.VOLUME else status.posterior_high
    if sure < chosen.posterior:
        return Steadied(Ruling.UNSURE, direction, step, sure=sure, needs=chosen.posterior)
    return Steadied(Ruling.TURN, direction, step)
