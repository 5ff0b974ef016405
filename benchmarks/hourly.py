"""The calls of one hour: ten thousand leads changed, a fifth of them with another verdict.

    nice python -m benchmarks.hourly --leads 100000 --changed 10000

Ten thousand is one per cent of a million; what does not change costs no call, so that a smaller org
around them shows the same. The agent runs in this process by the sandbox's clock. The first hour
follows a quiet one; the second follows the first, so that what the agent wrote in it comes back,
and what changed in its last quarter is read again. Calls are those in the sandbox's ledger.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import timedelta

from benchmarks.salesforce_org import by_kind, kind_of, large_org
from sandbox.ledger import Exchange
from tests.end_to_end.company import AGAIN, YES, Company

HOUR = 3600
EVERY_OTHER_VERDICT = 5
WRITES = ("collections", "uploads", "jobs made", "jobs closed", "looks at jobs", "jobs dropped")
SMALL, LARGE = 1, 700  # employees on either side of the profile's limit


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--changed", type=int, default=10_000)
    asked = parser.parse_args()
    with large_org(asked.leads, runs=False) as company:
        began = time.monotonic()
        for order in (YES, AGAIN, AGAIN):
            report = company.sync(order, **_MANY)
            answers = dict(report.delivery.answers)
            print(f"{report.ending}, {report.intake.read.total():,} read, {answers}", flush=True)
            company.sandbox.clock.advance(HOUR)
        print(f"loaded and written after {time.monotonic() - began:.0f} s", flush=True)
        for hour in (1, 2):
            _hour(company, hour, asked.changed)


_MANY = {
    "BBM_BUDGET__ORG_PERCENT": "90",
    "BBM_BUDGET__RUN_PERCENT": "80",
    "BBM_GUARDS__MAX_FLIPS": "1000000",
    "BBM_GUARDS__MAX_FLIP_PERCENT": "100",
    "BBM_GUARDS__MAX_WRITES": "10000000",
}


def _hour(company: Company, hour: int, changed: int) -> None:
    _change(company, hour, changed)
    since = company.sandbox.ledger.last_seq()
    report = company.sync(AGAIN, **_MANY)
    calls = company.sandbox.ledger.requests(service="salesforce", since=since)
    answers = {answer.value: count for answer, count in report.delivery.answers.items()}
    print(f"hour {hour}: {report.ending}, {report.intake.read.total():,} read, {answers}")
    print(f"  {len(calls)} calls: {by_kind(calls)}")
    for call in calls:
        if kind_of(call) in {"other", "other queries"}:
            print(f"    {call.method} {call.path} {call.query[:80]}")
    print(f"  pages and collections: {_core(calls)}")


def _core(calls: Sequence[Exchange]) -> int:
    return sum(kind_of(one) in {"pages", "collections"} for one in calls)


def _change(company: Company, hour: int, changed: int) -> None:
    """Spread over an hour; then half a minute until it is read."""
    org = company.sandbox.salesforce
    step = timedelta(seconds=HOUR / changed)
    others = slice((hour - 1) * changed, hour * changed)
    began = company.sandbox.clock.now()
    every = [str(row["Id"]) for row in company.rows("Lead")]
    company.sandbox.clock.advance(HOUR)
    with company.sandbox.ledger.muted():
        for number, id_ in enumerate(every[others]):
            values: dict[str, object] = {"Phone": f"03-{hour}-{number}"}
            if number % EVERY_OTHER_VERDICT == 0:
                values["NumberOfEmployees"] = LARGE if hour % 2 else SMALL
            org.update("Lead", id_, values, at=began + number * step, by="human")
    company.sandbox.clock.advance(60)


if __name__ == "__main__":
    sys.exit(main())
