"""How often the detectors cry wolf, and how often they find a drop of ten points in eight weeks.

    nice python -m benchmarks.detectors --streams 4000

A stage has the past that a first load brings by default, or one year of it; then one quiet year, in
which any alarm is false; and, in other streams of the same setting, thirteen quiet weeks and then a
drop from 30 % to 20 %. Both figures of a row come from the same settings. `watched` is what the
product does: the early detector and the band status together, as they are set for the first stage
and for a later one.

The oracles know the rate, the likeness ρ and the size of the drop, and compute the exact
likelihood ratio; one knows the direction, too. They and the other detectors have thresholds that
give them exactly the false alarms of the product's first stage in the same row.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import betaln, gammaln

from agent.config.model import CrmSettings, WatchSection
from bbm_core.balance.band import BaselineSettings
from bbm_core.balance.shift import ShiftSettings
from bbm_core.balance.watch import WatchSettings
from benchmarks.streams import (
    Counts,
    Flags,
    Floats,
    Setting,
    band_sides,
    draw,
    shift_alarms,
    shift_levels,
)

YEAR, QUIET, FOUND_WITHIN = 52, 13, 8
LOADED = int(CrmSettings.model_fields["history_months"].default * 30.5 / 7)
"""Weeks of past that a first load brings by default."""

BASELINE = 26
DROP = 0.10
WATCH = WatchSection()
FIRST, LATER = WATCH.false_alarms, WATCH.false_alarms_later
POSTERIOR = WATCH.posterior_later
STAGES = 6


@dataclass(frozen=True, slots=True)
class Streams:
    """Quiet years, and years in which the rate drops, each after its past."""

    setting: Setting
    past: int
    quiet: Counts
    dropped: Counts


@dataclass(frozen=True, slots=True)
class Row:
    """False alarms in a quiet year, and drops found in time."""

    false_alarms: float
    found: float


Score = Callable[[Counts, Streams], Floats]
"""How much each week speaks for a change."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=4000)
    count = parser.parse_args().streams
    print("share of quiet years with a false alarm / of drops found within eight weeks\n")
    names = (
        "first stage",
        "later stage",
        "oracle",
        "+direction",
        "sum",
        "CUSUM",
        "e-process",
        "band",
    )
    print("past   n    rho  " + "".join(f"{name:>15}" for name in names))
    for past in (LOADED, YEAR):
        for known in (10, 30, 100):
            for rho in (0.0, 0.03):
                rows = list(table_row(drawn(Setting(known, rho), past, count)))
                cells = "".join(f"{row.false_alarms:>8.3f} /{row.found:>5.3f}" for row in rows)
                year = rows[0].false_alarms + (STAGES - 1) * rows[1].false_alarms
                print(
                    f"{past:4} {known:4} {rho:6} {cells}   all stages {year:.2f} a year", flush=True
                )


def drawn(setting: Setting, past: int, count: int) -> Streams:
    chance = np.random.default_rng([20261127, setting.known, int(1000 * setting.rho), past])
    before = draw(chance, setting, count, past + QUIET)
    after = draw(chance, replace(setting, rate=setting.rate - DROP), count, FOUND_WITHIN)
    quiet = draw(chance, setting, count, past + YEAR)
    return Streams(setting, past, quiet, np.concatenate([before, after], axis=1))


def table_row(streams: Streams) -> Iterator[Row]:
    """The product on a first stage and on a later one, then the others at the first's alarms."""
    first = watched(streams, FIRST)
    yield first
    yield watched(streams, LATER)
    for score in (oracle, knowing_oracle, early_sum, cusum, e_process, band_status):
        yield at_same_alarms(streams, score, first.false_alarms)


def watched(streams: Streams, budget: float) -> Row:
    """What the product says in each week: either detector."""
    alarms = [_watched(icp, streams, budget) for icp in (streams.quiet, streams.dropped)]
    return _row(*alarms)


def _watched(icp: Counts, streams: Streams, budget: float) -> Flags:
    known, past = streams.setting.known, streams.past
    settings = ShiftSettings(false_alarms=budget)
    early = shift_alarms(icp, known, settings)[:, past - settings.least_weeks :]
    low, high = band_sides(icp, known, past, WatchSettings(), BaselineSettings())
    return early | (np.maximum(low, high) > POSTERIOR)


def at_same_alarms(streams: Streams, score: Score, false_alarms: float) -> Row:
    """Another detector, with the threshold that gives it these false alarms."""
    quiet, dropped = (score(icp, streams) for icp in (streams.quiet, streams.dropped))
    limit = np.quantile(quiet.max(1), 1 - false_alarms)
    return _row(quiet > limit, dropped > limit)


