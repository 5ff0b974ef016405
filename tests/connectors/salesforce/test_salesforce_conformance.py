"""Salesforce's connector keeps the contract, over TLS and a proxy, through the real client."""

from bbm_core.records import RecordKind
from connectors.conformance import ConnectorConformance


class TestSalesforce(ConnectorConformance):
    kinds = tuple(RecordKind)
