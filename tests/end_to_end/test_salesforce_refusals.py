"""Whatever Salesforce answers, the ledger, the row, the exit code and the words say the same."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from agent.cli.output import console, show_error
from agent.cli.report import exit_code
from agent.cli.sync import finish
from agent.config import load
from agent.cycle import Order, run_cycle
from agent.preflight import LOOKED
from agent.store import State, Store
from agent.wiring import Agent, build_agent
from bbm_core.errors import BBMError
from bbm_core.records import RecordKind, RecordRef
from sandbox.clock import SandboxClock
from tests.end_to_end.company import AGAIN, STATE, Company, synced_company
from tests.end_to_end.salesforce_refusals import CASES, WRITES, Case
from tests.end_to_end.sandboxes import copied, frozen_sandbox

SIZE = 32


@dataclass(frozen=True, slots=True)
class Outcome:
    exit: int
    text: str
    row: State | None
    writes: int
    tries: int
    logins: int


def name_of(case: Case) -> str:
    return f"{case.code}: {case.says}"


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_an_answer_of_salesforce_has_one_meaning_everywhere(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with a_write_due(tmp_path) as (one, lead):
        case.where(one, lead)
        mark = one.mark()

        got = sync(one, lead, capsys, case.settings)

        assert (got.exit, got.row, got.writes) == (case.exit, case.row, case.writes), got.text
        assert case.ours in got.text
        assert case.text in got.text
        assert case.tries in {None, got.tries}
        assert got.logins == case.logins
        assert "not to be told" not in got.text
        assert_nothing_else_was_written(one, mark, lead)


@pytest.mark.parametrize(
    "case", [one for one in CASES if one.row is State.PLANNED][:1], ids=name_of
)
def test_once_it_is_put_right_the_next_sync_writes(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with a_write_due(tmp_path) as (one, lead):
        case.where(one, lead)
        sync(one, lead, capsys, case.settings)
        one.sandbox.faults.clear()
        one.sandbox.salesforce.apps.rest_refused = False

        assert sync(one, lead, capsys, {}).row is State.APPLIED


def test_every_error_of_the_catalogue_has_a_case(shared: Path) -> None:
    catalog = shared / "recordings" / "salesforce" / "errors" / "catalog.json"
    listed = json.loads(catalog.read_text(encoding="utf-8"))

    told = Counter(entry["errorCode"] for entry in listed if not has_case(entry))
    entries = {(one.code, one.says) for one in CASES}

    assert told == {}
    assert len(listed) == 37
    assert len(entries) == 37


def has_case(entry: Mapping[str, Any]) -> bool:
    said = json.dumps(entry["body"])
    return any(one.code == entry["errorCode"] and one.says in said for one in CASES)


@contextmanager
def a_write_due(folder: Path) -> Iterator[tuple[Company, str]]:
    """A company whose agent planned to write to one lead, and its id."""
    frozen, state, lead = _planned()
    (folder / STATE).write_bytes(state)
    with copied(frozen) as sandbox:
        yield Company("salesforce", sandbox, folder), lead


@cache
def _planned() -> tuple[bytes, bytes, str]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        with synced_company("salesforce", folder, size=SIZE) as one:
            fitting = (r for r in one.rows("Lead") if r.get("BBM_ICP__c") == "icp")
            lead = next(r["Id"] for r in fitting if not r.get("IsConverted"))
            one.edit("Lead", lead, {"Industry": "Education"})
            one.sync(Order("plan", push=False, tell=False))
            return frozen_sandbox(one.sandbox), (folder / STATE).read_bytes(), lead


def sync(
    one: Company, lead: str, capsys: pytest.CaptureFixture[str], settings: Mapping[str, str]
) -> Outcome:
    """What `bbm sync` does and prints, by the sandbox's clock."""
    ledger = one.sandbox.ledger
    mark, seq = ledger.last_change(), ledger.last_seq()
    loaded = load(one.config, {**one.environment, **settings})
    with closing(build_agent(loaded, At(one.sandbox.clock))) as agent:
        looked_at_already(agent)
        try:
            report = run_cycle(agent, AGAIN)
            finish(agent, report, json=False, schema="")
            code = exit_code(report)
        except BBMError as error:
            show_error(console(), error)
            code = error.exit_code
        row = state_of(agent.store, RecordRef(RecordKind.LEAD, lead))
    path = WRITES["path_contains"]
    sent = ledger.requests(service="salesforce", method="PATCH", path_contains=path, since=seq)
    tokens = ledger.requests(service="salesforce", path_contains="/oauth2/token", since=seq)
    flags = [w for w in one.writes(mark) if w.id == lead and w.field == "BBM_ICP__c"]
    return Outcome(code, capsys.readouterr().out, row, len(flags), len(sent), len(tokens))


@dataclass(frozen=True, slots=True)
class At:
    """The sandbox's clock, without a request for each look at it."""

    clock: SandboxClock

    def now(self) -> datetime:
        return self.clock.now()

    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    def close(self) -> None: ...


def looked_at_already(agent: Agent) -> None:
    """The copied org has another address; but for that, the last whole look was at this one."""
    known = json.loads(agent.store.fact(LOOKED) or "{}")
    agent.store.remember({LOOKED: json.dumps({**known, "configuration": agent.config_digest})})


def state_of(store: Store, lead: RecordRef) -> State | None:
    if any(row.ref == lead for row in store.in_flight()):
        return State.IN_FLIGHT
    if any(row.ref == lead for row in store.waiting()):
        return State.PLANNED
    refused = next((one.state for one in store.open_refusals() if one.ref == lead), None)
    return refused or State.APPLIED


def assert_nothing_else_was_written(one: Company, since: int, lead: str) -> None:
    """Of this lead nothing but our fields, and of no other record anything."""
    written = [w for w in one.writes(since) if w.action != "touch"]
    assert {w.id for w in written} <= {lead}
    assert all(w.field.startswith("BBM_") for w in written)
