"""How an answer is shaped: parents, children, groups and counts."""

from datetime import UTC, datetime, timedelta

import pytest
from simple_salesforce import Salesforce

from sandbox.salesforce.org import Org
from sandbox.salesforce.table import Row

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


def test_all_fields_are_those_the_user_sees(agent: Salesforce, org: Org, lead: str) -> None:
    org.define_field("Lead", "Seen__c")
    org.define_field("Lead", "Hidden__c", visible=False)

    every = agent.query("SELECT FIELDS(ALL) FROM Lead LIMIT 1")["records"][0]
    custom = agent.query("SELECT FIELDS(CUSTOM) FROM Lead LIMIT 1")["records"][0]

    assert {"Title", "Seen__c"} <= set(every)
    assert "Hidden__c" not in every
    assert set(custom) == {"attributes", "Id", "Seen__c"}


def test_a_parent_of_nothing_has_nothing(agent: Salesforce, org: Org) -> None:
    org.create("Contact", {"LastName": "x"})

    (found,) = agent.query("SELECT Account.Owner.Name FROM Contact")["records"]

    assert found["Account"] is None
    assert agent.query("SELECT Id FROM Contact WHERE Account.Owner.Name = null")["totalSize"] == 1


def test_counting_twice_by_one_function_gives_two_columns(agent: Salesforce, lead: str) -> None:
    (row,) = agent.query("SELECT COUNT(Id), COUNT(Id) twice, COUNT() FROM Lead")["records"]

    assert (row["expr0"], row["twice"], row["expr2"]) == (1, 1, 1)
    assert lead


def test_the_objects_own_name_may_stand_in_front(
    agent: Salesforce, org: Org, leads: dict[str, str]
) -> None:
    (found,) = agent.query(
        "SELECT Lead.Id, Lead.Owner.Alias, owner.name FROM Lead WHERE Lead.LastName = 'Endo'"
    )["records"]

    assert found["Id"] == leads["Endo"]
    assert (found["Owner"]["Alias"], found["Owner"]["Name"]) == ("sales01", "Aoi Sato")
    assert org.get("Lead", leads["Endo"])["OwnerId"] == org.users["sales01"]


def test_an_address_above_is_shown_as_well(agent: Salesforce, org: Org) -> None:
    account = org.create("Account", {"Name": "x", "BillingCity": "大阪市"})
    org.create("Contact", {"LastName": "x", "AccountId": account})

    (found,) = agent.query("SELECT Account.BillingAddress FROM Contact")["records"]

    assert found["Account"]["BillingAddress"]["city"] == "大阪市"


def test_groups_may_be_of_several_fields(agent: Salesforce, leads: dict[str, str]) -> None:
    found = agent.query(
        "SELECT IsConverted, Owner.Alias, COUNT(Id) FROM Lead GROUP BY IsConverted, Owner.Alias "
        "ORDER BY Owner.Alias"
    )["records"]

    assert len(leads) == 5
    assert [(row["IsConverted"], row["Alias"], row["expr0"]) for row in found] == [
        (False, "human", 4),
        (False, "sales01", 1),
    ]
