"""Real books through the whole line: each figure is the one that is known, to the digit."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.books import Book, Figures, expected, printed, served

pytestmark = pytest.mark.timeout(300)  # thousands of records, and machines that do other work
MAVEN_STAGES = {"Engaging": "engaging", "Lost": "lost", "Prospecting": "prospecting", "Won": "won"}
FLEETIO_STAGES = {
    "1 lead": "lead",
    "2 converted (opportunity)": "opportunity",
    "3 closed": "closed",
    "4 won": "won",
}
Printed = Mapping[str, tuple[str, ...]]


@pytest.fixture(scope="module")
def figures(shared: Path) -> Figures:
    return Figures.of(shared)


def maven_files(shared: Path) -> Mapping[str, Path]:
    data = shared / "data" / "maven_crm"
    return {
        "Account": data / "accounts.csv",
        "Opportunity": data / "sales_pipeline.csv",
        "sales_teams": data / "sales_teams.csv",
    }


def fleetio_files(shared: Path) -> Mapping[str, Path]:
    data = shared / "data" / "fleetio_funnel"
    return {
        "Account": data / "accounts.csv",
        "Lead": data / "leads.csv",
        "Contact": data / "contacts.csv",
        "Opportunity": data / "opportunities.csv",
    }


def told(rows: Iterable[Mapping[str, str]], name: str) -> Printed:
    """A table of the page, by its first column."""
    return {row[name]: expected(row) for row in rows}


def ours(rows: Iterable[Mapping[str, Any]], name: str) -> Printed:
    """The rows of a balance, by span or slice."""
    return {row[name]: printed(row) for row in rows}


def by_stage(book: Book, stages: Mapping[str, str]) -> Mapping[str, Mapping[str, Any]]:
    """The whole inflow of each stage, under the page's name for it."""
    found = book.balance("--measure", "amount")
    return {name: found[stage][0] for name, stage in stages.items()}


def unknowns(rows: Iterable[Mapping[str, str]]) -> Mapping[str, int]:
    return {row["deal_stage"]: int(float(row["unknown"].replace(",", "") or "0")) for row in rows}


def won_value(row: Mapping[str, Any]) -> str:
    """The value in the ideal customers, as the page's sentence ends."""
    ideal = float(row["amount_icp"])
    whole = ideal + float(row["amount_not_icp"]) + float(row["amount_unknown"])
    return f"{row['icp']} worth {ideal:.0f} of {whole:.0f} = {ideal / whole:.6f}"


def agents_of(book: Book) -> Mapping[str, tuple[str, ...]]:
    """Each agent's closed, won, value, win rate, mean of what was won, and ICP of the closed."""
    closed = by_agent(book.balance("--stage", "closed", "--by", "sales_agent")["closed"])
    won = by_agent(book.balance("--stage", "won", "--by", "sales_agent")["won"])
    wins = by_agent(book.cohorts("--stage", "closed", "--by", "sales_agent")["closed"])
    return {name: agent_row(closed[name], won[name], wins[name]) for name in closed}


def by_agent(rows: Iterable[Mapping[str, Any]]) -> Mapping[str, Mapping[str, Any]]:
    return {row["slice"]: row for row in rows}


def agent_row(
    closed: Mapping[str, Any], won: Mapping[str, Any], wins: Mapping[str, Any]
) -> tuple[str, ...]:
    return (
        str(closed["total"]),
        str(won["total"]),
        f"{float(won['amount_icp']) + float(won['amount_not_icp']):,.2f}",
        f"{wins['all']['on_share']:.4f}",
        f"{won['mean_amount']:,.2f}",
        str(closed["icp"] + closed["not_icp"]),
        str(closed["icp"]),
        f"{closed['rate']:.4f}",
    )


def told_agents(rows: Iterable[Mapping[str, str]]) -> Mapping[str, tuple[str, ...]]:
    return {row["sales_agent"]: tuple(row.values())[1:] for row in rows}


