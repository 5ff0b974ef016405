"""An open store on a file of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.store import Store


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty state at the present schema; copying it is quicker than migrating each time."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    Store.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'bbm.db'}"


@pytest.fixture
def store(url: str, tmp_path: Path, migrated: Path) -> Iterator[Store]:
    shutil.copy(migrated, tmp_path / "bbm.db")
    with Store.open(url) as opened:
        yield opened
