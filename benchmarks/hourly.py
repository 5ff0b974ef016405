"""The calls of one hour: ten thousand leads changed, a fifth of them with another verdict.

    nice python -m benchmarks.hourly --leads 20000 --around 980000

Ten thousand is one per cent of a million. The agent reads and writes `--leads` of them beforehand;
those `--around` them are in the org alone, and last changed before the agent first came: what does
not change is not asked for. The agent runs in this process by the sandbox's clock. The first hour
follows a quiet one; the second follows the first, so that what the agent wrote in it comes back,
and what changed in its last quarter is read again. Calls are those in the sandbox's ledger. Where
an hour takes more of them than the figures below allow, that is said, and the exit code is 1.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import timedelta

from agent.cycle import Ending
from benchmarks.salesforce_org import by_kind, fill_leads, kind_of, large_org
from sandbox.ledger import Exchange
from sandbox.server import DEFAULT_START
from tests.end_to_end.company import AGAIN, YES, Company

HOUR = 3600
EVERY_OTHER_VERDICT = 5
MOST = {"pages and collections": 17, "calls in all": 25}
SMALL, LARGE = 1, 700  # employees on either side of the profile's limit


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=20_000)
    parser.add_argument("--changed", type=int, default=10_000)
    parser.add_argument("--around", type=int, default=0)
    asked = parser.parse_args()
    with large_org(asked.leads, runs=False) as company:
        began = time.monotonic()
        for order in (YES, AGAIN, AGAIN):
            report = company.sync(order, **_MANY)
            answers = dict(report.delivery.answers)
            print(f"{report.ending}, {report.intake.read.total():,} read, {answers}", flush=True)
            company.sandbox.clock.advance(HOUR)
        print(f"loaded and written after {time.monotonic() - began:.0f} s", flush=True)
        with company.sandbox.ledger.muted():
            fill_leads(company.sandbox, asked.around, DEFAULT_START)
        print(f"{len(company.rows('Lead')):,} leads in the org", flush=True)
        kept = [_hour(company, hour, asked.changed) for hour in (1, 2)]
    return 0 if all(kept) else 1


_MANY = {
    "BBM_BUDGET__ORG_PERCENT": "90",
    "BBM_BUDGET__RUN_PERCENT": "80",
    "BBM_GUARDS__MAX_FLIPS": "1000000",
    "BBM_GUARDS__MAX_FLIP_PERCENT": "100",
    "BBM_GUARDS__MAX_WRITES": "10000000",
}


def _hour(company: Company, hour: int, changed: int) -> bool:
    """Whether the hour kept to the figures and did what there was to do."""
    _change(company, hour, changed)
    since = company.sandbox.ledger.last_seq()
    began = time.process_time()
    report = company.sync(AGAIN, **_MANY)
    took = time.process_time() - began
    calls = company.sandbox.ledger.requests(service="salesforce", since=since)
    answers = {answer.value: count for answer, count in report.delivery.answers.items()}
    read = report.intake.read.total()
    print(f"hour {hour}: {report.ending}, {read:,} read, {answers}, {took:.0f} s of CPU")
    print(f"  {by_kind(calls)}")
    return _kept(calls) and report.ending is Ending.COMPLETE and read >= changed


def _kept(calls: Sequence[Exchange]) -> bool:
    core = sum(kind_of(one) in {"pages", "collections"} for one in calls)
    found = {"pages and collections": core, "calls in all": len(calls)}
    for name, count in found.items():
        print(f"  {name}: {count} of {MOST[name]}{', over' if count > MOST[name] else ''}")
    return all(count <= MOST[name] for name, count in found.items())


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
