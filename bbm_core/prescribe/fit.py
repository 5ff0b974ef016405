"""Which mode suits a product line: few large customers, many small ones, or both in balance.

What BBM is for follows from its published description: where large and small customers are served
by one sales force, neither named accounts alone nor volume alone fits. The limits below are
judgements, stated so that they can be argued with; no published ones were found.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bbm_core.icp.profile import Mode

WIDE, NARROW = 10.0, 3.0
"""From ten times on, large and small differ in kind; below three times they are alike."""

FEW, MANY = 500, 5000
"""So many possible buyers can be named one by one; so many cannot."""

HANDFUL = 100
"""With so few possible buyers each is an account of its own, however much they differ."""

LEAST_DEALS = 20
"""Won deals from which on their spread says something."""


class Evidence(StrEnum):
    """What speaks."""

    PRICES = "prices"  # the largest plan's price over the smallest's
    SIZES = "sizes"  # the largest buyer's size over the smallest's
    DEALS = "deals"  # the ninth decile of won amounts over the first
    BUYERS = "buyers"  # how many possible buyers there are


class Leaning(StrEnum):
    """What a piece of evidence speaks for."""

    WIDE = "wide"  # large and small side by side
    ALIKE = "alike"  # customers of one kind
    FEW = "few"
    MANY = "many"
    MIDDLE = "middle"  # neither


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence, its figure, and what it speaks for."""

    evidence: Evidence
    value: float
    leaning: Leaning


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is known of a product line; None is not answered."""

    name: str
    lowest_price: float | None = None
    highest_price: float | None = None
    smallest_buyer: float | None = None
    largest_buyer: float | None = None
    buyers: int | None = None

    def __post_init__(self) -> None:
        for low, high in (
            (self.lowest_price, self.highest_price),
            (self.smallest_buyer, self.largest_buyer),
        ):
            given = [value for value in (low, high) if value is not None]
            if any(value <= 0 for value in given) or given != sorted(given):
                raise ValueError("sizes and prices are above 0, the smaller one first")
        if self.buyers is not None and self.buyers < 1:
            raise ValueError("there is at least one possible buyer")


@dataclass(frozen=True, slots=True)
class Fit:
    """The mode that suits, and why. Provisional: not everything was answered."""

    line: Line
    mode: Mode
    reasons: tuple[Reason, ...]
    unanswered: tuple[Evidence, ...]  # of what only people know
    deals: int  # won deals that were looked at

    @property
    def is_provisional(self) -> bool:
        return bool(self.unanswered)


def fit(line: Line, amounts: Sequence[Decimal]) -> Fit:
    """Which mode suits the line.

    Args:
        line: what people answered.
        amounts: of its won deals; what is not positive says nothing.
    """
    positive = sorted(amount for amount in amounts if amount > 0)
    reasons = tuple(_reasons(line, positive))
    return Fit(
        line=line,
        mode=_mode({reason.evidence: reason.leaning for reason in reasons}, line.buyers),
        reasons=reasons,
        unanswered=tuple(_unanswered(line)),
        deals=len(positive),
    )


def spread(amounts: Sequence[Decimal]) -> float | None:
    """The ninth decile over the first of rising amounts; None where there are too few."""
    if len(amounts) < LEAST_DEALS:
        return None
    tenth = len(amounts) // 10
    return float(amounts[-1 - tenth] / amounts[tenth])


def _reasons(line: Line, amounts: Sequence[Decimal]) -> Iterator[Reason]:
    ratios = (
        (Evidence.PRICES, _ratio(line.lowest_price, line.highest_price)),
        (Evidence.SIZES, _ratio(line.smallest_buyer, line.largest_buyer)),
        (Evidence.DEALS, spread(amounts)),
    )
    for evidence, ratio in ratios:
        if ratio is not None:
            yield Reason(evidence, ratio, _width(ratio))
    if line.buyers is not None:
        yield Reason(Evidence.BUYERS, line.buyers, _number(line.buyers))


def _ratio(low: float | None, high: float | None) -> float | None:
    return None if low is None or high is None else high / low


def _width(ratio: float) -> Leaning:
    if ratio >= WIDE:
        return Leaning.WIDE
    return Leaning.ALIKE if ratio < NARROW else Leaning.MIDDLE


def _number(buyers: int) -> Leaning:
    if buyers <= FEW:
        return Leaning.FEW
    return Leaning.MANY if buyers >= MANY else Leaning.MIDDLE


def _mode(leanings: dict[Evidence, Leaning], buyers: int | None) -> Mode:
    """Wide means both. Else the number of possible buyers decides, and unknown means both."""
    if buyers is not None and buyers <= HANDFUL:
        return Mode.ABM
    widths = [found for evidence, found in leanings.items() if evidence is not Evidence.BUYERS]
    if widths.count(Leaning.WIDE) > widths.count(Leaning.ALIKE):
        return Mode.BBM
    by_number = {Leaning.FEW: Mode.ABM, Leaning.MANY: Mode.LBM}
    return by_number.get(leanings.get(Evidence.BUYERS, Leaning.MIDDLE), Mode.BBM)


def _unanswered(line: Line) -> Iterator[Evidence]:
    if line.lowest_price is None or line.highest_price is None:
        yield Evidence.PRICES
    if line.smallest_buyer is None or line.largest_buyer is None:
        yield Evidence.SIZES
    if line.buyers is None:
        yield Evidence.BUYERS
