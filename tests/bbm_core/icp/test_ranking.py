"""How well a score ranks what happened, against definitions worked out the slow way."""

from itertools import pairwise, product
from math import exp
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.chance import seeded
from bbm_core.icp.ranking import (
    FEW_TO_SHUFFLE,
    Line,
    auc,
    auc_interval,
    brier,
    brier_of_rate,
    counted,
    fit_line,
    kolmogorov_smirnov,
    lift,
    permutation_p,
    recalibration,
    tenths,
    totals,
)

Cases = list[tuple[int, bool]]
CASES = st.lists(st.tuples(st.integers(-1, 100), st.booleans()), min_size=1, max_size=60)


def drawn(n: int, slope: float, seed: str = "x", base: float = -1.5) -> Cases:
    """Cases whose log odds rise with the score."""
    draw = seeded("cases", seed)
    found = []
    for _ in range(n):
        score = draw.randrange(0, 101, 10)
        chance = 1 / (1 + exp(-(base + slope * (score - 50) / 50)))
        found.append((score, draw.random() < chance))
    return found


def test_cases_are_counted_by_score() -> None:
    assert counted([(10, True), (10, False), (10, True), (0, False)]) == {0: (1, 0), 10: (1, 2)}
    assert totals(counted([(10, True), (0, False), (1, False)])) == (2, 1)


@given(CASES)
def test_the_auc_is_the_share_of_pairs_in_the_right_order(cases: Cases) -> None:
    ups = [score for score, happened in cases if happened]
    downs = [score for score, happened in cases if not happened]
    pairs = [1.0 if up > down else 0.5 if up == down else 0.0 for up, down in product(ups, downs)]

    found = auc(counted(cases))

    if pairs:
        assert found == pytest.approx(sum(pairs) / len(pairs))
    else:
        assert found is None


@given(CASES, st.randoms(use_true_random=False))
def test_the_order_of_the_cases_changes_no_figure(cases: Cases, random: Any) -> None:
    shuffled = cases.copy()
    random.shuffle(shuffled)

    assert list(counted(cases).items()) == list(counted(shuffled).items())


def test_the_interval_covers_the_auc_and_narrows_with_cases() -> None:
    few, many = counted(drawn(100, 1.0)), counted(drawn(4000, 1.0))

    narrow, wide = auc_interval(many, "s"), auc_interval(few, "s")

    assert narrow is not None
    assert wide is not None
    assert wide.low < (auc(few) or 0) < wide.high
    assert narrow.high - narrow.low < (wide.high - wide.low) / 3


def test_the_interval_is_as_wide_as_hanley_and_mcneil_expect() -> None:
    """Hanley & McNeil (1982): at AUC 0.893 with 51 and 58 cases the standard error is 0.03."""
    draw = seeded("hanley")
    cases = [(round(draw.gauss(58.8, 10) * 20), True) for _ in range(51)]
    cases += [(round(draw.gauss(41.2, 10) * 20), False) for _ in range(58)]
    counts = counted(cases)
    a = auc(counts) or 0.0
    q1, q2 = a / (2 - a), 2 * a * a / (1 + a)
    se = ((a * (1 - a) + 50 * (q1 - a * a) + 57 * (q2 - a * a)) / (51 * 58)) ** 0.5

    interval = auc_interval(counts, "s")

    assert interval is not None
    assert (interval.high - interval.low) / 3.92 == pytest.approx(se, rel=0.25)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    truth = auc(counted(drawn(60_000, 1.0, "truth"))) or 0.0
    held = 0
    for world in range(60):
        found = auc_interval(counted(drawn(150, 1.0, f"w{world}")), "s")
        assert found is not None
        held += found.low <= truth <= found.high

    assert held >= 52


def test_one_sided_cases_say_nothing() -> None:
    counts = counted([(1, True), (2, True)])

    assert auc(counts) is auc_interval(counts, "s") is permutation_p(counts, "s") is None
    assert kolmogorov_smirnov(counts) is fit_line(counts) is None
    assert lift(counted([(1, False)])) is None
    assert recalibration(counts, Line(0, 1)) is None


def test_a_score_that_ranks_is_beyond_chance_and_noise_is_not() -> None:
    assert permutation_p(counted(drawn(300, 1.5)), "s") == pytest.approx(1 / 1001)
    assert (permutation_p(counted(drawn(300, 0.0)), "s") or 0) > 0.05
    assert permutation_p(counted([(5, True), (5, False)]), "s") == 1.0


