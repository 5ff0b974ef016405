"""From which score on a record is called an ideal customer: every choice, and the best one."""

from collections.abc import Sequence
from dataclasses import dataclass

from bbm_core.icp.learn.arrays import Array
from bbm_core.value.library import load_library


@dataclass(frozen=True, slots=True)
class Cut:
    """What a threshold would do to the rows that were learned from."""

    threshold: int
    flagged: int  # reach it whatever is not known of them
    flagged_good: int
    unknown: int  # could reach it, or not
    rows: int
    good: int

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
    wins = good > 0
    return tuple(
        Cut(
            threshold=int(score),
            flagged=int((low >= score).sum()),
            flagged_good=int((wins & (low >= score)).sum()),
            unknown=int(((low < score) & (high >= score)).sum()),
            rows=len(good),
            good=int(wins.sum()),
        )
        for score in numpy.unique(low[low > 0])
    )


def best_cut(found: Sequence[Cut]) -> Cut:
    """The one that parts good from bad the widest; of equals, the one that flags fewer."""
    return max(found, key=lambda cut: (round(cut.youden, 12), cut.threshold))
