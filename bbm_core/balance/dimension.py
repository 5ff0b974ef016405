"""Which dimension explains a change of the rate, and which of its slices did it.

Every dimension splits a change exactly (`cause.py`), so a split alone says nothing about whether
the dimension has to do with it. As in Adtributor (Bhagwan et al., NSDI 2014), a dimension is
judged by the power with which few slices explain the change, and by its surprise: by how much the
split of records and verdicts between the slices changed, as Jensen-Shannon divergence, beyond what
the changed rate alone would show.

Slices come and go in bursts, so surprise is held against chance: whole weeks are dealt anew to
before and after, and a dimension counts only above 95 % of such deals. Intervals of a slice's part
come from resampled counts that scatter as weeks do. Many slices are looked at, so the chance of
naming a wrong one is held by Benjamini and Hochberg's rule at 10 %.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, fsum, log, sqrt
from statistics import NormalDist, stdev

from bbm_core.balance.cause import Cause, Contribution, mix_rate
from bbm_core.balance.tally import EMPTY, Tally
from bbm_core.chance import Chance, seeded
from bbm_core.icp.learn.evidence import benjamini_hochberg

WeekSlices = Sequence[Mapping[str, Tally]]
"""For each week, oldest first, the tally of each slice."""


@dataclass(frozen=True, slots=True)
class ExplainSettings:
    """How often chance is asked, and what counts."""

    draws: int = 400
    deals: int = 399
    least_weeks: int = 8  # before and after together; fewer cannot be dealt anew
    beyond: float = 0.95
    false_finds: float = 0.10
    power: float = 0.67  # of the change, that the telling slices explain together
    least_power: float = 0.10  # that each of them explains


@dataclass(frozen=True, slots=True)
class Part:
    """What one slice did to the rate, and how sure that is."""

    contribution: Contribution
    power: float | None  # its share of the change; None where the rate did not change
    low: float  # of its part in the change, at 95 %
    high: float
    chance: float  # of such a part where there is none
    adjusted: float = 1.0  # the same for all slices looked at

    @property
    def total(self) -> float:
        return float(self.contribution.total)


@dataclass(frozen=True, slots=True)
class Explanation:
    """One dimension: how it splits the change, and whether it has to do with it."""

    dimension: str
    cause: Cause
    parts: tuple[Part, ...]  # the largest first
    telling: tuple[Part, ...]  # the fewest that explain most of the change
    surprise: float
    usual_surprise: float | None  # what 95 % of deals stay below; None: too few weeks to deal
    false_finds: float

    @property
    def beyond_chance(self) -> bool:
        return self.usual_surprise is not None and self.surprise > self.usual_surprise

    @property
    def sure(self) -> tuple[Part, ...]:
        """The slices that hardly moved by chance."""
        return tuple(part for part in self.parts if part.adjusted <= self.false_finds)


def explain(
    dimensions: Mapping[str, tuple[WeekSlices, WeekSlices]],
    phi: float = 1.0,
    settings: ExplainSettings | None = None,
) -> tuple[Explanation, ...]:
    """Split a change by every dimension, the one that explains it best first.

    Dimensions beyond chance come first, then those that surprise most, with the fewest slices.
    A dimension with nothing decided before or after is left out.

    Args:
        dimensions: for each, the weeks before and those after, slice by slice.
        phi: by how much weeks differ beyond chance.
        settings: see there.
    """
    chosen = settings or ExplainSettings()
    found = [
        one
        for name, (before, after) in sorted(dimensions.items())
        if (one := _explanation(name, before, after, phi, chosen)) is not None
    ]
    return tuple(sorted(_adjusted(found), key=_rank))


def _explanation(
    name: str, before: WeekSlices, after: WeekSlices, phi: float, settings: ExplainSettings
) -> Explanation | None:
    sums = _summed(before), _summed(after)
    cause = mix_rate(*sums)
    if cause is None:
        return None
    parts = _parts(cause, phi, settings)
    names = sorted({slice_ for one in sums for slice_ in one})
    past, now = _counted(before, names), _counted(after, names)
    return Explanation(
        dimension=name,
        cause=cause,
        parts=parts,
        telling=_telling(parts, settings),
        surprise=_surprise(_added(past), _added(now)),
        usual_surprise=_usual_surprise(name, past, now, settings),
        false_finds=settings.false_finds,
    )


def _rank(one: Explanation) -> tuple[object, ...]:
    surplus = one.surprise - (one.usual_surprise or 0.0)
    return not one.beyond_chance, -surplus, len(one.telling), one.dimension


Slices = Mapping[str, Tally]


def _summed(weeks: WeekSlices) -> Slices:
    sums: dict[str, Tally] = defaultdict(Tally)
    for week in weeks:
        for name, tally in week.items():
            sums[name] += tally
    return sums


# the parts of slices


def _parts(cause: Cause, phi: float, settings: ExplainSettings) -> tuple[Part, ...]:
    change = float(cause.change)
    drawn = _drawn(cause.contributions, phi, settings.draws)
    return tuple(
        _part(one, totals, change)
        for one, totals in zip(cause.contributions, zip(*drawn, strict=True), strict=True)
    )


def _part(one: Contribution, drawn: Sequence[float], change: float) -> Part:
    total = float(one.total)
    # Centred on what was found, because resampled counts scatter around it twice.
    spread = stdev(drawn) if len(drawn) > 1 else 0.0
    half = NormalDist().inv_cdf(0.975) * spread
    chance = 1.0
    if spread:
        chance = 2 * NormalDist().cdf(-abs(total) / spread)
    return Part(one, total / change if change else None, total - half, total + half, chance)


def _drawn(
    contributions: Sequence[Contribution], phi: float, draws: int
) -> Sequence[Sequence[float]]:
    """The parts of the slices in counts drawn anew, draw by draw."""
    counts = [
        (one.before.icp, one.before.not_icp, one.after.icp, one.after.not_icp)
        for one in contributions
    ]
    chance = seeded("explain", *counts, round(phi, 9))
    return [
        _totals([[_draw(chance, count, phi) for count in slice_] for slice_ in counts])
        for _ in range(draws)
    ]


def _totals(counts: Sequence[Sequence[int]]) -> Sequence[float]:
    """What each slice does to the rate, as in `cause.py`, in floats because it is done so often."""
    known = [(icp + other, later + rest) for icp, other, later, rest in counts]
    whole = [max(1, sum(one[side] for one in known)) for side in (0, 1)]
    overall = sum(one[0] for one in counts) / whole[0] + sum(one[2] for one in counts) / whole[1]
    found = []
    for (icp, _, later, _), (before, after) in zip(counts, known, strict=True):
        rate = icp / before if before else later / after if after else 0.0
        rate_after = later / after if after else rate
        share, share_after = before / whole[0], after / whole[1]
        mix = (rate + rate_after - overall) / 2 * (share_after - share)
        found.append(mix + (share + share_after) / 2 * (rate_after - rate))
    return found


_FEW = 50
"""Below, counts are drawn as what they are; above, the normal is close."""


def _draw(chance: Chance, count: int, phi: float) -> int:
    """A count with this mean and `phi` times its variance."""
    if count >= _FEW:
        return max(0, round(chance.gauss(count, sqrt(phi * count))))
    mean = float(count)
    if count and phi > 1:
        mean = chance.gammavariate(count / (phi - 1), phi - 1)
    return _poisson(chance, mean)


def _poisson(chance: Chance, mean: float) -> int:
    """Knuth's way, in portions that do not vanish."""
    drawn = 0
    while mean > 0:
        limit, product = exp(-min(mean, _FEW)), chance.random()
        while product > limit:
            drawn, product = drawn + 1, product * chance.random()
        mean -= _FEW
    return drawn


