"""Scenarios: the outlook with people, budget, customers, spends or the definition changed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from agent.outlook import Outlook, Seen, outlook, see
from agent.warmth import Warmth
from agent.wiring import Books, build_rules
from bbm_core.balance.cells import week_of
from bbm_core.balance.tally import EMPTY, Tally
from bbm_core.book import BookEntry, BookRecord
from bbm_core.icp.classify import Flag
from bbm_core.icp.profile import Profile
from bbm_core.judgement import Rules, verdict_on
from bbm_core.prescribe.estimates import PROPORTIONS, Basis, Estimate, Quantity
from bbm_core.prescribe.limit import Holding
from bbm_core.prescribe.optimum import (
    ChannelModel,
    Optimum,
    Problem,
    Response,
    Shortage,
    Supply,
    optimise,
)
from bbm_core.prescribe.target import Need, need
from bbm_core.scope import Segment


@dataclass(frozen=True, slots=True)
class Change:
    """By how much, or to what."""

    amount: float
    is_relative: bool = False  # amount is added
    is_share: bool = False  # amount is a share of what it was, added

    def of(self, value: float) -> float:
        """What the value becomes; never below zero."""
        if self.is_share:
            return max(0.0, value * (1 + self.amount))
        return max(0.0, value + self.amount if self.is_relative else self.amount)


@dataclass(frozen=True, slots=True)
class Move:
    """Spend taken from one channel and given to another, a month."""

    source: str
    target: str
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What would be otherwise."""

    people: Change | None = None
    budget: Change | None = None
    lose_largest: bool = False
    move: Move | None = None
    profiles: tuple[Profile, ...] | None = None

    @property
    def is_empty(self) -> bool:
        return self == Scenario()


@dataclass(frozen=True, slots=True)
class Loss:
    """The largest customer, and what it takes to make up for it."""

    customer: str
    revenue: float  # of a year
    share: float
    need: Need | None  # a month's wins and hours that bring as much


@dataclass(frozen=True, slots=True)
class Moved:
    """What the channels bring before and after a move, worked as well as the hours allow."""

    before: Optimum | Shortage
    after: Optimum | Shortage


@dataclass(frozen=True, slots=True)
class Played:
    """The outlook as it is, and as it would be."""

    now: Outlook
    then: Outlook
    loss: Loss | None
    moved: Moved | None


def play(books: Books, scenario: Scenario) -> Played:
    """Play a scenario on what is kept. Nothing is written anywhere."""
    now = outlook(books)
    then = now
    if scenario.profiles is not None:
        then = _redefined(books, now, scenario.profiles)
    then = _resourced(then, scenario)
    loss = None
    if scenario.lose_largest and now.risk is not None:
        loss = _loss(now, then)
        then = replace(
            then, holdings=tuple(h for h in then.holdings if h.customer != loss.customer)
        )
    moved = _moved(then, scenario.move) if scenario.move else None
    return Played(now, then, loss, moved)


def _resourced(then: Outlook, scenario: Scenario) -> Outlook:
    """With other people or another budget; hours of a record and costs stay what they are."""
    values = dict(then.estimates.values)
    capacity = _changed_capacity(then, scenario.people)
    if capacity is not None:
        values[Quantity.CAPACITY] = Estimate(capacity, Basis.GIVEN)
    if scenario.budget is not None and Quantity.BUDGET in values:
        budget = scenario.budget.of(values[Quantity.BUDGET].value)
        values[Quantity.BUDGET] = Estimate(budget, Basis.GIVEN)
    return replace(then, estimated=replace(then.estimates, values=values))


def _changed_capacity(then: Outlook, people: Change | None) -> float | None:
    given = then.given
    if people is None or given.people is None or given.hours_each is None:
        return None
    return people.of(given.people) * given.hours_each


def _loss(now: Outlook, then: Outlook) -> Loss:
    largest = max(now.holdings, key=lambda one: (one.revenue, one.customer))
    total = sum(one.revenue for one in now.holdings)
    made_up = need(largest.revenue / 12, then.estimates, then.observed)
    return Loss(largest.customer, largest.revenue, largest.revenue / total, made_up)


