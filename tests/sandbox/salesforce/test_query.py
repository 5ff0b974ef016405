"""Queries through the real client: which records, in which order, in which pages."""

from datetime import UTC, datetime, timedelta

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceGeneralError, SalesforceMalformedRequest
from simple_salesforce.format import format_soql

from sandbox.clock import SandboxClock
from sandbox.salesforce.org import Org
from sandbox.salesforce.query import Runner
from sandbox.salesforce.refusals import Refusal
from sandbox.salesforce.table import Row
from sandbox.server import Sandbox

JANUARY = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def leads(org: Org) -> dict[str, str]:
    """Five leads, one created per day, by their last names."""
    rows: list[Row] = [
        {"LastName": "Abe", "Industry": "Manufacturing", "NumberOfEmployees": 300},
        {"LastName": "Baba", "Industry": "manufacturing", "NumberOfEmployees": 20},
        {"LastName": "Chiba", "Industry": "Education", "AnnualRevenue": 5_000_000},
        {"LastName": "Doi", "Title": "50% owner_x", "ConvertedDate": "2026-01-05"},
        {"LastName": "Endo", "Website": "kaede.example", "OwnerId": org.user_id("sales01")},
    ]
    return {
        str(row["LastName"]): org.create(
            "Lead", {"Company": "K.K.", **row}, at=JANUARY + timedelta(days=day), by="human"
        )
        for day, row in enumerate(rows)
    }


def names(agent: Salesforce, clause: str) -> list[str]:
    found = agent.query(f"SELECT LastName FROM Lead {clause}")  # noqa: S608  SOQL made by a test
    return [row["LastName"] for row in found["records"]]


@pytest.mark.usefixtures("leads")
@pytest.mark.parametrize(
    ("clause", "found"),
    [
        ("Industry = 'MANUFACTURING'", "Abe Baba"),
        ("Industry != 'manufacturing'", "Chiba Doi Endo"),
        ("Industry IN ('Education', 'manufacturing')", "Abe Baba Chiba"),
        ("Industry NOT IN ('Education')", "Abe Baba Doi Endo"),
        ("Industry = null", "Doi Endo"),
        ("Industry != null", "Abe Baba Chiba"),
        ("NOT (Industry = 'Education')", "Abe Baba Doi Endo"),
        ("NumberOfEmployees >= 20", "Abe Baba"),
        ("NumberOfEmployees < 300", "Baba"),
        ("NumberOfEmployees > 20 OR AnnualRevenue > 1", "Abe Chiba"),
        ("NumberOfEmployees > 20 AND Industry LIKE 'manu%'", "Abe"),
        ("NumberOfEmployees < null", ""),
        ("Title LIKE '50%'", "Doi"),
        ("Title LIKE '50\\% owner_x'", "Doi"),
        ("Title LIKE '50 owner_x'", ""),
        ("Title LIKE '%'", "Doi"),
        ("Title LIKE '__% OWNER%'", "Doi"),
        ("IsConverted = false AND Industry = 'Education'", "Chiba"),
        ("IsConverted = TRUE", ""),
        ("ConvertedDate = 2026-01-05", "Doi"),
        ("ConvertedDate < 2026-01-05", ""),
        ("CreatedDate > 2026-01-04T00:00:00Z", "Endo"),
        ("CreatedDate >= 2026-01-04T09:00:00+09:00", "Doi Endo"),
        ("CreatedDate = 2026-01-01T00:00:00.000Z", "Abe"),
        ("Owner.Name = 'Aoi Sato'", "Endo"),
        ("Lead.Owner.Alias = 'sales01'", "Endo"),
        ("lastname = 'abe'", "Abe"),
    ],
)
def test_a_clause_finds_these(clause: str, found: str, agent: Salesforce) -> None:
    # The client sends what it is given; its own quoting is shown elsewhere.
    assert names(agent, f"WHERE {clause} ORDER BY LastName") == found.split()


