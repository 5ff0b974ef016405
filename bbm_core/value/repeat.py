"""Customers that buy without a contract: how often they will buy again (BG/NBD).

Needs numpy and scipy, which are imported when a function here is called.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, inf, lgamma, log
from typing import TYPE_CHECKING, Any

from bbm_core.value.library import load_library

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Vector = NDArray[np.float64]

_NEAR_ONE = 1e-5
"""Within this of 1, `a` is moved away: the formulas have a gap there that their limit fills."""

_NEAR_ZERO = 1e-6
"""The same for a + b - 1 of customers without a repeat."""


@dataclass(frozen=True)
class BgNbd:
    """How often customers buy, and when they stop.

    Purchases come at a rate that varies as Gamma(r, alpha) between customers; after each one a
    customer stops for good with a chance that varies as Beta(a, b): Fader, Hardie and Lee (2005),
    "Counting your customers" the easy way. Times are in the unit of the fit; `customers` is how
    many it was fitted to.
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float = 0.0
    customers: int = 0
    standard_errors: tuple[float, float, float, float] | None = None  # None: not to be had

    def expected(self, time: float) -> float:
        """Repeat purchases of a new customer until this age (their equation 9)."""
        return float(self.conditional([0.0], [0.0], [0.0], time)[0])

    def conditional(
        self, frequency: "ArrayLike", recency: "ArrayLike", age: "ArrayLike", time: "ArrayLike"
    ) -> "Vector":
        """Purchases in the next `time` of customers with this past (their equation 10).

        Args:
            frequency: repeat purchases so far, one a customer.
            recency: age at the last of them.
            age: age today.
            time: how far to look ahead, one number or one a customer.

        Returns:
            One expectation a customer; 0 where `time` is not positive.
        """
        numpy, special = load_library("numpy"), load_library("scipy.special")
        x, seen, old = (numpy.asarray(one, float) for one in (frequency, recency, age))
        ahead = numpy.maximum(numpy.asarray(time, float), 0.0)
        a, b, r = self._a, self.b, self.r
        z = ahead / (self.alpha + old + ahead)
        c = a + b + x - 1
        c = numpy.where(abs(c) < _NEAR_ZERO, _NEAR_ZERO, c)
        # Euler's transformation of their 2F1: this form stays finite for many purchases.
        series = special.hyp2f1(a + b - 1 - r, a - 1, c, z)
        growth = c / (a - 1) * (1 - (1 - z) ** (a - 1) * series)
        expected: Vector = numpy.maximum(growth, 0.0) * self._alive(x, seen, old)
        return expected

    def alive(self, frequency: "ArrayLike", recency: "ArrayLike", age: "ArrayLike") -> "Vector":
        """The chance that customers with this past have not stopped for good; 1 before a repeat."""
        numpy = load_library("numpy")
        return self._alive(*(numpy.asarray(one, float) for one in (frequency, recency, age)))

    def probability(self, purchases: int, time: float) -> float:
        """The chance that a new customer makes exactly so many repeat purchases until this age."""
        if time <= 0:
            return 1.0 if purchases == 0 else 0.0
        stay = self.alpha / (self.alpha + time)
        whole = exp(_log_beta(self.a, self.b + purchases) - _log_beta(self.a, self.b))
        chance = whole * self._count(purchases, stay)
        if purchases == 0:
            return chance
        stopped = exp(_log_beta(self.a + 1, self.b + purchases - 1) - _log_beta(self.a, self.b))
        fewer = sum(self._count(number, stay) for number in range(purchases))
        return chance + stopped * max(0.0, 1 - fewer)

    def _count(self, number: int, stay: float) -> float:
        """The negative binomial chance of so many purchases while alive."""
        ways = lgamma(self.r + number) - lgamma(self.r) - lgamma(number + 1)
        moved = number * log(1 - stay) if number else 0.0
        return exp(ways + self.r * log(stay) + moved)

    def _alive(self, x: "Vector", seen: "Vector", old: "Vector") -> "Vector":
        numpy = load_library("numpy")
        odds = (self.r + x) * numpy.log((self.alpha + old) / (self.alpha + seen))
        odds += numpy.log(self.a / (self.b + numpy.maximum(x, 1.0) - 1))
        stopped = numpy.exp(numpy.minimum(odds, 700.0))
        chance: Vector = numpy.where(x > 0, 1 / (1 + stopped), 1.0)
        return chance

    @cached_property
    def _a(self) -> float:
        return self.a if abs(self.a - 1) > _NEAR_ONE else 1 + _NEAR_ONE


