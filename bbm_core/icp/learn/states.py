"""The few states of an attribute that a draft tells apart: what holds, and the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bbm_core.icp.learn.arrays import Array
from bbm_core.icp.learn.binning import Among, Binned, Level, Others, merged
from bbm_core.icp.learn.monotone import lost
from bbm_core.icp.learn.study import AttributeFigures
from bbm_core.icp.learn.weights import tally
from bbm_core.value.library import load_library

_SAME = 0.10
"""Neighbours are one state where chance shows as much difference this often."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Every value but these."""

    values: Among


State = Level | Rest


def told_apart(figures: AttributeFigures, good: Array, false_finds: float) -> Binned:
    """The attribute with its levels joined into the states that hold.

    Of levels in order, neighbours that hardly differ are joined; of names, those that do not stand
    out are the rest.
    """
    if figures.binned.ordered:
        return _neighbours_joined(figures.binned, good)
    return _rest_joined(figures, false_finds)


def states_of(binned: Binned) -> tuple[State, ...]:
    """The levels, the others as the values that they are not."""
    named = tuple(v for one in binned.levels if isinstance(one, Among) for v in one.values)
    return tuple(Rest(Among(named)) if isinstance(one, Others) else one for one in binned.levels)


def _neighbours_joined(binned: Binned, good: Array) -> Binned:
    chdtrc = load_library("scipy.special").chdtrc
    while len(binned.levels) > 1:
        wins, rows = (one.tolist() for one in tally(binned.codes, good, len(binned.levels)))
        pairs = [
            lost(wins[place : place + 2], rows[place : place + 2], [0, 0])
            for place in range(len(rows) - 1)
        ]
        place = pairs.index(min(pairs))
        if chdtrc(1, pairs[place]) < _SAME:
            return binned
        binned = merged(binned, [one - (one > place) for one in range(len(rows))])
    return binned


def _rest_joined(figures: AttributeFigures, false_finds: float) -> Binned:
    binned = figures.plain
    if len(binned.levels) == 2 and Others() not in binned.levels:  # noqa: PLR2004 - one or the other
        return binned
    found = {one.level for one in figures.contrasts if one.adjusted <= false_finds}
    kept = [place for place, level in enumerate(binned.levels) if level in found]
    place_of = {old: new for new, old in enumerate(kept)}
    blocks = [place_of.get(place, len(kept)) for place in range(len(binned.levels))]
    if max(blocks) < len(kept):  # all of them hold: there is no rest
        return binned
    return _with_rest(binned, blocks, len(kept))


def _with_rest(binned: Binned, blocks: Sequence[int], rest: int) -> Binned:
    joined = merged(binned, blocks)
    return replace(joined, levels=(*joined.levels[:rest], Others()))
