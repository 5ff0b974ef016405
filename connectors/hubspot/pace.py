"""The pace of calls: a rolling window of at most so many calls, waited for through the ports."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

_MARGIN_SECONDS = 0.1  # HubSpot's clock and ours do not tick together


class Pace:
    """At most `calls` calls in any `seconds`. HubSpot may state another number later."""

    def __init__(
        self,
        calls: int,
        seconds: float,
        *,
        now: Callable[[], datetime],
        wait: Callable[[float], None],
    ) -> None:
        self.calls = calls
        self.seconds = seconds
        self._window = timedelta(seconds=seconds + _MARGIN_SECONDS)
        self._now = now
        self._wait = wait
        self._made: deque[datetime] = deque()

    def admit(self) -> None:
        """Wait until one more call fits into the window, and count it."""
        now = self._now()
        self._forget(now)
        if len(self._made) >= self.calls:
            oldest = self._made[len(self._made) - self.calls]
            self._wait((oldest + self._window - now).total_seconds())
            now = self._now()
            self._forget(now)
        self._made.append(now)

    def learn(self, calls: int, left: int | None = None) -> None:
        """Take over what the other side states: so many calls, and so many of them left.

        What is missing was used up by others of the same key, or by ourselves before a restart.
        """
        self.calls = max(calls, 1)
        if left is not None:
            now = self._now()
            self._forget(now)
            self._made.extend([now] * (calls - left - len(self._made)))

    def _forget(self, now: datetime) -> None:
        start = now - self._window
        while self._made and self._made[0] <= start:
            self._made.popleft()
