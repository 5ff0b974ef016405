"""The model is at the top of its penalised likelihood, and never turns evidence upside down."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit

from bbm_core.icp.learn import scorecard
from bbm_core.icp.learn.scorecard import fit_ridge


def data(seed: int, rows: int = 200, columns: int = 4) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    x = chance.normal(size=(rows, columns))
    odds = x @ chance.normal(size=columns) - 0.5
    good = (chance.random(rows) < expit(odds)).astype(int)
    good[:2] = 0, 1
    return x, good


@pytest.mark.parametrize("seed", range(5))
def test_it_is_where_another_optimiser_ends(seed: int) -> None:
    x, good = data(seed)

    def cost(at: np.ndarray) -> float:
        odds = at[0] + x @ at[1:]
        return float((np.logaddexp(0, odds) - good * odds).sum() + at[1:] @ at[1:])

    bounds = [(None, None), *[(0, None)] * x.shape[1]]
    other = minimize(cost, np.zeros(5), bounds=bounds, method="L-BFGS-B", options={"ftol": 1e-14})
    found = fit_ridge(x, good)

    assert found.converged
    assert cost(np.array([found.intercept, *found.coefficients])) <= other.fun + 1e-6
    assert found.coefficients == pytest.approx(other.x[1:], abs=1e-3)


def test_rows_with_weights_count_as_often() -> None:
    x, good = data(3, 50)
    often = np.arange(50) % 3

    weighted = fit_ridge(x, good, weights=often.astype(float))
    repeated = fit_ridge(np.repeat(x, often, axis=0), np.repeat(good, often))

    assert weighted.coefficients == pytest.approx(repeated.coefficients, abs=1e-6)


def test_an_attribute_that_parts_everything_stays_finite() -> None:
    good = np.array([0] * 50 + [1] * 50)

    found = fit_ridge(np.where(good, 3.0, -3.0)[:, None], good)

    assert found.converged
    assert 0 < found.coefficients[0] < 3


def test_evidence_that_points_the_wrong_way_is_not_used() -> None:
    good = np.array([0] * 50 + [1] * 50)

    assert fit_ridge(np.where(good, -1.0, 1.0)[:, None], good).coefficients == (0.0,)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 100))
def test_a_higher_price_never_buys_more(seed: int, penalty: float) -> None:
    x, good = data(seed, 60, 3)

    cheap, dear = fit_ridge(x, good, penalty), fit_ridge(x, good, 2 * penalty)

    size = [sum(one**2 for one in card.coefficients) for card in (cheap, dear)]
    assert size[1] <= size[0] + 1e-9


def test_a_model_that_is_stopped_before_it_rests_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scorecard, "_MOST_STEPS", 1)

    assert not fit_ridge(*data(0)).converged


def test_attributes_that_say_the_same_share_the_weight() -> None:
    x, good = data(2, columns=1)

    one, other = fit_ridge(np.hstack([x, x]), good).coefficients

    assert one == pytest.approx(other)
