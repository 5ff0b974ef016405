"""The calls of one hour: ten thousand contacts changed, a fifth of them with another verdict.

    nice python -m benchmarks.hubspot_hourly --contacts 50000 --changed 10000

Ten thousand is one per cent of a million; what does not change costs no call, so that a smaller
portal around them shows the same. The agent runs in this process by the sandbox's clock. Before the
hour, people changed as many contacts in the minutes that overlap with it as in any others; they are
read twice. In the hour after it other contacts change, and what the agent wrote in the first comes
back, too: no filter of HubSpot's can leave it out, so that hour is held against the least of calls
that bring so many. Calls are those in the sandbox's ledger. All of it three times: with a list of
properties that one search brings, that two bring, and that neither does. An hour over its figure
ends the run with exit code 1.
"""

import argparse
import sys
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.config.example import render
from benchmarks.hubspot_portal import by_kind, kind_of, large_portal
from sandbox.ledger import Exchange
from tests.end_to_end.company import AGAIN, YES, Company

HOUR = 3600
EVERY_OTHER_VERDICT = 5
OVERLAP = timedelta(minutes=5)
KINDS = (
    ("one search", 0, 78, 200),
    ("two searches", 60, 187, 100),
    ("batch read", 140, 187, 200 / 3),
)
"""How values come, how many further properties make them come so, the most calls of an hour, and
how many contacts one call brings."""

MOST_OF_THE_LEAST = 1.1
"""As the figures of the hour are to 50 or 150 calls for reading and 20 for writing."""

MANY = {
    "BBM_BUDGET__ORG_PERCENT": "90",
    "BBM_BUDGET__RUN_PERCENT": "80",
    "BBM_GUARDS__MAX_FLIPS": "1000000",
    "BBM_GUARDS__MAX_FLIP_PERCENT": "100",
    "BBM_GUARDS__MAX_WRITES": "10000000",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=20_000)
    parser.add_argument("--changed", type=int, default=10_000)
    asked = parser.parse_args()
    over = 0
    for what, more, most, at_once in KINDS:
        print(f"values by {what}: at most {most} calls for 10,000 changed", flush=True)
        with _company(asked.contacts, more) as company:
            _settle(company, asked.changed)
            over += _hour(company, 1, asked.changed).calls > most
            after = _hour(company, 2, asked.changed)
            least = ceil(after.read / at_once) + ceil(after.written / 100)
            print(f"  {after.calls / least:.2f} of the least for so many, {least}")
            over += after.calls > MOST_OF_THE_LEAST * least
    print("over" if over else "no hour over its figure")
    sys.exit(min(over, 1))


def _settle(company: Company, changed: int) -> None:
    """A first load, and two hours in whose last minutes people changed what they do in as many."""
    for order in (YES, AGAIN, AGAIN):
        if order is AGAIN:
            _change_at_the_end(company, changed)
        report = company.sync(order, **MANY)
        answers = dict(report.delivery.answers)
        print(f"{report.ending}, {report.intake.read.total():,} read, {answers}", flush=True)
        company.sandbox.clock.advance(HOUR)


@contextmanager
def _company(contacts: int, more: int) -> Iterator[Company]:
    with large_portal(contacts, runs=False) as sandbox, TemporaryDirectory() as folder:
        company = Company("hubspot", sandbox, Path(folder))
        _contacts_alone(company, more)
        company.create_fields()
        yield company


def _contacts_alone(company: Company, more: int) -> None:
    """Let the configuration read contacts and nothing else, and judge them by their industry."""
    values = tomllib.loads(company.config.read_text(encoding="utf-8"))
    values["kinds"] = {"contact": values["kinds"]["contact"]}
    named = [f"a_property_with_quite_a_long_name_{number:02d}" for number in range(more)]
    for name in named:
        company.sandbox.hubspot.define_property("contacts", name)
    values["attributes"] = {"industry": {"contact": "industry"}} | {
        n: {"contact": n} for n in named
    }
    criterion = {
        "id": "industry",
        "label": "Industry",
        "role": "plus",
        "points": 100,
        "attribute": "industry",
        "equals": "Manufacturing",
    }
    values["icp"] = {"profiles": [{"name": "core", "threshold": 50, "criteria": [criterion]}]}
    values["scope"], values["slices"] = {}, ["industry"]
    values["stages"] = [one for one in values["stages"] if _of_contacts(one)]
    for section in ("accounts", "engagement", "ltv", "capabilities"):
        values.pop(section, None)
    company.config.write_text(render(values, ("Contacts alone.",)), encoding="utf-8")


def _of_contacts(stage: dict[str, object]) -> bool:
    ways = stage["enter"]
    assert isinstance(ways, list)
    return {way["kind"] for way in ways} == {"contact"}


@dataclass(frozen=True, slots=True)
class _Hour:
    """What one hour took, its preflight left out."""

    calls: int
    read: int
    written: int


def _hour(company: Company, hour: int, changed: int) -> _Hour:
    _change(company, hour, changed)
    since = company.sandbox.ledger.last_seq()
    report = company.sync(AGAIN, **MANY)
    calls = company.sandbox.ledger.requests(service="hubspot", since=since)
    answers = {answer.value: count for answer, count in report.delivery.answers.items()}
    print(f"hour {hour}: {report.ending}, {report.intake.read.total():,} read, {answers}")
    look = len(_look(calls))
    print(f"  preflight: {look} calls; the hour: {len(calls) - look}, {by_kind(calls[look:])}")
    return _Hour(len(calls) - look, report.intake.read.total(), report.delivery.answers.total())


def _look(calls: Sequence[Exchange]) -> Sequence[Exchange]:
    """What was asked before the first window: the portal, its definitions, its counts."""
    looks = [at for at, one in enumerate(calls) if kind_of(one) == "looks at the portal"]
    return calls[: looks[-1] + 1]


def _change_at_the_end(company: Company, changed: int) -> None:
    """What changes in the minutes that the next hour reads again; no verdict does."""
    portal = company.sandbox.hubspot
    some = round(changed * OVERLAP.total_seconds() / HOUR)
    with company.sandbox.ledger.muted():
        for number, row in enumerate(portal.rows("contacts")[-some:]):
            at = company.sandbox.clock.now() - OVERLAP * (number / some)
            values = {"phone": f"03-0-{at:%H}-{number}"}
            portal.update("contacts", row["hs_object_id"], values, at=at, by="human")
    company.sandbox.clock.advance(60)


def _change(company: Company, hour: int, changed: int) -> None:
    """Spread over an hour; then a minute until it is read."""
    portal = company.sandbox.hubspot
    step = timedelta(seconds=HOUR / changed)
    began = company.sandbox.clock.now()
    ids = [row["hs_object_id"] for row in portal.rows("contacts")]
    ids = ids[(hour - 1) * changed : hour * changed]
    company.sandbox.clock.advance(HOUR)
    with company.sandbox.ledger.muted():
        for number, id_ in enumerate(ids):
            values = {"phone": f"03-{hour}-{number}"}
            if number % EVERY_OTHER_VERDICT == 0:
                values["industry"] = "Retail"
            portal.update("contacts", id_, values, at=began + number * step, by="human")
    company.sandbox.clock.advance(60)


if __name__ == "__main__":
    main()
