"""How long customers stay: Kaplan and Meier's survival curve, with its intervals."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist
from typing import NamedTuple

from bbm_core.balance.rate import Interval


class Life(NamedTuple):
    """How long one customer was seen to stay, and whether it then left or is still there."""

    age: float
    left: bool


class Step(NamedTuple):
    """The curve from this age on: how many were at risk, how many left, what share stays."""

    age: float
    at_risk: int
    left: int
    survival: float
    variance: float  # Greenwood's sum: the variance of log survival


@dataclass(frozen=True, slots=True)
class Curve:
    """A step function that begins at 1; `longest` is the greatest age at which anybody was seen."""

    steps: tuple[Step, ...]
    customers: int
    longest: float

    def survival(self, age: float) -> float:
        """The share of customers that stay beyond this age.

        After `longest` nothing is known and the last value stands; ask a model there.
        """
        step = self._step(age)
        return step.survival if step else 1.0

    def interval(self, age: float, confidence: float = 0.95) -> Interval:
        """The log-log interval (Kalbfleisch and Prentice 1980); it stays between 0 and 1."""
        step = self._step(age)
        if step is None:
            return Interval(1.0, 1.0)
        if step.survival == 0:
            return Interval(0.0, 0.0)
        z = NormalDist().inv_cdf((1 + confidence) / 2)
        half = z * sqrt(step.variance) / -log(step.survival)
        return Interval(step.survival ** exp(half), step.survival ** exp(-half))

    def _step(self, age: float) -> Step | None:
        place = bisect_right(self.steps, age, key=lambda step: step.age)
        return self.steps[place - 1] if place else None


def kaplan_meier(lives: Iterable[Life]) -> Curve | None:
    """The product-limit estimate (Kaplan and Meier 1958); None without anybody to look at.

    Whoever is still there counts as at risk up to its age, also at the age itself. Negative ages
    count as 0. Any unit of age will do.
    """
    found = [Life(max(0.0, life.age), life.left) for life in lives]
    if not found:
        return None
    left = Counter(life.age for life in found if life.left)
    gone = Counter(life.age for life in found)
    steps: list[Step] = []
    at_risk, survival, variance = len(found), 1.0, 0.0
    for age in sorted(gone):
        if events := left[age]:
            stayed = at_risk - events
            survival *= stayed / at_risk
            variance += events / (at_risk * stayed) if stayed else 0.0
            steps.append(Step(age, at_risk, events, survival, variance))
        at_risk -= gone[age]
    return Curve(tuple(steps), len(found), max(gone))
