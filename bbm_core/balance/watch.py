"""The detector of the band status: is the ICP rate outside its band, and how sure is that?

It looks at the fewest recent closed weeks that hold enough decided records, so that a busy stage
is judged on four weeks and a quiet one on up to thirteen. Records of one week resemble each other
(one exhibition, one campaign), so counts are discounted by how much weeks differ beyond chance, in
the window and in the time before it, each around its own rate. (Four weeks alone tell that badly;
measured, it doubles the false alarms of a stage with campaigns.) It enters a skew when it is
nearly certain, and leaves when the rate is probably back inside.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from bbm_core.balance.band import Band, BaselineSettings, baseline_band
from bbm_core.balance.rate import Interval, beta_above, beta_below, wilson
from bbm_core.balance.tally import EMPTY, Period, Tally, WeekTally


class Skew(StrEnum):
    """What the band status says."""

    VOLUME = "volume"  # too little ICP: the balance leans to volume
    BALANCED = "balanced"  # nothing says otherwise; for a baseline band: as usual
    QUALITY = "quality"  # too much ICP: the balance leans to quality
    UNCLEAR = "unclear"  # too few decided records to say anything


SKEWED = (Skew.VOLUME, Skew.QUALITY)


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """How much the detector wants to see, and how sure it wants to be."""

    min_weeks: int = 4
    max_weeks: int = 13
    history_weeks: int = 35  # before the window; they help to tell how much weeks differ
    min_observations: int = 50  # decided records, discounted; a window grows until it has them
    least_observations: int = 25  # in the longest window; below, nothing is said
    posterior: float = 0.95
    leave: float = 0.80
    prior_weight: float = 10.0  # decided records that the band's centre is worth


@dataclass(frozen=True, slots=True, kw_only=True)
class BandStatus:
    """What the detector saw in its window, and what it says."""

    skew: Skew
    band: Band
    period: Period | None  # None: there is no closed week
    tally: Tally
    interval: Interval
    posterior_low: float  # that the rate lies below the band
    posterior_high: float  # that it lies above
    phi: float  # overdispersion between weeks; 1 is none
    needed: int  # decided records that are missing before anything can be said

    @property
    def rate(self) -> float | None:
        return self.tally.rate

    @property
    def weeks(self) -> int:
        return self.period.weeks if self.period else 0

    @property
    def enough(self) -> bool:
        return self.skew is not Skew.UNCLEAR

    @property
    def posterior_inside(self) -> float:
        return max(0.0, 1 - self.posterior_low - self.posterior_high)


def band_status(
    weeks: Sequence[WeekTally], band: Band, settings: WatchSettings, previous: Skew
) -> BandStatus:
    """Judge the most recent closed weeks; pass closed weeks only, oldest first.

    The more closed weeks there are before the window, the better is the estimate of how much
    weeks differ. `previous` is the skew said last, so that leaving takes more than not entering.
    """
    chosen = window(weeks, settings)
    phi = overdispersion(chosen, _before(weeks, len(chosen), settings))
    tally = sum((week.tally for week in chosen), EMPTY)
    a = settings.prior_weight * band.centre + tally.icp / phi
    b = settings.prior_weight * (1 - band.centre) + tally.not_icp / phi
    low, high = beta_below(band.low, a, b), beta_above(band.high, a, b) if band.capped else 0.0
    needed = _needed(chosen, tally, phi, settings)
    return BandStatus(
        skew=Skew.UNCLEAR if needed else _skew(low, high, settings, previous),
        band=band,
        period=Period(chosen[0].week, chosen[-1].week) if chosen else None,
        tally=tally,
        interval=wilson(tally.icp, tally.known),
        posterior_low=low,
        posterior_high=high,
        phi=phi,
        needed=needed,
    )


def usual_band(
    weeks: Sequence[WeekTally],
    settings: WatchSettings,
    baseline: BaselineSettings | None = None,
) -> Band | None:
    """The baseline band of a stage, from the weeks before any window the detector may look at.

    Where the past is too short for that, from the weeks before the present window.
    """
    chosen = window(weeks, settings)
    early = baseline_band(weeks[: -settings.max_weeks], baseline)
    return early or baseline_band(weeks[: len(weeks) - len(chosen)], baseline)


def window(weeks: Sequence[WeekTally], settings: WatchSettings) -> Sequence[WeekTally]:
    """The fewest recent weeks that are enough, else the most there may be."""
    for length in range(settings.min_weeks, settings.max_weeks):
        chosen = weeks[-length:]
        phi = overdispersion(chosen, _before(weeks, length, settings))
        if sum(week.tally.known for week in chosen) >= settings.min_observations * phi:
            return chosen
    return weeks[-settings.max_weeks :]


def overdispersion(*spans: Sequence[WeekTally]) -> float:
    """By how much weeks differ beyond chance: Pearson's chi-squared per degree of freedom, >= 1.

    Each span of weeks is compared with its own rate, so a changed rate is no dispersion.
    """
    parts = [_pearson(span) for span in spans]
    freedom = sum(degrees for _, degrees in parts)
    return max(1.0, sum(chi_squared for chi_squared, _ in parts) / freedom) if freedom else 1.0


def _pearson(weeks: Sequence[WeekTally]) -> tuple[float, int]:
    """Chi-squared of the weeks against one rate, and its degrees of freedom."""
    tallies = [week.tally for week in weeks if week.tally.known]
    pooled = sum(tallies, EMPTY)
    if not pooled.icp or not pooled.not_icp:
        return 0.0, 0
    share = pooled.icp / pooled.known
    variance = share * (1 - share)
    chi_squared = sum((t.icp - t.known * share) ** 2 / (t.known * variance) for t in tallies)
    return chi_squared, len(tallies) - 1


def _before(
    weeks: Sequence[WeekTally], length: int, settings: WatchSettings
) -> Sequence[WeekTally]:
    return weeks[: len(weeks) - length][-settings.history_weeks :]


def _needed(weeks: Sequence[WeekTally], tally: Tally, phi: float, settings: WatchSettings) -> int:
    missing = ceil(settings.least_observations * phi - tally.known)
    if missing > 0:
        return missing
    # Fewer weeks than the shortest window: one more record at least has to come, in a week to be.
    return 1 if len(weeks) < settings.min_weeks else 0


def _skew(low: float, high: float, settings: WatchSettings, previous: Skew) -> Skew:
    if low > settings.posterior:
        return Skew.VOLUME
    if high > settings.posterior:
        return Skew.QUALITY
    if previous in SKEWED and 1 - low - high <= settings.leave:
        return previous
    return Skew.BALANCED