@pytest.mark.usefixtures("leads")
@pytest.mark.parametrize(
    ("clause", "found"),
    [
        ("CreatedDate = TODAY", ""),
        ("CreatedDate = THIS_YEAR", "Abe Baba Chiba Doi Endo"),
        ("CreatedDate != THIS_YEAR", ""),
        ("CreatedDate < N_DAYS_AGO:304", "Abe"),
        ("CreatedDate <= N_DAYS_AGO:304", "Abe Baba"),
        ("CreatedDate > N_DAYS_AGO:303", "Doi Endo"),
        ("CreatedDate >= N_DAYS_AGO:303", "Chiba Doi Endo"),
        ("ConvertedDate = LAST_N_DAYS:400", "Doi"),
        ("ConvertedDate != LAST_N_DAYS:400", "Abe Baba Chiba Endo"),
    ],
)
def test_words_for_days_count_in_the_users_time_zone(
    clause: str, found: str, agent: Salesforce
) -> None:
    # It is nine in the morning of November 2nd in Tokyo, and so it was when each was created.
    assert names(agent, f"WHERE {clause} ORDER BY LastName") == found.split()


def test_the_clients_own_quoting_is_understood(
    agent: Salesforce, org: Org, leads: dict[str, str]
) -> None:
    odd = 'O\'Brien "x" \\ \n\t'
    org.update("Lead", leads["Abe"], {"Title": f"a{odd}b"})
    query = format_soql(
        "SELECT Id FROM Lead WHERE Title = {} AND Id IN {} AND CreatedDate = {} AND Title LIKE "
        "'a{:like}%'",
        f"a{odd}b",
        list(leads.values()),
        JANUARY,
        odd,
    )

    assert [row["Id"] for row in agent.query(query)["records"]] == [leads["Abe"]]


@pytest.mark.usefixtures("leads")
@pytest.mark.parametrize(
    ("clause", "found"),
    [
        ("ORDER BY LastName DESC", "Endo Doi Chiba Baba Abe"),
        ("ORDER BY NumberOfEmployees, LastName", "Chiba Doi Endo Baba Abe"),
        ("ORDER BY NumberOfEmployees DESC, LastName", "Chiba Doi Endo Abe Baba"),
        ("ORDER BY NumberOfEmployees NULLS LAST, LastName DESC", "Baba Abe Endo Doi Chiba"),
        ("ORDER BY CreatedDate DESC LIMIT 2", "Endo Doi"),
        ("ORDER BY LastName LIMIT 2 OFFSET 2", "Chiba Doi"),
        ("ORDER BY Owner.Name, LastName LIMIT 1", "Endo"),
        ("ORDER BY SystemModstamp, Id LIMIT 1", "Abe"),
        ("ORDER BY SystemModstamp DESC LIMIT 1", "Endo"),
        ("LIMIT 0", ""),
    ],
)
def test_records_come_in_the_order_asked_for(clause: str, found: str, agent: Salesforce) -> None:
    assert names(agent, clause) == found.split()


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


def test_parents_are_shown_nested_and_absent_ones_as_null(agent: Salesforce, org: Org) -> None:
    account = org.create("Account", {"Name": "Hayate", "Industry": "Transportation"})
    for name, parent in (("with", account), ("without", None)):
        org.create(
            "Opportunity",
            {"Name": name, "StageName": "Prospecting", "CloseDate": "2026-12-01"}
            | {"AccountId": parent},
        )

    found = agent.query(
        "SELECT Name, Account.Name, Account.Owner.Alias, Account.IsDeleted "
        "FROM Opportunity ORDER BY Name"
    )["records"]

    account_shown = found[0]["Account"]
    assert (account_shown["Name"], account_shown["Owner"]["Alias"]) == ("Hayate", "admin")
    assert account_shown["attributes"]["url"].endswith(f"/sobjects/Account/{account}")
    assert account_shown["IsDeleted"] is False
    assert found[1]["Account"] is None


def test_a_queue_owns_a_lead_like_a_user(agent: Salesforce, org: Org, lead: str) -> None:
    org.update("Lead", lead, {}, auto_assign=True)

    (found,) = agent.query("SELECT Owner.Name, Owner.Alias FROM Lead")["records"]

    assert (found["Owner"]["Name"], found["Owner"]["Alias"]) == ("Inbound Leads", None)
    assert found["Owner"]["attributes"]["type"] == "Group"


