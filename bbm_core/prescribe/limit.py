"""How far customers may lean to the ICP before too much revenue hangs on too few of them.

At the same revenue, a higher ICP rate means fewer and larger customers. With mean revenue L and
mean square q by fit, N = R / (r L_i + (1 - r) L_o) customers bring the revenue R, and their
Herfindahl index is

    HHI(r) = (r q_i + (1 - r) q_o) / (R (r L_i + (1 - r) L_o))

which rises with r where ICP customers are the larger ones; the limit binds where the two meet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean


@dataclass(frozen=True, slots=True)
class Holding:
    """A customer: its fit (None: unknown) and its revenue of a year."""

    customer: str
    icp: bool | None
    revenue: float


@dataclass(frozen=True, slots=True)
class RiskLimit:
    """Where the risk stands, and the ICP rate of customers at which the limit binds."""

    customers: int
    hhi: float
    largest: str
    largest_share: float
    rate: float | None  # None: the limit binds at no rate
    max_hhi: float
    max_share: float

    @property
    def is_exceeded(self) -> bool:
        """Revenue leans on too few customers already, whatever their fit."""
        return self.hhi > self.max_hhi or self.largest_share > self.max_share


def risk_limit(holdings: Sequence[Holding], max_hhi: float, max_share: float) -> RiskLimit | None:
    """The limit from what customers bring; None where none brings anything."""
    paying = sorted(
        (one for one in holdings if one.revenue > 0), key=lambda one: (-one.revenue, one.customer)
    )
    revenue = sum(one.revenue for one in paying)
    if revenue <= 0:
        return None
    return RiskLimit(
        customers=len(paying),
        hhi=sum((one.revenue / revenue) ** 2 for one in paying),
        largest=paying[0].customer,
        largest_share=paying[0].revenue / revenue,
        rate=_binding(paying, revenue, max_hhi),
        max_hhi=max_hhi,
        max_share=max_share,
    )


def _binding(paying: Sequence[Holding], revenue: float, max_hhi: float) -> float | None:
    icp = [one.revenue for one in paying if one.icp is True]
    other = [one.revenue for one in paying if one.icp is False]
    if not icp or not other:
        return None
    mean_icp, mean_other = fmean(icp), fmean(other)
    square_icp, square_other = fmean(r * r for r in icp), fmean(r * r for r in other)
    if square_icp * mean_other <= square_other * mean_icp:
        return None  # ICP customers are not the larger ones: a higher rate spreads the revenue
    bound = max_hhi * revenue
    rate = (bound * mean_other - square_other) / (
        square_icp - square_other - bound * (mean_icp - mean_other)
    )
    if bound * mean_other <= square_other:
        return 0.0  # it binds at any rate
    # A divisor below zero: even ICP customers alone stay under the limit.
    return rate if 0 < rate < 1 else None
