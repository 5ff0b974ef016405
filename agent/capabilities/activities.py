"""Activities as the CRM tells them, kept page by page beside those of a file."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent.wiring import Agent
from bbm_core.icp.engagement import activity_word
from bbm_core.records import Activity, RecordRef, Watermark
from connectors.capabilities import Capability, HappeningPage, KnowsActivities

TOPIC = Capability.ACTIVITIES.value

_LONGEST = 64


def keep_activities(agent: Agent, connector: KnowsActivities) -> frozenset[RecordRef]:
    """Read on from where the last reading stood; the records for which that changed anything."""
    touched: set[RecordRef] = set()
    for page in agent.retry.resume(_Puller(agent, connector)):
        told = {one.id: tuple(_worded(one.activities)) for one in page.happenings}
        touched |= agent.store.keep_happenings(told, TOPIC, page.watermark)
        agent.checkpoint()
    return frozenset(touched)


def forget_activities(agent: Agent) -> frozenset[RecordRef]:
    """What the CRM told is no longer to count."""
    touched = agent.store.keep_activities((), TOPIC, whole=True)
    agent.store.forget_told(TOPIC)
    return touched


class _Puller:
    """Reads on from the last page that was kept, however often it is started."""

    def __init__(self, agent: Agent, connector: KnowsActivities) -> None:
        self._store = agent.store
        self._connector = connector

    def __call__(self) -> Iterator[HappeningPage]:
        known = self._store.told_watermark(TOPIC)
        return self._connector.activities(Watermark(known) if known else None)


def _worded(activities: Sequence[Activity]) -> Iterator[Activity]:
    """In the words that [engagement] knows; one without a word is left out."""
    for one in activities:
        if what := activity_word(one.what)[:_LONGEST]:
            yield replace(one, what=what)
