"""Measures what a table of the balance takes on a million records and two years of cells.

Run it with `python benchmarks/kpis.py [RECORDS]`. It makes a book of records up, adds up their
cells, keeps them in a state file, and then asks for every KPI and slice that cells hold, each time
from the file. The limit is 10 seconds for all of them together. The processor's time is counted, so
that other work on the machine changes no result.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

from agent.breakdown import break_down
from agent.clock import SystemClock
from agent.cohorts import stage_chain
from agent.config.model import Settings
from agent.question import Each, Look, Measured, Question
from agent.slices import counted
from agent.store import Store
from agent.store.counting import add_cells
from agent.weigh import weigh
from agent.wiring import Books, build_rules
from bbm_core.balance.cells import (
    ZERO,
    CellKey,
    CellValue,
    JudgedEntry,
    Placement,
    Unit,
    record_cells,
    week_of,
)
from bbm_core.balance.funnel import StageEntry
from bbm_core.icp.classify import Flag
from bbm_core.scope import Segment

RECORDS = 1_000_000
WEEKS = 104
LIMIT_SECONDS = 10
STAGES = ("acquisition", "nurturing", "handover", "opportunity", "won", "customer")
SIZES = {"owner": 60, "industry": 20, "region": 12, "product": 10, "campaign": 80}
"""Slices of each dimension; the channel has 15."""


def main() -> None:
    records = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS
    with tempfile.TemporaryDirectory() as folder:
        books = made_up(Path(folder), records)
        seconds = {name: timed(ask) for name, ask in questions(books).items()}
        books.store.close()
    total = sum(seconds.values())
    print(json.dumps({"records": records, "seconds": seconds, "total": round(total, 2)}, indent=2))
    sys.exit(total > LIMIT_SECONDS)


def timed(ask: Callable[[], Any]) -> float:
    start = process_time()
    ask()
    return round(process_time() - start, 2)


def questions(books: Books) -> dict[str, Callable[[], Any]]:
    """The default table, and every KPI by every dimension."""
    whole = Question(whole_weeks=True)
    monday = week_of(books.clock.now())
    quarter = replace(whole, first=monday - timedelta(weeks=13), last=monday - timedelta(days=1))
    asked = {
        "all time by week": replace(whole, each=Each.WEEK),
        "accounts by week": replace(whole, each=Each.WEEK, unit=Unit.ACCOUNT),
        "amounts": replace(whole, measured=Measured.AMOUNT),
        "stock": replace(quarter, look=Look.STOCK, each=Each.WEEK),
    }
    for by in ("channel", "measure", "campaign", "team", "owner", "industry", "region", "product"):
        asked[f"inflow by {by}"] = replace(whole, by=by)
        asked[f"stock by {by}"] = replace(quarter, look=Look.STOCK, by=by)
    tables: dict[str, Callable[[], Any]] = {
        name: lambda question=question: break_down(books, STAGES, question)
        for name, question in asked.items()
    }
    return {
        "default table": lambda: weigh(books, {}),
        "chain": lambda: stage_chain(books, quarter),
        **tables,
    }


def made_up(folder: Path, records: int) -> Books:
    """A state with nothing but cells in it, as reading them takes nothing else."""
    people = ["id,team", *(f"owner {n},team {n % 8}" for n in range(SIZES["owner"]))]
    (folder / "people.csv").write_text("\n".join(people), encoding="utf-8")
    settings = Settings.model_validate(configuration(folder))
    rules = build_rules(settings)
    store = Store.open(f"sqlite:///{folder / 'bbm.db'}")
    clock = SystemClock()
    cells = added_up(records, rules.classifier.version, clock.now())
    store.keep(1, [], [], now=clock.now(), slices=counted(settings), judge_age_days=0)
    with store._writing() as connection:  # noqa: SLF001 - a million records are not judged here
        add_cells(connection, cells)
    print(f"{records:,} records make {len(cells):,} cells")
    return Books(settings, store, clock, rules, folder)


def added_up(records: int, version: str, now: datetime) -> dict[CellKey, CellValue]:
    """Ten records of one shape at a time, so that making the book up takes seconds."""
    each = 10
    sums: dict[CellKey, list[CellValue]] = {}
    for placement in placements(records // each, now):
        for key, value in record_cells(placement, version).items():
            sums.setdefault(key, []).append(value)
            if not key.dimension and key.unit is Unit.RECORD:
                account = key._replace(unit=Unit.ACCOUNT)
                sums.setdefault(account, []).append(value)
    return {key: times(sum(values, ZERO), each) for key, values in sums.items()}


def times(value: CellValue, count: int) -> CellValue:
    return CellValue._make(measure * count for measure in value)


def placements(records: int, now: datetime) -> Iterator[Placement]:
    chance = Random(7)
    for _ in range(records):
        start = now - timedelta(days=chance.uniform(0, 7 * WEEKS))
        flag = chance.choices(tuple(Flag), (30, 60, 10))[0]
        entries = []
        for stage in STAGES:
            left = start + timedelta(days=chance.expovariate(1 / 20))
            goes_on = chance.random() < 0.5 and left < now
            entries.append(JudgedEntry(StageEntry(stage, start, left if goes_on else None), flag))
            if not goes_on:
                break
            start = left
        slices = {name: f"{name} {chance.randrange(size)}" for name, size in SIZES.items()}
        slices["channel"] = f"channel {chance.randrange(15)}"
        amount = Decimal(chance.randrange(100, 10_000))
        yield Placement(
            entries=tuple(entries), flag=flag, segment=Segment.NEW, amount=amount, slices=slices
        )


def configuration(folder: Path) -> dict[str, Any]:
    attributes = {name: {"lead": f"{name}__c"} for name in SIZES if name != "owner"}
    criterion = {"id": "i", "attribute": "industry", "in": ["industry 1"], "points": 10}
    return {
        "crm": {
            "kind": "salesforce",
            "salesforce": {
                "url": "https://x.my.salesforce.com",
                "client_id": "k",
                "client_secret": "s",
            },
        },
        "kinds": {"lead": {}},
        "attributes": attributes,
        "icp": {"profiles": [{"name": "core", "criteria": [{**criterion, "role": "plus"}]}]},
        "stages": [
            {"name": name, "label": name, "enter": [{"kind": "lead", "when": "created"}]}
            for name in STAGES
        ],
        "slices": ["industry", "region", "product"],
        "campaign": "campaign",
        "measures": {
            f"m{n}": {"orientation": "volume", "channels": [f"channel {n}*"]} for n in range(1, 9)
        },
        "privacy": {"by_person": True},
        "inputs": {"people": "people.csv"},
        "state": {"url": f"sqlite:///{folder / 'bbm.db'}"},
    }


if __name__ == "__main__":
    main()
