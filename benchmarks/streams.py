"""Many streams of weekly counts at once, and the detectors on them, in numpy.

`tests/bbm_core/balance/test_streams.py` holds both detectors equal to the product's own, week by
week, so that what is measured with them is measured of the product.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from bbm_core.balance.band import BaselineSettings
from bbm_core.balance.shift import RHO_WEIGHT, USUAL_RHO, ShiftSettings
from bbm_core.balance.threshold import threshold
from bbm_core.balance.watch import WatchSettings

Counts = NDArray[np.int64]  # streams × weeks
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a stage is like: decided records a week, likeness within a week, ICP rate."""

    known: int
    rho: float
    rate: float = 0.30


def draw(chance: np.random.Generator, setting: Setting, streams: int, weeks: int) -> Counts:
    """Beta-binomial counts of ICP, one stream a row."""
    size = (streams, weeks)
    if not setting.rho:
        return chance.binomial(setting.known, setting.rate, size)
    weight = (1 - setting.rho) / setting.rho
    rates = chance.beta(setting.rate * weight, (1 - setting.rate) * weight, size)
    return chance.binomial(setting.known, rates)


# the early detector


@dataclass(frozen=True, slots=True)
class Pasts:
    """What the first so many weeks of each stream say."""

    weeks: int
    rate: Floats
    variance: Floats
    squares: Floats
    rho: Floats


@dataclass(frozen=True, slots=True)
class Levels:
    """The detector's log sum from its first week on, and the likeliest first changed week."""

    level: Floats
    since: Counts
    sign: Counts
    pasts: tuple[Pasts, ...]


def shift_levels(icp: Counts, known: int, settings: ShiftSettings) -> Levels:
    """The early detector's sums, without alarms and so without starting anew."""
    streams, weeks = icp.shape
    first = settings.least_weeks
    sums = np.zeros((streams, weeks - first))
    best, likeliest = np.full(sums.shape, -np.inf), np.zeros(sums.shape, dtype=np.int64)
    signs = np.zeros(sums.shape, dtype=np.int64)
    pasts = []
    for since in range(first, weeks):
        past = _past(icp[:, :since], known)
        pasts.append(past)
        until = min(since + settings.longest, weeks)
        for place, ratios in enumerate(_ratios(icp[:, since:until], known, past, settings)):
            column = since - first + place
            for sign, ratio in zip((-1, 1), ratios, strict=True):
                sums[:, column] += np.exp(np.minimum(ratio, 60)) / 2
                better = ratio >= best[:, column]
                best[better, column] = ratio[better]
                likeliest[better, column] = since
                signs[better, column] = sign
    return Levels(np.log(sums), likeliest, signs, tuple(pasts))


def shift_alarms(icp: Counts, known: int, settings: ShiftSettings) -> Flags:
    """In which weeks, from the first it looks at on, the early detector alarms."""
    found = shift_levels(icp, known, settings)
    alarms = np.zeros(found.level.shape, dtype=bool)
    for column in range(alarms.shape[1]):
        past = found.pasts[max(column - settings.longest + 1, 0)]
        limits = _thresholds(past.rate, known, settings.budget(known))
        matters = _matters(icp, known, column, found, settings)
        alarms[:, column] = (found.level[:, column] >= limits) & matters
    return alarms


def _past(icp: Counts, known: int) -> Pasts:
    weeks, total = icp.shape[1], icp.sum(1)
    rate = total / (weeks * known)
    squares = (icp.astype(float) ** 2 / known).sum(1) - total**2 / (weeks * known)
    variance = rate * (1 - rate)
    rho = _rho(squares, variance, weeks - 1, known)
    return Pasts(weeks, (total + 0.5) / (weeks * known + 1), variance, squares, rho)


