"""Writes by bulk jobs: each is answered once, and a job that was left is waited for."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bbm_core.records import Answer, FieldRole, Receipt, RecordKind, RecordRef, Write
from connectors.errors import BudgetSpent, MalformedAnswer, MissingPermission, Unavailable
from connectors.salesforce import ingest
from connectors.salesforce.connector import SalesforceConnector
from connectors.salesforce.ingest import Line, tables, told_errors
from sandbox.faults import Action, Fault
from sandbox.salesforce.duplicates import DuplicateRule
from sandbox.salesforce.permissions import AGENT_SET
from sandbox.server import Sandbox
from tests.connectors.salesforce.org_world import SalesforceWorld

LEAD = RecordKind.LEAD


@pytest.fixture(scope="module")
def prepared() -> Iterator[SalesforceWorld]:
    """An org that has our fields on leads; each test has leads of its own."""
    with Sandbox() as sandbox:
        world = SalesforceWorld(sandbox, bulk_write_from=3)
        world.connector().prepare(world.fields_of(LEAD), apply=True)
        yield world
        world.close()


@pytest.fixture
def world(prepared: SalesforceWorld) -> Iterator[SalesforceWorld]:
    yield prepared
    prepared.sandbox.faults.clear()
    prepared.org.automation.rules.clear()
    prepared.org.automation.duplicates.clear()
    bulk = prepared.org.bulk
    bulk.failing, bulk.batch_rows, bulk.looks, bulk.seconds = "", 10_000, 2, 10.0
    prepared.org.usage.others["DailyBulkApiBatches"] = 15_000


@pytest.fixture
def leads(world: SalesforceWorld) -> list[RecordRef]:
    return [world.create(LEAD, "Software") for _ in range(5)]


def push(connector: SalesforceConnector, refs: list[RecordRef], **values: Any) -> list[Receipt]:
    roles = {FieldRole(name): value for name, value in (values or {"flag": "icp"}).items()}
    return list(connector.push([Write(ref, roles) for ref in refs]))


def answers(receipts: list[Receipt]) -> dict[RecordRef, Answer]:
    assert len({one.ref for one in receipts}) == len(receipts)
    return {one.ref: one.answer for one in receipts}


def asked(world: SalesforceWorld, since: int) -> Counter[str]:
    found = world.sandbox.ledger.requests(service="salesforce", since=since)
    return Counter(f"{one.method} {'job' if '/jobs/' in one.path else 'other'}" for one in found)


def test_many_writes_are_one_job(world: SalesforceWorld, leads: list[RecordRef]) -> None:
    connector = world.connector()
    connector.batch_size(1)
    began = world.sandbox.ledger.last_seq()

    receipts = push(connector, leads)

    assert answers(receipts) == dict.fromkeys(leads, Answer.APPLIED)
    assert {row["BBM_ICP__c"] for row in map(_row(world), leads)} == {"icp"}
    found = asked(world, began)
    assert (found["POST job"], found["PUT job"], found["PATCH job"]) == (1, 1, 1)
    assert (found["GET job"], found["DELETE job"]) == (3, 1)  # two looks and what was written
    assert not found["PATCH other"]


def test_few_writes_are_a_collection(world: SalesforceWorld, leads: list[RecordRef]) -> None:
    began = world.sandbox.ledger.last_seq()

    receipts = push(world.connector(), leads[:2])

    assert answers(receipts) == dict.fromkeys(leads[:2], Answer.APPLIED)
    assert asked(world, began)["PATCH other"] == 1


def test_how_many_writes_are_wanted_at_once(world: SalesforceWorld) -> None:
    connector = world.connector(bulk_write_from=1000)

    sizes = [connector.batch_size(planned) for planned in (0, 999, 1000, 10**6)]

    assert sizes == [200, 200, 1000, ingest.MOST_ROWS]


def test_every_value_reads_as_it_was_written(
    world: SalesforceWorld, leads: list[RecordRef]
) -> None:
    connector = world.connector()
    values = {
        FieldRole.FLAG: "icp",
        FieldRole.SCORE: 83,
        FieldRole.REASON: '=製造業 (+30) "quoted", <b>\t🙂',
        FieldRole.SCORED_AT: datetime(2026, 11, 2, 3, 4, 5, tzinfo=UTC),
    }
    emptied = {**values, FieldRole.SCORE: None, FieldRole.REASON: ""}

    list(connector.push([Write(ref, values) for ref in leads]))
    # Who says nothing of a field leaves it; who says that it is empty empties it.
    some = [Write(leads[0], {FieldRole.FLAG: "not_icp"}), Write(leads[1], emptied)]
    list(connector.push([*some, Write(leads[2], values)]))

    read = {one.ref: dict(one.written) for one in connector.read(leads, whole=False)}
    assert read[leads[0]] == {**values, FieldRole.FLAG: "not_icp"}
    assert read[leads[1]] == {role: value for role, value in emptied.items() if value}
    assert read[leads[2]] == read[leads[3]] == values


def test_refused_busy_and_gone_records_are_told_apart(
    world: SalesforceWorld, leads: list[RecordRef]
) -> None:
    world.refuse(leads[0])
    world.org.automation.locked[leads[1].id] = 1
    world.delete(leads[2])

    receipts = push(world.connector(), leads)

    assert list(answers(receipts).values()) == [
        Answer.REFUSED,
        Answer.BUSY,
        Answer.GONE,
        Answer.APPLIED,
        Answer.APPLIED,
    ]
    assert "This record is frozen." in receipts[0].refusal


def test_what_the_job_did_not_come_to_is_busy(
    world: SalesforceWorld, leads: list[RecordRef]
) -> None:
    world.org.bulk.batch_rows, world.org.bulk.failing = 1, "InternalServerError : again"

    receipts = push(world.connector(), leads)

    assert list(answers(receipts).values()) == [Answer.APPLIED] * 2 + [Answer.BUSY] * 3
    assert "InternalServerError : again" in receipts[-1].refusal


def test_what_a_job_would_not_read_at_all_goes_by_a_collection(
    world: SalesforceWorld, leads: list[RecordRef]
) -> None:
    world.org.bulk.batch_rows, world.org.bulk.failing = 0, "ClientInputError : LineEnding"

    receipts = push(world.connector(), leads)

    assert answers(receipts) == dict.fromkeys(leads, Answer.APPLIED)
    assert {row["BBM_ICP__c"] for row in map(_row(world), leads)} == {"icp"}


@pytest.mark.parametrize(("blocks", "answer"), [(False, Answer.APPLIED), (True, Answer.REFUSED)])
def test_a_duplicate_goes_again_where_a_header_may_let_it_pass(
    world: SalesforceWorld, leads: list[RecordRef], blocks: bool, answer: Answer
) -> None:
    rule = DuplicateRule("Same company", ("Company",), blocks=blocks)
    world.org.automation.duplicates["Lead"] = [rule]
    world.org.switches.duplicates_on_any_edit = True

    assert answers(push(world.connector(), leads)) == dict.fromkeys(leads, answer)


def test_what_no_table_tells_of_is_unknown(world: SalesforceWorld, leads: list[RecordRef]) -> None:
    others = [world.create(LEAD, "Software") for _ in range(3)]
    rows = [others[0], others[0], others[1], others[2], leads[0]]
    lines = [f'"{ref.id}","false","{ref.id}","icp"' for ref in rows]
    _say(world, "/successfulResults", "\n".join(['"sf__Id","sf__Created","Id","F"', *lines]))

    found = answers(push(world.connector(), [*others, *leads[:2]]))

    assert list(found.values()) == [
        Answer.UNKNOWN,
        Answer.APPLIED,
        Answer.APPLIED,
        Answer.APPLIED,
        Answer.UNKNOWN,
    ]


def test_tables_of_another_length_than_the_job_counts_are_no_answer(
    world: SalesforceWorld, leads: list[RecordRef]
) -> None:
    _say(world, "/successfulResults", '"sf__Id","sf__Created","Id","BBM_ICP__c"\n')

    with pytest.raises(MalformedAnswer, match="not as many rows"):
        push(world.connector(), leads)


def test_a_job_that_is_lost_leaves_its_writes_unknown(
    world: SalesforceWorld, leads: list[RecordRef]
) -> None:
    gone = Action(status=404, body='[{"errorCode":"NOT_FOUND","message":"no"}]')
    world.sandbox.faults.add(Fault(action=gone, method="GET", path_contains="/jobs/ingest/"))

    assert set(answers(push(world.connector(), leads)).values()) == {Answer.UNKNOWN}


def test_a_hidden_field_stops_the_push(world: SalesforceWorld, leads: list[RecordRef]) -> None:
    world.org.hide_field("Lead", "BBM_Tier__c")

    with pytest.raises(MissingPermission, match="BBM_Tier__c"):
        push(world.connector(), leads, tier="A")

    world.connector().prepare(world.fields_of(LEAD), apply=True)  # which lets it be seen again


def test_a_field_that_may_not_be_edited_stops_the_push_after_the_receipts(
    world: SalesforceWorld, leads: list[RecordRef]
) -> None:
    said = "INVALID_FIELD_FOR_INSERT_UPDATE:Unable to create/update fields: X. Please:X --"
    lines = [f'"{ref.id}","{said}","{ref.id}","icp"' for ref in leads]
    body = "\n".join(['"sf__Id","sf__Error","Id","BBM_ICP__c"', *lines])
    _say(world, "/failedResults", body, failed=5)

    with pytest.raises(MissingPermission, match="may not edit X"):
        push(world.connector(), leads)


def test_the_daily_number_of_jobs_ends_the_run(
    world: SalesforceWorld, leads: list[RecordRef]
) -> None:
    body = '[{"errorCode":"LIMIT_EXCEEDED","message":"no more"}]'
    action = Action(status=400, body=body)
    world.sandbox.faults.add(Fault(action=action, method="POST", path_contains="/jobs/ingest"))

    with pytest.raises(BudgetSpent):
        push(world.connector(), leads)


@pytest.mark.parametrize("is_same_process", [True, False])
def test_what_was_left_at_work_is_waited_for_before_it_is_read_back(
    world: SalesforceWorld, leads: list[RecordRef], *, is_same_process: bool
) -> None:
    bulk = world.org.bulk
    bulk.looks, bulk.seconds, bulk.batch_rows = 1000, 600.0, 0
    connector = world.connector(bulk_minutes=1)
    with pytest.raises(Unavailable, match="not done after 1 minutes"):
        push(connector, leads)
    assert not any(row["BBM_ICP__c"] for row in map(_row(world), leads))
    later = connector if is_same_process else world.connector()
    world.wait(600)

    read = list(later.read(leads, whole=False))

    assert {one.written[FieldRole.FLAG] for one in read} == {"icp"}


def test_a_job_that_seemed_lost_is_waited_for_all_the_same(
    world: SalesforceWorld, leads: list[RecordRef]
) -> None:
    world.org.bulk.looks, world.org.bulk.seconds, world.org.bulk.batch_rows = 1000, 600.0, 0
    gone = Action(status=404, body='[{"errorCode":"NOT_FOUND","message":"no"}]')
    world.sandbox.faults.add(Fault(action=gone, method="GET", path_contains="/jobs/ingest/75"))
    connector = world.connector()
    push(connector, leads)
    world.wait(600)

    read = list(connector.read(leads, whole=False))

    assert {one.written[FieldRole.FLAG] for one in read} == {"icp"}


def test_jobs_of_others_are_not_waited_for(world: SalesforceWorld, leads: list[RecordRef]) -> None:
    job = {"id": "750000000000009AAA", "state": "InProgress", "object": "Lead"}
    _list(world, records=[{**job, "createdById": "005000000000009AAA"}], nextRecordsUrl=None)

    read = list(world.connector().read(leads, whole=False))

    assert len(read) == len(leads)
    assert world.sandbox.faults.left() == ()


def test_an_org_without_bulk_is_read_back_all_the_same(
    world: SalesforceWorld, leads: list[RecordRef]
) -> None:
    body = '[{"errorCode":"FEATURENOTENABLED","message":"no Bulk here"}]'
    action = Action(status=400, body=body)
    world.sandbox.faults.add(Fault(action=action, method="GET", path_contains="/jobs/ingest"))

    read = list(world.connector().read(leads, whole=False))

    assert (len(read), world.sandbox.faults.left()) == (len(leads), ())


def test_a_list_of_jobs_that_runs_in_a_circle_is_no_answer(
    world: SalesforceWorld, leads: list[RecordRef]
) -> None:
    _list(world, records=[], nextRecordsUrl="/services/data/v66.0/jobs/ingest?jobType=V2Ingest")

    with pytest.raises(MalformedAnswer, match="circle"):
        list(world.connector().read(leads, whole=False))


def test_a_table_too_large_for_one_upload_is_divided(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [Line(RecordRef(LEAD, f"id{n}"), {"A": n, "B": None if n else True}) for n in range(4)]
    monkeypatch.setattr(ingest, "_MOST_BYTES", 35)

    divided = list(tables(lines))

    assert [text for _, text in divided] == [
        b'"Id","A","B"\n"id0","0","true"\n"id1","1","#N/A"\n',
        b'"Id","A","B"\n"id2","2","#N/A"\n"id3","3","#N/A"\n',
    ]
    assert [line for some, _ in divided for line in some] == lines


def test_a_table_says_any_text_that_has_one_line() -> None:
    texts = {"A": 'a "quoted", word', "B": '"', "C": ",", "D": "部長, 東京"}

    ((_, table),) = tables([Line(RecordRef(LEAD, "id"), texts)])

    assert list(csv.reader(table.decode().splitlines())) == [
        ["Id", *texts],
        ["id", *texts.values()],
    ]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_table_says_no_text_of_two_lines(end: str) -> None:
    line = Line(RecordRef(LEAD, "id"), {"A": 1, "B": "one", "C": f"two{end}lines"})

    assert not line.is_sayable


def test_what_a_row_was_refused_for_is_read() -> None:
    several = (
        "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --;"
        "FIELD_CUSTOM_VALIDATION_EXCEPTION:No: INVALID_FIELD -- why:A, B --"
    )

    assert [tuple(one.values()) for one in told_errors(several)] == [
        ("REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", ["LastName"]),
        ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "No: INVALID_FIELD -- why", ["A", "B"]),
    ]
    assert told_errors("?") == [{"statusCode": "UNKNOWN", "message": "?"}]


@pytest.mark.parametrize("text", ["#N/A", "two\nlines", "two\r\nlines"])
def test_a_text_that_a_table_cannot_say_goes_by_a_collection(
    world: SalesforceWorld, leads: list[RecordRef], text: str
) -> None:
    began = world.sandbox.ledger.last_seq()

    push(world.connector(), leads, reason=text)

    assert {row["BBM_Reason__c"] for row in map(_row(world), leads)} == {text}
    assert not asked(world, began)["PUT job"]


def test_the_agent_may_still_write_after_all_this(
    world: SalesforceWorld, leads: list[RecordRef]
) -> None:
    world.convert(leads[0])
    found = push(world.connector(), leads)
    world.org.permit(AGENT_SET, "AllowViewEditConvertedLeads", granted=True)

    assert found[0].answer is Answer.REFUSED
    assert set(answers(push(world.connector(), leads)).values()) == {Answer.APPLIED}
    world.org.permit(AGENT_SET, "AllowViewEditConvertedLeads", granted=False)


def _row(world: SalesforceWorld) -> Any:
    return lambda ref: {"BBM_ICP__c": None, **world.org.get("Lead", ref.id)}


def _say(world: SalesforceWorld, path: str, body: str, *, failed: int = 0) -> None:
    """Let the next job end, with so many failures, and its table say this."""
    job = {"state": "JobComplete", "numberRecordsFailed": failed, "numberRecordsProcessed": 5}
    ended = Action(status=200, body=json.dumps(job))
    world.sandbox.faults.add(Fault(action=ended, method="GET", path_contains="/jobs/ingest/75"))
    table = Action(status=200, body=body, content_type="text/csv")
    world.sandbox.faults.add(Fault(action=table, method="GET", path_contains=path))
    gone = Action(status=204)
    world.sandbox.faults.add(Fault(action=gone, method="DELETE", path_contains="/jobs/ingest/"))


def _list(world: SalesforceWorld, **answer: object) -> None:
    """Let the next list of jobs say this."""
    told = Action(status=200, body=json.dumps(answer))
    world.sandbox.faults.add(Fault(action=told, method="GET", path_contains="/jobs/ingest"))
