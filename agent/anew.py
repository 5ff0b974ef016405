"""Kinds that are read anew, in as many runs as it takes: since when, and what was seen so far."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from agent.wiring import Agent
from bbm_core.records import RecordKind, RecordRef, Watermark

READING = "reading"
ANEW = "anew"
"""Facts of the store, by kind: what is read of it, and that it is being read anew."""


@dataclass(frozen=True, slots=True)
class Anew:
    """Since when a kind is read anew, by which reading, and what watermark it had before."""

    began: str
    reading: str
    before: Watermark

    def since(self, watermark: Watermark | None) -> Watermark | None:
        """Where to go on; at the beginning while no page was kept."""
        return None if watermark == self.before else watermark


def begin_anew(agent: Agent, *, full: bool) -> None:
    """Note what is to be read anew: every kind, or those of which other fields are read now.

    What is left half done goes on before everything is read once more, so that a reading that
    needs several runs comes to its end. Of a first load there is nothing to be noted.
    """
    full = full and not any(half_read(agent, kind) for kind in agent.kinds)
    for kind in agent.kinds:
        before = agent.store.watermark(kind)
        if before is not None and (full or _reads_otherwise(agent, kind)):
            now = agent.clock.now().isoformat()
            noted = asdict(Anew(now, agent.reading_digest(kind), before))
            agent.store.remember({f"{ANEW}.{kind}": json.dumps(noted)})
        if agent.store.fact(f"{READING}.{kind}") is None:
            agent.store.remember({f"{READING}.{kind}": agent.reading_digest(kind)})


def half_read(agent: Agent, kind: RecordKind) -> Anew | None:
    """How a kind is being read anew, if it is."""
    noted = agent.store.fact(f"{ANEW}.{kind}")
    return Anew(**json.loads(noted)) if noted else None


def seen_before(agent: Agent, kind: RecordKind, half: Anew) -> set[RecordRef]:
    """The records that earlier runs brought since the kind is read anew."""
    return set(agent.store.seen_since(kind, datetime.fromisoformat(half.began)))


def end_anew(agent: Agent, kind: RecordKind) -> None:
    """All of the kind was read, as it is read now."""
    facts = {f"{ANEW}.{kind}": "", f"{READING}.{kind}": agent.reading_digest(kind)}
    agent.store.remember(facts)


def _reads_otherwise(agent: Agent, kind: RecordKind) -> bool:
    """Whether what is kept, or half of it, was read in another way than the kind is read now."""
    half = half_read(agent, kind)
    known = half.reading if half else agent.store.fact(f"{READING}.{kind}")
    return known is not None and known != agent.reading_digest(kind)
