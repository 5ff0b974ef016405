"""The exploration floor: some of the work goes to markets that no customer comes from yet.

A plan that only repeats what sold before never finds out what else would. Which markets to try is
drawn by Thompson sampling (Thompson 1933): each draws a win rate from what little is known of it,
and the highest draws go first, so that what is promising or hardly tried gets its turn.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bbm_core.balance.reach import exploration
from bbm_core.balance.tally import Tally
from bbm_core.chance import seeded

FLOOR = 0.10
"""The least share of worked leads from markets without customers."""

_PRIOR = 10.0  # records that the usual win rate is worth
_SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class FloorCheck:
    """How much of the work goes to markets without customers, and what the floor asks for."""

    floor: float
    share: float | None  # now; None: nothing was worked, or markets are not recorded
    least: float  # leads a month that the floor asks for
    lacking: float  # leads a month that are missing
    markets: tuple[str, ...]  # to try, the first one first

    @property
    def is_met(self) -> bool:
        return self.lacking <= 0


def explore(
    worked: Mapping[str, int],
    customers: Mapping[str, int],
    worked_month: float,
    floor: float = FLOOR,
    win_rate: float = 0.1,
) -> FloorCheck:
    """Hold the work of the past against the floor.

    Args:
        worked: records that sales worked, by market; "" is no market.
        customers: customers won, by market.
        worked_month: leads that the plan works a month.
        floor: the least share of them.
        win_rate: the usual share of worked leads that is won.
    """
    named = {name: count for name, count in worked.items() if name}
    found = exploration(named, customers)
    new = {name: named[name] for name in found.markets}
    least = floor * worked_month
    return FloorCheck(
        floor=floor,
        share=found.share,
        least=least,
        lacking=max(0.0, least - (found.share or 0.0) * worked_month),
        markets=_drawn(new, win_rate),
    )


def by_market(slices: Mapping[str, Tally]) -> Mapping[str, int]:
    return {name: tally.total for name, tally in slices.items()}


def _drawn(new: Mapping[str, int], win_rate: float) -> tuple[str, ...]:
    rate = min(max(win_rate, 0.01), 0.99)
    draws = {}
    for name, count in new.items():
        chance = seeded("explore", name, count)
        draws[name] = chance.betavariate(_PRIOR * rate, _PRIOR * (1 - rate) + count)
    ordered = sorted(draws, key=lambda name: (-draws[name], name))
    return tuple(ordered[:_SUGGESTED])
