"""Kills the agent's process as `kill -9` does, at chosen moments, and starts it again until done.

A moment is a request of the agent: before it is carried out, after it was and before the answer
goes out, or a little later, while the agent works on the answer.
"""

import json
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Any

from sandbox.wire import Answer, Request, Service
from tests.end_to_end.company import Company, Crm, company, opinions, standing
from tests.end_to_end.processes import Command

TIMEOUT_SECONDS = 90
LATER_SECONDS = 0.05
MOST_STARTS = 60


class When(StrEnum):
    """Which instant of a request."""

    BEFORE = "before"  # it arrived, nothing was done
    AFTER = "after"  # it was carried out; the answer is lost
    LATER = "later"  # it was answered, and the agent goes on for some milliseconds


@dataclass(frozen=True, slots=True)
class Moment:
    """A request of a process, counted from 1 among those to such a path, and the instant of it."""

    request: int
    when: When
    after_seconds: float = 0.0
    path_contains: str = ""


@dataclass(slots=True)
class Finish:
    """How a line of kills ended."""

    kills: int = 0
    starts: int = 0
    requests: int = 0
    body: Mapping[str, Any] = field(default_factory=dict)


class Tripwire:
    """Serves as the service behind it does, and at the set moment calls `trip`."""

    def __init__(self, behind: Service) -> None:
        self._behind = behind
        self._lock = threading.Lock()
        self._moment: Moment | None = None
        self._trip: Callable[[], None] = lambda: None
        self._matching = 0
        self.requests = 0

    def set(self, moment: Moment | None, trip: Callable[[], None]) -> None:
        with self._lock:
            self._moment, self._trip, self._matching, self.requests = moment, trip, 0, 0

    def handle(self, request: Request) -> Answer:
        moment = self._due(request)
        if moment is None:
            return self._behind.handle(request)
        if moment.when is When.BEFORE:
            self._trip()
            return Answer(503)
        answer = self._behind.handle(request)
        if moment.when is When.AFTER:
            self._trip()
        else:
            threading.Timer(moment.after_seconds, self._trip).start()
        return answer

    def _due(self, request: Request) -> Moment | None:
        """The moment, if this request is it."""
        with self._lock:
            self.requests += 1
            if self._moment is None or self._moment.path_contains not in request.path:
                return None
            self._matching += 1
            return self._moment if self._matching == self._moment.request else None


@contextmanager
def watched_company(crm: Crm, folder: Path, size: int) -> Iterator[tuple[Company, Tripwire]]:
    """A company whose clock runs, with a tripwire before its CRM."""
    with company(crm, folder, size=size, runs=True) as one:
        wire = Tripwire(one.sandbox._doors[crm].service)
        one.sandbox.register(crm, wire)
        yield one, wire


def sync_killed_at(one: Company, wire: Tripwire, moments: Sequence[Moment]) -> Finish:
    """Run `sync --yes`; each process is killed at its moment, the last one is left to finish."""
    finish, coming = Finish(), list(moments)
    while finish.starts < MOST_STARTS:
        moment = coming.pop(0) if coming else None
        finish.starts += 1
        process = _sync(one)
        wire.set(moment, process.kill)
        process.start()
        code, out, errors = process.finish(TIMEOUT_SECONDS)
        finish.requests = wire.requests
        if code == -signal.SIGKILL:
            finish.kills += 1
            continue
        assert code == 0, errors
        finish.body = json.loads(out)
        return finish
    raise AssertionError(f"Not done after {MOST_STARTS} starts.")


def requests_of_a_sync(crm: Crm, folder: Path, size: int) -> int:
    """How many requests an undisturbed first sync of such a company makes."""
    with watched_company(crm, folder, size) as (one, wire):
        return sync_killed_at(one, wire, ()).requests


def random_moments(rng: Random, requests: int, count: int) -> list[Moment]:
    """Moments between the first read and the last receipt, every instant as likely."""
    return [
        Moment(rng.randint(1, requests), rng.choice(tuple(When)), rng.uniform(0, LATER_SECONDS))
        for _ in range(count)
    ]


def every_moment(requests: int) -> Iterator[Moment]:
    """Each request, before and after it is carried out."""
    for number in range(1, requests + 1):
        yield Moment(number, When.BEFORE)
        yield Moment(number, When.AFTER)


def wrong_records(one: Company) -> Mapping[tuple[str, str], tuple[object, object]]:
    """What the CRM holds and the separate evaluator would have, where they differ."""
    found, wanted = standing(one), opinions(one)
    return {ref: (found[ref], wanted[ref]) for ref in wanted if found[ref] != wanted[ref]}


def written_twice(one: Company) -> list[tuple[str, str]]:
    """Records that got more than one write over the CRM's API, whatever it changed."""
    sent = {(change.type, change.id, change.request) for change in one.writes()}
    counts = Counter((type_, id_) for type_, id_, _ in sent)
    return [ref for ref, count in counts.items() if count > 1]


def _sync(one: Company) -> Command:
    arguments = ("sync", "--yes", "--json", "--config", str(one.config))
    return Command(*arguments, environment=one.environment)