def _row(quiet: Flags, dropped: Flags) -> Row:
    still = ~dropped[:, :QUIET].any(1)
    return Row(quiet.any(1).mean(), dropped[still, QUIET:].any(1).mean())


def oracle(icp: Counts, streams: Streams) -> Floats:
    """Knows all but the direction."""
    drop, rise = (_known_sum(icp, streams, sign) for sign in (-1, 1))
    return np.maximum(drop, rise)


def knowing_oracle(icp: Counts, streams: Streams) -> Floats:
    return _known_sum(icp, streams, -1)


def _known_sum(icp: Counts, streams: Streams, sign: int) -> Floats:
    setting = streams.setting
    icp = icp[:, streams.past :]
    rates = (setting.rate + sign * DROP, setting.rate)
    changed, usual = (_log_chance(icp, setting.known, rate, setting.rho) for rate in rates)
    return _page(changed - usual)


def early_sum(icp: Counts, streams: Streams) -> Floats:
    """The early detector by itself."""
    settings = ShiftSettings()
    levels = shift_levels(icp, streams.setting.known, settings).level
    return levels[:, streams.past - settings.least_weeks :]


def cusum(icp: Counts, streams: Streams) -> Floats:
    """The two-sided beta-binomial CUSUM around a baseline of half a year."""
    known, past = streams.setting.known, streams.past
    rate, rho = _estimates(icp[:, past - BASELINE : past], known)
    delta = np.maximum(0.05, 0.25 * rate)
    icp = icp[:, past:]
    usual = _log_chance(icp, known, rate, rho)
    sides = [_page(_log_chance(icp, known, rate + d, rho) - usual) for d in (-delta, delta)]
    return np.maximum(*sides)


def e_process(icp: Counts, streams: Streams) -> Floats:
    """A beta mixture against the baseline, discounted for overdispersion, anew every four weeks."""
    known, past = streams.setting.known, streams.past
    rate, rho = _estimates(icp[:, past - BASELINE : past], known)
    worth = 1 / (1 + (known - 1) * rho)
    values = np.empty((len(icp), icp.shape[1] - past))
    for start in range(0, values.shape[1], 4):
        fits = np.cumsum(icp[:, past + start : past + start + 4], axis=1) * worth
        total = known * worth * np.arange(1, fits.shape[1] + 1)
        mixed = betaln(10 * rate + fits, 10 * (1 - rate) + total - fits)
        mixed -= betaln(10 * rate, 10 * (1 - rate))
        plain = fits * np.log(rate) + (total - fits) * np.log(1 - rate)
        values[:, start : start + 4] = mixed - plain
    return values


def band_status(icp: Counts, streams: Streams) -> Floats:
    """The band status by itself: how sure it is of either side."""
    known, settings = streams.setting.known, WatchSettings()
    sides = band_sides(icp, known, streams.past, settings, BaselineSettings())
    return np.maximum(*sides)


def _page(ratios: Floats) -> Floats:
    """Page's sum: never below zero."""
    level, levels = np.zeros(len(ratios)), np.empty_like(ratios)
    for week in range(ratios.shape[1]):
        level = np.maximum(0, level + ratios[:, week])
        levels[:, week] = level
    return levels


def _estimates(icp: Counts, known: int) -> tuple[Floats, Floats]:
    """The rate and Williams' likeness of each stream's baseline, each as a column."""
    rate = np.clip(icp.mean(1) / known, 0.01, 0.99)
    freedom = icp.shape[1] - 1
    squared = ((icp - known * rate[:, None]) ** 2).sum(1) / (known * rate * (1 - rate))
    rho = np.clip((squared - freedom) / (freedom * (known - 1)), 0, 0.5)
    return rate[:, None], rho[:, None]


def _log_chance(icp: Counts, known: int, rate: Floats | float, rho: Floats | float) -> Floats:
    """The beta-binomial, up to a constant."""
    rate = np.clip(rate, 1e-4, 1 - 1e-4)
    weight = (1 - np.maximum(rho, 1e-5)) / np.maximum(rho, 1e-5)
    a, b = rate * weight, (1 - rate) * weight
    whole = gammaln(a + b) - gammaln(known + a + b) - gammaln(a) - gammaln(b)
    return gammaln(icp + a) + gammaln(known - icp + b) + whole


if __name__ == "__main__":
    main()
