"""Poses the problem of the optimum from the estimates, also with some of them moved."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from bbm_core.prescribe.estimates import SHARES, ChannelEstimate, Estimates, Quantity
from bbm_core.prescribe.optimum import ChannelModel, Flow, Problem, Response, Supply, Worth

Factors = Mapping[Quantity, float]
AS_ESTIMATED: Factors = MappingProxyType({})

_MOST_POWER = 0.95


def pose(estimates: Estimates, factors: Factors = AS_ESTIMATED) -> Problem | None:
    """What there is to decide about in a month, with some estimates taken so many times.

    None where something is missing.
    """
    if estimates.gaps:
        return None

    def value(quantity: Quantity) -> float:
        found = estimates.value(quantity) * factors.get(quantity, 1.0)
        if quantity is Quantity.POWER:
            return min(found, _MOST_POWER)
        return min(1.0, found) if quantity in SHARES else found

    cost = factors.get(Quantity.COST, 1.0)
    power = value(Quantity.POWER)
    return Problem(
        channels=tuple(_model(one, cost, power) for one in estimates.channels),
        icp=_worth(value, Quantity.OPPORTUNITY_ICP, Quantity.WIN_ICP, Quantity.WORTH_ICP),
        other=_worth(value, Quantity.OPPORTUNITY_OTHER, Quantity.WIN_OTHER, Quantity.WORTH_OTHER),
        triage=value(Quantity.TRIAGE),
        hours=value(Quantity.CAPACITY),
        budget=value(Quantity.BUDGET),
    )


def today(estimates: Estimates, problem: Problem) -> Flow:
    """The plan as it is: the leads that come now, worked for as long as the hours last.

    Where all of them take more than the hours there are, each type is worked in the same part.
    """
    leads = tuple(one.leads for one in estimates.channels)
    icp = sum(n * c.rate for n, c in zip(leads, problem.channels, strict=True))
    other = sum(leads) - icp
    asked = icp * problem.icp.hours + other * problem.other.hours
    left = max(0.0, problem.hours - problem.triage * sum(leads))
    part = min(1.0, left / asked) if asked else 1.0
    return Flow(leads, part * icp, part * other, 0.0, 0.0)


def profit_now(estimates: Estimates, problem: Problem) -> float:
    """What the plan as it is earns a month."""
    flow = today(estimates, problem)
    earned = flow.worked_icp * problem.icp.value + flow.worked_other * problem.other.value
    return earned - spent(estimates)


def spent(estimates: Estimates) -> float:
    """What the channels cost now, a month."""
    return sum(one.spend for one in estimates.channels)


def _model(channel: ChannelEstimate, cost: float, power: float) -> ChannelModel:
    if not channel.is_paid:
        return ChannelModel(channel.name, channel.rate, Supply(channel.leads))
    scale = channel.leads / (channel.spend * cost) ** power
    return ChannelModel(channel.name, channel.rate, Response(scale, power))


def _worth(
    value: Callable[[Quantity], float], opportunity: Quantity, win: Quantity, worth: Quantity
) -> Worth:
    opens, wins = value(opportunity), value(opportunity) * value(win)
    hours = value(Quantity.LEAD) + opens * value(Quantity.OPPORTUNITY) + wins * value(Quantity.WIN)
    return Worth(wins * value(worth), hours)
