"""All figures of a table in one walk over the cells: by stage, span and slice.

The functions of `tally` each answer one question and walk once for it; a table of two years, six
stages and a hundred slices would walk a thousand times.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from bbm_core.balance.cells import Cells, CellValue
from bbm_core.balance.tally import NEW_RECORDS, Tally, View, inflow_of, stock_of


class Place(NamedTuple):
    """Where in a table a tally stands. An empty span is the whole period, an empty slice all."""

    stage: str
    span: str = ""
    slice: str = ""


Table = Mapping[Place, Tally]

SliceOf = Callable[[str, date], str]
"""Which slice of a table a dimension's slice belongs to in a week."""


def itself(value: str, _week: date) -> str:
    return value


def roll_up_inflow(
    cells: Cells,
    span_of: Callable[[date], str | None],
    view: View = NEW_RECORDS,
    dimension: str = "",
    slice_of: SliceOf = itself,
) -> Table:
    """What entered each stage, in each span, in each slice of the dimension.

    Args:
        cells: cells of one version of the profiles.
        span_of: in which span a week falls; None where it falls in none.
        view: what is counted.
        dimension: whose slices; the empty one is the whole.
        slice_of: several slices may be one in the table, such as the owners of a team.
    """
    sums: dict[Place, CellValue] = defaultdict(CellValue)
    for key, value in cells.items():
        if (key.unit, key.segment, key.dimension) != (view.unit, view.segment, dimension):
            continue
        span = span_of(key.week)
        if span is not None:
            sums[Place(key.stage, span, slice_of(key.value, key.week))] += value
    return {place: tally for place, sum_ in sums.items() if (tally := inflow_of(sum_)).total}


def roll_up_stock(
    cells: Cells,
    ends: Sequence[tuple[str, date]],
    view: View = NEW_RECORDS,
    dimension: str = "",
    slice_of: SliceOf = itself,
) -> Table:
    """What is in each stage at each end: a span's name and its last week, earliest first.

    What came into a slice has to leave it again, so all weeks are put into slices as the last is.
    """
    names, lasts = [name for name, _ in ends], [last for _, last in ends]
    changes: dict[tuple[str, str], dict[int, CellValue]] = defaultdict(dict)
    for key, value in cells.items():
        if (key.unit, key.segment, key.dimension) != (view.unit, view.segment, dimension):
            continue
        position = bisect_left(lasts, key.week)
        if position < len(lasts):
            changed = changes[key.stage, slice_of(key.value, lasts[-1])]
            changed[position] = changed.get(position, CellValue()) + value
    found: dict[Place, Tally] = {}
    for (stage, slice_), changed in changes.items():
        level = CellValue()
        for position, name in enumerate(names):
            level += changed.get(position, CellValue())
            if (tally := stock_of(level)).total:
                found[Place(stage, name, slice_)] = tally
    return found
