"""Cohorts: what became of the records that entered a stage in a period, by slice and span."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent.breakdown import break_down
from agent.exactly import midnight, span_of
from agent.question import Question
from agent.slices import Slicer, slicer
from agent.wiring import Books
from bbm_core.balance.cells import Unit
from bbm_core.balance.chain import Chain, ChainStage, Link, odds_chain
from bbm_core.balance.conversion import (
    Ending,
    LongRun,
    Passage,
    Within,
    horizon,
    long_run,
    within,
)
from bbm_core.balance.journey import (
    Funnel,
    Journey,
    Lineage,
    StagePassage,
    account_passages,
    account_reach,
    record_passages,
    record_reach,
)
from bbm_core.balance.tally import EMPTY, Tally
from bbm_core.icp.classify import Flag


@dataclass(frozen=True, slots=True)
class Part:
    """Those of a cohort that are of one flag, or all: what became of them."""

    entered: int
    on: int
    lost: int
    within: Within | None  # None: too few ever went on from this stage to tell a horizon
    long_run: LongRun | None

    @property
    def open(self) -> int:
        return self.entered - self.on - self.lost


@dataclass(frozen=True, slots=True)
class Cohort:
    """The records that entered a stage in a span, and how they went on from it."""

    span: str
    slice: str
    whole: Part
    icp: Part
    not_icp: Part

    @property
    def link(self) -> Link | None:
        """The ratio of both conversions within the horizon, with Katz's interval."""
        if self.icp.within is None or self.not_icp.within is None:
            return None
        start = Tally(icp=self.icp.within.ripe, not_icp=self.not_icp.within.ripe)
        end = Tally(icp=self.icp.within.on, not_icp=self.not_icp.within.on)
        return Link(ChainStage("", start), ChainStage("", end), nested=True)


@dataclass(frozen=True, slots=True)
class Onward:
    """How one stage converts: the horizon of all its records, and the cohorts asked for."""

    stage: str
    days: int | None
    cohorts: Sequence[Cohort]


def follow(
    books: Books, stages: Sequence[str], question: Question, target: str = ""
) -> tuple[Onward, ...]:
    """How the records that entered each stage in the period went on, to the target if one is named.

    The horizon of a stage comes from all records that ever entered it.
    """
    by = slicer(books, question.by)
    found: dict[str, list[StagePassage]] = defaultdict(list)
    for one in _passages(books, question, target):
        found[one.stage].append(one)
    order = Funnel(books.rules.stages).order
    return tuple(
        _onward(books, name, found[name], question, by)
        for name in order
        if name in stages and Funnel(books.rules.stages).after(name, target)
    )


def stage_chain(books: Books, question: Question) -> Chain:
    """The chain of what entered each stage in the period: of each stage its own inflow, or stock.

    Stages that only lost records enter are no part of it.
    """
    order = Funnel(books.rules.stages).order
    rows = break_down(books, order, question)
    return odds_chain(
        ((name, sum((row.tally for row in rows[name]), EMPTY)) for name in order), nested=False
    )


def cohort_chain(books: Books, question: Question) -> Chain:
    """The chain of one cohort: those that entered the first stage in the period, stage by stage.

    An entrant is at a stage when it reached that one or a later one.
    """
    funnel = Funnel(books.rules.stages)
    journeys = _journeys(books, question)
    if question.unit is Unit.ACCOUNT:
        found = account_reach(journeys, funnel)
    else:
        found = record_reach(journeys, _lineage(books, question, funnel), funnel)
    ends: dict[int, Counter[Flag]] = defaultdict(Counter)
    for one in found:
        if _in_period(books, question, one.entered):
            ends[one.position][one.flag] += 1
    return odds_chain(
        (
            (name, _tally(sum((ends[n] for n in range(here, len(funnel.order))), Counter())))
            for here, name in enumerate(funnel.order)
        ),
        nested=True,
    )


def _passages(books: Books, question: Question, target: str) -> Iterator[StagePassage]:
    funnel, now = Funnel(books.rules.stages), books.clock.now()
    journeys = _journeys(books, question)
    if question.unit is Unit.ACCOUNT:
        return account_passages(journeys, funnel, now, target)
    return record_passages(journeys, _lineage(books, question, funnel), funnel, now, target)


def _journeys(books: Books, question: Question) -> Iterator[Journey]:
    of_accounts = question.unit is Unit.ACCOUNT
    return books.store.journeys(question.segment, of_accounts=of_accounts)


def _lineage(books: Books, question: Question, funnel: Funnel) -> Lineage:
    return Lineage(books.store.journeys(question.segment, of_accounts=True), funnel)


def _onward(
    books: Books, stage: str, passages: Sequence[StagePassage], question: Question, by: Slicer
) -> Onward:
    days = horizon([one.passage for one in passages])
    zone = ZoneInfo(books.settings.crm.timezone)
    groups: dict[tuple[str, str], list[StagePassage]] = defaultdict(list)
    for one in passages:
        if _in_period(books, question, one.entered):
            day = one.entered.astimezone(zone).date()
            place = span_of(one.entered, question.each, day), by.of(one.slices, day)
            groups[place].append(one)
    cohorts = [_cohort(*place, members, days) for place, members in sorted(groups.items())]
    cohorts.sort(key=lambda one: (one.span, -one.whole.entered, one.slice))
    return Onward(stage, days, tuple(cohorts))


def _in_period(books: Books, question: Question, entered: datetime) -> bool:
    zone = ZoneInfo("UTC" if question.whole_weeks else books.settings.crm.timezone)
    first, last = question.first, question.last
    if first is not None and entered < midnight(first, zone):
        return False
    return last is None or entered < midnight(last + timedelta(days=1), zone)


def _cohort(span: str, slice_: str, members: Sequence[StagePassage], days: int | None) -> Cohort:
    by_flag: Mapping[Flag, list[Passage]] = {flag: [] for flag in Flag}
    for one in members:
        by_flag[one.flag].append(one.passage)
    every = [one.passage for one in members]
    parts = (_part(some, days) for some in (every, by_flag[Flag.YES], by_flag[Flag.NO]))
    return Cohort(span, slice_, *parts)


def _part(passages: Sequence[Passage], days: int | None) -> Part:
    endings = [one.ending for one in passages]
    return Part(
        entered=len(passages),
        on=endings.count(Ending.ON),
        lost=endings.count(Ending.LOST),
        within=None if days is None else within(passages, days),
        long_run=long_run(passages),
    )


def _tally(flags: Mapping[Flag, int]) -> Tally:
    return Tally(
        icp=flags.get(Flag.YES, 0),
        not_icp=flags.get(Flag.NO, 0),
        unknown=flags.get(Flag.UNKNOWN, 0),
    )
