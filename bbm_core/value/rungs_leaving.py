"""The rungs of the ladder that rest on who left: under contract, and by segment."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import accumulate
from math import ceil

from bbm_core.value.amount import cents, half
from bbm_core.value.case import Case, Estimate, Lack, Why
from bbm_core.value.customer import Rung
from bbm_core.value.retention import Trials, gupta_lehmann, shrunk_retention
from bbm_core.value.rungs import MIN_MONTHS
from bbm_core.value.sbg import Term, fit_sbg
from bbm_core.value.survival import Life, kaplan_meier
from bbm_core.value.window import MIN_FOLLOWED, MONTH_DAYS, YEAR_DAYS

MIN_LEFT = 10
"""So many customers must have left before anything is said about leaving."""


def contract(case: Case) -> Estimate | Lack:
    """Margin a month times the share that is still there, month by month.

    The share is Kaplan and Meier's as far as enough customers were followed, beyond that the
    shifted-beta-geometric model's (Fader and Hardie 2007). What a customer has paid for is
    certain; what is to come counts by the chance that those who stayed so long stay on.
    """
    lives = {one: life for one in case.customers if (life := _life(case, one))}
    left = sum(life.left for life in lives.values())
    if left < MIN_LEFT:
        return Lack(Rung.CONTRACT, Why.FEW_LEFT, left, MIN_LEFT)
    margins = _margins(case)
    if len(margins) < half(len(case.customers)):
        return Lack(Rung.CONTRACT, Why.NO_MARGIN, len(margins), half(len(case.customers)))
    wanted = case.terms.horizon_months
    survival = survival_by_month(tuple(lives.values()), wanted)
    months = len(survival)
    if months < min(MIN_MONTHS, wanted):
        return Lack(Rung.CONTRACT, Why.SHORT, months, min(MIN_MONTHS, wanted))
    worth = _Worth(survival, (1 + case.terms.discount) ** (-1 / 12))
    values = {one: worth.value(margins[one], lives[one]) for one in margins if one in lives}
    years = range(12, months, 12)
    return Estimate(
        Rung.CONTRACT, values, months, figures={f"survival_{k}": survival[k] for k in years}
    )


def segment(case: Case) -> Estimate | Lack:
    """Margin a year times r / (1 + i - r): Gupta and Lehmann (2003), r by segment.

    For customers of whom it is known that they left, but not when. The retention of a segment is
    drawn towards the whole. A customer that left is worth what it brought.
    """
    left = sum(case.left(one) for one in case.customers)
    if left < MIN_LEFT:
        return Lack(Rung.SEGMENT, Why.FEW_LEFT, left, MIN_LEFT)
    margins = _margins(case)
    if len(margins) < half(len(case.customers)):
        return Lack(Rung.SEGMENT, Why.NO_MARGIN, len(margins), half(len(case.customers)))
    retention = shrunk_retention(_trials(case))
    values = {
        one: _brought(case, one)
        if case.left(one)
        else _lasting(margin, retention[case.of(one).segment], case.terms.discount)
        for one, margin in margins.items()
    }
    figures = {f"retention {name}".strip(): rate for name, rate in retention.items()}
    return Estimate(Rung.SEGMENT, values, figures=figures)


def survival_by_month(lives: Sequence[Life], months: int) -> tuple[float, ...]:
    """The share that is still there at the beginning of each month, first month first.

    Ages are in months. It ends early where too few were followed and no model fits.
    """
    curve = kaplan_meier(lives)
    if curve is None:
        return ()
    followed = sorted((life.age for life in lives), reverse=True)
    reach = int(followed[MIN_FOLLOWED - 1]) if len(followed) >= MIN_FOLLOWED else 0
    seen = [curve.survival(month) for month in range(min(months, reach + 1))]
    model = fit_sbg(map(_term, lives)) if len(seen) < months else None
    if model is None:
        return tuple(seen)
    ahead = accumulate((model.retention(month) for month in range(len(seen), months)), _times)
    return (*seen, *(seen[-1] * share for share in ahead))


def _times(one: float, other: float) -> float:
    return one * other


def _term(life: Life) -> Term:
    """Whoever left did so in the month that had begun."""
    return Term(max(1, ceil(life.age)) if life.left else int(life.age), life.left)


def _life(case: Case, customer: str) -> Life | None:
    """None where it is not known when it came, or that it left but not when."""
    first, stated = case.first(customer), case.of(customer)
    if first is None or (stated.left and stated.left_on is None):
        return None
    days = (case.seen_until(customer) - first).days
    return Life(max(0.0, days / MONTH_DAYS), case.left(customer))


class _Worth:
    """What one unit of margin a month is worth, by the months a customer has been there."""

    def __init__(self, survival: Sequence[float], month: float) -> None:
        self._months = len(survival)
        paid = [month**t for t in range(self._months)]
        self._paid = tuple(accumulate(paid, initial=0.0))
        weighed = [p * s for p, s in zip(paid, survival, strict=True)]
        ahead = tuple(accumulate(reversed(weighed), initial=0.0))[::-1]
        self._ahead = tuple(
            after / share if share else 0.0
            for after, share in zip(ahead[1:], survival, strict=True)
        )

    def value(self, margin: Decimal, life: Life) -> Decimal:
        """All that was paid for by now, and what is to come of a customer that is still there."""
        begun = max(1, ceil(life.age)) if life.left else int(life.age) + 1
        units = self._paid[min(begun, self._months)]
        if not life.left and begun <= self._months:
            units += self._ahead[begun - 1]
        return cents(float(margin) / 12 * units)


def _margins(case: Case) -> Mapping[str, Decimal]:
    """Margin a year, where it and the start are known: as stated, else by the orders.

    Orders of less than a year are taken to be those of a year: the first contract pays for it.
    """
    found = {}
    for customer in case.customers:
        first, history = case.first(customer), case.histories.get(customer)
        stated = case.of(customer).yearly
        if first is None:
            continue
        if stated is not None:
            found[customer] = stated
        elif history is not None:
            days = (case.seen_until(customer) - first).days
            found[customer] = history.realised / Decimal(max(1.0, days / YEAR_DAYS))
    return found


def _lasting(margin: Decimal, retention: float, discount: float) -> Decimal | None:
    value = gupta_lehmann(float(margin), retention, discount)
    return None if value is None else cents(value)


def _brought(case: Case, customer: str) -> Decimal | None:
    """What it brought while it was there; not known without its orders."""
    history = case.histories.get(customer)
    return cents(history.realised) if history else None


def _trials(case: Case) -> Mapping[str, Trials]:
    """Customer-years by segment; each customer counts for at least one."""
    years: dict[str, int] = {}
    left: dict[str, int] = {}
    for customer in case.customers:
        name, first = case.of(customer).segment, case.first(customer)
        years.setdefault(name, 0)
        if first is None:
            continue
        span = (case.seen_until(customer) - first).days / YEAR_DAYS
        gone = case.left(customer)
        years[name] += max(1, ceil(span) if gone else int(span))
        left[name] = left.get(name, 0) + gone
    return {name: Trials(count, left.get(name, 0)) for name, count in years.items()}
