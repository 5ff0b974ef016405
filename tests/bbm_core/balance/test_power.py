"""The short form of `benchmarks/detectors.py`: within the budget, and close to who knows it all."""

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("scipy")
from benchmarks import detectors  # noqa: E402 - needs numpy
from benchmarks.streams import Setting  # noqa: E402

STREAMS = 400


def test_a_drop_of_ten_points_is_found_in_time_within_the_budget() -> None:
    row = detectors.watched(detectors.drawn(Setting(100, 0.0), 52, STREAMS), detectors.FIRST)

    assert row.found >= 0.90
    assert row.false_alarms <= detectors.FIRST


def test_with_campaigns_the_early_detector_beats_every_other_at_the_same_alarms() -> None:
    streams = detectors.drawn(Setting(100, 0.03), 104, STREAMS)
    alarms = detectors.FIRST

    found = {
        score.__name__: detectors.at_same_alarms(streams, score, alarms).found
        for score in (
            detectors.oracle,
            detectors.early_sum,
            detectors.cusum,
            detectors.e_process,
            detectors.band_status,
        )
    }

    assert found["early_sum"] > found["cusum"] + 0.05
    assert found["early_sum"] > found["e_process"] + 0.05
    assert found["early_sum"] > found["band_status"] + 0.05
    assert found["early_sum"] > found["oracle"] - 0.08  # 400 streams; the benchmark's is 0.05
