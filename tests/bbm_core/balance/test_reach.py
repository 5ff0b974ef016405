"""Reach: how varied the business is, and which markets outside the ICP deserve a try."""

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.balance.reach import (
    Yield,
    candidates,
    effective_markets,
    exploration,
)
from bbm_core.chance import seeded

ICP = Yield(leads=300, wins=60, value_mean=1000, value_spread=200)


def test_markets_of_one_size_count_fully() -> None:
    assert effective_markets({"a": 5, "b": 5, "c": 5, "none": 0}) == pytest.approx(3)
    assert effective_markets({"a": 7}) == pytest.approx(1)
    assert effective_markets({}) is None


def test_the_effective_number_is_the_entropys() -> None:
    expected = -(0.5 * log(0.5) + 0.25 * log(0.25) * 2)

    assert log(effective_markets({"a": 2, "b": 1, "c": 1}) or 0) == pytest.approx(expected)


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 999), min_size=1))
def test_there_are_never_more_effective_markets_than_markets(counts: dict[str, int]) -> None:
    found = effective_markets(counts)

    assert found is not None
    assert 1 - 1e-9 <= found <= len(counts) + 1e-9


def test_leads_from_markets_without_customer_are_exploration() -> None:
    found = exploration({"it": 60, "retail": 30, "farms": 10, "quiet": 0}, {"it": 5, "retail": 0})

    assert (found.new, found.total, found.share) == (40, 100, 0.4)
    assert found.markets == ("retail", "farms")
    assert exploration({}, {}).share is None


def test_a_market_as_good_as_the_icp_is_a_candidate() -> None:
    markets = {
        "good": Yield(leads=300, wins=66, value_mean=1000, value_spread=200),
        "poor": Yield(leads=200, wins=6, value_mean=600, value_spread=100),
        "bad": Yield(leads=150, wins=5, value_mean=600, value_spread=100),
    }

    (found,) = candidates(markets, ICP)

    assert found.market == "good"
    assert found.probability > 0.8
    assert found.ratio == pytest.approx(1.0, abs=0.2)


def test_small_markets_are_not_judged() -> None:
    assert candidates({"tiny": Yield(leads=19, wins=19, value_mean=9e9)}, ICP) == ()


def test_cheap_leads_may_make_up_for_small_wins() -> None:
    market = {"cheap": Yield(leads=300, wins=60, value_mean=500, value_spread=50, hours=0.4)}
    dear = {"dear": Yield(leads=300, wins=60, value_mean=500, value_spread=50, hours=1.0)}

    assert [one.market for one in candidates(market, ICP)] == ["cheap"]
    assert candidates(dear, ICP) == ()


def test_without_wins_in_the_icp_there_is_no_yardstick() -> None:
    assert candidates({"any": Yield(leads=50, wins=20, value_mean=5)}, Yield(leads=9, wins=0)) == ()
    assert candidates({}, ICP) == ()


def test_markets_without_any_win_are_no_candidates() -> None:
    assert candidates({"a": Yield(leads=30, wins=0), "b": Yield(leads=40, wins=0)}, ICP) == ()


def test_the_best_of_many_equal_poor_markets_is_rarely_a_candidate() -> None:
    """Fifteen markets at half the ICP's rate: luck alone promotes one in few of the worlds."""
    chance = seeded("poor markets")
    promoted = 0
    for _ in range(10):
        markets = {
            f"s{n:02}": Yield(
                leads=40,
                wins=sum(chance.random() < 0.1 for _ in range(40)),
                value_mean=1000,
                value_spread=200,
            )
            for n in range(15)
        }
        promoted += bool(candidates(markets, ICP))

    assert promoted <= 2


def test_the_order_of_markets_changes_nothing() -> None:
    markets = {f"s{n}": Yield(leads=100, wins=15 + n, value_mean=900.0) for n in range(8)}

    assert candidates(markets, ICP) == candidates(dict(reversed(markets.items())), ICP)


@pytest.mark.parametrize("wrong", [{"leads": 1, "wins": 2}, {"leads": 1, "wins": 0, "hours": 0}])
def test_an_impossible_yield_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="wins are among the leads"):
        Yield(**wrong)
