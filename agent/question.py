"""A question about the balance, and the rows that answer it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bbm_core.balance.cells import Unit
from bbm_core.balance.tally import Tally
from bbm_core.scope import Segment


class Each(StrEnum):
    """Into which spans a period is cut."""

    PERIOD = "period"
    WEEK = "week"
    MONTH = "month"


class Look(StrEnum):
    """Three ways to look at a stage, never mixed. The third is in `agent.cohorts`."""

    INFLOW = "inflow"  # what entered in the period
    STOCK = "stock"  # what is there at the end of it
    COHORT = "cohort"  # what became of those that entered in the period


class Measured(StrEnum):
    """What is added up."""

    COUNT = "count"
    AMOUNT = "amount"
    LTV = "ltv"  # the expected lifetime value, of each account once


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be counted: days are the readers', both ends included; None has no end.

    A period of whole weeks is one of UTC weeks, as the default table is.
    """

    first: date | None = None
    last: date | None = None
    whole_weeks: bool = False
    by: str = ""  # a slice: channel, measure, team, owner, or an attribute of `slices`
    each: Each = Each.PERIOD
    look: Look = Look.INFLOW
    unit: Unit = Unit.RECORD
    measured: Measured = Measured.COUNT
    segment: Segment = Segment.NEW

    @property
    def in_weeks(self) -> bool:
        """Whether its spans are UTC weeks or have no ends, as cells are."""
        return self.each is not Each.MONTH and (
            self.whole_weeks or (self.first is None and self.last is None)
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the answer: a span (empty for the whole period), a slice, its tally.

    Where expected values are asked for, they stand in the place of the amounts; `estimated` says
    of how many records they are estimates.
    """

    span: str
    slice: str
    tally: Tally
    estimated: int = 0


Rows = Sequence[Row]
