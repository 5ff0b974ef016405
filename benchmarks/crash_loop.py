"""Kills a syncing agent again and again and proves the CRM afterwards: the long form of test_kill.

    python -m benchmarks.crash_loop --kills 20 --crm both
    python -m benchmarks.crash_loop --every            # each request, before and after

A line is one company: its first sync is killed up to four times and then left to finish.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from tests.end_to_end.company import CRMS, Crm
from tests.end_to_end.crashes import (
    Moment,
    every_moment,
    random_moments,
    requests_of_a_sync,
    sync_killed_at,
    watched_company,
    written_twice,
    wrong_records,
)

KILLS_A_LINE = 4


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    crms: tuple[Crm, ...] = CRMS if asked.crm == "both" else (asked.crm,)
    return max(_crash(crm, asked) for crm in crms)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Kill a syncing agent, and prove the CRM after.")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--every", action="store_true", help="each request, before and after")
    parser.add_argument("--crm", choices=(*CRMS, "both"), default="both")
    parser.add_argument("--records", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    return parser


def _crash(crm: Crm, asked: argparse.Namespace) -> int:
    """Kill until there were enough kills; 1 when a record is wrong or was written twice."""
    began, kills, starts, faults, settled = time.monotonic(), 0, 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        requests = requests_of_a_sync(crm, _new(folder, "rehearsal"), asked.records)
        for number, moments in enumerate(_lines(crm, requests, asked)):
            if kills >= asked.kills and not asked.every:
                break
            with watched_company(crm, _new(folder, str(number)), asked.records) as (one, wire):
                finish = sync_killed_at(one, wire, moments)
                wrong, twice = wrong_records(one), written_twice(one)
            kills, starts = kills + finish.kills, starts + finish.starts
            faults += len(wrong) + len(twice)
            settled += finish.body["counts"]["settled"]
            if wrong or twice:
                print(f"{crm} line {number} {moments}: wrong {wrong}, written twice {twice}")
    took = time.monotonic() - began
    print(
        f"{crm}: {kills} kills in {starts} starts of {requests} requests each, "
        f"{settled} writes settled by reading, {faults} faults, {took:.0f} s"
    )
    return 1 if faults else 0


def _lines(crm: Crm, requests: int, asked: argparse.Namespace) -> Iterator[Sequence[Moment]]:
    """The moments of one company after another."""
    if asked.every:
        yield from ([moment] for moment in every_moment(requests))
        return
    rng = Random(f"{asked.seed}/{crm}")
    while True:
        yield random_moments(rng, requests, KILLS_A_LINE)


def _new(folder: str, name: str) -> Path:
    path = Path(folder) / name
    path.mkdir()
    return path


if __name__ == "__main__":
    sys.exit(main())
