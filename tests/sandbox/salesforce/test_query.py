"""Queries through the real client: which records, and in which order."""

from datetime import UTC, datetime, timedelta

import pytest
from simple_salesforce import Salesforce
from simple_salesforce.format import format_soql

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
        ("Title LIKE '50\\% owner\\_x'", "Doi"),
        ("Title LIKE '50\\%%'", "Doi"),
        ("Title LIKE '5\\%'", ""),
        ("Title LIKE '50%owner\\_\\_'", ""),
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