def test_children_come_as_a_nested_result(agent: Salesforce, org: Org) -> None:
    full = org.create("Account", {"Name": "full"})
    org.create("Account", {"Name": "empty"})
    for last in ("Abe", "Baba"):
        org.create("Contact", {"LastName": last, "AccountId": full})

    found = agent.query(
        "SELECT Name, (SELECT LastName FROM Contacts WHERE LastName != 'Baba') "
        "FROM Account ORDER BY Name DESC"
    )["records"]

    assert [row["LastName"] for row in found[0]["Contacts"]["records"]] == ["Abe"]
    assert (found[0]["Contacts"]["totalSize"], found[1]["Contacts"]) == (1, None)


def test_an_address_is_shown_in_its_parts(agent: Salesforce, org: Org, lead: str) -> None:
    org.update("Lead", lead, {"City": "大阪市", "Country": "Japan"})
    org.create("Lead", {"LastName": "z", "Company": "nowhere"})

    found = agent.query("SELECT Address FROM Lead ORDER BY LastName")["records"]

    assert found[0]["Address"]["city"] == "大阪市"
    assert set(found[0]["Address"]) >= {"street", "postalCode", "geocodeAccuracy"}
    assert found[1]["Address"] is None


@pytest.mark.usefixtures("leads")
def test_counting_needs_no_records(agent: Salesforce) -> None:
    counted = agent.query("SELECT COUNT() FROM Lead WHERE Industry != null")

    assert (counted["totalSize"], counted["records"], counted["done"]) == (3, [], True)


@pytest.mark.usefixtures("leads")
def test_groups_are_counted_and_measured(agent: Salesforce) -> None:
    found = agent.query(
        "SELECT OwnerId owner, COUNT(Id) many, MIN(LastName), MAX(NumberOfEmployees), "
        "SUM(NumberOfEmployees) s, AVG(NumberOfEmployees) a, COUNT_DISTINCT(Industry) d, "
        "SUM(AnnualRevenue) none FROM Lead WHERE Company = 'k.k.' AND LastName != 'Chiba' "
        "GROUP BY OwnerId".replace(" owner,", ",")
    )["records"]

    assert [row["many"] for row in found] == [3, 1]
    first = found[0]
    assert (first["expr1"], first["expr2"], first["s"], first["a"], first["d"]) == (
        "Abe",
        300,
        320,
        160,
        2,
    )
    assert first["none"] is None
    assert first["attributes"] == {"type": "AggregateResult"}


@pytest.mark.usefixtures("leads")
def test_a_limit_cuts_groups_not_what_they_count(agent: Salesforce) -> None:
    found = agent.query("SELECT COUNT(Id) n FROM Lead GROUP BY OwnerId LIMIT 1")["records"]

    assert [row["n"] for row in found] == [4]


def test_an_aggregate_over_nothing_is_one_row(agent: Salesforce) -> None:
    found = agent.query("SELECT COUNT(Id), MAX(CreatedDate) FROM Lead")["records"]

    assert [(row["expr0"], row["expr1"]) for row in found] == [(0, None)]


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("SELECT Id,Foo__c FROM Lead", "INVALID_FIELD", "No such column 'Foo__c' on entity 'Lead'"),
        ("SELECT Id FROM Lead WHERE Foo = 'a'", "INVALID_FIELD", "No such column 'Foo'"),
        ("SELECT Id FROM Lead ORDER BY Foo", "INVALID_FIELD", "No such column 'Foo'"),
        ("SELECT Id FROM Nothing__c", "INVALID_TYPE", "sObject type 'Nothing__c' is not supported"),
        ("SELECT Id FROM CustomField", "INVALID_TYPE", "'CustomField' is not supported"),
        ("SELECT Boss.Name FROM Lead", "INVALID_FIELD", "Didn't understand relationship 'Boss'"),
        ("SELECT Individual.Name FROM Lead", "INVALID_TYPE", "'Individual' is not supported"),
        ("SELECT (SELECT Id FROM Toys) FROM Account", "INVALID_TYPE", "relationship 'Toys'"),
        ("SELECT Id FROM Lead WHERE Description = 'a'", "INVALID_FIELD", "can not be filtered"),
        ("SELECT Id FROM Lead ORDER BY Description", "INVALID_FIELD", "can not be sorted"),
        ("SELECT Id FROM Lead WHERE NumberOfEmployees = '3'", "INVALID_FIELD", "type int"),
        ("SELECT Id FROM Lead WHERE CreatedDate > 2026-01-01", "INVALID_FIELD", "type dateTime"),
        ("SELECT Id FROM Lead WHERE Title = 5", "INVALID_FIELD", "should be enclosed in quotes"),
        ("SELECT Id FROM Lead WHERE CreatedDate = SOMEDAY", "MALFORMED_QUERY", "'SOMEDAY'"),
        ("SELECT Id FROM Lead WHERE Id = 'x'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field"),
        ("SELECT Status, COUNT(Id) FROM Lead", "MALFORMED_QUERY", "grouped or aggregated: Status"),
        ("SELECT FIELDS(ALL) FROM Lead", "MALFORMED_QUERY", "at most 200"),
        ("SELECT Id FROM Lead LIMIT 1 OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "2000"),
        ("", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
    ],
)
def test_what_cannot_be_answered_gets_the_real_error(
    query: str, code: str, message: str, agent: Salesforce
) -> None:
    with pytest.raises(SalesforceMalformedRequest) as refused:
        agent.query(query)

    (error,) = refused.value.content
    assert error["errorCode"] == code
    assert message in error["message"]


