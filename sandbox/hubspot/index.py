"""What search filters see: the records as they were some seconds ago."""

from collections import deque
from collections.abc import Callable, Hashable, Mapping
from datetime import datetime, timedelta

Values = Mapping[str, str]
_MOST_KEPT = 64  # answers to different filters; windows of time are asked for once only


class Index:
    """Search's view of one object type.

    Until a change is due, filters still see the record's earlier values; `None` stands for "no
    such record". The answer shows live values all the same, so a record may be found by what it
    no longer says.
    """

    def __init__(
        self, live: Callable[[int], Values | None], lag_seconds: Callable[[], float]
    ) -> None:
        self._live = live
        self._lag_seconds = lag_seconds
        self._due: deque[tuple[datetime, int]] = deque()
        self._earlier: dict[int, deque[Values | None]] = {}
        self._cache: dict[Hashable, list[int]] = {}

    def changed(
        self, number: int, before: Callable[[], Values | None], at: datetime, now: datetime
    ) -> None:
        """A record changed; `before` is asked only when the change is not yet to be seen."""
        due = at + timedelta(seconds=self._lag_seconds())
        if due > now:
            self._due.append((due, number))
            self._earlier.setdefault(number, deque()).append(before())
        else:
            self._cache.clear()

    def forget(self) -> None:
        """What filters found may be different now, for another reason than a value."""
        self._cache.clear()

    def settle(self, now: datetime) -> None:
        """Let through what has become due."""
        while self._due and self._due[0][0] <= now:
            _, number = self._due.popleft()
            waiting = self._earlier[number]
            waiting.popleft()
            if not waiting:
                del self._earlier[number]
            self._cache.clear()

    def values(self, number: int) -> Values | None:
        waiting = self._earlier.get(number)
        return waiting[0] if waiting else self._live(number)

    def cached(self, key: Hashable, find: Callable[[], list[int]]) -> list[int]:
        """The numbers that a filter finds, kept until the index changes."""
        found = self._cache.get(key)
        if found is None:
            if len(self._cache) >= _MOST_KEPT:
                self._cache.clear()
            found = self._cache[key] = find()
        return found
