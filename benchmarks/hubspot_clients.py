"""Reading every contact: the connector beside hubspot-api-client, and bytes to records alone.

    nice python -m benchmarks.hubspot_clients --contacts 20000

Each reader is a process of its own that asks the same portal for the same twelve properties and
keeps nothing but a digest of all rows; the digests must be equal before anything is timed. The
client reads by `get_all`, which gathers every model object, and by `get_page`, whose objects are
let go page by page. CPU and memory are the process's own, as the system counts them. Then a page of
100 contacts is turned from bytes into records, and into the client's model objects, over and over
and in turns, without any network, Python's collector set as `bbm` sets it. 1 ms of CPU is wanted
for records where the objects take 9.3 to 10.0 ms; a machine of another speed takes other times, so
their ratio must hold, and else this exits 1.
"""

import argparse
import gc
import hashlib
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import orjson
from hubspot import HubSpot
from pydantic import HttpUrl, SecretStr

from agent.cli import COLLECT_AFTER
from bbm_core.records import Record, RecordKind
from benchmarks.hubspot_portal import PROPERTIES, ended, large_portal, most_memory, reader
from connectors.contract import KindReading, Ports, Reading
from connectors.hubspot.complaint import parsed
from connectors.hubspot.config import HubSpotConfig
from connectors.hubspot.connector import HubSpotConnector, build
from connectors.hubspot.pull import translated
from connectors.hubspot.session import Row, records_of
from sandbox.hubspot.tokens import RUNNING_TOKEN
from sandbox.server import Sandbox

READERS = ("agent", "agent, one cursor", "get_page", "get_all")
ROUNDS = 40
IN_A_ROW = 10  # pages come one after another; who alternates times a processor's cold memory
LEAST_RATIO = 10.0  # of the time for model objects to that for records
MODEL = "CollectionResponseSimplePublicObjectWithAssociationsForwardPaging"
READING = Reading(
    {RecordKind.CONTACT: KindReading({name: name for name in PROPERTIES}, {})},
    datetime(2026, 1, 1, tzinfo=UTC),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=20_000)
    parser.add_argument("--reader", nargs=2, metavar=("NAME", "URL"), help="be one that reads")
    asked = parser.parse_args()
    if asked.reader:
        print(json.dumps(_read(*asked.reader)))
        return 0
    with large_portal(asked.contacts, runs=True) as sandbox:
        sandbox.hubspot.knobs.calls_per_ten_seconds = 1_000_000
        compared = {name: _run(sandbox, name) for name in READERS}
        assert len({one["digest"] for one in compared.values()}) == 1, compared
        print(f"{asked.contacts:,} contacts; the rows of all readers are equal\n")
        print(f"{'reader':<20}{'CPU s':>8}{'MiB':>8}{'calls':>8}")
        for name in READERS:
            found = _run(sandbox, name)
            figures = f"{found['cpu']:>8.1f}{found['mib']:>8.0f}{found['calls']:>8}"
            print(f"{name:<20}{figures}", flush=True)
        return _say_bytes_to_records(sandbox)


def _run(sandbox: Sandbox, name: str) -> Mapping[str, object]:
    since = sandbox.ledger.last_seq()
    found = ended(reader("benchmarks.hubspot_clients", "--reader", name, sandbox.url))
    return {**found, "calls": len(sandbox.ledger.requests(service="hubspot", since=since))}


def _read(name: str, url: str) -> dict[str, object]:
    total, count = 0, 0
    for row in _ROWS[name](url):
        raw = "\x00".join(row).encode()
        total ^= int.from_bytes(hashlib.blake2b(raw, digest_size=16).digest())
        count += 1
    return {"digest": f"{total:x}", "rows": count, "mib": most_memory()}


def _by_agent(url: str, cursors: int) -> Iterator[Sequence[str]]:
    with closing(_connector(url, cursors)) as connector:
        for page in connector.pull(RecordKind.CONTACT, None):
            for record in page.records:
                yield _told(record)


def _told(record: Record) -> Sequence[str]:
    known = record.attributes
    values = (known[name] for name in PROPERTIES[:-1])
    return (record.ref.id, *map(str, values), record.modified.isoformat())


