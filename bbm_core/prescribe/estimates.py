"""What the optimum is fed with: four given numbers, and everything else read off the records.

Each estimate says what it rests on, how many records stand behind it, and within which 95 % it lies
where that can be said. A default is called a default.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from bbm_core.balance.rate import Interval, wilson
from bbm_core.balance.tally import Tally
from bbm_core.icp.classify import Flag
from bbm_core.prescribe.response import FittedPower


class Basis(StrEnum):
    """What an estimate rests on."""

    GIVEN = "given"  # somebody said so
    RECORDS = "records"  # counted
    ASSUMED = "assumed"  # a rough default
    SCALED = "scaled"  # default proportions, sized so that today's work fills today's hours
    SPREAD = "spread"  # the budget, spread evenly over the leads


class Quantity(StrEnum):
    """What is estimated. Rates are shares; hours and money are those of one record."""

    CAPACITY = "capacity"  # hours a month
    BUDGET = "budget"  # a month
    MARGIN = "margin"
    OPPORTUNITY_ICP = "opportunity_icp"  # leads that become opportunities
    OPPORTUNITY_OTHER = "opportunity_other"
    WIN_ICP = "win_icp"  # opportunities that are won
    WIN_OTHER = "win_other"
    WORTH_ICP = "worth_icp"  # margin of a customer
    WORTH_OTHER = "worth_other"
    TRIAGE = "triage"  # hours to sort a lead
    LEAD = "lead"  # hours to work a lead
    OPPORTUNITY = "opportunity"  # hours of an opportunity
    WIN = "win"  # hours of a win
    COST = "cost"  # of a lead that is paid for
    POWER = "power"  # of the response of leads to money


SHARES = frozenset(
    {
        Quantity.MARGIN,
        Quantity.OPPORTUNITY_ICP,
        Quantity.OPPORTUNITY_OTHER,
        Quantity.WIN_ICP,
        Quantity.WIN_OTHER,
    }
)
"""Quantities that are shares: never above 1."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value, what it rests on, and how sure it is."""

    value: float
    basis: Basis
    interval: Interval | None = None  # of 95 %; None: nothing can be said
    records: int | None = None  # behind it

    def times(self, factor: float) -> float:
        return self.value * factor


class Gap(StrEnum):
    """What is missing before there can be an optimum."""

    PEOPLE = "people"
    HOURS = "hours_per_person_month"
    MARGIN = "gross_margin"
    BUDGET = "budget_month"
    LEADS = "leads"  # the records: none came in
    WINS = "wins"  # none was won
    AMOUNTS = "amounts"  # what was won has no amounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What people said. None: nobody did."""

    people: float | None = None
    hours_each: float | None = None  # selling hours a month
    margin: float | None = None
    budget: float | None = None  # a month
    hours: Mapping[Quantity, float] = field(default_factory=lambda: MappingProxyType({}))
    power: float | None = None

    @property
    def capacity(self) -> float | None:
        if self.people is None or self.hours_each is None:
            return None
        return self.people * self.hours_each


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What the records of so many months say. Tallies are of new business, as it came in."""

    months: float
    entry: Tally  # the stage where records come in
    opportunity: Tally | None = None  # None: it is the stage where records come in
    won: Tally | None = None  # with amounts; None: no stage says what was won
    channels: Mapping[str, Tally] = field(default_factory=lambda: MappingProxyType({}))
    spend: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))  # a month
    power: FittedPower | None = None
    worth: Mapping[Flag, tuple[float, int]] = field(  # expected margin, customers behind it
        default_factory=lambda: MappingProxyType({})
    )


@dataclass(frozen=True, slots=True)
class ChannelEstimate:
    """A channel as it was: leads and spend a month, and its ICP rate, shrunk to the whole's."""

    name: str
    leads: float
    rate: float
    spend: float
    basis: Basis  # of the spend
    records: int

    @property
    def is_paid(self) -> bool:
        return self.spend > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimates:
    """Everything that could be estimated, and what is missing."""

    months: float
    values: Mapping[Quantity, Estimate]
    channels: tuple[ChannelEstimate, ...]
    gaps: tuple[Gap, ...]

    def value(self, quantity: Quantity) -> float:
        return self.values[quantity].value

    @property
    def has_default_hours(self) -> bool:
        """Whether nobody stated the hours of working leads, opportunities or wins."""
        worked = (Quantity.LEAD, Quantity.OPPORTUNITY, Quantity.WIN)
        return any(self.values[one].basis is not Basis.GIVEN for one in worked)


