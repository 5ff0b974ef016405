"""Reach: how varied the business is, and which segments outside the ICP deserve a try."""

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.balance.reach import (
    Yield,
    candidates,
    effective_segments,
    exploration,
)
from bbm_core.chance import seeded

ICP = Yield(leads=300, wins=60, value_mean=1000, value_spread=200)


def test_segments_of_one_size_count_fully() -> None:
    assert effective_segments({"a": 5, "b": 5, "c": 5, "none": 0}) == pytest.approx(3)
    assert effective_segments({"a": 7}) == pytest.approx(1)
    assert effective_segments({}) is None


def test_the_effective_number_is_the_entropys() -> None:
    expected = -(0.5 * log(0.5) + 0.25 * log(0.25) * 2)

    assert log(effective_segments({"a": 2, "b": 1, "c": 1}) or 0) == pytest.approx(expected)


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 999), min_size=1))
def test_there_are_never_more_effective_segments_than_segments(counts: dict[str, int]) -> None:
    found = effective_segments(counts)

    assert found is not None
    assert 1 - 1e-9 <= found <= len(counts) + 1e-9


def test_leads_from_segments_without_customer_are_exploration() -> None:
    found = exploration({"it": 60, "retail": 30, "farms": 10, "quiet": 0}, {"it": 5, "retail": 0})

    assert (found.new, found.total, found.share) == (40, 100, 0.4)
    assert found.segments == ("retail", "farms")
    assert exploration({}, {}).share is None


def test_a_segment_as_good_as_the_icp_is_a_candidate() -> None:
    segments = {
        "good": Yield(leads=300, wins=66, value_mean=1000, value_spread=200),
        "poor": Yield(leads=200, wins=6, value_mean=600, value_spread=100),
        "bad": Yield(leads=150, wins=5, value_mean=600, value_spread=100),
    }

    (found,) = candidates(segments, ICP)

    assert found.segment == "good"
    assert found.probability > 0.8
    assert found.ratio == pytest.approx(1.0, abs=0.2)


def test_small_segments_are_not_judged() -> None:
    assert candidates({"tiny": Yield(leads=19, wins=19, value_mean=9e9)}, ICP) == ()


def test_cheap_leads_may_make_up_for_small_wins() -> None:
    segment = {"cheap": Yield(leads=300, wins=60, value_mean=500, value_spread=50, hours=0.4)}
    dear = {"dear": Yield(leads=300, wins=60, value_mean=500, value_spread=50, hours=1.0)}

    assert [one.segment for one in candidates(segment, ICP)] == ["cheap"]
    assert candidates(dear, ICP) == ()


def test_without_wins_in_the_icp_there_is_no_yardstick() -> None:
    assert candidates({"any": Yield(leads=50, wins=20, value_mean=5)}, Yield(leads=9, wins=0)) == ()
    assert candidates({}, ICP) == ()


def test_segments_without_any_win_are_no_candidates() -> None:
    assert candidates({"a": Yield(leads=30, wins=0), "b": Yield(leads=40, wins=0)}, ICP) == ()


def test_the_best_of_many_equal_poor_segments_is_rarely_a_candidate() -> None:
    """Fifteen segments at half the ICP's rate: luck alone promotes one in few of the worlds."""
    chance = seeded("poor segments")
    promoted = 0
    for _ in range(10):
        segments = {
            f"s{n:02}": Yield(
                leads=40,
                wins=sum(chance.random() < 0.1 for _ in range(40)),
                value_mean=1000,
                value_spread=200,
            )
            for n in range(15)
        }
        promoted += bool(candidates(segments, ICP))

    assert promoted <= 2


def test_the_order_of_segments_changes_nothing() -> None:
    segments = {f"s{n}": Yield(leads=100, wins=15 + n, value_mean=900.0) for n in range(8)}

    assert candidates(segments, ICP) == candidates(dict(reversed(segments.items())), ICP)


@pytest.mark.parametrize("wrong", [{"leads": 1, "wins": 2}, {"leads": 1, "wins": 0, "hours": 0}])
def test_an_impossible_yield_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="wins are among the leads"):
        Yield(**wrong)
