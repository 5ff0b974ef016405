"""The detectors of the benchmark are the product's own, week by week."""

from datetime import date, timedelta

import pytest

from bbm_core.balance.band import BaselineSettings
from bbm_core.balance.shift import ShiftSettings, find_shifts
from bbm_core.balance.tally import Tally, WeekTally
from bbm_core.balance.watch import Skew, WatchSettings, band_status, usual_band

np = pytest.importorskip("numpy")
pytest.importorskip("scipy")
from benchmarks import streams  # noqa: E402 - needs numpy

FIRST = 39
SETTINGS = [streams.Setting(10, 0.0), streams.Setting(100, 0.03), streams.Setting(1, 0.0, 0.05)]


def weeks(row: list[int], known: int) -> list[WeekTally]:
    monday = date(2026, 1, 5)
    return [
        WeekTally(monday + timedelta(weeks=n), Tally(icp=k, not_icp=known - k))
        for n, k in enumerate(row)
    ]


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_early_detector_is_the_products(setting: streams.Setting) -> None:
    settings = ShiftSettings(false_alarms=0.3)
    icp = streams.draw(np.random.default_rng(1), setting, 40, 70)
    icp[20:, 55:] //= 2  # half of them change

    found = streams.shift_levels(icp, setting.known, settings)
    alarms = streams.shift_alarms(icp, setting.known, settings)

    for row, stream in enumerate(icp.tolist()):
        for end in (40, 56, 60, 70):
            status = find_shifts(weeks(stream[:end], setting.known), settings)
            column = end - 1 - settings.least_weeks
            if not status.shifts:
                assert status.level == pytest.approx(found.level[row, column], abs=1e-9)
            assert bool(status.shifts) == alarms[row, : column + 1].any()
            if status.shifts:
                first = int(alarms[row].argmax())
                assert status.shifts[0].found == weeks(stream, 1)[first + 26].week
                assert status.shifts[0].since == weeks(stream, 1)[found.since[row, first]].week


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_band_status_is_the_products(setting: streams.Setting) -> None:
    settings = WatchSettings()
    icp = streams.draw(np.random.default_rng(2), setting, 20, FIRST + 5)

    low, high = streams.band_sides(icp, setting.known, FIRST, settings, BaselineSettings())

    for row, stream in enumerate(icp.tolist()):
        for column in range(5):
            seen = weeks(stream[: FIRST + column + 1], setting.known)
            band = usual_band(seen, settings)
            if band is None:
                continue
            status = band_status(seen, band, settings, Skew.BALANCED)
            assert status.posterior_low == pytest.approx(low[row, column], abs=1e-9)
            assert status.posterior_high == pytest.approx(high[row, column], abs=1e-9)
