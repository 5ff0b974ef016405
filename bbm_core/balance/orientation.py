"""Whether owners or teams work towards different balances: a funnel plot of their ICP rates.

Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24
(2005): units are compared with limits around the rate of all that narrow with their number of
records, widened where all of them differ by more than chance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, sqrt
from statistics import NormalDist

from bbm_core.balance.rate import Interval
from bbm_core.balance.tally import EMPTY, Tally

LEAST_KNOWN = 10
"""Units with fewer decided records are counted in the rate of all, and not judged."""

WINSORISED = 0.1
"""The share of the scores at either end that is pulled in before their spread is measured."""


class Place(StrEnum):
    """Where a unit lies."""

    INSIDE = "inside"
    LOW = "low"  # below the 95 % limits
    HIGH = "high"
    FAR_LOW = "far_low"  # below the 99.8 % limits
    FAR_HIGH = "far_high"


@dataclass(frozen=True, slots=True)
class Unit:
    """An owner or a team beside its limits."""

    name: str
    tally: Tally
    place: Place
    limits: Interval  # 95 %
    far_limits: Interval  # 99.8 %


@dataclass(frozen=True, slots=True)
class FunnelPlot:
    """All units, by name."""

    rate: float  # of all
    phi: float  # how much units differ beyond chance; 1 is none
    units: tuple[Unit, ...]
    unjudged: int  # units with too few records

    @property
    def outside(self) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.units if unit.place is not Place.INSIDE)

    @property
    def far(self) -> tuple[Unit, ...]:
        return tuple(u for u in self.units if u.place in (Place.FAR_LOW, Place.FAR_HIGH))

    @property
    def differ(self) -> bool:
        """Whether the units as a whole differ by more than chance."""
        return self.phi > 1


def funnel_plot(tallies: Mapping[str, Tally]) -> FunnelPlot | None:
    """Compare the units; None with fewer than two to judge, or all records of one kind."""
    pooled = sum(tallies.values(), EMPTY)
    judged = {name: t for name, t in sorted(tallies.items()) if t.known >= LEAST_KNOWN}
    if len(judged) < 2 or not pooled.icp or not pooled.not_icp:  # noqa: PLR2004 - to compare
        return None
    rate = pooled.icp / pooled.known
    phi = _phi([_score(tally, rate) for tally in judged.values()])
    return FunnelPlot(
        rate=rate,
        phi=phi,
        units=tuple(_unit(name, tally, rate, phi) for name, tally in judged.items()),
        unjudged=len(tallies) - len(judged),
    )


def _score(tally: Tally, rate: float) -> float:
    return (tally.icp / tally.known - rate) / sqrt(rate * (1 - rate) / tally.known)


def _phi(scores: Sequence[float]) -> float:
    """The mean square of the winsorised scores; 1 unless it exceeds 1 by two standard errors."""
    inner = _winsorised(scores)
    phi = sum(score * score for score in inner) / len(inner)
    return phi if phi > 1 + 2 * sqrt(2 / len(inner)) else 1.0


def _winsorised(scores: Sequence[float]) -> Sequence[float]:
    ordered = sorted(scores)
    # Rounded up, so that one odd unit among few does not pass for a difference of all.
    cut = min(ceil(WINSORISED * len(ordered)), (len(ordered) - 1) // 2)
    low, high = ordered[cut], ordered[len(ordered) - 1 - cut]
    return [min(high, max(low, score)) for score in ordered]


def _unit(name: str, tally: Tally, rate: float, phi: float) -> Unit:
    limits, far = _limits(tally.known, rate, phi, 0.95), _limits(tally.known, rate, phi, 0.998)
    return Unit(name, tally, _place(tally.icp / tally.known, limits, far), limits, far)


def _limits(known: int, rate: float, phi: float, confidence: float) -> Interval:
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    half = z * sqrt(phi * rate * (1 - rate) / known)
    return Interval(max(0.0, rate - half), min(1.0, rate + half))


def _place(rate: float, limits: Interval, far: Interval) -> Place:
    if rate < far.low:
        return Place.FAR_LOW
    if rate > far.high:
        return Place.FAR_HIGH
    if rate < limits.low:
        return Place.LOW
    return Place.HIGH if rate > limits.high else Place.INSIDE
