"""Salesforce's connector keeps the contract, over TLS and a proxy, through the real client."""

from collections.abc import Iterator

import pytest

from bbm_core.records import FieldRole, RecordKind
from connectors.conformance import Case, ConnectorConformance
from connectors.conformance_pull import PullConformance
from sandbox.server import Sandbox
from tests.connectors.salesforce.org_world import SalesforceWorld


class TestSalesforce(ConnectorConformance):
    kinds = tuple(RecordKind)


class TestSalesforceByBulk(PullConformance):
    """Promise 2 where every pull of more than a page is a bulk job."""

    kinds = (RecordKind.OPPORTUNITY,)  # whose history every org keeps

    def pytest_generate_tests(self, metafunc: Case) -> None:
        if "kind" in metafunc.fixturenames:
            metafunc.parametrize("kind", self.kinds)

    @pytest.fixture
    def world(self) -> Iterator[SalesforceWorld]:
        with Sandbox() as sandbox:
            world = SalesforceWorld(sandbox, bulk_query_from=1)
            world.narrow(RecordKind.OPPORTUNITY, FieldRole.FLAG)
            yield world
            world.close()