def test_the_error_of_a_missing_field_is_worded_and_pointed_as_recorded(agent: Salesforce) -> None:
    with pytest.raises(SalesforceMalformedRequest) as refused:
        agent.query("SELECT Id,Foo__c FROM Lead")

    assert refused.value.content[0]["message"].startswith(
        "\nSELECT Id,Foo__c FROM Lead\n          ^\nERROR at Row:1:Column:11\n"
        "No such column 'Foo__c' on entity 'Lead'. If you are attempting to use a custom field, "
    )


def test_a_query_without_its_parameter_is_refused(agent: Salesforce) -> None:
    with pytest.raises(SalesforceMalformedRequest, match="cannot be empty"):
        agent.restful("query")


def test_all_fields_are_those_the_user_sees(agent: Salesforce, org: Org, lead: str) -> None:
    org.define_field("Lead", "Seen__c")
    org.define_field("Lead", "Hidden__c", visible=False)

    every = agent.query("SELECT FIELDS(ALL) FROM Lead LIMIT 1")["records"][0]
    custom = agent.query("SELECT FIELDS(CUSTOM) FROM Lead LIMIT 1")["records"][0]

    assert {"Title", "Seen__c"} <= set(every)
    assert "Hidden__c" not in every
    assert set(custom) == {"attributes", "Id", "Seen__c"}


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


def test_a_query_too_long_for_an_address_is_refused(
    agent: Salesforce, sandbox: Sandbox, web: requests.Session
) -> None:
    del agent
    answer = web.get(f"{sandbox.url}/services/data/v66.0/query", params={"q": "x" * 17_000})

    assert answer.status_code == 414


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


@pytest.mark.parametrize(
    ("clause", "found"),
    [
        ("Tags__c INCLUDES ('a')", "one both"),
        ("Tags__c INCLUDES ('A;B')", "both"),
        ("Tags__c INCLUDES ('a;b', 'c')", "both"),
        ("Tags__c EXCLUDES ('b')", "one none"),
    ],
)
def test_several_choices_are_looked_through(
    clause: str, found: str, agent: Salesforce, org: Org
) -> None:
    org.define_field("Lead", "Tags__c", "MultiselectPicklist", picklist=("a", "b", "c"))
    for name, tags in (("one", "a"), ("both", "a;b"), ("none", None)):
        org.create("Lead", {"LastName": name, "Company": "y", "Tags__c": tags})

    assert names(agent, f"WHERE {clause}") == found.split()


