"""Reviews a decision: what the stage where records come in was before it, and is after it."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.outlook import see
from agent.store.decisions import DecisionRow
from agent.wiring import Books
from bbm_core.balance.cells import CHANNEL, Unit, week_of
from bbm_core.balance.tally import (
    EMPTY,
    WEEK,
    Period,
    Tally,
    by_slice,
    last_closed_week,
    weeks_until,
)
from bbm_core.prescribe.after import AfterAction, Sides, after_action

WEEKS = 8
"""The most weeks that are compared on each side."""


@dataclass(frozen=True, slots=True)
class Review:
    """Before and after, where the decision applied and where it did not."""

    stage: str
    before: Period
    after: Period
    channels: tuple[str, ...]  # where it applied; empty: everywhere, so there is no control
    treated: Sides
    control: Sides | None
    found: AfterAction


def review(books: Books, decision: DecisionRow) -> Review | None:
    """Compare the weeks around the decision; None before the first whole week after it closed."""
    decided = week_of(decision.at)
    age = books.settings.watch.judge_age_days
    last = last_closed_week(books.clock.now().date(), age)
    first = decided + WEEK
    weeks = min(WEEKS, (last - first).days // 7 + 1)
    if weeks < 1:
        return None
    after = Period(first, first + (weeks - 1) * WEEK)
    before = weeks_until(decided - WEEK, WEEKS)
    stage = see(books).places.entry
    channels = tuple(decision.body.get("channels", ()))
    slices = [_slices(books, stage, period) for period in (before, after)]
    treated = Sides(*(_sum(one, channels, inside=True) for one in slices))
    control = Sides(*(_sum(one, channels, inside=False) for one in slices)) if channels else None
    found = after_action(treated, control, before.weeks, after.weeks)
    return Review(stage, before, after, channels, treated, control, found)


def _slices(books: Books, stage: str, period: Period) -> Mapping[str, Tally]:
    version = books.rules.classifier.version
    cells = books.store.cells(version, unit=Unit.RECORD, stage=stage, dimension=CHANNEL)
    return by_slice(cells, stage, period, CHANNEL)


def _sum(slices: Mapping[str, Tally], channels: tuple[str, ...], *, inside: bool) -> Tally:
    """Those of the channels, or of all others; without channels all belong to the decision."""
    chosen = (t for n, t in slices.items() if not channels or (n in channels) is inside)
    return sum(chosen, EMPTY)
