"""Stories that several tests read; drawing one takes a moment."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

import pytest

from sandbox.story import Kind, Size, Story

NOW = datetime(2026, 11, 2, tzinfo=UTC)


@cache
def _drawn(kind: Kind, size: Size, seed: int) -> Story:
    return Story.draw(kind, size, seed, NOW)


@pytest.fixture(scope="session")
def drawn() -> Callable[[Kind, Size, int], Story]:
    return _drawn
