"""The short form of `benchmarks/learning.py`: better than simpler models, silent over nothing."""

from pathlib import Path
from statistics import mean

import pytest

pytest.importorskip("scipy")
from bbm_core.icp.learn.study import study
from benchmarks import learning
from benchmarks.learning_worlds import world


@pytest.mark.parametrize("rows", [80, 300])
def test_the_model_orders_unseen_customers_better_than_simpler_ones(rows: int) -> None:
    found = learning.table(20, (rows,))

    assert 0.77 < found["oracle"][0] < 0.79
    assert found["ours above raw WOE sum"][0] > 0
    assert found["ours above one-hot ridge"][0] > 0


def test_what_matters_is_named_and_hardly_anything_else() -> None:
    named = [{one.name for one in study(world(seed, 1000).sample).named} for seed in range(6)]

    assert mean(len(names & {"a0", "a1", "a2", "a3"}) for names in named) > 3.5
    assert mean(len(names - {"a0", "a1", "a2", "a3"}) for names in named) < 1


def test_shuffled_outcomes_hardly_ever_name_anything() -> None:
    assert learning.shuffled(20, 200) <= 1


@pytest.mark.parametrize("how", ["copies once", "halves"])
def test_real_books_without_a_difference_hardly_ever_name_one(shared: Path, how: str) -> None:
    folder = shared / "data"

    assert learning.resampled(learning.maven(folder), 4, how) == 0
    assert learning.resampled(learning.fleetio(folder), 8, how) <= 1


def test_on_german_credit_it_is_as_good_as_a_plain_logistic_regression(shared: Path) -> None:
    pairs = [learning.credit(shared / "data", split) for split in ("fixed", 0, 1, 2)]

    assert mean(ours or 0 for ours, _ in pairs) > mean(plain or 0 for _, plain in pairs) - 0.005
    assert (pairs[0][0] or 0) > 0.74
