"""What an order is worth: the published CDNOW example of the Gamma-Gamma model, and laws."""

import csv
from pathlib import Path

import numpy as np
import pytest

from bbm_core.value.spend import GammaGamma, fit_gamma_gamma


def cdnow(shared: Path) -> tuple[list[float], list[float]]:
    path = shared / "data" / "cdnow" / "cdnow_customers_summary_with_transactions.csv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [float(row["x"]) for row in rows], [float(row["zbar"]) for row in rows]


def test_the_published_parameters_are_found(shared: Path) -> None:
    """Fader and Hardie (2013), section 4: p = 6.25, q = 3.74, gamma = 15.44."""
    fit = fit_gamma_gamma(*cdnow(shared))

    assert fit is not None
    assert (fit.p, fit.q, fit.gamma) == pytest.approx((6.25, 3.74, 15.44), abs=0.01)
    assert fit.customers == 946
    assert fit.correlation == pytest.approx(0.11, abs=0.01)


def test_the_mean_of_all_and_what_is_expected_of_one() -> None:
    model = GammaGamma(6.25, 3.74, 15.44)

    assert model.expected([0], [0.0])[0] == pytest.approx(6.25 * 15.44 / 2.74)
    assert model.expected([2, 1], [22.35, 11.77]) == pytest.approx([24.65, 18.91], abs=0.02)


def test_the_more_orders_the_more_the_own_mean_counts() -> None:
    model = GammaGamma(6.25, 3.74, 15.44)
    found = model.expected([1, 5, 500], [90.0, 90.0, 90.0])

    assert found[0] < found[1] < found[2] < 90
    assert found[2] == pytest.approx(90, abs=0.1)


def test_the_unit_of_money_and_the_order_change_nothing_else(shared: Path) -> None:
    orders, mean = cdnow(shared)
    dollars = fit_gamma_gamma(orders, mean)
    yen = fit_gamma_gamma(orders[::-1], [150 * value for value in mean[::-1]])

    assert dollars is not None
    assert yen is not None
    assert (yen.p, yen.q) == pytest.approx((dollars.p, dollars.q), rel=1e-3)
    assert yen.gamma == pytest.approx(150 * dollars.gamma, rel=1e-3)


@pytest.mark.parametrize(
    ("orders", "mean"),
    [
        ([], []),
        ([3], [10.0]),
        ([1, 2, 3], [10.0, 10.0, 10.0]),
        ([0, 0, 2], [1.0, 2.0, 3.0]),
        ([1, 2, 3], [-1.0, 0.0, float("nan")]),
    ],
    ids=["nobody", "one", "all alike", "one with orders", "no amounts"],
)
def test_where_there_is_nothing_to_fit_that_is_the_answer(
    orders: list[float], mean: list[float]
) -> None:
    assert fit_gamma_gamma(orders, mean) is None


def test_amounts_so_uneven_that_they_have_no_mean_are_refused() -> None:
    chance = np.random.default_rng(1)
    mean = np.exp(8 * chance.standard_normal(400))

    assert fit_gamma_gamma(np.full(400, 50), mean) is None


def test_a_constant_number_of_orders_has_no_correlation() -> None:
    chance = np.random.default_rng(2)
    fit = fit_gamma_gamma(np.full(300, 4), chance.gamma(6, 1 / chance.gamma(4, 1 / 15, 300)))

    assert fit is not None
    assert fit.correlation is None
