"""The pace of calls: a rolling window of at most so many calls, waited for through the ports.

HubSpot counts a call when it arrives, which is at some moment between our sending it and its
answer. A call is therefore held to be in the window until the window has passed since its answer.
"""

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
        self._under_way: deque[datetime] = deque()  # when they were admitted
        self._over: deque[datetime] = deque()  # when they were answered

    def admit(self) -> None:
        """Wait until one more call fits into the window, and count it."""
        now = self._now()
        self._forget(now)
        if self._taken >= self.calls:
            oldest = sorted((*self._under_way, *self._over))[self._taken - self.calls]
            self._wait((oldest + self._window - now).total_seconds())
            now = self._now()
            self._forget(now)
        self._under_way.append(now)

    def end(self) -> None:
        """A call that was admitted has its answer, or will have none."""
        if self._under_way:
            self._under_way.popleft()
        self._over.append(self._now())

    def learn(self, calls: int, left: int | None = None) -> None:
        """Take over what the other side states: so many calls, and so many of them left.

        What is missing was used up by others of the same key, or by ourselves before a restart.
        """
        self.calls = max(calls, 1)
        if left is None:
            return
        now = self._now()
        self._forget(now)
        used = calls - left
        if used > self._taken:  # then who is under way may not have been among them
            self._over.extend([now] * (used - len(self._over)))

    @property
    def _taken(self) -> int:
        return len(self._under_way) + len(self._over)

    def _forget(self, now: datetime) -> None:
        # Of a call under way for so long nobody knows; it counts again when it is answered.
        start = now - self._window
        for moments in (self._under_way, self._over):
            while moments and moments[0] <= start:
                moments.popleft()
