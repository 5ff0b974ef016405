"""The thresholds of the early detector.

Found once, by simulation, because a cycle has no time for it: `python -m benchmarks.thresholds`
draws quiet beta-binomial years for each rate and number of records a week, lets the detector
estimate rate and likeness from each as it would in life, and takes the level that only so many
years reach. Each is the highest for a likeness ρ between 0 and 0.1, so no threshold hangs on an
estimate of it. Between the entries it is interpolated.
"""

from bisect import bisect
from collections.abc import Sequence
from math import log

BUDGETS = (0.02, 0.05, 0.10, 0.20, 0.30)
RATES = (0.02, 0.05, 0.10, 0.20, 0.30, 0.40, 0.50)
KNOWN = (1, 3, 10, 30, 100, 300, 1000)

_BUDGET_LOGS = tuple(log(one) for one in BUDGETS)
_KNOWN_LOGS = tuple(log(one) for one in KNOWN)


def threshold(rate: float, known: float, false_alarms: float) -> float:
    """Above which the detector's log sum is an alarm.

    Args:
        rate: the usual rate; the table is the same for a rate and for its complement.
        known: decided records in a usual week.
        false_alarms: how likely one may be in a quiet year, from 0.02 to 0.3; beyond, its end.
    """
    at_rate = [
        [_between(_KNOWN_LOGS, row, log(max(known, 1))) for row in zip(*table, strict=True)]
        for table in _THRESHOLDS
    ]
    by_budget = [_between(RATES, row, min(rate, 1 - rate)) for row in zip(*at_rate, strict=True)]
    return _between(_BUDGET_LOGS, by_budget, log(false_alarms))


def _between(places: Sequence[float], values: Sequence[float], place: float) -> float:
    """Linear between the entries; beyond them, the last one."""
    if place <= places[0]:
        return values[0]
    if place >= places[-1]:
        return values[-1]
    upper = bisect(places, place)
    share = (place - places[upper - 1]) / (places[upper] - places[upper - 1])
    return values[upper - 1] + share * (values[upper] - values[upper - 1])


_THRESHOLDS = (
    (  # 0.02
        (4.49, 3.70, 3.54, 3.26, 2.88),
        (6.58, 5.53, 4.69, 3.90, 3.47),
        (10.74, 8.39, 6.79, 5.28, 4.43),
        (15.32, 11.64, 9.15, 6.72, 5.45),
        (19.30, 14.05, 10.64, 7.66, 6.11),
        (21.02, 15.04, 11.47, 8.20, 6.47),
        (21.60, 15.19, 11.40, 8.10, 6.39),
    ),
    (  # 0.05
        (4.27, 3.61, 3.25, 2.88, 2.66),
        (5.24, 4.48, 3.89, 3.34, 3.04),
        (7.32, 5.89, 5.05, 4.21, 3.76),
        (9.33, 7.43, 6.08, 4.92, 4.34),
        (10.76, 8.42, 6.79, 5.39, 4.63),
        (11.15, 8.73, 7.03, 5.59, 4.78),
        (11.22, 8.83, 7.21, 5.66, 4.86),
    ),
    (  # 0.1
        (3.60, 3.13, 2.81, 2.58, 2.48),
        (4.03, 3.52, 3.20, 2.92, 2.75),
        (5.22, 4.48, 4.03, 3.69, 3.51),
        (6.39, 5.44, 4.94, 4.42, 4.10),
        (7.12, 6.08, 5.38, 4.73, 4.34),
        (7.46, 6.42, 5.67, 4.93, 4.44),
        (7.69, 6.55, 5.77, 4.97, 4.50),
    ),
    (  # 0.2
        (2.81, 2.64, 2.54, 2.47, 2.44),
        (3.15, 2.96, 2.84, 2.74, 2.67),
        (4.10, 3.79, 3.56, 3.33, 3.18),
        (5.28, 4.78, 4.41, 4.01, 3.76),
        (6.20, 5.54, 4.99, 4.45, 4.10),
        (6.56, 5.68, 5.11, 4.49, 4.14),
        (6.47, 5.70, 5.13, 4.55, 4.21),
    ),
    (  # 0.3
        (2.72, 2.66, 2.60, 2.54, 2.51),
        (3.34, 3.19, 3.06, 2.93, 2.83),
        (4.57, 4.24, 3.95, 3.66, 3.47),
        (5.95, 5.32, 4.88, 4.38, 4.05),
        (6.63, 5.83, 5.28, 4.70, 4.33),
        (6.89, 6.02, 5.42, 4.80, 4.40),
        (7.00, 6.24, 5.54, 4.87, 4.46),
    ),
    (  # 0.4
        (2.88, 2.81, 2.74, 2.67, 2.62),
        (3.73, 3.53, 3.36, 3.16, 3.04),
        (5.16, 4.72, 4.37, 3.99, 3.76),
        (6.52, 5.80, 5.23, 4.65, 4.28),
        (7.14, 6.27, 5.58, 4.88, 4.46),
        (7.35, 6.51, 5.77, 5.01, 4.56),
        (7.68, 6.63, 5.89, 5.08, 4.60),
    ),
    (  # 0.5
        (2.93, 2.88, 2.81, 2.73, 2.68),
        (3.96, 3.73, 3.54, 3.32, 3.18),
        (5.59, 5.10, 4.70, 4.27, 3.98),
        (6.91, 6.13, 5.48, 4.81, 4.40),
        (7.37, 6.47, 5.74, 5.02, 4.53),
        (7.67, 6.60, 5.86, 5.06, 4.57),
        (7.88, 6.77, 5.96, 5.12, 4.60),
    ),
)
"""By rate, by records a week (a row each), by budget."""
