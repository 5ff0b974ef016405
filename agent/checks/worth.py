"""What deals are worth in one currency, and which have no amount that could be added."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agent.checks.walk import Deal
from agent.checks.words import say
from agent.wiring import Books
from agent.worth import book_rates
from bbm_core.icp.profile import Lang
from bbm_core.records import Money
from bbm_core.value.money import RateTable


@dataclass(frozen=True, slots=True)
class Worth:
    """Amounts in one currency. What has none in it is counted, never added."""

    currency: str  # empty: nobody says which
    deals: Sequence[tuple[Deal, Decimal]]
    without_rate: Mapping[str, int]  # deals by their currency, for which no rate is stated
    without_amount: int
    ahead: int  # closed on a day to come

    @property
    def left_out(self) -> int:
        return sum(self.without_rate.values())


def worth_of(books: Books, deals: Iterable[Deal]) -> Worth:
    """What the deals are worth by the table of currencies; an amount without one is in its base."""
    found = list(deals)
    rates = book_rates(books, (deal.currency for deal in found if deal.amount is not None))
    today = books.clock.now().date()
    come = [deal for deal in found if _day(deal) <= today]
    priced = [(deal, amount) for deal in come if (amount := _finite(deal)) is not None]
    worth = [(deal, _converted(deal, amount, rates)) for deal, amount in priced]
    lacking = Counter(deal.currency for deal, amount in worth if amount is None)
    return Worth(
        currency=rates.base,
        deals=[(deal, amount) for deal, amount in worth if amount is not None],
        without_rate=dict(sorted(lacking.items())),
        without_amount=len(come) - len(priced),
        ahead=len(found) - len(come),
    )


def say_left_out(worth: Worth, lang: Lang) -> Iterator[str]:
    """Which deals are not in the figures, and why."""
    if worth.left_out:
        names = ", ".join(worth.without_rate)
        base = worth.currency
        yield say(lang, "without_rate", count=f"{worth.left_out:,}", names=names, base=base)
    if worth.ahead:
        yield say(lang, "closed_ahead", count=f"{worth.ahead:,}")


def _day(deal: Deal) -> date:
    return (deal.closed or deal.created).date()


def _finite(deal: Deal) -> Decimal | None:
    return deal.amount if deal.amount is not None and deal.amount.is_finite() else None


def _converted(deal: Deal, amount: Decimal, rates: RateTable) -> Decimal | None:
    """By the rate of the day on which it closed."""
    return rates.convert(Money(amount, deal.currency or rates.base), _day(deal))
