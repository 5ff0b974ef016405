"""A challenger beside the definition in force, compared on cases whose outcome is known.

Both judge the same cases. What comes out is said, and never promotes anything by itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import comb, erf, sqrt

from bbm_core.balance.rate import Interval
from bbm_core.icp.backtest import ENOUGH
from bbm_core.icp.classify import Flag
from bbm_core.icp.ranking import auc, counted


@dataclass(frozen=True, slots=True)
class Duel:
    """A case under both definitions."""

    unit: str
    active: int
    shadow: int
    active_flag: Flag
    shadow_flag: Flag
    happened: bool


class Better(StrEnum):
    """What a comparison of two definitions says; it decides nothing."""

    SHADOW = "shadow"
    ACTIVE = "active"
    NEITHER = "neither"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The challenger against the definition in force, on cases whose outcome is known."""

    cases: int
    happened: int
    active_auc: float | None
    shadow_auc: float | None
    difference: float | None  # shadow minus active
    interval: Interval | None  # DeLong's, of the difference
    auc_p: float | None
    only_active_right: int
    only_shadow_right: int
    mcnemar_p: float | None  # exact; None: they never disagree
    better: Better


SURE = 0.05


def compare(duels: Sequence[Duel], needed: int = ENOUGH) -> Comparison:
    """McNemar (1947) on who was right, and DeLong on who ranks better."""
    ups = [one for one in duels if one.happened]
    downs = [one for one in duels if not one.happened]
    active = auc(counted((one.active, one.happened) for one in duels))
    shadow = auc(counted((one.shadow, one.happened) for one in duels))
    first, second = _only_right(duels)
    mcnemar = _mcnemar(first, second)
    spread = _delong(ups, downs) if min(len(ups), len(downs)) >= 2 else None  # noqa: PLR2004 - a variance
    difference = None if active is None or shadow is None else shadow - active
    enough = min(len(ups), len(downs)) >= needed
    auc_p = _two_sided(difference, spread)
    return Comparison(
        cases=len(duels),
        happened=len(ups),
        active_auc=active,
        shadow_auc=shadow,
        difference=difference,
        interval=_around(difference, spread),
        auc_p=auc_p,
        only_active_right=first,
        only_shadow_right=second,
        mcnemar_p=mcnemar,
        better=_better(difference, auc_p, second - first, mcnemar) if enough else Better.TOO_FEW,
    )


def _only_right(duels: Iterable[Duel]) -> tuple[int, int]:
    """How often only the active one was right, and how often only the shadow.

    Right is ICP that came to it, or not ICP that did not; who cannot tell is not right.
    """
    first = second = 0
    for one in duels:
        wanted = Flag.YES if one.happened else Flag.NO
        active, shadow = one.active_flag is wanted, one.shadow_flag is wanted
        first += active and not shadow
        second += shadow and not active
    return first, second


_EXACT = 1000


def _mcnemar(first: int, second: int) -> float | None:
    """Two-sided; exact (binomial) up to a thousand disagreements, with the correction above."""
    total = first + second
    if not total:
        return None
    if total > _EXACT:
        z = (abs(first - second) - 1) / sqrt(total)
        return 1 - erf(z / sqrt(2))
    tail = sum(comb(total, k) for k in range(min(first, second) + 1))
    return min(1.0, float(2 * tail / 2**total))


def _delong(ups: Sequence[Duel], downs: Sequence[Duel]) -> float:
    """The variance of the difference of two AUCs on the same cases.

    DeLong, DeLong and Clarke-Pearson (1988), by each case's share of the other side that it beats.
    """
    up = [s - a for a, s in zip(*_beaten(ups, downs, sign=1), strict=True)]
    down = [s - a for a, s in zip(*_beaten(downs, ups, sign=-1), strict=True)]
    return _variance(up) / len(up) + _variance(down) / len(down)


def _beaten(
    cases: Sequence[Duel], others: Sequence[Duel], sign: int
) -> tuple[Sequence[float], Sequence[float]]:
    active = _shares([sign * d.active for d in cases], [sign * d.active for d in others])
    return active, _shares([sign * d.shadow for d in cases], [sign * d.shadow for d in others])


def _shares(scores: Sequence[int], others: Sequence[int]) -> Sequence[float]:
    counts = counted((score, False) for score in others)
    below, share, lower = 0, {}, sorted({*counts, *scores})
    for score in lower:
        here = counts[score][0] if score in counts else 0
        share[score] = (below + here / 2) / len(others)
        below += here
    return [share[score] for score in scores]


def _variance(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)


_Z = 1.959963984540054


def _around(difference: float | None, spread: float | None) -> Interval | None:
    if difference is None or spread is None:
        return None
    half = _Z * sqrt(spread)
    return Interval(difference - half, difference + half)


def _two_sided(difference: float | None, spread: float | None) -> float | None:
    if difference is None or not spread:
        return None
    return 1 - erf(abs(difference) / sqrt(spread) / sqrt(2))


def _better(difference: float | None, auc_p: float | None, lead: int, p: float | None) -> Better:
    """Who is better by either test, as long as the other one does not say the opposite."""
    signs = {
        1 if gap > 0 else -1
        for gap, value in ((difference or 0.0, auc_p), (float(lead), p))
        if gap and value is not None and value < SURE
    }
    if len(signs) != 1:
        return Better.NEITHER
    return Better.SHADOW if signs == {1} else Better.ACTIVE
