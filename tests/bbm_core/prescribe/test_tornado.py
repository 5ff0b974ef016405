"""How much the best plan hangs on each estimate."""

import pytest

from bbm_core.prescribe.estimates import Quantity
from bbm_core.prescribe.tornado import Swing, tornado
from tests.bbm_core.prescribe.company import estimates


def test_the_largest_swing_comes_first_and_every_estimate_is_moved_once() -> None:
    swings = tornado(estimates())

    moved = [one for swing in swings for one in swing.quantities]
    assert sorted(moved) == sorted(set(Quantity) - {Quantity.MARGIN})
    assert [s.size for s in swings] == sorted((s.size for s in swings), reverse=True)


@pytest.mark.parametrize("quantity", [Quantity.CAPACITY, Quantity.BUDGET, Quantity.WORTH_ICP])
def test_more_of_what_is_good_never_earns_less(quantity: Quantity) -> None:
    (swing,) = [s for s in tornado(estimates()) if quantity in s.quantities]

    assert swing.low is not None
    assert swing.high is not None
    assert swing.low.profit <= swing.high.profit


def test_dearer_leads_never_earn_more() -> None:
    (swing,) = [s for s in tornado(estimates()) if Quantity.COST in s.quantities]

    assert swing.low is not None
    assert swing.high is not None
    assert swing.low.profit >= swing.high.profit


def test_a_world_without_a_plan_swings_endlessly() -> None:
    found = tornado(estimates({"hours": {Quantity.TRIAGE: 75.0}, "budget": 0.0}))

    assert found[0] == Swing(found[0].quantities, None, found[0].high)
    assert found[0].size == float("inf")


def test_without_all_numbers_there_is_no_tornado() -> None:
    assert tornado(estimates({"people": None})) == ()
