"""What another definition would change: who enters and leaves, and each stage's ICP rate."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bbm_core.balance.rate import Interval, wilson
from bbm_core.balance.tally import Tally
from bbm_core.icp.classify import Flag, Verdict
from bbm_core.records import RecordRef

SHOWN = 5
"""Records that are named of those who enter or leave, unless more are asked for."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One record under both definitions. `unit` is its account, or itself where it has none."""

    ref: RecordRef
    unit: str
    old: Verdict
    new: Verdict


@dataclass(frozen=True, slots=True)
class ComparedEntry:
    """One stage entry under both definitions, with what was known at its judging age."""

    stage: str
    old: Flag
    new: Flag


@dataclass(frozen=True, slots=True)
class Past:
    """What became of one unit so far: its opportunities, and what it is worth if that is known."""

    won: int = 0
    lost: int = 0
    open: int = 0
    worth: Decimal | None = None

    @property
    def opportunities(self) -> int:
        return self.won + self.lost + self.open


NO_PAST = Past()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole, both counted."""

    part: int
    whole: int

    @property
    def rate(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> Interval:
        return wilson(self.part, self.whole)


@dataclass(frozen=True, slots=True)
class Group:
    """Records that the change treats alike, and what became of their companies so far."""

    records: int
    refs: tuple[RecordRef, ...]  # the first of them
    units: int
    opportunity: Part  # units with an opportunity, of all units
    won: Part  # won opportunities, of those that are decided
    worth: Decimal | None  # the mean of the units whose worth is known
    worth_known: int


@dataclass(frozen=True, slots=True)
class StageChange:
    """The inflow of a stage, as each definition counts it."""

    stage: str
    before: Tally
    after: Tally


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What the other definition would change."""

    records: int
    tiers: Mapping[tuple[str, str], int]  # old and new tier
    flags: Mapping[tuple[Flag, Flag], int]  # old and new flag
    enters: Group
    leaves: Group
    stays: Group
    stages: tuple[StageChange, ...]

    @property
    def changed(self) -> int:
        """Records whose flag would be another one."""
        return sum(count for (old, new), count in self.flags.items() if old is not new)


class Comparison:
    """Takes in a book record by record, so that a book of any size fits in memory."""

    def __init__(self, stages: Sequence[str], shown: int = SHOWN) -> None:
        self._shown = shown
        self._tiers: Counter[tuple[str, str]] = Counter()
        self._flags: Counter[tuple[Flag, Flag]] = Counter()
        self._members: Mapping[str, _Members] = {
            name: _Members() for name in ("enters", "leaves", "stays")
        }
        self._stages: dict[str, Counter[tuple[bool, Flag]]] = {name: Counter() for name in stages}

    def take(self, one: Compared, entries: Iterable[ComparedEntry] = ()) -> None:
        """Count one record, and its entries into the stages that are compared."""
        self._tiers[one.old.tier, one.new.tier] += 1
        self._flags[one.old.flag, one.new.flag] += 1
        if side := _side(one):
            self._members[side].add(one)
        for entry in entries:
            if entry.stage in self._stages:
                self._stages[entry.stage][False, entry.old] += 1
                self._stages[entry.stage][True, entry.new] += 1

    def result(self, past: Mapping[str, Past]) -> WhatIf:
        """All that was taken in, with what became of each unit so far."""
        group = {name: m.group(past, self._shown) for name, m in self._members.items()}
        return WhatIf(
            records=self._flags.total(),
            tiers=dict(self._tiers),
            flags=dict(self._flags),
            enters=group["enters"],
            leaves=group["leaves"],
            stays=group["stays"],
            stages=tuple(
                StageChange(name, _tally(counts, new=False), _tally(counts, new=True))
                for name, counts in self._stages.items()
            ),
        )


@dataclass(slots=True)
class _Members:
    refs: list[RecordRef] = field(default_factory=list)
    units: set[str] = field(default_factory=set)

    def add(self, one: Compared) -> None:
        self.refs.append(one.ref)
        self.units.add(one.unit)

    def group(self, past: Mapping[str, Past], shown: int) -> Group:
        pasts = [past.get(unit, NO_PAST) for unit in sorted(self.units)]
        worths = [one.worth for one in pasts if one.worth is not None]
        won, lost = sum(one.won for one in pasts), sum(one.lost for one in pasts)
        return Group(
            records=len(self.refs),
            refs=tuple(sorted(self.refs)[:shown]),
            units=len(pasts),
            opportunity=Part(sum(one.opportunities > 0 for one in pasts), len(pasts)),
            won=Part(won, won + lost),
            worth=sum(worths, Decimal(0)) / len(worths) if worths else None,
            worth_known=len(worths),
        )


def _side(one: Compared) -> str:
    was, now = one.old.flag is Flag.YES, one.new.flag is Flag.YES
    if was and now:
        return "stays"
    return "leaves" if was else "enters" if now else ""


def _tally(counts: Mapping[tuple[bool, Flag], int], *, new: bool) -> Tally:
    return Tally(
        icp=counts.get((new, Flag.YES), 0),
        not_icp=counts.get((new, Flag.NO), 0),
        unknown=counts.get((new, Flag.UNKNOWN), 0),
    )
