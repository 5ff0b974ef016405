"""What sales said to leads and contacts in a field beside their status, as the CRM told it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from agent.store import Store
from agent.store.told import ToldRow
from agent.wiring import Agent
from bbm_core.book import BookRecord
from bbm_core.records import StatusEntry, Watermark
from connectors.capabilities import Capability, KnowsAcceptance, Said, SaidPage

TOPIC = Capability.ACCEPTANCE.value


def keep_acceptance(agent: Agent, connector: KnowsAcceptance) -> int:
    """Read on from where the last reading stood; to how many records something was said."""
    for page in agent.retry.resume(_Puller(agent, connector)):
        rows = [_row(one) for one in page.said if one.words]
        gone = [str(one.ref) for one in page.said if not one.words]
        agent.store.keep_told(TOPIC, rows, gone=gone, watermark=page.watermark)
        agent.checkpoint()
    return agent.store.told_number(TOPIC)


def with_words(records: Iterable[BookRecord], store: Store) -> Iterator[BookRecord]:
    """The records, with what sales said to them among their statuses."""
    told = {row.about: tuple(_words(row)) for row in store.told(TOPIC)}
    for record in records:
        words = told.get(str(record.ref)) if told else None
        if words:
            statuses = sorted((*record.statuses, *words), key=lambda one: one.at)
            yield replace(record, statuses=tuple(statuses))
        else:
            yield record


class _Puller:
    """Reads on from the last page that was kept, however often it is started."""

    def __init__(self, agent: Agent, connector: KnowsAcceptance) -> None:
        self._store = agent.store
        self._connector = connector

    def __call__(self) -> Iterator[SaidPage]:
        known = self._store.told_watermark(TOPIC)
        return self._connector.acceptance(Watermark(known) if known else None)


def _row(said: Said) -> ToldRow:
    words = [[one.status, one.at.isoformat()] for one in said.words]
    return ToldRow(str(said.ref), {"words": words}, about=str(said.ref))


def _words(row: ToldRow) -> Iterator[StatusEntry]:
    for status, at in row.body["words"]:
        yield StatusEntry(status, datetime.fromisoformat(at))
