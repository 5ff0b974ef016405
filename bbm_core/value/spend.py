"""What an order of a customer is worth where amounts vary by customer: the Gamma-Gamma model.

Needs numpy and scipy, which are imported when a function here is called.
"""

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING, Any

from bbm_core.value.library import load_library

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Vector = NDArray[np.float64]

_WIDEST = 14.0


@dataclass(frozen=True, slots=True)
class GammaGamma:
    """Amounts vary around each customer's mean as Gamma(p, .), the means as a gamma's inverse.

    Fader and Hardie (2013), The Gamma-Gamma model of monetary value; the model is Fader, Hardie
    and Lee's (2005), RFM and CLV. It takes frequency and amount to be independent: look at
    `correlation` of the fit.
    """

    p: float
    q: float
    gamma: float
    log_likelihood: float = 0.0
    customers: int = 0
    correlation: float | None = None  # of orders and mean amount; None where one is constant

    def expected(self, orders: "ArrayLike", mean: "ArrayLike") -> "Vector":
        """The mean amount of customers with so many orders of this mean (their equation 5).

        Without any order it is the mean of all customers. Needs q > 1, which a fit makes sure of.
        """
        numpy = load_library("numpy")
        x, seen = numpy.asarray(orders, float), numpy.asarray(mean, float)
        found: Vector = self.p * (self.gamma + x * seen) / (self.p * x + self.q - 1)
        return found


def fit_gamma_gamma(orders: "ArrayLike", mean: "ArrayLike") -> GammaGamma | None:
    """The parameters of greatest likelihood; customers without an order or amount are passed over.

    Args:
        orders: orders a customer, not negative.
        mean: their mean amount.

    Returns:
        None where nothing can be fitted: fewer than two customers, all amounts the same, a search
        that does not come to rest, or amounts so uneven that they have no mean (q <= 1).

    Raises:
        LibraryMissing: numpy or scipy is not installed.
    """
    numpy = load_library("numpy")
    x, seen = numpy.asarray(orders, float), numpy.asarray(mean, float)
    usable = (x > 0) & (seen > 0) & numpy.isfinite(seen)
    x, seen = x[usable], seen[usable]
    if len(x) < 2 or numpy.ptp(seen) == 0:  # noqa: PLR2004 - one customer has no spread
        return None
    unit = float(seen.mean())
    found = _search(x, seen / unit)
    if found is None:
        return None
    p, q, gamma = (exp(value) for value in found.x)
    height = -float(found.fun) * len(x) - float(numpy.log(unit)) * len(x)
    return GammaGamma(p, q, gamma * unit, height, len(x), _correlation(x, seen))


def _search(x: Any, seen: Any) -> Any:
    """Over the logarithms of p, q and gamma, amounts in units of their mean."""
    minimise = load_library("scipy.optimize").minimize
    tried = minimise(
        _cost,
        load_library("numpy").array([1.0, 1.0, 0.0]),
        args=(x, seen),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-_WIDEST, _WIDEST)] * 3,
        options={"maxiter": 1000, "ftol": 1e-14, "gtol": 1e-8},
    )
    inside = bool((abs(tried.x) < _WIDEST).all())
    return tried if tried.success and inside and tried.x[1] > 0 else None


def _cost(logs: Any, x: Any, seen: Any) -> tuple[float, Any]:
    """The mean negative log-likelihood a customer, and its gradient."""
    numpy, special = load_library("numpy"), load_library("scipy.special")
    p, q, gamma = numpy.exp(logs)
    px, whole = p * x, numpy.log(gamma + x * seen)
    log_total = numpy.log(x * seen)
    height = special.gammaln(px + q) - special.gammaln(px) - special.gammaln(q)
    height += q * logs[2] + px * log_total - numpy.log(seen) - (px + q) * whole
    common = special.psi(px + q)
    by_p = x * (common - special.psi(px) + log_total - whole)
    by_q = common - special.psi(q) + logs[2] - whole
    by_gamma = q / gamma - (px + q) / (gamma + x * seen)
    slopes = (p * by_p.mean(), q * by_q.mean(), gamma * by_gamma.mean())
    return -float(height.mean()), -numpy.array(slopes)


def _correlation(x: Any, seen: Any) -> float | None:
    numpy = load_library("numpy")
    if numpy.ptp(x) == 0:
        return None
    return float(numpy.corrcoef(x, seen)[0, 1])
