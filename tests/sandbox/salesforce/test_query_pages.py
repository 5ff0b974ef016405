"""Long results: pages, locators, and keysets."""

from datetime import UTC, datetime, timedelta

import pytest
import requests
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceMalformedRequest

from sandbox.salesforce.org import Org
from sandbox.salesforce.query import Runner
from sandbox.salesforce.table import Row
from sandbox.server import Sandbox

JANUARY = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_keyset_over_equal_times_meets_every_record_once(agent: Salesforce, org: Org) -> None:
    made = [
        org.create(
            "Lead", {"LastName": "x", "Company": "y"}, at=JANUARY + timedelta(seconds=n // 7)
        )
        for n in range(40)
    ]
    seen: list[str] = []
    clause = "SystemModstamp >= 2026-01-01T00:00:00Z"
    while True:
        page = agent.query(
            f"SELECT Id, SystemModstamp FROM Lead WHERE {clause} "  # noqa: S608  SOQL made by a test
            "ORDER BY SystemModstamp ASC, Id ASC LIMIT 6"
        )["records"]
        seen += [row["Id"] for row in page]
        if len(page) < 6:
            break
        last = page[-1]
        stamp = last["SystemModstamp"].replace("+0000", "Z")
        clause = f"(SystemModstamp = {stamp} AND Id > '{last['Id']}') OR SystemModstamp > {stamp}"

    assert seen == made


def test_a_record_changed_twice_in_one_second_is_met_once(agent: Salesforce, org: Org) -> None:
    made = org.create("Lead", {"LastName": "x", "Company": "y"})
    org.update("Lead", made, {"Title": "a"})
    org.update("Lead", made, {"Title": "b"})

    found = agent.query("SELECT Id, Title FROM Lead ORDER BY SystemModstamp, Id")

    assert [(row["Id"], row["Title"]) for row in found["records"]] == [(made, "b")]


class TestPages:
    """What a client sees of a long result."""

    @pytest.fixture(autouse=True)
    def many(self, org: Org) -> list[str]:
        org.page_limit = 7
        return [org.create("Lead", {"LastName": "x", "Company": "y"}) for _ in range(20)]

    def test_pages_follow_each_other_until_done(self, agent: Salesforce, many: list[str]) -> None:
        first = agent.query("SELECT Id FROM Lead")

        assert (first["totalSize"], first["done"], len(first["records"])) == (20, False, 7)
        assert first["nextRecordsUrl"].startswith("/services/data/v66.0/query/0r8")
        assert first["nextRecordsUrl"].endswith("-7")
        everything = agent.query_all("SELECT Id FROM Lead")["records"]
        assert [row["Id"] for row in everything] == many

    def test_the_last_page_names_no_next_one(self, agent: Salesforce) -> None:
        second = agent.query_more(agent.query("SELECT Id FROM Lead")["nextRecordsUrl"], True)  # noqa: FBT003  the client's own signature
        third = agent.query_more(second["nextRecordsUrl"], True)  # noqa: FBT003  the same

        assert (third["done"], third["totalSize"], len(third["records"])) == (True, 20, 6)
        assert "nextRecordsUrl" not in third

    def test_a_result_stays_as_it_was_when_it_was_asked_for(
        self, agent: Salesforce, org: Org, many: list[str]
    ) -> None:
        first = agent.query("SELECT Id, LastName FROM Lead")
        org.update("Lead", many[10], {"LastName": "changed"})
        org.delete("Lead", many[11])

        second = agent.query_more(first["nextRecordsUrl"], True)  # noqa: FBT003  its signature

        assert [row["Id"] for row in second["records"]] == many[7:14]
        assert {row["LastName"] for row in second["records"]} == {"x"}

    def test_a_locator_lives_two_days(self, agent: Salesforce, sandbox: Sandbox) -> None:
        url = agent.query("SELECT Id FROM Lead")["nextRecordsUrl"]
        for _ in range(48):
            sandbox.clock.advance(3600)
            agent.query_more(url, True)  # noqa: FBT003  its signature; keeps the session alive
        sandbox.clock.advance(1)

        with pytest.raises(SalesforceMalformedRequest, match="INVALID_QUERY_LOCATOR"):
            agent.query_more(url, True)  # noqa: FBT003  its signature

    def test_ten_results_stay_open_and_the_oldest_gives_way(self, agent: Salesforce) -> None:
        urls = [agent.query("SELECT Id FROM Lead")["nextRecordsUrl"] for _ in range(11)]

        assert agent.query_more(urls[1], True)["records"]  # noqa: FBT003  its signature
        with pytest.raises(SalesforceMalformedRequest, match="invalid query locator"):
            agent.query_more(urls[0], True)  # noqa: FBT003  its signature

    def test_somebody_elses_locator_is_none(self, agent: Salesforce, admin: Salesforce) -> None:
        url = agent.query("SELECT Id FROM Lead")["nextRecordsUrl"]

        with pytest.raises(SalesforceMalformedRequest, match="invalid query locator"):
            admin.query_more(url, True)  # noqa: FBT003  its signature


@pytest.mark.parametrize(
    ("fields", "rows"),
    [("Id", 2000), ("Id, Description", 1000), ("Id, Description, Notes__c", 200)],
)
def test_long_texts_make_pages_shorter(fields: str, rows: int, org: Org) -> None:
    org.define_field("Lead", "Notes__c", "LongTextArea", length=32_000)

    result = Runner(org, org.rights("agent"), "66.0").run(f"SELECT {fields} FROM Lead")  # noqa: S608  SOQL made by a test

    assert result.page_rows == rows


@pytest.mark.parametrize(
    ("option", "rows"),
    [("batchSize=250", 250), ("batchSize=5", 200), ("batchSize=90000", 300), ("pace=9", 300)],
)
def test_a_client_may_ask_for_smaller_pages(
    option: str, rows: int, agent: Salesforce, org: Org, web: requests.Session
) -> None:
    for _ in range(300):
        org.create("Lead", {"LastName": "x", "Company": "y"})
    web.headers["Sforce-Query-Options"] = option

    assert len(agent.query("SELECT Id FROM Lead")["records"]) == rows


def test_query_all_also_sees_what_was_deleted_until_the_bin_is_emptied(
    agent: Salesforce, org: Org, sandbox: Sandbox, lead: str
) -> None:
    org.delete("Lead", lead)
    query = "SELECT Id, IsDeleted FROM Lead WHERE IsDeleted = true"

    assert agent.query(query)["totalSize"] == 0
    assert [row["Id"] for row in agent.query(query, include_deleted=True)["records"]] == [lead]

    sandbox.clock.advance(15 * 86_400 + 1)
    sandbox.salesforce.settle()
    assert sandbox.salesforce.rows("Lead", deleted=True) == []


def test_a_keyset_page_reads_only_what_it_shows(org: Org) -> None:
    for n in range(100):
        org.create("Lead", {"LastName": "x", "Company": "y"}, at=JANUARY + timedelta(seconds=n))
    read: list[str] = []
    org.tables["Lead"].rows.update(
        {id_: _Counting(row, read) for id_, row in org.tables["Lead"].rows.items()}
    )

    Runner(org, org.rights("agent"), "66.0").run(
        "SELECT Id FROM Lead WHERE SystemModstamp >= 2026-01-01T00:01:00Z "
        "AND SystemModstamp < 2026-01-01T00:01:30Z ORDER BY SystemModstamp, Id LIMIT 5"
    )

    assert len(set(read)) == 5


class _Counting(dict[str, object]):
    """A row that tells when it is looked at."""

    def __init__(self, row: Row, read: list[str]) -> None:
        super().__init__(row)
        self._read = read

    def __getitem__(self, name: str) -> object:
        self._read.append(str(super().__getitem__("Id")))
        return super().__getitem__(name)
