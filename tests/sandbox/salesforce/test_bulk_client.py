"""The real client's Bulk API 2.0, unmodified but for its patience."""

from pathlib import Path

import pytest
from simple_salesforce import Salesforce
from simple_salesforce import bulk2 as client

from sandbox.salesforce.org import Org
from sandbox.server import Sandbox
from tests.sandbox.salesforce.bulk_wire import MISSING, rows_of


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    """The client's pauses, at least five seconds each, pass on the sandbox's clock."""
    monkeypatch.setattr(client, "sleep", sandbox.clock.advance)


def test_the_client_reads_writes_and_asks_what_became_of_it(
    admin: Salesforce, org: Org, tmp_path: Path
) -> None:
    ids = [org.create("Lead", {"LastName": f"佐藤{n}", "Company": "Kaede"}) for n in range(5)]

    pages = list(admin.bulk2.Lead.query("SELECT Id, LastName FROM Lead", max_records=2))
    (done,) = admin.bulk2.Lead.update(
        records=[{"Id": ids[0], "Title": "会長"}, {"Id": MISSING, "Title": "会長"}]
    )
    failed = tmp_path / "failed.csv"
    admin.bulk2.Lead.get_failed_records(done["job_id"], file=str(failed))

    assert [row[1] for page in pages for row in rows_of(page.encode())[1:]] == [
        f"佐藤{n}" for n in range(5)
    ]
    assert (done["numberRecordsProcessed"], done["numberRecordsFailed"]) == (2, 1)
    # The client takes the order of its columns from a set.
    assert sorted(rows_of(failed.read_bytes())[1][2:]) == [MISSING, "会長"]
    assert org.get("Lead", ids[0])["Title"] == "会長"
