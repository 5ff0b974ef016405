"""Two real books through funnel, cells and tallies, against figures computed apart from us."""

import csv
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bbm_core.balance.cells import Cells, JudgedEntry, Placement, merge, record_cells
from bbm_core.balance.funnel import StageRule, StageSpec, When, stage_entries
from bbm_core.balance.tally import Period, by_slice, inflow, stock
from bbm_core.icp.classify import Flag
from bbm_core.icp.profile import Label
from bbm_core.records import Money, Outcome, Record, RecordKind, RecordRef, StatusEntry
from bbm_core.scope import Segment

LEAD, OPPORTUNITY = RecordKind.LEAD, RecordKind.OPPORTUNITY
ALWAYS = Period(date(2015, 12, 28), date(2029, 12, 31))
Row = Mapping[str, str]


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def at(text: str) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def stage(name: str, kind: RecordKind, when: When, *status: str) -> StageSpec:
    rule = StageRule(kind=kind, when=when, status=status)
    return StageSpec(name=name, label=Label(en=name), enter=(rule,))


def cells(record: Record, flag: Flag, funnel: tuple[StageSpec, ...], channel: str = "") -> Cells:
    entries = tuple(JudgedEntry(entry, flag) for entry in stage_entries(record, funnel))
    placement = Placement(
        entries=entries,
        flag=flag,
        segment=Segment.NEW,
        amount=record.amount.amount if record.amount else None,
        slices={"channel": channel},
    )
    return record_cells(placement, "v1")


FLEETIO = (
    stage("lead", LEAD, When.CREATED),
    stage("opportunity", OPPORTUNITY, When.CREATED),
    stage("closed", OPPORTUNITY, When.CLOSED),
    stage("won", OPPORTUNITY, When.WON),
)


def fleetio(folder: Path) -> Iterator[Cells]:
    def flag(size: str) -> Flag:
        return Flag.YES if size in {"100-499", "500-999", ">1000"} else Flag.NO

    for row in rows(folder / "leads.csv"):
        created = at(row["created_at"].rstrip("Z"))
        assert created is not None
        converted = at(row["converted_at"].rstrip("Z"))
        ref = RecordRef(LEAD, row["id"])
        lead = Record(ref=ref, created=created, modified=created, converted_at=converted)
        yield cells(lead, flag(row["fleet_size"]), FLEETIO, row["source"])
    sizes = {row["id"]: row["fleet_size"] for row in rows(folder / "accounts.csv")}
    for row in rows(folder / "opportunities.csv"):
        yield cells(_deal(row), flag(sizes[row["account_id"]]), FLEETIO)


def _deal(row: Row) -> Record:
    created = at(row["created_at"].rstrip("Z"))
    assert created is not None
    closed, won = row["is_closed"] == "TRUE", row["is_won"] == "TRUE"
    outcome = Outcome.WON if won else Outcome.LOST if closed else Outcome.OPEN
    return Record(
        ref=RecordRef(OPPORTUNITY, row["id"]),
        created=created,
        modified=created,
        outcome=outcome,
        closed_at=at(row["closed_at"].rstrip("Z")),
    )


@pytest.fixture(scope="module")
def fleetio_cells(shared: Path) -> Cells:
    return merge(*fleetio(shared / "data" / "fleetio_funnel"))


@pytest.mark.parametrize(
    ("name", "total", "icp"),
    [("lead", 946, 591), ("opportunity", 461, 283), ("closed", 372, 229), ("won", 317, 198)],
)
def test_the_funnel_of_fleetio_has_its_published_counts(
    fleetio_cells: Cells, name: str, total: int, icp: int
) -> None:
    tally = inflow(fleetio_cells, name, ALWAYS)

    assert (tally.total, tally.icp, tally.unknown) == (total, icp, 0)


def test_what_left_a_stage_of_fleetio_is_not_in_its_stock(fleetio_cells: Cells) -> None:
    names = ("lead", "opportunity", "closed", "won")

    there = [stock(fleetio_cells, name, ALWAYS.last).total for name in names]

    # 461 leads converted, 372 of 461 opportunities closed, 317 of those won.
    assert there == [946 - 461, 461 - 372, 372 - 317, 317]


def test_the_sources_of_fleetio_have_their_published_counts(fleetio_cells: Cells) -> None:
    slices = by_slice(fleetio_cells, "lead", ALWAYS, "channel")

    assert {name: (tally.known, tally.icp) for name, tally in slices.items()} == {
        "Content Form": (182, 113),
        "Demo Request": (184, 117),
        "Organic": (193, 112),
        "Spreadsheet Tool": (195, 125),
        "Trial": (192, 124),
    }


MAVEN = (
    stage("prospecting", OPPORTUNITY, When.STATUS, "Prospecting"),
    stage("engaging", OPPORTUNITY, When.STATUS, "Engaging"),
    stage("won", OPPORTUNITY, When.WON),
    stage("lost", OPPORTUNITY, When.LOST),
)
LOADED = datetime(2017, 12, 31, tzinfo=UTC)  # a deal without a date counts from the load


def maven(folder: Path) -> Iterator[Cells]:
    revenue = {row["account"]: Decimal(row["revenue"]) for row in rows(folder / "accounts.csv")}
    for row in rows(folder / "sales_pipeline.csv"):
        worth = revenue.get(row["account"])
        decided = Flag.YES if worth is not None and worth >= 2000 else Flag.NO
        yield cells(_opportunity(row), Flag.UNKNOWN if worth is None else decided, MAVEN)


def _opportunity(row: Row) -> Record:
    created = at(row["engage_date"]) or LOADED
    outcome = {"Won": Outcome.WON, "Lost": Outcome.LOST}.get(row["deal_stage"], Outcome.OPEN)
    value = row["close_value"]
    return Record(
        ref=RecordRef(OPPORTUNITY, row["opportunity_id"]),
        created=created,
        modified=created,
        statuses=(StatusEntry(row["deal_stage"], created),),
        outcome=outcome,
        closed_at=at(row["close_date"]),
        amount=Money(Decimal(value), "USD") if value else None,
    )


@pytest.fixture(scope="module")
def maven_cells(shared: Path) -> Cells:
    return merge(*maven(shared / "data" / "maven_crm"))


@pytest.mark.parametrize(
    ("name", "known", "icp", "unknown"),
    [
        ("prospecting", 163, 54, 337),
        ("engaging", 501, 181, 1088),
        ("won", 4238, 1971, 0),
        ("lost", 2473, 1134, 0),
    ],
)
def test_the_stages_of_maven_have_their_published_counts(
    maven_cells: Cells, name: str, known: int, icp: int, unknown: int
) -> None:
    entered = inflow(maven_cells, name, ALWAYS)

    assert (entered.known, entered.icp, entered.unknown) == (known, icp, unknown)
    assert stock(maven_cells, name, ALWAYS.last) == entered


def test_the_won_value_of_maven_in_the_icp_is_the_published_one(maven_cells: Cells) -> None:
    won = inflow(maven_cells, "won", ALWAYS)

    assert won.amount_icp == 4_891_952
    assert won.amount_icp + won.amount_not_icp == 10_005_534
    assert won.amount_rate == pytest.approx(0.488925, abs=5e-7)
