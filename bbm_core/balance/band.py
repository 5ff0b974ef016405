"""The band in which a stage's ICP rate should lie, and where it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bbm_core.balance.rate import Interval
from bbm_core.balance.tally import EMPTY, WeekTally


class Origin(StrEnum):
    """Where a band comes from. It decides what may be said about a rate inside it."""

    CONFIGURED = "configured"  # people set it
    BASELINE = "baseline"  # the stage's own past: inside means as usual, never balanced
    OPTIMUM = "optimum"  # the rates that earn nearly the most


@dataclass(frozen=True, slots=True)
class Band:
    """From low to high; a rate on an end is inside. Without its cap no rate is too high."""

    low: float
    high: float
    origin: Origin
    capped: bool = True
    assumed: bool = False  # it rests on default hours, which nobody stated

    def __post_init__(self) -> None:
        if not 0 <= self.low < self.high <= 1:
            raise ValueError(f"a band lies between 0 and 1, low before high: {self}")

    @property
    def centre(self) -> float:
        return (self.low + self.high) / 2

    @property
    def half_width(self) -> float:
        return (self.high - self.low) / 2

    def side(self, rate: float) -> int:
        """-1 below the band, 0 inside, +1 above."""
        return (self.capped and rate > self.high) - (rate < self.low)

    def index(self, rate: float) -> float:
        """The balance index: -1 at the low end, 0 in the centre, +1 at the high end."""
        return (rate - self.centre) / self.half_width


def is_firm(band: Band, bounds: Interval) -> bool:
    """Whether the unknowns can change what the rate says of the band.

    Firm is a status on which both bounds agree: the rate if no unknown were ICP, and the rate if
    all were (Manski 1989), lie on the same side of the band.
    """
    return band.side(bounds.low) == band.side(bounds.high)


@dataclass(frozen=True, slots=True)
class BaselineSettings:
    """How the past becomes a band.

    Five points to each side is the width the detector was measured with: at 100 decided records a
    week it finds a drop of ten points within eight weeks in 95 % of the cases and raises next to
    no false alarm. A width relative to the rate (a quarter of 30 % is 7.5 points) finds less than
    half of these drops. The past needs some length, because the error of the band's centre comes
    on top of the error of every rate that is compared with it.
    """

    weeks: int = 26
    least_weeks: int = 8  # weeks with decided records
    least_known: int = 50  # decided records
    half_width: float = 0.05


def baseline_band(
    weeks: Sequence[WeekTally], settings: BaselineSettings | None = None
) -> Band | None:
    """The band around the pooled rate of the last baseline weeks; None where the past is short.

    Pass the closed weeks before the window that is to be judged, oldest first. While an incident
    is open, keep the band it opened with: a baseline that moves on would take the change in and
    call it usual.
    """
    chosen = settings or BaselineSettings()
    past = [week.tally for week in weeks[-chosen.weeks :]]
    pooled = sum(past, EMPTY)
    if sum(tally.known > 0 for tally in past) < chosen.least_weeks or pooled.rate is None:
        return None
    if pooled.known < chosen.least_known:
        return None
    low, high = pooled.rate - chosen.half_width, pooled.rate + chosen.half_width
    return Band(max(0.0, low), min(1.0, high), Origin.BASELINE)
