"""The risk that revenue hangs on few customers, and the ICP rate at which it is too much."""

import pytest

from bbm_core.prescribe.limit import Holding, risk_limit


def holdings(icp: int, others: int, icp_revenue: float, revenue: float) -> list[Holding]:
    return [Holding(f"i{n}", icp=True, revenue=icp_revenue) for n in range(icp)] + [
        Holding(f"o{n}", icp=False, revenue=revenue) for n in range(others)
    ]


def test_the_index_is_that_of_the_published_example() -> None:
    """Ten customers of ten million and two hundred of half a million: 0.0263."""
    found = risk_limit(holdings(10, 200, 10.0, 0.5), 0.25, 0.2)

    assert found is not None
    assert found.hhi == pytest.approx(0.02625)
    assert found.largest_share == pytest.approx(0.05)
    assert (found.rate, found.is_exceeded) == (None, False)


def test_the_limit_binds_where_so_many_customers_of_that_fit_reach_the_index() -> None:
    found = risk_limit(holdings(10, 200, 10.0, 0.5), 0.03, 0.2)

    assert found is not None
    assert found.rate is not None
    customers = 200 / (found.rate * 10 + (1 - found.rate) * 0.5)
    index = customers * (found.rate * 100 + (1 - found.rate) * 0.25) / 200**2
    assert index == pytest.approx(0.03)


def test_a_limit_that_is_exceeded_whatever_the_fit_binds_at_once() -> None:
    found = risk_limit(holdings(1, 2, 50.0, 10.0), 0.1, 0.2)

    assert found is not None
    assert (found.rate, found.is_exceeded) == (0.0, True)
    assert found.largest == "i0"


def test_where_icp_customers_are_the_smaller_ones_no_rate_is_too_high() -> None:
    found = risk_limit(holdings(10, 10, 1.0, 5.0), 0.01, 0.2)

    assert found is not None
    assert found.rate is None


@pytest.mark.parametrize("customers", [holdings(3, 0, 5.0, 0), holdings(0, 3, 0, 5.0)])
def test_customers_of_one_fit_say_nothing_about_the_rate(customers: list[Holding]) -> None:
    found = risk_limit([*customers, Holding("u", icp=None, revenue=1.0)], 0.25, 0.5)

    assert found is not None
    assert found.rate is None
    assert found.customers == 4


def test_without_revenue_there_is_no_limit() -> None:
    assert risk_limit([], 0.25, 0.2) is None
    assert risk_limit(holdings(1, 1, 0.0, -5.0), 0.25, 0.2) is None
