"""The outlook: what the records and the targets say about capacity, profit and the best mix."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from agent.config import Settings
from agent.spending import MONTH_WEEKS, Monthly, Spending, spending
from agent.wiring import Books
from bbm_core.balance.band import Band
from bbm_core.balance.cells import CHANNEL, Cells, Unit
from bbm_core.balance.tally import (
    EMPTY,
    WEEK,
    Period,
    Tally,
    by_slice,
    inflow,
    last_closed_week,
    weeks_until,
)
from bbm_core.balance.worth import expectation
from bbm_core.icp.classify import Flag
from bbm_core.prescribe.bands import StageBand, capped, optimum_bands
from bbm_core.prescribe.estimates import (
    PROPORTIONS,
    Estimates,
    Given,
    Observed,
    Quantity,
    estimate,
    monthly_load,
)
from bbm_core.prescribe.limit import Holding, RiskLimit, risk_limit
from bbm_core.prescribe.optimum import Optimum, Problem, Shortage, optimise
from bbm_core.prescribe.places import Places, places
from bbm_core.prescribe.pose import pose
from bbm_core.prescribe.target import Need, need
from bbm_core.value.customer import Rung

WEEKS = 52
"""Closed weeks that everything is estimated from."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What came in, stage by stage in the funnel's order."""

    period: Period
    places: Places
    tallies: tuple[tuple[str, Tally], ...]
    channels: Mapping[str, Tally]  # of the stage where records come in
    monthly: Monthly  # the same month by month; a week belongs to the month of its Thursday


@dataclass(frozen=True)
class Outlook:
    """Everything that a prescription rests on. What takes long is found when it is asked for."""

    period: Period
    given: Given
    observed: Observed
    spending: Spending
    places: Places
    tallies: tuple[tuple[str, Tally], ...]  # the inflow of every stage, in the funnel's order
    holdings: tuple[Holding, ...]  # customers of the last year
    max_hhi: float
    max_share: float
    tolerance: float
    revenue: float | None  # the target of a month
    estimated: Estimates | None = None  # in the place of what is estimated, for a scenario

    @cached_property
    def estimates(self) -> Estimates:
        return self.estimated or estimate(self.given, self.observed)

    @cached_property
    def problem(self) -> Problem | None:
        return pose(self.estimates)

    @cached_property
    def best(self) -> Optimum | Shortage | None:
        return None if self.problem is None else optimise(self.problem)

    @cached_property
    def risk(self) -> RiskLimit | None:
        return risk_limit(self.holdings, self.max_hhi, self.max_share)

    @cached_property
    def stage_bands(self) -> Mapping[str, StageBand]:
        if self.problem is None or not isinstance(self.best, Optimum):
            return {}
        found = optimum_bands(
            self.problem,
            self.best,
            self.places,
            self.tallies,
            tolerance=self.tolerance,
        )
        name = self.places.customer
        if name and name in found and self.risk is not None and self.risk.rate is not None:
            return {**found, name: capped(found[name], self.risk.rate)}
        return found

    @property
    def bands(self) -> Mapping[str, Band]:
        """The bands as the detector uses them, by stage."""
        found = ((name, one.band) for name, one in self.stage_bands.items())
        assumed = bool(self.stage_bands) and self.estimates.has_default_hours
        return {name: replace(band, assumed=assumed) for name, band in found if band is not None}

    @property
    def load(self) -> float:
        """The hours that today's work takes a month, by the estimates."""
        hours = {quantity: self.estimates.value(quantity) for quantity in PROPORTIONS}
        return monthly_load(self.observed, hours)

    @cached_property
    def need(self) -> Need | None:
        """What the revenue target takes at today's mix; None without a target."""
        return None if self.revenue is None else need(self.revenue, self.estimates, self.observed)


def outlook(
    books: Books, instead: Seen | None = None, owned: tuple[Holding, ...] | None = None
) -> Outlook:
    """The outlook of what is kept. Asks no CRM.

    For a definition that is not in force, `instead` takes the place of what the store's cells say,
    and `owned` that of what each customer brought.
    """
    targets = books.settings.targets
    seen = instead or see(books)
    holdings = _holdings(books, seen.places) if owned is None else owned
    spent = spending(books, seen.channels, seen.period, seen.monthly)
    return Outlook(
        period=seen.period,
        given=_given(books, seen.places),
        observed=_observed(books, seen, holdings, spent),
        spending=spent,
        places=seen.places,
        tallies=seen.tallies,
        holdings=holdings,
        max_hhi=targets.max_hhi,
        max_share=targets.max_largest_share,
        tolerance=targets.profit_tolerance,
        revenue=targets.revenue_month,
    )


def has_targets(settings: Settings) -> bool:
    """Whether all four numbers of a prescription are there."""
    targets = settings.targets
    four = (
        targets.people,
        targets.hours_per_person_month,
        targets.gross_margin,
        targets.budget_month,
    )
    return None not in four


