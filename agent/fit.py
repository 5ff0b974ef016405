"""The fit check: what is known of each product line, and the deals it won."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from agent.checks.walk import Deal, deal_of
from agent.checks.worth import Worth, worth_of
from agent.config import Settings
from agent.wiring import Books
from bbm_core.errors import ConfigError
from bbm_core.prescribe.fit import Line
from bbm_core.records import Outcome, RecordKind
from bbm_core.scope import Segment

EVERYTHING = "all"
"""The one line of a company that names none."""


def known_lines(settings: Settings, only: str = "") -> tuple[Line, ...]:
    """The configured product lines, else one for everything.

    Raises:
        ConfigError: there is no line of that name.
    """
    lines = tuple(
        Line(
            name=name,
            lowest_price=chosen.lowest_price,
            highest_price=chosen.highest_price,
            smallest_buyer=chosen.smallest_buyer,
            largest_buyer=chosen.largest_buyer,
            buyers=chosen.buyers,
        )
        for name, chosen in sorted(settings.product_lines.items())
    )
    if not only:
        return lines or (Line(name=EVERYTHING),)
    named = tuple(line for line in lines if line.name == only)
    if lines and not named:
        raise ConfigError(
            f"There is no product line {only!r}.",
            hint=f"Name one of {', '.join(line.name for line in lines)}, "
            "or add it as [product_lines.NAME].",
            code="BBM-FI-001",
        )
    return named or (Line(name=only),)


def won_amounts(books: Books) -> Worth:
    """The won deals of new business, in one currency."""
    return worth_of(books, _won(books))


def amounts_of(line: Line, worth: Worth, lines: int, *, by_line: bool) -> Sequence[Decimal] | None:
    """The amounts of a line's deals; None where nothing tells the lines apart."""
    if by_line:
        wanted = line.name.casefold()
        return [amount for deal, amount in worth.deals if deal.market.casefold() == wanted]
    return None if lines > 1 else [amount for _, amount in worth.deals]


def _won(books: Books) -> Iterator[Deal]:
    line = books.settings.checks.product_line
    for record in books.store.book(RecordKind.OPPORTUNITY):
        if record.outcome is Outcome.WON and record.segment is Segment.NEW:
            yield deal_of(record, line)
