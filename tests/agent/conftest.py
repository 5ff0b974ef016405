"""The world that the agent's own tests share."""

import shutil
from pathlib import Path

import pytest

from agent.store import Store
from tests.agent.world import World


@pytest.fixture(scope="session")
def empty_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty state at the present schema; copying it is quicker than migrating each time."""
    path = tmp_path_factory.mktemp("state") / "empty.db"
    Store.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def world(tmp_path: Path, empty_state: Path) -> World:
    shutil.copy(empty_state, tmp_path / "bbm.db")
    return World(tmp_path)
