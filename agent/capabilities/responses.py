"""The channel of the first campaign that a record answered, for records that name none."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from agent.capabilities.use import in_use
from agent.store import Store
from agent.store.told import ToldRow
from agent.wiring import Agent
from bbm_core.records import Page, Record, RecordKind, RecordRef, Watermark
from connectors.capabilities import Capability, KnowsResponses, Response, ResponsePage

TOPIC = Capability.RESPONSES.value
KINDS = frozenset({RecordKind.LEAD, RecordKind.CONTACT})

Fill = Callable[[Mapping[RecordRef, str]], None]
"""Gives kept records their channel, those that have one excepted."""


def keep_responses(agent: Agent, connector: KnowsResponses, fill: Fill) -> int:
    """Read on from where the last reading stood; how many answers are known then.

    Channels are filled before the watermark moves, so a run that dies between does both again.
    """
    for page in agent.retry.resume(_Puller(agent, connector)):
        told = [one for one in page.responses if one.ref is not None]
        fill(_earliest(agent.store, told))
        gone = [one.id for one in page.responses if one.ref is None]
        agent.store.keep_told(TOPIC, map(_row, told), gone=gone, watermark=page.watermark)
        agent.checkpoint()
    return agent.store.told_number(TOPIC)


def with_first_touch(page: Page, agent: Agent) -> Page:
    """The page with the channel of the first answer where a record names none."""
    if page.kind not in KINDS or Capability.RESPONSES not in in_use(agent.settings):
        return page
    lacking = [record.ref for record in page.records if record.channel is None]
    channels = _kept(agent.store, lacking)
    return replace(page, records=tuple(filled(page.records, channels)))


def filled(records: Iterable[Record], channels: Mapping[RecordRef, str]) -> Iterator[Record]:
    """The records, with these channels where they have none."""
    for record in records:
        found = channels.get(record.ref)
        yield record._replace(channel=found) if found and record.channel is None else record


class _Puller:
    """Reads on from the last page that was kept, however often it is started."""

    def __init__(self, agent: Agent, connector: KnowsResponses) -> None:
        self._store = agent.store
        self._connector = connector

    def __call__(self) -> Iterator[ResponsePage]:
        known = self._store.told_watermark(TOPIC)
        return self._connector.responses(Watermark(known) if known else None)


def _kept(store: Store, refs: Iterable[RecordRef]) -> Mapping[RecordRef, str]:
    by_text = {str(ref): ref for ref in refs}
    rows = store.told_about(TOPIC, by_text)
    return {by_text[about]: channel for about, channel in _first(rows).items()}


def _earliest(store: Store, told: Iterable[Response]) -> Mapping[RecordRef, str]:
    """The channel of each record's first answer, what was told before included."""
    by_text = {str(one.ref): one.ref for one in told if one.ref is not None}
    rows = [*store.told_about(TOPIC, by_text), *map(_row, told)]
    return {by_text[about]: channel for about, channel in _first(rows).items()}


def _first(rows: Iterable[ToldRow]) -> Mapping[str, str]:
    """By record; of two answers of one day the one with the lower id."""
    ordered = sorted(rows, key=lambda row: (row.body["on"], row.id), reverse=True)
    return {row.about: row.body["channel"] for row in ordered}


def _row(one: Response) -> ToldRow:
    on = one.on.isoformat() if one.on else ""
    return ToldRow(one.id, {"channel": one.channel, "on": on}, about=str(one.ref))
