"""An example as the method tells it: more hours let a company lean further to volume.

The method states results, not inputs; these channels were looked for so that they come close.
"""

from dataclasses import replace

import pytest

from bbm_core.prescribe.frontier import Reach, Where, nearly_best
from bbm_core.prescribe.optimum import ChannelModel, Optimum, Problem, Response, Worth, optimise

COMPANY = Problem(
    channels=(
        ChannelModel("exhibitions", 0.06, Response(10.4, 0.54)),
        ChannelModel("advertising", 0.09, Response(23.6, 0.5)),
        ChannelModel("media", 0.065, Response(25.4, 0.5)),
        ChannelModel("seminars", 0.35, Response(5.2, 0.5)),
        ChannelModel("letters", 0.80, Response(4.95, 0.5)),
    ),
    icp=Worth(51.6, 17.6),
    other=Worth(1.72, 4.0),
    triage=0.0,
    hours=12_000,
    budget=25_000,
)


def best(hours: float, triage: float = 0.0) -> Optimum:
    found = optimise(replace(COMPANY, hours=hours, triage=triage))
    assert isinstance(found, Optimum)
    return found


def reach(hours: float, where: Where = Where.INCOMING, triage: float = 0.0) -> Reach:
    problem = replace(COMPANY, hours=hours, triage=triage)
    found = nearly_best(problem, best(hours, triage), where)
    assert found is not None
    return found


def test_an_hour_grows_cheap_and_others_become_worth_working() -> None:
    plans = [best(hours) for hours in (1_500, 12_000, 30_000)]

    assert [p.hour_value for p in plans] == pytest.approx([2.57, 0.43, 0.0], abs=0.02)
    assert [p.share_other for p in plans] == pytest.approx([0.0, 0.17, 1.0], abs=0.02)
    assert [p.share_icp for p in plans] == pytest.approx([1.0, 1.0, 1.0])


def test_the_band_narrows_as_hours_grow() -> None:
    wide, middle, narrow = (reach(hours) for hours in (3_000, 12_000, 30_000))

    assert (wide.low, wide.high) == pytest.approx((0.12, 0.59), abs=0.02)
    assert (middle.low, middle.high) == pytest.approx((0.16, 0.29), abs=0.02)
    assert (narrow.low, narrow.high) == pytest.approx((0.14, 0.22), abs=0.02)


def test_when_hours_are_tight_the_worked_leads_are_the_band_that_binds() -> None:
    incoming, worked = reach(3_000), reach(3_000, Where.WORKED)

    assert incoming.low < 0.2
    assert worked.low > 0.7 > incoming.high


def test_hours_of_sorting_end_the_indifference_to_leads_that_nobody_works() -> None:
    free, sorted_by_hand = reach(3_000), reach(3_000, triage=0.3)

    assert sorted_by_hand.low > free.low
    assert best(3_000, 0.3).rate > best(3_000).rate  # type: ignore[operator]  # both have leads
