"""Finds the thresholds of the early detector, and prints them for `bbm_core/balance/threshold.py`.

    nice python -m benchmarks.thresholds --streams 8000

A parametric bootstrap: for each rate and number of records a week, quiet streams are drawn with
several degrees of likeness within a week; the detector meets them as it would in life, without
knowing rate or likeness. The threshold is the highest that any of these needs, in its first year
of watching or in a later one, so that it holds whatever the likeness is.
"""

import argparse

import numpy as np

from bbm_core.balance.shift import ShiftSettings
from bbm_core.balance.threshold import BUDGETS, KNOWN, RATES
from benchmarks.streams import Floats, Setting, draw, shift_levels

RHOS = (0.0, 0.01, 0.03, 0.1)
YEAR = 52


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=8000)
    streams = parser.parse_args().streams
    for rate in RATES:
        print(f"    (  # {rate}")
        for known in KNOWN:
            row = ", ".join(f"{one:.2f}" for one in thresholds(rate, known, streams))
            print(f"        ({row}),", flush=True)
        print("    ),", flush=True)


def thresholds(rate: float, known: int, streams: int) -> Floats:
    """One for each budget."""
    found = [_quantiles(Setting(known, rho, rate), streams) for rho in RHOS]
    return np.max(found, axis=0)


def _quantiles(setting: Setting, streams: int) -> Floats:
    settings = ShiftSettings()
    chance = np.random.default_rng([20261127, setting.known, int(1000 * setting.rho)])
    icp = draw(chance, setting, streams, settings.least_weeks + YEAR + YEAR // 2)
    levels = shift_levels(icp, setting.known, settings).level
    years = (levels[:, :YEAR], levels[:, YEAR // 2 : YEAR // 2 + YEAR])
    shares = [1 - budget for budget in BUDGETS]
    return np.max([np.quantile(year.max(1), shares) for year in years], axis=0)


if __name__ == "__main__":
    main()
