"""What channels cost a month, and what the company's own measures brought for it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from agent.costs import Cost, Costs, costs_of
from agent.slices import source_rules
from agent.wiring import Books
from bbm_core.balance.source import measure_of
from bbm_core.balance.tally import EMPTY, Period, Tally
from bbm_core.errors import ConfigError
from bbm_core.prescribe.gain import OwnRecord
from bbm_core.prescribe.response import FittedPower, PaidMonth, fitted_power

MONTH_WEEKS = 365.25 / 12 / 7

LEAST_OWN = 20
"""Leads below which a measure's own records say too little to go before the catalogue."""


@dataclass(frozen=True, slots=True)
class Spending:
    """A month's spend by channel, and the measures with records and costs of their own.

    `problem` says why the costs could not be read; then nothing is known of them.
    """

    channels: Mapping[str, float]
    own: Mapping[str, OwnRecord]
    power: FittedPower | None = None  # how leads respond, where spends differed by month
    problem: str = ""


Monthly = Mapping[date, Mapping[str, Tally]]
"""What came in by channel in each month, named by its first day."""


def spending(
    books: Books, channels: Mapping[str, Tally], period: Period, monthly: Monthly
) -> Spending:
    """What the file of costs and the measures say about this period."""
    try:
        known = costs_of(books)
    except ConfigError as error:
        return Spending({}, {}, problem=f"{error.message} {error.hint}")
    costs = known.spent(period.first, period.last_day)
    by_channel = _by_channel(books, channels, costs)
    months = period.weeks / MONTH_WEEKS
    return Spending(
        channels={name: amount / months for name, amount in sorted(by_channel.items())},
        own=_own(books, channels, by_channel),
        power=fitted_power(_paid_months(books, known, monthly)) if known.costs else None,
    )


def _paid_months(books: Books, known: Costs, monthly: Monthly) -> Iterator[PaidMonth]:
    """Months that lie in the period as a whole: its ends cut the first and the last."""
    for month in sorted(monthly)[1:-1]:
        last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        tallies = monthly[month]
        spent = _by_channel(books, tallies, known.spent(month, last))
        for name, amount in sorted(spent.items()):
            yield PaidMonth(name, amount, tallies.get(name, EMPTY).total)


def _by_channel(
    books: Books, channels: Mapping[str, Tally], costs: Sequence[Cost]
) -> Mapping[str, float]:
    """Costs of a channel are its own; those of a measure are spread over the leads it brought."""
    sums: dict[str, float] = defaultdict(float)
    measures = _measures(books, channels)
    for cost in costs:
        if cost.channel:
            sums[cost.channel] += float(cost.amount)
            continue
        answered = [name for name, measure in measures.items() if measure == cost.measure]
        leads = sum(channels[name].total for name in answered)
        for name in answered:
            sums[name] += float(cost.amount) * channels[name].total / leads
    return sums


def _measures(books: Books, channels: Mapping[str, Tally]) -> Mapping[str, str | None]:
    """Which measure answers for each channel that brought anything."""
    rules = source_rules(books.settings)
    return {name: measure_of(rules, name) for name, tally in channels.items() if tally.total}


def _own(
    books: Books, channels: Mapping[str, Tally], spent: Mapping[str, float]
) -> Mapping[str, OwnRecord]:
    """Measures that brought enough leads and cost something."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    costs: dict[str, float] = defaultdict(float)
    for name, measure in _measures(books, channels).items():
        if measure is not None:
            tallies[measure] += channels.get(name, EMPTY)
            costs[measure] += spent.get(name, 0.0)
    return {
        measure: OwnRecord(costs[measure] / tally.total, tally.rate, tally.known)
        for measure, tally in sorted(tallies.items())
        if tally.rate is not None and tally.known >= LEAST_OWN and costs[measure] > 0
    }
