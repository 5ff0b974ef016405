"""The expected lifetime value of records: the account's own, or what customers like it are worth.

A lead is no customer yet, so its value is an estimate and is stated as one: the mean of customers
with the same flag, pulled towards the mean of all by their credibility (Bühlmann 1967, ASTIN
Bulletin 4, 199-207). With few customers, or flags that hardly differ in value, that is nearly the
mean of all; no difference is claimed that the customers do not show.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean

from bbm_core.icp.classify import Flag

LEAST_CUSTOMERS = 5
"""With fewer customers of known value no value is expected of anybody else."""


@dataclass(frozen=True, slots=True)
class Group:
    """Customers of one flag: how many, their mean value, and the mean after shrinking."""

    customers: int
    mean: float
    expected: float


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a customer is expected to be worth, by flag."""

    overall: float
    groups: Mapping[Flag, Group]

    def of(self, flag: Flag) -> Decimal:
        """A flag that no customer has is worth the mean of all."""
        group = self.groups.get(flag)
        return Decimal(group.expected if group else self.overall)


def expectation(customers: Iterable[tuple[Flag, Decimal]]) -> Expectation | None:
    """Expected values by flag, from customers' flags and values; None with too few of them."""
    values: dict[Flag, list[float]] = defaultdict(list)
    for flag, value in customers:
        values[flag].append(float(value))
    every = sorted(value for group in values.values() for value in group)
    if len(every) < LEAST_CUSTOMERS:
        return None
    overall = fmean(every)
    constant = _constant(list(values.values()), overall)
    groups = {flag: _group(values[flag], overall, constant) for flag in sorted(values)}
    return Expectation(overall, groups)


def _group(values: list[float], overall: float, constant: float | None) -> Group:
    """Credibility n / (n + k); k is None where the groups do not differ beyond chance."""
    mean = fmean(sorted(values))
    credibility = 0.0 if constant is None else len(values) / (len(values) + constant)
    return Group(len(values), mean, credibility * mean + (1 - credibility) * overall)


def _constant(groups: list[list[float]], overall: float) -> float | None:
    """Bühlmann and Straub's k: the variance within groups over the variance between them."""
    sizes = [len(group) for group in groups]
    total = sum(sizes)
    freedom_within, freedom_between = total - len(groups), len(groups) - 1
    spare = total - sum(size**2 for size in sizes) / total
    if not freedom_within or not freedom_between or spare <= 0:
        return None
    within = sum((v - fmean(g)) ** 2 for g in groups for v in sorted(g)) / freedom_within
    apart = sum(n * (fmean(g) - overall) ** 2 for n, g in zip(sizes, groups, strict=True))
    between = (apart - freedom_between * within) / spare
    return within / between if between > 0 else None
