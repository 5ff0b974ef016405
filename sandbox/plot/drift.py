"""What is planted: the week from which the flow of leads is another one, and in what way."""

from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from sandbox.plot.arrivals import WEEK, monday
from sandbox.plot.channels import CHANNELS, Flow, rate, usual

_FLOODED = ("Web", "Exhibition", "Paid social")
_CULTIVATED = ("Seminar", "Partner", "Content")
_FLOOD_FIT = 0.02


@dataclass(frozen=True, slots=True)
class Strength:
    """How strong a drift must be to be found: few leads hide a small one (by plain statistics)."""

    fall: tuple[float, float]  # of the rate, when a campaign floods in
    share: tuple[float, float]  # of a usual week that the cultivated channel then brings
    others: tuple[float, float]  # what is left of the other channels meanwhile
    fit: float  # of the cultivated channel


STRENGTHS = {
    "small": Strength((0.17, 0.19), (0.42, 0.48), (0.28, 0.34), 0.88),
    "medium": Strength((0.12, 0.14), (0.26, 0.34), (0.50, 0.60), 0.80),
    "large": Strength((0.11, 0.14), (0.24, 0.34), (0.50, 0.65), 0.80),
}


@dataclass(frozen=True, slots=True)
class Drift:
    """A lasting change of the flow from a Monday on."""

    direction: str  # volume or quality
    channel: str
    first_week: datetime
    flows: tuple[Flow, ...]

    @property
    def size(self) -> float:
        """The channel's volume as a multiple of its usual one."""
        volume = sum(one.volume for one in self.flows if one.channel.name == self.channel)
        usual_volume = next(one.share for one in CHANNELS if one.name == self.channel)
        return volume / usual_volume


def draw_drift(rng: Random, direction: str, strength: Strength, now: datetime) -> Drift:
    """A drift that begins one to three weeks after now."""
    first_week = monday(now) + rng.randint(1, 3) * WEEK
    if direction == "volume":
        name = rng.choice(_FLOODED)
        return Drift(direction, name, first_week, _flood(name, rng.uniform(*strength.fall)))
    name = rng.choice(_CULTIVATED)
    share, others = rng.uniform(*strength.share), rng.uniform(*strength.others)
    return Drift(direction, name, first_week, _cultivate(name, share, others, strength.fit))


def _flood(name: str, fall: float) -> tuple[Flow, ...]:
    """So much low-fit volume in one channel that the rate of all leads falls by that much."""
    before = rate(usual())
    extra = fall / (before - fall - _FLOOD_FIT)
    channel = next(one for one in CHANNELS if one.name == name)
    return (*usual(), Flow(channel, extra, _FLOOD_FIT))


def _cultivate(name: str, share: float, others: float, fit: float) -> tuple[Flow, ...]:
    """One-to-one measures through one channel, while the budgets of the others are cut."""
    return tuple(
        replace(one, volume=share, fit=fit)
        if one.channel.name == name
        else replace(one, volume=one.volume * others)
        for one in usual()
    )
