"""From a revenue target back to wins, opportunities, leads and hours, at today's mix.

Rates are uncertain, so the answer is a span: they are drawn from their beta posteriors (Jeffreys'
prior), and the tenth, fiftieth and ninetieth percentile of what would be needed are told.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bbm_core.balance.tally import Tally
from bbm_core.chance import seeded
from bbm_core.prescribe.estimates import (
    PROPORTIONS,
    Estimates,
    Observed,
    Quantity,
    average_deal,
    monthly_load,
)

DRAWS = 4000


@dataclass(frozen=True, slots=True)
class Need:
    """What a month's revenue target takes at today's mix, beside what there is."""

    revenue: float
    wins: float
    hours: float
    wins_now: float  # a month
    capacity: float | None  # None: people and their hours were not told

    @property
    def load(self) -> float | None:
        """Hours needed as a share of those there are; above 1 the target is out of reach."""
        return self.hours / self.capacity if self.capacity else None


@dataclass(frozen=True, slots=True)
class Span:
    """Nine times of ten it takes more than `low`; nine of ten no more than `high`."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Way:
    """What must come in, a month, for the target to be met."""

    wins: float
    opportunities: Span
    leads: Span
    icp_leads: Span


def need(revenue: float, estimates: Estimates, observed: Observed) -> Need | None:
    """Wins and hours for this much revenue a month; None where no win has an amount."""
    if observed.won is None or not observed.months or revenue <= 0:
        return None
    deal, _ = average_deal(observed.won)
    wins_now = observed.won.total / observed.months
    if not deal:
        return None
    hours = {quantity: estimates.value(quantity) for quantity in PROPORTIONS}
    each = monthly_load(observed, hours) / wins_now
    capacity = estimates.values.get(Quantity.CAPACITY)
    wins = revenue / deal
    return Need(revenue, wins, wins * each, wins_now, capacity.value if capacity else None)


def way_to(revenue: float, observed: Observed) -> Way | None:
    """The leads and opportunities that the target takes; None where nothing was won."""
    won, opened = observed.won, observed.opportunity or observed.entry
    if won is None or not won.total or not opened.total or revenue <= 0:
        return None
    deal, _ = average_deal(won)
    if not deal:
        return None
    wins = revenue / deal
    chance = seeded("target", won.total, opened.total, observed.entry.total)
    draws = []
    for _ in range(DRAWS):
        opportunities = wins / chance.betavariate(*_posterior(won, opened))
        leads = opportunities
        if observed.opportunity is not None:
            leads /= chance.betavariate(*_posterior(opened, observed.entry))
        draws.append((opportunities, leads))
    rate = observed.entry.rate or 0.0
    leads_span = _span([leads for _, leads in draws])
    return Way(
        wins=wins,
        opportunities=_span([opportunities for opportunities, _ in draws]),
        leads=leads_span,
        icp_leads=Span(leads_span.low * rate, leads_span.middle * rate, leads_span.high * rate),
    )


def _posterior(after: Tally, before: Tally) -> tuple[float, float]:
    """The beta posterior of the share that goes on."""
    passed = min(after.total, before.total)
    return passed + 0.5, before.total - passed + 0.5


def _span(drawn: Sequence[float]) -> Span:
    ordered = sorted(drawn)
    last = len(ordered) - 1
    return Span(*(ordered[round(share * last)] for share in (0.1, 0.5, 0.9)))
