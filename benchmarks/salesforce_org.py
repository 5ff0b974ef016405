"""An org of many leads in this process, and the agent as a process of its own beside it."""

import os
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

from agent.config.example import render
from sandbox.clock import SandboxClock
from sandbox.ledger import Exchange
from sandbox.server import DEFAULT_START, Sandbox
from tests.end_to_end.company import Company

INDUSTRIES = ("Manufacturing", "製造業", "Retail", "Transportation", "Technology")
MOVED = "Working - Contacted"
EVERY_MOVED = 4  # one lead in so many took another status


@contextmanager
def large_org(leads: int, *, runs: bool) -> Iterator[Company]:
    """A company with our fields and so many leads, a year of them, a quarter with a past."""
    now = datetime.now(UTC) if runs else DEFAULT_START
    sandbox = Sandbox(clock=SandboxClock(now, fixed=not runs))
    with sandbox.ledger.muted():
        fill(sandbox, leads, now)
    with sandbox, TemporaryDirectory() as folder:
        company = Company("salesforce", sandbox, Path(folder))
        _leads_alone(company.config)
        company.create_fields()
        yield company


def fill(sandbox: Sandbox, leads: int, now: datetime) -> None:
    org = sandbox.salesforce
    org.define_field("Lead", "Existing_Customer__c", "Checkbox")
    org.history.track("Lead", ["Status"])
    fill_leads(sandbox, leads, now)


def fill_leads(sandbox: Sandbox, leads: int, now: datetime) -> None:
    """A year of leads, of which the last changed a day before now."""
    org = sandbox.salesforce
    step = timedelta(days=365) / max(leads, 1)
    for number in range(leads):
        at = now - timedelta(days=366) + number * step
        id_ = org.create("Lead", _values(number), at=at)
        if number % EVERY_MOVED == 0:
            org.update("Lead", id_, {"Status": MOVED}, at=at + timedelta(hours=8))


def _values(number: int) -> Mapping[str, object]:
    return {
        "LastName": f"佐藤 {number}",
        "Company": f'楓ロボティクス株式会社 {number}, "K"',
        "Title": "Head of Production,\nTokyo",
        "Industry": INDUSTRIES[number % len(INDUSTRIES)],
        "NumberOfEmployees": number % 3000,
        "Country": "Japan",
        "LeadSource": "Web",
        "Email": f"person{number}@example.com",
    }


def _leads_alone(config: Path) -> None:
    """Let the configuration read leads and nothing else."""
    values = tomllib.loads(config.read_text(encoding="utf-8"))
    others = set(values["kinds"]) - {"lead"}
    values["kinds"] = {"lead": values["kinds"]["lead"]}
    for attribute in values["attributes"].values():
        for kind in others:
            attribute.pop(kind, None)
    named = {name: one for name, one in values["attributes"].items() if "lead" in one}
    values["attributes"] = named
    for scope in ("filters", "business"):
        values["scope"][scope] = [one for one in values["scope"][scope] if one["kind"] == "lead"]
    values["stages"] = [
        one for one in values["stages"] if {way["kind"] for way in one["enter"]} == {"lead"}
    ]
    config.write_text(render(values, ("Leads alone.",)), encoding="utf-8")


def agent_process(company: Company, command: str) -> subprocess.Popen[bytes]:
    """The agent as people run it."""
    arguments = [sys.executable, "-m", "agent", command, "--config", str(company.config)]
    environment = {**os.environ, **company.environment, **_PATIENT}
    with (company.folder / "told.txt").open("ab") as told:
        return subprocess.Popen(arguments, env=environment, stdout=told, stderr=told)  # noqa: S603


# The sandbox finds a job's rows at once, which takes it half a minute for a million.
_PATIENT = {
    "BBM_CRM__SALESFORCE__READ_SECONDS": "300",
    "BBM_CRM__SALESFORCE__TOTAL_SECONDS": "900",
}


def watched(process: subprocess.Popen[bytes], stop: Callable[[], bool]) -> float:
    """Wait until the process ends, or until `stop` says so, and kill it; its peak in MiB.

    The peak of `wait4` will not do: it begins with that of the process it was forked from.
    """
    most = 0.0
    while process.poll() is None:
        most = max(most, peak(process.pid))
        if stop():
            process.kill()
            process.wait()
        time.sleep(0.2)
    return most


def peak(pid: int | str) -> float:
    """The most memory a process ever had resident, in MiB; nothing when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if "VmHWM" in line), 0)


KINDS = (
    ("/oauth2/", "logins"),
    ("/results", "tables"),
    ("/batches", "uploads"),
    ("Results", "tables of what was written"),
    ("/describe", "describes"),
    ("/composite/sobjects/", "read back"),
    ("/composite/sobjects", "collections"),
    ("/limits", "limits"),
)

# The ledger keeps the beginning of a query: pages alone name all that is read.
QUERIES = (
    ("SELECT Id, CreatedDate, SystemModstamp", "pages"),
    ("FROM Organization", "looks at the org"),
    ("History WHERE", "histories"),
    ("COUNT()", "counts"),
    ("SELECT", "other queries"),
)


def kind_of(one: Exchange) -> str:
    """What a call was for; a page that came along with something else is a page."""
    if "/jobs/" in one.path and not {"results", "batches"} & {one.path.rpartition("/")[2]}:
        if one.path.endswith("Results"):
            return "tables of what was written"
        words = {"POST": "jobs made", "GET": "looks at jobs", "DELETE": "jobs dropped"}
        return words.get(one.method, "jobs closed")
    if "/query" in one.path and "/jobs/" not in one.path:
        return _kind_of_queries([one.query])
    if one.path.endswith("/composite"):
        return _kind_of_queries(one.parts)
    return next((name for part, name in KINDS if part in one.path), "other")


def _kind_of_queries(asked: Sequence[str]) -> str:
    """The first of these that is among what was asked in one call."""
    return next((name for part, name in QUERIES if any(part in one for one in asked)), "other")


def by_kind(calls: Sequence[Exchange]) -> Mapping[str, int]:
    return dict(sorted(Counter(map(kind_of, calls)).items()))


def least_calls(calls: Sequence[Exchange], rows: Mapping[str, int]) -> int:
    """One to make each job, the looks that were made, and one for each 50,000 rows."""
    looks = sum(kind_of(one) == "looks at jobs" for one in calls)
    return looks + sum(1 + ceil(count / 50_000) for count in rows.values())
