"""How the tests of reading pull from a portal and put words into its mouth."""

import json
from typing import Any

from bbm_core.records import (
    Page,
    Record,
    RecordKind,
    RecordRef,
    Removal,
    Watermark,
)
from connectors.contract import KindReading, Reading
from connectors.hubspot.watermark import Covered, watermark_of
from sandbox.faults import Action, Fault
from tests.connectors.hubspot.portal_world import SEGMENT, HubSpotWorld

CONTACT = RecordKind.CONTACT
DEAL = RecordKind.OPPORTUNITY


def pull(
    world: HubSpotWorld, kind: RecordKind = CONTACT, since: Watermark | None = None, **config: Any
) -> list[Page]:
    return list(world.connector(**config).pull(kind, since))


def caught_up(world: HubSpotWorld, kind: RecordKind = CONTACT, **config: Any) -> Watermark:
    """A watermark so old that the overlap no longer reaches what is there."""
    mark = pull(world, kind, **config)[-1].watermark
    world.rest()
    return pull(world, kind, mark, **config)[-1].watermark


def refs(pages: list[Page]) -> list[RecordRef]:
    return [record.ref for page in pages for record in page.records]


def removed(pages: list[Page]) -> list[Removal]:
    return [one for page in pages for one in page.removed]


def record(pages: list[Page], ref: RecordRef) -> Record:
    return next(one for page in pages for one in page.records if one.ref == ref)


def asked(world: HubSpotWorld, path: str, since: int = 0) -> int:
    found = world.sandbox.ledger.requests(service="hubspot", path_contains=path, since=since)
    return len(found)


def asked_with(world: HubSpotWorld, words: str) -> int:
    found = world.sandbox.ledger.requests(service="hubspot")
    return sum(words in one.query for one in found)


def covered(until: int, *, swept: int | None = None) -> Watermark:
    """The watermark of somebody who has everything before `until`, in milliseconds."""
    return watermark_of(Covered(until=until, swept=until if swept is None else swept))


def say(world: HubSpotWorld, method: str, path: str, body: str, **more: Any) -> None:
    action = Action(status=more.pop("status", 200), body=body)
    fault = Fault(action=action, method=method, path_contains=path, **more)
    world.sandbox.faults.add(fault)


def with_attributes(world: HubSpotWorld, names: list[str]) -> None:
    one = next(iter(world.reading.kinds.values()))
    wide = KindReading({name: name for name in names} | {"industry": SEGMENT}, one.written)
    world.reading = Reading(dict.fromkeys(RecordKind, wide), world.reading.history_since)


def as_json(value: Any) -> str:
    return json.dumps(value)


def next_page(cursor: str) -> dict[str, Any]:
    return {"next": {"after": cursor}}
