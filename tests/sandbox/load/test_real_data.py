"""Two real data sets load without a row parked, and their counts are those that are known."""

from collections import Counter
from pathlib import Path

import pytest

from sandbox.clock import SandboxClock
from sandbox.load import LoadReport, load, read_mapping
from sandbox.salesforce.intake import SalesforceIntake
from sandbox.salesforce.org import Org
from tests.sandbox.load.conftest import NOW

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
FLEETIO = {
    "Account": "accounts.csv",
    "Lead": "leads.csv",
    "Contact": "contacts.csv",
    "Opportunity": "opportunities.csv",
}
MAVEN = {
    "Account": "accounts.csv",
    "Opportunity": "sales_pipeline.csv",
    "sales_teams": "sales_teams.csv",
}


def _load(org: Org, folder: Path, name: str, files: dict[str, str]) -> LoadReport:
    intake = SalesforceIntake(org)
    plan = read_mapping(EXAMPLES / f"{name}.mapping.toml", intake.objects)
    return load(intake, {key: folder / file for key, file in files.items()}, plan)


@pytest.fixture(scope="module")
def fleetio(shared: Path) -> Org:
    """Loaded once: it is only read."""
    org = Org(SandboxClock(NOW))
    report = _load(org, shared / "data" / "fleetio_funnel", "fleetio", FLEETIO)
    assert not report.parked
    return org


@pytest.fixture(scope="module")
def maven(shared: Path) -> Org:
    """Loaded once: it is only read."""
    org = Org(SandboxClock(NOW))
    report = _load(org, shared / "data" / "maven_crm", "maven", MAVEN)
    assert not report.parked
    return org


def test_fleetio_is_converted_closed_and_won_as_known(fleetio: Org) -> None:
    leads, opportunities = fleetio.rows("Lead"), fleetio.rows("Opportunity")
    converted = [row for row in leads if row.get("IsConverted")]

    assert (len(leads), len(converted), len(opportunities)) == (946, 461, 461)
    assert len({row["ConvertedOpportunityId"] for row in converted}) == 461
    assert len({row["ConvertedAccountId"] for row in converted}) == 461
    assert sum(bool(row["IsClosed"]) for row in opportunities) == 372
    assert sum(bool(row["IsWon"]) for row in opportunities) == 317


def test_fleetio_is_ideal_at_every_stage_as_known(fleetio: Org) -> None:
    ideal = {"100-499", "500-999", ">1000"}
    size = {row["Id"]: row.get("Fleet_Size__c") for row in fleetio.rows("Account")}
    opportunities = fleetio.rows("Opportunity")

    def count(rows: list[dict[str, object]]) -> int:
        return sum(size[str(row["AccountId"])] in ideal for row in rows)

    assert sum(row.get("Fleet_Size__c") in ideal for row in fleetio.rows("Lead")) == 591
    assert count(opportunities) == 283
    assert count([row for row in opportunities if row["IsClosed"]]) == 229
    assert count([row for row in opportunities if row["IsWon"]]) == 198


def test_fleetio_opportunities_begin_when_the_lead_is_converted(fleetio: Org) -> None:
    made = {row["Id"]: row["CreatedDate"] for row in fleetio.rows("Opportunity")}
    entries = {
        row["LeadId"]: row["CreatedDate"]
        for row in fleetio.rows("LeadHistory")
        if row["Field"] == "leadConverted"
    }

    for lead in fleetio.rows("Lead"):
        if lead.get("IsConverted"):
            assert made[str(lead["ConvertedOpportunityId"])] == entries[str(lead["Id"])]


def test_maven_has_its_stages_and_its_won_value(maven: Org) -> None:
    opportunities = maven.rows("Opportunity")
    stages = Counter(row["StageName"] for row in opportunities)
    won = sum(float(str(row["Amount"])) for row in opportunities if row["IsWon"])

    assert len(maven.rows("Account")) == 85
    assert stages == {"Won": 4238, "Lost": 2473, "Engaging": 1589, "Prospecting": 500}
    assert sum(not row.get("AccountId") for row in opportunities) == 1425
    assert won == 10_005_534


def test_maven_is_ideal_at_every_stage_as_known(maven: Org) -> None:
    revenue = {row["Id"]: row.get("Revenue_Musd__c") for row in maven.rows("Account")}
    known = [row for row in maven.rows("Opportunity") if row.get("AccountId")]

    ideal = Counter(
        row["StageName"] for row in known if float(str(revenue[row["AccountId"]])) >= 2000
    )

    assert Counter(row["StageName"] for row in known) == {
        "Engaging": 501,
        "Lost": 2473,
        "Prospecting": 163,
        "Won": 4238,
    }
    assert ideal == {"Engaging": 181, "Lost": 1134, "Prospecting": 54, "Won": 1971}


def test_maven_opportunities_know_their_office(maven: Org) -> None:
    offices = Counter(
        row["Regional_Office__c"] for row in maven.rows("Opportunity") if row["IsClosed"]
    )

    assert offices == {"Central": 2604, "East": 1858, "West": 2249}
