"""The rung of the ladder for customers that order again without a contract."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bbm_core.value.amount import cents, half
from bbm_core.value.case import Case, Estimate, Lack, Why
from bbm_core.value.customer import Rung
from bbm_core.value.history import Bought, History
from bbm_core.value.library import LibraryMissing, load_library
from bbm_core.value.repeat import BgNbd, fit_bgnbd
from bbm_core.value.spend import GammaGamma, fit_gamma_gamma
from bbm_core.value.window import MONTH_DAYS, YEAR_DAYS, course, within

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

MIN_CUSTOMERS = 50
MIN_REPEATS = 20

MOST_CORRELATED = 0.5
"""Gamma-Gamma takes number and size of orders to be independent; above this they are not."""

FAR_OFF = 1.5
"""The orders foretold for the last third may be so many times those that came, or the reverse."""

STEP_MONTHS = 12
"""What is to come is discounted in steps of so many months."""


def repeat(case: Case) -> Estimate | Lack:
    """Margin of the first months: what came in, and what BG/NBD and Gamma-Gamma expect.

    Fitted to all, then held against what came: the last third of the time must be foretold from
    the first two.
    """
    if lack := _too_few(case):
        return lack
    try:
        load_library("scipy.special")
    except LibraryMissing:
        return Lack(Rung.REPEAT, Why.NO_LIBRARY)
    past = past_of(tuple(case.histories.values()), case.today)
    models = _models(past)
    if isinstance(models, Lack):
        return models
    return _off(case) or _estimate(case, past, models)


@dataclass(frozen=True, slots=True)
class Past:
    """One number a customer, in the order of the histories; times are in months."""

    repeats: "Vector"  # days with an order, after the first
    recency: "Vector"
    age: "Vector"
    mean: "Vector"  # margin of a day with an order


def past_of(histories: tuple[History, ...], today: date) -> Past:
    """What the models ask of each customer.

    Raises:
        LibraryMissing: numpy is not installed.
    """
    numpy = load_library("numpy")
    table = numpy.array([_row(one.days, today) for one in histories], float)
    repeats, recency, age, margin = table.T
    return Past(repeats, recency / MONTH_DAYS, age / MONTH_DAYS, margin / (repeats + 1))


def _row(days: Sequence[Bought], today: date) -> tuple[int, int, int, float]:
    ordered = [day.on for day in days if day.ordered]
    first = ordered[0]
    margin = sum([float(day.margin) for day in days])
    return len(ordered) - 1, (ordered[-1] - first).days, (today - first).days, margin


def _too_few(case: Case) -> Lack | None:
    have, need = len(case.histories), max(MIN_CUSTOMERS, half(len(case.customers)))
    if have < need:
        return Lack(Rung.REPEAT, Why.FEW_CUSTOMERS, have, need)
    again = sum(len(one.order_days) > 1 for one in case.histories.values())
    if again < MIN_REPEATS:
        return Lack(Rung.REPEAT, Why.FEW_REPEATS, again, MIN_REPEATS)
    return None


@dataclass(frozen=True, slots=True)
class _Models:
    buying: BgNbd
    spending: GammaGamma


def _models(past: Past) -> _Models | Lack:
    """How often they order and for how much, where both can be said."""
    losses, most = int((past.mean <= 0).sum()), len(past.mean) // 20
    if losses > most:
        return Lack(Rung.REPEAT, Why.LOSSES, losses, most)
    buying = fit_bgnbd(past.repeats, past.recency, past.age)
    spending = fit_gamma_gamma(past.repeats + 1, past.mean)
    if buying is None or spending is None:
        return Lack(Rung.REPEAT, Why.NO_FIT)
    tie = abs(spending.correlation or 0.0)
    if tie > MOST_CORRELATED:
        return Lack(Rung.REPEAT, Why.TIED, round(100 * tie), round(100 * MOST_CORRELATED))
    return _Models(buying, spending)


def _off(case: Case) -> Lack | None:
    """Fits the first two thirds of the time and compares the last third with what is foretold."""
    first = min(one.first for one in case.histories.values())
    cut = case.today - timedelta(days=(case.today - first).days // 3)
    known = tuple(one for one in case.histories.values() if one.first <= cut)
    past = past_of(tuple(_until(one, cut) for one in known), cut)
    fit = fit_bgnbd(past.repeats, past.recency, past.age)
    if fit is None:
        return Lack(Rung.REPEAT, Why.NO_FIT)
    span = (case.today - cut).days / MONTH_DAYS
    foretold = float(fit.conditional(past.repeats, past.recency, past.age, span).sum())
    came = sum(day.on > cut for one in known for day in one.order_days)
    if foretold > FAR_OFF * came or came > FAR_OFF * foretold:
        return Lack(Rung.REPEAT, Why.OFF, round(foretold), came)
    return None


def _until(history: History, cut: date) -> History:
    days = tuple(day for day in history.days if day.on <= cut)
    return History(history.customer, days, len(days))


def _estimate(case: Case, past: Past, models: _Models) -> Estimate:
    numpy = load_library("numpy")
    horizon, discount = case.terms.horizon_months, case.terms.discount
    remaining = numpy.maximum(0.0, horizon - past.age)
    worth = models.spending.expected(past.repeats + 1, numpy.maximum(past.mean, 0.0))
    ahead, before = numpy.zeros(len(remaining)), numpy.zeros(len(remaining))
    for step in range(0, horizon, STEP_MONTHS):
        until = numpy.minimum(remaining, step + STEP_MONTHS)
        bought = models.buying.conditional(past.repeats, past.recency, past.age, until)
        middle = (past.age + (numpy.minimum(remaining, step) + until) / 2) * MONTH_DAYS
        ahead += (bought - before) * (1 + discount) ** (-middle / YEAR_DAYS)
        before = bought
    values = {}
    for history, expected in zip(case.histories.values(), ahead * worth, strict=True):
        seen = within(course(history, case.today, discount), horizon)
        left = case.left(history.customer)
        values[history.customer] = cents(seen + (0.0 if left else float(expected)))
    return Estimate(Rung.REPEAT, values, horizon, figures=_figures(models))


def _figures(models: _Models) -> Mapping[str, float]:
    buying, spending = models.buying, models.spending
    names = ("r", "alpha", "a", "b", "p", "q", "gamma")
    fitted = (buying.r, buying.alpha, buying.a, buying.b, spending.p, spending.q, spending.gamma)
    return dict(zip(names, fitted, strict=True))
