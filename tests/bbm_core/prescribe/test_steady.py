"""A policy does not flip: when a new direction is due."""

from dataclasses import replace
from datetime import date

import pytest

from bbm_core.balance.band import Band, Origin
from bbm_core.balance.rate import Interval
from bbm_core.balance.tally import Tally
from bbm_core.balance.watch import BandStatus, Skew
from bbm_core.prescribe.measure import Direction
from bbm_core.prescribe.steady import LastTurn, Ruling, steadied

TODAY = date(2026, 11, 23)
STATUS = BandStatus(
    skew=Skew.VOLUME,
    band=Band(0.3, 0.4, Origin.OPTIMUM),
    period=None,
    tally=Tally(icp=20, not_icp=80),
    interval=Interval(0.1, 0.3),
    posterior_low=0.98,
    posterior_high=0.0,
    phi=1.0,
    needed=0,
)


def test_a_sure_skew_turns_the_policy_against_it() -> None:
    found = steadied(STATUS, None, TODAY, 1000.0)

    assert (found.ruling, found.direction, found.moves) == (Ruling.TURN, Direction.QUALITY, True)
    assert found.most_step == 200


def test_too_high_a_rate_turns_to_volume() -> None:
    status = replace(STATUS, skew=Skew.QUALITY, posterior_low=0.0, posterior_high=0.97)

    assert steadied(status, None, TODAY, 1000.0).direction is Direction.VOLUME


def test_inside_the_band_nothing_changes() -> None:
    status = replace(STATUS, skew=Skew.BALANCED)

    assert steadied(status, None, TODAY, 1000.0).ruling is Ruling.STAY


def test_a_missed_target_alone_is_no_reason_to_turn() -> None:
    status = replace(STATUS, skew=Skew.BALANCED)

    found = steadied(status, None, TODAY, 1000.0, missed=True)

    assert (found.ruling, found.moves) == (Ruling.MISSED_ONLY, False)


@pytest.mark.parametrize("status", [None, replace(STATUS, skew=Skew.UNCLEAR)])
def test_too_few_records_change_nothing(status: BandStatus | None) -> None:
    assert steadied(status, None, TODAY, 1000.0).ruling is Ruling.UNCLEAR


def test_a_change_waits_until_the_last_one_had_its_eight_weeks() -> None:
    last = LastTurn(Direction.VOLUME, date(2026, 10, 12))

    found = steadied(STATUS, last, TODAY, 1000.0)

    assert (found.ruling, found.not_before) == (Ruling.WAIT, date(2026, 12, 7))
    assert steadied(STATUS, last, date(2026, 12, 7), 1000.0).ruling is Ruling.TURN


def test_the_same_direction_goes_on_at_once() -> None:
    last = LastTurn(Direction.QUALITY, date(2026, 11, 20))

    assert steadied(STATUS, last, TODAY, 1000.0).ruling is Ruling.GO_ON


def test_a_new_direction_needs_to_be_nearly_certain() -> None:
    unsure = replace(STATUS, posterior_low=0.9)  # a skew that was entered earlier and still stands

    found = steadied(unsure, None, TODAY, 1000.0)

    assert (found.ruling, found.direction) == (Ruling.UNSURE, Direction.QUALITY)
    assert (found.sure, found.needs) == (0.9, 0.95)
