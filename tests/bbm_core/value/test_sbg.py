"""Retention beyond what was seen: Fader and Hardie's (2007) two groups of customers."""

import pytest

from bbm_core.value import sbg
from bbm_core.value.climb import Peak
from bbm_core.value.sbg import ShiftedBetaGeometric, Term, fit_sbg

HIGH_END = (1000, 869, 743, 653, 593, 551, 517, 491)
REGULAR = (1000, 631, 468, 382, 326, 289, 262, 241)
"""Customers still there after each year, of 1,000 (their table 1)."""


def terms(still_there: tuple[int, ...]) -> list[Term]:
    years = len(still_there) - 1
    gone = [
        Term(year, left=True)
        for year in range(1, years + 1)
        for _ in range(still_there[year - 1] - still_there[year])
    ]
    return gone + [Term(years, left=False)] * still_there[-1]


def fitted(still_there: tuple[int, ...]) -> ShiftedBetaGeometric:
    fit = fit_sbg(terms(still_there))
    assert fit is not None
    return fit


@pytest.mark.parametrize(
    ("still_there", "alpha", "beta", "height"),
    [(HIGH_END, 0.668, 3.806, -1611.2), (REGULAR, 0.704, 1.182, -1680.3)],
)
def test_the_published_parameters_are_found(
    still_there: tuple[int, ...], alpha: float, beta: float, height: float
) -> None:
    fit = fitted(still_there)

    assert (fit.alpha, fit.beta) == pytest.approx((alpha, beta), abs=5e-4)
    assert fit.log_likelihood == pytest.approx(height, abs=0.05)
    assert fit.customers == 1000


def test_survival_is_the_product_of_retentions() -> None:
    fit = fitted(REGULAR)
    product = 1.0
    for year in range(1, 13):
        product *= fit.retention(year)
        assert fit.survival(year) == pytest.approx(product)
    assert fit.survival(0) == 1


def test_the_curve_follows_what_was_seen() -> None:
    fit = fitted(HIGH_END)

    assert [1000 * fit.survival(year) for year in range(8)] == pytest.approx(HIGH_END, abs=22)


def test_retention_rises_because_those_likely_to_leave_are_gone() -> None:
    fit = fitted(REGULAR)

    assert fit.retention(1) == pytest.approx(1.182 / 1.886, abs=1e-3)
    assert fit.retention(1) < fit.retention(2) < fit.retention(50)


@pytest.mark.parametrize(
    "seen",
    [
        [],
        [Term(3, left=False)] * 9,
        [Term(1, left=True)] * 9,
        [Term(0, left=True), Term(0, left=False)],
    ],
    ids=["nobody", "nobody left", "nobody stayed", "no whole period"],
)
def test_where_there_is_nothing_to_fit_that_is_the_answer(seen: list[Term]) -> None:
    assert fit_sbg(seen) is None


def test_a_search_without_rest_gives_no_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sbg, "highest", lambda *_: Peak((0.0, 0.0), 0.0, converged=False))

    assert fit_sbg(terms(REGULAR)) is None


def test_the_order_of_the_customers_changes_nothing() -> None:
    assert fit_sbg(reversed(terms(REGULAR))) == fit_sbg(terms(REGULAR))
