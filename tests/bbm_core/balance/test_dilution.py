"""More leads, lower quality: both together, beyond chance."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import sqrt
from statistics import NormalDist

import pytest

from bbm_core.balance.dilution import Dilution, Trend, dilution
from bbm_core.balance.tally import Tally, WeekTally


def weeks(*counts: tuple[int, int]) -> Sequence[WeekTally]:
    """Weeks of (ICP, not ICP)."""
    return [
        WeekTally(date(2026, 1, 5) + timedelta(weeks=number), Tally(icp=icp, not_icp=other))
        for number, (icp, other) in enumerate(counts)
    ]


def compared(before: tuple[int, int], after: tuple[int, int], count: int = 8) -> Dilution:
    return dilution(weeks(*[before] * count), weeks(*[after] * count))


@pytest.mark.parametrize(
    ("after", "trend"),
    [
        ((12, 48), Trend.DILUTED),  # twice as many, 20 % instead of 40 %
        ((6, 24), Trend.WORSE),
        ((24, 36), Trend.GROWN),
        ((12, 18), Trend.STEADY),
        ((14, 16), Trend.STEADY),
    ],
)
def test_volume_and_quality_are_judged_together(after: tuple[int, int], trend: Trend) -> None:
    assert compared((12, 18), after).trend is trend


def test_the_odds_ratio_and_its_interval_are_woolfs() -> None:
    """Counts 12/48 against 12/18 in one week each: (12.5 · 18.5) / (48.5 · 12.5)."""
    found = compared((12, 18), (12, 48), count=1)

    assert found.odds_ratio == pytest.approx(18.5 / 48.5)
    assert found.interval is not None
    assert found.interval.low < found.odds_ratio < found.interval.high


def test_too_few_decided_records_say_how_many_are_missing() -> None:
    found = compared((2, 3), (2, 8), count=2)

    assert found.trend is Trend.UNCLEAR
    assert found.needed == 15


def test_weeks_that_differ_much_make_it_less_sure() -> None:
    calm = dilution(weeks(*[(12, 18)] * 8), weeks(*[(10, 22)] * 8))
    wild = dilution(weeks(*[(24, 6), (0, 30)] * 4), weeks(*[(20, 12), (0, 32)] * 4))

    assert wild.lower < calm.lower
    assert wild.needed > calm.needed


def test_volumes_that_jump_make_growth_less_sure() -> None:
    calm = dilution(weeks(*[(10, 10)] * 4), weeks(*[(12, 12)] * 4))
    wild = dilution(weeks(*[(0, 0), (20, 20)] * 2), weeks(*[(0, 0), (24, 24)] * 2))

    assert 0.5 < wild.more < calm.more


def test_nothing_before_and_after_points_nowhere() -> None:
    found = compared((0, 0), (0, 0))

    assert found.trend is Trend.UNCLEAR
    assert (found.more, found.lower) == (0.5, 0.5)
    assert (found.odds_ratio, found.interval) == (None, None)


def test_no_weeks_at_all_are_unclear() -> None:
    assert dilution([], []).trend is Trend.UNCLEAR


def test_spans_of_different_length_are_compared_week_by_week() -> None:
    """Poisson counts of 800 in 8 weeks and 250 in 2: (125 - 100) over the root of 62.5 + 12.5."""
    before, after = weeks(*[(40, 60)] * 8), weeks(*[(50, 75)] * 2)

    found = dilution(before, after)

    assert found.more == pytest.approx(NormalDist().cdf(25 / sqrt(62.5 + 12.5)))
    assert dilution(before, weeks(*[(40, 60)] * 2)).more == pytest.approx(0.5)


def test_a_span_without_weeks_points_nowhere() -> None:
    assert dilution(weeks((40, 60)), []).more == 0.5
