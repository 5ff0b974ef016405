"""Effort: hours, costs and returns of a period, as a whole and by slice."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from agent.breakdown import break_down
from agent.costs import Cost, Costs, costs_of
from agent.exactly import midnight
from agent.question import Each, Question, Row
from agent.slices import CAMPAIGN, MEASURE
from agent.tables import BadRow
from agent.wiring import Books
from bbm_core.balance.cells import CHANNEL
from bbm_core.balance.effort import Effort, Hours, hours_by_activity, hours_by_stage
from bbm_core.balance.funnel import When
from bbm_core.balance.tally import EMPTY, Tally
from bbm_core.errors import ConfigError
from bbm_core.icp.classify import Flag

SPENDABLE = (CHANNEL, MEASURE, CAMPAIGN)
"""Dimensions by which money is spent; by others there is no cost to tell."""


@dataclass(frozen=True, slots=True)
class EffortReport:
    """The whole and its slices; what was spent on none of the slices; rows that were no costs."""

    whole: Effort
    slices: Mapping[str, Effort]
    unassigned: Decimal | None
    by_activities: bool  # hours come from activities, not from hours by stage
    first: date
    last: date
    bad: tuple[BadRow, ...] = ()
    by_crm: bool = False  # costs are those of the CRM's campaigns, not of a file
    unconverted: int = 0  # months of campaigns in a currency without a rate


def efforts(books: Books, question: Question) -> EffortReport:
    """What the period cost and brought, by the slices of the question.

    Raises:
        ConfigError: the period has no ends, or the file of costs cannot be read.
    """
    first, last = question.first, question.last
    if first is None or last is None:
        raise ConfigError(
            "Costs are spent in months, so the period needs a first and a last day.",
            hint="Name one: --period 2026-10, 4w, or 2026-04-01..2026-09-30.",
            code="BBM-BL-008",
        )
    costs = costs_of(books)
    spent = costs.spent(first, last)
    whole = _whole(books, question, costs, spent)
    slices, unassigned = _sliced(books, question, whole, spent)
    by_activities = whole.hours is not None and _activities(books, question) is not None
    return EffortReport(
        whole,
        slices,
        unassigned,
        by_activities,
        first,
        last,
        costs.bad,
        costs.by_crm,
        costs.unconverted,
    )


def won_stage(books: Books) -> str | None:
    """The last stage that records enter when they are won."""
    stages = [
        stage.name
        for stage in books.rules.stages
        if any(rule.when is When.WON for rule in stage.enter)
    ]
    return stages[-1] if stages else None


def _whole(books: Books, question: Question, costs: Costs, spent: Sequence[Cost]) -> Effort:
    inflow = {
        stage: sum((row.tally for row in rows), EMPTY)
        for stage, rows in _rows(books, replace(question, by="")).items()
    }
    won = won_stage(books)
    return Effort(
        leads=inflow[books.rules.stages[0].name],
        won=inflow[won] if won else None,
        hours=_hours(books, question, inflow),
        spent=sum((cost.amount for cost in spent), Decimal(0)) if costs.are_known else None,
        margin=books.settings.targets.gross_margin,
    )


def _sliced(
    books: Books, question: Question, whole: Effort, spent: Sequence[Cost]
) -> tuple[Mapping[str, Effort], Decimal | None]:
    """Each slice's effort, and what was spent on no slice; activities are not told by slice."""
    if not question.by:
        return {}, None
    inflows: dict[str, dict[str, Tally]] = defaultdict(dict)
    for stage, rows in _rows(books, question).items():
        for row in rows:
            inflows[row.slice][stage] = row.tally
    costs = _by_slice(question.by, spent) if question.by in SPENDABLE else {}
    # Where no cost names a channel, what each channel cost is not known; it is not nothing.
    known = any(costs)
    slices = {
        name: _slice(books, inflows[name], costs.get(name, Decimal(0)) if known and name else None)
        for name in sorted({*inflows, *costs} if "" in inflows else {*inflows, *costs} - {""})
    }
    is_told = whole.spent is not None and question.by in SPENDABLE
    unassigned = costs.get("", Decimal(0)) if is_told else None
    return slices, unassigned


def _slice(books: Books, inflow: Mapping[str, Tally], spent: Decimal | None) -> Effort:
    won = won_stage(books)
    hours = books.settings.effort.hours
    return Effort(
        leads=inflow.get(books.rules.stages[0].name, EMPTY),
        won=inflow.get(won, EMPTY) if won else None,
        hours=hours_by_stage(inflow, hours) if hours else None,
        spent=spent,
        margin=books.settings.targets.gross_margin,
    )


def _by_slice(by: str, spent: Sequence[Cost]) -> Mapping[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for cost in spent:
        sums[getattr(cost, by)] += cost.amount
    return sums


def _rows(books: Books, question: Question) -> Mapping[str, Sequence[Row]]:
    names = [stage.name for stage in books.rules.stages]
    return break_down(books, names, replace(question, each=Each.PERIOD))


def _hours(books: Books, question: Question, inflow: Mapping[str, Tally]) -> Hours | None:
    """From activities where any are known and their minutes are, else from hours by stage."""
    effort = books.settings.effort
    if effort.minutes and (activities := _activities(books, question)):
        return hours_by_activity(activities, effort.minutes)
    return hours_by_stage(inflow, effort.hours) if effort.hours else None


def _activities(books: Books, question: Question) -> Mapping[tuple[str, Flag], int] | None:
    """How often each kind of activity was done in the period, by the record's flag of today."""
    if not books.settings.effort.minutes or question.first is None or question.last is None:
        return None
    zone = ZoneInfo(books.settings.crm.timezone)
    since = midnight(question.first, zone)
    until = midnight(question.last + timedelta(days=1), zone)
    return books.store.activity_times(since, until, question.segment) or None
