"""What became of a decision: before and after, beside channels that it did not touch.

Difference in differences (Ashenfelter & Card 1985): what changed where it was done, less what
changed where it was not. The rate with its normal interval after adding a success and a failure to
each group (Agresti & Caffo 2000), counts as a ratio of ratios on the log scale.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import exp, log, sqrt
from statistics import NormalDist

from bbm_core.balance.rate import Interval
from bbm_core.balance.tally import Tally


class Finding(StrEnum):
    """What may be said."""

    ROSE = "rose"
    FELL = "fell"
    INCONCLUSIVE = "inconclusive"  # the interval holds both
    TOO_FEW = "too_few"  # a side has next to nothing


@dataclass(frozen=True, slots=True)
class Compared:
    """A change, within which 95 % it lies, and what that says."""

    change: float
    interval: Interval
    finding: Finding


@dataclass(frozen=True, slots=True)
class Sides:
    """Records before and after."""

    before: Tally
    after: Tally


@dataclass(frozen=True, slots=True)
class AfterAction:
    """The ICP rate in points, and the ICP count as a factor (1 is no change)."""

    rate: Compared
    count: Compared
    controlled: bool  # False: before and after alone, which proves little


LEAST = 10
"""Decided records below which a side says nothing."""

_Z = NormalDist().inv_cdf(0.975)


def after_action(
    treated: Sides, control: Sides | None, weeks_before: int, weeks_after: int
) -> AfterAction:
    """Compare; where the control says next to nothing, before and after alone."""
    usable = control if control is not None and _enough(control) else None
    if not _enough(treated):
        nothing = Compared(0.0, Interval(-1.0, 1.0), Finding.TOO_FEW)
        return AfterAction(nothing, nothing, controlled=usable is not None)
    return AfterAction(
        rate=_rate_change(treated, usable),
        count=_count_change(treated, usable, log(weeks_before / weeks_after)),
        controlled=usable is not None,
    )


def _enough(sides: Sides) -> bool:
    return min(sides.before.known, sides.after.known) >= LEAST


def _rate_change(treated: Sides, control: Sides | None) -> Compared:
    groups = [(treated.after, 1), (treated.before, -1)]
    if control is not None:
        groups += [(control.after, -1), (control.before, 1)]
    parts = [(sign, (one.icp + 1) / (one.known + 2), one.known + 2) for one, sign in groups]
    change = sum(sign * share for sign, share, _ in parts)
    error = sqrt(sum(share * (1 - share) / count for _, share, count in parts))
    return _compared(change, error, scale=lambda value: value)


def _count_change(treated: Sides, control: Sides | None, exposure: float) -> Compared:
    """The control passed through the same weeks, so with one their lengths fall out."""
    groups = [(treated.after, 1), (treated.before, -1)]
    if control is not None:
        groups += [(control.after, -1), (control.before, 1)]
    counts = [(sign, one.icp + 0.5) for one, sign in groups]
    change = sum(sign * log(count) for sign, count in counts)
    change += 0.0 if control is not None else exposure
    return _compared(change, sqrt(sum(1 / count for _, count in counts)), scale=exp)


def _compared(change: float, error: float, scale: Callable[[float], float]) -> Compared:
    low, high = change - _Z * error, change + _Z * error
    finding = Finding.INCONCLUSIVE
    if low > 0:
        finding = Finding.ROSE
    elif high < 0:
        finding = Finding.FELL
    return Compared(scale(change), Interval(scale(low), scale(high)), finding)
