"""Reach: in how many markets there is business, and which ones outside the ICP deserve a try."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, fsum, log, sqrt

from bbm_core.chance import Chance, seeded

LEAST_LEADS = 20
"""Decided leads that a market needs to be a candidate."""

NEARLY = 0.8
"""A candidate is worth, per hour, at least this share of what an ICP lead is worth."""

SURE = 0.8
"""How probable that must be: a candidate is tried, not believed, so it is less than elsewhere."""

_DRAWS = 2000
_WEIGHT = 5.0
"""Wins' worth of the common amount that a market's own mean amount is mixed with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Yield:
    """What leads of one group brought: leads that are decided, wins, and what a win is worth."""

    leads: int
    wins: int
    value_mean: float = 0.0  # of a win
    value_spread: float = 0.0  # its standard deviation
    hours: float = 1.0  # sales hours a lead

    def __post_init__(self) -> None:
        if not 0 <= self.wins <= self.leads or self.hours <= 0:
            raise ValueError(f"wins are among the leads, and hours are above 0: {self}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A market outside the ICP that may earn as much per hour as the ICP does."""

    market: str
    outcome: Yield
    probability: float
    ratio: float  # its value per hour over the ICP's, shrunk


def effective_markets(counts: Mapping[str, int]) -> float | None:
    """So many markets of one size would be as varied: exp of Shannon's entropy (Hill 1973).

    None where nothing is counted.
    """
    total = sum(counts.values())
    if total <= 0:
        return None
    shares = [count / total for count in counts.values() if count > 0]
    return exp(-fsum(share * log(share) for share in sorted(shares)))


@dataclass(frozen=True, slots=True)
class Exploration:
    """How much of the inflow comes from markets that hold no customer yet."""

    new: int
    total: int
    markets: tuple[str, ...]  # without customer, the largest inflow first

    @property
    def share(self) -> float | None:
        return self.new / self.total if self.total else None


def exploration(inflow: Mapping[str, int], customers: Mapping[str, int]) -> Exploration:
    """Compare where leads come from with where customers are."""
    fresh = {name: n for name, n in inflow.items() if n > 0 and customers.get(name, 0) <= 0}
    ordered = sorted(fresh, key=lambda name: (-fresh[name], name))
    return Exploration(sum(fresh.values()), sum(inflow.values()), tuple(ordered))


def candidates(markets: Mapping[str, Yield], icp: Yield) -> tuple[Candidate, ...]:
    """The markets outside the ICP that deserve to be promoted, the surest first.

    A market's win rate is drawn from its posterior, with the markets' common rate as prior (beta
    binomial, moments); the mean value of a win from a normal around its shrunk mean. All markets
    are judged together: the chance of being wrong is held by Benjamini and Hochberg (1995) at what
    one market may have. An ICP that has not won yet is no yardstick, so then there are none.
    """
    judged = {name: one for name, one in sorted(markets.items()) if one.leads >= LEAST_LEADS}
    if not icp.wins or not judged:
        return ()
    common, yardsticks = _common(list(judged.values())), _yardsticks(icp)
    found = [_candidate(name, one, icp, common, yardsticks) for name, one in judged.items()]
    found.sort(key=lambda one: (-one.probability, one.market))
    return tuple(found[: _kept([1 - one.probability for one in found])])


@dataclass(frozen=True, slots=True)
class _Common:
    """What the markets outside the ICP have in common."""

    rate: float
    weight: float
    value: float
    spread: float


def _common(markets: Sequence[Yield]) -> _Common:
    leads, wins = sum(one.leads for one in markets), sum(one.wins for one in markets)
    rate = (wins + 0.5) / (leads + 1)
    value = fsum(one.value_mean * one.wins for one in markets) / wins if wins else 0.0
    squares = fsum(
        one.wins * (one.value_spread**2 + (one.value_mean - value) ** 2) for one in markets
    )
    return _Common(rate, _weight(markets, rate), value, sqrt(squares / wins) if wins else 0.0)


def _weight(markets: Sequence[Yield], rate: float) -> float:
    """Leads' worth of the common rate, by how much more than chance the rates differ (moments)."""
    freedom = len(markets) - 1
    chi = fsum(
        (one.wins - one.leads * rate) ** 2 / (one.leads * rate * (1 - rate)) for one in markets
    )
    total = sum(one.leads for one in markets)
    room = total - fsum(one.leads**2 for one in markets) / total - freedom
    alike = (chi - freedom) / room if freedom and room > 0 else 0.0
    return min(_MOST_WEIGHT, 1 / alike - 1) if alike > 0 else _MOST_WEIGHT


_MOST_WEIGHT = 200.0
"""More than this, and no market could ever stand out from the others."""


def _candidate(
    name: str, one: Yield, icp: Yield, common: _Common, yardsticks: Sequence[float]
) -> Candidate:
    chance = seeded("reach", name)
    a = one.wins + common.rate * common.weight
    b = one.leads - one.wins + (1 - common.rate) * common.weight
    value = _value(one, common)
    hits = sum(_per_hour(chance, (a, b), value, one.hours) > yard for yard in yardsticks)
    own = a / (a + b) * value[0] / one.hours
    yardstick = icp.wins / icp.leads * icp.value_mean / icp.hours
    return Candidate(name, one, hits / _DRAWS, own / yardstick if yardstick else 0.0)


def _yardsticks(icp: Yield) -> Sequence[float]:
    """What a candidate has to earn per hour, drawn as often as the candidates are."""
    chance = seeded("reach")
    rate = icp.wins + 0.5, icp.leads - icp.wins + 0.5
    value = icp.value_mean, icp.value_spread / sqrt(icp.wins)
    return [NEARLY * _per_hour(chance, rate, value, icp.hours) for _ in range(_DRAWS)]


def _value(one: Yield, common: _Common) -> tuple[float, float]:
    """The shrunk mean value of a win, and its error."""
    n = one.wins + _WEIGHT
    mean = (one.wins * one.value_mean + _WEIGHT * common.value) / n
    return mean, max(one.value_spread, common.spread) / sqrt(n)


def _per_hour(
    chance: Chance, rate: tuple[float, float], value: tuple[float, float], hours: float
) -> float:
    return chance.betavariate(*rate) * max(0.0, chance.gauss(*value)) / hours


def _kept(wrong: Sequence[float]) -> int:
    """How many of these chances of being wrong, in rising order, stand together."""
    level, count = 1 - SURE, len(wrong)
    passing = [rank for rank, p in enumerate(wrong, 1) if p <= level * rank / count]
    return max(passing, default=0)
