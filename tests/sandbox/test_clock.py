"""Time in the sandbox."""

import threading
from datetime import UTC, datetime, timedelta

from sandbox.clock import SandboxClock

START = datetime(2026, 11, 2, tzinfo=UTC)


def test_a_fixed_clock_stands_still_until_it_is_advanced() -> None:
    clock = SandboxClock(START)

    assert clock.now() == START
    assert clock.advance(90) == START + timedelta(seconds=90) == clock.now()


def test_a_running_clock_also_moves_by_itself() -> None:
    clock = SandboxClock(START, fixed=False)

    assert START <= clock.now() < START + timedelta(minutes=5)
    assert clock.now() <= clock.now()


def test_listeners_have_seen_the_new_time_before_advancing_returns() -> None:
    clock = SandboxClock(START)
    seen: list[datetime] = []
    clock.on_advance(seen.append)

    clock.advance(1)

    assert seen == [clock.now()]


def test_a_listener_may_wait_for_somebody_who_asks_for_the_time() -> None:
    clock = SandboxClock(START)

    def ask_elsewhere(_: datetime) -> None:
        asking = threading.Thread(target=clock.now)
        asking.start()
        asking.join(timeout=5)
        assert not asking.is_alive()

    clock.on_advance(ask_elsewhere)

    clock.advance(1)
