"""A portal on the loopback, ports on its clock, and a side of the wire that follows a script."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from pydantic import HttpUrl, SecretStr

from bbm_core.records import RecordKind
from connectors.contract import Ports
from connectors.hubspot.config import HubSpotConfig
from sandbox.clock import SandboxClock
from sandbox.server import Sandbox
from sandbox.wire import Answer, Request
from tests.connectors.hubspot.portal_world import START, HubSpotWorld


@dataclass(slots=True)
class Surroundings:
    """What the agent offers a connector, on the sandbox's clock, with notes of what was asked."""

    clock: SandboxClock
    reserved: int = 0
    observed: list[tuple[int, int]] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)

    def ports(self) -> Ports:
        return Ports(self.reserve, self.observe, self.wait, self.clock.now)

    def reserve(self, calls: int) -> None:
        self.reserved += calls

    def observe(self, used: int, limit: int) -> None:
        self.observed.append((used, limit))

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.clock.advance(max(seconds, 0.0))


@dataclass(slots=True)
class Script:
    """HubSpot's side, answering what a test says."""

    answers: Callable[[Request], Answer]
    requests: list[Request] = field(default_factory=list)

    def handle(self, request: Request) -> Answer:
        self.requests.append(request)
        return self.answers(request)


@dataclass(slots=True)
class Stage:
    """A scripted HubSpot and everything that a session to it needs."""

    sandbox: Sandbox
    around: Surroundings
    script: Script

    def config(self, **more: Any) -> HubSpotConfig:
        return config_for(self.sandbox, **more)

    def says(self, body: object, status: int = 200, **headers: str) -> None:
        """Answer everything with this from now on."""
        raw = body if isinstance(body, bytes) else orjson.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.script.answers = lambda _: Answer(status, raw, dict(named))


def config_for(sandbox: Sandbox, **more: Any) -> HubSpotConfig:
    token = SecretStr(more.pop("token", "pat-na1-test"))
    return HubSpotConfig(token=token, url=HttpUrl(sandbox.url), **more)


@pytest.fixture
def stage() -> Iterator[Stage]:
    clock = SandboxClock(START)
    with Sandbox(clock=clock) as sandbox:
        script = Script(lambda _: Answer(200, b"{}"))
        sandbox.register("hubspot", script)
        yield Stage(sandbox, Surroundings(clock), script)


@pytest.fixture
def world() -> Iterator[HubSpotWorld]:
    with (
        Sandbox(clock=SandboxClock(START)) as sandbox,
        closing(HubSpotWorld(sandbox, kinds=tuple(RecordKind))) as world,
    ):
        yield world
