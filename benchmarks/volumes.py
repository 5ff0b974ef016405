"""How often the volume detector cries wolf in a quiet year, and how often it sees a halving.

    nice python -m benchmarks.volumes --streams 4000

Weekly counts are negative binomial around a mean that stays: a quarter or half a year of past for a
detector that knows no season, two years for one that does; then a year in which any alarm is false,
of either count and in either direction; and, in other streams, eight weeks in which half as many
come in. `volume_alarms` is the product's detector on many streams at once;
`tests/bbm_core/balance/test_volumes.py` holds it equal.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.special import betainc, ndtr, stdtrit

from agent.config.model import WatchSection
from bbm_core.balance.tally import WEEK, Tally, WeekTally
from bbm_core.balance.volume import (
    LEAST_DISPERSION,
    LOOKS,
    SEASON_WEIGHT,
    VolumeSettings,
    month_of,
)
from benchmarks.streams import Counts, Flags, Floats

YEAR, FOUND_WITHIN = 52, 8
FIRST = date(2024, 1, 1)
SHARE = 0.30  # of ICP
SETTINGS = VolumeSettings(false_alarms=WatchSection().false_alarms_volume)
MEANS, DISPERSIONS = (1, 3, 10, 30, 100), (1, 2, 4, 8)
PASTS = (SETTINGS.least_weeks, SETTINGS.baseline_weeks, SETTINGS.season_weeks)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Records a week, and by how much their variance exceeds their mean."""

    mean: int
    dispersion: int

    def draw(self, chance: np.random.Generator, streams: int, weeks: int) -> Counts:
        size = (streams, weeks)
        if self.dispersion == 1:
            return chance.poisson(self.mean, size)
        more = self.dispersion - 1
        return chance.negative_binomial(self.mean / more, 1 / self.dispersion, size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=4000)
    streams = parser.parse_args().streams
    print("share of quiet years with a false alarm / of halvings seen within eight weeks\n")
    print("   n  variance/mean " + "".join(f"{f'past {past} weeks':>20}" for past in PASTS))
    for mean in MEANS:
        for dispersion in DISPERSIONS:
            rows = (measured(Arrivals(mean, dispersion), past, streams) for past in PASTS)
            cells = "".join(f"{alarms:>13.3f} /{found:>5.2f}" for alarms, found in rows)
            print(f"{mean:4} {dispersion:14} {cells}", flush=True)


def measured(arrivals: Arrivals, past: int, streams: int) -> tuple[float, float]:
    """False alarms a year, and halvings that are found in time."""
    chance = np.random.default_rng([20261127, arrivals.mean, arrivals.dispersion, past])
    quiet = arrivals.draw(chance, streams, past + YEAR)
    before = arrivals.draw(chance, streams, past + SETTINGS.window_weeks)
    after = chance.binomial(arrivals.draw(chance, streams, FOUND_WITHIN), 0.5)
    halved = np.concatenate([before, after], axis=1)
    alarms = _either(chance, quiet, past)
    found = _either(chance, halved, past)
    return alarms.any(1).mean(), found[:, -FOUND_WITHIN:].any(1).mean()


def _either(chance: np.random.Generator, totals: Counts, past: int) -> Flags:
    """Alarms of either count; ICP are a part of all that is drawn for each record."""
    icp = chance.binomial(totals, SHARE)
    return volume_alarms(totals, past) | volume_alarms(icp, past)


def volume_alarms(counts: Counts, past: int, settings: VolumeSettings = SETTINGS) -> Flags:
    """In which weeks, from the first window after the past on, the detector alarms."""
    ends = range(past + settings.window_weeks, counts.shape[1] + 1)
    return np.stack([_alarm(counts[:, :end], settings) for end in ends], axis=1)


def _alarm(counts: Counts, settings: VolumeSettings) -> Flags:
    window, past = counts[:, -settings.window_weeks :], counts[:, : -settings.window_weeks]
    months = np.array([month_of(week) for week in mondays(counts.shape[1])])
    factors, unsure = _factors(past, months[: past.shape[1]], settings)
    weights = factors[:, months]
    ahead = weights[:, -settings.window_weeks :].sum(1)
    base, used = past[:, -settings.baseline_weeks :], weights[:, : past.shape[1]]
    used = used[:, -settings.baseline_weeks :]
    mean = base.sum(1) / used.sum(1)
    some = mean > 0
    usual = np.where(some, mean, 1)[:, None] * used
    weeks, tail = base.shape[1], settings.false_alarms / (4 * LOOKS)
    scatter = np.maximum(LEAST_DISPERSION, ((base - usual) ** 2 / usual).sum(1) / (weeks - 1))
    tails = _thinner(tail, scatter, np.where(some, mean, 1), weeks)
    expected = np.where(some, mean, 1) * ahead
    season = expected * unsure[:, months[-settings.window_weeks :]].mean(1)
    dispersion = scatter * (1 + ahead / used.sum(1) + season)
    seasonal = past.shape[1] >= settings.season_weeks
    least = settings.least_change if seasonal else settings.unseasoned_change
    return some & _is_far(window.sum(1), expected, dispersion, tails, least)


def _thinner(tail: float, scatter: Floats, mean: Floats, weeks: int) -> Floats:
    kurtosis = 6 * (scatter - 1) / mean + 1 / (mean * scatter)
    freedom = np.maximum(1, 2 / (2 / (weeks - 1) + kurtosis / 2 / weeks))
    return np.asarray(np.maximum(1e-12, ndtr(stdtrit(freedom, tail))))


def _is_far(count: Counts, mean: Floats, dispersion: Floats, tail: Floats, least: float) -> Flags:
    shape, chance = mean / (dispersion - 1), 1 / dispersion
    few = betainc(shape, count + 1, chance) <= tail
    many = betainc(np.maximum(count, 1), shape, 1 - chance) <= tail
    few &= count < np.ceil(mean * (1 - least))
    return few | (many & (count > np.floor(mean * (1 + least))))


def _factors(past: Counts, months: Counts, settings: VolumeSettings) -> tuple[Floats, Floats]:
    """For each stream and month, by number; 1 and surely so while the season is unknown."""
    factors, unsure = np.ones((len(past), 13)), np.zeros((len(past), 13))
    weeks = past.shape[1]
    if weeks < settings.season_weeks:
        return factors, unsure
    places = np.arange(weeks) - (weeks - 1) / 2
    mean = past.mean(1, keepdims=True)
    slope = ((past - mean) * places).sum(1, keepdims=True) / (places**2).sum()
    usual = np.maximum(0, mean + slope * places)
    for month in range(1, 13):
        found, trend = (x[:, months == month].sum(1) for x in (past, usual))
        factors[:, month] = (found + SEASON_WEIGHT) / (trend + SEASON_WEIGHT)
        unsure[:, month] = trend / (trend + SEASON_WEIGHT) ** 2
    return factors, unsure


def mondays(weeks: int) -> Iterator[WeekTally]:
    """So many weeks, as the product counts months by them."""
    return (WeekTally(FIRST + number * WEEK, Tally()) for number in range(weeks))


if __name__ == "__main__":
    main()
