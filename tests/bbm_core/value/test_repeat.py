"""Repeat purchases: the published CDNOW example is in tests/reference; here laws and refusals."""

import csv
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbm_core.value import repeat
from bbm_core.value.repeat import BgNbd, fit_bgnbd

CDNOW = BgNbd(0.243, 4.414, 0.793, 2.426)
"""Table 2 of Fader, Hardie and Lee (2005)."""

PARAMETER = st.floats(0.05, 8)
MODELS = st.builds(BgNbd, PARAMETER, PARAMETER, PARAMETER, PARAMETER)


@given(MODELS, st.floats(0.1, 20))
@settings(max_examples=30, deadline=None)
def test_the_expectation_is_the_sum_of_the_probabilities(model: BgNbd, time: float) -> None:
    chances = [model.probability(n, time) for n in range(60)]

    assert sum(chances) <= 1 + 1e-9
    counted = sum(n * chance for n, chance in enumerate(chances))
    tail = 1 - sum(chances)
    assert model.expected(time) >= counted * (1 - 1e-4) - 1e-6
    if tail < 1e-9:
        assert model.expected(time) == pytest.approx(counted, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize(("a", "b"), [(0.4, 0.6), (0.5, 0.5), (1.0, 2.0), (1.0, 1e-9)])
def test_where_the_formula_has_a_gap_its_limit_stands(a: float, b: float) -> None:
    here = BgNbd(0.5, 4.0, a, b).expected(30)
    beside = BgNbd(0.5, 4.0, a * 1.001, b * 1.001).expected(30)

    assert here == pytest.approx(beside, rel=0.01)


def test_many_purchases_stay_finite() -> None:
    ahead = CDNOW.conditional([200, 2000], [38.0, 38.0], [38.86, 38.86], 39.0)

    assert np.isfinite(ahead).all()
    assert (ahead >= 0).all()


def test_nothing_is_bought_in_no_time() -> None:
    assert CDNOW.expected(0) == 0
    assert CDNOW.expected(-3) == 0
    assert CDNOW.probability(0, 0) == 1
    assert CDNOW.probability(3, 0) == 0


def test_who_has_not_bought_again_is_alive_and_who_is_long_silent_is_not() -> None:
    alive = CDNOW.alive([0, 5, 5], [0.0, 38.0, 5.0], [38.86, 38.86, 38.86])

    assert alive[0] == 1
    assert alive[1] > 0.85
    assert alive[2] < 0.2


def cdnow_columns(shared: Path) -> list[list[float]]:
    path = shared / "data" / "cdnow" / "cdnow_customers_summary.csv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [[float(row[name]) for row in rows] for name in ("frequency", "recency", "T")]


def test_order_and_unit_of_time_change_nothing_but_the_unit(shared: Path) -> None:
    columns = cdnow_columns(shared)
    weekly = fit_bgnbd(*columns)
    backward = fit_bgnbd(*(column[::-1] for column in columns))
    daily = fit_bgnbd(columns[0], *([7 * value for value in one] for one in columns[1:]))

    assert weekly is not None
    assert backward == weekly
    assert daily is not None
    assert daily.alpha == pytest.approx(7 * weekly.alpha, rel=1e-4)
    assert (daily.r, daily.a, daily.b) == pytest.approx((weekly.r, weekly.a, weekly.b), rel=1e-4)
    ages = [values[:50] for values in columns]
    week = weekly.conditional(*ages, 39)
    day = daily.conditional(ages[0], *([7 * v for v in one] for one in ages[1:]), 273)
    assert day == pytest.approx(week, rel=1e-4)


@pytest.mark.parametrize(
    "columns",
    [([], [], []), ([0, 0], [0, 0], [9, 9]), ([1, 1], [0, 0], [0, 0])],
    ids=["nobody", "nobody again", "no time"],
)
def test_where_there_is_nothing_to_fit_that_is_the_answer(
    columns: tuple[list[float], list[float], list[float]],
) -> None:
    assert fit_bgnbd(*columns) is None


def test_customers_that_all_buy_alike_fix_no_parameters() -> None:
    assert fit_bgnbd([12] * 60, [12.0] * 60, [12.5] * 60) is None


@pytest.mark.parametrize(
    "columns",
    [
        ([-1], [0], [9]),
        ([0.5], [1], [9]),
        ([1], [10], [9]),
        ([0], [1], [9]),
        ([1], [-1], [9]),
        ([1], [1], [float("nan")]),
    ],
)
def test_numbers_that_contradict_each_other_are_refused(
    columns: tuple[list[float], list[float], list[float]],
) -> None:
    with pytest.raises(ValueError, match="contradict"):
        fit_bgnbd(*columns)


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="dimension"):
        fit_bgnbd([1, 2], [1], [9])


def test_a_flat_peak_has_no_standard_errors(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeat, "_FLAT", 1e12)
    fit = fit_bgnbd(*cdnow_columns(shared))

    assert fit is not None
    assert fit.standard_errors is None


def test_customers_that_are_alike_in_when_they_stop_are_fitted() -> None:
    """Everybody stops with the same chance of 1 in 5: no pair of a and b is finite and best."""
    chance = random.Random(4)
    rows = []
    for _ in range(600):
        rate, repeats, last, at = chance.gammavariate(1.5, 0.2), 0, 0.0, 0.0
        while chance.random() > 0.2 and (at := at + chance.expovariate(rate)) < 30:
            repeats, last = repeats + 1, at
        rows.append((repeats, last, 30.0))
    fit = fit_bgnbd(*zip(*rows, strict=True))

    assert fit is not None
    assert fit.a / (fit.a + fit.b) == pytest.approx(0.2, abs=0.05)
    ahead = fit.conditional([0, 3, 90], [0.0, 29.0, 29.0], [30.0, 30.0, 30.0], 600.0)
    assert np.isfinite(ahead).all()
    assert fit.expected(30) == pytest.approx(sum(one for one, *_ in rows) / 600, rel=0.05)