SHRINK = 10.0
"""Records that the rate of the whole is worth, where a part's rate is estimated."""

POWER = 0.5
"""How leads respond to money where no history tells: the square root, the usual rule of thumb for
diminishing returns (Little 1979)."""

PROPORTIONS: Mapping[Quantity, float] = MappingProxyType(
    {
        Quantity.TRIAGE: 0.1,
        Quantity.LEAD: 1.0,
        Quantity.OPPORTUNITY: 10.0,
        Quantity.WIN: 6.0,
    }
)
"""Hours a record where nobody said any: only their proportions count, see `Basis.SCALED`."""

LEAST_DEALS = 5
"""Wins of one flag below which the amounts of all wins count for it."""


def estimate(given: Given, observed: Observed) -> Estimates:
    """Estimate all that can be estimated."""
    values: dict[Quantity, Estimate] = {}
    values |= _said(given)
    values[Quantity.POWER] = _power(given, observed)
    values |= _rates(observed)
    values |= _worths(given, observed)
    channels = _channels(given, observed)
    values |= _hours(given, observed)
    values |= _costs(channels)
    return Estimates(
        months=observed.months,
        values=values,
        channels=channels,
        gaps=tuple(_gaps(given, observed, values)),
    )


def _said(given: Given) -> dict[Quantity, Estimate]:
    said = {
        Quantity.CAPACITY: given.capacity,
        Quantity.BUDGET: given.budget,
        Quantity.MARGIN: given.margin,
    }
    return {q: Estimate(v, Basis.GIVEN) for q, v in said.items() if v is not None}


def _power(given: Given, observed: Observed) -> Estimate:
    if given.power is not None:
        return Estimate(given.power, Basis.GIVEN)
    fitted = observed.power
    if fitted is not None:
        return Estimate(fitted.power, Basis.RECORDS, fitted.interval, fitted.months)
    return Estimate(POWER, Basis.ASSUMED)


@dataclass(frozen=True, slots=True)
class _Decided:
    """Records by fit, the unknown ones split as the decided ones are."""

    icp: float
    other: float

    @property
    def all(self) -> float:
        return self.icp + self.other


def _decided(tally: Tally) -> _Decided:
    rate = tally.rate
    if rate is None:
        return _Decided(0.0, float(tally.total))
    return _Decided(tally.total * rate, tally.total * (1 - rate))


def _rates(observed: Observed) -> dict[Quantity, Estimate]:
    entry = _decided(observed.entry)
    chance = observed.opportunity
    found: dict[Quantity, Estimate] = {}
    if chance is None:
        one = Estimate(1.0, Basis.RECORDS, None, observed.entry.total)
        found |= {Quantity.OPPORTUNITY_ICP: one, Quantity.OPPORTUNITY_OTHER: one}
    else:
        icp, other = _conversions(_decided(chance), entry)
        found |= {Quantity.OPPORTUNITY_ICP: icp, Quantity.OPPORTUNITY_OTHER: other}
    if observed.won is not None:
        icp, other = _conversions(
            _decided(observed.won), entry if chance is None else _decided(chance)
        )
        found |= {Quantity.WIN_ICP: icp, Quantity.WIN_OTHER: other}
    return found


def _conversions(after: _Decided, before: _Decided) -> tuple[Estimate, Estimate]:
    """The share that goes on, by fit; each pulled towards the share of all."""
    whole = min(1.0, after.all / before.all) if before.all else 0.0
    return _share(after.icp, before.icp, whole), _share(after.other, before.other, whole)


def _share(after: float, before: float, whole: float) -> Estimate:
    count = round(before)
    value = (min(after, before) + SHRINK * whole) / (before + SHRINK)
    return Estimate(value, Basis.RECORDS, wilson(min(round(after), count), count), count)


def _worths(given: Given, observed: Observed) -> dict[Quantity, Estimate]:
    wanted = ((Quantity.WORTH_ICP, Flag.YES), (Quantity.WORTH_OTHER, Flag.NO))
    if all(flag in observed.worth for _, flag in wanted):
        return {
            quantity: Estimate(
                observed.worth[flag][0], Basis.RECORDS, None, observed.worth[flag][1]
            )
            for quantity, flag in wanted
        }
    if observed.won is None or given.margin is None:
        return {}
    return {
        quantity: Estimate(deal * given.margin, Basis.RECORDS, None, count)
        for quantity, flag in wanted
        for deal, count in (average_deal(observed.won, flag),)
        if count
    }


