"""A portal of many contacts in this process, and who reads it as a process of its own."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox.clock import SandboxClock
from sandbox.ledger import Exchange
from sandbox.server import DEFAULT_START, Sandbox

INDUSTRIES = ("Manufacturing", "製造業", "Retail", "Transportation", "Technology")
PROPERTIES = (
    "firstname",
    "lastname",
    "jobtitle",
    "company",
    "industry",
    "country",
    "city",
    "email",
    "hs_analytics_source",
    "hs_lead_status",
    "lifecyclestage",
    "lastmodifieddate",
)
"""The twelve that the readers are measured with."""


@contextmanager
def large_portal(contacts: int, *, runs: bool) -> Iterator[Sandbox]:
    """So many contacts, a year of them; the clock runs, or moves only when it is waited for."""
    now = datetime.now(UTC) if runs else DEFAULT_START
    sandbox = Sandbox(clock=SandboxClock(now, fixed=not runs))
    sandbox.hubspot.knobs.id_cursors = True
    with sandbox.ledger.muted():
        fill(sandbox, contacts, now)
    with sandbox:
        yield sandbox


def fill(sandbox: Sandbox, contacts: int, now: datetime) -> None:
    step = timedelta(days=365) / contacts
    for number in range(contacts):
        at = now - timedelta(days=366) + number * step
        sandbox.hubspot.create("contacts", _values(number), at=at, by="IMPORT")


def _values(number: int) -> Mapping[str, object]:
    return {
        "firstname": "太郎",
        "lastname": f"佐藤 {number}",
        "jobtitle": "Head of Production, Tokyo",
        "company": f'楓ロボティクス株式会社 {number % 9000}, "K"',
        "industry": INDUSTRIES[number % len(INDUSTRIES)],
        "country": "Japan",
        "city": "東京都",
        "email": f"person{number}@example.com",
        "hs_analytics_source": "ORGANIC_SEARCH",
        "hs_lead_status": "NEW",
    }


def reader(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    """A process that reads the portal and says in JSON what it brought."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE)  # noqa: S603 -- ourselves


def ended(process: subprocess.Popen[bytes]) -> Mapping[str, object]:
    """What a process said at its end, and its CPU seconds."""
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    return {**(json.loads(said) if said else {}), "exit": process.returncode, "cpu": cpu}


def most_memory(process: int | str = "self") -> float:
    """The most memory that a process had since it began, in MiB.

    `ru_maxrss` would not do: a child's begins with what its parent has.
    """
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return next(int(one.split()[1]) for one in status.splitlines() if "VmHWM" in one) / 1024


def kind_of(one: Exchange) -> str:
    """What a call was for."""
    if one.path.endswith("/search"):
        return "searches"
    if one.path.endswith("/batch/read"):
        return "batch reads"
    if one.path.endswith("/batch/update"):
        return "batch updates"
    if "export" in one.path:
        return "exports"
    if one.method == "GET" and "/objects/" in one.path:
        return "lists"
    return "looks at the portal"


def by_kind(calls: Sequence[Exchange]) -> Mapping[str, int]:
    return dict(sorted(Counter(map(kind_of, calls)).items()))
