"""Hands that work at once, and errands that only the puller runs."""

import threading
from contextlib import closing

import pytest

from connectors.hubspot.crew import Crew, Relay


def test_every_task_is_done_once_and_its_errands_run_here() -> None:
    ran: list[tuple[int, threading.Thread]] = []

    def work(task: int, relay: Relay) -> int:
        relay(lambda: ran.append((task, threading.current_thread())))
        return task * 10

    with closing(Crew(3, work)) as crew:
        for task in range(3):
            crew.set_to(task)
        assert not crew.has_a_free_hand
        done = dict(crew.next_done() for _ in range(3))

    assert done == {0: 0, 1: 10, 2: 20}
    assert not crew.is_busy
    assert sorted(task for task, _ in ran) == [0, 1, 2]
    assert {thread for _, thread in ran} == {threading.current_thread()}


def test_what_a_hand_raises_is_raised_here() -> None:
    def work(task: int, _relay: Relay) -> int:
        raise LookupError(task)

    with closing(Crew(1, work)) as crew:
        crew.set_to(7)
        with pytest.raises(LookupError):
            crew.next_done()


def test_an_errand_that_fails_ends_the_work_and_sends_everybody_home() -> None:
    went_on: list[int] = []

    def work(task: int, relay: Relay) -> int:
        relay(_fail)
        went_on.append(task)
        return task

    with closing(Crew(2, work)) as crew:
        crew.set_to(1)
        crew.set_to(2)
        with pytest.raises(OSError, match="spent"):
            crew.next_done()

    assert not crew.is_busy
    assert went_on == []


def _fail() -> None:
    raise OSError("spent")