def test_chance_alone_is_called_chance_as_often_as_it_should() -> None:
    found = [permutation_p(counted(drawn(80, 0.0, f"n{n}")), "s") or 0 for n in range(100)]

    assert sum(p <= 0.05 for p in found) <= 11
    assert 0.35 < sum(found) / len(found) < 0.65


def test_many_cases_are_judged_by_the_limit_of_the_permutation() -> None:
    noise = drawn(FEW_TO_SHUFFLE, 0.06, "limit")
    shuffled = permutation_p(counted(noise), "s") or 0.0

    limit = permutation_p(counted([*noise, (50, False)]), "s") or 0.0

    assert limit == pytest.approx(shuffled, abs=0.03)
    all_alike = counted([(5, n % 2 == 0) for n in range(FEW_TO_SHUFFLE + 2)])
    assert permutation_p(all_alike, "s") == 1.0


def test_the_best_fifth_is_compared_with_the_usual_rate() -> None:
    cases = [(100, True)] * 10 + [(100, False)] * 10 + [(0, True)] * 10 + [(0, False)] * 70

    assert lift(counted(cases)) == pytest.approx(2.5)


def test_of_a_tie_at_the_edge_the_mean_counts() -> None:
    assert lift(counted([(50, n < 30) for n in range(100)])) == pytest.approx(1.0)


def test_the_widest_gap_is_one_when_the_sides_are_apart() -> None:
    assert kolmogorov_smirnov(counted([(1, False), (2, True)])) == 1.0
    assert kolmogorov_smirnov(counted([(1, False), (1, True)])) == 0.0


@given(CASES)
def test_tenths_hold_every_case_once_and_tear_no_score_apart(cases: Cases) -> None:
    parts = tenths(counted(cases))

    assert sum(part.cases for part in parts) == len(cases)
    assert sum(part.happened for part in parts) == sum(happened for _, happened in cases)
    assert 1 <= len(parts) <= 10
    assert all(above.low > below.high for above, below in pairwise(parts))


def test_different_scores_give_ten_equal_tenths() -> None:
    parts = tenths(counted((score, score >= 90) for score in range(100)))

    assert [part.cases for part in parts] == [10] * 10
    assert (parts[0].low, parts[0].high, parts[0].rate) == (90, 99, 1.0)


def test_the_fitted_line_finds_what_was_planted() -> None:
    line = fit_line(counted(drawn(20_000, 2.0, "line", base=-1.0)))

    assert line is not None
    assert line.slope * 50 == pytest.approx(2.0, abs=0.1)
    assert line.chance(50) == pytest.approx(1 / (1 + exp(1.0)), abs=0.02)


def test_perfect_separation_gives_a_finite_line() -> None:
    line = fit_line(counted([(0, False)] * 50 + [(100, True)] * 50))

    assert line is not None
    assert 0.0 < line.chance(0) < 0.05
    assert 0.95 < line.chance(100) < 1.0


def test_a_score_that_never_differs_has_no_line() -> None:
    assert fit_line(counted([(5, True), (5, False)])) is None
    flat = Line(-1.0, 0.0)
    assert recalibration(counted([(1, True), (2, False)]), flat) is None


def test_a_line_on_fresh_cases_of_the_same_kind_needs_no_correction() -> None:
    line = fit_line(counted(drawn(20_000, 2.0, "old"))) or Line(0, 0)

    again = recalibration(counted(drawn(20_000, 2.0, "new")), line)

    assert again is not None
    assert again.slope == pytest.approx(1.0, abs=0.08)
    assert again.intercept == pytest.approx(0.0, abs=0.12)


def test_chances_that_are_too_extreme_show_as_a_slope_below_one() -> None:
    counts = counted(drawn(20_000, 1.0, "new"))
    again = recalibration(counts, Line(-1.5 - 2.0, 2.0 / 50))

    assert again is not None
    assert again.slope == pytest.approx(0.5, abs=0.05)


def test_brier_is_the_mean_square_of_the_miss() -> None:
    counts = counted([(0, False), (0, True), (100, True), (100, True)])
    half = Line(0.0, 0.0)

    assert brier(counts, half) == pytest.approx(0.25)
    assert brier_of_rate(counts, 0.75) == pytest.approx((0.75**2 + 3 * 0.25**2) / 4)
    assert brier(counts, Line(-1000.0, 20.0)) == pytest.approx(0.25)
