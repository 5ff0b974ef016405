"""When the service works, and how it stops."""

import os
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from agent.schedule import keep_running, stop_on_signals


def _now() -> datetime:
    return datetime.now(UTC)


def test_the_first_run_begins_at_once() -> None:
    stop = threading.Event()
    runs: list[datetime] = []

    def cycle() -> None:
        runs.append(_now())
        stop.set()

    keep_running(cycle, 60, stop, _now())

    assert len(runs) == 1


def test_runs_that_were_missed_are_made_up_for_once() -> None:
    """The machine slept for a day; 24 hourly runs are overdue, however late."""
    stop = threading.Event()
    runs: list[datetime] = []

    def cycle() -> None:
        runs.append(_now())
        stop.set()

    keep_running(cycle, 60, stop, _now() - timedelta(days=1))

    assert len(runs) == 1


def test_the_run_at_work_is_finished_before_the_service_ends() -> None:
    stop, finished = threading.Event(), threading.Event()

    def cycle() -> None:
        stop.set()  # somebody stops the service while it works
        finished.set()

    keep_running(cycle, 60, stop, _now())

    assert finished.is_set()


def test_a_stop_that_came_before_the_start_runs_nothing_twice() -> None:
    stop = threading.Event()
    stop.set()
    runs: list[int] = []

    keep_running(lambda: runs.append(1), 60, stop, _now() + timedelta(hours=1))

    assert not runs


@pytest.fixture
def handlers() -> Iterator[None]:
    """The handlers of signals, put back after the test."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("handlers")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_asks_for_the_end_and_a_second_one_does_not_wait(number: signal.Signals) -> None:
    stop = threading.Event()
    stop_on_signals(stop)

    os.kill(os.getpid(), number)
    assert stop.wait(10)
    with pytest.raises(SystemExit) as left:
        signal.raise_signal(number)

    assert left.value.code == 128 + number
