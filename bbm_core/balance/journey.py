"""From stays at stages to passages: how each record, or each account, went on from a stage.

A record went on when it, or a record of another kind at its account, entered a later stage at the
same time or later: the lead is converted, and its account's opportunity is won. It is lost when it
left the funnel, or entered a stage that only lost records enter, and went on nowhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from bbm_core.balance.conversion import Ending, Passage
from bbm_core.balance.funnel import StageSpec, When
from bbm_core.icp.classify import Flag
from bbm_core.records import RecordKind
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
    """The stays of one record, oldest first; a converted lead goes on under other names."""

    kind: RecordKind
    account: str | None
    segment: Segment
    stays: tuple[Stay, ...]
    converted: bool = False
    slices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class StagePassage:
    """One passage, with what it is counted by."""

    stage: str
    entered: datetime
    flag: Flag
    slices: Mapping[str, str]
    passage: Passage


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


class Accounts:
    """When records of each account first entered each stage, so that others can be followed on."""

    def __init__(self, journeys: Iterable[Journey]) -> None:
        self._entered: dict[str, list[tuple[str, RecordKind, datetime]]] = defaultdict(list)
        for journey in journeys:
            if journey.account is not None:
                found = self._entered[journey.account]
                found += [(s.stage, journey.kind, s.entered) for s in first_stays(journey.stays)]

    def onward(self, journey: Journey, stages: frozenset[str], since: datetime) -> datetime | None:
        """When another kind of record of the same account entered one of the stages."""
        found = self._entered.get(journey.account or "", ())
        return min(
            (
                at
                for stage, kind, at in found
                if stage in stages and kind is not journey.kind and at >= since
            ),
            default=None,
        )


def record_passages(
    journeys: Iterable[Journey], accounts: Accounts, funnel: Funnel, now: datetime, target: str = ""
) -> Iterator[StagePassage]:
    """Each record's first entry into each stage that has a stage behind it, and what followed."""
    for journey in journeys:
        for stay in first_stays(journey.stays):
            if stay.stage in funnel.lost or not (later := funnel.after(stay.stage, target)):
                continue
            own = _first_entry(journey.stays, later, stay.entered)
            others = accounts.onward(journey, later, stay.entered)
            on = min((at for at in (own, others) if at is not None), default=None)
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
    members: dict[str, list[Journey]] = defaultdict(list)
    for journey in journeys:
        if journey.account is not None:
            members[journey.account].append(journey)
    for account in sorted(members):
        yield from _of_account(members[account], funnel, now, target)


def first_stays(stays: Iterable[Stay]) -> Iterator[Stay]:
    """The first stay at each stage: a record that comes back is no new inflow."""
    seen: set[str] = set()
    for stay in stays:
        if stay.stage not in seen:
            seen.add(stay.stage)
            yield stay


def _of_account(
    journeys: Sequence[Journey], funnel: Funnel, now: datetime, target: str
) -> Iterator[StagePassage]:
    stays = [(stay, journey) for journey in journeys for stay in first_stays(journey.stays)]
    for name in funnel.order:
        here = [pair for pair in stays if pair[0].stage == name]
        later = funnel.after(name, target)
        if not here or not later:
            continue
        stay, journey = min(here, key=lambda pair: (pair[0].entered, pair[0].flag, pair[1].kind))
        on = _first_entry([one for one, _ in stays], later, stay.entered)
        ends = [_lost_at(one, funnel, stay.entered) for _, one in here]
        lost = None if None in ends else max(end for end in ends if end is not None)
        passage = _passage(stay.entered, on, on or lost, now)
        yield StagePassage(name, stay.entered, stay.flag, journey.slices, passage)


def _first_entry(stays: Iterable[Stay], stages: frozenset[str], since: datetime) -> datetime | None:
    return min((s.entered for s in stays if s.stage in stages and s.entered >= since), default=None)


def _lost_at(journey: Journey, funnel: Funnel, since: datetime) -> datetime | None:
    """When the record was lost; None while it is in the funnel, or goes on under another name."""
    gone = _first_entry(journey.stays, funnel.lost, since)
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
