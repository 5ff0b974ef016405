"""Each threshold with what it would do, and the guide lines that it meets."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.icp.learn.threshold import (
    Cut,
    Guide,
    Tier,
    best_cut,
    curve,
    cuts,
    guides,
    tiers_around,
)


def cut(threshold: int = 50, **more: object) -> Cut:
    """Meets every guide line exactly."""
    figures = {
        "flagged": 60,
        "flagged_good": 24,
        "unknown": 0,
        "rows": 400,
        "good": 40,
        "best": Tier(10, 20),
        "worst": Tier(10, 200),
    }
    return Cut(threshold, **{**figures, **more})  # type: ignore[arg-type]  # of any field


def test_each_threshold_counts_the_rows_that_reach_it() -> None:
    points = (0, 40, 100)
    codes = np.array([2, 2, 1, 0, -1, 0])

    low, high = cuts([(codes, points)], np.array([1, 1, 0, 0, 1, 0]))

    assert (low.threshold, low.flagged, low.flagged_good, low.unknown) == (40, 3, 2, 1)
    assert (high.threshold, high.flagged, high.flagged_good, high.unknown) == (100, 2, 2, 1)
    assert (low.best, low.worst) == (Tier(2, 2), Tier(1, 3))
    assert (low.share, low.recall, low.precision) == (0.5, 2 / 3, 2 / 3)
    assert best_cut([low, high]) is high


def test_a_threshold_that_just_meets_the_guide_lines_meets_them() -> None:
    assert guides(cut()) == {Guide.SHARE: True, Guide.RECALL: True, Guide.TIMES: True}
    assert guides(cut(flagged=140))[Guide.SHARE]


@pytest.mark.parametrize(
    ("figures", "missed"),
    [
        ({"flagged": 59}, Guide.SHARE),
        ({"flagged": 141}, Guide.SHARE),
        ({"flagged_good": 23}, Guide.RECALL),
        ({"best": Tier(9, 20)}, Guide.TIMES),
        ({"best": Tier(0, 20), "worst": Tier(0, 200)}, Guide.TIMES),
        ({"best": Tier(0, 0)}, Guide.TIMES),
        ({"worst": Tier(0, 0)}, Guide.TIMES),
    ],
)
def test_a_guide_line_is_missed_alone(figures: dict[str, object], missed: Guide) -> None:
    assert [guide for guide, met in guides(cut(**figures)).items() if not met] == [missed]


def test_where_the_worst_tier_has_no_good_row_any_good_one_is_enough() -> None:
    assert guides(cut(best=Tier(1, 20), worst=Tier(0, 200)))[Guide.TIMES]


def test_a_tier_without_rows_has_no_rate() -> None:
    assert Tier(0, 0).rate is None
    assert Tier(1, 4).rate == 0.25


def test_the_curve_goes_from_few_flagged_to_most_and_holds_the_chosen_one() -> None:
    found = [cut(100 - share, flagged=4 * share) for share in range(1, 100)]

    shown = curve(found, found[2])

    assert [one.flagged // 4 for one in shown] == [70, 50, 35, 30, 25, 20, 15, 10, 3]


@given(st.integers(1, 100))
def test_every_threshold_has_tiers_around_it(threshold: int) -> None:
    tiers = tiers_around(threshold)

    assert tiers.A > tiers.B > tiers.C
    assert min(threshold, 99) == tiers.B
