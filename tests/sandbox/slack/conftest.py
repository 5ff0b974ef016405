"""A Slack workspace behind a running sandbox, and slack-sdk's own clients in front of it."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from sandbox.server import Sandbox
from sandbox.slack.workspace import BOT_TOKEN, Workspace


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def workspace(sandbox: Sandbox) -> Workspace:
    return sandbox.slack


@pytest.fixture
def slack(sandbox: Sandbox, workspace: Workspace) -> WebClient:
    return WebClient(BOT_TOKEN, base_url=f"{sandbox.url}/slack/api/", retry_handlers=[])
