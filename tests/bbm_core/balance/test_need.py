"""How many records it takes to see a change."""

import pytest

from bbm_core.balance.need import needed, weeks_needed


def test_the_published_needs_come_out() -> None:
    assert needed(0.30, -0.10) == 290
    assert needed(0.30, -0.05) == pytest.approx(1247, abs=1)


def test_a_smaller_change_needs_more() -> None:
    assert (needed(0.3, 0.05) or 0) > (needed(0.3, 0.1) or 0)


@pytest.mark.parametrize("change", [0.0, -0.4, 0.8])
def test_an_impossible_change_has_no_number(change: float) -> None:
    assert needed(0.3, change) is None


def test_records_that_resemble_each_other_take_longer() -> None:
    assert weeks_needed(290, 10, 0.0) == 29
    assert weeks_needed(290, 10, 0.03) == pytest.approx(29 * 1.27)
    assert weeks_needed(290, 0.5, 0.03) == 580
    assert weeks_needed(290, 0, 0.0) is None