def funnel_of(rows: Iterable[Mapping[str, Any]]) -> Mapping[str, tuple[int, int]]:
    """How many entered in each slice, and how many of them went on."""
    return {row["slice"]: (row["all"]["entered"], row["all"]["on"]) for row in rows}


def test_maven_is_as_known_under_either_rule(
    shared: Path, figures: Figures, tmp_path: Path
) -> None:
    """Prospects have no engage date: they stand in the month of the export, and in no table."""
    with served(maven_files(shared), "maven", "2018-01-02T00:00", tmp_path) as sandbox:
        sandbox.make_fields("maven-m1")
        by_sector = sandbox.read("maven-m1")
        by_revenue = sandbox.synced("maven-m2")

    undecided = unknowns(figures.table("### 1.3", "deal_stage", "n"))
    for section, book in (("### 1.3", by_revenue), ("### 1.4", by_sector)):
        stages = by_stage(book, MAVEN_STAGES)
        table = figures.table(section, "deal_stage", "n")
        assert {name: printed(row) for name, row in stages.items()} == told(table, "deal_stage")
        assert {name: row["unknown"] for name, row in stages.items()} == undecided
    assert_slices_of_maven(by_revenue, figures)


def assert_slices_of_maven(book: Book, figures: Figures) -> None:
    """By month, office and agent, and the value of what was won."""
    stages = by_stage(book, MAVEN_STAGES)
    months = book.balance("--each", "month")
    offices = book.balance("--stage", "pipeline", "--by", "regional_office")

    prospects = {"2018-01": printed(stages["Prospecting"])}
    engaged = {**told(figures.table("by engage month", "m", "n"), "m"), **prospects}
    assert ours(months["pipeline"], "span") == engaged
    closed = told(figures.table("won, by close month", "m", "n"), "m")
    assert ours(months["won"], "span") == closed
    by_office = figures.table("by regional office", "regional_office", "n")
    assert ours(offices["pipeline"], "slice") == told(by_office, "regional_office")
    assert agents_of(book) == told_agents(figures.table("### 1.5", "sales_agent", "closed"))
    value = figures.sentence("won opportunities and won value")
    assert value.endswith(won_value(stages["Won"]))


def test_fleetio_under_f1_is_as_known(shared: Path, figures: Figures, tmp_path: Path) -> None:
    with served(fleetio_files(shared), "fleetio", "2022-06-01T00:00", tmp_path) as sandbox:
        sandbox.make_fields("fleetio-f1")
        book = sandbox.synced("fleetio-f1")

        stages = by_stage(book, FLEETIO_STAGES)
        months = book.balance("--stage", "lead", "--each", "month")["lead"]
        sources = book.balance("--stage", "lead", "--by", "channel")["lead"]
        onward = book.cohorts()
        converted = book.cohorts("--stage", "lead", "--by", "fleet_size")["lead"]
        won = book.cohorts("--stage", "lead", "--to", "won", "--by", "fleet_size")["lead"]
        closed = book.cohorts("--stage", "closed", "--by", "fleet_size")["closed"]

    assert {name: printed(row) for name, row in stages.items()} == told(
        figures.table("## 13", "stage", "n"), "stage"
    )
    by_month = figures.table("leads by month and source", "m", "n")
    assert ours(months, "span") == told(by_month, "m")
    by_source = figures.table("leads by month and source", "source", "n")
    assert ours(sources, "slice") == told(by_source, "source")
    by_size = figures.table("| fleet_size | leads", "fleet_size", "leads")
    told_funnel = {
        row["fleet_size"]: tuple(int(row[n]) for n in ("leads", "converted", "won", "closed"))
        for row in by_size
    }
    wins, ends = funnel_of(won), funnel_of(closed)
    assert {
        size: (entered, on, wins[size][1], ends[size][0])
        for size, (entered, on) in funnel_of(converted).items()
        if size
    } == told_funnel
    told_rates = figures.sentence("leads 946, converted 461")
    (leads,), (ended,) = onward["lead"], onward["closed"]
    assert f"converted 461 = {leads['all']['on_share']:.6f};" in told_rates
    assert f"won 317 ({ended['all']['on_share']:.6f} of closed)" in told_rates
