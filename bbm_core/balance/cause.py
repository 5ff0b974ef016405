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
    mean_rate = (_rate(before) + _rate(after)) / 2
    mean_known = Fraction(before.known + after.known, 2)
    return CountChange(
        volume=mean_rate * (after.known - before.known),
        rate=mean_known * (_rate(after) - _rate(before)),
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
    return Contribution(
        name=name,
        before=before,
        after=after,
        mix=((rate_before + rate_after) / 2 - overall) * (share_after - share_before),
        rate=(share_before + share_after) / 2 * (rate_after - rate_before),
    )


def _rate(tally: Tally) -> Fraction:
    return Fraction(tally.icp, tally.known) if tally.known else Fraction(0)
