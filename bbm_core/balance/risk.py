"""Revenue at risk: how much of a year's revenue may leave with its customers.

Each customer leaves, with all of its revenue, with its own probability and apart from the others
(Bernoulli). The mean and the spread are exact; the tail is drawn. Value at risk is the loss that is
not exceeded in 95 of 100 years, expected shortfall the mean loss of the years beyond it
(Rockafellar and Uryasev, 2000).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import fsum, sqrt

from bbm_core.chance import Chance, seeded

ROUNDS = 10_000
ONE_BY_ONE = 200
"""The largest customers are drawn one by one; the rest together as a normal sum, because none of
them is large in it."""


@dataclass(frozen=True, slots=True)
class Risk:
    """Losses as shares of the total revenue."""

    expected: float
    spread: float  # the standard deviation
    value_at_risk: float
    shortfall: float
    confidence: float


def revenue_at_risk(
    amounts: Mapping[str, Decimal],
    leaving: Mapping[str, float],
    *,
    confidence: float = 0.95,
    rounds: int = ROUNDS,
) -> Risk | None:
    """What leaves in a year.

    Args:
        amounts: each customer's yearly revenue; what is not positive is no risk.
        leaving: the probability that a customer leaves within the year; each has one.
        confidence: of the value at risk.
        rounds: years that are drawn.

    Returns:
        None where there is no revenue.
    """
    held = sorted(
        ((amount, name) for name, amount in amounts.items() if amount > 0),
        key=lambda pair: (-pair[0], pair[1]),
    )
    total = sum((amount for amount, _ in held), Decimal(0))
    if not total:
        return None
    parts = [(float(amount / total), _chance_of(leaving[name])) for amount, name in held]
    drawn = sorted(_draw(parts, rounds))
    beyond = drawn[_place(confidence, rounds) :]
    return Risk(
        expected=fsum(share * p for share, p in parts),
        spread=sqrt(_variance(parts)),
        value_at_risk=beyond[0],
        shortfall=fsum(beyond) / len(beyond),
        confidence=confidence,
    )


def _chance_of(p: float) -> float:
    if not 0 <= p <= 1:
        raise ValueError(f"a probability lies between 0 and 1, not {p}")
    return p


def _place(confidence: float, rounds: int) -> int:
    """Where, among the drawn losses in rising order, the value at risk stands."""
    return min(rounds - 1, max(0, round(confidence * rounds) - 1))


def _variance(parts: Sequence[tuple[float, float]]) -> float:
    return fsum(p * (1 - p) * share * share for share, p in parts)


def _draw(parts: Sequence[tuple[float, float]], rounds: int) -> list[float]:
    chance = seeded("revenue at risk", len(parts), rounds)
    large, small = parts[:ONE_BY_ONE], parts[ONE_BY_ONE:]
    mean, spread = fsum(s * p for s, p in small), sqrt(_variance(small))
    most = fsum(share for share, _ in small)
    return [_lost(large, chance) + _lost_small(mean, spread, most, chance) for _ in range(rounds)]


def _lost(parts: Sequence[tuple[float, float]], chance: Chance) -> float:
    draw = chance.random
    return fsum([share for share, p in parts if draw() < p])


def _lost_small(mean: float, spread: float, most: float, chance: Chance) -> float:
    return min(most, max(0.0, chance.gauss(mean, spread))) if spread else mean
