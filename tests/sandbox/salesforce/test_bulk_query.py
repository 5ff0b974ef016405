"""Bulk query jobs: their states, their pages, and what they refuse."""

from base64 import b64encode
from collections.abc import Iterator

import orjson
import pytest

from sandbox.salesforce.apps import ADMIN_APP, AGENT_APP
from tests.sandbox.salesforce.bulk_wire import BulkWire, rows_of

SOQL = "SELECT Id, LastName FROM Lead"


@pytest.fixture(scope="module")
def filled() -> BulkWire:
    """Five leads, which no test of this module changes."""
    wire = BulkWire()
    for number in range(5):
        wire.org.create("Lead", {"LastName": f'佐藤 "{number}"\nNo, 1', "Company": "Kaede"})
    return wire


@pytest.fixture
def wire(filled: BulkWire) -> Iterator[BulkWire]:
    filled.log_in(ADMIN_APP)
    yield filled
    filled.org.bulk.failing = ""
    filled.org.usage.others["DailyBulkV2QueryJobs"] = 10_000
    filled.version = "66.0"


def refused(wire: BulkWire, soql: str, operation: str = "query") -> tuple[int, str, str]:
    answer = wire.ask("POST", "jobs/query", {"operation": operation, "query": soql})
    (said,) = orjson.loads(answer.body)
    return answer.status, said["errorCode"], said["message"]


def test_a_job_is_complete_after_two_looks(wire: BulkWire) -> None:
    made = wire.said("POST", "jobs/query", {"operation": "query", "query": SOQL})

    looks = [wire.said("GET", f"jobs/query/{made['id']}") for _ in range(2)]

    assert made["id"].startswith("750")
    assert (made["state"], made["apiVersion"], made["object"]) == ("UploadComplete", 66.0, "Lead")
    assert [one["state"] for one in looks] == ["InProgress", "JobComplete"]
    assert (looks[1]["jobType"], looks[1]["numberRecordsProcessed"]) == ("V2Query", 5)


def test_a_job_is_complete_when_its_time_is_over(wire: BulkWire) -> None:
    id_ = wire.query(SOQL)
    wire.org.clock.advance(10)

    assert wire.said("GET", f"jobs/query/{id_}")["state"] == "JobComplete"


def test_pages_repeat_the_header_and_end_with_the_locator_null(wire: BulkWire) -> None:
    id_ = wire.query(SOQL)
    wire.finish("query", id_)

    pages = list(wire.pages(id_, 2))

    assert [one.headers["Sforce-NumberOfRecords"] for one in pages] == ["2", "2", "1"]
    assert [one.headers["Sforce-Locator"] for one in pages][1:] == ["NA", "null"]
    assert {one.headers["Content-Type"] for one in pages} == {"text/csv"}
    tables = [rows_of(one.body) for one in pages]
    assert [table[0] for table in tables] == [["Id", "LastName"]] * 3
    names = [row[1] for table in tables for row in table[1:]]
    assert names == [f'佐藤 "{number}"\nNo, 1' for number in range(5)]
    assert pages[0].body.startswith(b'"Id","LastName"\n"00Q')


def test_results_hold_what_was_there_when_the_job_was_made(wire: BulkWire) -> None:
    id_ = wire.query(SOQL)
    late = wire.org.create("Lead", {"LastName": "Late", "Company": "Kaede"})
    wire.finish("query", id_)

    (page,) = wire.pages(id_, 100)

    wire.org.delete("Lead", late)
    assert b"Late" not in page.body


def test_values_are_written_as_bulk_writes_them(wire: BulkWire) -> None:
    id_ = wire.query(
        "SELECT IsConverted, CreatedDate, AnnualRevenue, Owner.Name FROM Lead LIMIT 1",
        columnDelimiter="PIPE",
        lineEnding="CRLF",
    )
    wire.finish("query", id_)

    (page,) = wire.pages(id_, 100)

    assert page.body.decode().splitlines() == [
        '"IsConverted"|"CreatedDate"|"AnnualRevenue"|"Owner.Name"',
        '"false"|"2026-11-02T00:00:00.000Z"|""|"Kaori Mori"',
    ]
    assert page.body.endswith(b"\r\n")


def test_query_all_reads_the_recycle_bin_too(wire: BulkWire) -> None:
    gone = wire.org.create("Lead", {"LastName": "Gone", "Company": "Kaede"})
    wire.org.delete("Lead", gone)

    counts = []
    for operation in ("query", "queryAll"):
        id_ = wire.query("SELECT Id FROM Lead WHERE LastName = 'Gone'", operation)
        counts.append(wire.finish("query", id_)["numberRecordsProcessed"])

    assert counts == [0, 1]


def test_result_pages_name_where_several_can_fetch_at_once(wire: BulkWire) -> None:
    id_ = wire.query(SOQL)
    wire.finish("query", id_)

    listed = wire.said("GET", f"jobs/query/{id_}/resultPages", maxRecords=2)

    links = [one["resultUrl"] for one in listed["resultPages"]]
    assert [link.partition("locator=")[2] for link in links] == [
        "MA&maxRecords=2",
        "Mg&maxRecords=2",
        "NA&maxRecords=2",
    ]
    assert listed["done"] is True


