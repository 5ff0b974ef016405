"""The plain rungs of the ladder: what is stated, the window, the margin to date."""

from bbm_core.value.amount import cents, half
from bbm_core.value.case import Case, Estimate, Lack, Why
from bbm_core.value.customer import Rung
from bbm_core.value.window import MONTH_DAYS, course, spend_curve, within

MIN_MONTHS = 6
"""The margin of fewer months is no lifetime value."""


def given(case: Case) -> Estimate | Lack:
    """The stated value, where at least half of the customers have one."""
    values = {one: case.of(one).ltv for one in case.customers}
    have = sum(value is not None for value in values.values())
    need = half(len(values))
    if have < need:
        return Lack(Rung.GIVEN, Why.NOT_STATED, have, need)
    return Estimate(Rung.GIVEN, values, discounted=False)


def window(case: Case) -> Estimate | Lack:
    """The margin of the first months: what came in, and on average still comes in at that age.

    The window ends where fewer than ten customers were followed; see `spend_curve`.
    """
    need = half(len(case.customers))
    if len(case.histories) < need:
        return Lack(Rung.WINDOW, Why.FEW_CUSTOMERS, len(case.histories), need)
    discount, wanted = case.terms.discount, case.terms.horizon_months
    courses = {n: course(h, case.today, discount) for n, h in case.histories.items()}
    curve = spend_curve(courses.values(), wanted)
    months = len(curve.months)
    if months < min(MIN_MONTHS, wanted):
        return Lack(Rung.WINDOW, Why.SHORT, months, min(MIN_MONTHS, wanted))
    values = {}
    for name, one in courses.items():
        ahead = 0.0 if case.left(name) else curve.between(one.age / MONTH_DAYS, months)
        values[name] = cents(within(one, months) + ahead)
    figures = {"mean": sum(curve.months), "followed": float(curve.followed[-1])}
    return Estimate(Rung.WINDOW, values, months, figures=figures)


def realised(case: Case) -> Estimate:
    """The margin to date, nothing expected and nothing discounted."""
    values = {name: cents(history.realised) for name, history in case.histories.items()}
    return Estimate(Rung.REALISED, values, discounted=False)
