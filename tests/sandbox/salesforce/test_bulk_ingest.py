"""Bulk ingest jobs: what they write, what became of each row, and what they refuse."""

import pytest

from sandbox.salesforce.apps import AGENT_APP
from tests.sandbox.salesforce.bulk_wire import MISSING, BulkWire


@pytest.fixture
def wire() -> BulkWire:
    return BulkWire()


@pytest.fixture
def leads(wire: BulkWire) -> list[str]:
    return [
        wire.org.create("Lead", {"LastName": f"佐藤{n}", "Company": "Kaede", "Title": "CEO"})
        for n in range(4)
    ]


def test_a_job_opens_takes_its_data_and_ends(wire: BulkWire, leads: list[str]) -> None:
    made = wire.said("POST", "jobs/ingest", {"operation": "update", "object": "Lead"})
    path = f"jobs/ingest/{made['id']}"

    put = wire.ask("PUT", f"{path}/batches", f"Id,Title\n{leads[0]},CTO\n".encode())
    closed = wire.said("PATCH", path, {"state": "UploadComplete"})
    ended = wire.finish("ingest", made["id"])

    assert (made["state"], made["contentUrl"]) == (
        "Open",
        f"services/data/v66.0/jobs/ingest/{made['id']}/batches",
    )
    assert (put.status, put.body, closed["state"]) == (201, b"", "UploadComplete")
    assert (ended["state"], ended["jobType"]) == ("JobComplete", "V2Ingest")
    assert (ended["numberRecordsProcessed"], ended["numberRecordsFailed"]) == (1, 0)
    assert wire.org.get("Lead", leads[0])["Title"] == "CTO"


def test_empty_leaves_a_value_and_na_takes_it_away(wire: BulkWire, leads: list[str]) -> None:
    id_ = wire.ingest(f'\ufeff"Id","Title"\n"{leads[0]}",""\n"{leads[1]}","#N/A"\n')
    wire.finish("ingest", id_)

    assert [wire.org.get("Lead", one)["Title"] for one in leads[:2]] == ["CEO", None]


def test_each_row_is_told_by_its_own_values_in_no_order(wire: BulkWire, leads: list[str]) -> None:
    gone = [MISSING[:-4] + f"{n}EAA" for n in range(3)]
    lines = [f'"{id_}","会長 {n}"' for n, id_ in enumerate([*leads, *gone])]
    id_ = wire.ingest("\n".join(['"Id","Title"', *lines]))
    job = wire.finish("ingest", id_)

    good = wire.table(id_, "successfulResults")
    bad = wire.table(id_, "failedResults")

    assert good[0] == ["sf__Id", "sf__Created", "Id", "Title"]
    assert sorted(good[1:]) == [[one, "false", one, f"会長 {n}"] for n, one in enumerate(leads)]
    assert [row[0] for row in good[1:]] != leads
    assert bad[0] == ["sf__Id", "sf__Error", "Id", "Title"]
    assert {row[1] for row in bad[1:]} == {
        "INVALID_CROSS_REFERENCE_KEY:invalid cross reference id:--"
    }
    assert job["numberRecordsFailed"] == 3


@pytest.mark.parametrize("spelt", ["unprocessedrecords", "unprocessedRecords"])
def test_an_aborted_job_has_processed_nothing(wire: BulkWire, leads: list[str], spelt: str) -> None:
    made = wire.said("POST", "jobs/ingest", {"operation": "update", "object": "Lead"})
    wire.ask("PUT", f"jobs/ingest/{made['id']}/batches", f"Id,Title\n{leads[0]},CTO\n".encode())

    wire.said("PATCH", f"jobs/ingest/{made['id']}", {"state": "Aborted"})

    assert wire.table(made["id"], spelt) == [["Id", "Title"], [leads[0], "CTO"]]
    assert wire.org.get("Lead", leads[0])["Title"] == "CEO"


def test_a_job_that_fails_midway_has_written_its_first_batches(
    wire: BulkWire, leads: list[str]
) -> None:
    wire.org.bulk.batch_rows, wire.org.bulk.failing = 1, "InternalServerError : try again"
    id_ = wire.ingest("Id,Title\n" + "".join(f"{one},CTO\n" for one in leads))

    job = wire.finish("ingest", id_)

    assert (job["state"], job["numberRecordsProcessed"]) == ("Failed", 2)
    assert len(wire.table(id_, "successfulresults")) == 3
    assert len(wire.table(id_, "unprocessedrecords")) == 3


