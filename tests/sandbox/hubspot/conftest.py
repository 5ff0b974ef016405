"""A portal with a caller in front of it: no transport, the real service."""

from collections.abc import Callable

import pytest

from sandbox.clock import SandboxClock
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.service import HubSpotService
from sandbox.ledger import Ledger
from tests.sandbox.hubspot.calling import START, Api


@pytest.fixture
def clock() -> SandboxClock:
    return SandboxClock(START)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def portal(clock: SandboxClock, ledger: Ledger) -> Portal:
    return Portal(clock, ledger=ledger)


@pytest.fixture
def api(portal: Portal) -> Api:
    return Api(HubSpotService(portal))


@pytest.fixture
def settled(clock: SandboxClock) -> Callable[[], None]:
    """Let search and HubSpot's own touches catch up."""

    def settle() -> None:
        clock.advance(30)

    return settle