def fit_bgnbd(frequency: "ArrayLike", recency: "ArrayLike", age: "ArrayLike") -> BgNbd | None:
    """The parameters of greatest likelihood, from one number each a customer.

    Args:
        frequency: repeat purchases, whole and not negative.
        recency: age at the last one, 0 without any.
        age: age today, at least the recency. One unit of time throughout.

    Returns:
        None where nothing can be fitted: no customers, nobody who bought again or who did not,
        or a search that did not come to rest.

    Raises:
        ValueError: the three differ in length, or a customer's numbers contradict each other.
        LibraryMissing: numpy or scipy is not installed.
    """
    numpy = load_library("numpy")
    rows = numpy.column_stack([numpy.asarray(one, float) for one in (frequency, recency, age)])
    _check(rows)
    if not len(rows) or not rows[:, 0].any() or not (rows[:, 2] > 0).any():
        return None
    unique, weights = _distinct(rows)
    # A unit of time near the mean age keeps all four parameters of one size.
    unit = float(rows[:, 2].mean())
    likelihood = _Likelihood(unique[:, 0], unique[:, 1] / unit, unique[:, 2] / unit, weights)
    found = _search(likelihood, len(rows))
    if found is None:
        return None
    r, scaled, a, b = (exp(value) for value in found)
    lost = float(unique[:, 0] @ weights) * log(unit)  # what the change of unit did to the density
    height = -likelihood.cost(numpy.asarray(found))[0] - lost
    errors = _errors(likelihood, found, (r, scaled * unit, a, b))
    return BgNbd(r, scaled * unit, a, b, height, len(rows), errors)


def _check(rows: Any) -> None:
    numpy = load_library("numpy")
    x, seen, old = rows.T
    sane = numpy.isfinite(rows).all() and (x >= 0).all() and (x == numpy.floor(x)).all()
    if not sane or (seen < 0).any() or (seen > old).any() or (seen[x == 0] > 0).any():
        raise ValueError("frequency, recency and age of a customer contradict each other")


def _distinct(rows: Any) -> tuple[Any, Any]:
    """The different rows and how often each occurs: many customers share one."""
    numpy = load_library("numpy")
    ordered = rows[numpy.lexsort(rows.T)]
    new = numpy.concatenate([[True], (ordered[1:] != ordered[:-1]).any(axis=1)])
    starts = numpy.flatnonzero(new)
    return ordered[starts], numpy.diff(numpy.append(starts, len(rows))).astype(float)


