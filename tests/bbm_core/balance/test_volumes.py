"""The volume detector of the benchmark is the product's own, week by week."""

import pytest

from bbm_core.balance.tally import Tally, WeekTally
from bbm_core.balance.volume import Counted, VolumeSettings, volume_status

np = pytest.importorskip("numpy")
pytest.importorskip("scipy")
from benchmarks import volumes  # noqa: E402 - needs numpy


@pytest.mark.parametrize("past", [13, 20, 104])
@pytest.mark.parametrize("mean", [1, 30])
def test_the_volume_detector_is_the_products(past: int, mean: int) -> None:
    settings = VolumeSettings(false_alarms=0.3)
    chance = np.random.default_rng(past)
    counts = volumes.Arrivals(mean, 4).draw(chance, 12, past + 8)
    counts[4:8, -5:] //= 4
    counts[8:, -5:] *= 3

    alarms = volumes.volume_alarms(counts, past, settings)

    for row, stream in enumerate(counts.tolist()):
        begun = next((place for place, count in enumerate(stream) if count), len(stream))
        if begun:
            continue  # the product waits for the first record; the streams have begun
        weeks = [
            WeekTally(week.week, Tally(icp=count))
            for week, count in zip(volumes.mondays(len(stream)), stream, strict=True)
        ]
        for column in range(alarms.shape[1]):
            seen = weeks[: past + settings.window_weeks + column]
            status = volume_status(seen, Counted.ICP, settings)
            assert status is not None
            assert (status.direction is not None) == alarms[row, column]
    assert mean == 1 or alarms.any()


def test_a_quiet_year_keeps_the_budget_however_much_counts_scatter() -> None:
    for dispersion in (2, 8):
        alarms, _ = volumes.measured(volumes.Arrivals(30, dispersion), 26, 600)
        assert alarms <= 0.03  # the budget of 0.02, with the chance of 600 streams