def target_need(books: Books) -> Need | None:
    """What the revenue target takes at today's mix; None where there is no target."""
    return None if books.settings.targets.revenue_month is None else outlook(books).need


def see(books: Books) -> Seen:
    """What came in, in the closed weeks of the last year in which anything did."""
    today = books.clock.now().date()
    last = last_closed_week(today, books.settings.watch.judge_age_days)
    year = weeks_until(last, WEEKS)
    version = books.rules.classifier.version
    cells = books.store.cells(version, unit=Unit.RECORD, since=year.first, until=year.last)
    first = min((key.week for key, value in cells.items() if not value.is_zero), default=last)
    period = Period(first, last)
    tallies = {s.name: inflow(cells, s.name, period) for s in books.rules.stages}
    found = places(books.rules.stages, tallies)
    channels = books.store.cells(
        version, unit=Unit.RECORD, stage=found.entry, dimension=CHANNEL, since=year.first
    )
    return Seen(
        period=period,
        places=found,
        tallies=tuple(tallies.items()),
        channels=by_slice(channels, found.entry, period, CHANNEL),
        monthly=_monthly(channels, found.entry, period),
    )


def _monthly(cells: Cells, stage: str, period: Period) -> Monthly:
    months: dict[date, dict[str, Tally]] = defaultdict(dict)
    for number in range(period.weeks):
        week = period.first + number * WEEK
        month = months[(week + timedelta(days=3)).replace(day=1)]
        for name, tally in by_slice(cells, stage, Period(week, week), CHANNEL).items():
            month[name] = month.get(name, EMPTY) + tally
    return months


def _given(books: Books, found: Places) -> Given:
    """The four numbers, and the hours that somebody said a record takes in each stage."""
    targets, effort = books.settings.targets, books.settings.effort
    said = targets.given
    if not effort.hours:
        lead = books.settings.hours_per_lead
        return said if lead is None else replace(said, hours={Quantity.LEAD: lead})
    names = [stage.name for stage in books.rules.stages]
    turn = names.index(found.opportunity) if found.opportunity else len(names)
    before = sum(effort.hours.get(name, 0.0) for name in names[:turn] if name != found.won)
    hours = {
        Quantity.LEAD: before,
        Quantity.OPPORTUNITY: effort.hours.get(found.opportunity or found.entry, 0.0),
        Quantity.WIN: effort.hours.get(found.won or "", 0.0),
    }
    return replace(said, hours=hours)


def _observed(books: Books, seen: Seen, holdings: tuple[Holding, ...], spent: Spending) -> Observed:
    found, tallies = seen.places, dict(seen.tallies)
    return Observed(
        months=seen.period.weeks / MONTH_WEEKS,
        entry=tallies.get(found.entry, EMPTY),
        opportunity=tallies[found.opportunity] if found.opportunity else None,
        won=tallies[found.won] if found.won else None,
        channels=seen.channels,
        spend=spent.channels,
        power=spent.power,
        worth=_worth(books, holdings),
    )


def _holdings(books: Books, found: Places) -> tuple[Holding, ...]:
    """What each customer of the last year brought."""
    if found.won is None:
        return ()
    since = books.clock.now() - WEEKS * WEEK
    amounts: dict[str, float] = defaultdict(float)
    flags: dict[str, set[Flag]] = defaultdict(set)
    for deal in books.store.deals(found.won, since):
        amounts[deal.account] += float(deal.amount)
        flags[deal.account].add(deal.flag)
    return tuple(
        Holding(account, _fit(flags[account]), amounts[account]) for account in sorted(amounts)
    )


def _fit(flags: set[Flag]) -> bool | None:
    """A customer is ICP where any of its records is, and unknown only where all are."""
    if Flag.YES in flags:
        return True
    return False if Flag.NO in flags else None


def _worth(books: Books, holdings: tuple[Holding, ...]) -> Mapping[Flag, tuple[float, int]]:
    """The expected margin of a lifetime by fit; nothing before `bbm ltv` found enough of them."""
    values = books.store.customer_values()
    flags = {True: Flag.YES, False: Flag.NO, None: Flag.UNKNOWN}
    fits = {one.customer: flags[one.icp] for one in holdings}
    settings = books.settings
    share = settings.targets.gross_margin
    if settings.ltv.margin < 1 or settings.ltv.order_margin:
        share = 1.0  # the values are margin already
    if share is None:
        return {}
    known = [
        (fits[name], value.ltv if value.rung is Rung.GIVEN else value.ltv * Decimal(str(share)))
        for name, value in sorted(values.items())
        if name in fits and value.ltv is not None
    ]
    expected = expectation(known)
    if expected is None:
        return {}
    counts = Counter(flag for flag, _ in known)
    return {flag: (float(expected.of(flag)), counts[flag]) for flag in (Flag.YES, Flag.NO)}
