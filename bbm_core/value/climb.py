"""Finds where a smooth function of a few numbers is greatest, without derivatives."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

Point = tuple[float, ...]
Function = Callable[[Point], float]

MOST_STEPS = 2000
TOLERANCE = 1e-10
NEAR = 1e-6


class Peak(NamedTuple):
    """The best point found, its height, and whether the search came to rest there."""

    at: Point
    height: float
    converged: bool


def highest(function: Function, start: Sequence[float], stride: float = 0.5) -> Peak:
    """The simplex search of Nelder and Mead (1965), begun anew until a round improves nothing.

    Args:
        function: finite everywhere; a caller clamps what it cannot bear.
        start: where to begin.
        stride: how far apart the first points lie, in every direction.
    """
    peak = _round(function, tuple(start), stride)
    for _ in range(10):
        again = _round(function, peak.at, stride / 5)
        gained = again.height - peak.height
        peak = max(peak, again, key=lambda one: one.height)
        if gained <= TOLERANCE * (1 + abs(peak.height)):
            return Peak(peak.at, peak.height, again.converged)
    return Peak(peak.at, peak.height, converged=False)


def _round(function: Function, start: Point, stride: float) -> Peak:
    corners = [start, *(_moved(start, axis, stride) for axis in range(len(start)))]
    simplex = sorted(((function(p), p) for p in corners), reverse=True)
    for _ in range(MOST_STEPS):
        best, worst = simplex[0], simplex[-1]
        if best[0] - worst[0] <= TOLERANCE * (1 + abs(best[0])) and _small(simplex):
            return Peak(best[1], best[0], converged=True)
        simplex = sorted(_stepped(function, simplex), reverse=True)
    return Peak(simplex[0][1], simplex[0][0], converged=False)


def _moved(point: Point, axis: int, by: float) -> Point:
    return tuple(x + by * (i == axis) for i, x in enumerate(point))


def _small(simplex: Sequence[tuple[float, Point]]) -> bool:
    best = simplex[0][1]
    return all(abs(x - y) < NEAR for _, p in simplex[1:] for x, y in zip(p, best, strict=True))


def _stepped(
    function: Function, simplex: Sequence[tuple[float, Point]]
) -> list[tuple[float, Point]]:
    """One step: the worst corner is reflected, stretched or drawn in, or all are drawn in."""
    *kept, worst = simplex
    centre = tuple(sum(axis) / len(kept) for axis in zip(*(p for _, p in kept), strict=True))

    def tried(by: float) -> tuple[float, Point]:
        point = tuple(c + by * (c - w) for c, w in zip(centre, worst[1], strict=True))
        return function(point), point

    reflected = tried(1.0)
    if reflected[0] > kept[0][0]:
        return [*kept, max(reflected, tried(2.0))]
    if reflected[0] > kept[-1][0]:
        return [*kept, reflected]
    drawn = tried(0.5) if reflected[0] > worst[0] else tried(-0.5)
    if drawn[0] > max(worst[0], reflected[0]):
        return [*kept, drawn]
    best = kept[0]
    inner = [tuple((b + x) / 2 for b, x in zip(best[1], p, strict=True)) for _, p in simplex[1:]]
    return [best, *((function(p), p) for p in inner)]
