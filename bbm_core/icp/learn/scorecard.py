"""The model: a ridge logistic regression on weights of evidence, with no coefficient below zero.

A weight of evidence says how much an attribute tells alone; the coefficient, how much of that is
left beside the others. Below zero it would turn what was seen upside down.
"""

from dataclasses import dataclass
from math import log

from bbm_core.icp.learn.arrays import Array
from bbm_core.value.library import load_library

PENALTY = 2.0
"""Half of this times the sum of squared coefficients is the price of believing them."""

_MOST_STEPS = 100
_STILL = 1e-8


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Log-odds: the intercept, and a coefficient for each attribute's weight of evidence."""

    intercept: float
    coefficients: tuple[float, ...]
    converged: bool = True

    def log_odds(self, x: Array) -> Array:
        numpy = load_library("numpy")
        return self.intercept + x @ numpy.asarray(self.coefficients)


def fit_ridge(
    x: Array, good: Array, penalty: float = PENALTY, *, weights: Array | None = None
) -> Scorecard:
    """The coefficients of greatest penalised likelihood, none below zero.

    Newton's steps, each a quadratic programme with bounds, halved where they overshoot. The
    penalty keeps them finite where an attribute parts good from bad completely.

    Args:
        x: a row each, a column for each attribute.
        good: 1 or 0 for each row; both must occur.
        penalty: of the ridge (Hoerl and Kennard 1970; le Cessie and van Houwelingen 1992).
        weights: how often each row counts.
    """
    curve = _Curve(x, good, penalty, weights)
    at = curve.start()
    cost = curve.cost(at)
    for _ in range(_MOST_STEPS):
        before = cost
        at, cost = curve.step(at, before)
        if before - cost <= _STILL * (1 + abs(cost)):
            return Scorecard(float(at[0]), tuple(float(one) for one in at[1:]))
    return Scorecard(float(at[0]), tuple(float(one) for one in at[1:]), converged=False)


class _Curve:
    """The penalised negative log-likelihood over the intercept and the coefficients."""

    def __init__(self, x: Array, good: Array, penalty: float, weights: Array | None) -> None:
        numpy = load_library("numpy")
        self._good = good
        self._counts = numpy.ones(len(good)) if weights is None else weights
        self._design = numpy.column_stack([numpy.ones(len(good)), x])
        self._ridge = numpy.full(self._design.shape[1], penalty)
        self._ridge[0] = 0.0  # the intercept is the base rate, not a belief

    def start(self) -> Array:
        numpy = load_library("numpy")
        share = float(self._counts @ self._good / self._counts.sum())
        at = numpy.zeros(self._design.shape[1])
        at[0] = log(share / (1 - share))
        return at

    def cost(self, at: Array) -> float:
        numpy = load_library("numpy")
        odds = self._design @ at
        loss = self._counts @ (numpy.logaddexp(0.0, odds) - self._good * odds)
        return float(loss + self._ridge @ at**2 / 2)

    def step(self, at: Array, cost: float) -> tuple[Array, float]:
        """A Newton step inside the bounds, halved until it leads down."""
        aim, share = self._aim(at), 1.0
        while share > _STILL:
            tried = at + share * (aim - at)
            found = self.cost(tried)
            if found <= cost:
                return tried, found
            share /= 2
        return at, cost

    def _aim(self, at: Array) -> Array:
        """Where the quadratic that touches the curve here is lowest, inside the bounds."""
        numpy, special = load_library("numpy"), load_library("scipy.special")
        expected = special.expit(self._design @ at)
        slope = self._design.T @ (self._counts * (expected - self._good)) + self._ridge * at
        bent = self._design * (self._counts * expected * (1 - expected))[:, None]
        curvature = self._design.T @ bent + numpy.diag(self._ridge)
        return _lowest(curvature, curvature @ at - slope, at)


def _lowest(curvature: Array, pull: Array, start: Array) -> Array:
    """The lowest point of a quadratic where all but the first coordinate stay above zero.

    Coordinates at zero are let go one by one where that leads down, and held where they would fall
    below: Lawson and Hanson (1974), "Solving Least Squares Problems", chapter 23.
    """
    numpy = load_library("numpy")
    at, free = start.copy(), start > 0
    free[0] = True
    for _ in range(_MOST_MOVES * len(at)):
        aim = numpy.zeros(len(at))
        aim[free] = numpy.linalg.solve(curvature[numpy.ix_(free, free)], pull[free])
        below = free & (aim < 0)
        below[0] = False
        if below.any():
            share = (at[below] / (at[below] - aim[below])).min()
            at = at + share * (aim - at)
            free &= at > _STILL
            free[0] = True
            at[~free] = 0.0
            continue
        at, slope = aim, curvature @ aim - pull
        held = numpy.where(free, 0.0, slope)
        if held.min() >= -_STILL:
            break
        free[held.argmin()] = True
    return at


_MOST_MOVES = 10
