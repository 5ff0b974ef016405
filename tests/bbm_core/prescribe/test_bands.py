"""Bands from the optimum, stage by stage."""

from dataclasses import replace
from math import log

import pytest

from bbm_core.balance.band import Band, Origin
from bbm_core.balance.tally import EMPTY, Tally
from bbm_core.prescribe.bands import LEAST_WIDTH, StageBand, capped, optimum_bands
from bbm_core.prescribe.frontier import Where, nearly_best
from bbm_core.prescribe.optimum import Optimum, Problem, Worth, optimise
from bbm_core.prescribe.places import Places
from bbm_core.prescribe.pose import pose
from tests.bbm_core.prescribe.company import OBSERVED, estimates

PLACES = Places("acquisition", "handover", "opportunity", "won", "customer")
TALLIES = (
    ("acquisition", OBSERVED.entry),
    ("nurturing", Tally(icp=900, not_icp=1400)),
    ("handover", Tally(icp=600, not_icp=700)),
    ("opportunity", OBSERVED.opportunity or EMPTY),
    ("won", OBSERVED.won or EMPTY),
    ("customer", EMPTY),
)


def posed() -> tuple[Problem, Optimum]:
    problem = pose(estimates())
    assert problem is not None
    best = optimise(problem)
    assert isinstance(best, Optimum)
    return problem, best


def logit(rate: float) -> float:
    return log(rate / (1 - rate))


def test_stages_before_sales_follow_the_incoming_leads_later_ones_the_worked() -> None:
    bands = optimum_bands(*posed(), PLACES, TALLIES)

    assert list(bands) == [name for name, _ in TALLIES]
    assert {n: b.where for n, b in bands.items()} == {
        "acquisition": Where.INCOMING,
        "nurturing": Where.INCOMING,
        "handover": Where.WORKED,
        "opportunity": Where.WORKED,
        "won": Where.WORKED,
        "customer": Where.WORKED,
    }


def test_the_band_of_leads_is_where_profit_is_within_the_tolerance() -> None:
    problem, best = posed()
    reach = nearly_best(problem, best)
    assert reach is not None

    band = optimum_bands(problem, best, PLACES, TALLIES)["acquisition"]

    assert (band.low, band.high) == pytest.approx((reach.low, reach.high))


def test_the_odds_chain_moves_both_ends_alike() -> None:
    bands = optimum_bands(*posed(), PLACES, TALLIES)
    lead, nurturing = bands["acquisition"], bands["nurturing"]

    pull = log(900.5 / 1400.5) - log(1200.5 / 2800.5)
    assert logit(nurturing.low) - logit(lead.low) == pytest.approx(pull)
    assert logit(nurturing.high) - logit(lead.high) == pytest.approx(pull)


def test_a_stage_of_which_nothing_is_decided_is_not_moved() -> None:
    bands = optimum_bands(*posed(), PLACES, TALLIES)
    worked = nearly_best(*posed(), Where.WORKED)

    assert worked is not None
    assert bands["customer"].high == worked.high


def test_without_hand_over_or_opportunities_all_stages_follow_the_leads() -> None:
    places = replace(PLACES, worked=None)

    bands = optimum_bands(*posed(), places, TALLIES)

    assert {one.where for one in bands.values()} == {Where.INCOMING}


def test_stages_before_the_one_that_counts_have_no_band() -> None:
    places = Places("opportunity", "opportunity", None, "won")

    bands = optimum_bands(*posed(), places, TALLIES)

    assert list(bands) == ["opportunity", "won", "customer"]
    assert bands["opportunity"].where is Where.INCOMING


def test_where_nothing_is_earned_there_is_no_band() -> None:
    problem = replace(posed()[0], icp=Worth(-1.0, 1.0), other=Worth(-1.0, 1.0))
    best = optimise(problem)
    assert isinstance(best, Optimum)

    assert optimum_bands(problem, best, PLACES, TALLIES) == {}


def stage(low: float, high: float, *, open_low: bool = False, open_high: bool = False) -> StageBand:
    return StageBand("won", Where.WORKED, low, high, open_low, open_high)


def test_an_open_end_lets_any_rate_pass() -> None:
    assert stage(0.3, 0.6, open_high=True).band == Band(0.3, 1.0, Origin.OPTIMUM)
    assert stage(0.3, 0.6, open_low=True).band == Band(0.0, 0.6, Origin.OPTIMUM)
    assert stage(0.3, 0.6, open_low=True, open_high=True).band is None


@pytest.mark.parametrize(("low", "high"), [(0.5, 0.5), (0.0, 0.0), (1.0, 1.0), (0.4, 0.41)])
def test_a_band_is_never_so_narrow_that_one_lead_leaves_it(low: float, high: float) -> None:
    band = stage(low, high).band

    assert band is not None
    assert band.high - band.low >= LEAST_WIDTH / 2
    assert band.low <= low <= high <= band.high


def test_the_risk_limit_ends_a_band_that_reaches_further() -> None:
    cut = capped(stage(0.3, 0.6, open_high=True), 0.5)

    assert cut.band == Band(0.3, 0.5, Origin.OPTIMUM)
    assert cut.by_risk
    assert capped(stage(0.3, 0.6), 0.7) == stage(0.3, 0.6)


def test_a_limit_below_the_whole_band_leaves_what_is_below_the_limit() -> None:
    cut = capped(stage(0.3, 0.6), 0.2)

    assert cut.band == Band(0.0, 0.2, Origin.OPTIMUM)
