"""What a measure is expected to bring."""

import pytest

from bbm_core.prescribe.catalogue import CATALOGUE
from bbm_core.prescribe.estimates import Quantity
from bbm_core.prescribe.gain import Gain, OwnRecord, against, gains
from bbm_core.prescribe.measure import Direction, Measure
from bbm_core.prescribe.optimum import Optimum, optimise
from bbm_core.prescribe.pose import pose
from tests.bbm_core.prescribe.company import estimates

SPEND = 400_000.0
MEASURES = {one.id: one for one in CATALOGUE}


def gained(*measures: tuple[Measure, OwnRecord | None], spend: float = SPEND) -> tuple[Gain, ...]:
    found = estimates()
    problem = pose(found)
    assert problem is not None
    best = optimise(problem)
    assert isinstance(best, Optimum)
    return gains(measures, spend, found, problem, best)


def one(name: str, own: OwnRecord | None = None) -> Gain:
    (found,) = gained((MEASURES[name], own))
    return found


def test_a_measure_brings_what_its_money_buys() -> None:
    found = one("one_to_one")

    cost = estimates().value(Quantity.COST)
    assert found.leads == pytest.approx(SPEND / (8 * cost))
    assert found.icp / found.leads == pytest.approx(0.7, abs=0.05)  # six times the odds of 30 %
    assert found.rate_change > 0
    assert found.hours > 0


def test_a_measure_for_volume_lowers_the_rate_and_brings_more() -> None:
    ads, letters = one("ads"), one("key_letters")

    assert ads.rate_change < 0 < letters.rate_change
    assert ads.leads > letters.leads


def test_own_records_go_before_the_catalogue() -> None:
    own = OwnRecord(cost_per_lead=10_000.0, rate=0.5, records=80)

    found = one("seminars", own)

    assert (found.leads, found.icp, found.own) == (40.0, 20.0, own)


def test_cross_selling_begins_with_an_opportunity_and_is_not_sorted() -> None:
    found = one("cross_sell")
    values = estimates()

    each = values.value(Quantity.OPPORTUNITY)
    each += values.value(Quantity.WIN_ICP) * values.value(Quantity.WIN)
    assert found.hours <= found.leads * each


def test_the_most_profitable_comes_first_and_advice_without_figures_is_left_out() -> None:
    found = gained(*((measure, None) for measure in CATALOGUE))

    assert [g.profit for g in found] == sorted((g.profit for g in found), reverse=True)
    assert len(found) == 12
    assert {g.measure.direction for g in found} == set(Direction)


def test_a_direction_and_a_stage_choose_among_them() -> None:
    found = gained(*((measure, None) for measure in CATALOGUE))

    chosen = against(Direction.QUALITY, found, "acquisition")

    assert {g.measure.id for g in chosen} == {"one_to_one", "key_letters", "dedicated_seminars"}
    assert all(g.profit > 0 for g in against(None, found, "acquisition"))


def test_without_money_nothing_can_be_bought() -> None:
    assert gained((MEASURES["ads"], None), spend=0.0) == ()
