"""What HubSpot answered to others, asked of the sandbox: its answers differ only in values.

Most recordings are answers alone, so the requests are put together again from what they say. An
answer is compared in status, keys, kinds of values, categories, codes and the wording of messages;
what still differs stands in differences.tsv, each with its reason. Each request that is let in is
sent again with one thing wrong, each that is refused with its one mistake put right, and the answer
must change as it should.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.sandbox.hubspot.calling import Reply
from tests.sandbox.hubspot.fidelity.asked import Asked, pairs
from tests.sandbox.hubspot.fidelity.facts import facts, shared
from tests.sandbox.hubspot.fidelity.mutations import Mutation, dated, mutations
from tests.sandbox.hubspot.fidelity.recordings import Recorded, Recordings
from tests.sandbox.hubspot.fidelity.repairs import repaired
from tests.sandbox.hubspot.fidelity.world import World
from tests.sandbox.replaying import Compared, Replay, held_by_the_sandbox, texts_of

LISTED = Path(__file__).with_name("differences.tsv")
OF_A_RECORD = re.compile(r"\d{9,}|\S+@\S+\.\w+|[\d-]{10}T[\d:]{8}\.\d+Z|(?!0{8})[\da-f-]{36}")


@dataclass(slots=True, kw_only=True)
class HubSpotReplay(Replay):
    """The same, and every question asked again at its dated address."""

    world: World
    dated: int = 0

    def play(self, recorded: Recorded, asked: Asked) -> None:
        told = _send(self.world, asked)
        was, now = shared(facts(recorded.status, recorded.answer), facts(told.status, _read(told)))
        self.compared.append(Compared.of(recorded.name, was, now))

    def compare_dated(self, recorded: Recorded, asked: Asked) -> None:
        """At the dated address the same question has the same answer, but for its links."""
        other = dated(asked)
        if other is None:
            return
        self.dated += 1
        old, new = (_send(self.world, one) for one in (asked, other))
        if facts(old.status, _read(old)) != facts(new.status, _read(new)):
            self.note(recorded.name, "dated", str(new.status), str(old.status))

    def attempt(self, name: str, mutation: Mutation) -> None:
        self.tried += 1
        told = _send(self.world, mutation.asked)
        said = told.body.decode() if isinstance(told.body, bytes) else _compact(told.body)
        if told.status != mutation.status or mutation.says not in said:
            expected = f"{mutation.status} {mutation.says}"
            self.note(name, mutation.what, f"{told.status} {said[:200]}", expected)


@pytest.fixture(scope="module")
def recordings(shared: Path) -> Recordings:
    return Recordings(shared)


@pytest.fixture(scope="module")
def replay(recordings: Recordings) -> HubSpotReplay:
    """Plays every request in order; before it comes what is wrong, after it what is right."""
    done = HubSpotReplay(world=World(recordings))
    for recorded, asked in pairs(recordings, done.world):
        number = recorded.name.partition(":")[0].removeprefix("error ")
        if not number.isdigit():
            for mutation in mutations(asked):
                done.attempt(recorded.name, mutation)
        done.play(recorded, asked)
        done.compare_dated(recorded, asked)
        if number.isdigit():
            done.attempt(recorded.name, repaired(int(number), asked, done.world))
    return done


def test_every_answer_is_as_recorded_or_listed_with_a_reason(replay: HubSpotReplay) -> None:
    replay.assert_differs_only_as_listed(LISTED)


def test_at_most_a_twentieth_differs(replay: HubSpotReplay) -> None:
    replay.assert_hardly_differs(answers=71)


def test_a_request_with_one_thing_changed_gets_the_answer_that_belongs_to_it(
    replay: HubSpotReplay,
) -> None:
    assert replay.surprises == []
    assert replay.dated > 25
    assert replay.tried > 3 * len(replay.compared)


def test_the_sandbox_holds_no_recorded_answer(recordings: Recordings) -> None:
    """Ids, addresses, moments: the words of errors and the names of fields are the API's own."""
    values = {
        value
        for answer in recordings.values()
        for value in texts_of(answer)
        if OF_A_RECORD.fullmatch(value)
    }

    assert held_by_the_sandbox(values, "*.py") == set()


def _send(world: World, asked: Asked) -> Reply:
    if asked.fault:
        return world.fault(asked.fault)
    if asked.knobs:
        return world.with_knobs(asked.knobs, asked.method, asked.url, asked.body)
    return world.ask(asked.method, asked.url, asked.body, token=asked.token)


def _read(told: Reply) -> Any:
    return told.body.decode() if isinstance(told.body, bytes) else told.body


def _compact(body: Any) -> str:
    return orjson.dumps(body).decode()
