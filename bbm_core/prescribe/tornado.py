"""How much the answer hangs on each estimate: that one 20 % up and down, the others as they are."""

from dataclasses import dataclass

from bbm_core.prescribe.estimates import Estimates, Quantity
from bbm_core.prescribe.optimum import Optimum, optimise
from bbm_core.prescribe.pose import pose

SWING = 0.20

_PAIRS: tuple[tuple[Quantity, ...], ...] = (
    (Quantity.CAPACITY,),
    (Quantity.BUDGET,),
    (Quantity.WORTH_ICP,),
    (Quantity.WORTH_OTHER,),
    (Quantity.WIN_ICP, Quantity.WIN_OTHER),
    (Quantity.OPPORTUNITY_ICP, Quantity.OPPORTUNITY_OTHER),
    (Quantity.COST,),
    (Quantity.POWER,),
    (Quantity.TRIAGE,),
    (Quantity.LEAD,),
    (Quantity.OPPORTUNITY,),
    (Quantity.WIN,),
)
"""What is moved together; a group is named by its first."""


@dataclass(frozen=True, slots=True)
class Swing:
    """What the best plan earns, and its ICP rate, with one estimate down and up.

    None where such a world has no plan.
    """

    quantities: tuple[Quantity, ...]
    low: Optimum | None
    high: Optimum | None

    @property
    def size(self) -> float:
        """By how much the profit differs between down and up; endless where one has no plan."""
        if self.low is None or self.high is None:
            return float("inf")
        return abs(self.high.profit - self.low.profit)


def tornado(estimates: Estimates) -> tuple[Swing, ...]:
    """Every estimate's swing, the largest first; none where there is no problem to pose."""
    if estimates.gaps:
        return ()
    present = [group for group in _PAIRS if all(one in estimates.values for one in group)]
    swings = [
        Swing(group, _best(estimates, group, 1 - SWING), _best(estimates, group, 1 + SWING))
        for group in present
    ]
    return tuple(sorted(swings, key=lambda one: -one.size))


def _best(estimates: Estimates, group: tuple[Quantity, ...], factor: float) -> Optimum | None:
    problem = pose(estimates, dict.fromkeys(group, factor))
    best = None if problem is None else optimise(problem)
    return best if isinstance(best, Optimum) else None
