"""Whatever HubSpot answers, the ledger, the row, the exit code and the words say the same."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from agent.cli.fields import _show
from agent.cli.output import console, show_error
from agent.cli.report import exit_code
from agent.cli.sync import finish
from agent.clock import RemoteClock
from agent.config import load
from agent.cycle import Order, run_cycle
from agent.demo.config import load_config
from agent.store import State, Store
from agent.wiring import build_agent
from bbm_core.errors import BBMError
from bbm_core.records import RecordKind, RecordRef
from tests.end_to_end.company import AGAIN, STATE, Company, synced_company
from tests.end_to_end.hubspot_refusals import CASES, WRITES, Case
from tests.end_to_end.sandboxes import copied, frozen_sandbox

SIZE = 32


@dataclass(frozen=True, slots=True)
class Outcome:
    exit: int
    text: str
    row: State | None
    writes: int
    tries: int


def name_of(case: Case) -> str:
    return f"{case.status}: {case.said}"


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_an_answer_of_hubspot_has_one_meaning_everywhere(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with a_write_due(tmp_path) as (one, company):
        case.where(one, company)
        mark = one.mark()

        got = run(one, company, capsys, case.command)

        assert (got.exit, got.row, got.writes) == (case.exit, case.row, case.writes), got.text
        assert case.ours in got.text
        assert case.text in got.text
        assert case.tries in {None, got.tries}
        assert all(w.field.startswith("bbm_") for w in one.writes(mark) if w.action != "touch")


def test_every_error_of_the_catalogue_has_a_case(shared: Path) -> None:
    catalogue = shared / "recordings" / "hubspot" / "error_bodies.jsonl"
    lines = map(json.loads, catalogue.read_text(encoding="utf-8").splitlines())
    listed = Counter((line["status"], line["where"]) for line in lines)

    assert Counter((one.status, one.said) for one in CASES) == listed
    assert listed.total() == 34
    assert all(one.text for one in CASES)


@contextmanager
def a_write_due(folder: Path) -> Iterator[tuple[Company, str]]:
    """A portal whose agent planned to write to one company, and its id."""
    frozen, state, company = _planned()
    (folder / STATE).write_bytes(state)
    with copied(frozen) as sandbox:
        yield Company("hubspot", sandbox, folder), company


@cache
def _planned() -> tuple[bytes, bytes, str]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        with synced_company("hubspot", folder, size=SIZE) as one:
            fitting = (row for row in one.rows("companies") if row.get("bbm_icp") == "icp")
            company = next(row["hs_object_id"] for row in fitting)
            one.edit("companies", company, {"industry": "HIGHER_EDUCATION"})
            one.sync(Order("plan", push=False, tell=False))
            return frozen_sandbox(one.sandbox), (folder / STATE).read_bytes(), company


def run(one: Company, company: str, capsys: pytest.CaptureFixture[str], command: str) -> Outcome:
    """What `bbm sync` or `bbm fields apply` does and prints, by the sandbox's clock."""
    ledger = one.sandbox.ledger
    mark, seq = ledger.last_change(), ledger.last_seq()
    code = 0
    try:
        code = _COMMANDS[command](one)
    except BBMError as error:
        show_error(console(), error)
        code = error.exit_code
    with closing(Store.open(f"sqlite:///{one.folder / STATE}", lock=False)) as store:
        row = state_of(store, RecordRef(RecordKind.ACCOUNT, company))
    sent = ledger.requests(service="hubspot", path_contains=WRITES["path_contains"], since=seq)
    flags = [w for w in one.writes(mark) if w.id == company and w.field == "bbm_icp"]
    return Outcome(code, capsys.readouterr().out, row, len(flags), len(sent))


def _sync(one: Company) -> int:
    loaded = load(one.config, one.environment)
    clock = RemoteClock(one.sandbox.url, ours=True)  # nobody else moves it meanwhile
    with closing(build_agent(loaded, clock)) as agent:
        report = run_cycle(agent, AGAIN)
        finish(agent, report, json=False, schema="")
        return exit_code(report)


def _apply_fields(one: Company) -> int:
    loaded = load_config(one.config, one.crm, one.ready, setup=True)
    with closing(build_agent(loaded, RemoteClock(one.sandbox.url, ours=True))) as agent:
        changes = agent.connector.prepare(agent.fields, apply=True)
        return _show(agent, changes, json=False, done=True)


_COMMANDS = {"sync": _sync, "fields": _apply_fields}


def state_of(store: Store, ref: RecordRef) -> State | None:
    if any(row.ref == ref for row in store.in_flight()):
        return State.IN_FLIGHT
    if any(row.ref == ref for row in store.waiting()):
        return State.PLANNED
    refused = next((one.state for one in store.open_refusals() if one.ref == ref), None)
    return refused or State.APPLIED
