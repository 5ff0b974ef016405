"""Made-up customers for `benchmarks/learning.py`, and the models that ours is compared with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import expit

from bbm_core.icp.learn.binning import Among, Binned, Others, Span, cut
from bbm_core.icp.learn.coding import Coded, code
from bbm_core.icp.learn.evidence import woe
from bbm_core.icp.learn.folds import area_of
from bbm_core.icp.learn.sample import Attribute, Sample
from bbm_core.icp.learn.weights import tally

Floats = Any

ATTRIBUTES, INFORMATIVE, LEVELS = 8, 4, 5
MISSING, BASE = 0.15, 0.25
STRENGTH = 0.70
"""The spread of an informative attribute's log-odds; it makes the oracle's AUC .78."""


@dataclass(frozen=True)
class World:
    """Rows to learn from and rows to be tried on; `levels` are 0 to 4, -1 where unknown."""

    names: tuple[str, ...]
    values: tuple[Sequence[Any], ...]  # of the first rows, as a learner sees them
    levels: Floats  # a row each, a column for each attribute
    good: Floats
    oracle: Floats  # log-odds by who knows every effect
    rows: int

    @property
    def sample(self) -> Sample:
        attributes = map(Attribute, self.names, self.values)
        return Sample(tuple(attributes), [bool(one) for one in self.good[: self.rows]])


def world(seed: int, rows: int, tried: int = 4000, *, numbers: bool = False) -> World:
    """Eight attributes of five levels, four of which matter, 15 % missing, a quarter good.

    With `numbers` every second attribute is a number of which more is better (or worse).
    """
    chance = np.random.default_rng([seed, rows])
    total = rows + tried
    position = chance.random((total, ATTRIBUTES))
    levels = (position * LEVELS).astype(int)
    effects = np.zeros((ATTRIBUTES, LEVELS))
    for place in range(INFORMATIVE):
        found = chance.normal(size=LEVELS)
        if numbers and place % 2:
            found = np.sort(found)[:: chance.choice([-1, 1])]
        effects[place] = STRENGTH * (found - found.mean()) / found.std()
    odds = effects[np.arange(ATTRIBUTES), levels].sum(axis=1)
    good = (chance.random(total) < expit(odds + _intercept(odds))).astype(int)
    unknown = chance.random((total, ATTRIBUTES)) < MISSING
    seen = np.where(unknown, -1, levels)
    padded = np.hstack([effects, np.zeros((ATTRIBUTES, 1))])
    oracle = padded[np.arange(ATTRIBUTES), seen].sum(axis=1)
    values = tuple(
        _values(seen[:rows, place], position[:rows, place], number=numbers and place % 2 == 1)
        for place in range(ATTRIBUTES)
    )
    names = tuple(f"a{place}" for place in range(ATTRIBUTES))
    return World(names, values, seen, good, oracle, rows)


def _intercept(odds: Floats) -> float:
    low, high = -10.0, 10.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if expit(odds + middle).mean() > BASE else (middle, high)
    return low


def _values(levels: Floats, position: Floats, *, number: bool) -> Sequence[Any]:
    if number:
        return [None if one < 0 else int(1000 * p) for one, p in zip(levels, position, strict=True)]
    return [None if one < 0 else f"v{one}" for one in levels]


def ours(one: World) -> tuple[list[Binned], Floats]:
    """The attributes as our learner cuts them on the first rows, with the codes of all rows."""
    binned = []
    for place, attribute in enumerate(one.sample.attributes):
        coded = code(attribute)
        found = cut(coded) if isinstance(coded, Coded) else coded
        if isinstance(found, Binned):
            binned.append(replace(found, codes=_placed(found, one, place)))
    return binned, one.good


def _placed(binned: Binned, one: World, place: int) -> Floats:
    """The level of every row, those that were not cut by included."""
    lookup = np.full(LEVELS + 1, -1)
    for level in range(LEVELS):
        lookup[level] = _level_of(binned, level)
    codes = lookup[one.levels[:, place]]
    codes[: one.rows] = binned.codes
    return codes


def _level_of(binned: Binned, level: int) -> int:
    """Where a level of the world lies: a name by its value, numbers by their middle."""
    middle = 1000 * (level + 0.5) / LEVELS
    for place, found in enumerate(binned.levels):
        match found:
            case Among(values) if f"v{level}" in values:
                return place
            case Span(low, high):
                if (low is None or low <= middle) and (high is None or middle <= high):
                    return place
            case Others():
                return place
    return -1


def raw_sum(one: World) -> float | None:
    """The sum of plain weights of evidence (half a row added), unknown as a level of its own."""
    return _summed(one, alpha=0.0, unknown=True)


def smooth_sum(one: World) -> float | None:
    """The sum of smoothed weights, unknown as 0."""
    return _summed(one, alpha=8.0, unknown=False)


def _summed(one: World, *, alpha: float, unknown: bool) -> float | None:
    train, test = slice(None, one.rows), slice(one.rows, None)
    total = np.zeros(len(one.good) - one.rows)
    for place in range(ATTRIBUTES):
        codes = one.levels[:, place]
        codes = np.where(codes < 0, LEVELS, codes) if unknown else codes
        wins, rows = tally(codes[train], one.good[train], LEVELS + unknown)
        bad = rows - wins
        weights = woe(wins, bad, alpha) if alpha else woe(wins + 0.5, bad + 0.5, 0.0)
        total += np.append(weights, 0.0)[codes[test]]
    return area_of(total, one.good[test])


def one_hot(one: World, penalty: float = 2.0) -> float | None:
    """Ridge logistic regression on a column for each level, unknown as one of them."""
    columns = [one.levels == level for level in range(-1, LEVELS)]
    x = np.concatenate(columns, axis=1).astype(float)
    at = logistic(x[: one.rows], one.good[: one.rows], penalty)
    return area_of(x[one.rows :] @ at[1:], one.good[one.rows :])


def logistic(x: Floats, good: Floats, penalty: float) -> Floats:
    """A logistic regression without bounds, by Newton's steps."""
    design = np.column_stack([np.ones(len(x)), x])
    ridge = np.full(design.shape[1], penalty)
    ridge[0] = 1e-9
    at = np.zeros(design.shape[1])
    for _ in range(50):
        expected = expit(design @ at)
        slope = design.T @ (good - expected) - ridge * at
        bent = design.T @ (design * (expected * (1 - expected))[:, None]) + np.diag(ridge)
        step = np.linalg.solve(bent, slope)
        at += step
        if abs(step).max() < 1e-8:
            break
    return at
