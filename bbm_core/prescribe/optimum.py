"""The mix of channels and of worked leads that earns the most from given hours and a given budget.

Channel c brings n = a·s^b leads for a spend s (0 < b < 1), or a supply that money does not change.
A share of them is ICP. Every lead takes the hours of sorting it; one that is worked takes more and
brings its value. So

    max  Σ y_j v_j - Σ s_c    y_j: leads of type j that are worked, at most those that came
    s.t. Σ n_c t + Σ y_j e_j <= hours,   Σ s_c <= budget

In n and y this is a concave programme, so a price λ on hours and μ on budget split it into one
small problem a channel, with an exact answer (stationarity; Boyd & Vandenberghe 2004, ch. 5):

    work type j where v_j > λ e_j;    m_c = Σ_j share_cj (v_j - λ e_j)^+ - λ t
    s_c = (a b m_c / (1 + μ))^(1 / (1 - b))

λ is found by halving and secants, μ inside it by Newton's method. Where the type that is just worth
its hours makes the hours jump, the two sides are mixed: that type is worked in part. Every answer
carries its duality gap, the most that any other plan could earn on top.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log
from typing import NamedTuple

from bbm_core.prescribe.crossing import (
    DIGITS,
    Crossing,
    Measured,
    Side,
    narrowed,
    outward,
)


@dataclass(frozen=True, slots=True)
class Response:
    """Leads as a power of the spend: scale · spend^power."""

    scale: float
    power: float

    def __post_init__(self) -> None:
        if not (self.scale > 0 and 0 < self.power < 1):
            raise ValueError(f"a response has a scale above 0 and a power between 0 and 1: {self}")

    def spend(self, leads: float) -> float:
        return float((leads / self.scale) ** (1 / self.power)) if leads > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Supply:
    """Leads that come whatever is spent; what they cost is spent already."""

    leads: float
    cost: float = 0.0

    def spend(self, leads: float) -> float:
        del leads  # they come as they come
        return self.cost


@dataclass(frozen=True, slots=True)
class ChannelModel:
    """A channel: the ICP rate of its leads, and how many it brings."""

    name: str
    rate: float
    source: Response | Supply


@dataclass(frozen=True, slots=True)
class Worth:
    """What a worked lead brings, before the channel's cost, and the sales hours it takes."""

    value: float
    hours: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What there is to decide about, for one span of time (a month)."""

    channels: tuple[ChannelModel, ...]
    icp: Worth
    other: Worth
    triage: float  # hours to sort one lead, worked or not
    hours: float
    budget: float


class Shortage(NamedTuple):
    """Why there is no plan at all: what comes anyway takes more than there is."""

    of: str  # "hours" or "budget"
    needed: float
    available: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """The best plan, and what one more unit of each scarce thing would earn."""

    spends: tuple[float, ...]  # in the order of the channels
    leads: tuple[float, ...]
    icp: float  # leads that match
    other: float
    worked_icp: float
    worked_other: float
    profit: float
    hours: float  # used
    hour_value: float  # λ: profit of one more sales hour
    budget_value: float | None  # μ: profit of one more unit of budget; None where there is none
    gap: float  # no other plan earns more than this on top

    @property
    def spend(self) -> float:
        return sum(self.spends)

    @property
    def rate(self) -> float | None:
        """The ICP rate of the leads; None where none come."""
        return self.icp / (self.icp + self.other) if self.icp + self.other > 0 else None

    @property
    def share_icp(self) -> float:
        """How much of the leads that match is worked."""
        return min(1.0, self.worked_icp / self.icp) if self.icp else 0.0

    @property
    def share_other(self) -> float:
        return min(1.0, self.worked_other / self.other) if self.other else 0.0


def shortage(problem: Problem) -> Shortage | None:
    """What the supply that comes anyway lacks; None where there is a plan."""
    supplies = [c.source for c in problem.channels if isinstance(c.source, Supply)]
    sorting = problem.triage * sum(one.leads for one in supplies)
    if sorting > problem.hours:
        return Shortage("hours", sorting, problem.hours)
    cost = sum(one.cost for one in supplies)
    return Shortage("budget", cost, problem.budget) if cost > problem.budget else None


def optimise(problem: Problem) -> Optimum | Shortage:
    """The plan that earns the most; a shortage where there is none."""
    return shortage(problem) or to_optimum(problem, best_flow(problem, Tilt()))


class Tilt(NamedTuple):
    """Additions to what leads are worth, by which a plan is bent towards a wanted ICP rate."""

    leads: float = 0.0  # to every lead: times the distance of its channel's rate from `rate`
    rate: float = 0.0
    icp: float = 0.0  # to a worked lead that matches
    other: float = 0.0


class Flow(NamedTuple):
    """A plan in the terms in which the programme is concave, with its prices."""

    leads: tuple[float, ...]
    worked_icp: float
    worked_other: float
    hour_value: float
    budget_value: float | None


def best_flow(problem: Problem, tilt: Tilt, digits: float = DIGITS) -> Flow:
    """The best plan under a tilt. There must be no shortage."""

    def over(price: float) -> Side[Flow]:
        flow = _answer(problem, tilt, price)
        return Side(price, _hours(problem, flow) - problem.hours, flow)

    free = over(0.0)
    if free.quantity <= 0:
        return free.found
    around = _between_jumps(over, free, _jumps(problem, tilt))
    if around is None:
        raise ArithmeticError("a price of an hour at which nothing is worth it must exist")
    found = narrowed(over, around, digits)
    return mixed(found.first.found, found.second.found, found.share)


def mixed(one: Flow, two: Flow, share: float) -> Flow:
    """Between two plans: so much of the second, the rest of the first."""
    rest = 1 - share
    return Flow(
        tuple(rest * x + share * y for x, y in zip(one.leads, two.leads, strict=True)),
        rest * one.worked_icp + share * two.worked_icp,
        rest * one.worked_other + share * two.worked_other,
        rest * one.hour_value + share * two.hour_value,
        None
        if one.budget_value is None or two.budget_value is None
        else rest * one.budget_value + share * two.budget_value,
    )


def to_optimum(problem: Problem, flow: Flow) -> Optimum:
    """The plan in full, its profit without any tilt."""
    spends = tuple(c.source.spend(n) for c, n in zip(problem.channels, flow.leads, strict=True))
    icp = sum(n * c.rate for c, n in zip(problem.channels, flow.leads, strict=True))
    profit = profit_of(problem, flow)
    return Optimum(
        spends=spends,
        leads=flow.leads,
        icp=icp,
        other=sum(flow.leads) - icp,
        worked_icp=flow.worked_icp,
        worked_other=flow.worked_other,
        profit=profit,
        hours=_hours(problem, flow),
        hour_value=flow.hour_value,
        budget_value=flow.budget_value,
        gap=max(0.0, _bound(problem, flow) - profit),
    )


def profit_of(problem: Problem, flow: Flow) -> float:
    earned = flow.worked_icp * problem.icp.value + flow.worked_other * problem.other.value
    pairs = zip(problem.channels, flow.leads, strict=True)
    return earned - sum(channel.source.spend(leads) for channel, leads in pairs)


def _answer(problem: Problem, tilt: Tilt, price: float) -> Flow:
    """The best plan where an hour costs this much; it may take any number of hours."""
    gain_icp = max(0.0, problem.icp.value + tilt.icp - price * problem.icp.hours)
    gain_other = max(0.0, problem.other.value + tilt.other - price * problem.other.hours)
    margins = [
        c.rate * gain_icp
        + (1 - c.rate) * gain_other
        - price * problem.triage
        + tilt.leads * (c.rate - tilt.rate)
        for c in problem.channels
    ]
    leads, budget_value = _leads(problem, margins)
    icp = sum(n * c.rate for c, n in zip(problem.channels, leads, strict=True))
    return Flow(
        leads,
        icp if gain_icp > 0 else 0.0,
        sum(leads) - icp if gain_other > 0 else 0.0,
        price,
        budget_value,
    )


def _leads(problem: Problem, margins: Sequence[float]) -> tuple[tuple[float, ...], float | None]:
    """Leads of each channel within the budget, and the budget's price."""
    left = problem.budget - sum(
        c.source.cost for c in problem.channels if isinstance(c.source, Supply)
    )
    wanted = [_wanted(c.source, m) for c, m in zip(problem.channels, margins, strict=True)]
    price = _budget_price([one for one in wanted if one is not None], left)
    leads = tuple(
        _brought(channel.source, one, price)
        for channel, one in zip(problem.channels, wanted, strict=True)
    )
    return leads, None if price == inf else exp(price) - 1


