"""Exports become a portal: lookups turn into associations, stages into a pipeline."""

from collections.abc import Callable

from sandbox.hubspot.portal import Portal
from sandbox.load import LoadReport

Loaded = Callable[..., LoadReport]
MAPPING = """
[companies]
id = "id"
fields = { name = "name", industry = "industry", sector = "sector" }
custom = { sector = { label = "Sector" } }
[contacts]
id = "id"
created = "created"
fields = { email = "email", lastname = "name" }
lookups = { companies = { column = "company", object = "companies" } }
[contacts.status]
column = "stage"
values = { Prospect = "lead", Client = "customer" }
[deals]
id = "id"
created = "created"
fields = { dealname = "id", amount = "value" }
lookups = { companies = { column = "company", object = "companies" } }
[deals.status]
column = "stage"
first = "Engaging"
since = "closed"
won = ["Won"]
lost = ["Lost"]
"""
FILES = {
    "companies": "id,name,industry,sector\n1,Acme,RETAIL,shops\n2,Beta,NO_SUCH,mines\n",
    "contacts": "id,name,email,company,stage,created\n"
    "7,Ann,ann@acme.example,1,Client,2026-01-05\n8,Bob,bob@acme.example,,Prospect,2026-01-06\n"
    "9,Eve,ann@acme.example,,Prospect,2026-01-07\n",
    "deals": "id,company,stage,created,closed,value\nd1,1,Won,2026-01-05,2026-03-01,10\n"
    "d2,,Engaging,2026-01-05,,\n",
}


def test_lookups_become_primary_companies(loaded: Loaded, portal: Portal) -> None:
    loaded(portal, MAPPING, FILES)
    company = portal.rows("companies")[0]["hs_object_id"]

    contacts = {row["lastname"]: row.get("associatedcompanyid") for row in portal.rows("contacts")}
    deals = {
        row["dealname"]: row.get("hs_primary_associated_company") for row in portal.rows("deals")
    }

    assert contacts == {"Ann": company, "Bob": None}
    assert deals == {"d1": company, "d2": None}


def test_stages_of_ones_own_become_a_pipeline(loaded: Loaded, portal: Portal) -> None:
    loaded(portal, MAPPING, FILES)
    won, open_ = portal.rows("deals")

    assert (won["pipeline"], won["dealstage"], won["hs_is_closed_won"]) == ("loaded", "Won", "true")
    assert won["hs_v2_date_entered_Engaging"] == "2026-01-05T00:00:00Z"
    assert won["hs_v2_date_entered_Won"] == "2026-03-01T00:00:00Z"
    assert (open_["dealstage"], open_["hs_is_closed"]) == ("Engaging", "false")


def test_known_stages_stay_in_the_default_pipeline(loaded: Loaded, portal: Portal) -> None:
    files = {
        "companies": FILES["companies"],
        "deals": "id,company,stage,created,closed,value\nd1,1,closedwon,2026-01-05,,10\n",
    }
    mapping = MAPPING.replace('first = "Engaging"\n', "")

    loaded(portal, mapping, files)

    assert [row["pipeline"] for row in portal.rows("deals")] == ["default"]


def test_what_the_portal_refuses_is_parked(loaded: Loaded, portal: Portal) -> None:
    report = loaded(portal, MAPPING, FILES)

    parked = [(one.file, one.line) for one in report.parked]

    assert parked == [("companies.csv", 3), ("contacts.csv", 4)]
    assert "NO_SUCH" in report.parked[0].reason
    assert report.parked[1].reason
    assert [row["sector"] for row in portal.rows("companies")] == ["shops"]


def test_lifecycle_stages_are_taken_under_their_own_names(loaded: Loaded, portal: Portal) -> None:
    loaded(portal, MAPPING, FILES)

    stages = {row["lastname"]: row["lifecyclestage"] for row in portal.rows("contacts")}

    assert stages == {"Ann": "customer", "Bob": "lead"}
