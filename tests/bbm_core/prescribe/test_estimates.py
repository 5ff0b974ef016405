"""What is estimated, what it rests on, and what is missing."""

from decimal import Decimal

import pytest

from bbm_core.balance.rate import Interval
from bbm_core.balance.tally import EMPTY, Tally
from bbm_core.icp.classify import Flag
from bbm_core.prescribe.estimates import (
    Basis,
    Gap,
    Given,
    Observed,
    Quantity,
    average_deal,
    estimate,
    monthly_load,
)
from bbm_core.prescribe.optimum import Supply
from bbm_core.prescribe.pose import pose, spent, today
from bbm_core.prescribe.response import FittedPower
from tests.bbm_core.prescribe.company import GIVEN, OBSERVED, estimates


def test_nothing_is_missing_with_four_numbers_and_records() -> None:
    found = estimates()

    assert found.gaps == ()
    assert set(found.values) == set(Quantity)
    assert pose(found) is not None


@pytest.mark.parametrize(
    ("number", "gap"),
    [
        ("people", Gap.PEOPLE),
        ("hours_each", Gap.HOURS),
        ("margin", Gap.MARGIN),
        ("budget", Gap.BUDGET),
    ],
)
def test_each_of_the_four_numbers_is_named_where_it_is_missing(number: str, gap: Gap) -> None:
    found = estimates({number: None})

    assert found.gaps == (gap,)
    assert pose(found) is None


@pytest.mark.parametrize(
    ("observed", "gap"),
    [
        ({"entry": Tally(unknown=40)}, Gap.LEADS),
        ({"months": 0}, Gap.LEADS),
        ({"won": None}, Gap.WINS),
        ({"won": EMPTY}, Gap.WINS),
        ({"won": Tally(icp=8, not_icp=9)}, Gap.AMOUNTS),
    ],
)
def test_what_the_records_lack_is_named(observed: dict[str, object], gap: Gap) -> None:
    assert gap in estimates(observed=observed).gaps


def test_rates_are_of_all_records_with_the_unknown_split_as_the_others_are() -> None:
    found = estimates().values[Quantity.OPPORTUNITY_ICP]

    # 800 · 400/750 of 4400 · 1200/4000
    assert found.value == pytest.approx(426.7 / 1320, abs=2e-3)
    assert found.basis is Basis.RECORDS
    assert found.records == 1320
    assert found.interval is not None
    assert found.interval.low < found.value < found.interval.high


def test_a_rate_of_few_records_is_pulled_towards_that_of_all() -> None:
    few = Observed(
        months=1, entry=Tally(icp=2, not_icp=98), opportunity=Tally(icp=2, not_icp=8), won=EMPTY
    )

    found = estimate(GIVEN, few).values[Quantity.OPPORTUNITY_ICP]

    assert found.value == pytest.approx((2 + 10 * 0.1) / 12)


def test_more_wins_than_opportunities_are_no_rate_above_one() -> None:
    found = estimates(observed={"opportunity": Tally(icp=10, not_icp=10)})

    assert found.value(Quantity.WIN_ICP) <= 1
    assert found.value(Quantity.OPPORTUNITY_ICP) < 0.05


def test_where_records_come_in_as_opportunities_each_of_them_is_one() -> None:
    found = estimates(observed={"opportunity": None})

    assert found.value(Quantity.OPPORTUNITY_ICP) == 1
    assert found.value(Quantity.WIN_ICP) == pytest.approx(0.096, abs=0.01)


def test_a_customer_is_worth_the_margin_of_an_average_deal_of_its_fit() -> None:
    found = estimates()

    assert found.value(Quantity.WORTH_ICP) == pytest.approx(0.6 * 2_000_000)
    assert found.value(Quantity.WORTH_OTHER) == pytest.approx(0.6 * 800_000)


def test_lifetime_values_go_before_deals() -> None:
    worth = {Flag.YES: (5_000_000.0, 40), Flag.NO: (900_000.0, 30)}

    found = estimates(observed={"worth": worth}).values[Quantity.WORTH_ICP]

    assert (found.value, found.records) == (5_000_000.0, 40)


def test_few_wins_of_a_fit_take_the_average_of_all() -> None:
    won = Tally(icp=4, not_icp=10, amount_icp=Decimal(400), amount_not_icp=Decimal(300))

    assert average_deal(won, Flag.YES) == (50.0, 14)
    assert average_deal(won, Flag.NO) == (30.0, 10)
    assert average_deal(EMPTY) == (0.0, 0)


