"""Whatever Salesforce answers, the ledger, the row, the exit code and the words say the same."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from agent.cli.output import console, show_error
from agent.cli.report import exit_code
from agent.cli.sync import finish
from agent.cycle import run_cycle
from agent.store import State, Store
from bbm_core.errors import BBMError
from bbm_core.records import RecordKind, RecordRef
from tests.end_to_end.company import AGAIN
from tests.end_to_end.salesforce_answers import WRITES
from tests.end_to_end.salesforce_refusals import CASES, Case
from tests.end_to_end.write_due import WriteDue, write_due

NO_SETTINGS: Mapping[str, str] = MappingProxyType({})


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


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WriteDue]:
    with write_due(tmp_path_factory.mktemp("due")) as due:
        yield due


@pytest.fixture
def due(prepared: WriteDue) -> WriteDue:
    prepared.put_back()
    return prepared


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_an_answer_of_salesforce_has_one_meaning_everywhere(
    case: Case, due: WriteDue, capsys: pytest.CaptureFixture[str]
) -> None:
    case.where(due.one, due.lead)
    mark = due.one.mark()

    got = sync(due, capsys, case.settings)

    assert (got.exit, got.row, got.writes) == (case.exit, case.row, case.writes), got.text
    assert case.ours in got.text
    assert case.text in got.text
    assert case.tries in {None, got.tries}
    assert got.logins == case.logins
    assert "not to be told" not in got.text
    assert_nothing_else_was_written(due, mark)


@pytest.mark.parametrize(
    "case", [one for one in CASES if one.row is State.PLANNED][:1], ids=name_of
)
def test_once_it_is_put_right_the_next_sync_writes(
    case: Case, due: WriteDue, capsys: pytest.CaptureFixture[str]
) -> None:
    case.where(due.one, due.lead)
    sync(due, capsys, case.settings)
    due.one.sandbox.faults.clear()
    due.one.sandbox.salesforce.apps.rest_refused = False

    assert sync(due, capsys).row is State.APPLIED


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


def sync(
    due: WriteDue, capsys: pytest.CaptureFixture[str], settings: Mapping[str, str] = NO_SETTINGS
) -> Outcome:
    """What `bbm sync` does and prints."""
    ledger = due.one.sandbox.ledger
    mark, seq = ledger.last_change(), ledger.last_seq()
    with closing(due.agent(settings)) as agent:
        try:
            report = run_cycle(agent, AGAIN)
            finish(agent, report, json=False, schema="")
            code = exit_code(report)
        except BBMError as error:
            show_error(console(), error)
            code = error.exit_code
        row = state_of(agent.store, RecordRef(RecordKind.LEAD, due.lead))
    path = WRITES["path_contains"]
    sent = ledger.requests(service="salesforce", method="PATCH", path_contains=path, since=seq)
    tokens = ledger.requests(service="salesforce", path_contains="/oauth2/token", since=seq)
    flags = [w for w in due.one.writes(mark) if w.id == due.lead and w.field == "BBM_ICP__c"]
    return Outcome(code, capsys.readouterr().out, row, len(flags), len(sent), len(tokens))


def state_of(store: Store, lead: RecordRef) -> State | None:
    if any(row.ref == lead for row in store.in_flight()):
        return State.IN_FLIGHT
    if any(row.ref == lead for row in store.waiting()):
        return State.PLANNED
    refused = next((one.state for one in store.open_refusals() if one.ref == lead), None)
    return refused or State.APPLIED


def assert_nothing_else_was_written(due: WriteDue, since: int) -> None:
    """Of this lead nothing but our fields, and of no other record anything."""
    written = [w for w in due.one.writes(since) if w.action != "touch"]
    assert {w.id for w in written} <= {due.lead}
    assert all(w.field.startswith("BBM_") for w in written)