def _rho(squares: Floats, variance: Floats, freedom: int, known: int) -> Floats:
    """Where all weeks are alike in size, what ρ adds to chi-squared is freedom × (known - 1)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        moments = (squares / variance - freedom) / (freedom * (known - 1))
        moments = np.clip(moments, 0, 0.5)
    rho = (moments * freedom + USUAL_RHO * RHO_WEIGHT) / (freedom + RHO_WEIGHT)
    return np.where((variance > 0) & (known > 1), rho, USUAL_RHO)


def _ratios(
    icp: Counts, known: int, past: Pasts, settings: ShiftSettings
) -> Iterator[tuple[Floats, Floats]]:
    rate = past.rate
    delta = np.maximum(settings.least_shift, settings.relative_shift * np.minimum(rate, 1 - rate))
    down = np.maximum(rate - delta, rate / 4)
    up = np.minimum(rate + delta, 1 - (1 - rate) / 4)
    logs = [(np.log(to / rate), np.log((1 - to) / (1 - rate))) for to in (down, up)]
    sums, squares = np.cumsum(icp, axis=1), np.cumsum(icp.astype(float) ** 2 / known, axis=1)
    for place in range(icp.shape[1]):
        weeks, fits = place + 1, sums[:, place]
        inside = squares[:, place] - fits**2 / (known * weeks)
        rho = _rho(past.squares + inside, past.variance, past.weeks + place - 1, known)
        sure = 1 / (1 + (known - 1) * rho) / (1 + weeks / past.weeks)
        others = known * weeks - fits
        low, high = ((fits * fit + others * other) * sure for fit, other in logs)
        yield low, high


def _thresholds(rates: Floats, known: int, false_alarms: float) -> Floats:
    """By interpolation on a fine grid, because the table is smooth and streams are many."""
    grid = np.concatenate([np.linspace(0, 0.5, 251), [0.02, 0.05]])
    grid.sort()
    limits = [threshold(float(one), known, false_alarms) for one in grid]
    return np.interp(np.minimum(rates, 1 - rates), grid, limits)


def _matters(icp: Counts, known: int, column: int, found: Levels, settings: ShiftSettings) -> Flags:
    first = settings.least_weeks
    rows = np.arange(icp.shape[0])
    since, sign = found.since[:, column], found.sign[:, column]
    rate = np.stack([past.rate for past in found.pasts])[since - first, rows]
    rho = np.stack([past.rho for past in found.pasts])[since - first, rows]
    week_worth = known / (1 + (known - 1) * rho)
    length = np.ceil(settings.min_observations / week_worth - 1e-9).astype(int)
    enough = length <= settings.max_weeks
    length = np.minimum(length, settings.max_weeks)
    sums = np.cumsum(icp[:, : first + column + 1][:, ::-1], axis=1)
    recent = sums[rows, length - 1] / (length * known)
    return enough & ((recent - rate) * sign >= settings.least_shift)


# the band status


def band_sides(
    icp: Counts, known: int, first: int, settings: WatchSettings, baseline: BaselineSettings
) -> tuple[Floats, Floats]:
    """How surely each week from `first` on lies below and above its baseline band."""
    low = np.zeros((icp.shape[0], icp.shape[1] - first))
    high = np.zeros_like(low)
    for end in range(first, icp.shape[1]):
        seen = icp[:, : end + 1]
        past = seen[:, : -settings.max_weeks][:, -baseline.weeks :]
        bottom = np.maximum(past.mean(1) / known - baseline.half_width, 0)
        top = np.minimum(past.mean(1) / known + baseline.half_width, 1)
        length, phi = _window(seen, known, settings)
        fits = np.cumsum(seen[:, ::-1], axis=1)[np.arange(len(seen)), length - 1] / phi
        centre = (bottom + top) / 2
        a = settings.prior_weight * centre + fits
        b = settings.prior_weight * (1 - centre) + length * known / phi - fits
        low[:, end - first] = betainc(a, b, bottom)
        high[:, end - first] = betainc(b, a, 1 - top)
    return low, high


def _window(seen: Counts, known: int, settings: WatchSettings) -> tuple[Counts, Floats]:
    """The weeks of each stream's window, and by how much its weeks differ beyond chance."""
    chosen, phis = np.zeros(len(seen), dtype=np.int64), np.ones(len(seen))
    for length in range(settings.min_weeks, settings.max_weeks + 1):
        before = seen[:, :-length][:, -settings.history_weeks :]
        parts = [_pearson(span, known) for span in (seen[:, -length:], before)]
        freedom = np.maximum(sum(degrees for _, degrees in parts), 1)
        phi = np.maximum(1.0, sum(squared for squared, _ in parts) / freedom)
        enough = (length * known >= settings.min_observations * phi) | (
            length == settings.max_weeks
        )
        take = (chosen == 0) & enough
        chosen[take], phis[take] = length, phi[take]
    return chosen, phis


def _pearson(icp: Counts, known: int) -> tuple[Floats, Floats]:
    rate = icp.mean(1) / known
    variance = rate * (1 - rate)
    with np.errstate(divide="ignore", invalid="ignore"):
        squared = ((icp - known * rate[:, None]) ** 2).sum(1) / (known * variance)
    some = variance > 0
    return np.where(some, squared, 0.0), np.where(some, icp.shape[1] - 1, 0)
