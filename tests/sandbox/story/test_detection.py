"""What is planted can be found by a plain evaluator, and nothing else is."""

from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from sandbox.story import Kind, Story

SEEDS = (1, 2)


@pytest.fixture(scope="module")
def watcher() -> ModuleType:
    """The evaluator beside this file; test folders are no packages."""
    spec = spec_from_file_location("watcher", Path(__file__).parent / "watcher.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("kind", ["drift-volume", "drift-quality"])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_planted_channel_is_found(
    kind: Kind, seed: int, drawn: Callable[..., Story], watcher: ModuleType
) -> None:
    story = drawn(kind, "medium", seed)

    found = list(watcher.alerts(story))

    assert found
    assert found[0][1:] == (story.truth.direction, story.truth.channel)
    assert found[0][0].date() > story.truth.first_week


@pytest.mark.parametrize("seed", SEEDS)
def test_ordinary_noise_raises_no_alert(
    seed: int, drawn: Callable[..., Story], watcher: ModuleType
) -> None:
    assert not list(watcher.alerts(drawn("healthy", "medium", seed)))