def test_a_parent_of_nothing_has_nothing(agent: Salesforce, org: Org) -> None:
    org.create("Contact", {"LastName": "x"})

    (found,) = agent.query("SELECT Account.Owner.Name FROM Contact")["records"]

    assert found["Account"] is None
    assert agent.query("SELECT Id FROM Contact WHERE Account.Owner.Name = null")["totalSize"] == 1


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("SELECT Id, Id FROM Lead", "INVALID_FIELD", "duplicate field selected: Id"),
        ("SELECT COUNT(Description) FROM Lead", "MALFORMED_QUERY", "aggregate operator COUNT"),
        ("SELECT COUNT(Id) FROM Lead GROUP BY CreatedDate", "MALFORMED_QUERY", "not be grouped"),
        ("SELECT Id FROM Lead WHERE Id LIKE '00Q%'", "INVALID_FIELD", "invalid operator on id"),
        ("SELECT Id FROM Lead WHERE Address = 'x'", "INVALID_FIELD", "can not be filtered"),
        ("SELECT Id FROM Lead WHERE ConvertedDate = 2026-02-30", "MALFORMED_QUERY", "2026-02-30"),
        (
            "SELECT Id FROM Lead WHERE CreatedDate > 2026-01-01T25:00:00Z",
            "MALFORMED_QUERY",
            "unexpected token",
        ),
        (
            "SELECT Id FROM Lead WHERE CreatedDate > LAST_N_DAYS:9999999999",
            "MALFORMED_QUERY",
            "LAST_N_DAYS:9999999999",
        ),
        (
            "SELECT Id FROM Lead WHERE CreatedDate > LAST_N_MONTHS:99999",
            "MALFORMED_QUERY",
            "LAST_N_MONTHS:99999",
        ),
    ],
)
def test_what_only_looks_right_is_refused_too(
    query: str, code: str, message: str, agent: Salesforce
) -> None:
    with pytest.raises(SalesforceMalformedRequest) as refused:
        agent.query(query)

    (error,) = refused.value.content
    assert error["errorCode"] == code
    assert message in error["message"]


def test_a_query_is_not_posted(agent: Salesforce) -> None:
    with pytest.raises(SalesforceGeneralError, match="METHOD_NOT_ALLOWED"):
        agent.restful("query", method="POST", json={"q": "SELECT Id FROM Lead"})


FIELDS = st.sampled_from(
    [
        "Id",
        "LastName",
        "CreatedDate",
        "ConvertedDate",
        "NumberOfEmployees",
        "IsConverted",
        "OwnerId",
        "Owner.Name",
        "Description",
        "Address",
        "Status",
        "Foo",
        "SystemModstamp",
    ]
)
VALUES = st.sampled_from(
    [
        "'a'",
        "'a%'",
        "null",
        "TRUE",
        "5",
        "-1.5",
        "2026-01-01",
        "2026-01-01T00:00:00Z",
        "TODAY",
        "LAST_N_DAYS:3",
        "NEXT_N_YEARS:1",
        "'00Q5g0000000001EAA'",
        "''",
        "USD5",
    ]
)
SIGNS = st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "LIKE"])
COMPARISONS = st.tuples(FIELDS, SIGNS, VALUES).map(" ".join)
CLAUSES = st.recursive(
    COMPARISONS,
    lambda inner: (
        st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(
            lambda parts: f"({' '.join(parts)})"
        )
        | inner.map(lambda part: f"NOT ({part})")
    ),
    max_leaves=4,
)
ORG = Org(SandboxClock(JANUARY))
for _n in range(8):
    ORG.create("Lead", {"LastName": "a" * (_n + 1), "Company": "y"}, at=JANUARY + timedelta(_n))


def ran(clause: str) -> set[object] | None:
    """The ids a clause finds, or nothing when it is refused."""
    query = f"SELECT Id FROM Lead WHERE {clause}"  # noqa: S608  SOQL made by a test
    try:
        found = Runner(ORG, ORG.rights("agent"), "66.0").run(query)
    except Refusal:
        return None
    return {row["Id"] for row in found.rows}


@given(CLAUSES)
def test_any_clause_is_answered_or_refused_and_its_opposite_finds_the_rest(clause: str) -> None:
    found = ran(clause)
    opposite = ran(f"NOT ({clause})")

    everything = {row["Id"] for row in ORG.rows("Lead")}
    assert (found is None) == (opposite is None)
    if found is not None and opposite is not None:
        assert found | opposite == everything
        assert found & opposite == set()


@given(CLAUSES, CLAUSES)
def test_asking_in_the_order_of_time_finds_the_same(one: str, other: str) -> None:
    clause = f"SystemModstamp >= 2026-01-03T00:00:00Z AND ({one} OR {other})"

    assert ran(clause) == ran(f"{clause} ORDER BY SystemModstamp, Id")


def test_counting_twice_by_one_function_gives_two_columns(agent: Salesforce, lead: str) -> None:
    (row,) = agent.query("SELECT COUNT(Id), COUNT(Id) twice, COUNT() FROM Lead")["records"]

    assert (row["expr0"], row["twice"], row["expr2"]) == (1, 1, 1)
    assert lead