def _telling(parts: Sequence[Part], settings: ExplainSettings) -> tuple[Part, ...]:
    """The fewest slices that explain most of the change; none where no few do."""
    found: list[Part] = []
    for part in sorted(parts, key=lambda one: -(one.power or 0.0)):
        power = fsum(one.power or 0.0 for one in found)
        if power >= settings.power or (part.power or 0.0) < settings.least_power:
            break
        if part.contribution.name is not None:
            found.append(part)
    explained = fsum(one.power or 0.0 for one in found)
    return tuple(found) if explained >= settings.power else ()


def _adjusted(found: Sequence[Explanation]) -> Sequence[Explanation]:
    """With the chances of all slices of all dimensions judged together."""
    chances = [part.chance for one in found for part in one.parts]
    adjusted = iter(benjamini_hochberg(chances))
    known = {
        id(part): replace(part, adjusted=next(adjusted)) for one in found for part in one.parts
    }
    return [
        replace(
            one,
            parts=tuple(known[id(part)] for part in one.parts),
            telling=tuple(known[id(part)] for part in one.telling),
        )
        for one in found
    ]


# surprise


Counts = Sequence[int]
"""ICP and others of each slice, in the slices' order."""


def _surprise(before: Counts, after: Counts) -> float:
    """By how much slices and verdicts together diverge more than verdicts alone; in nats."""
    if not sum(before) or not sum(after):
        return 0.0
    joint = [[count / sum(one) for count in one] for one in (before, after)]
    verdicts = [[sum(one[::2]) / sum(one), sum(one[1::2]) / sum(one)] for one in (before, after)]
    return max(0.0, _divergence(*joint) - _divergence(*verdicts))


def _divergence(p: Sequence[float], q: Sequence[float]) -> float:
    """Jensen and Shannon's (Lin 1991), in nats."""
    return fsum(
        share * log(2 * share / (a + b)) / 2
        for a, b in zip(p, q, strict=True)
        for share in (a, b)
        if share
    )


def _usual_surprise(
    name: str, before: Sequence[Counts], after: Sequence[Counts], settings: ExplainSettings
) -> float | None:
    """What so many of the deals stay below, in which any weeks may be those after."""
    weeks = [*before, *after]
    if len(weeks) < settings.least_weeks or not before or not after:
        return None
    whole = _added(weeks)
    chance = seeded("deal", name, *weeks, len(after))
    surprises = []
    for _ in range(settings.deals):
        dealt = _added(chance.sample(weeks, len(after)))
        rest = [count - part for count, part in zip(whole, dealt, strict=True)]
        surprises.append(_surprise(rest, dealt))
    return sorted(surprises)[round(settings.beyond * settings.deals) - 1]


def _added(weeks: Sequence[Counts]) -> Counts:
    return [sum(column) for column in zip(*weeks, strict=True)]


def _counted(weeks: WeekSlices, names: Sequence[str]) -> Sequence[Counts]:
    return [[count for name in names for count in _pair(week.get(name, EMPTY))] for week in weeks]


def _pair(tally: Tally) -> tuple[int, int]:
    return tally.icp, tally.not_icp
