"""Parts of a window: what one query asks for, where the whole window takes Salesforce too long."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from connectors.errors import Unavailable
from connectors.salesforce.errors import TOO_LATE, TOO_SLOW
from connectors.salesforce.shapes import Rows
from connectors.salesforce.soql import Window

_FIRST: Final = datetime(1999, 1, 1, tzinfo=UTC)
"""No record is older than Salesforce."""

_SHORTEST: Final = timedelta(seconds=1)
"""Times in queries are whole seconds."""


_MOST_SILENCES: Final = 3
"""Queries left unanswered that a pull asks again for less; after these it is no matter of size."""


class Parts:
    """All of a window until a query ran too long, then half of it, and so on.

    Salesforce gives up on a query after two minutes, and says so. Whoever waits less long for an
    answer hears nothing of that: so silence counts as slowness, too, a few times.
    """

    def __init__(self) -> None:
        self._width: timedelta | None = None
        self._silences = 0

    def of(self, window: Window) -> Window:
        """The part of the window to ask for next."""
        if self._width is None:
            return window
        return replace(window, high=min(window.high, _start(window) + self._width))

    def ask(self, window: Window, ask: Callable[[Window], Rows]) -> tuple[Window, Rows]:
        """The next page, and the part of the window it was asked for: less where that is slow."""
        while True:
            part = self.of(window)
            try:
                answer = ask(part)
            except Unavailable as error:
                if not self._is_slow(error) or not self._halve(part):
                    raise
            else:
                self._widen()
                return part, answer

    def _is_slow(self, error: Unavailable) -> bool:
        if error.code != TOO_LATE:
            return error.code == TOO_SLOW
        self._silences += 1
        return self._silences <= _MOST_SILENCES

    def _halve(self, part: Window) -> bool:
        """Make parts half as wide as this one was; False where there is nothing left to halve."""
        width = (part.high - _start(part)) // 2
        self._width = timedelta(seconds=width // _SHORTEST)
        return self._width >= _SHORTEST

    def _widen(self) -> None:
        """A query was answered: the next may ask for more again."""
        if self._width is not None:
            self._width *= 2


def _start(window: Window) -> datetime:
    return window.at or window.low or _FIRST
