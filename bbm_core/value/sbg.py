"""Retention under contract beyond what was seen: the shifted-beta-geometric model."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, lgamma
from typing import NamedTuple

from bbm_core.value.climb import Point, highest

_WIDEST = 12.0
"""The logarithm of a parameter stays within this: far out, customers are all alike."""


class Term(NamedTuple):
    """A customer's completed periods: it left in the last of them, or outlived them all."""

    periods: int
    left: bool


@dataclass(frozen=True, slots=True)
class ShiftedBetaGeometric:
    """Each customer leaves with a chance of its own; the chances vary as Beta(alpha, beta).

    Fader and Hardie (2007), How to project customer retention. Periods are whole.
    """

    alpha: float
    beta: float
    log_likelihood: float
    customers: int

    def retention(self, period: int) -> float:
        """The share of those still there at the start of this period (from 1) that stay on."""
        return (self.beta + period - 1) / (self.alpha + self.beta + period - 1)

    def survival(self, period: int) -> float:
        """The share that is still there after so many periods."""
        return exp(_log_survival(self.alpha, self.beta, period))


def fit_sbg(terms: Iterable[Term]) -> ShiftedBetaGeometric | None:
    """The parameters of greatest likelihood.

    None where there is nothing to fit: nobody left, nobody stayed through a first period, or the
    search did not come to rest.
    """
    # Sorted, because sums of floats depend on their order in the last digit.
    counts = Counter(sorted(term for term in terms if term.periods > 0))
    left = sum(n for term, n in counts.items() if term.left)
    stayed = sum(n for term, n in counts.items() if not term.left or term.periods > 1)
    if not left or not stayed:
        return None
    peak = highest(lambda point: _log_likelihood(counts, point), (0.0, 0.0))
    if not peak.converged:
        return None
    alpha, beta = _parameters(peak.at)
    return ShiftedBetaGeometric(alpha, beta, peak.height, counts.total())


def _parameters(point: Point) -> tuple[float, float]:
    alpha, beta = (exp(max(-_WIDEST, min(_WIDEST, x))) for x in point)
    return alpha, beta


def _log_likelihood(counts: Mapping[Term, int], point: Point) -> float:
    alpha, beta = _parameters(point)
    return sum(
        n * (_log_leaving if term.left else _log_survival)(alpha, beta, term.periods)
        for term, n in counts.items()
    )


def _log_survival(alpha: float, beta: float, period: int) -> float:
    """The logarithm of B(alpha, beta + t) / B(alpha, beta)."""
    return _log_beta(alpha, beta + period) - _log_beta(alpha, beta)


def _log_leaving(alpha: float, beta: float, period: int) -> float:
    """The logarithm of B(alpha + 1, beta + t - 1) / B(alpha, beta)."""
    return _log_beta(alpha + 1, beta + period - 1) - _log_beta(alpha, beta)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
