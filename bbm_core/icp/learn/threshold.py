"""From which score on a record is called an ideal customer: every choice, and the best one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bbm_core.icp.backtest import FLAGGED, RECALL, TOP_TO_BOTTOM
from bbm_core.icp.learn.arrays import Array
from bbm_core.icp.profile import Tiers
from bbm_core.value.library import load_library

POINTS = 100
"""The points of all criteria together, so that points and score are one."""


class Guide(StrEnum):
    """The marks of a useful definition (MadKudu's), as a backtest gives them."""

    SHARE = "share"  # of all that are flagged
    RECALL = "recall"  # of the good that are flagged
    TIMES = "times"  # how much more often the best tier is good than the worst


@dataclass(frozen=True, slots=True)
class Tier:
    """The rows of one tier."""

    good: int
    rows: int

    @property
    def rate(self) -> float | None:
        return self.good / self.rows if self.rows else None


@dataclass(frozen=True, slots=True)
class Cut:
    """What a threshold would do to the rows that were learned from."""

    threshold: int
    flagged: int  # reach it whatever is not known of them
    flagged_good: int
    unknown: int  # could reach it, or not
    rows: int
    good: int
    best: Tier  # A, of the tiers around this threshold
    worst: Tier  # D

    @property
    def share(self) -> float:
        """The share of all rows that is flagged."""
        return self.flagged / self.rows

    @property
    def precision(self) -> float:
        """The share of good rows among the flagged."""
        return self.flagged_good / self.flagged if self.flagged else 0.0

    @property
    def recall(self) -> float:
        """The share of the good rows that is flagged."""
        return self.flagged_good / self.good

    @property
    def youden(self) -> float:
        """The share of the good that is flagged less that of the bad: Youden (1950)."""
        bad = self.rows - self.good
        return self.recall - (self.flagged - self.flagged_good) / bad


def cuts(parts: Sequence[tuple[Array, Sequence[int]]], good: Array) -> tuple[Cut, ...]:
    """Each threshold that some row just reaches, the lowest first.

    Args:
        parts: for each attribute the level of each row, -1 where unknown, and each level's points.
        good: 1 or 0 for each row.
    """
    numpy = load_library("numpy")
    low = sum(numpy.append(points, min(points))[codes] for codes, points in parts)
    high = sum(numpy.append(points, max(points))[codes] for codes, points in parts)
    low, high = numpy.asarray(low), numpy.asarray(high)
    return tuple(_cut(int(score), low, high, good > 0) for score in numpy.unique(low[low > 0]))


def _cut(score: int, low: Array, high: Array, wins: Array) -> Cut:
    tiers, flagged = tiers_around(score), _tier(low >= score, wins)
    return Cut(
        threshold=score,
        flagged=flagged.rows,
        flagged_good=flagged.good,
        unknown=int(((low < score) & (high >= score)).sum()),
        rows=len(wins),
        good=int(wins.sum()),
        best=_tier(low >= tiers.A, wins),
        worst=_tier(low < tiers.C, wins),
    )


def _tier(inside: Array, wins: Array) -> Tier:
    return Tier(int((wins & inside).sum()), int(inside.sum()))


def tiers_around(threshold: int) -> Tiers:
    """A and B are ideal customers; A is the better half of them, D what is below half the way."""
    if threshold >= POINTS:
        return Tiers(A=POINTS, B=POINTS - 1, C=POINTS // 2)
    return Tiers(A=(threshold + POINTS + 1) // 2, B=threshold, C=threshold // 2)


def best_cut(found: Sequence[Cut]) -> Cut:
    """The one that parts good from bad the widest; of equals, the one that flags fewer."""
    return max(found, key=lambda cut: (round(cut.youden, 12), cut.threshold))


_SHARES = (0.10, 0.15, 0.20, 0.25, 0.30, 0.35, 0.50, 0.70)


def curve(found: Sequence[Cut], chosen: Cut) -> tuple[Cut, ...]:
    """The cuts to look at: those that flag about a tenth of the rows up to most of them."""
    near = {
        min(found, key=lambda cut: (abs(cut.share - share), cut.threshold)) for share in _SHARES
    }
    return tuple(sorted({*near, chosen}, key=lambda cut: cut.threshold))


def guides(cut: Cut) -> Mapping[Guide, bool]:
    """Which of the guide lines a threshold meets. They are shown, and force nothing."""
    best, worst = cut.best, cut.worst
    return {
        Guide.SHARE: FLAGGED.low <= cut.share <= FLAGGED.high,
        Guide.RECALL: cut.recall >= RECALL,
        Guide.TIMES: bool(best.good and worst.rows)
        and best.good * worst.rows >= TOP_TO_BOTTOM * worst.good * best.rows,
    }
