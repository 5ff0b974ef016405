"""Chances by shuffling are fair: small ones come as seldom as they say."""

import numpy as np
import pytest

from bbm_core.icp.learn import shuffles
from bbm_core.icp.learn.binning import Among, Binned
from bbm_core.icp.learn.coding import Form
from bbm_core.icp.learn.shuffles import better, chances_of


def attribute(name: str, codes: np.ndarray) -> Binned:
    levels = tuple(Among((str(place),)) for place in range(int(codes.max()) + 1))
    return Binned(name, Form.CATEGORY, levels, codes)


def test_nothing_to_ask_is_as_likely_as_can_be() -> None:
    assert chances_of([], np.array([0, 1])).together == 1.0


def test_the_best_of_two_alike_is_either() -> None:
    found = np.array([1.0, 2.0, 3.0, 4.0])

    assert better(found, found).tolist() == [1.0, 0.75, 0.5, 0.25]


def test_an_attribute_that_is_the_outcome_is_the_least_likely_there_is() -> None:
    good = np.array([0, 1] * 50)

    found = chances_of([attribute("same", good), attribute("other", np.arange(100) // 25)], good)

    assert found.single[0] == pytest.approx(1 / 2000)
    assert found.single[1] == 1.0
    assert found.together < 0.002


def test_a_large_book_is_shuffled_less_often() -> None:
    good = np.arange(100_000) % 2

    found = chances_of([attribute("same", good)], good)

    assert found.single == (1 / 601,)


def test_chances_without_an_effect_are_spread_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer shuffles make chances coarser, not unfair, so that more worlds can be tried."""
    monkeypatch.setattr(shuffles, "MOST_SHUFFLES", 99)
    chance = np.random.default_rng(7)
    together = []
    for _ in range(300):
        attributes = [attribute(f"a{n}", chance.integers(0, 4, 60)) for n in range(3)]
        together.append(chances_of(attributes, chance.permutation(np.arange(60) % 2)).together)

    found = np.array(together)
    assert 0.42 < np.mean(found < 0.5) < 0.58
    assert 0.02 < np.mean(found <= 0.05) < 0.08
