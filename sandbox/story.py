"""The story: a company's funnel over 53 weeks up to now and 14 weeks after, and what is planted.

A story is drawn from its seed alone and is in no CRM's words. `past` fills a CRM, `future`
happens as the sandbox's clock advances, and `truth` says what there is to be found.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random
from typing import Literal, Self, get_args

from sandbox.dataset import Prospect, as_competitor, as_student, as_test, draw_prospect
from sandbox.plot.arrivals import WEEK, count_around, moment_in, monday
from sandbox.plot.channels import Flow, rate, usual
from sandbox.plot.drift import STRENGTHS, Drift, draw_drift
from sandbox.plot.events import (
    AccountOpened,
    ContactAdded,
    DealOpened,
    Event,
    LeadArrived,
    LeadConverted,
    LeadRemoved,
    LeadRestored,
    LeadsMerged,
)
from sandbox.plot.funnel import Arrival, lead_life
from sandbox.plot.mess import later_mess, roughen
from sandbox.plot.standing import Customer, contacts, draw_book, later_business, visitor

Kind = Literal["healthy", "drift-volume", "drift-quality", "messy"]
Size = Literal["small", "medium", "large"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SIZES: dict[Size, int] = {"small": 2_000, "medium": 20_000, "large": 200_000}
PAST_WEEKS = 53
FUTURE_WEEKS = 14
_LEADS = 0.52  # of all records; each lead that is converted adds three
_ACCOUNTS = 0.04
_LOST_CAUSES = (0.025, 0.01, 0.007)  # students, test records, competitors among those unfit
_VISITORS = 0.025  # leads from companies that are customers already
_COUNTS = {
    LeadArrived: 1,
    LeadConverted: 3,
    AccountOpened: 1,
    ContactAdded: 1,
    DealOpened: 1,
    LeadRemoved: -1,
    LeadRestored: 1,
    LeadsMerged: -1,
}


@dataclass(frozen=True, slots=True)
class Truth:
    """What is planted. `channel`, `direction` and `first_week` are None when nothing is."""

    kind: Kind
    channel: str | None
    direction: str | None
    first_week: date | None
    size: float  # the channel's volume as a multiple of its usual one
    rate_before: float  # expected share of ideal customers among new leads
    rate_after: float

    def as_row(self, channel_names: Callable[[str], str | None] = str) -> dict[str, object]:
        """The truth as the admin interface tells it, with the channel as a CRM shows it."""
        return {
            "kind": self.kind,
            "channel": channel_names(self.channel) if self.channel else None,
            "direction": self.direction,
            "first_week": self.first_week.isoformat() if self.first_week else None,
            "size": round(self.size, 2),
            "icp_rate_before": round(self.rate_before, 4),
            "icp_rate_after": round(self.rate_after, 4),
        }


@dataclass(frozen=True, slots=True)
class Story:
    """One company's story. The same kind, size, seed and now give the same story."""

    kind: Kind
    size: Size
    seed: int
    now: datetime
    truth: Truth
    past: tuple[Event, ...]
    future: tuple[Event, ...]

    @classmethod
    def draw(cls, kind: Kind, size: Size, seed: int, now: datetime) -> Self:
        moment = now.astimezone(UTC).replace(microsecond=0)
        drift = _drift(kind, size, seed, moment)
        events = sorted(_events(kind, size, seed, moment, drift), key=lambda one: one.at)
        cut = sum(one.at <= moment for one in events)
        truth = _truth(kind, drift)
        return cls(kind, size, seed, moment, truth, tuple(events[:cut]), tuple(events[cut:]))


class Telling:
    """Tells a story's future to a CRM as time passes; each event once, in order.

    `turn` is held while it tells: the lock under which the CRM answers its requests.
    """

    def __init__(
        self,
        events: Iterable[Event],
        tell: Callable[[Event], None],
        turn: AbstractContextManager[object],
    ) -> None:
        self._events = tuple(events)
        self._told = 0
        self._tell = tell
        self._turn = turn

    def until(self, now: datetime) -> None:
        """Tell what is due by now: a listener for `SandboxClock.on_advance`."""
        with self._turn:
            while self._told < len(self._events) and self._events[self._told].at <= now:
                self._tell(self._events[self._told])
                self._told += 1


