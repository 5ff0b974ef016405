"""Fixtures for every test: the shared real data, and golden files."""

import gc
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine

from agent.cli import COLLECT_AFTER
from agent.store import database
from agent.store.dialect import open_engine

# The same examples on every machine, and none is a failure because the machine is busy. The long
# form draws many, and others every time: pytest --hypothesis-profile=thorough
settings.register_profile("suite", deadline=None, derandomize=True, max_examples=40)
settings.register_profile("thorough", deadline=None, max_examples=400)
settings.load_profile("suite")

_FIRST: dict[str, Engine] = {}


def _open_sharing(url: str, **_asked: bool) -> Engine:
    """An engine that knows the statements which earlier ones worded, and waits for no disk.

    To word them takes longer than to carry them out on a small state, and there are thousands of
    small states. Statements are worded for a dialect, so that is shared, too. What a process has
    written outlives it, however it ends: only a power cut would tell the difference.
    """
    engine = open_engine(url, durable=False)
    first = _FIRST.setdefault(engine.dialect.name, engine)
    if first is not engine:
        engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
    return engine


database.open_engine = _open_sharing

# Failed assertions of what several tests share show their values too.
pytest.register_assert_rewrite(
    "connectors.conformance",
    "connectors.conformance_pull",
    "connectors.conformance_world",
    "tests.sandbox.replaying",
)

GOLDEN = Path(__file__).parent / "golden"
LONGEST = frozenset({"test_demo", "test_kill", "test_real_books"})


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden/")
    parser.addoption(
        "--reference-cases",
        help="a file of published cases; without it the shared data's reference_cases.json",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each case of the reference file is a test of its own, named by its id."""
    if "reference_case" not in metafunc.fixturenames:
        return
    path = _reference_file(metafunc.config)
    if path is None:
        reason = "BBM_SHARED names no folder with the published cases"
        metafunc.parametrize("reference_case", [pytest.param(None, marks=pytest.mark.skip(reason))])
        return
    cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
    metafunc.parametrize("reference_case", cases, ids=[case["id"] for case in cases])


def _reference_file(config: pytest.Config) -> Path | None:
    if given := config.getoption("--reference-cases"):
        return Path(given)
    folder = os.environ.get("BBM_SHARED", "")
    return Path(folder) / "data" / "reference_cases.json" if folder else None


@pytest.fixture(scope="session")
def reference_folder(request: pytest.FixtureRequest) -> Path:
    """Where the data files of the reference cases lie: beside the cases."""
    path = _reference_file(request.config)
    assert path is not None
    return path.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real data and recordings; a test that needs it says so when it skips."""
    folder = os.environ.get("BBM_SHARED", "")
    if not folder:
        pytest.skip("BBM_SHARED names no folder with the real data and recordings")
    return Path(folder)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text that people read with its file under tests/golden/."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest come first; begun last, they would leave the other process with nothing to do."""
    items.sort(key=lambda item: item.path.stem not in LONGEST)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """The collector need not look at every module and test again and again: they stay."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 50, 100)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """What was left behind is found here; pytest then looks five times more, and need not."""
    gc.collect()
    gc.collect()  # what the first one freed may have freed more
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):  # noqa: ANN201 - a pytest hook's generator
    """Where BBM_NO_SKIPS is set, a skipped test is a failure."""
    report = yield
    if report.skipped and os.environ.get("BBM_NO_SKIPS"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and BBM_NO_SKIPS is set: {report.longrepr}"
    return report
