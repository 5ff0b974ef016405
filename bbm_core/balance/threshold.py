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
        (6.08, 4.88, 3.97, 3.43, 3.11),
        (7.72, 6.02, 5.13, 4.31, 3.86),
        (11.02, 8.87, 7.15, 5.82, 5.02),
        (14.53, 11.54, 9.27, 7.19, 6.05),
        (16.40, 12.75, 10.36, 7.99, 6.62),
        (17.35, 13.27, 10.56, 8.07, 6.65),
    ),
    (  # 0.05
        (4.27, 3.61, 3.25, 2.88, 2.66),
        (4.31, 3.72, 3.38, 3.08, 2.88),
        (5.42, 4.78, 4.32, 3.92, 3.72),
        (7.16, 6.23, 5.49, 4.80, 4.41),
        (8.91, 7.37, 6.44, 5.54, 5.01),
        (9.48, 7.99, 6.88, 5.84, 5.28),
        (9.91, 8.21, 7.13, 5.99, 5.37),
    ),
    (  # 0.1
        (3.60, 3.13, 2.81, 2.58, 2.48),
        (3.55, 3.27, 3.05, 2.83, 2.70),
        (4.59, 4.23, 3.96, 3.68, 3.49),
        (5.82, 5.27, 4.85, 4.38, 4.07),
        (6.78, 6.04, 5.45, 4.82, 4.47),
        (7.26, 6.41, 5.73, 5.08, 4.70),
        (7.42, 6.52, 5.82, 5.15, 4.75),
    ),
    (  # 0.2
        (2.81, 2.64, 2.54, 2.47, 2.44),
        (3.08, 2.94, 2.84, 2.74, 2.68),
        (4.08, 3.77, 3.55, 3.33, 3.19),
        (5.03, 4.62, 4.29, 3.94, 3.72),
        (5.88, 5.29, 4.89, 4.41, 4.12),
        (6.27, 5.67, 5.18, 4.64, 4.30),
        (6.55, 5.84, 5.31, 4.76, 4.42),
    ),
    (  # 0.3
        (2.72, 2.66, 2.60, 2.54, 2.51),
        (3.37, 3.21, 3.09, 2.95, 2.86),
        (4.59, 4.25, 3.97, 3.68, 3.50),
        (5.65, 5.15, 4.79, 4.36, 4.06),
        (6.67, 5.98, 5.44, 4.85, 4.49),
        (7.10, 6.23, 5.64, 5.03, 4.65),
        (7.27, 6.44, 5.81, 5.14, 4.78),
    ),
    (  # 0.4
        (2.88, 2.81, 2.74, 2.67, 2.62),
        (3.78, 3.56, 3.39, 3.20, 3.07),
        (5.19, 4.74, 4.38, 4.01, 3.78),
        (6.48, 5.86, 5.31, 4.79, 4.45),
        (7.56, 6.80, 6.13, 5.42, 4.99),
        (7.96, 7.06, 6.35, 5.63, 5.18),
        (8.18, 7.27, 6.54, 5.79, 5.30),
    ),
    (  # 0.5
        (2.93, 2.88, 2.81, 2.73, 2.68),
        (4.01, 3.78, 3.60, 3.39, 3.24),
        (5.62, 5.12, 4.69, 4.29, 4.03),
        (7.02, 6.36, 5.81, 5.19, 4.79),
        (8.23, 7.27, 6.58, 5.83, 5.36),
        (8.81, 7.75, 6.95, 6.08, 5.59),
        (9.06, 7.92, 7.04, 6.21, 5.68),
    ),
)
"""By rate, by records a week (a row each), by budget."""

LOWEST = min(level for table in _THRESHOLDS for row in table for level in row)
"""No threshold lies below it."""
