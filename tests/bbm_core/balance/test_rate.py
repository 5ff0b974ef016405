"""Intervals, bounds and the posterior, against published and independently computed values."""

from fractions import Fraction
from math import comb, pi, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbm_core.balance.rate import (
    beta_above,
    beta_below,
    beta_quantile,
    bounds,
    coverage,
    newcombe,
    wilson,
)
from bbm_core.balance.tally import Tally


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        (81, 263, 0.2552885199, 0.366209577),
        (0, 20, 0.0, 0.1611251581),
        (4, 20, 0.08065766258, 0.4160174323),
        (10, 10, 0.7224672001, 1.0),
    ],
    ids=["wilson_81_263", "wilson_0_20", "wilson_4_20", "wilson_10_10"],
)
def test_wilson_equals_the_reference_cases(k: int, n: int, low: float, high: float) -> None:
    assert wilson(k, n) == pytest.approx((low, high), abs=1e-9)


REAL = [  # k, n, rate, low, high as printed
    ("maven M2 Engaging", 181, 501, 0.3613, 0.3204, 0.4042),
    ("maven M2 Lost", 1134, 2473, 0.4586, 0.4390, 0.4782),
    ("maven M2 Prospecting", 54, 163, 0.3313, 0.2636, 0.4067),
    ("maven M2 Won", 1971, 4238, 0.4651, 0.4501, 0.4801),
    ("maven M1 Engaging", 181, 501, 0.3613, 0.3204, 0.4042),
    ("maven M1 Lost", 1028, 2473, 0.4157, 0.3964, 0.4352),
    ("maven M1 Prospecting", 78, 163, 0.4785, 0.4032, 0.5548),
    ("maven M1 Won", 1731, 4238, 0.4084, 0.3937, 0.4233),
    ("maven 2016-10", 3, 7, 0.4286, 0.1582, 0.7495),
    ("maven 2017-03", 339, 698, 0.4857, 0.4488, 0.5227),
    ("maven won 2017-04", 124, 285, 0.4351, 0.3788, 0.4931),
    ("maven West", 1199, 2479, 0.4837, 0.4640, 0.5033),
    ("fleetio lead", 591, 946, 0.6247, 0.5934, 0.6550),
    ("fleetio converted", 283, 461, 0.6139, 0.5687, 0.6572),
    ("fleetio closed", 229, 372, 0.6156, 0.5652, 0.6636),
    ("fleetio won", 198, 317, 0.6246, 0.5701, 0.6761),
    ("fleetio 2021-04", 10, 15, 0.6667, 0.4171, 0.8482),
    ("fleetio Organic", 112, 193, 0.5803, 0.5098, 0.6477),
]
NAMES = [str(row[0]) for row in REAL]


@pytest.mark.parametrize(("k", "n", "rate", "low", "high"), [row[1:] for row in REAL], ids=NAMES)
def test_rates_of_real_books_agree_to_the_printed_digit(
    k: int, n: int, rate: float, low: float, high: float
) -> None:
    tally = Tally(icp=k, not_icp=n - k)

    assert tally.rate is not None
    assert round(tally.rate, 4) == rate
    assert tuple(round(end, 4) for end in wilson(k, n)) == (low, high)


def test_the_win_rate_of_a_real_book_agrees_to_six_digits() -> None:
    assert tuple(round(end, 6) for end in wilson(4238, 6711)) == (0.619887, 0.642964)


def test_nothing_leaves_everything_open() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert bounds(Tally()) == (0.0, 1.0)
    assert coverage(Tally()) is None


def test_unknowns_widen_the_bounds_and_lower_the_coverage() -> None:
    tally = Tally(icp=60, not_icp=140, unknown=100)

    assert tally.rate == pytest.approx(0.30)
    assert bounds(tally) == pytest.approx((0.20, 160 / 300))
    assert coverage(tally) == pytest.approx(2 / 3)


def test_the_bounds_read_as_in_the_decided_wording() -> None:
    low, high = bounds(Tally(icp=433, not_icp=1599, unknown=152))

    assert (round(100 * low, 1), round(100 * high, 1)) == (19.8, 26.8)


@given(st.integers(0, 500), st.integers(1, 500))
def test_wilson_holds_the_rate_and_stays_a_share(k: int, more: int) -> None:
    n = k + more

    low, high = wilson(k, n)

    assert 0 <= low <= k / n <= high <= 1
    assert wilson(more, n) == pytest.approx((1 - high, 1 - low))


def _exact(x: Fraction, a: int, b: int) -> Fraction:
    """P(Beta(a, b) < x) = P(Binomial(a + b - 1, x) >= a), summed exactly."""
    n = a + b - 1
    return sum((comb(n, j) * x**j * (1 - x) ** (n - j) for j in range(a, n + 1)), Fraction(0))


@settings(max_examples=60, deadline=None)
@given(st.fractions(0, 1, max_denominator=50), st.integers(1, 120), st.integers(1, 120))
def test_the_posterior_equals_exact_binomial_sums(x: Fraction, a: int, b: int) -> None:
    assert beta_below(float(x), a, b) == pytest.approx(float(_exact(x, a, b)), abs=1e-12)


@pytest.mark.parametrize(
    ("x", "a", "b", "below"),
    [
        (0.01, 0.5, 0.5, 0.06376856085851985),  # 2/pi asin(sqrt x)
        (0.5, 7.25, 7.25, 0.5),  # by symmetry
        (0.25, 1.0, 3.5, 1 - 0.75**3.5),  # in closed form
        (0.25, 3.5, 1.0, 0.25**3.5),
    ],
)
def test_the_posterior_equals_closed_forms(x: float, a: float, b: float, below: float) -> None:
    assert beta_below(x, a, b) == pytest.approx(below, abs=1e-10)


def test_the_posterior_keeps_its_digits_for_a_large_book() -> None:
    a, b = 300_000.0, 700_000.0
    skewness = 2 * (b - a) * sqrt(a + b + 1) / ((a + b + 2) * sqrt(a * b))

    # Edgeworth's first term: around its mean a beta is normal but for its skewness.
    assert beta_below(0.3, a, b) == pytest.approx(0.5 + skewness / (6 * sqrt(2 * pi)), abs=1e-8)


def test_the_posterior_is_certain_at_the_ends() -> None:
    assert beta_below(0, 3, 4) == 0
    assert beta_below(1, 3, 4) == 1
    assert beta_above(0, 3, 4) == 1


@settings(deadline=None)
@given(st.integers(0, 1024), st.floats(0.1, 5000), st.floats(0.1, 5000))
def test_below_and_above_are_everything(parts: int, a: float, b: float) -> None:
    x = parts / 1024  # exact, and so is 1 - x

    assert beta_below(x, a, b) + beta_above(x, a, b) == pytest.approx(1, abs=1e-10)


def test_a_difference_of_rates_has_newcombes_interval() -> None:
    """56 of 70 against 48 of 80: the first example of the paper's Table II."""
    low, high = newcombe(56, 70, 48, 80)

    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


def test_a_difference_to_nothing_may_be_anything() -> None:
    assert newcombe(3, 5, 0, 0) == newcombe(0, 0, 3, 5) == (-1.0, 1.0)


@given(st.floats(0.001, 0.999), st.floats(1, 400), st.floats(1, 400))
def test_a_quantile_of_the_posterior_leaves_its_share_below(p: float, a: float, b: float) -> None:
    assert beta_below(beta_quantile(p, a, b), a, b) == pytest.approx(p, abs=1e-6)