def _drift(kind: Kind, size: Size, seed: int, now: datetime) -> Drift | None:
    if not kind.startswith("drift-"):
        return None
    rng = Random(f"{seed}/{kind}/drift")
    return draw_drift(rng, kind.removeprefix("drift-"), STRENGTHS[size], now)


def _truth(kind: Kind, drift: Drift | None) -> Truth:
    before = rate(usual())
    if drift is None:
        return Truth(kind, None, None, None, 1.0, before, before)
    first = drift.first_week.date()
    after = rate(drift.flows)
    return Truth(kind, drift.channel, drift.direction, first, drift.size, before, after)


def _events(kind: Kind, size: Size, seed: int, now: datetime, drift: Drift | None) -> list[Event]:
    """All events, in the order in which they were drawn."""
    start, end = monday(now) - PAST_WEEKS * WEEK, now + FUTURE_WEEKS * WEEK
    rng = Random(f"{seed}/{kind}/{size}")
    customers, events = draw_book(rng, round(_ACCOUNTS * SIZES[size]), start)
    events += later_business(rng, customers, start, end)
    casting = _Casting(rng, customers, messy=kind == "messy")
    lives = [
        list(lead_life(rng, casting.arrival(at, flow)))
        for at, flow in _arrivals(rng, round(_LEADS * SIZES[size]), start, now, drift)
    ]
    events += [event for life in lives for event in life]
    if kind == "messy":
        events += later_mess(rng, _unconverted(lives), end)
    events = [event for event in events if event.at < end]
    # They are older than the story: a portal shall not take them for new leads.
    events += contacts(rng, customers, SIZES[size] - _standing(events, now), start)
    return events


def _standing(events: Iterable[Event], now: datetime) -> int:
    """How many records there are by now."""
    return sum(_COUNTS.get(type(event), 0) for event in events if event.at <= now)


def _unconverted(lives: Iterable[list[Event]]) -> list[tuple[LeadArrived, datetime]]:
    return [
        (life[0], life[-1].at)
        for life in lives
        if isinstance(life[0], LeadArrived)
        and not any(isinstance(event, LeadConverted) for event in life)
    ]


def _arrivals(
    rng: Random, count: int, start: datetime, now: datetime, drift: Drift | None
) -> Iterator[tuple[datetime, Flow]]:
    """When leads come and in which flow: so many in the past, by chance in the future."""
    flows, weeks = usual(), -((start - now) // WEEK)
    for flow in rng.choices(flows, [one.volume for one in flows], k=count):
        at = now
        while at >= now:
            at = moment_in(rng, start + int(rng.random() * weeks) * WEEK)
        yield at, flow
    a_week = count / ((now - start) / WEEK)
    for number in range(FUTURE_WEEKS + 1):
        week = monday(now) + number * WEEK
        changed = drift is not None and week >= drift.first_week
        for flow in drift.flows if drift and changed else flows:
            for _ in range(count_around(rng, a_week * flow.volume)):
                at = moment_in(rng, week)
                if at >= now:
                    yield at, flow


class _Casting:
    """Draws who comes: mostly prospects; now and then a student, a test, somebody known."""

    def __init__(self, rng: Random, customers: list[Customer], *, messy: bool) -> None:
        self._rng = rng
        self._customers = customers
        self._messy = messy
        self._count = 0

    def arrival(self, at: datetime, flow: Flow) -> Arrival:
        rng, key, channel = self._rng, f"l{self._count}", flow.channel.name
        self._count += 1
        if rng.random() < _VISITORS:
            known = visitor(rng, key, self._customers)
            return Arrival(at, key, channel, known, existing=True)
        prospect = draw_prospect(rng, key, fits=rng.random() < flow.fit)
        lost = None if prospect.fits else self._lost_cause(key, prospect)
        prospect = lost or prospect
        if self._messy:
            prospect = roughen(rng, prospect)
        return Arrival(at, key, channel, prospect, lost_cause=lost is not None)

    def _lost_cause(self, key: str, prospect: Prospect) -> Prospect | None:
        student, test, competitor = _LOST_CAUSES
        chance = self._rng.random()
        if chance < student:
            return as_student(self._rng, key, prospect)
        if chance < student + test:
            return as_test(prospect)
        if chance < student + test + competitor:
            return as_competitor(self._rng, prospect)
        return None
