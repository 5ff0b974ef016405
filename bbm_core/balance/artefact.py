"""Artefacts: what looks like drift and is a matter of the data.

Before a change is told as one of the balance, these are ruled out, in this order: the reading is
old or incomplete; attributes are filled less or more often; values appear that were never seen, or
a usual one is gone; the ICP was defined anew; records were merged; a list came in twice. Each
compares the weeks in which the change is seen with those before, by Newcombe's interval for a
difference of shares, so that a few records prove nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from bbm_core.balance.rate import Difference, newcombe


class Artefact(StrEnum):
    """What the data may have suffered, in the order in which it is ruled out."""

    STALE = "stale"  # the last reading is too old
    PARKED = "parked"  # many records could not be read
    FILL = "fill"  # an attribute is filled less or more often
    VALUES = "values"  # values of an attribute that were never seen before
    RENAMED = "renamed"  # a usual value is gone, and a new one is there in its place
    DEFINITION = "definition"  # the ICP was defined anew
    MERGES = "merges"  # many records were merged
    IMPORT = "import"  # a list came in twice


@dataclass(frozen=True, slots=True)
class Part:
    """So many of all."""

    part: int
    whole: int

    @property
    def share(self) -> float:
        return self.part / self.whole if self.whole else 0.0


@dataclass(frozen=True, slots=True)
class Pair:
    """The same before the change and since."""

    before: Part
    after: Part

    def rise(self) -> float:
        """By how much the share rose, at least; 0 where it may not have."""
        return max(0.0, self._interval().low)

    def fall(self) -> float:
        """By how much it fell, at least."""
        return max(0.0, -self._interval().high)

    def _interval(self) -> Difference:
        after, before = self.after, self.before
        return newcombe(after.part, after.whole, before.part, before.whole)


Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Batch:
    """Records that came in together: one day, one channel; equal ones are counted."""

    day: date
    channel: str
    likenesses: Counts

    @property
    def size(self) -> int:
        return sum(self.likenesses.values())

    def is_doubled(self) -> bool:
        """Whether every kind of record is there an even number of times.

        Records that only happen to be alike are there an odd number of times as often as not, so
        ten kinds that are all even are no coincidence.
        """
        counts = self.likenesses.values()
        return len(counts) >= _KINDS and sum(n % 2 for n in counts) <= _STRAY * len(counts)

    def repeats(self, other: "Batch") -> bool:
        """Whether nearly all of it came in before, as the other batch."""
        shared = sum(min(n, other.likenesses.get(one, 0)) for one, n in self.likenesses.items())
        kinds = min(len(self.likenesses), len(other.likenesses))
        return kinds >= _KINDS and shared >= (1 - _STRAY) * max(self.size, other.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of the data around a change. What is not known is left out."""

    first: date  # the Monday of the first week in which the change is seen
    records: int  # that entered since
    hours_since_read: float | None = None
    most_hours: float = 0.0  # after which a reading is too old
    parked: Part = Part(0, 0)
    fills: Mapping[str, Pair] = field(default_factory=lambda: MappingProxyType({}))
    values: Mapping[str, tuple[Counts, Counts]] = field(
        default_factory=lambda: MappingProxyType({})
    )  # by attribute: filled values before and since
    defined: date | None = None  # when the present definition took another one's place
    merges: Pair | None = None  # records that ended in another one
    batches: Sequence[Batch] = ()


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One artefact that was found, and the figures that show it."""

    artefact: Artefact
    name: str = ""  # of the attribute or channel
    before: float | None = None  # a share
    after: float | None = None  # a share; hours where the reading is old
    values: tuple[str, ...] = ()
    day: date | None = None


LEAST = 0.05
"""A difference of shares must surely exceed this to matter: it can move a rate by as much."""

_MOST_PARKED = 0.05
_GONE = 0.10
"""A value this common that is gone was renamed, where new ones came in its place."""

_BATCH = 20
_BATCH_SHARE = 0.10
_KINDS = 10
_STRAY = 0.05


def suspicions(evidence: Evidence) -> tuple[Suspicion, ...]:
    """Everything that speaks against a change of the balance, the first to rule out first."""
    return (
        *_stale(evidence),
        *_fills(evidence),
        *_values(evidence),
        *_definition(evidence),
        *_merges(evidence),
        *_imports(evidence),
    )


def _stale(evidence: Evidence) -> Iterator[Suspicion]:
    hours = evidence.hours_since_read
    if hours is not None and hours > evidence.most_hours:
        yield Suspicion(Artefact.STALE, after=hours)
    if evidence.parked.share > _MOST_PARKED:
        yield Suspicion(Artefact.PARKED, after=evidence.parked.share)


def _fills(evidence: Evidence) -> Iterator[Suspicion]:
    found = [(max(pair.rise(), pair.fall()), name, pair) for name, pair in evidence.fills.items()]
    for sure, name, pair in sorted(found, key=lambda one: (-one[0], one[1])):
        if sure > LEAST:
            yield Suspicion(Artefact.FILL, name, pair.before.share, pair.after.share)


def _values(evidence: Evidence) -> Iterator[Suspicion]:
    for name, (before, after) in sorted(evidence.values.items()):
        whole = Part(0, sum(before.values()))
        new = sorted(after.keys() - before.keys(), key=lambda value: (-after[value], value))
        came = Part(sum(after[value] for value in new), sum(after.values()))
        if not new or not whole.whole or Pair(whole, came).rise() <= LEAST:
            continue
        gone = _gone(before, after)
        kind = Artefact.RENAMED if gone else Artefact.VALUES
        yield Suspicion(kind, name, 0.0, came.share, (*gone[:1], *new[:3]))


def _gone(before: Counts, after: Counts) -> Sequence[str]:
    """Values that were common and that nobody has any more."""
    usual, now = sum(before.values()), sum(after.values())
    return sorted(
        value
        for value, count in before.items()
        if count >= _GONE * usual
        and value not in after
        and Pair(Part(count, usual), Part(0, now)).fall() > LEAST
    )


def _definition(evidence: Evidence) -> Iterator[Suspicion]:
    """A definition that is as old as the change; a week to each side, for the weeks' width."""
    defined = evidence.defined
    if defined is not None and defined >= evidence.first - timedelta(weeks=1):
        yield Suspicion(Artefact.DEFINITION, day=defined)


def _merges(evidence: Evidence) -> Iterator[Suspicion]:
    pair = evidence.merges
    if pair is not None and pair.rise() > LEAST:
        yield Suspicion(Artefact.MERGES, before=pair.before.share, after=pair.after.share)


def _imports(evidence: Evidence) -> Iterator[Suspicion]:
    least = max(_BATCH, _BATCH_SHARE * evidence.records)
    ordered = sorted(evidence.batches, key=lambda one: (one.day, one.channel))
    large = [batch for batch in ordered if batch.size >= least]
    for place, batch in enumerate(large):
        if batch.is_doubled() or any(batch.repeats(other) for other in large[:place]):
            share = batch.size / max(evidence.records, batch.size)
            yield Suspicion(Artefact.IMPORT, batch.channel, after=share, day=batch.day)
