"""Whether the definition still pays: value per sales hour of ICP records against the others'."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bbm_core.chance import Chance, seeded

DRAWS = 2000
SURE = 0.90
"""How sure one must be that an hour on ICP records brings more (method.md d.2)."""

MIN_UNITS = 50
MIN_WINS = 20
"""Companies on each side, and wins on both together, below which nothing is said."""


@dataclass(frozen=True, slots=True)
class Worked:
    """One company that sales met: the hours it took, and what it brought (0 where nothing)."""

    hours: float
    value: float


class Pays(StrEnum):
    """What is known about the definition's worth."""

    YES = "yes"
    NO_LONGER = "no_longer"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Value per hour on both sides, and how sure it is that the ICP's is higher."""

    icp_units: int
    icp_wins: int
    rest_units: int
    rest_wins: int
    icp_per_hour: float | None
    rest_per_hour: float | None
    posterior: float | None  # None: too few
    pays: Pays


def health(icp: Sequence[Worked], rest: Sequence[Worked], seed: str, sure: float = SURE) -> Health:
    """Compare value per hour by the Bayesian bootstrap (Rubin 1981).

    It takes the companies that were seen for all kinds there are, and draws how many there are of
    each kind; so it needs no shape for deals that are mostly nothing and sometimes large.
    """
    wins = sum(one.value > 0 for one in icp), sum(one.value > 0 for one in rest)
    enough = min(len(icp), len(rest)) >= MIN_UNITS and sum(wins) >= MIN_WINS
    posterior = _posterior(icp, rest, seeded("health", seed)) if enough else None
    return Health(
        icp_units=len(icp),
        icp_wins=wins[0],
        rest_units=len(rest),
        rest_wins=wins[1],
        icp_per_hour=_per_hour(icp),
        rest_per_hour=_per_hour(rest),
        posterior=posterior,
        pays=_pays(posterior, sure),
    )


def _pays(posterior: float | None, sure: float) -> Pays:
    if posterior is None:
        return Pays.TOO_FEW
    return Pays.YES if posterior >= sure else Pays.NO_LONGER


def _per_hour(worked: Sequence[Worked]) -> float | None:
    hours = sum(one.hours for one in worked)
    return sum(one.value for one in worked) / hours if hours > 0 else None


def _posterior(icp: Sequence[Worked], rest: Sequence[Worked], draw: Chance) -> float:
    first, second = _kinds(icp), _kinds(rest)
    ahead = sum(_drawn(first, draw) > _drawn(second, draw) for _ in range(DRAWS))
    return ahead / DRAWS


def _kinds(worked: Iterable[Worked]) -> tuple[tuple[Worked, int], ...]:
    """Each kind of company once, with how many there are; in an order that is always the same."""
    counts = Counter(worked)
    return tuple(sorted(counts.items(), key=lambda pair: (pair[0].value, pair[0].hours)))


def _drawn(kinds: Iterable[tuple[Worked, int]], draw: Chance) -> float:
    """Value per hour where each company weighs as much as an exponential draw says."""
    value = hours = 0.0
    for one, count in kinds:
        weight = draw.gammavariate(count, 1.0)
        value += weight * one.value
        hours += weight * one.hours
    return value / hours if hours > 0 else 0.0
