"""Exports become an org: every row is loaded or parked with its reason."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.load import LoadReport, MappingRefused
from sandbox.salesforce.org import Org

Loaded = Callable[..., LoadReport]
LEADS = '[Lead]\nid = "id"\nfields = { LastName = "name", Company = "company" }\n'
DEALS = """
[Account]
id = "id"
fields = { Name = "name" }
[Opportunity]
id = "id"
created = "created"
fields = { Name = "id", Region__c = "teams.region", Amount = "value" }
custom = { Region__c = {} }
lookups = { AccountId = { column = "account", object = "Account", by = "Name" } }
joins = { teams = { on = "agent", key = "agent" } }
[Opportunity.status]
column = "stage"
first = "Engaging"
since = "closed"
won = ["Won"]
lost = ["Lost"]
"""
FILES = {
    "Account": "id,name\n1,Acme\n2,Beta\n",
    "teams": "agent,region\nAnn,East\n",
    "Opportunity": (
        "id,account,agent,stage,created,closed,value\n"
        "o1,Acme,Ann,Won,2026-01-05,2026-03-01,100\n"
        "o2,,Bob,Lost,2026-01-05,2026-02-01,\n"
        "o3,Beta,Ann,Engaging,2026-02-01,,\n"
        "o4,Gamma,Ann,Engaging,2026-02-01,,\n"
    ),
}


def _reasons(report: LoadReport) -> list[tuple[str, int, str]]:
    return [(one.file, one.line, one.reason) for one in report.parked]


def test_shift_jis_leads_are_loaded_with_their_names(loaded: Loaded, org: Org) -> None:
    text = "id,name,company\n1,佐藤,株式会社東和\n"

    report = loaded(org, LEADS, {"Lead": text.encode("cp932")})

    assert report.encodings == {"Lead": "cp932"}
    assert [(row["LastName"], row["Company"]) for row in org.rows("Lead")] == [
        ("佐藤", "株式会社東和")
    ]


def test_bad_rows_are_parked_and_the_others_go_on(loaded: Loaded, org: Org) -> None:
    text = "id,name,company\n1,Ann,Acme\n1,Bob,Acme\n,Cid,Acme\n4,Dan\n5,,Acme\n6,Eve,Acme\n"

    report = loaded(org, LEADS, {"Lead": text})

    assert [row["LastName"] for row in org.rows("Lead")] == ["Ann", "Eve"]
    assert _reasons(report) == [
        ("Lead.csv", 3, "id '1' occurs twice; the first row stands"),
        ("Lead.csv", 4, "id is blank"),
        ("Lead.csv", 5, "2 cells where the heading has 3"),
        ("Lead.csv", 6, "Required fields are missing: [LastName]"),
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["1", "2", "3", ""]), st.sampled_from(["Ann", "", "x" * 90])),
        max_size=8,
    )
)
def test_every_row_is_either_loaded_or_parked(
    rows: list[tuple[str, str]], loaded: Loaded, org: Org
) -> None:
    text = "id,name,company\n" + "".join(f"{key},{name},Acme\n" for key, name in rows)

    report = loaded(org, LEADS, {"Lead": text})

    assert report.read["Lead"] == len(rows)
    assert report.loaded["Lead"] + len(report.parked) == len(rows)


def test_statuses_are_declared_and_their_history_is_kept(loaded: Loaded, org: Org) -> None:
    loaded(org, DEALS, FILES)
    first = org.rows("Opportunity")[0]

    stages = [
        (row["StageName"], str(row["CreatedDate"])[:10])
        for row in org.rows("OpportunityHistory")
        if row["OpportunityId"] == first["Id"]
    ]

    assert stages == [("Engaging", "2026-01-05"), ("Won", "2026-03-01")]
    assert (first["IsWon"], first["IsClosed"], first["CloseDate"]) == (True, True, "2026-03-01")


def test_lookups_find_by_name_and_joins_bring_fields(loaded: Loaded, org: Org) -> None:
    report = loaded(org, DEALS, FILES)
    names = {row["Id"]: row["Name"] for row in org.rows("Account")}

    found = {
        row["Name"]: (names.get(str(row.get("AccountId"))), row.get("Region__c"))
        for row in org.rows("Opportunity")
    }

    assert found == {"o1": ("Acme", "East"), "o2": (None, None), "o3": ("Beta", "East")}
    assert _reasons(report) == [("Opportunity.csv", 5, "account: there is no Account 'Gamma'")]


def test_a_lead_finds_what_it_was_converted_to(loaded: Loaded, org: Org) -> None:
    mapping = (
        '[Account]\nid = "id"\nfields = { Name = "name" }\n'
        '[Lead]\nid = "id"\ncreated = "created"\nconverted = "converted"\n'
        'fields = { LastName = "name", Company = "name" }\n'
        '[Contact]\nid = "id"\nfrom_lead = "lead"\nfields = { LastName = "name" }\n'
        'lookups = { AccountId = { column = "account", object = "Account" } }\n'
        '[Opportunity]\nid = "id"\n'
        'lookups = { AccountId = { column = "account", object = "Account" } }\n'
    )
    files = {
        "Account": "id,name\na1,Acme\n",
        "Lead": "id,name,created,converted\nl1,Ann,2026-01-01,2026-02-03T04:05:06Z\n"
        "l2,Bob,2026-01-01,\n",
        "Contact": "id,name,lead,account\nc1,Ann,l1,a1\n",
        "Opportunity": "id,account\no1,a1\n",
    }

    report = loaded(org, mapping, files)
    ann, bob = org.rows("Lead")

    assert report.converted == 1
    assert (ann["Status"], ann["ConvertedDate"]) == ("Closed - Converted", "2026-02-03")
    assert ann["ConvertedContactId"] == org.rows("Contact")[0]["Id"]
    assert ann["ConvertedAccountId"] == org.rows("Account")[0]["Id"]
    assert ann["ConvertedOpportunityId"] == org.rows("Opportunity")[0]["Id"]
    assert not bob.get("IsConverted")
    assert [
        row["CreatedDate"] for row in org.rows("LeadHistory") if row["Field"] == "leadConverted"
    ] == ["2026-02-03T04:05:06.000+0000"]


def test_a_lead_status_of_ones_own_is_declared(loaded: Loaded, org: Org) -> None:
    mapping = LEADS + '[Lead.status]\ncolumn = "status"\n'

    loaded(org, mapping, {"Lead": "id,name,company,status\n1,Ann,Acme,商談中\n"})

    assert "商談中" in {row["MasterLabel"] for row in org.rows("LeadStatus")}
    assert [row["Status"] for row in org.rows("Lead")] == ["商談中"]


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"Lead": "id,name\n"}, "Lead: {lead} has no column 'company'; it has id, name"),
        ({"Contact": "id\n"}, "--load Contact: the mapping has no [Contact]"),
        ({}, "--load: nothing to load; objects are Account, Lead, Contact, Opportunity"),
    ],
)
def test_files_that_do_not_fit_the_mapping_load_nothing(
    files: dict[str, str], problem: str, loaded: Loaded, org: Org
) -> None:
    with pytest.raises(MappingRefused) as refused:
        loaded(org, LEADS, files)

    said = refused.value.problems[0]
    assert said == problem or said.endswith(problem.removeprefix("Lead: {lead}"))
    assert not org.rows("Lead")


def test_files_that_a_mapping_needs_are_asked_for(loaded: Loaded, org: Org) -> None:
    with pytest.raises(MappingRefused) as refused:
        loaded(org, DEALS, {"Opportunity": FILES["Opportunity"]})

    assert refused.value.problems == (
        "Opportunity.joins.teams: needs --load teams=FILE",
        "Opportunity.lookups.AccountId: needs --load Account=FILE",
    )
