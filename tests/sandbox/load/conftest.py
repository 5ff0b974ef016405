"""A folder with exports, and both CRMs to load them into."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.clock import SandboxClock
from sandbox.hubspot.intake import HubSpotIntake
from sandbox.hubspot.portal import Portal
from sandbox.load import LoadReport, load, read_mapping
from sandbox.salesforce.intake import SalesforceIntake
from sandbox.salesforce.org import Org

NOW = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture
def org() -> Org:
    return Org(SandboxClock(NOW))


@pytest.fixture
def portal() -> Portal:
    return Portal(SandboxClock(NOW))


@pytest.fixture
def loaded(tmp_path: Path) -> Callable[..., LoadReport]:
    """Write files and a mapping, and load them into an org or a portal."""

    def run(target: Org | Portal, mapping: str, files: Mapping[str, str | bytes]) -> LoadReport:
        intake = SalesforceIntake(target) if isinstance(target, Org) else HubSpotIntake(target)
        paths = {}
        for name, content in files.items():
            paths[name] = tmp_path / f"{name}.csv"
            body = content if isinstance(content, bytes) else content.encode()
            paths[name].write_bytes(body)
        (tmp_path / "mapping.toml").write_text(mapping, encoding="utf-8")
        return load(intake, paths, read_mapping(tmp_path / "mapping.toml", intake.objects))

    return run
