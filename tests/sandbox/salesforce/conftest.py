"""The real client, logged in to the sandbox's org through its proxy setting."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import requests
from simple_salesforce import Salesforce, SalesforceLogin

from sandbox.clock import SandboxClock
from sandbox.salesforce.apps import ADMIN_APP, AGENT_APP, App
from sandbox.salesforce.org import Org
from sandbox.server import Sandbox

Login = Callable[[App], Salesforce]


@pytest.fixture
def org(sandbox: Sandbox) -> Org:
    return sandbox.salesforce


@pytest.fixture
def web(sandbox: Sandbox) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.verify = sandbox.ca_file
    session.proxies = {"https": sandbox.url}
    return session


@pytest.fixture
def login(web: requests.Session) -> Login:
    def log_in(app: App) -> Salesforce:
        token, instance = SalesforceLogin(
            domain="kaede.my", consumer_key=app.key, consumer_secret=app.secret, session=web
        )
        return Salesforce(session_id=token, instance=instance, version="66.0", session=web)

    return log_in


@pytest.fixture
def agent(login: Login) -> Salesforce:
    """The client as the running agent: reads everything, edits nothing of its own yet."""
    return login(AGENT_APP)


@pytest.fixture
def admin(login: Login) -> Salesforce:
    """The client as an administrator."""
    return login(ADMIN_APP)


@pytest.fixture
def lead(org: Org) -> str:
    return org.create("Lead", {"LastName": "Sato", "Company": "Hayate Logistics K.K."})


@pytest.fixture
def bare() -> Org:
    """An org without a server, where the wire is not the point."""
    return Org(SandboxClock(datetime(2026, 11, 2, tzinfo=UTC)))
