"""From stays at stages to passages: how each record, or each account, went on from a stage.

A record went on when it, or a record that carries it on, entered a later stage at the same time or
later: the lead is converted, and its opportunity is won (see `Lineage`). It is lost when it left
the funnel, or entered a stage that only lost records enter, and went on nowhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from bbm_core.balance.conversion import Ending, Passage
from bbm_core.balance.funnel import StageSpec, When
from bbm_core.icp.classify import Flag
from bbm_core.records import RecordKind, RecordRef
from bbm_core.scope import Segment

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stay:
    """A record's time at a stage, with its flag at the judging age; `left` None: it is there."""

    stage: str
    entered: datetime
    left: datetime | None
    flag: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """The stays of one record, oldest first; a converted lead goes on under other names.

    `became` are the records that the CRM made of it. They may be unknown though it was converted.
    """

    ref: RecordRef
    account: str | None
    segment: Segment
    stays: tuple[Stay, ...]
    converted: bool = False
    became: tuple[RecordRef, ...] = ()
    slices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class Step(NamedTuple):
    """A first entry into a stage."""

    stage: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StagePassage:
    """One passage, with what it is counted by."""

    stage: str
    entered: datetime
    flag: Flag
    slices: Mapping[str, str]
    passage: Passage


class Reached(NamedTuple):
    """How far one that entered the first stage came."""

    entered: datetime
    flag: Flag
    position: int  # of the furthest stage, in the funnel's order


class Funnel:
    """The stages in order, and which of them only lost records enter."""

    def __init__(self, stages: Sequence[StageSpec]) -> None:
        self.lost = frozenset(
            stage.name for stage in stages if all(rule.when is When.LOST for rule in stage.enter)
        )
        self.order = tuple(stage.name for stage in stages if stage.name not in self.lost)

    def after(self, stage: str, target: str = "") -> frozenset[str]:
        """The stages behind this one; with a target, those from the target on."""
        behind = self.order[self.order.index(stage) + 1 :]
        if target in behind:
            return frozenset(behind[behind.index(target) :])
        return frozenset() if target else frozenset(behind)


class Lineage:
    """Which records carry another one on.

    A lead that was converted to opportunities goes on with those, and with no other of its account.
    Where the CRM does not say what became of a record, any record of another kind carries it on
    that came to its account after it and is not said to come from another lead. The account itself
    carries on whoever was not lost before.
    """

    def __init__(self, journeys: Iterable[Journey], funnel: Funnel) -> None:
        self._funnel = funnel
        # By kind as well: thousands of leads may have one account, and none carries another on.
        self._at: dict[str, dict[RecordKind, list[_Companion]]] = defaultdict(dict)
        self._deals: dict[RecordRef, _Companion] = {}
        self._claimed: set[RecordRef] = set()
        for journey in journeys:
            self._claimed.update(journey.became)
            companion = _companion(journey, funnel)
            if journey.account is not None:
                self._at[journey.account].setdefault(journey.ref.kind, []).append(companion)
            if journey.ref.kind is RecordKind.OPPORTUNITY:
                self._deals[journey.ref] = companion

    def steps(self, journey: Journey) -> Iterator[Step]:
        """What the records that carry this one on entered, whenever that was."""
        named = {ref for ref in journey.became if ref.kind is RecordKind.OPPORTUNITY}
        deals = [self._deals[ref] for ref in sorted(named) if ref in self._deals]
        for deal in deals:
            yield from deal.steps
        # A lead with deals is lost with the last of them, any other with itself.
        ends = [deal.lost for deal in deals] or [_given_up(journey, self._funnel)]
        end = None if None in ends else max(at for at in ends if at is not None)
        for one in self._others(journey):
            if one.ref not in named and self._carries(one, journey, has_deals=bool(named)):
                yield from (step for step in one.steps if end is None or step.at <= end)

    def _others(self, journey: Journey) -> Iterator["_Companion"]:
        """The records of another kind at its account."""
        for kind, companions in self._at.get(journey.account or "", {}).items():
            if kind is not journey.ref.kind:
                yield from companions

    def _carries(self, one: "_Companion", journey: Journey, *, has_deals: bool) -> bool:
        if one.ref.kind is RecordKind.ACCOUNT or one.ref in journey.became:
            return True
        is_free = one.ref not in self._claimed and not has_deals
        return is_free and one.began >= journey.stays[0].entered


def record_passages(
    journeys: Iterable[Journey], lineage: Lineage, funnel: Funnel, now: datetime, target: str = ""
) -> Iterator[StagePassage]:
    """Each record's first entry into each stage that has a stage behind it, and what followed."""
    for journey in journeys:
        steps = [*_steps(journey.stays), *lineage.steps(journey)]
        for stay in first_stays(journey.stays):
            if stay.stage in funnel.lost or not (later := funnel.after(stay.stage, target)):
                continue
            on = _first_step(steps, later, stay.entered)
            ended = on or _lost_at(journey, funnel, stay.entered)
            yield StagePassage(
                stay.stage,
                stay.entered,
                stay.flag,
                journey.slices,
                _passage(stay.entered, on, ended, now),
            )


