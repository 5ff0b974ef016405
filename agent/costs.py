"""What was spent, month by month: a file, else the CRM's campaigns; and costs of measures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from agent.capabilities.campaigns import campaign_costs
from agent.capabilities.rates import kept_rates
from agent.config import Settings
from agent.currency import rate_table
from agent.slices import source_rules
from agent.tables import BadRow, TableRow, Unreadable, read_csv, read_day, read_number
from agent.wiring import Books
from bbm_core.balance.effort import prorated
from bbm_core.balance.source import measure_of
from bbm_core.records import Money
from bbm_core.value.money import RateTable

COLUMNS = ("month", "measure", "channel", "campaign", "amount", "currency")


@dataclass(frozen=True, slots=True)
class Cost:
    """What was spent in a month on a measure, channel or campaign; each empty where it is not said.

    A channel or campaign that belongs to a measure carries its name too.
    """

    month: date  # its first day
    amount: Decimal
    measure: str = ""
    channel: str = ""
    campaign: str = ""


@dataclass(frozen=True, slots=True)
class Costs:
    """All that is known of spending, and the rows that could not be used."""

    costs: tuple[Cost, ...]
    monthly: Mapping[str, Decimal]  # by measure, for months of which the file says nothing
    bad: tuple[BadRow, ...] = ()
    by_crm: bool = False  # the costs are those of the CRM's campaigns, not of a file
    unconverted: int = 0  # months of campaigns in a currency without a rate

    @property
    def are_known(self) -> bool:
        return bool(self.costs or self.monthly)

    def spent(self, first: date, last: date) -> Sequence[Cost]:
        """What was spent in these days; a month that is cut bears its days of the cost."""
        return tuple(
            Cost(cost.month, part, cost.measure, cost.channel, cost.campaign)
            for month in _months(first, last)
            for cost in self._of(month)
            if (part := prorated(cost.amount, _days_in(month, first, last), _length(month)))
        )

    def _of(self, month: date) -> Iterator[Cost]:
        told = [cost for cost in self.costs if cost.month == month]
        yield from told
        for measure, amount in self.monthly.items():
            if all(cost.measure != measure for cost in told):
                yield Cost(month, amount, measure)


def costs_of(books: Books) -> Costs:
    """What the file and the measures say; without a file what the CRM's campaigns cost.

    Raises:
        ConfigError: the file cannot be read, or a column is missing.
    """
    currency, told = books.store.currency(), kept_rates(books.store)
    if books.settings.inputs.costs:
        return read_costs(books.settings, books.folder, currency, told)
    purse = _Purse(currency, rate_table(books.settings.currencies, currency, told))
    monthly = _monthly(books.settings)
    found = list(_told_costs(books, purse))
    # What somebody wrote of a measure goes before what the CRM tells of it.
    costs = tuple(one for one in found if one is not None and one.measure not in monthly)
    return Costs(costs, monthly, by_crm=bool(costs), unconverted=found.count(None))


def read_costs(
    settings: Settings, folder: Path, currency: str, told: RateTable | None = None
) -> Costs:
    """What the file and the measures say.

    Args:
        settings: the configuration.
        folder: its folder, from which a relative name counts.
        currency: of the figures; a row in another is converted, or not used.
        told: the CRM's rates, for currencies that [currencies] leaves out.

    Raises:
        ConfigError: the file cannot be read, or a column is missing.
    """
    monthly = _monthly(settings)
    if not settings.inputs.costs:
        return Costs((), monthly)
    rates = rate_table(settings.currencies, currency, told)
    table = read_csv(folder / settings.inputs.costs, needed=["month", "amount"])
    found, bad = [], list(table.bad)
    for row in table.rows:
        try:
            found.append(_cost(row, settings, _Purse(currency, rates)))
        except Unreadable as error:
            bad.append(BadRow(row.line, str(error)))
    return Costs(tuple(found), monthly, tuple(sorted(bad, key=lambda one: one.line)))


def _monthly(settings: Settings) -> Mapping[str, Decimal]:
    return {
        name: measure.cost_per_month
        for name, measure in settings.measures.items()
        if measure.cost_per_month is not None
    }


def _told_costs(books: Books, purse: "_Purse") -> Iterator[Cost | None]:
    """The costs of the CRM's campaigns; None for one in a currency without a rate."""
    rules = source_rules(books.settings)
    for one in campaign_costs(books.store, books.clock.now().date()):
        worth = purse.worth(one.cost, one.month)
        measure = measure_of(rules, one.channel, one.campaign) or ""
        cost = None if worth is None else Cost(one.month, worth, measure, one.channel, one.campaign)
        yield cost


@dataclass(frozen=True, slots=True)
class _Purse:
    """The currency of the figures, and what others are worth in it."""

    currency: str
    rates: RateTable

    def amount(self, text: str, currency: str, month: date) -> Decimal:
        amount = read_number(text)
        if amount < 0:
            raise Unreadable(f"{text} is below 0")
        worth = self.worth(Money(amount, currency), month)
        if worth is None:
            raise Unreadable(f"[currencies] has no rate of {currency} in {self.currency}")
        return worth

    def worth(self, money: Money, month: date) -> Decimal | None:
        """The amount in the currency of the figures; None where there is no rate."""
        if not money.currency or not self.currency or money.currency == self.currency:
            return money.amount
        worth = self.rates.convert(money, month)
        return worth if self.rates.base == self.currency else None


def _cost(row: TableRow, settings: Settings, purse: _Purse) -> Cost:
    cells = {name: row.cells.get(name, "") for name in COLUMNS}
    if not cells["month"] or not cells["amount"]:
        raise Unreadable("month and amount are needed")
    month = _month(cells["month"])
    channel, campaign = cells["channel"], cells["campaign"]
    return Cost(
        month,
        purse.amount(cells["amount"], cells["currency"], month),
        _measure(cells, settings),
        channel,
        campaign,
    )


def _measure(cells: Mapping[str, str], settings: Settings) -> str:
    named = cells["measure"]
    if named and settings.measures and named not in settings.measures:
        raise Unreadable(f"[measures] has no {named!r}")
    rules = source_rules(settings)
    return named or measure_of(rules, cells["channel"], cells["campaign"]) or ""


def _month(text: str) -> date:
    whole = text.strip().rstrip("月").replace("年", "-").replace("/", "-")
    try:
        return read_day(f"{whole}-1").replace(day=1)
    except Unreadable:
        return read_day(text).replace(day=1)


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = _next(month)


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _length(month: date) -> int:
    return (_next(month) - month).days


def _days_in(month: date, first: date, last: date) -> int:
    """How many days of the month lie between the two, both included."""
    end = _next(month) - timedelta(days=1)
    return (min(last, end) - max(first, month)).days + 1
