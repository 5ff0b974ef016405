"""A company with one write due, the same again for each answer that Salesforce may give to it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from agent.config import Loaded, load
from agent.cycle import Ending, Order, run_cycle
from agent.wiring import Agent, build_agent
from sandbox.clock import SandboxClock
from sandbox.server import DEFAULT_START, Sandbox
from tests.end_to_end.company import STATE, YES, Company
from tests.end_to_end.sandboxes import frozen_sandbox, put_back

LEADS = 6
"""As many as fill a page of the reads by Bulk."""

_CONFIG = """
hours_per_lead = 1.5
[crm]
kind = "salesforce"
timezone = "Asia/Tokyo"
[crm.salesforce]
url = "{crm}"
client_id = "{client_id}"
client_secret = "env:BBM_SALESFORCE_SECRET"
proxy = "{url}"
ca_file = "{ca_file}"
[kinds.lead]
[attributes.industry]
lead = "Industry"
[[icp.profiles]]
name = "core"
label = {{ en = "Core business", ja = "主力事業" }}
[[icp.profiles.criteria]]
id = "industry"
label = {{ en = "Industry", ja = "業種" }}
attribute = "industry"
in = ["Manufacturing"]
role = "plus"
points = 100
[[stages]]
name = "acquisition"
label = {{ en = "Lead acquisition", ja = "リード獲得" }}
enter = [{{ kind = "lead", when = "created" }}]
[state]
url = "sqlite:///{state}"
[log]
level = "error"
"""


@dataclass(frozen=True, slots=True)
class WriteDue:
    """A started sandbox, and the state of an agent that planned to write to one lead."""

    one: Company
    lead: str
    org: bytes
    state: bytes
    _loaded: dict[str, Loaded] = field(default_factory=dict)

    def put_back(self) -> None:
        put_back(self.one.sandbox, self.org)
        (self.one.folder / STATE).write_bytes(self.state)

    def agent(self, settings: Mapping[str, str]) -> Agent:
        """The agent, by the sandbox's clock; settings are environment variables."""
        named = json.dumps(settings, default=dict)
        if named not in self._loaded:
            self._loaded[named] = _loaded(self.one, settings)
        return build_agent(self._loaded[named], At(self.one.sandbox.clock))


@dataclass(frozen=True, slots=True)
class At:
    """The sandbox's clock, without a request for each look at it."""

    clock: SandboxClock

    def now(self) -> datetime:
        return self.clock.now()

    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    def close(self) -> None: ...


@contextmanager
def write_due(folder: Path) -> Iterator[WriteDue]:
    with Sandbox(clock=SandboxClock(DEFAULT_START, fixed=True)) as sandbox:
        one = Company("salesforce", sandbox, folder)
        _configure(one)
        one.create_fields()
        leads = [_lead(sandbox, number) for number in range(LEADS)]
        sandbox.clock.advance(60)
        _run(one, YES, Ending.COMPLETE)
        one.edit("Lead", leads[0], {"Industry": "Education"})
        _run(one, Order("plan", push=False, tell=False), Ending.PLANNED)
        state = (folder / STATE).read_bytes()
        yield WriteDue(one, leads[0], frozen_sandbox(sandbox), state)


def _configure(one: Company) -> None:
    org = one.ready["salesforce"]
    text = _CONFIG.format(
        crm=org["url"],
        client_id=org["client_id"],
        url=one.ready["url"],
        ca_file=one.ready["ca_file"],
        state=one.folder / STATE,
    )
    (one.folder / "config.toml").write_text(text, encoding="utf-8")


def _lead(sandbox: Sandbox, number: int) -> str:
    values = {"LastName": f"Sato {number}", "Company": "Kaede", "Industry": "Manufacturing"}
    return sandbox.salesforce.create("Lead", values, by="human")


def _run(one: Company, order: Order, ending: Ending) -> None:
    with closing(build_agent(_loaded(one, {}), At(one.sandbox.clock))) as agent:
        assert run_cycle(agent, order).ending is ending


def _loaded(one: Company, settings: Mapping[str, str]) -> Loaded:
    return load(one.config, {**one.environment, **settings})
