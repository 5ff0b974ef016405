"""Concentration: on how few customers, industries or owners the revenue leans.

Shares run from 0 to 1. Sources: Hirschman (1945) and Herfindahl (1950) for the index, Adelman
(1969) for its reciprocal as an effective number, Gini (1912) in the population form (without
n/(n-1)), Rosenbluth (1955) and Hall and Tideman (1967) for the index that weighs by rank.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from math import ceil, fsum

TOP_SHARE = 0.2
"""The largest customers that "the top 20 %" means; a part of a customer counts as one."""


class Figure(StrEnum):
    """The figures that have guide lines."""

    TOP_1 = "top1"
    TOP_3 = "top3"
    TOP_10 = "top10"
    HHI = "hhi"


class Level(StrEnum):
    """How a figure stands to its guide lines."""

    FINE = "fine"
    WATCH = "watch"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Guide:
    """From `watch` on a figure deserves attention, from `high` on it is a risk of its own."""

    watch: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.watch < self.high <= 1:
            raise ValueError(f"guide lines lie between 0 and 1, watch before high: {self}")

    def level(self, value: float) -> Level:
        if value >= self.high:
            return Level.HIGH
        return Level.WATCH if value >= self.watch else Level.FINE


GUIDES: Mapping[Figure, Guide] = {
    Figure.TOP_1: Guide(0.10, 0.20),
    Figure.TOP_3: Guide(0.25, 0.40),
    Figure.TOP_10: Guide(0.40, 0.60),
    Figure.HHI: Guide(0.10, 0.25),
}
"""Common advice for suppliers (shares) and the former bounds of the US merger guidelines (HHI).

They are habits, not laws; a company with twelve customers cannot meet the one for the top ten.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """How amounts spread over their holders. Only positive amounts take part."""

    holders: int
    total: Decimal
    hhi: float  # 0 to 1: the sum of the squared shares
    gini: float
    rosenbluth: float
    shares: tuple[float, ...]  # largest first
    names: tuple[str, ...]  # in the same order
    without_amount: int = 0  # holders with nothing
    negative: int = 0  # holders with less than nothing: credits above sales
    guides: Mapping[Figure, Guide] = field(default_factory=lambda: GUIDES)

    @property
    def hhi_points(self) -> float:
        """The index as competition authorities write it, up to 10,000."""
        return 10_000 * self.hhi

    @property
    def effective(self) -> float:
        """So many holders of one size would be as concentrated."""
        return 1 / self.hhi

    @property
    def largest(self) -> str:
        return self.names[0]

    @property
    def top20_percent(self) -> float:
        # The rounding keeps 0.2 · 5 from being a little more than 1.
        return self.top(ceil(round(TOP_SHARE * self.holders, 9)))

    def top(self, count: int) -> float:
        """The share of the largest so many (CR1, CR3 and so on)."""
        return 1.0 if count >= self.holders else fsum(self.shares[:count])

    def values(self) -> Mapping[Figure, float]:
        return {
            Figure.TOP_1: self.top(1),
            Figure.TOP_3: self.top(3),
            Figure.TOP_10: self.top(10),
            Figure.HHI: self.hhi,
        }

    def levels(self) -> Mapping[Figure, Level]:
        """Each figure against its guide lines.

        A top of n says nothing where there are hardly more than n holders: it is judged only
        where an even spread would stay below its first line. The index always is, because it
        counts the holders.
        """
        return {
            figure: self.guides[figure].level(value)
            if _TOPS.get(figure, 0) < self.guides[figure].watch * self.holders
            else Level.FINE
            for figure, value in self.values().items()
        }

    @property
    def level(self) -> Level:
        """The worst of its figures."""
        return max(self.levels().values(), key=list(Level).index)


_TOPS = {Figure.TOP_1: 1, Figure.TOP_3: 3, Figure.TOP_10: 10}


def concentrate(
    amounts: Mapping[str, Decimal], guides: Mapping[Figure, Guide] | None = None
) -> Concentration | None:
    """How the amounts spread over the holders; None where nobody holds anything.

    Holders with nothing, and those with less than nothing, have no share; they are counted apart.
    """
    held = sorted(
        ((name, amount) for name, amount in amounts.items() if amount > 0),
        key=lambda pair: (-pair[1], pair[0]),
    )
    if not held:
        return None
    total = sum((amount for _, amount in held), Decimal(0))
    shares = tuple(float(amount / total) for _, amount in held)
    return Concentration(
        holders=len(held),
        total=total,
        hhi=fsum(share * share for share in shares),
        gini=_gini(shares),
        rosenbluth=_rosenbluth(shares),
        shares=shares,
        names=tuple(name for name, _ in held),
        without_amount=sum(amount == 0 for amount in amounts.values()),
        negative=sum(amount < 0 for amount in amounts.values()),
        guides=guides or GUIDES,
    )


def add_up(amounts: Iterable[tuple[str, Decimal]]) -> Mapping[str, Decimal]:
    """The amounts of each holder together."""
    sums: dict[str, Decimal] = {}
    for name, amount in amounts:
        sums[name] = sums.get(name, Decimal(0)) + amount
    return sums


@dataclass(frozen=True, slots=True)
class Loss:
    """What the loss of one holder would leave."""

    name: str
    share: float  # of the total, lost
    hhi_after: float | None  # None: nothing would be left


def losses(found: Concentration, count: int = 5) -> tuple[Loss, ...]:
    """What losing each of the largest would take, the largest first."""
    return tuple(_losses(found, count))


def _losses(found: Concentration, count: int) -> Iterator[Loss]:
    for name, share in zip(found.names[:count], found.shares[:count], strict=True):
        left = 1 - share
        alone = found.holders == 1
        after = None if alone else (found.hhi - share * share) / (left * left)
        yield Loss(name, share, after)


def _gini(shares: tuple[float, ...]) -> float:
    """Of shares that fall: 1 + 1/n - 2/n · the sum of rank · share (population form)."""
    n = len(shares)
    by_rank = fsum(rank * share for rank, share in enumerate(shares, 1))
    return max(0.0, (n + 1 - 2 * by_rank) / n)


def _rosenbluth(shares: tuple[float, ...]) -> float:
    """1 / (2 · the sum of rank · share - 1), the largest first; 1/n where all are equal."""
    return 1 / (2 * fsum(rank * share for rank, share in enumerate(shares, 1)) - 1)
