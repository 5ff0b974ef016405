"""What became of a decision, beside what it did not touch."""

import pytest

from bbm_core.balance.tally import EMPTY, Tally
from bbm_core.prescribe.after import Finding, Sides, after_action


def tally(icp: int, known: int) -> Tally:
    return Tally(icp=icp, not_icp=known - icp)


UP = Sides(tally(100, 500), tally(200, 500))
FLAT = Sides(tally(100, 500), tally(101, 500))


def test_what_rose_beside_a_flat_control_rose() -> None:
    found = after_action(UP, FLAT, 8, 8)

    assert found.controlled
    assert found.rate.finding is Finding.ROSE
    assert found.rate.change == pytest.approx(0.198, abs=1e-3)
    assert found.count.finding is Finding.ROSE
    assert found.count.change == pytest.approx(2, rel=0.02)


def test_what_rose_everywhere_did_not_rise_by_the_decision() -> None:
    found = after_action(UP, UP, 8, 8)

    assert found.rate.finding is Finding.INCONCLUSIVE
    assert found.rate.change == pytest.approx(0)
    assert found.count.change == pytest.approx(1)


def test_what_fell_fell() -> None:
    found = after_action(Sides(UP.after, UP.before), FLAT, 8, 8)

    assert (found.rate.finding, found.count.finding) == (Finding.FELL, Finding.FELL)


def test_few_records_leave_it_open() -> None:
    found = after_action(Sides(tally(5, 20), tally(8, 20)), None, 8, 8)

    assert found.rate.finding is Finding.INCONCLUSIVE
    assert found.rate.interval.low < 0 < found.rate.interval.high
    assert not found.controlled


def test_next_to_nothing_says_so() -> None:
    found = after_action(Sides(EMPTY, tally(200, 500)), FLAT, 8, 8)

    assert (found.rate.finding, found.count.finding) == (Finding.TOO_FEW, Finding.TOO_FEW)


def test_a_control_with_next_to_nothing_is_none() -> None:
    assert not after_action(UP, Sides(tally(1, 2), tally(1, 2)), 8, 8).controlled


def test_without_a_control_spans_of_different_length_compare_by_the_week() -> None:
    found = after_action(Sides(tally(100, 400), tally(50, 200)), None, 8, 4)

    assert found.count.change == pytest.approx(1, abs=0.01)
    assert found.count.finding is Finding.INCONCLUSIVE
