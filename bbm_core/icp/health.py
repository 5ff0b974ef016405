"""Whether the definition still pays: value per sales hour of ICP records against the others'."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from bbm_core.book import BookEntry, BookRecord
from bbm_core.chance import Chance, seeded
from bbm_core.icp.classify import Flag
from bbm_core.records import Outcome
from bbm_core.scope import Segment

DRAWS = 2000
SURE = 0.90
"""How sure one must be that an hour on ICP records brings more (method.md d.2)."""

WORTH_IT = 1.25
RULED_OUT = 0.05
"""So many times as much can be ruled out where it is no surer than this.

A good ICP with few wins falls short of 90 % by chance, quarter after quarter. So no longer paying
takes both: not sure to bring more, and sure not to bring a quarter more.
"""

MIN_UNITS = 50
MIN_WINS = 20
"""Companies on each side, and wins on both together, below which nothing is said."""


@dataclass(frozen=True, slots=True)
class Worked:
    """One company that sales met: the hours it took, and what it brought (0 where nothing)."""

    hours: float
    value: float


class Pays(StrEnum):
    """What is known about the definition's worth."""

    YES = "yes"
    OPEN = "open"  # neither is certain: no news
    NO_LONGER = "no_longer"  # not sure to bring more, and sure not to bring much more
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Value per hour on both sides, and how sure it is that the ICP's is higher, or much higher."""

    icp_units: int
    icp_wins: int
    rest_units: int
    rest_wins: int
    icp_per_hour: float | None
    rest_per_hour: float | None
    posterior: float | None  # None: too few
    worth_it: float | None  # how sure it is that the ICP's is `WORTH_IT` times as high
    pays: Pays


def health(icp: Sequence[Worked], rest: Sequence[Worked], seed: str, sure: float = SURE) -> Health:
    """Compare value per hour by the Bayesian bootstrap (Rubin 1981).

    It takes the companies that were seen for all kinds there are, and draws how many there are of
    each kind; so it needs no shape for deals that are mostly nothing and sometimes large.
    """
    wins = sum(one.value > 0 for one in icp), sum(one.value > 0 for one in rest)
    enough = min(len(icp), len(rest)) >= MIN_UNITS and sum(wins) >= MIN_WINS
    posterior = worth_it = None
    if enough:
        posterior, worth_it = _posterior(icp, rest, seeded("health", seed))
    return Health(
        icp_units=len(icp),
        icp_wins=wins[0],
        rest_units=len(rest),
        rest_wins=wins[1],
        icp_per_hour=_per_hour(icp),
        rest_per_hour=_per_hour(rest),
        posterior=posterior,
        worth_it=worth_it,
        pays=_pays(posterior, worth_it, sure),
    )


def _pays(posterior: float | None, worth_it: float | None, sure: float) -> Pays:
    if posterior is None or worth_it is None:
        return Pays.TOO_FEW
    if posterior >= sure:
        return Pays.YES
    return Pays.NO_LONGER if worth_it <= RULED_OUT else Pays.OPEN


def _per_hour(worked: Sequence[Worked]) -> float | None:
    hours = sum(one.hours for one in worked)
    return sum(one.value for one in worked) / hours if hours > 0 else None


def _posterior(icp: Sequence[Worked], rest: Sequence[Worked], draw: Chance) -> tuple[float, float]:
    """How sure it is that the ICP brings more, and that it brings much more."""
    first, second = _kinds(icp), _kinds(rest)
    pairs = [(_drawn(first, draw), _drawn(second, draw)) for _ in range(DRAWS)]
    ahead = sum(one > other for one, other in pairs)
    far_ahead = sum(one > WORTH_IT * other for one, other in pairs)
    return ahead / DRAWS, far_ahead / DRAWS


def _kinds(worked: Iterable[Worked]) -> Sequence[tuple[float, float, int]]:
    """Value and hours of each kind of company, with how many there are, in a fixed order.

    Values to two digits: thousands of wins are then some dozens of kinds to draw for.
    """
    counts = Counter((float(f"{one.value:.1e}"), one.hours) for one in worked)
    return [(value, hours, count) for (value, hours), count in sorted(counts.items())]


def _drawn(kinds: Iterable[tuple[float, float, int]], draw: Chance) -> float:
    """Value per hour where each company weighs as much as an exponential draw says."""
    brought = spent = 0.0
    for value, hours, count in kinds:
        weight = draw.gammavariate(count, 1.0)
        brought += weight * value
        spent += weight * hours
    return brought / spent if spent > 0 else 0.0


# from the book to companies that were worked


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Companies that came in between two moments, each followed for so many days."""

    since: datetime
    until: datetime
    days: int
    start: str  # the stage that they come into
    hours: Mapping[str, float]  # sales hours that one record costs in a stage


@dataclass(frozen=True, slots=True)
class Sides:
    """What was worked on both sides; `by_worth` says that a won company counts by its worth."""

    icp: tuple[Worked, ...]
    rest: tuple[Worked, ...]
    by_worth: bool


def sides(records: Iterable[BookRecord], cohort: Cohort, worth: Mapping[str, Decimal]) -> Sides:
    """The companies of the cohort by today's verdict on what was known when they came in.

    A company that cannot be classified is on neither side. What a won company brings is its worth,
    if that is known of every one of them, else what was won in the days that it was followed.
    """
    units: defaultdict[str, list[BookRecord]] = defaultdict(list)
    for record in records:
        if record.segment is Segment.NEW:
            units[record.account or str(record.ref)].append(record)
    found = {}
    for unit in sorted(units):
        first = _first_entry(units[unit], cohort)
        if first is not None and first.flag in {Flag.YES, Flag.NO}:
            found[unit] = (first.flag, _worked(units[unit], first.entered, cohort))
    winners = [unit for unit, (_, one) in found.items() if one.value > 0]
    by_worth = bool(winners) and all(unit in worth for unit in winners)
    if by_worth:
        for unit in winners:
            flag, one = found[unit]
            found[unit] = (flag, Worked(one.hours, float(worth[unit])))
    return Sides(
        icp=tuple(one for flag, one in found.values() if flag is Flag.YES),
        rest=tuple(one for flag, one in found.values() if flag is Flag.NO),
        by_worth=by_worth,
    )


def _first_entry(records: Iterable[BookRecord], cohort: Cohort) -> BookEntry | None:
    """How the company first came in, if that was in the cohort's time."""
    entries = [e for record in records for e in record.entries if e.stage == cohort.start]
    first = min(entries, key=lambda entry: (entry.entered, str(entry.flag)), default=None)
    return first if first and cohort.since <= first.entered < cohort.until else None


def _worked(records: Iterable[BookRecord], came: datetime, cohort: Cohort) -> Worked:
    hours, value = 0.0, Decimal(0)
    end = came + timedelta(days=cohort.days)
    for record in records:
        within = [e for e in record.entries if came <= e.entered <= end]
        hours += sum(cohort.hours.get(entry.stage, 0.0) for entry in within)
        closed = record.closed_at
        if record.outcome is not Outcome.WON or closed is None or not came <= closed <= end:
            continue
        value += max(record.worth or Decimal(0), Decimal(0))
    return Worked(hours, float(value))
