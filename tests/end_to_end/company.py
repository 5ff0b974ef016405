"""A small made-up company in a sandbox, and the agent that works for it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from agent.clock import RemoteClock
from agent.config import load
from agent.cycle import Ending, Order, Report, run_cycle
from agent.demo.config import load_config, write_config
from agent.wiring import Agent, build_agent
from sandbox import story
from sandbox.__main__ import _welcome
from sandbox.clock import SandboxClock
from sandbox.hubspot.intake import HubSpotIntake
from sandbox.ledger import Change
from sandbox.opening import open_with_story
from sandbox.salesforce.intake import SalesforceIntake
from sandbox.salesforce.permissions import AGENT_SET
from sandbox.server import DEFAULT_START, Sandbox
from tests.end_to_end.evaluator import expected
from tests.end_to_end.sandboxes import copied, frozen_sandbox

Row = dict[str, str]

Crm = Literal["salesforce", "hubspot"]
CRMS: tuple[Crm, ...] = ("salesforce", "hubspot")
SEED = 7
AGENT = {"salesforce": "agent", "hubspot": "INTEGRATION"}
"""How the ledger calls whoever writes with the agent's login."""
OUR_NAMES = {
    "salesforce": ("BBM_ICP__c", "BBM_Score__c", "BBM_Tier__c"),
    "hubspot": ("bbm_icp", "bbm_score", "bbm_tier"),
}
OBJECTS = {"salesforce": SalesforceIntake.objects, "hubspot": HubSpotIntake.objects}
COMPANY_OF = ("AccountId", "associatedcompanyid", "hs_primary_associated_company")
STATE = "bbm.db"
AGAIN = Order("sync")
YES = Order("sync", confirmed="")


@dataclass(slots=True)
class Company:
    """The sandbox, and where the agent's configuration and state lie."""

    crm: Crm
    sandbox: Sandbox
    folder: Path

    @property
    def ready(self) -> Mapping[str, Any]:
        return _welcome(self.sandbox, self.crm)

    @property
    def config(self) -> Path:
        path = self.folder / "config.toml"
        return path if path.exists() else write_config(self.folder, self.crm, self.ready, "en")

    @property
    def environment(self) -> Mapping[str, str]:
        """What a process of the agent needs to know besides its configuration."""
        access, slack = self.ready[self.crm], {"DEMO_SLACK_TOKEN": self.ready["slack"]["token"]}
        if self.crm == "hubspot":
            return {"BBM_HUBSPOT_TOKEN": access["token"], **slack}
        return {"BBM_SALESFORCE_SECRET": access["client_secret"], **slack}

    @contextmanager
    def agent(self, **changes: str) -> Iterator[Agent]:
        """The agent; changes are environment variables, as in BBM_CRM__LANG."""
        loaded = load(self.config, {**self.environment, **changes})
        agent = build_agent(loaded, RemoteClock(self.sandbox.url))
        try:
            yield agent
        finally:
            agent.close()

    def sync(self, order: Order = AGAIN, **changes: str) -> Report:
        with self.agent(**changes) as agent:
            return run_cycle(agent, order)

    def create_fields(self) -> None:
        loaded = load_config(self.config, self.crm, self.ready, setup=True)
        agent = build_agent(loaded, RemoteClock(self.sandbox.url))
        try:
            agent.connector.prepare(agent.fields, apply=True)
        finally:
            agent.close()

    def rows(self, kind: str) -> Sequence[Row]:
        side = self.sandbox.salesforce if self.crm == "salesforce" else self.sandbox.hubspot
        return side.rows(kind)  # type: ignore[return-value]  # values are compared as text

    def edit(self, kind: str, id_: str, values: Mapping[str, object]) -> None:
        """Somebody changes a record by hand, and a minute passes until the CRM shows it."""
        self.touch(kind, id_, values)
        self.sandbox.clock.advance(60)

    def touch(self, kind: str, id_: str, values: Mapping[str, object]) -> None:
        if self.crm == "salesforce":
            self.sandbox.salesforce.update(kind, id_, values, by="human")
        else:
            self.sandbox.hubspot.update(kind, id_, values, by="human")

    def become_another_org(self) -> None:
        """The same address and login, but another org behind them, as after a refresh."""
        self.sandbox.hubspot.knobs.portal_id += 1
        org = self.sandbox.salesforce
        table = org.tables["Organization"]
        row = {name: value for name, value in table.rows[org.org_id].items() if name != "Id"}
        table.purge(org.org_id)
        org.org_id = org.furnish_row("Organization", row)

    def hide(self, kind: str) -> None:
        """Take from the agent's sight all records of a kind; HubSpot can only archive them."""
        if self.crm == "salesforce":
            permit = self.sandbox.salesforce.permit
            permit(AGENT_SET, "ViewAllRecords", kind, granted=False)
            return
        for row in self.rows(kind):
            self.sandbox.hubspot.archive(kind, id_of(row), by="human")

    def mark(self) -> int:
        return self.sandbox.ledger.last_change()

    def writes(self, since: int = 0) -> tuple[Change, ...]:
        """What the agent wrote over the CRM's own API since the mark, also what changed nothing."""
        found = self.sandbox.ledger.writes(service=self.crm, since=since)
        return tuple(one for one in found if one.by == AGENT[self.crm])


