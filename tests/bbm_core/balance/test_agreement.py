"""Agreement of marketing and sales: Cohen's kappa and the follow-up ratio."""

from math import exp, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.balance.agreement import FollowUp, HandOver

COUNT = st.integers(0, 200)


def handed(a: int, b: int, c: int, d: int) -> HandOver:
    return HandOver(icp_accepted=a, icp_back=b, other_accepted=c, other_back=d)


def test_kappa_is_cohens() -> None:
    """20, 5, 10, 15 agree on 70 % where chance gives 50 %: 0.4, standard error 0.1270."""
    found = handed(20, 5, 10, 15).agreement()

    assert found is not None
    assert found.kappa == pytest.approx(0.4)
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * 0.1270, abs=1e-3)


def test_the_interval_is_the_one_of_resampling() -> None:
    """The delta method by hand: the numeric gradient of kappa times the multinomial covariance."""
    counts = [40, 9, 12, 60]
    n = sum(counts)
    shares = [count / n for count in counts]

    def kappa(p: list[float]) -> float:
        a, b, c, d = p
        chance = (a + b) * (a + c) + (c + d) * (b + d)
        return (a + d - chance) / (1 - chance)

    step = 1e-6
    slope = [
        (kappa([s + step * (i == j) for j, s in enumerate(shares)]) - kappa(shares)) / step
        for i in range(4)
    ]
    mean = sum(s * g for s, g in zip(shares, slope, strict=True))
    spread = sum(s * g * g for s, g in zip(shares, slope, strict=True)) - mean**2
    found = handed(*counts).agreement()

    assert found is not None
    assert (found.high - found.low) / 2 == pytest.approx(1.959964 * sqrt(spread / n), rel=1e-4)


def test_full_agreement_and_full_contradiction() -> None:
    agreed, against = handed(10, 0, 0, 10).agreement(), handed(0, 10, 10, 0).agreement()

    assert agreed is not None
    assert against is not None
    assert (agreed.kappa, agreed.high) == (1, 1)
    assert (against.kappa, against.low) == (-1, -1)


@pytest.mark.parametrize("counts", [(0, 0, 0, 0), (5, 5, 0, 0), (5, 0, 5, 0), (0, 0, 3, 4)])
def test_where_one_side_never_varies_nothing_is_said(counts: tuple[int, int, int, int]) -> None:
    assert handed(*counts).agreement() is None


@given(COUNT, COUNT, COUNT, COUNT)
def test_kappa_stays_within_its_bounds(a: int, b: int, c: int, d: int) -> None:
    found = handed(a, b, c, d).agreement()

    if found is not None:
        assert -1 <= found.low <= found.kappa + 1e-12
        assert found.kappa - 1e-12 <= found.high <= 1


def test_what_was_sent_back_is_a_share_of_what_was_answered() -> None:
    some = handed(6, 2, 3, 9)

    assert (some.accepted, some.back, some.total) == (9, 11, 20)
    assert some.sent_back == pytest.approx(0.55)
    assert some.sent_back_interval.low < 0.55 < some.sent_back_interval.high
    assert HandOver().sent_back is None


def test_the_follow_up_ratio_has_katzs_interval() -> None:
    found = FollowUp(icp_touched=30, icp=100, other_touched=60, other=100).ratio()

    assert found is not None
    half = 1.959964 * sqrt(1 / 30 - 1 / 100 + 1 / 60 - 1 / 100)
    assert found.value == pytest.approx(0.5)
    assert found.low == pytest.approx(exp(log(0.5) - half), rel=1e-6)
    assert found.high == pytest.approx(exp(log(0.5) + half), rel=1e-6)


def test_a_side_without_touched_records_has_shares_and_no_ratio() -> None:
    none = FollowUp(icp_touched=0, icp=10, other_touched=5, other=10)

    assert none.ratio() is None
    assert (none.icp_share, none.other_share) == (0, 0.5)
    assert (FollowUp().icp_share, FollowUp().other_share, FollowUp().ratio()) == (None, None, None)


def test_all_touched_on_both_sides_is_a_ratio_of_one() -> None:
    found = FollowUp(icp_touched=4, icp=4, other_touched=6, other=6).ratio()

    assert found is not None
    assert (found.value, found.low, found.high) == (1, 1, 1)