def test_another_version_of_the_api_gets_no_results(wire: BulkWire) -> None:
    id_ = wire.query(SOQL)
    wire.finish("query", id_)

    wire.version = "62.0"

    assert wire.ask("GET", f"jobs/query/{id_}/results").status == 409


def test_there_are_no_results_before_the_end(wire: BulkWire) -> None:
    id_ = wire.query(SOQL)

    assert wire.ask("GET", f"jobs/query/{id_}/results").status == 400


@pytest.mark.parametrize("locator", ["!", b64encode(b"x").decode(), b64encode(b"99").decode()])
def test_a_locator_of_nowhere_is_refused(wire: BulkWire, locator: str) -> None:
    id_ = wire.query(SOQL)
    wire.finish("query", id_)

    answer = wire.ask("GET", f"jobs/query/{id_}/results", locator=locator)

    assert answer.status == 400
    assert b"INVALID_QUERY_LOCATOR" in answer.body


def test_a_deleted_job_is_gone_and_a_running_one_stays(wire: BulkWire) -> None:
    id_ = wire.query(SOQL)

    early = wire.ask("DELETE", f"jobs/query/{id_}")
    wire.finish("query", id_)
    late = wire.ask("DELETE", f"jobs/query/{id_}")

    assert (early.status, late.status, late.body) == (400, 204, b"")
    assert wire.ask("GET", f"jobs/query/{id_}").status == 404


def test_results_are_kept_for_seven_days(wire: BulkWire) -> None:
    id_ = wire.query(SOQL)
    wire.finish("query", id_)

    wire.org.clock.advance(7 * 86_400 + 1)
    wire.log_in(ADMIN_APP)

    assert wire.ask("GET", f"jobs/query/{id_}/results").status == 404


def test_a_job_can_be_aborted(wire: BulkWire) -> None:
    id_ = wire.query(SOQL)

    aborted = wire.said("PATCH", f"jobs/query/{id_}", {"state": "Aborted"})

    assert aborted["state"] == "Aborted"
    assert wire.ask("PATCH", f"jobs/query/{id_}", {"state": "Aborted"}).status == 400


def test_a_failing_job_says_why(wire: BulkWire) -> None:
    wire.org.bulk.failing = "QUERY_TIMEOUT: too long"
    id_ = wire.query(SOQL)

    job = wire.finish("query", id_)

    assert (job["state"], job["errorMessage"]) == ("Failed", "QUERY_TIMEOUT: too long")


@pytest.mark.parametrize(
    ("soql", "code", "words"),
    [
        ("SELECT Id, Address FROM Lead", "API_ERROR", "Selecting compound data not supported"),
        ("SELECT COUNT(Id) FROM Lead", "API_ERROR", "not supported in Bulk Query"),
        ("SELECT Status FROM Lead GROUP BY Status", "API_ERROR", "not supported in Bulk Query"),
        ("SELECT Id FROM Lead OFFSET 5", "API_ERROR", "OFFSET not supported"),
        ("SELECT TYPEOF Owner WHEN User THEN Id END FROM Lead", "API_ERROR", "TYPEOF"),
        ("SELECT Id, (SELECT Id FROM Contacts) FROM Account", "API_ERROR", "Aggregate Relation"),
        ("SELECT Id FROM CaseStatus", "INVALIDENTITY", "is not supported by the Bulk API."),
        ("SELECT Nothing FROM Lead", "INVALID_FIELD", "No such column 'Nothing'"),
        ("SELECT Id FROM", "MALFORMED_QUERY", "unexpected token"),
    ],
)
def test_what_a_bulk_query_cannot_ask_is_refused(
    wire: BulkWire, soql: str, code: str, words: str
) -> None:
    status, said, message = refused(wire, soql)

    assert (status, said) == (400, code)
    assert words in message


def test_the_jobs_of_a_day_are_counted(wire: BulkWire) -> None:
    wire.query(SOQL)
    wire.org.usage.others["DailyBulkV2QueryJobs"] = 1

    assert refused(wire, SOQL) == (
        400,
        "LIMIT_EXCEEDED",
        "Max bulk v2 query jobs (1) per 24 hrs has been exceeded",
    )
    assert wire.said("GET", "limits")["DailyBulkV2QueryJobs"] == {"Max": 1, "Remaining": 0}


def test_the_list_shows_everybodys_jobs_and_a_user_looks_into_his_own(wire: BulkWire) -> None:
    mine = wire.query(SOQL)
    wire.log_in(AGENT_APP)

    listed = wire.said("GET", "jobs/query", jobType="V2Query")["records"]

    assert mine in {one["id"] for one in listed}
    assert wire.ask("GET", f"jobs/query/{mine}").status == 404
    assert wire.said("GET", "jobs/query", jobType="Classic")["records"] == []


def test_a_hidden_field_does_not_exist_for_a_job(wire: BulkWire) -> None:
    wire.org.define_field("Lead", "Secret__c", visible=False)

    assert refused(wire, "SELECT Id, Secret__c FROM Lead")[1] == "INVALID_FIELD"


def test_every_request_is_an_api_call(wire: BulkWire) -> None:
    used = wire.org.usage.used()

    id_ = wire.query(SOQL)
    wire.finish("query", id_)

    assert wire.org.usage.used() == used + 3