@contextmanager
def company(
    crm: Crm, folder: Path, *, kind: str = "messy", size: int = 300, runs: bool = False
) -> Iterator[Company]:
    """A company of so many records; its clock stands still unless it runs with the real one."""
    with copied(_opened(crm, kind, size, runs)) as sandbox:
        yield Company(crm, sandbox, folder)


@contextmanager
def synced_company(crm: Crm, folder: Path, *, size: int) -> Iterator[Company]:
    """A messy company after its first sync, a minute later."""
    frozen, state = _synced(crm, size)
    with copied(frozen) as sandbox:
        (folder / STATE).write_bytes(state)
        yield Company(crm, sandbox, folder)


@cache
def _opened(crm: Crm, kind: str, size: int, runs: bool) -> bytes:
    start = datetime.now(UTC) if runs else DEFAULT_START
    sandbox = Sandbox(clock=SandboxClock(start, fixed=not runs))
    open_with_story(sandbox, crm, _small_story(kind, size, start))
    with sandbox, TemporaryDirectory() as folder:
        Company(crm, sandbox, Path(folder)).create_fields()
    return frozen_sandbox(sandbox)


@cache
def _synced(crm: Crm, size: int) -> tuple[bytes, bytes]:
    with TemporaryDirectory() as name, company(crm, Path(name), size=size) as one:
        assert one.sync(YES).ending is Ending.COMPLETE
        one.sandbox.clock.advance(60)
        return frozen_sandbox(one.sandbox), (one.folder / STATE).read_bytes()


def _small_story(kind: str, size: int, now: datetime) -> story.Story:
    """A story of fewer records than any that the sandbox offers by name."""
    usual = story.SIZES["small"]
    story.SIZES["small"] = size
    try:
        return story.Story.draw(kind, "small", SEED, now)  # type: ignore[arg-type]  # a kind
    finally:
        story.SIZES["small"] = usual


def standing(one: Company) -> Mapping[tuple[str, str], tuple[str, int, str] | None]:
    """Flag, score and tier as they stand in the CRM; None for a record without them."""
    return {(kind, id_of(row)): _ours(row, one.crm) for kind, row in every_row(one)}


def opinions(one: Company) -> Mapping[tuple[str, str], tuple[str, int, str] | None]:
    """Flag, score and tier as the separate evaluator would have them."""
    firms = {id_of(row): row for row in one.rows(OBJECTS[one.crm][0])}
    return {
        (kind, id_of(row)): expected(kind, row, _firm(kind, row, firms))
        for kind, row in every_row(one)
    }


def every_row(one: Company) -> Iterator[tuple[str, Row]]:
    for kind in OBJECTS[one.crm]:
        yield from ((kind, row) for row in one.rows(kind))


def id_of(row: Row) -> str:
    return row.get("Id") or row["hs_object_id"]


def _firm(kind: str, row: Row, firms: Mapping[str, Row]) -> Row:
    if kind in {"Account", "companies", "Lead"}:
        return row
    named = next((row[name] for name in COMPANY_OF if row.get(name)), "")
    return firms.get(str(named), {})


def _ours(row: Row, crm: Crm) -> tuple[str, int, str] | None:
    flag, score, tier = (row.get(name) for name in OUR_NAMES[crm])
    return (flag, int(float(score)), tier) if flag and score is not None and tier else None