def test_hours_that_nobody_gave_are_sized_so_that_todays_work_fills_todays_hours() -> None:
    found = estimates()

    hours = {q: found.value(q) for q in (Quantity.TRIAGE, Quantity.LEAD)}
    assert found.values[Quantity.LEAD].basis is Basis.SCALED
    assert hours[Quantity.LEAD] == pytest.approx(10 * hours[Quantity.TRIAGE])
    taken = {
        q: found.value(q)
        for q in (Quantity.TRIAGE, Quantity.LEAD, Quantity.OPPORTUNITY, Quantity.WIN)
    }
    assert monthly_load(OBSERVED, taken) == pytest.approx(600)


def test_hours_that_somebody_gave_are_taken_as_they_are() -> None:
    found = estimates({"hours": {Quantity.LEAD: 2.0}})

    assert found.values[Quantity.LEAD].basis is Basis.GIVEN
    assert found.values[Quantity.OPPORTUNITY].basis is Basis.ASSUMED
    assert found.value(Quantity.OPPORTUNITY) == 10.0


def test_without_people_hours_are_called_an_assumption() -> None:
    assert estimates({"people": None}).values[Quantity.LEAD].basis is Basis.ASSUMED
    assert estimates(observed={"entry": EMPTY, "opportunity": None, "won": None}).values[
        Quantity.LEAD
    ].basis is (Basis.ASSUMED)


def test_the_budget_is_spread_over_the_leads_of_named_channels_where_nobody_says_their_cost() -> (
    None
):
    found = estimates()

    assert spent(found) == pytest.approx(2_000_000)
    assert {one.name: one.is_paid for one in found.channels}[""] is False
    assert {one.basis for one in found.channels} == {Basis.SPREAD}
    assert found.value(Quantity.COST) == pytest.approx(2_000_000 * 12 / 4300)


def test_costs_that_are_known_stay_with_their_channel() -> None:
    found = estimates(observed={"spend": {"Fair": 900_000.0}})

    assert {one.name: one.spend for one in found.channels} == {
        "": 0.0,
        "Fair": 900_000.0,
        "Seminar": 0.0,
        "Web": 0.0,
    }
    problem = pose(found)
    assert problem is not None
    assert isinstance(problem.channels[2].source, Supply)


def test_without_any_budget_no_channel_costs_anything() -> None:
    found = estimates({"budget": 0.0})

    assert spent(found) == 0
    assert Quantity.COST not in found.values


def test_records_without_channels_are_one_channel() -> None:
    found = estimates(observed={"channels": {}})

    assert [(one.name, one.leads) for one in found.channels] == [("", 4400 / 12)]
    assert spent(found) == pytest.approx(2_000_000)


def test_a_channels_rate_is_pulled_towards_that_of_all() -> None:
    channels = {"Web": Tally(icp=100, not_icp=100), "New": Tally(icp=5)}

    found = {c.name: c.rate for c in estimates(observed={"channels": channels}).channels}

    assert found["New"] == pytest.approx((5 + 10 * 0.3) / 15)


def test_todays_plan_works_what_its_hours_allow() -> None:
    found = estimates()
    problem = pose(found)
    assert problem is not None

    flow = today(found, problem)
    half = today(estimates({"people": 3, "hours": {Quantity.LEAD: 50.0}}), problem)

    assert sum(flow.leads) == pytest.approx(4400 / 12)
    assert flow.worked_icp + flow.worked_other == pytest.approx(sum(flow.leads), rel=0.02)
    assert half.worked_icp <= flow.worked_icp


def test_a_given_power_is_called_given() -> None:
    assert estimates({"power": 0.7}).values[Quantity.POWER].basis is Basis.GIVEN
    assert Given().capacity is None


def test_a_power_that_months_of_different_spend_tell_goes_before_the_rule_of_thumb() -> None:
    fitted = FittedPower(0.7, Interval(0.6, 0.8), 24)

    found = estimates(observed={"power": fitted}).values[Quantity.POWER]

    assert (found.value, found.basis, found.records) == (0.7, Basis.RECORDS, 24)
    assert estimates().values[Quantity.POWER].basis is Basis.ASSUMED
