"""Some of the work goes to markets that no customer comes from yet."""

import pytest

from bbm_core.balance.tally import Tally
from bbm_core.prescribe.explore import by_market, explore

WORKED = {"Manufacturing": 60, "Retail": 30, "Health": 6, "Energy": 4, "": 50}
CUSTOMERS = {"Manufacturing": 9, "Retail": 2}


def test_the_floor_is_held_against_what_was_worked_where_the_market_is_known() -> None:
    found = explore(WORKED, CUSTOMERS, 200)

    assert found.share == pytest.approx(0.10)
    assert (found.least, found.is_met) == (20, True)
    assert set(found.markets) == {"Health", "Energy"}


def test_what_is_missing_is_counted_in_leads_of_a_month() -> None:
    found = explore(WORKED, CUSTOMERS, 200, floor=0.25)

    assert found.lacking == pytest.approx(30)
    assert not found.is_met


def test_without_markets_the_whole_floor_is_missing() -> None:
    found = explore({"": 10}, {}, 100)

    assert (found.share, found.lacking, found.markets) == (None, 10, ())


def test_what_is_hardly_tried_gets_its_turn_and_the_draw_is_always_the_same() -> None:
    worked = {f"s{number}": 5 for number in range(6)} | {"tired": 5000}

    found = explore(worked, {}, 100)

    assert found == explore(dict(reversed(worked.items())), {}, 100)
    assert len(found.markets) == 3
    assert "tired" not in found.markets


def test_a_slices_records_are_its_size() -> None:
    assert by_market({"Retail": Tally(1, 2, 3)}) == {"Retail": 6}
