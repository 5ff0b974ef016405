"""The life of one lead: status by status, then stage by stage, each at its own time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sandbox.dataset import Firm, Prospect
from sandbox.plot.events import (
    AccountWon,
    Deal,
    DealKind,
    DealMoved,
    DealStage,
    Event,
    LeadArrived,
    LeadConverted,
    LeadMoved,
    LeadStatus,
)

OWNERS = tuple(f"sales{number:02}" for number in range(1, 13))
_STEPS = (DealStage.ANALYSIS, DealStage.PROPOSAL, DealStage.NEGOTIATION)
_DAYS_A_STEP = 12.0
_YEN_A_HEAD = 2_600
_LINKED = 0.96  # leads of whom somebody says which company record is theirs
_NURTURED = 0.35
_GIVEN_UP = 0.6  # of those that never qualify; the others stay as they are
_NURTURED_AGAIN = 0.6  # of those that sales sends back


@dataclass(frozen=True, slots=True)
class _Odds:
    """How likely a lead gets past each point; fit helps, moderately."""

    touched: float
    qualified: float
    converted: float
    won: float


_IDEAL = _Odds(0.86, 0.58, 0.75, 0.42)
_OTHER = _Odds(0.76, 0.36, 0.52, 0.24)


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a lead comes in."""

    at: datetime
    key: str
    channel: str | None
    prospect: Prospect
    existing: bool = False
    lost_cause: bool = False  # students, test records, competitors: nobody follows them up


def lead_life(rng: Random, arrival: Arrival) -> Iterator[Event]:
    """Everything that will happen to a lead, in order, from its arrival on."""
    owner = OWNERS[int(rng.random() * len(OWNERS))]
    linked = rng.random() < _LINKED
    yield LeadArrived(
        arrival.at,
        arrival.key,
        arrival.prospect.person,
        arrival.prospect.firm,
        arrival.channel,
        owner,
        arrival.existing,
        linked,
    )
    odds = _IDEAL if arrival.prospect.fits else _OTHER
    at = _later(rng, arrival.at, 1.5)
    if arrival.lost_cause:
        yield LeadMoved(at, arrival.key, LeadStatus.DISQUALIFIED, owner)
    elif rng.random() < odds.touched:
        yield LeadMoved(at, arrival.key, LeadStatus.WORKING, owner)
        yield from _worked(rng, arrival, odds, at, owner)


def _worked(
    rng: Random, arrival: Arrival, odds: _Odds, at: datetime, owner: str
) -> Iterator[Event]:
    if rng.random() < _NURTURED:
        at = _later(rng, at, 6)
        yield LeadMoved(at, arrival.key, LeadStatus.NURTURING, owner)
    at = _later(rng, at, 8)
    if rng.random() >= odds.qualified:
        if rng.random() < _GIVEN_UP:
            yield LeadMoved(at, arrival.key, LeadStatus.DISQUALIFIED, owner)
        return
    yield LeadMoved(at, arrival.key, LeadStatus.QUALIFIED, owner)
    at = _later(rng, at, 4)
    if rng.random() >= odds.converted:  # sales sends it back
        back = LeadStatus.NURTURING if rng.random() < _NURTURED_AGAIN else LeadStatus.DISQUALIFIED
        yield LeadMoved(at, arrival.key, back, owner)
        return
    deal = draw_deal(rng, arrival.prospect.firm, DealKind.NEW, at)
    converted = LeadConverted(at, arrival.key, deal, owner)
    yield converted
    course = Course(converted.opportunity, at, owner, odds.won, converted.account)
    yield from deal_life(rng, course)


@dataclass(frozen=True, slots=True)
class Course:
    """What is known of an opportunity when it is opened."""

    key: str
    opened: datetime
    owner: str
    win_rate: float
    account: str = ""  # becomes a customer when the opportunity is won


def deal_life(rng: Random, course: Course) -> Iterator[Event]:
    """The stages that an opportunity will take, up to its end."""
    at, key, owner = course.opened, course.key, course.owner
    won = rng.random() < course.win_rate
    steps = len(_STEPS) if won else int(rng.random() * (len(_STEPS) + 1))
    for stage in _STEPS[:steps]:
        at = _later(rng, at, _DAYS_A_STEP)
        yield DealMoved(at, key, stage, owner)
    at = _later(rng, at, _DAYS_A_STEP)
    yield DealMoved(at, key, DealStage.WON if won else DealStage.LOST, owner)
    if won and course.account:
        yield AccountWon(at, course.account, owner)


def draw_deal(rng: Random, firm: Firm, kind: DealKind, at: datetime) -> Deal:
    size = max(firm.employees or 200, 1) ** 0.8 * _YEN_A_HEAD * rng.lognormvariate(0, 0.5)
    amount = max(50_000, round(size, -4))
    return Deal(kind, int(amount), _quarter_end(at + timedelta(days=60)))


def _quarter_end(moment: datetime) -> date:
    """Sales people expect to close at the end of a quarter."""
    month = (moment.month - 1) // 3 * 3 + 3
    following = date(moment.year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def _later(rng: Random, at: datetime, days: float) -> datetime:
    return at + timedelta(seconds=60 + int(rng.expovariate(1 / days) * 86_400))
