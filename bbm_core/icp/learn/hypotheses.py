"""What may be worth trying where there are too few customers to learn from."""

from dataclasses import replace

from bbm_core.icp.learn.arrays import Array
from bbm_core.icp.learn.binning import Binned, Level, Others, union
from bbm_core.icp.learn.coding import UNKNOWN
from bbm_core.icp.learn.evidence import contrasts_of
from bbm_core.icp.learn.study import AttributeFigures, Conclusion, Study
from bbm_core.value.library import load_library

MOST = 3
LIKELY = 0.20
"""A hypothesis is what chance alone would show less often than this. It proves nothing."""


def hypotheses(study: Study) -> list[tuple[AttributeFigures, Binned, bool]]:
    """The attributes that look the most telling, each cut in two: the rest, and what stands out.

    The last part says whether what stands out is the better side. None where there are enough
    rows: then what was not named is no hypothesis either.
    """
    if study.conclusion is not Conclusion.TOO_FEW:
        return []
    likely = sorted(
        (one for one in study.attributes if one.chance <= LIKELY),
        key=lambda one: (one.chance, one.name),
    )
    return [_halved(one) for one in likely[:MOST]]


def _halved(figures: AttributeFigures) -> tuple[AttributeFigures, Binned, bool]:
    cuts = len(figures.plain.levels) - 1
    # "Not in the middle" is no condition, so a middle counts only where it is the better side.
    asked = [
        (one.chance, place)
        for place, one in enumerate(figures.contrasts)
        if not figures.plain.ordered or place < cuts or one.above
    ]
    place = min(asked)[1]
    inside = contrasts_of(figures.plain)[place] > 0
    return figures, _in_two(figures.plain, inside), figures.contrasts[place].above


def _in_two(binned: Binned, inside: Array) -> Binned:
    """The rest first, then the levels that stand out."""
    parts: list[list[Level]] = [[], []]
    for level, stands_out in zip(binned.levels, inside, strict=True):
        parts[bool(stands_out)].append(level)
    is_cut = binned.ordered and not inside[0] and inside[-1]
    rest = union(parts[0]) if is_cut else Others()
    lookup = load_library("numpy").append(inside.astype(int), UNKNOWN)
    return replace(binned, levels=(rest, union(parts[1])), codes=lookup[binned.codes])
