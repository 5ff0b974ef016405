"""A first load of contacts, killed once and resumed: calls, memory, time, what was lost.

    nice python -m benchmarks.hubspot_load --contacts 1000000 [--export]

The sandbox holds the portal in this process, lets 190 calls in every ten seconds pass and lists by
ids. The connector pulls in a process of its own, which keeps each page's ids with its watermark in
one transaction; it is killed in the middle and started again. Time is the sandbox's clock: it runs
with real time, and a wait for the pace moves it on instead of being slept. So it says how long a
portal without any latency takes; what eight cursors make of latency is not in it. With `--export`
the records come from one file, for which the sandbox takes a minute, however many they are.
"""

import argparse
import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import HttpUrl, SecretStr

from agent.clock import RemoteClock
from agent.retry import Retry
from bbm_core.records import RecordKind, Watermark
from benchmarks.hubspot_portal import (
    PROPERTIES,
    by_kind,
    ended,
    large_portal,
    most_memory,
    reader,
)
from connectors.contract import KindReading, Ports, Reading
from connectors.hubspot.config import HubSpotConfig
from connectors.hubspot.connector import build
from sandbox.hubspot.tokens import RUNNING_SCOPES, RUNNING_TOKEN
from sandbox.server import Sandbox

PER_TEN_SECONDS = 190
EXPORTER = "pat-na1-5a4db0c5-0000-4000-8000-0000000000e1"
ROWS = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=50_000)
    parser.add_argument("--pull", nargs=2, metavar=("URL", "FILE"), help="be the one that pulls")
    parser.add_argument("--export", action="store_true")
    asked = parser.parse_args()
    if asked.pull:
        _pull(*asked.pull, export=asked.export)
        return
    began = time.monotonic()
    with large_portal(asked.contacts, runs=True) as sandbox, TemporaryDirectory() as folder:
        print(f"{asked.contacts:,} contacts after {time.monotonic() - began:.0f} s", flush=True)
        sandbox.hubspot.knobs.calls_per_ten_seconds = PER_TEN_SECONDS
        sandbox.hubspot.tokens.add(EXPORTER, RUNNING_SCOPES | {"crm.export"})
        _load(sandbox, Path(folder) / "kept.db", asked.contacts, export=asked.export)


def _load(sandbox: Sandbox, file: Path, contacts: int, *, export: bool) -> None:
    began, real = sandbox.clock.now(), time.monotonic()
    arguments = ("--pull", sandbox.url, str(file), *(("--export",) if export else ()))
    first = reader("benchmarks.hubspot_load", *arguments)
    while first.poll() is None and _kept(file) < contacts // 2:
        time.sleep(0.2)
    memory = most_memory(first.pid)
    first.kill()
    ended(first)
    print(f"killed with {_kept(file):,} kept, {memory:.0f} MiB", flush=True)
    second = ended(reader("benchmarks.hubspot_load", *arguments))
    assert second["exit"] == 0, "the second run failed; its error stands above"
    took = (sandbox.clock.now() - began).total_seconds()
    print(f"resumed: {second['mib']:.0f} MiB, CPU {second['cpu']:.0f} s")
    calls = sandbox.ledger.requests(service="hubspot")
    refused = sum(one.status == 429 for one in calls)
    least = -(-contacts // ROWS)
    print(f"calls of both runs: {len(calls):,}, {by_kind(calls)}; {refused} of them refused")
    print(f"least: {least:,}; {len(calls) / least:.3f} of it")
    allowed = least / PER_TEN_SECONDS * 10
    print(f"time by the sandbox's clock: {took:.0f} s; the limit allows {allowed:.0f} s")
    print(f"{took / allowed:.2f} of it ({time.monotonic() - real:.0f} s of real time)")
    there = {row["hs_object_id"] for row in sandbox.hubspot.rows("contacts")}
    kept = _ids(file)
    print(f"lost {len(there - kept.keys())}, brought twice {sum(n > 1 for n in kept.values())}")


def _kept(file: Path) -> int:
    try:
        with closing(sqlite3.connect(file, timeout=60)) as state:
            return int(state.execute("SELECT coalesce(max(rowid), 0) FROM brought").fetchone()[0])
    except sqlite3.OperationalError:
        return 0  # not made yet


def _ids(file: Path) -> dict[str, int]:
    with closing(sqlite3.connect(file, timeout=60)) as state:
        return dict(state.execute("SELECT id, times FROM brought"))


def _pull(url: str, file: str, *, export: bool) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as state:
        state.execute("CREATE TABLE IF NOT EXISTS brought (id TEXT PRIMARY KEY, times INT)")
        state.execute("CREATE TABLE IF NOT EXISTS mark (only INT PRIMARY KEY, text TEXT)")

        def since() -> Watermark | None:
            found = state.execute("SELECT text FROM mark").fetchone()
            return Watermark(found[0]) if found else None

        kind = KindReading({name: name for name in PROPERTIES}, {})
        clock = RemoteClock(url)
        ports = Ports(lambda _: None, lambda *_: None, clock.wait, clock.now)
        token, worth = (EXPORTER, 1) if export else (RUNNING_TOKEN, 0)
        config = HubSpotConfig(token=SecretStr(token), url=HttpUrl(url), exports_from=worth)
        reading = Reading({RecordKind.CONTACT: kind}, clock.now())
        with closing(build(config, reading, ports)) as connector:
            # Whoever was killed may have left the window full: then the first call is refused.
            pages = Retry(clock).resume(lambda: connector.pull(RecordKind.CONTACT, since()))
            for page in pages:
                state.execute("BEGIN")
                state.executemany(
                    "INSERT INTO brought VALUES (?, 1)"
                    " ON CONFLICT (id) DO UPDATE SET times = times + 1",
                    [(record.ref.id,) for record in page.records],
                )
                state.execute("INSERT OR REPLACE INTO mark VALUES (1, ?)", (page.watermark,))
                state.execute("COMMIT")
    print(json.dumps({"mib": most_memory()}))


if __name__ == "__main__":
    main()
