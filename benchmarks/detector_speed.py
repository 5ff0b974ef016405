"""How long the detectors and an explanation take on the cells of a large book.

    python -m benchmarks.detector_speed --records 1000000

The cells are those of two years, six stages, and four dimensions of twenty slices each; records
only make their counts larger.
"""

import argparse
import time
from collections import defaultdict
from datetime import date
from random import Random

from bbm_core.balance.cells import CellKey, Cells, CellValue, Unit
from bbm_core.balance.dimension import explain
from bbm_core.balance.shift import find_shifts
from bbm_core.balance.tally import WEEK, Period, Tally, weekly
from bbm_core.balance.volume import Counted, volume_status
from bbm_core.balance.watch import Skew, WatchSettings, band_status, usual_band
from bbm_core.scope import Segment

FIRST = date(2024, 12, 2)
WEEKS = Period(FIRST, FIRST + 103 * WEEK)
STAGES = {"acquisition": 1.0, "nurturing": 0.7, "handover": 0.3, "opportunity": 0.2, "won": 0.05,
          "customer": 0.05}  # fmt: skip
DIMENSIONS = ("channel", "region", "industry", "campaign")
SLICES = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    cells = made(parser.parse_args().records)
    print(f"{len(cells):,} cells of {len(STAGES)} stages")
    started = time.perf_counter()
    for stage in STAGES:
        detect(cells, stage)
    print(f"every detector on every stage: {time.perf_counter() - started:.2f} s")
    started = time.perf_counter()
    explained(cells, "acquisition")
    seconds = time.perf_counter() - started
    print(f"one stage explained by {len(DIMENSIONS)} dimensions: {seconds:.2f} s")


def made(records: int) -> Cells:
    random, cells = Random(1), dict[CellKey, CellValue]()
    for stage, share in STAGES.items():
        for number in range(WEEKS.weeks):
            week, known = FIRST + number * WEEK, int(records * share / WEEKS.weeks)
            icp = round(known * random.gauss(0.3, 0.02))
            value = CellValue(icp=icp, not_icp=known - icp, unknown=known // 20)
            cells[CellKey("v1", Unit.RECORD, stage, week, Segment.NEW)] = value
            for dimension in DIMENSIONS:
                for place in range(SLICES):
                    part = CellValue(icp=icp // SLICES, not_icp=(known - icp) // SLICES)
                    key = CellKey(
                        "v1", Unit.RECORD, stage, week, Segment.NEW, dimension, f"slice {place}"
                    )
                    cells[key] = part
    return cells


def detect(cells: Cells, stage: str) -> None:
    weeks, settings = weekly(cells, stage, WEEKS), WatchSettings()
    band = usual_band(weeks, settings)
    assert band is not None
    band_status(weeks, band, settings, Skew.BALANCED)
    find_shifts(weeks)
    for counted in Counted:
        volume_status(weeks, counted)


def explained(cells: Cells, stage: str) -> None:
    sums: dict[str, dict[date, dict[str, Tally]]] = defaultdict(lambda: defaultdict(dict))
    for key, value in cells.items():
        if key.stage == stage and key.dimension:
            sums[key.dimension][key.week][key.value] = Tally(value.icp, value.not_icp)
    mondays = [FIRST + number * WEEK for number in range(WEEKS.weeks)][-30:]
    explain(
        {
            name: ([found[day] for day in mondays[:26]], [found[day] for day in mondays[26:]])
            for name, found in sums.items()
        }
    )


if __name__ == "__main__":
    main()