def _moved(then: Outlook, move: Move) -> Moved | None:
    """Both plans leave the spends alone and choose only which leads are worked."""
    problem = then.problem
    if problem is None:
        return None
    spends = {one.name: one.spend for one in then.estimates.channels}
    taken = min(move.amount, spends[move.source])
    after = {
        **spends,
        move.source: spends[move.source] - taken,
        move.target: spends[move.target] + taken,
    }
    return Moved(optimise(_fixed(problem, spends)), optimise(_fixed(problem, after)))


def _fixed(problem: Problem, spends: Mapping[str, float]) -> Problem:
    """The problem with what each channel brings for its spend as a supply."""
    channels = tuple(
        one
        if isinstance(one.source, Supply)
        else ChannelModel(one.name, one.rate, _supply(one.source, spends[one.name]))
        for one in problem.channels
    )
    return replace(problem, channels=channels, budget=max(problem.budget, sum(spends.values())))


def _supply(source: Response, spend: float) -> Supply:
    return Supply(source.scale * spend**source.power if spend > 0 else 0.0, spend)


def _redefined(books: Books, now: Outlook, profiles: tuple[Profile, ...]) -> Outlook:
    """The same records under another definition; hours and costs stay what they are."""
    seen, fits = _seen(books, build_rules(books.settings, profiles))
    holdings = tuple(
        Holding(one.customer, fits.get(one.customer, one.icp), one.revenue) for one in now.holdings
    )
    found = outlook(books, seen, holdings)
    known = now.estimates.values
    hours = {q: known[q].value for q in PROPORTIONS if q in known}
    spend = {one.name: one.spend for one in now.estimates.channels}
    return replace(
        found,
        given=replace(found.given, hours=hours),
        observed=replace(found.observed, spend=spend),
    )


def _seen(books: Books, rules: Rules) -> tuple[Seen, Mapping[str, bool]]:
    """What came in under other rules, and the fit of the customers by what they bought."""
    base = see(books)
    tallies: dict[str, Tally] = defaultdict(Tally)
    channels: dict[str, Tally] = defaultdict(Tally)
    fits: dict[str, bool] = {}
    for record, entry, flag in _judged(books, rules):
        if entry.stage == base.places.won and record.account and flag is not Flag.UNKNOWN:
            fits[record.account] = fits.get(record.account, False) or flag is Flag.YES
        if record.segment is not Segment.NEW or week_of(entry.entered) not in base.period:
            continue
        tallies[entry.stage] += _one(record, flag)
        if entry.stage == base.places.entry:
            channels[record.channel or ""] += _one(record, flag)
    names = [name for name, _ in base.tallies]
    stages = tuple((name, tallies.get(name, EMPTY)) for name in names)
    return replace(base, tallies=stages, channels=channels), fits


def _judged(books: Books, rules: Rules) -> Iterator[tuple[BookRecord, BookEntry, Flag]]:
    """First entries into each stage with the flag they had at the judging age."""
    warmth = Warmth(books.store, rules)
    age = timedelta(days=books.settings.watch.judge_age_days)
    for page in _pages(books.store.book()):
        warmth.look_up(record.ref for record in page)
        for record in page:
            touches = warmth.of(record.ref)
            for entry in _first_entries(record):
                day = min(books.clock.now(), entry.entered + age).date()
                verdict = verdict_on(day, record.ref.kind, entry.attributes, rules, touches)
                yield record, entry, verdict.flag


_PAGE = 500


def _pages(records: Iterator[BookRecord]) -> Iterator[Sequence[BookRecord]]:
    page: list[BookRecord] = []
    for record in records:
        page.append(record)
        if len(page) == _PAGE:
            yield page
            page = []
    yield page


def _first_entries(record: BookRecord) -> Iterator[BookEntry]:
    seen: set[str] = set()
    for entry in record.entries:
        if entry.flag is not None and entry.stage not in seen:
            seen.add(entry.stage)
            yield entry


def _one(record: BookRecord, flag: Flag) -> Tally:
    """One record as a tally; an amount in a currency without a rate counts as none."""
    amount = EMPTY.amount_icp if record.worth is None else record.worth
    match flag:
        case Flag.YES:
            return Tally(icp=1, amount_icp=amount)
        case Flag.NO:
            return Tally(not_icp=1, amount_not_icp=amount)
        case Flag.UNKNOWN:
            return Tally(unknown=1, amount_unknown=amount)
