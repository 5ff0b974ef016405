"""What deals are worth in one currency, or why that cannot be said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agent.checks.walk import Deal


@dataclass(frozen=True, slots=True)
class Worth:
    """Amounts that may be added: of the currency of most deals; others are counted, not added."""

    currency: str
    deals: Sequence[tuple[Deal, Decimal]]
    other_currencies: Mapping[str, int]
    without_amount: int

    @property
    def left_out(self) -> int:
        return sum(self.other_currencies.values())


def worth_of(deals: Iterable[Deal]) -> Worth:
    """Amounts of different currencies are never added: the most frequent one is taken."""
    priced, without = [], 0
    for deal in deals:
        if deal.amount is None:
            without += 1
        else:
            priced.append((deal, deal.amount))
    counts: dict[str, int] = {}
    for deal, _ in priced:
        counts[deal.currency] = counts.get(deal.currency, 0) + 1
    main = min(counts, key=lambda name: (-counts[name], name), default="")
    return Worth(
        currency=main,
        deals=[pair for pair in priced if pair[0].currency == main],
        other_currencies={name: n for name, n in sorted(counts.items()) if name != main},
        without_amount=without,
    )
