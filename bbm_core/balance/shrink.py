"""Rates of slices, shrunk towards their common rate, and the slices too small to be shown.

Of fifteen equal channels with 40 records each, the best one shows some ten points more than it
has. So a slice's rate is pulled towards the rate of all, the more the fewer records it has: the
empirical Bayes estimate of a beta-binomial whose prior is found from the slices themselves by the
method of moments (Kleinman 1973, JASA 68, 46-54).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bbm_core.balance.rate import Interval, beta_quantile, wilson
from bbm_core.balance.tally import EMPTY, Tally

LEAST_SHOWN = 5
"""Slices with fewer records count in the whole and are not shown: they point at single records."""

MOST_PRIOR = 1e6
"""Records' worth of prior where slices differ by no more than chance: all have one rate."""


@dataclass(frozen=True, slots=True)
class Prior:
    """The rate of all, and how many records of it each slice's own rate is mixed with."""

    rate: float
    weight: float

    def shrunk(self, tally: Tally) -> float:
        known = tally.known + self.weight
        return (tally.icp + self.rate * self.weight) / known if known else self.rate

    def interval(self, tally: Tally, confidence: float = 0.95) -> Interval:
        """Where a slice's rate lies, given all slices; Wilson's where nothing is mixed in."""
        if not self.weight:
            return wilson(tally.icp, tally.known, confidence)
        a = tally.icp + self.rate * self.weight
        b = tally.not_icp + (1 - self.rate) * self.weight
        tail = (1 - confidence) / 2
        return Interval(beta_quantile(tail, a, b), beta_quantile(1 - tail, a, b))


def prior(tallies: Iterable[Tally]) -> Prior | None:
    """What the slices have in common; None where nothing is decided, or all are of one kind.

    The weight comes from Pearson's chi-squared of the slices against their pooled rate: what it
    exceeds its degrees of freedom by is by how much slices really differ. A single slice has
    nothing to be pulled towards, so it has a weight of 0.
    """
    decided = [tally for tally in tallies if tally.known]
    pooled = sum(decided, EMPTY)
    if not pooled.icp or not pooled.not_icp:
        return None
    rate = pooled.icp / pooled.known
    if len(decided) == 1:
        return Prior(rate, 0.0)
    correlation = _correlation(decided, rate)
    weight = MOST_PRIOR if correlation <= 1 / (MOST_PRIOR + 1) else 1 / correlation - 1
    return Prior(rate, min(MOST_PRIOR, weight))


def suppressed(sizes: Mapping[str, int], least: int = LEAST_SHOWN) -> frozenset[str]:
    """The slices of one whole that are not shown, given the number of records in each.

    Beside the small ones, the next larger ones too, until what is hidden together cannot be told
    apart by subtracting all that is shown from the whole. An empty slice points at nobody.
    """
    hidden: list[str] = []
    for name in sorted(
        (name for name in sizes if sizes[name]), key=lambda name: (sizes[name], name)
    ):
        if sizes[name] >= least and len(hidden) != 1 and not 0 < _together(hidden, sizes) < least:
            break
        hidden.append(name)
    return frozenset(hidden)


def _together(names: Iterable[str], sizes: Mapping[str, int]) -> int:
    return sum(sizes[name] for name in names)


def _correlation(tallies: list[Tally], rate: float) -> float:
    """How alike two records of one slice are, 0 to 1; the moments' estimate, cut at its ends."""
    known = sum(tally.known for tally in tallies)
    squared = sum((t.icp - t.known * rate) ** 2 / t.known for t in tallies)
    degrees = len(tallies) - 1
    excess = squared / (rate * (1 - rate)) - degrees
    possible = known - sum(t.known**2 for t in tallies) / known - degrees
    if possible <= 0:
        return 0.0  # one record a slice, or none but one: nothing tells slices apart
    return min(1.0, max(0.0, excess / possible))
