"""Why a rate moved: how much came from a changed mix, how much from changed rates, slice by slice.

The split is Kitagawa's with both sides averaged, so nothing is left over and neither period is
the yardstick. For slice g with share s and rate r, before and after:

    rate effect of g = mean(s) · Δr
    mix effect of g  = (mean(r) - mean overall rate) · Δs

Both together, over all slices, are exactly the change of the overall rate. Fractions keep that
true to the last digit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from bbm_core.balance.tally import EMPTY, Tally

LEAST_KNOWN = 10
"""Slices with fewer decided records, both periods together, are told apart from nothing."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one slice did to the overall rate."""

    name: str | None  # None: the slices too small to be told apart, together
    before: Tally
    after: Tally
    mix: Fraction
    rate: Fraction

    @property
    def total(self) -> Fraction:
        return self.mix + self.rate


@dataclass(frozen=True, slots=True)
class Cause:
    """How a rate changed and which slices did it, the largest contribution first."""

    before: Tally
    after: Tally
    contributions: tuple[Contribution, ...]

    @property
    def change(self) -> Fraction:
        return _rate(self.after) - _rate(self.before)

    @property
    def mix(self) -> Fraction:
        return sum((one.mix for one in self.contributions), Fraction(0))

    @property
    def rate(self) -> Fraction:
        return sum((one.rate for one in self.contributions), Fraction(0))

    @property
    def headline(self) -> Contribution | None:
        """The slice that pushed most in the direction of the change."""
        pushing = [
            one
            for one in self.contributions
            if one.name is not None and one.total * self.change > 0
        ]
        return pushing[0] if pushing else None

    @property
    def reverses(self) -> bool:
        """Simpson's case: inside the slices the rate moved one way, overall it moved the other."""
        return self.rate * self.change < 0


@dataclass(frozen=True, slots=True)
class CountChange:
    """Why the number of ICP changed: more or fewer records, and a higher or lower rate."""

    volume: Fraction
    rate: Fraction

    @property
    def total(self) -> Fraction:
        return self.volume + self.rate


def mix_rate(before: Mapping[str, Tally], after: Mapping[str, Tally]) -> Cause | None:
    """Split the change of the rate between the slices; None where a period decides nothing.

    A slice that only one period has counts with the same rate in both, so that coming and going
    is a matter of mix.
    """
    pairs = _pairs(before, after)
    total_before = sum((pair[0] for pair in pairs.values()), EMPTY)
    total_after = sum((pair[1] for pair in pairs.values()), EMPTY)
    if not total_before.known or not total_after.known:
        return None
    split = [_contribution(name, pair, (total_before, total_after)) for name, pair in pairs.items()]
    ordered = sorted(split, key=lambda one: (-abs(one.total), one.name or ""))
    return Cause(total_before, total_after, tuple(ordered))


def count_change(before: Tally, after: Tally) -> CountChange | None:
    """Split the change of the ICP count among decided records; None where nothing is decided."""
    if not before.known or not after.known:
        return None
    volume, rate = two_factors(
        (Fraction(before.known), _rate(before)), (Fraction(after.known), _rate(after))
    )
    return CountChange(volume, rate)


Factors = tuple[Fraction, Fraction]


def two_factors(before: Factors, after: Factors) -> Factors:
    """What each of two factors did to their product (Das Gupta 1993); together, all of it."""
    (a, b), (c, d) = before, after
    return (c - a) * (b + d) / 2, (d - b) * (a + c) / 2


@dataclass(frozen=True, slots=True)
class Group:
    """One group of a population: its size, in any unit, and its rate."""

    size: Fraction
    rate: Fraction


@dataclass(frozen=True, slots=True)
class RateSplit:
    """Kitagawa's split of a whole rate's change (1955, JASA 50), both sides averaged."""

    before: Fraction
    after: Fraction
    mix: Fraction
    rate: Fraction

    @property
    def change(self) -> Fraction:
        return self.after - self.before


def rate_split(before: Mapping[str, Group], after: Mapping[str, Group]) -> RateSplit:
    """The split for groups that both populations have; both have some size.

    Raises:
        ValueError: the populations have different groups.
    """
    if before.keys() != after.keys():
        raise ValueError("both populations need the same groups")
    first, second = _shares(before), _shares(after)
    whole_before = sum((share * rate for share, rate in first.values()), Fraction(0))
    whole_after = sum((share * rate for share, rate in second.values()), Fraction(0))
    effects = [two_factors(first[name], second[name]) for name in first]
    return RateSplit(
        before=whole_before,
        after=whole_after,
        mix=sum((mix for mix, _ in effects), Fraction(0)),
        rate=sum((rate for _, rate in effects), Fraction(0)),
    )


_Pair = tuple[Tally, Tally]


def _pairs(before: Mapping[str, Tally], after: Mapping[str, Tally]) -> dict[str | None, _Pair]:
    pairs: dict[str | None, _Pair] = {}
    for name in sorted({*before, *after}):
        first, second = before.get(name, EMPTY), after.get(name, EMPTY)
        known = first.known + second.known
        key = name if known >= LEAST_KNOWN else None
        so_far = pairs.get(key, (EMPTY, EMPTY))
        pairs[key] = (so_far[0] + first, so_far[1] + second)
    return pairs


def _contribution(name: str | None, pair: _Pair, totals: _Pair) -> Contribution:
    before, after = pair
    share_before = Fraction(before.known, totals[0].known)
    share_after = Fraction(after.known, totals[1].known)
    rate_before = _rate(before) if before.known else _rate(after)
    rate_after = _rate(after) if after.known else rate_before
    overall = (_rate(totals[0]) + _rate(totals[1])) / 2
    mix, rate = two_factors(
        (share_before, rate_before - overall), (share_after, rate_after - overall)
    )
    return Contribution(name=name, before=before, after=after, mix=mix, rate=rate)


def _shares(groups: Mapping[str, Group]) -> dict[str, Factors]:
    """Each group's share of its population, and its rate."""
    total = sum((group.size for group in groups.values()), Fraction(0))
    return {name: (group.size / total, group.rate) for name, group in groups.items()}


def _rate(tally: Tally) -> Fraction:
    return Fraction(tally.icp, tally.known) if tally.known else Fraction(0)
