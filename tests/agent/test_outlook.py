"""What the records and the targets say about capacity, profit and the best mix."""

from dataclasses import replace

import pytest

from agent.outlook import Outlook, outlook
from agent.tell import standings
from agent.weigh import StageReport, weigh
from bbm_core.balance.band import Origin
from bbm_core.balance.watch import Skew
from bbm_core.prescribe.estimates import Gap, Quantity
from bbm_core.prescribe.optimum import Optimum
from bbm_core.prescribe.places import Places
from tests.agent.trade import FOUR, trade
from tests.agent.world import World


def looked(world: World) -> Outlook:
    with world.agent() as agent:
        return outlook(agent.books)


@pytest.fixture
def trading(world: World) -> World:
    return trade(world, **FOUR)


def test_the_closed_weeks_in_which_anything_came_in_are_counted(trading: World) -> None:
    found = looked(trading)

    # The youngest records are not of the judging age yet, so their week is left out.
    assert found.period.weeks == 25
    assert found.observed.months == pytest.approx(25 * 7 * 12 / 365.25)
    assert found.places == Places("acquisition", "handover", "opportunity", "won")


def test_the_estimates_are_those_of_the_records(trading: World) -> None:
    found = looked(trading).estimates

    assert found.gaps == ()
    assert found.value(Quantity.OPPORTUNITY_ICP) == pytest.approx(3 / 9, abs=0.02)
    assert found.value(Quantity.WIN_ICP) == pytest.approx(2 / 3, abs=0.05)
    assert found.value(Quantity.WORTH_ICP) == pytest.approx(0.6 * 850_000)
    assert [one.name for one in found.channels] == ["Fair", "Seminar", "Web"]


def test_the_optimum_is_found_and_gives_every_stage_a_band(trading: World) -> None:
    found = looked(trading)

    assert isinstance(found.best, Optimum)
    assert set(found.bands) <= {"acquisition", "handover", "opportunity", "won"}
    assert found.bands["acquisition"].origin is Origin.OPTIMUM


def test_revenue_by_customer_says_where_the_risk_lies(trading: World) -> None:
    risk = looked(trading).risk

    assert risk is not None
    assert risk.customers == 78
    assert not risk.is_exceeded


def test_the_detector_uses_the_band_of_the_optimum_where_none_is_configured(
    trading: World,
) -> None:
    trading.values["bands"] = {"won": {"low": 0.1, "high": 0.9}}

    with trading.agent() as agent:
        reports = weigh(agent.books, standings(agent.store))

    origins = {r.stage.name: r.band.origin for r in reports if r.band}
    assert origins["acquisition"] is Origin.OPTIMUM
    assert origins["won"] is Origin.CONFIGURED


def test_without_targets_the_past_is_the_yardstick(world: World) -> None:
    trade(world, people=3)

    with world.agent() as agent:
        reports = weigh(agent.books, standings(agent.store))

    assert {r.band.origin for r in reports if r.band} == {Origin.BASELINE}
    assert looked(world).estimates.gaps == (Gap.HOURS, Gap.MARGIN, Gap.BUDGET)
    assert looked(world).best is None
    assert looked(world).bands == {}


def test_a_target_says_what_it_takes(world: World) -> None:
    trade(world, **FOUR, revenue_month=20_000_000)

    found = looked(world)

    assert found.need is not None
    assert found.need.capacity == 300
    assert found.need.load == pytest.approx(found.need.wins / found.need.wins_now, rel=0.01)


def test_an_empty_store_lacks_everything(world: World) -> None:
    world.values["targets"] = FOUR
    world.first_sync()

    found = looked(world)

    assert Gap.LEADS in found.estimates.gaps
    assert (found.risk, found.bands) == (None, {})


def first_stage(world: World) -> StageReport:
    with world.agent() as agent:
        return weigh(agent.books, standings(agent.store))[0]


def test_a_band_of_default_hours_raises_no_alert_unless_the_past_agrees(trading: World) -> None:
    report = first_stage(trading)
    assert report.band is not None
    assert report.status is not None
    assert report.usual is not None
    skewed = replace(report, status=replace(report.status, skew=Skew.VOLUME))

    def usual(skew: Skew) -> StageReport:
        assert report.usual is not None
        return replace(skewed, usual=replace(report.usual, skew=skew))

    assert report.band.assumed
    assert usual(Skew.VOLUME).may_alarm
    assert not usual(Skew.BALANCED).may_alarm
    assert not usual(Skew.QUALITY).may_alarm
    assert not replace(skewed, usual=None).may_alarm


def test_a_band_of_stated_hours_raises_an_alert_by_itself(trading: World) -> None:
    hours = {"acquisition": 1.0, "opportunity": 10.0, "won": 5.0}
    trading.values["effort"] = {"hours": hours}

    report = first_stage(trading)

    assert report.band is not None
    assert report.band.origin is Origin.OPTIMUM
    assert not report.band.assumed
    assert report.may_alarm
