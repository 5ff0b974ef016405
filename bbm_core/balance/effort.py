"""What the balance costs: hours by flag, cost per ICP lead, return on the spend.

Every figure names what it lacks instead of guessing: `Lacking` says which inputs are missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bbm_core.balance.tally import EMPTY, Tally
from bbm_core.icp.classify import Flag

MINUTES = 60


class Input(StrEnum):
    """What a figure of effort is made of, beside the records."""

    HOURS = "hours"  # hours by stage, or activities and their minutes
    COSTS = "costs"  # what was spent, by month
    MARGIN = "margin"  # the share of revenue that is margin
    AMOUNTS = "amounts"  # amounts of what was won
    WINS = "wins"  # a stage that records enter when they are won


class Lacking(StrEnum):
    """Why a figure cannot be told although its inputs are there."""

    NO_LEADS = "no_leads"  # nothing entered the first stage
    NO_ICP = "no_icp"  # no ICP record entered the first stage
    NO_WINS = "no_wins"  # nothing was won
    NO_SPEND = "no_spend"  # nothing was spent
    NO_HOURS = "no_hours"  # no hours were spent


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, or why there is none: inputs that are missing, or a divisor that is zero."""

    value: float | None
    missing: tuple[Input, ...] = ()
    lacking: Lacking | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of sales work by the flag of the record they went into."""

    icp: float = 0.0
    not_icp: float = 0.0
    unknown: float = 0.0

    def __add__(self, other: "Hours") -> "Hours":
        return Hours(
            self.icp + other.icp, self.not_icp + other.not_icp, self.unknown + other.unknown
        )

    @property
    def total(self) -> float:
        return self.icp + self.not_icp + self.unknown


NO_HOURS = Hours()


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """What is known of one period, or of one slice of it. None: the input is not there.

    Amounts are in the currency of the figures. `leads` entered the first stage, `won` was won.
    """

    leads: Tally = EMPTY
    won: Tally | None = None
    hours: Hours | None = None
    spent: Decimal | None = None
    margin: float | None = None  # of revenue, 0 to 1

    @property
    def cost_per_lead(self) -> Figure:
        return _ratio(self.spent, self.leads.total, Input.COSTS, Lacking.NO_LEADS)

    @property
    def cost_per_icp_lead(self) -> Figure:
        """All that was spent, on the ICP leads alone: what one of them really costs."""
        return _ratio(self.spent, self.leads.icp, Input.COSTS, Lacking.NO_ICP)

    @property
    def hours_per_win(self) -> Figure:
        """All hours, on what was won: those into lost records are its price too."""
        if self.won is None:
            missing = (Input.WINS,) if self.hours is not None else (Input.HOURS, Input.WINS)
            return Figure(None, missing)
        hours = None if self.hours is None else self.hours.total
        return _ratio(hours, self.won.total, Input.HOURS, Lacking.NO_WINS)

    @property
    def hours_on_not_icp(self) -> Figure:
        """The share of hours on records that are not ICP, of the hours on decided records."""
        if self.hours is None:
            return Figure(None, (Input.HOURS,))
        known = self.hours.icp + self.hours.not_icp
        if not known:
            return Figure(None, lacking=Lacking.NO_HOURS)
        return Figure(self.hours.not_icp / known)

    @property
    def gross_margin(self) -> Figure:
        """The margin of what was won in the period, in money."""
        missing = [] if self.won is not None else [Input.WINS]
        missing += [] if self.margin is not None else [Input.MARGIN]
        if self.won is None or self.margin is None:
            return Figure(None, tuple(missing))
        amount = self.won.amount_icp + self.won.amount_not_icp + self.won.amount_unknown
        if self.won.total and not amount:
            return Figure(None, (Input.AMOUNTS,))
        return Figure(float(amount) * self.margin)

    @property
    def romi(self) -> Figure:
        """(gross margin - spend) / spend: 0 earns the spend back, 1 earns it twice."""
        margin = self.gross_margin
        missing = (*margin.missing, *(() if self.spent is not None else (Input.COSTS,)))
        if margin.value is None or self.spent is None:
            return Figure(None, missing)
        if not self.spent:
            return Figure(None, lacking=Lacking.NO_SPEND)
        spent = float(self.spent)
        return Figure((margin.value - spent) / spent)


def hours_by_stage(inflow: Mapping[str, Tally], hours: Mapping[str, float]) -> Hours:
    """Hours of what entered each stage, at so many hours a record and stage."""
    total = NO_HOURS
    for stage, each in sorted(hours.items()):
        tally = inflow.get(stage, EMPTY)
        total += Hours(tally.icp * each, tally.not_icp * each, tally.unknown * each)
    return total


def hours_by_activity(
    activities: Mapping[tuple[str, Flag], int], minutes: Mapping[str, float]
) -> Hours:
    """Hours of activities, by what was done and the flag of the record it was done with.

    A kind of activity without minutes takes no time.
    """
    total = NO_HOURS
    for (what, flag), times in sorted(activities.items()):
        hours = times * minutes.get(what, 0.0) / MINUTES
        total += _of_flag(flag, hours)
    return total


def prorated(amount: Decimal, days: int, of_days: int) -> Decimal:
    """The part of a month's amount that so many of its days carry."""
    return amount * days / of_days


def _of_flag(flag: Flag, hours: float) -> Hours:
    match flag:
        case Flag.YES:
            return Hours(icp=hours)
        case Flag.NO:
            return Hours(not_icp=hours)
        case Flag.UNKNOWN:
            return Hours(unknown=hours)


def _ratio(over: Decimal | float | None, under: int, needs: Input, when_zero: Lacking) -> Figure:
    if over is None:
        return Figure(None, (needs,))
    if not under:
        return Figure(None, lacking=when_zero)
    return Figure(float(over) / under)
