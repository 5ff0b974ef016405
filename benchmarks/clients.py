"""Reading every lead: the agent's connector beside simple-salesforce, by pages and by Bulk.

    nice python -m benchmarks.clients --leads 100000

Each reader is a process of its own that asks for the same fields of the same org and keeps nothing
but a digest of all rows; the digests must be equal before anything is timed. The client's settings
are the best that it documents: `query_all_iter`, and `bulk2.query` with its pages of 50,000 and the
shortest wait before its first look. CPU and memory are the process's own, as the system counts
them. Then the sandbox leaves a row out of every page though it counts it, and each says what it
brought.
"""

import argparse
import csv
import hashlib
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import requests
from simple_salesforce import Salesforce, SalesforceLogin

from bbm_core.errors import BBMError
from bbm_core.records import RecordKind
from benchmarks.salesforce_org import large_org, peak
from connectors.contract import KindReading, Ports, Reading
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.connector import build
from sandbox.salesforce.apps import AGENT_APP
from tests.end_to_end.company import Company

READERS = ("agent", "query_all_iter", "bulk2")
WAIT_SECONDS = 1
FIELDS = ("Id", "Name", "Industry", "Company", "Title", "NumberOfEmployees", "SystemModstamp")
SOQL = f"SELECT {', '.join(FIELDS)} FROM Lead WHERE IsDeleted = false"  # noqa: S608  our own names
URL = "https://kaede.my.salesforce.com"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--reader", choices=READERS, help="what this process is to read with")
    parser.add_argument("--proxy")
    parser.add_argument("--ca-file")
    asked = parser.parse_args()
    if asked.reader:
        print(json.dumps(_read(asked.reader, asked.proxy, asked.ca_file)))
        return
    with large_org(asked.leads, runs=True) as company:
        company.sandbox.salesforce.bulk.looks = 1
        whole = {reader: _run(company, reader) for reader in READERS}
        digests = {str(found["digest"]) for found in whole.values()}
        assert len(digests) == 1, whole
        print(f"{asked.leads:,} leads; the rows of all readers are equal\n")
        print(f"{'reader':<16}{'CPU s':>8}{'wall s':>8}{'MiB':>8}{'calls':>8}")
        for reader in READERS:
            print(_line(reader, _run(company, reader)), flush=True)
        company.sandbox.salesforce.bulk.lost_rows = 1
        print("\nwhere a row is missing from every table of a bulk job:")
        for reader in ("agent", "bulk2"):
            found = _run(company, reader)
            said = found.get("error") or f"{found['rows']:,} rows and no word about it"
            print(f"  {reader}: {said}")


def _run(company: Company, reader: str) -> dict[str, object]:
    since = company.sandbox.ledger.last_seq()
    arguments = [sys.executable, "-m", "benchmarks.clients", "--reader", reader]
    arguments += ["--proxy", company.sandbox.url, "--ca-file", company.sandbox.ca_file]
    began = time.monotonic()
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE)  # noqa: S603  ourselves
    assert process.stdout is not None
    said = process.stdout.read()
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    calls = company.sandbox.ledger.requests(service="salesforce", since=since)
    return {
        **json.loads(said),
        "cpu": usage.ru_utime + usage.ru_stime,
        "wall": time.monotonic() - began,
        "calls": len(calls),
    }


def _line(reader: str, found: dict[str, object]) -> str:
    figures = "".join(f"{found[name]:>8.1f}" for name in ("cpu", "wall", "mib"))
    return f"{reader:<16}{figures}{found['calls']:>8}"


def _read(reader: str, proxy: str, ca_file: str) -> dict[str, object]:
    rows = {"agent": _by_agent, "query_all_iter": _by_pages, "bulk2": _by_bulk2}[reader]
    total, count = 0, 0
    try:
        for row in rows(proxy, ca_file):
            raw = "\x00".join(row).encode()
            total ^= int.from_bytes(hashlib.blake2b(raw, digest_size=16).digest())
            count += 1
    except BBMError as error:
        return {"error": f"{type(error).__name__}: {error}", "rows": count}
    return {"digest": f"{total:x}", "rows": count, "mib": peak("self")}


def _by_agent(proxy: str, ca_file: str) -> Iterator[Sequence[str]]:
    attributes = {"industry": "Industry", "company": "Company", "title": "Title"}
    kind = KindReading({**attributes, "employees": "NumberOfEmployees"}, {}, status="Status")
    config = SalesforceConfig(
        url=URL,
        client_id=AGENT_APP.key,
        client_secret=AGENT_APP.secret,
        proxy=proxy,
        ca_file=Path(ca_file),
        bulk_query_from=1,
        read_seconds=300.0,  # the sandbox finds a job's rows before it answers
        total_seconds=900.0,
    )
    clock = partial(datetime.now, UTC)
    ports = Ports(lambda _: None, lambda *_: None, time.sleep, clock)
    # A history that begins now: the others ask for none.
    connector = build(config, Reading({RecordKind.LEAD: kind}, clock()), ports)
    for page in connector.pull(RecordKind.LEAD, None):
        for record in page.records:
            known = record.attributes
            yield (
                record.ref.id,
                record.name,
                *(str(known[name]) for name in (*attributes, "employees")),
                record.modified.isoformat(),
            )


def _client(proxy: str, ca_file: str) -> Salesforce:
    session = requests.Session()
    session.trust_env = False
    session.verify, session.proxies = ca_file, {"https": proxy}
    token, instance = SalesforceLogin(
        domain="kaede.my",
        consumer_key=AGENT_APP.key,
        consumer_secret=AGENT_APP.secret,
        session=session,
    )
    return Salesforce(session_id=token, instance=instance, version="66.0", session=session)


def _by_pages(proxy: str, ca_file: str) -> Iterator[Sequence[str]]:
    for row in _client(proxy, ca_file).query_all_iter(SOQL):
        yield (*(str(row[name]) for name in FIELDS[:-1]), _time(row["SystemModstamp"]))


def _by_bulk2(proxy: str, ca_file: str) -> Iterator[Sequence[str]]:
    leads = _client(proxy, ca_file).bulk2.Lead
    for page in leads.query(SOQL, wait=WAIT_SECONDS):
        rows = csv.reader(io.StringIO(page, newline=""))
        next(rows)
        for row in rows:
            yield (*row[:-1], _time(row[-1]))


def _time(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).isoformat()


if __name__ == "__main__":
    main()
