"""The simplex search finds the top of smooth hills, and says when it did not."""

import pytest

from bbm_core.value import climb
from bbm_core.value.climb import highest


def test_it_finds_the_top_of_a_hill() -> None:
    peak = highest(lambda p: 5 - (p[0] - 1) ** 2 - 3 * (p[1] + 2) ** 2, (0.0, 0.0))

    assert peak.converged
    assert peak.at == pytest.approx((1.0, -2.0), abs=1e-4)
    assert peak.height == pytest.approx(5.0)


def test_it_follows_a_bent_ridge() -> None:
    """Rosenbrock's valley (1960), turned upside down."""
    peak = highest(lambda p: -100 * (p[1] - p[0] ** 2) ** 2 - (1 - p[0]) ** 2, (-1.2, 1.0))

    assert peak.converged
    assert peak.at == pytest.approx((1.0, 1.0), abs=1e-3)


def test_a_start_at_the_top_stays_there() -> None:
    assert highest(lambda p: -(p[0] ** 2), (0.0,)).at == pytest.approx((0.0,), abs=1e-5)


def test_a_slope_without_end_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(climb, "MOST_STEPS", 20)

    assert not highest(lambda p: p[0] + p[1], (0.0, 0.0)).converged