def average_deal(won: Tally, flag: Flag | None = None) -> tuple[float, int]:
    """The average amount of a win of this flag (None: of any), and the wins behind it.

    With few wins of the flag it is the average of all.
    """
    whole = won.amount_icp + won.amount_not_icp + won.amount_unknown
    if flag is not None:
        count, amount = (
            (won.icp, won.amount_icp) if flag is Flag.YES else (won.not_icp, won.amount_not_icp)
        )
        if count >= LEAST_DEALS and amount > 0:
            return float(amount) / count, count
    return (float(whole) / won.total, won.total) if won.total and whole > 0 else (0.0, 0)


def _hours(given: Given, observed: Observed) -> dict[Quantity, Estimate]:
    """Those that somebody gave; the others so large that today's work fills today's hours.

    Where what was given fills them already, or nobody said how many there are, the others are
    plain defaults.
    """
    said = {q: Estimate(given.hours[q], Basis.GIVEN) for q in PROPORTIONS if q in given.hours}
    rest = {q: hours for q, hours in PROPORTIONS.items() if q not in said}
    taken = monthly_load(observed, {q: one.value for q, one in said.items()})
    asked = monthly_load(observed, rest)
    left = (given.capacity or 0.0) - taken
    scale, basis = (left / asked, Basis.SCALED) if left > 0 < asked else (1.0, Basis.ASSUMED)
    return said | {q: Estimate(hours * scale, basis) for q, hours in rest.items()}


def monthly_load(observed: Observed, hours: Mapping[Quantity, float]) -> float:
    """The hours that a month's records take, all of them worked; what is left out takes none."""
    opened = observed.opportunity or observed.entry
    wins = observed.won.total if observed.won else 0
    leads, each = observed.entry.total, dict.fromkeys(PROPORTIONS, 0.0) | dict(hours)
    total = leads * (each[Quantity.TRIAGE] + each[Quantity.LEAD])
    total += opened.total * each[Quantity.OPPORTUNITY] + wins * each[Quantity.WIN]
    return total / observed.months if observed.months > 0 else 0.0


def _channels(given: Given, observed: Observed) -> tuple[ChannelEstimate, ...]:
    if observed.months <= 0:
        return ()
    tallies = {name: tally for name, tally in sorted(observed.channels.items()) if tally.total}
    if not tallies and observed.entry.total:
        tallies = {"": observed.entry}
    spend, basis = _spend(given, observed, tallies)
    whole = observed.entry.rate or 0.0
    return tuple(
        ChannelEstimate(
            name=name,
            leads=tally.total / observed.months,
            rate=(tally.icp + SHRINK * whole) / (tally.known + SHRINK),
            spend=spend.get(name, 0.0),
            basis=basis,
            records=tally.known,
        )
        for name, tally in tallies.items()
    )


def _spend(
    given: Given, observed: Observed, tallies: Mapping[str, Tally]
) -> tuple[Mapping[str, float], Basis]:
    """What each channel costs a month; where nothing says it, the budget, spread over the leads."""
    if any(cost > 0 for cost in observed.spend.values()):
        return observed.spend, Basis.GIVEN
    paid = {name: tally for name, tally in tallies.items() if name} or tallies
    leads = sum(tally.total for tally in paid.values())
    if not given.budget or not leads:
        return {}, Basis.SPREAD
    return {n: given.budget * t.total / leads for n, t in paid.items()}, Basis.SPREAD


def _costs(channels: tuple[ChannelEstimate, ...]) -> dict[Quantity, Estimate]:
    paid = [one for one in channels if one.is_paid]
    leads = sum(one.leads for one in paid)
    if not leads:
        return {}
    cost = sum(one.spend for one in paid) / leads
    return {Quantity.COST: Estimate(cost, paid[0].basis, None, sum(one.records for one in paid))}


def _gaps(given: Given, observed: Observed, values: Mapping[Quantity, Estimate]) -> Iterator[Gap]:
    said = {
        Gap.PEOPLE: given.people,
        Gap.HOURS: given.hours_each,
        Gap.MARGIN: given.margin,
        Gap.BUDGET: given.budget,
    }
    yield from (gap for gap, value in said.items() if value is None)
    if not observed.entry.known or observed.months <= 0:
        yield Gap.LEADS
    if observed.won is None or not observed.won.total:
        yield Gap.WINS
    elif Quantity.WORTH_ICP not in values and not average_deal(observed.won)[1]:
        yield Gap.AMOUNTS
