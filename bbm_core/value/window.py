"""Margin of the first months of being a customer, seen so far and still to come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import NamedTuple

from bbm_core.value.history import History

YEAR_DAYS = 365.25
MONTH_DAYS = YEAR_DAYS / 12

MIN_FOLLOWED = 10
"""A month of which fewer customers have been seen to the end says nothing."""


class Course(NamedTuple):
    """How a customer's margin came in: age in days and margin, and its age today in days."""

    age: int
    days: Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class SpendCurve:
    """The mean margin of each month of being a customer, first month first.

    It ends before the first month of which fewer than `MIN_FOLLOWED` customers were seen to the
    end; `followed` counts them month by month.
    """

    months: tuple[float, ...]
    followed: tuple[int, ...]

    def between(self, age_months: float, until_months: int) -> float:
        """Expected margin from this age on; a month that has begun counts by what is left of it.

        Months that the curve does not reach bring nothing.
        """
        begun = int(age_months)
        ahead = sum(self.months[begun + 1 : until_months])
        if begun < min(len(self.months), until_months):
            ahead += (begun + 1 - age_months) * self.months[begun]
        return ahead


def course(history: History, today: date, discount: float) -> Course:
    """A history by age, each margin discounted by the year to the day of the first order."""
    first = history.first
    begun = first.toordinal()
    ages = [(day.on.toordinal() - begun, float(day.margin)) for day in history.days]
    return Course((today - first).days, [(a, m * present(a, discount)) for a, m in ages])


def present(days: float, discount: float) -> float:
    """What one unit after so many days is worth at the beginning, at this discount a year."""
    return float((1 + discount) ** (-days / YEAR_DAYS))


def within(brought: Course, months: int) -> float:
    """The margin of the first months, as far as they have passed."""
    return sum(margin for age, margin in brought.days if age < months * MONTH_DAYS)


def spend_curve(courses: Iterable[Course], months: int) -> SpendCurve:
    """The mean margin of each month, over the customers that were seen to its end.

    The mean cumulative function of Nelson (1988), Graphical analysis of system repair data: as
    with Kaplan and Meier, customers count as long as they are followed, so young ones neither
    pull the curve down nor are guessed at. Who has left goes on counting, with nothing: that is
    how leaving lowers the curve (the same sum as survival times margin of those who stay: Lin,
    Feuer, Etzioni and Wax 1997).
    """
    ended, margin = [0] * (months + 1), [0.0] * months
    for one in courses:
        full = min(months, int(one.age / MONTH_DAYS))
        ended[full] += 1
        for age, brought in one.days:
            month = int(age / MONTH_DAYS)
            if month < full:
                margin[month] += brought
    # Who was followed through so many months was followed through all before.
    followed = tuple(accumulate(reversed(ended[1:])))[::-1]
    known = next((k for k, n in enumerate(followed) if n < MIN_FOLLOWED), months)
    means = tuple(margin[k] / followed[k] for k in range(known))
    return SpendCurve(means, followed[:known])
