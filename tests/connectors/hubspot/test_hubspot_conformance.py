"""The promises of every connector, kept by HubSpot's through the real client."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from bbm_core.records import RecordKind
from connectors.conformance import ConnectorConformance
from sandbox.clock import SandboxClock
from sandbox.server import Sandbox
from tests.connectors.hubspot.portal_world import START, HubSpotWorld


class TestHubSpot(ConnectorConformance):
    kinds = tuple(RecordKind)

    @pytest.fixture
    def world(self) -> Iterator[HubSpotWorld]:
        with (
            Sandbox(clock=SandboxClock(START)) as sandbox,
            closing(HubSpotWorld(sandbox, kinds=self.kinds)) as world,
        ):
            yield world


class TestHubSpotByDate(ConnectorConformance):
    """The same over the paths that are named by date, in a portal without leads."""

    kinds = (RecordKind.ACCOUNT, RecordKind.CONTACT, RecordKind.OPPORTUNITY)

    @pytest.fixture
    def world(self) -> Iterator[HubSpotWorld]:
        with Sandbox(clock=SandboxClock(START)) as sandbox:
            portal = HubSpotWorld(sandbox, kinds=self.kinds, api_version="2026-03")
            portal.portal.knobs.has_leads = False
            portal.portal.knobs.id_cursors = True
            with closing(portal) as world:
                yield world
