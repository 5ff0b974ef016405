"""Connectors are found by their names."""

import pytest

from connectors import load
from connectors.contract import Connector
from connectors.errors import ConfigError
from connectors.memory import MemoryConnector
from connectors.salesforce.connector import SalesforceConnector
from tests.connectors.memory_world import MemoryWorld


def test_an_installed_connector_is_loaded() -> None:
    assert load("salesforce").__module__ == SalesforceConnector.__module__
    assert load("hubspot").__name__ == "build"


def test_an_unknown_name_is_refused_with_those_that_exist() -> None:
    with pytest.raises(ConfigError) as caught:
        load("pipedrive")

    assert "pipedrive" in caught.value.message
    assert "hubspot, salesforce" in caught.value.hint


def test_the_connectors_are_what_the_contract_says() -> None:
    verbs = {name for name in vars(Connector) if not name.startswith("_")}

    for made in (MemoryConnector, SalesforceConnector):
        assert verbs <= {name for name in dir(made) if not name.startswith("_")}


def test_closing_twice_does_no_harm() -> None:
    connector = MemoryWorld().connector()

    connector.close()
    connector.close()
