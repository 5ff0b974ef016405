"""The sandbox's clock: set and advanced by the admin interface, the same for every service."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class SandboxClock:
    """Time as the CRMs here see it.

    A fixed clock stands still until it is advanced, so that the same seed gives the same
    figures; a running one (`fixed=False`) also moves with real time, for people who try things
    by hand. Rate windows, token expiry, index lag and locator expiry all follow this clock.
    """

    def __init__(self, start: datetime, *, fixed: bool = True) -> None:
        self._lock = threading.RLock()
        self._base = start.astimezone(UTC)
        self._fixed = fixed
        self._real_start = datetime.now(UTC)
        self._listeners: list[Callable[[datetime], None]] = []

    def now(self) -> datetime:
        with self._lock:
            if self._fixed:
                return self._base
            return self._base + (datetime.now(UTC) - self._real_start)

    def advance(self, seconds: float) -> datetime:
        """Let time pass; listeners (the story's next events) see the new time before it returns."""
        with self._lock:
            self._base += timedelta(seconds=seconds)
            now, listeners = self.now(), tuple(self._listeners)
        # Outside the lock: a listener takes a service's lock, whose holder may ask for the time.
        for listener in listeners:
            listener(now)
        return now

    def on_advance(self, listener: Callable[[datetime], None]) -> None:
        with self._lock:
            self._listeners.append(listener)