@pytest.mark.parametrize(
    ("text", "more", "words"),
    [
        (b"Id,Nothing\n", {}, "InvalidBatch : Field name not found : Nothing"),
        (b"Title\nCEO\n", {}, "InvalidBatch : Field name not found : Id"),
        (
            b"Id,Title\r\n",
            {},
            "LineEnding is invalid on user data. Current LineEnding setting is LF",
        ),
        (b"Id,Title\n", {"lineEnding": "CRLF"}, "Current LineEnding setting is CRLF"),
        ("Id,Title\nx,佐藤\n".encode("shift_jis"), {}, "not encoded in UTF-8"),
    ],
)
def test_a_file_that_cannot_be_used_fails_the_job(
    wire: BulkWire, text: bytes, more: dict[str, str], words: str
) -> None:
    id_ = wire.ingest(text, **more)

    job = wire.finish("ingest", id_)

    assert job["state"] == "Failed"
    assert words in job["errorMessage"]


def test_records_are_made_found_by_external_id_and_deleted(wire: BulkWire) -> None:
    wire.org.define_field("Lead", "Key__c", external_id=True)
    insert = wire.ingest(
        "LastName;Company;Key__c\nMori;K;a\n", "insert", columnDelimiter="SEMICOLON"
    )
    wire.finish("ingest", insert)
    upsert = wire.ingest(
        "Key__c,LastName,Company\na,Mori,L\nb,Kato,M\n", "upsert", externalIdFieldName="Key__c"
    )
    wire.finish("ingest", upsert)
    (id_, *_), *_ = (row for row in wire.table(upsert, "successfulResults") if row[1] == "true")
    wire.finish("ingest", wire.ingest(f"Id\n{id_}\n", "delete"))

    (left,) = wire.org.rows("Lead")
    assert (left["LastName"], left["Company"]) == ("Mori", "L")


def test_hard_delete_needs_its_right_and_leaves_nothing(wire: BulkWire, leads: list[str]) -> None:
    asked = {"operation": "hardDelete", "object": "Lead"}
    before = wire.ask("POST", "jobs/ingest", asked)
    wire.org.permit("Administrator", "BulkApiHardDelete", granted=True)

    wire.finish("ingest", wire.ingest(f"Id\n{leads[0]}\n", "hardDelete"))

    assert (before.status, b"FEATURENOTENABLED" in before.body) == (400, True)
    assert leads[0] not in {row["Id"] for row in wire.org.rows("Lead", deleted=True)}


def test_rights_are_those_of_rest(wire: BulkWire, leads: list[str]) -> None:
    wire.log_in(AGENT_APP)  # reads everything, and edits no field yet

    id_ = wire.ingest(f"Id,Title\n{leads[0]},CTO\n")
    wire.finish("ingest", id_)

    (_, row) = wire.table(id_, "failedResults")
    assert row[1].startswith("INVALID_FIELD_FOR_INSERT_UPDATE:")
    assert row[1].endswith(":Title --")


def test_owners_are_not_assigned_anew(wire: BulkWire, leads: list[str]) -> None:
    owner = wire.org.get("Lead", leads[0])["OwnerId"]

    wire.finish("ingest", wire.ingest(f"Id,Title\n{leads[0]},CTO\n"))

    assert wire.org.get("Lead", leads[0])["OwnerId"] == owner


def test_a_job_takes_one_upload_of_a_hundred_megabytes(wire: BulkWire) -> None:
    wire.org.bulk.most_bytes = 10
    made = wire.said("POST", "jobs/ingest", {"operation": "update", "object": "Lead"})
    path = f"jobs/ingest/{made['id']}/batches"

    statuses = [wire.ask("PUT", path, body).status for body in (b"x" * 11, b"Id\n", b"Id\n")]

    assert statuses == [413, 201, 409]


def test_the_batches_of_a_day_are_counted(wire: BulkWire, leads: list[str]) -> None:
    wire.org.usage.others["DailyBulkApiBatches"] = 0

    job = wire.finish("ingest", wire.ingest(f"Id,Title\n{leads[0]},CTO\n"))

    assert job["state"] == "Failed"
    assert "DailyBulkApiBatches (0)" in job["errorMessage"]
