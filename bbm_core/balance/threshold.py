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
        (6.56, 5.52, 4.67, 3.89, 3.47),
        (10.59, 8.24, 6.76, 5.32, 4.48),
        (15.33, 11.60, 9.32, 7.03, 5.75),
        (19.59, 14.76, 11.36, 8.40, 6.73),
        (21.93, 16.14, 12.59, 9.15, 7.31),
        (22.64, 16.49, 12.58, 9.15, 7.27),
    ),
    (  # 0.05
        (4.27, 3.61, 3.25, 2.88, 2.66),
        (5.22, 4.46, 3.89, 3.34, 3.05),
        (7.35, 5.95, 5.12, 4.30, 3.84),
        (9.73, 7.81, 6.49, 5.29, 4.60),
        (11.81, 9.31, 7.56, 6.02, 5.18),
        (12.70, 9.91, 8.02, 6.37, 5.45),
        (12.85, 10.14, 8.40, 6.51, 5.55),
    ),
    (  # 0.1
        (3.60, 3.13, 2.81, 2.58, 2.48),
        (4.02, 3.53, 3.22, 2.93, 2.76),
        (5.31, 4.59, 4.10, 3.68, 3.49),
        (6.86, 5.78, 4.99, 4.37, 4.06),
        (8.03, 6.68, 5.70, 4.90, 4.42),
        (8.43, 7.13, 6.08, 5.14, 4.61),
        (8.66, 7.30, 6.18, 5.19, 4.66),
    ),
    (  # 0.2
        (2.81, 2.64, 2.54, 2.47, 2.44),
        (3.16, 2.98, 2.86, 2.74, 2.67),
        (4.18, 3.79, 3.55, 3.32, 3.18),
        (5.14, 4.62, 4.27, 3.93, 3.69),
        (5.89, 5.30, 4.85, 4.37, 4.07),
        (6.33, 5.69, 5.14, 4.59, 4.24),
        (6.58, 5.83, 5.28, 4.69, 4.34),
    ),
    (  # 0.3
        (2.72, 2.66, 2.60, 2.54, 2.51),
        (3.34, 3.19, 3.07, 2.93, 2.84),
        (4.56, 4.22, 3.95, 3.66, 3.47),
        (5.72, 5.13, 4.76, 4.33, 4.03),
        (6.63, 5.90, 5.36, 4.79, 4.43),
        (6.99, 6.16, 5.56, 4.95, 4.54),
        (7.18, 6.39, 5.71, 5.03, 4.60),
    ),
    (  # 0.4
        (2.88, 2.81, 2.74, 2.67, 2.62),
        (3.74, 3.53, 3.36, 3.17, 3.05),
        (5.12, 4.72, 4.36, 3.99, 3.76),
        (6.42, 5.79, 5.25, 4.69, 4.33),
        (7.19, 6.40, 5.74, 5.08, 4.68),
        (7.45, 6.67, 5.94, 5.24, 4.82),
        (7.90, 6.86, 6.09, 5.35, 4.93),
    ),
    (  # 0.5
        (2.93, 2.88, 2.81, 2.73, 2.68),
        (3.95, 3.73, 3.55, 3.35, 3.20),
        (5.56, 5.10, 4.67, 4.27, 3.99),
        (6.88, 6.14, 5.52, 4.93, 4.57),
        (7.71, 6.77, 6.13, 5.44, 5.01),
        (8.15, 7.11, 6.40, 5.62, 5.15),
        (8.29, 7.29, 6.47, 5.72, 5.23),
    ),
)
"""By rate, by records a week (a row each), by budget."""
