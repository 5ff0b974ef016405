"""Bands from the optimum: the ICP rates, stage by stage, of plans that earn nearly the most.

Stages before sales works a lead take the band of the incoming leads, from there on that of the
worked leads: with few hours the leads that come may be of any fit as long as the right ones are
worked. Both are moved along the odds chain, by what the stages in between added to the log odds.
Customers end at the rate where the risk limit binds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, inf, log

from bbm_core.balance.band import Band, Origin
from bbm_core.balance.tally import Tally
from bbm_core.prescribe.frontier import TOLERANCE, Reach, Where, nearly_best
from bbm_core.prescribe.optimum import Optimum, Problem
from bbm_core.prescribe.places import Places

LEAST_WIDTH = 0.02
"""A narrower band would call the last lead a skew."""

_SMOOTH = 0.5  # records added to both sides, so that a stage without either still has odds


@dataclass(frozen=True, slots=True)
class StageBand:
    """A stage's band of the optimum. An open end is one that no plan within reach crosses."""

    stage: str
    where: Where
    low: float
    high: float
    open_low: bool
    open_high: bool
    by_risk: bool = False  # the high end is where the risk limit binds

    @property
    def band(self) -> Band | None:
        """The band as the detector uses it; None where every rate is as good as another."""
        if self.open_low and self.open_high:
            return None
        low = 0.0 if self.open_low else self.low
        high = 1.0 if self.open_high else self.high
        lacking = max(0.0, LEAST_WIDTH - (high - low)) / 2
        low, high = max(0.0, low - lacking), min(1.0, high + lacking)
        return Band(low, high, Origin.OPTIMUM) if low < high else None


def optimum_bands(
    problem: Problem,
    best: Optimum,
    places: Places,
    tallies: Sequence[tuple[str, Tally]],
    *,
    tolerance: float = TOLERANCE,
) -> Mapping[str, StageBand]:
    """The bands by stage, first stage first; none where nothing is earned.

    Args:
        problem: what there is to decide about.
        best: its optimum.
        places: which stages play which part.
        tallies: the inflow of every stage that is recorded, in the order of the funnel.
        tolerance: how far below the best profit the ends lie.
    """
    incoming = nearly_best(problem, best, tolerance=tolerance)
    worked = nearly_best(problem, best, Where.WORKED, tolerance=tolerance)
    funnel = dict(tallies)
    names = list(funnel)
    start = names.index(places.entry)
    turn = names.index(places.worked) if places.worked else len(names)
    bands = {}
    for index, name in enumerate(names[start:], start):
        before = index < turn or index == start
        reach = incoming if before else worked
        if reach is not None:
            where = Where.INCOMING if before else Where.WORKED
            pull = _pull(funnel[places.entry], funnel[name])
            bands[name] = _shifted(name, where, reach, pull)
    return bands


def capped(band: StageBand, limit: float) -> StageBand:
    """The band with its high end at the risk limit, where that is lower."""
    if limit >= (1.0 if band.open_high else band.high):
        return band
    low = 0.0 if band.open_low else band.low
    return StageBand(
        band.stage,
        band.where,
        min(low, max(0.0, limit - LEAST_WIDTH)),
        limit,
        band.open_low or low > limit,
        open_high=False,
        by_risk=True,
    )


def _pull(start: Tally, end: Tally) -> float:
    """The difference of log odds; 0 where one of the two has nothing decided."""
    if not start.known or not end.known:
        return 0.0
    return _logit(end) - _logit(start)


def _logit(tally: Tally) -> float:
    return log((tally.icp + _SMOOTH) / (tally.not_icp + _SMOOTH))


def _shifted(stage: str, where: Where, reach: Reach, pull: float) -> StageBand:
    return StageBand(
        stage,
        where,
        _moved(reach.low, pull),
        _moved(reach.high, pull),
        reach.open_low,
        reach.open_high,
    )


def _moved(rate: float, pull: float) -> float:
    if rate <= 0 or rate >= 1 or pull in (inf, -inf):
        return rate
    return 1 / (1 + exp(-(log(rate / (1 - rate)) + pull)))
