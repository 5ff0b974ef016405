"""A first load of leads by Bulk, killed once and resumed: memory, calls, and what was lost.

    nice python -m benchmarks.first_load --leads 1000000

The sandbox holds an org in this process; `bbm plan` reads, judges and keeps every lead in a process
of its own (nothing is written back), which is killed in the middle and started again. Memory is the
most that a process had resident, as the system counts it. Calls are those in the sandbox's ledger;
the least is one to make each job, the looks at it, and one for each 50,000 rows of its table.
"""

import argparse
import sqlite3
import time
from collections import Counter

from benchmarks.salesforce_org import (
    EVERY_MOVED,
    agent_process,
    by_kind,
    kind_of,
    large_org,
    least_calls,
    watched,
)
from sandbox.ledger import Exchange
from tests.end_to_end.company import STATE, Company


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--look-seconds", type=float, default=20.0, help="how long a job takes")
    asked = parser.parse_args()
    began = time.monotonic()
    with large_org(asked.leads, runs=True) as company:
        bulk = company.sandbox.salesforce.bulk
        bulk.looks, bulk.seconds = 1000, asked.look_seconds
        print(f"{asked.leads:,} leads after {time.monotonic() - began:.0f} s", flush=True)
        since = company.sandbox.ledger.last_seq()
        first = _killed(company, asked.leads)
        print(f"killed with {first:.0f} MiB, {_kept(company):,} leads kept", flush=True)
        began = time.monotonic()
        process = agent_process(company, "plan")
        second = watched(process, lambda: False)
        took = time.monotonic() - began
        calls = company.sandbox.ledger.requests(service="salesforce", since=since)
        print(f"resumed: exit {process.returncode}, {second:.0f} MiB, {took:.0f} s")
        _say(company, calls, asked.leads)


def _killed(company: Company, leads: int) -> float:
    """Kill the agent when it has kept half of the leads; the memory it had."""
    process = agent_process(company, "plan")
    return watched(process, lambda: _rows_kept(company) > leads // 2)


def _rows_kept(company: Company) -> int:
    try:
        return _kept(company)
    except sqlite3.OperationalError:
        return 0  # not made yet


def _kept(company: Company) -> int:
    return _one(company, "SELECT count(*) FROM record WHERE kind = 'lead'")


def _one(company: Company, query: str) -> int:
    with sqlite3.connect(company.folder / STATE, timeout=60) as state:
        return int(state.execute(query).fetchone()[0])


def _say(company: Company, calls: tuple[Exchange, ...], leads: int) -> None:
    moved = -(-leads // EVERY_MOVED)
    read = [one for one in calls if _is_pull(one)]
    least = least_calls(read, {"leads": leads, "history": moved})
    print(f"all calls of both runs: {sum(by_kind(calls).values())}, by kind {by_kind(calls)}")
    print(f"calls of the load: {len(read)}, {by_kind(read)}")
    print(f"least: {least}; {len(read) / least:.2f} of it")
    with sqlite3.connect(company.folder / STATE) as state:
        ids = Counter(id_ for (id_,) in state.execute("SELECT id FROM record WHERE kind = 'lead'"))
        entries = dict(state.execute("SELECT stage, count(*) FROM stage_entry GROUP BY stage"))
    there = {str(row["Id"]) for row in company.rows("Lead")}
    doubled = sum(count > 1 for count in ids.values())
    print(f"lost {len(there - ids.keys())}, doubled {doubled}, stage entries {entries}")
    print(f"(expected: acquisition {leads:,}, nurturing {moved:,})")


def _is_pull(one: Exchange) -> bool:
    """A call that reads leads or their history, as against logging in and looking at the org."""
    kinds = {"jobs made", "looks at jobs", "tables", "jobs dropped", "pages", "histories"}
    is_count = kind_of(one) == "counts" and "SystemModstamp" in "".join([one.query, *one.parts])
    return kind_of(one) in kinds or is_count


if __name__ == "__main__":
    main()