class _Wanted(NamedTuple):
    """The logarithm of the spend a channel is worth, and how fast it falls with the price."""

    log_spend: float
    slope: float


def _wanted(source: Response | Supply, margin: float) -> _Wanted | None:
    if isinstance(source, Supply) or margin <= 0:
        return None
    slope = 1 / (1 - source.power)
    return _Wanted(slope * log(source.scale * source.power * margin), slope)


def _budget_price(wanted: Sequence[_Wanted], budget: float) -> float:
    """ln(1 + μ): 0 where the budget is more than what is worth spending, inf where it is nothing.

    The logarithm of the total spend is convex in this price and falls, so Newton's steps from 0
    come nearer from one side and never jump over.
    """
    if not wanted:
        return 0.0
    if budget <= 0:
        return inf
    price = 0.0
    for _ in range(100):
        logs = [one.log_spend - one.slope * price for one in wanted]
        top = max(logs)
        parts = [exp(each - top) for each in logs]
        total = sum(parts)
        excess = top + log(total) - log(budget)
        if excess <= 1e-14:  # noqa: PLR2004 - the last digits of a double
            break
        slope = sum(p * one.slope for p, one in zip(parts, wanted, strict=True)) / total
        price += excess / slope
    return price


def _brought(source: Response | Supply, wanted: _Wanted | None, price: float) -> float:
    if isinstance(source, Supply):
        return source.leads
    if wanted is None or price == inf:
        return 0.0
    return source.scale * exp(source.power * (wanted.log_spend - wanted.slope * price))


