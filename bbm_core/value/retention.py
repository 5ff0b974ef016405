"""Lifetime value from retention alone, and retention by segment drawn towards the whole."""

from collections.abc import Callable, Mapping
from typing import NamedTuple


class Trials(NamedTuple):
    """Customer-years that could have ended, and how many did."""

    years: int
    left: int


def gupta_lehmann(margin: float, retention: float, discount: float) -> float | None:
    """Margin a period times r / (1 + i - r): Gupta and Lehmann (2003), Customers as assets.

    It has no end and begins with the second period. None where it is not finite: nobody ever
    leaves and nothing is discounted.
    """
    leaving = 1 + discount - retention
    return margin * retention / leaving if leaving > 0 else None


def contract_value(
    margin: float, survival: Callable[[int], float], periods: int, discount: float
) -> float:
    """Margin a period times the sum of S(t) / (1 + d)^t over the periods, the first one t = 0.

    Args:
        margin: what a period brings, paid at its beginning.
        survival: the share that is still there at the beginning of period t.
        periods: how many count.
        discount: per period.
    """
    return margin * sum(survival(t) / (1 + discount) ** t for t in range(periods))


def shrunk_retention(trials: Mapping[str, Trials]) -> Mapping[str, float]:
    """The yearly retention of each segment, drawn towards the whole as far as luck explains it.

    Empirical Bayes for shares: a beta prior by moments (Kleinman 1973), its weight at least one
    customer-year. A segment without any customer-year gets that of the whole; without any at all
    there is nothing to say and the answer is empty.
    """
    years = sum(one.years for one in trials.values())
    if not years:
        return {}
    mean = sum(one.left for one in trials.values()) / years
    weight = _prior_weight(trials, mean, years)
    if weight is None:
        return dict.fromkeys(sorted(trials), 1 - mean)
    return {
        name: 1 - (trials[name].left + weight * mean) / (trials[name].years + weight)
        for name in sorted(trials)
    }


def _prior_weight(trials: Mapping[str, Trials], mean: float, years: int) -> float | None:
    """How many customer-years the whole is worth beside a segment's own; None: all the weight."""
    used = [one for one in trials.values() if one.years]
    spread = sum(one.years * (one.left / one.years - mean) ** 2 for one in used)
    by_luck = (len(used) - 1) * mean * (1 - mean)
    scale = years - sum(one.years**2 for one in used) / years
    between = (spread - by_luck) / scale if scale > 0 else 0.0
    return max(1.0, mean * (1 - mean) / between - 1) if between > 0 else None


class Group(NamedTuple):
    """Values of one group: how many, their mean, and the sum of squares around it."""

    size: int
    mean: float
    squares: float


def shrunk_means(groups: Mapping[str, Group]) -> Mapping[str, float]:
    """The mean of each group, drawn towards the whole as far as luck explains the difference.

    Empirical Bayes for means, the variances by moments (Bühlmann and Straub 1970). The best of
    many small groups is mostly the luckiest one; this is what is left of it.
    """
    used = {name: one for name, one in sorted(groups.items()) if one.size}
    total = sum(one.size for one in used.values())
    if not total:
        return {}
    mean = sum(one.size * one.mean for one in used.values()) / total
    freedom = total - len(used)
    if not freedom:
        return dict.fromkeys(used, mean)
    within = sum(one.squares for one in used.values()) / freedom
    spread = sum(one.size * (one.mean - mean) ** 2 for one in used.values())
    scale = total - sum(one.size**2 for one in used.values()) / total
    between = (spread - (len(used) - 1) * within) / scale if scale > 0 else 0.0
    if between <= 0:
        return dict.fromkeys(used, mean)
    return {name: _drawn(one, mean, within / between) for name, one in used.items()}


def _drawn(group: Group, mean: float, weight: float) -> float:
    own = group.size / (group.size + weight)
    return own * group.mean + (1 - own) * mean
