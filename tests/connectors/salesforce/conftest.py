"""A sandbox for each test, and the world in it."""

from collections.abc import Iterator

import pytest

from sandbox.server import Sandbox
from tests.connectors.salesforce.org_world import SalesforceWorld


@pytest.fixture
def world() -> Iterator[SalesforceWorld]:
    with Sandbox() as sandbox:
        world = SalesforceWorld(sandbox)
        yield world
        world.close()
