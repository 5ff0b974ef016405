"""What a measure is expected to bring for a given spend: leads, ICP, hours and profit.

Its hours are charged at the price that the optimum puts on an hour, its spend at what the money
would earn elsewhere, so that measures of any kind can be put in one order.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bbm_core.prescribe.estimates import Estimates, Quantity
from bbm_core.prescribe.measure import Begins, Direction, Effect, Measure
from bbm_core.prescribe.optimum import Optimum, Problem, Worth


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """What the company's own records say about a measure: it goes before the catalogue."""

    cost_per_lead: float
    rate: float
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """The expected effect of a measure, a month."""

    measure: Measure
    spend: float
    leads: float
    icp: float
    rate_change: float  # of the incoming leads
    hours: float
    profit: float  # beyond what the hours and the money would earn elsewhere
    own: OwnRecord | None  # None: the catalogue's assumption


def gains(
    measures: Iterable[tuple[Measure, OwnRecord | None]],
    spend: float,
    estimates: Estimates,
    problem: Problem,
    best: Optimum,
) -> tuple[Gain, ...]:
    """The measures that can be put in figures, the most profitable first; none without a spend."""
    if spend <= 0 or Quantity.COST not in estimates.values:
        return ()
    world = _World(estimates, problem, best)
    found = [
        _gain(measure, measure.effect, own, spend, world)
        for measure, own in measures
        if measure.effect is not None
    ]
    return tuple(sorted(found, key=lambda one: (-one.profit, one.measure.id)))


def against(direction: Direction | None, found: Iterable[Gain], stage: str) -> tuple[Gain, ...]:
    """Those that pull in this direction and suit the stage; with no direction, all that pay."""
    if direction is None:
        return tuple(one for one in found if one.profit > 0)
    return tuple(
        one
        for one in found
        if one.measure.direction is direction
        and (stage in one.measure.stages or not one.measure.stages)
    )


@dataclass(frozen=True, slots=True)
class _World:
    estimates: Estimates
    problem: Problem
    best: Optimum

    @property
    def leads(self) -> float:
        return sum(one.leads for one in self.estimates.channels)

    @property
    def icp(self) -> float:
        return sum(one.leads * one.rate for one in self.estimates.channels)

    @property
    def rate(self) -> float:
        return self.icp / self.leads if self.leads else 0.0

    def worths(self, begins: Begins) -> tuple[Worth, Worth, float]:
        """What an ICP record and another bring and take, and the hours of sorting one."""
        if begins is Begins.LEAD:
            return self.problem.icp, self.problem.other, self.problem.triage
        return (
            self._opened(Quantity.WIN_ICP, Quantity.WORTH_ICP),
            self._opened(Quantity.WIN_OTHER, Quantity.WORTH_OTHER),
            0.0,
        )

    def _opened(self, win: Quantity, worth: Quantity) -> Worth:
        value = self.estimates.value
        hours = value(Quantity.OPPORTUNITY) + value(win) * value(Quantity.WIN)
        return Worth(value(win) * value(worth), hours)


def _gain(
    measure: Measure, effect: Effect, own: OwnRecord | None, spend: float, world: _World
) -> Gain:
    cost = own.cost_per_lead if own else effect.cost * world.estimates.value(Quantity.COST)
    rate = own.rate if own else _times_odds(world.rate, effect.odds)
    leads = spend / cost
    icp_worth, other_worth, triage = world.worths(effect.begins)
    price = world.best.hour_value
    earned, hours = 0.0, leads * triage
    for count, worth in ((leads * rate, icp_worth), (leads * (1 - rate), other_worth)):
        each = worth.hours * effect.hours
        if worth.value > price * each:
            earned += count * worth.value
            hours += count * each
    charged = price * hours + spend * (1 + (world.best.budget_value or 0.0))
    everything = world.leads + leads
    return Gain(
        measure=measure,
        spend=spend,
        leads=leads,
        icp=leads * rate,
        rate_change=(world.icp + leads * rate) / everything - world.rate,
        hours=hours,
        profit=earned - charged,
        own=own,
    )


def _times_odds(rate: float, factor: float) -> float:
    return rate * factor / (1 - rate + rate * factor)