def account_passages(
    journeys: Iterable[Journey], funnel: Funnel, now: datetime, target: str = ""
) -> Iterator[StagePassage]:
    """The same of accounts: an account is where any of its records is, lost when all are."""
    for members in _by_account(journeys):
        yield from _of_account(members, funnel, now, target)


def record_reach(
    journeys: Iterable[Journey], lineage: Lineage, funnel: Funnel
) -> Iterator[Reached]:
    """How far each record came that entered the first stage."""
    for journey in journeys:
        for stay in journey.stays:
            if stay.stage == funnel.order[0]:
                steps = [*_steps(journey.stays), *lineage.steps(journey)]
                yield Reached(stay.entered, stay.flag, _furthest(steps, funnel, stay.entered))
                break


def account_reach(journeys: Iterable[Journey], funnel: Funnel) -> Iterator[Reached]:
    """How far each account came of which any record entered the first stage."""
    for members in _by_account(journeys):
        stays = [(stay, one) for one in members for stay in first_stays(one.stays)]
        if here := [pair for pair in stays if pair[0].stage == funnel.order[0]]:
            stay, _ = min(here, key=_seniority)
            steps = [Step(one.stage, one.entered) for one, _ in stays]
            yield Reached(stay.entered, stay.flag, _furthest(steps, funnel, stay.entered))


def first_stays(stays: Iterable[Stay]) -> Iterator[Stay]:
    """The first stay at each stage: a record that comes back is no new inflow."""
    seen: set[str] = set()
    for stay in stays:
        if stay.stage not in seen:
            seen.add(stay.stage)
            yield stay


class _Companion(NamedTuple):
    """What is needed of a record to follow another one along it."""

    ref: RecordRef
    began: datetime
    lost: datetime | None
    steps: tuple[Step, ...]


def _companion(journey: Journey, funnel: Funnel) -> _Companion:
    began = journey.stays[0].entered
    return _Companion(
        journey.ref, began, _lost_at(journey, funnel, began), tuple(_steps(journey.stays))
    )


def _given_up(journey: Journey, funnel: Funnel) -> datetime | None:
    """From when on nothing that happens at its account is its going on.

    A lead is often closed by hand when its opportunity is opened, so only a stage of the lost
    ends one.
    """
    began = journey.stays[0].entered
    if journey.ref.kind is RecordKind.LEAD:
        return _first_step(_steps(journey.stays), funnel.lost, began)
    return _lost_at(journey, funnel, began)


def _by_account(journeys: Iterable[Journey]) -> Iterator[Sequence[Journey]]:
    members: dict[str, list[Journey]] = defaultdict(list)
    for journey in journeys:
        if journey.account is not None:
            members[journey.account].append(journey)
    yield from (members[account] for account in sorted(members))


def _of_account(
    journeys: Sequence[Journey], funnel: Funnel, now: datetime, target: str
) -> Iterator[StagePassage]:
    stays = [(stay, journey) for journey in journeys for stay in first_stays(journey.stays)]
    steps = [Step(stay.stage, stay.entered) for stay, _ in stays]
    for name in funnel.order:
        here = [pair for pair in stays if pair[0].stage == name]
        later = funnel.after(name, target)
        if not here or not later:
            continue
        stay, journey = min(here, key=_seniority)
        on = _first_step(steps, later, stay.entered)
        ends = [_lost_at(one, funnel, stay.entered) for _, one in here]
        lost = None if None in ends else max(end for end in ends if end is not None)
        passage = _passage(stay.entered, on, on or lost, now)
        yield StagePassage(name, stay.entered, stay.flag, journey.slices, passage)


def _seniority(pair: tuple[Stay, Journey]) -> tuple[object, ...]:
    """Orders an account's stays; after the time only so that the records' order does not count."""
    stay, journey = pair
    return stay.entered, stay.flag, journey.ref


def _steps(stays: Iterable[Stay]) -> Iterator[Step]:
    return (Step(stay.stage, stay.entered) for stay in stays)


def _first_step(steps: Iterable[Step], stages: frozenset[str], since: datetime) -> datetime | None:
    return min((one.at for one in steps if one.stage in stages and one.at >= since), default=None)


def _furthest(steps: Iterable[Step], funnel: Funnel, since: datetime) -> int:
    return max(
        (funnel.order.index(one.stage) for one in steps if _counts(one, funnel, since)), default=0
    )


def _counts(step: Step, funnel: Funnel, since: datetime) -> bool:
    return step.stage not in funnel.lost and step.at >= since


def _lost_at(journey: Journey, funnel: Funnel, since: datetime) -> datetime | None:
    """When the record was lost; None while it is in the funnel, or goes on under another name."""
    gone = _first_step(_steps(journey.stays), funnel.lost, since)
    if gone is not None:
        return gone
    left = journey.stays[-1].left
    return None if left is None or journey.converted else max(left, since)


def _passage(
    entered: datetime, on: datetime | None, ended: datetime | None, now: datetime
) -> Passage:
    ending = Ending.ON if on else Ending.LOST if ended else Ending.OPEN
    seen = (now - entered) / DAY
    age = seen if ended is None else (ended - entered) / DAY
    return Passage(max(0.0, age), seen, ending)