class _Likelihood:
    """The negative log-likelihood and its gradient over the logarithms of r, alpha, a and b."""

    def __init__(self, x: Any, seen: Any, old: Any, weights: Any) -> None:
        numpy = load_library("numpy")
        self.seen, self.old, self.weights = seen, old, weights
        self.x, self.repeated = x, x > 0
        # Gamma functions are asked for once per number of purchases, not once per customer.
        self.counts, self.place = numpy.unique(x, return_inverse=True)

    def cost(self, logs: Any) -> tuple[float, Any]:
        numpy = load_library("numpy")
        r, alpha, a, b = numpy.exp(logs)
        shape = r + self.x
        stay = -shape * numpy.log(alpha + self.old)
        stop = numpy.where(
            self.repeated,
            log(a)
            - numpy.log(b + numpy.maximum(self.x, 1.0) - 1)
            - shape * numpy.log(alpha + self.seen),
            -inf,
        )
        both = numpy.logaddexp(stay, stop)
        fixed = self._fixed(r, alpha, a, b)
        total = (self.weights * (fixed[self.place] + both)).sum()
        return -float(total), -self._gradient(numpy.exp(stop - both), (r, alpha, a, b))

    def _fixed(self, r: float, alpha: float, a: float, b: float) -> Any:
        """The part that depends on the number of purchases alone."""
        gammaln = load_library("scipy.special").gammaln
        x = self.counts
        poisson = gammaln(r + x) - gammaln(r) + r * log(alpha)
        return poisson + gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)

    def _gradient(self, stopped: Any, parameters: tuple[float, float, float, float]) -> Any:
        """Towards the logarithms; `stopped` is each row's chance of having stopped."""
        numpy, psi = load_library("numpy"), load_library("scipy.special").psi
        r, alpha, a, b = parameters
        n, x, total = self.weights, self.counts, float(self.weights.sum())
        per_count = numpy.bincount(self.place, weights=n, minlength=len(x))
        gone = n * stopped
        old, seen, shape = alpha + self.old, alpha + self.seen, r + self.x
        by_rate = log(alpha) * total - _dot(n - gone, numpy.log(old))
        by_rate += _dot(per_count, psi(r + x) - psi(r)) - _dot(gone, numpy.log(seen))
        lived = _dot(n - gone, shape / old) + _dot(gone, shape / seen)
        common = psi(a + b) * total - _dot(per_count, psi(a + b + x))
        by_b = common + _dot(per_count, psi(b + x) - psi(b))
        by_b -= _dot(gone, 1 / (b + numpy.maximum(self.x, 1.0) - 1))
        slopes = (r * by_rate, r * total - alpha * lived, a * common + gone.sum(), b * by_b)
        return numpy.array(slopes)


def _dot(weights: Any, values: Any) -> float:
    """Their sum of products, without the threads of `@`, which cost more than they save here."""
    return float((weights * values).sum())


def _search(likelihood: _Likelihood, customers: int) -> Sequence[float] | None:
    """From the second start only where the first comes to no rest inside the bounds."""
    minimise = load_library("scipy.optimize").minimize
    numpy = load_library("numpy")
    for start in ((0.0, 0.0, 0.0, 0.0), (-1.0, -2.0, -0.5, 1.0)):
        tried = minimise(
            lambda logs: tuple(part / customers for part in likelihood.cost(logs)),
            numpy.array(start),
            jac=True,
            method="L-BFGS-B",
            bounds=[(-_WIDEST, _WIDEST)] * 2 + [(-_WIDEST, _ALIKE)] * 2,
            options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-8},
        )
        # Where b alone is at its edge, customers are alike in when they stop: that is a fit.
        if tried.success and bool((abs(tried.x) < _WIDEST).all()) and tried.x[2] < _ALIKE:
            return tuple(float(value) for value in tried.x)
    return None


_ALIKE = 6.0
"""The logarithms of a and b stay below this: far out all customers have the same chance to stop,
and the formulas lose their digits."""

_WIDEST = 10.0
"""Logarithms of parameters stay within this; at its edge the records do not fix them."""

_FLAT = 1e-6
"""A peak with less curvature than this in any direction tells nothing about the errors."""


def _errors(
    likelihood: _Likelihood, logs: Sequence[float], parameters: Sequence[float]
) -> tuple[float, float, float, float] | None:
    """Standard errors from the curvature at the peak; None where it is flat or at an edge."""
    numpy = load_library("numpy")
    if logs[3] >= _ALIKE:
        return None
    at, stride = numpy.asarray(logs), 1e-4
    rows = [
        (likelihood.cost(at + stride * unit)[1] - likelihood.cost(at - stride * unit)[1])
        / (2 * stride)
        for unit in numpy.eye(4)
    ]
    curvature = (numpy.array(rows) + numpy.array(rows).T) / 2
    if numpy.linalg.eigvalsh(curvature)[0] <= _FLAT:
        return None
    spread = numpy.sqrt(numpy.diag(numpy.linalg.inv(curvature)))
    r, alpha, a, b = (float(s * p) for s, p in zip(spread, parameters, strict=True))
    return r, alpha, a, b


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