def _connector(url: str, cursors: int) -> HubSpotConnector:
    ports = Ports(lambda _: None, lambda *_: None, time.sleep, partial(datetime.now, UTC))
    config = HubSpotConfig(
        token=SecretStr(RUNNING_TOKEN),
        url=HttpUrl(url),
        cursors=cursors,
        calls_per_ten_seconds=1_000_000,
    )
    return build(config, READING, ports)


def _by_pages(url: str) -> Iterator[Sequence[str]]:
    pages = _client(url).crm.contacts.basic_api
    after = None
    while True:
        page = pages.get_page(limit=100, after=after, properties=list(PROPERTIES))
        yield from map(_of_model, page.results)
        if page.paging is None:
            return
        after = page.paging.next.after


def _by_get_all(url: str) -> Iterator[Sequence[str]]:
    return map(_of_model, _client(url).crm.contacts.get_all(properties=list(PROPERTIES)))


def _of_model(one: object) -> Sequence[str]:
    held: Mapping[str, str] = one.properties  # type: ignore[attr-defined]  # the client's model
    modified = datetime.fromisoformat(held["lastmodifieddate"]).isoformat()
    return (held["hs_object_id"], *(held[name] for name in PROPERTIES[:-1]), modified)


def _client(url: str) -> HubSpot:
    return HubSpot(access_token=RUNNING_TOKEN, host=url, base_url=url)


_ROWS: Mapping[str, Callable[[str], Iterator[Sequence[str]]]] = {
    "agent": partial(_by_agent, cursors=8),
    "agent, one cursor": partial(_by_agent, cursors=1),
    "get_page": _by_pages,
    "get_all": _by_get_all,
}


def _say_bytes_to_records(sandbox: Sandbox) -> int:
    """In turns with the client's model objects: the machine is not equally fast all the time."""
    with closing(_connector(sandbox.url, 1)) as connector:
        kind = READING.kinds[RecordKind.CONTACT]
        lens = connector._portal.lens(RecordKind.CONTACT, kind)  # noqa: SLF001 -- the same as a pull's
        pages = connector._session.client.crm.objects.basic_api  # noqa: SLF001 -- the same as a pull's
        answer = connector._session.ask(  # noqa: SLF001 -- the same as a pull's
            pages.get_page, "contacts", limit=100, properties=list(lens.properties)
        )
    raw = orjson.dumps(answer)
    client = _client(sandbox.url).crm.contacts.basic_api.api_client
    ways: Mapping[str, Callable[[], Sequence[object]]] = {
        "records": lambda: translated(lens, _rows(raw), {}),
        "model objects": lambda: client.deserialize(_Body(raw), MODEL).results,
    }
    assert all(isinstance(one, Record) for one in ways["records"]())
    spent: dict[str, list[float]] = {name: [] for name in ways}
    gc.set_threshold(COLLECT_AFTER, 50, 100)
    for _ in range(ROUNDS):
        for name, way in ways.items():
            for _ in range(IN_A_ROW):
                began = time.process_time()
                brought = way()
                spent[name].append((time.process_time() - began) * 1000)
                assert len(brought) == len(_rows(raw))
    print(f"\n{len(_rows(raw))} contacts ({len(raw):,} bytes) from bytes, in ms of CPU:")
    for name, each in spent.items():
        print(f"{name:<20}{min(each):>8.2f} at the least, {statistics.median(each):.2f} usually")
    ratio = min(spent["model objects"]) / min(spent["records"])
    over = "" if ratio >= LEAST_RATIO else f"; {LEAST_RATIO:.0f} times is wanted"
    print(f"model objects take {ratio:.1f} times as long{over}")
    return 1 if over else 0


def _rows(raw: bytes) -> list[Row]:
    page = parsed(raw)
    assert isinstance(page, dict)
    return records_of(page)


@dataclass(frozen=True, slots=True)
class _Body:
    """As much of an answer as the client's models are made from."""

    data: bytes


if __name__ == "__main__":
    sys.exit(main())
