"""The profit that each ICP rate allows, and the rates that earn nearly the most.

A wanted rate r is one more linear condition, Σ n_c (rate_c - r) = 0 for the leads that come or
y_icp p_icp (1 - r) = y_other p_other r for those that are worked, so a third price ν bends the plan
towards it. Mixing two plans gives a rate between theirs and no less than the worse profit; so the
rates that earn nearly the most are an interval, and its ends are found by bisection.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from bbm_core.prescribe.crossing import Crossing, Side, narrowed, outward
from bbm_core.prescribe.optimum import (
    Flow,
    Optimum,
    Problem,
    Tilt,
    best_flow,
    mixed,
    profit_of,
    to_optimum,
)

TOLERANCE = 0.05
"""How much less than the best profit still counts as nearly the most."""

_EDGE = 1e-4  # how exactly the ends are found: a hundredth of a point
_PRICE_DIGITS = 1e-11


class Where(StrEnum):
    """Which leads the rate is of."""

    INCOMING = "incoming"
    WORKED = "worked"


@dataclass(frozen=True, slots=True)
class Reach:
    """The rates that earn nearly the most. An open end: no rate that can be reached earns less."""

    low: float
    high: float
    open_low: bool
    open_high: bool

    @property
    def is_open(self) -> bool:
        """Any rate within reach is as good as another: nothing is said."""
        return self.open_low and self.open_high


class Shares(NamedTuple):
    """The share of worked leads that come to the stage whose rate is asked for, by fit."""

    icp: float = 1.0
    other: float = 1.0


def at_rate(
    problem: Problem, rate: float, where: Where = Where.INCOMING, shares: Shares | None = None
) -> Optimum | None:
    """The best plan of this ICP rate; None where no plan has it. There must be no shortage."""
    bent = _Bent(problem, rate, _condition(where, shares or Shares()))
    around = bent.around()
    if around is None:
        return None
    found = narrowed(bent.missing, around, 1e-12)
    return to_optimum(problem, mixed(found.first.found, found.second.found, found.share))


def nearly_best(
    problem: Problem,
    best: Optimum,
    where: Where = Where.INCOMING,
    shares: Shares | None = None,
    tolerance: float = TOLERANCE,
) -> Reach | None:
    """The rates whose best profit is within the tolerance of the best; None without any profit."""
    passing = shares or Shares()
    centre = _rate_of(best, where, passing)
    if centre is None or best.profit <= 0:
        return None
    floor = best.profit * (1 - tolerance)
    condition = _condition(where, passing)

    def verdict(rate: float) -> _Verdict:
        return _Bent(problem, rate, condition).verdict(floor)

    lowest, highest = _limits(problem, where)
    low, open_low = _end(verdict, centre, lowest)
    high, open_high = _end(verdict, centre, highest)
    return Reach(low, high, open_low, open_high)


class _Condition(NamedTuple):
    """How a price bends a plan, and by how much the plan still misses the rate (0: it has it)."""

    tilt: Callable[[float, float], Tilt]
    excess: Callable[[Problem, Flow, float], float]


def _condition(where: Where, shares: Shares) -> _Condition:
    if where is Where.INCOMING:
        return _Condition(lambda price, rate: Tilt(leads=price, rate=rate), _incoming_excess)

    def tilt(price: float, rate: float) -> Tilt:
        return Tilt(icp=price * shares.icp * (1 - rate), other=-price * shares.other * rate)

    def excess(problem: Problem, flow: Flow, rate: float) -> float:
        del problem  # the flow says how many are worked
        icp, other = flow.worked_icp * shares.icp, flow.worked_other * shares.other
        return icp * (1 - rate) - other * rate

    return _Condition(tilt, excess)


def _incoming_excess(problem: Problem, flow: Flow, rate: float) -> float:
    pairs = zip(problem.channels, flow.leads, strict=True)
    return sum(leads * (channel.rate - rate) for channel, leads in pairs)


class _Verdict(StrEnum):
    GOOD = "good"
    POOR = "poor"
    OUT_OF_REACH = "out_of_reach"  # no plan has the rate


class _Bent:
    """A problem whose plans are bent towards one rate. The price of the rate may be negative."""

    def __init__(self, problem: Problem, rate: float, condition: _Condition) -> None:
        self._problem = problem
        self._rate = rate
        self._condition = condition
        self._sign = 1.0

    def missing(self, price: float) -> Side[Flow]:
        """How far the plan is from the rate, on the side on which the search began."""
        flow = best_flow(self._problem, self._condition.tilt(price, self._rate), _PRICE_DIGITS)
        excess = self._condition.excess(self._problem, flow, self._rate)
        return Side(price, -self._sign * excess, flow)

    def around(self) -> Crossing[Flow] | None:
        """Two prices with the right one between them; None where no price bends so far."""
        start = self.missing(0.0)
        if start.quantity < 0:
            self._sign = -1.0
            start = start._replace(quantity=-start.quantity)
        if start.quantity == 0:
            return Crossing(start, start)
        worth = max(abs(self._problem.icp.value), abs(self._problem.other.value), 1.0)
        return outward(self.missing, start, self._sign * worth / 16)

    def verdict(self, floor: float) -> _Verdict:
        """Whether a plan of this rate earns so much.

        A mixture of the two sides has the rate, so what it earns can be earned; and at any price
        the bent profit of its best plan is more than any plan of the rate earns (weak duality).
        """
        around = self.around()
        if around is None:
            return _Verdict.OUT_OF_REACH

        def decided(found: Crossing[Flow]) -> bool:
            return self._mixed(found) >= floor or self._most(found) < floor

        found = narrowed(self.missing, around, _PRICE_DIGITS, decided)
        return _Verdict.GOOD if self._mixed(found) >= floor else _Verdict.POOR

    def _mixed(self, found: Crossing[Flow]) -> float:
        flow = mixed(found.first.found, found.second.found, found.share)
        return profit_of(self._problem, flow)

    def _most(self, found: Crossing[Flow]) -> float:
        return min(
            profit_of(self._problem, side.found) - self._sign * side.price * side.quantity
            for side in found
        )


def _rate_of(best: Optimum, where: Where, shares: Shares) -> float | None:
    if where is Where.INCOMING:
        return best.rate
    icp, other = best.worked_icp * shares.icp, best.worked_other * shares.other
    return icp / (icp + other) if icp + other > 0 else None


def _limits(problem: Problem, where: Where) -> tuple[float, float]:
    """Between which rates all plans lie."""
    if where is Where.WORKED:
        return 0.0, 1.0
    rates = [channel.rate for channel in problem.channels]
    return min(rates), max(rates)


def _end(verdict: Callable[[float], _Verdict], good: float, limit: float) -> tuple[float, bool]:
    """How far towards the limit the rates are good, and whether it is reach that ends there."""
    bad = limit + (_EDGE if good > limit else -_EDGE)
    if abs(good - limit) <= _EDGE:
        return limit, True
    last = verdict(bad)
    if last is _Verdict.GOOD:
        return limit, True
    while abs(bad - good) > _EDGE:
        middle = (good + bad) / 2
        said = verdict(middle)
        if said is _Verdict.GOOD:
            good = middle
        else:
            bad, last = middle, said
    return good, last is _Verdict.OUT_OF_REACH