def _hours(problem: Problem, flow: Flow) -> float:
    sorting = problem.triage * sum(flow.leads)
    return sorting + flow.worked_icp * problem.icp.hours + flow.worked_other * problem.other.hours


def _jumps(problem: Problem, tilt: Tilt) -> list[float]:
    """The prices of an hour at which a type stops being worth its hours, the lowest first."""
    worths = (
        (problem.icp.value + tilt.icp, problem.icp.hours),
        (problem.other.value + tilt.other, problem.other.hours),
    )
    return sorted(value / hours for value, hours in worths if hours > 0 and value > 0)


def _between_jumps(
    over: Measured[Flow], free: Side[Flow], jumps: Sequence[float]
) -> Crossing[Flow] | None:
    """Two prices with the right one between them, and no jump but at the right price itself."""
    first = free
    for jump in jumps:
        for price in (jump * (1 - DIGITS), jump * (1 + DIGITS)):
            second = over(price)
            if second.quantity <= 0:
                return Crossing(first, second)
            first = second
    return outward(over, first, first.price or 1.0)


def _bound(problem: Problem, flow: Flow) -> float:
    """The dual value at the plan's prices: no plan earns more."""
    extra = flow.budget_value
    gains = _Gains(problem, flow.hour_value)
    bound = flow.hour_value * problem.hours + (extra or 0.0) * problem.budget
    return bound + sum(gains.best(channel, extra) for channel in problem.channels)


class _Gains:
    """What each channel earns at most, where hours and budget have these prices."""

    def __init__(self, problem: Problem, price: float) -> None:
        self._icp = max(0.0, problem.icp.value - price * problem.icp.hours)
        self._other = max(0.0, problem.other.value - price * problem.other.hours)
        self._sorting = price * problem.triage

    def best(self, channel: ChannelModel, extra: float | None) -> float:
        margin = channel.rate * self._icp + (1 - channel.rate) * self._other - self._sorting
        source = channel.source
        if isinstance(source, Supply):
            return margin * source.leads - (1 + (extra or 0.0)) * source.cost
        if margin <= 0 or extra is None:
            return 0.0
        wanted = _wanted(source, margin)
        # At the best point the spend is the power's share of what the leads earn.
        return margin * (1 - source.power) * _brought(source, wanted, log(1 + extra))
