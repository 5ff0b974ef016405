"""What a revenue target takes."""

from dataclasses import replace

import pytest

from bbm_core.balance.tally import EMPTY, Tally
from bbm_core.prescribe.target import need, way_to
from tests.bbm_core.prescribe.company import OBSERVED, estimates

DEAL = 306_000_000 / 200


def test_a_target_takes_its_wins_and_their_hours_at_todays_mix() -> None:
    found = need(20 * DEAL, estimates(), OBSERVED)

    assert found is not None
    assert found.wins == pytest.approx(20)
    assert found.wins_now == pytest.approx(200 / 12)
    assert found.hours == pytest.approx(600 * 20 / (200 / 12))
    assert found.load == pytest.approx(1.2)


def test_without_people_the_hours_have_nothing_to_be_held_against() -> None:
    found = need(1e7, estimates({"people": None}), OBSERVED)

    assert found is not None
    assert (found.capacity, found.load) == (None, None)


@pytest.mark.parametrize(
    "won", [None, EMPTY, Tally(icp=3, not_icp=9)], ids=["no stage", "none", "no amounts"]
)
def test_without_wins_or_their_amounts_nothing_can_be_said(won: Tally | None) -> None:
    observed = replace(OBSERVED, won=won)

    assert need(1e7, estimates(observed={"won": won}), observed) is None
    assert way_to(1e7, observed) is None


def test_a_target_of_nothing_takes_nothing() -> None:
    assert need(0, estimates(), OBSERVED) is None
    assert way_to(0, OBSERVED) is None


def test_the_way_back_is_a_span_around_what_the_rates_say() -> None:
    found = way_to(20 * DEAL, OBSERVED)

    assert found is not None
    assert found.wins == pytest.approx(20)
    assert found.opportunities.middle == pytest.approx(20 * 800 / 200, rel=0.02)
    assert found.leads.middle == pytest.approx(20 * 4400 / 200, rel=0.02)
    assert found.leads.low < found.leads.middle < found.leads.high
    assert found.icp_leads.middle == pytest.approx(0.3 * found.leads.middle)
    assert way_to(20 * DEAL, OBSERVED) == found


def test_fewer_records_make_a_wider_span() -> None:
    def width(divisor: int) -> float:
        small = replace(
            OBSERVED,
            opportunity=Tally(icp=400 // divisor, not_icp=400 // divisor),
            won=replace(OBSERVED.won or EMPTY, icp=120 // divisor, not_icp=80 // divisor),
        )
        found = way_to(1e7, small)
        assert found is not None
        return found.opportunities.high / found.opportunities.low

    assert width(10) > width(1)


def test_where_records_come_in_as_opportunities_a_lead_is_one() -> None:
    found = way_to(1e7, replace(OBSERVED, opportunity=None))

    assert found is not None
    assert found.leads == found.opportunities
