"""The only place that retries, or waits between attempts."""

from collections.abc import Callable, Iterator
from datetime import datetime
from random import Random
from typing import Generic, Protocol, TypeVar

import structlog
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from agent.clock import Clock
from bbm_core.errors import TransientError
from bbm_core.records import Watermark
from connectors.errors import BudgetSpent, Unfinished

LONGEST_WAIT_SECONDS = 900.0
"""Whoever asks us to wait longer is asked again after this."""

MOST_FAILURES = 50
"""A pull that failed so often gives up, even if it got a little further each time."""


class Marked(Protocol):
    """A step of a pull; its watermark says how far it brings us."""

    @property
    def watermark(self) -> Watermark: ...


_T = TypeVar("_T")
_Page = TypeVar("_Page", bound=Marked)
_log = structlog.stdlib.get_logger(__name__)


class Retry:
    """Repeats what failed for a moment, with growing and random pauses, then gives up.

    An outage leaves two log lines: one when it starts and one when it ends, however many calls
    and attempts lie between them.
    """

    _outage_since: datetime | None

    def __init__(
        self,
        clock: Clock,
        *,
        max_attempts: int = 6,
        first_wait_seconds: float = 1.0,
        random: Random | None = None,
    ) -> None:
        self._clock = clock
        self._max_attempts = max_attempts
        self._first_wait_seconds = first_wait_seconds
        self._random = random or Random()
        self._outage_since = None

    def call(self, fn: Callable[[], _T]) -> _T:
        """Call until it answers; raises the last error when every attempt failed."""
        answer = self._attempts()(fn)
        self._end_outage()
        return answer

    def resume(self, pull: Callable[[], Iterator[_Page]]) -> Iterator[_Page]:
        """The pages of a pull; after a failure `pull` is called again and goes on from there.

        `pull` must start behind what was kept. Attempts count anew with every page that brings
        something new; a pull that only ever repeats itself gives up.
        """
        source = _Resumed(pull)
        while (page := self._next_page(source)) is not None:
            yield page

    def pause_for(self, seconds: float) -> None:
        """Wait exactly so long, where it is known from when on another attempt makes sense."""
        self._clock.wait(seconds)

    def _next_page(self, source: "_Resumed[_Page]") -> _Page | None:
        spent = source.stale_failures if source.failures < MOST_FAILURES else self._max_attempts
        page = self._attempts(spent)(source.next_page)
        self._end_outage()
        return page

    def _attempts(self, spent: int = 0) -> Retrying:
        return Retrying(
            retry=retry_if_exception(_is_worth_repeating),
            stop=stop_after_attempt(max(1, self._max_attempts - spent)),
            wait=self._wait_seconds,
            sleep=self._clock.wait,
            before_sleep=self._start_outage,
            reraise=True,
        )

    def _wait_seconds(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait_seconds if isinstance(error, TransientError) else None
        if asked is None:
            return self._backoff(state.attempt_number)
        # Others were asked to wait as long as we were: do not all come back in one instant.
        return min(asked + self._random.random(), LONGEST_WAIT_SECONDS)

    def _backoff(self, attempt: int) -> float:
        """Exponential with full jitter: anything from nothing to the doubled ceiling."""
        ceiling = min(self._first_wait_seconds * 2.0 ** (attempt - 1), LONGEST_WAIT_SECONDS)
        return self._random.uniform(0.0, ceiling)

    def _start_outage(self, state: RetryCallState) -> None:
        if self._outage_since is not None:
            return
        self._outage_since = self._clock.now()
        error = state.outcome.exception() if state.outcome else None
        _log.warning(
            "outage.started",
            error=type(error).__name__,
            code=getattr(error, "code", ""),
            wait_seconds=round(state.upcoming_sleep, 1),
        )

    def _end_outage(self) -> None:
        if self._outage_since is None:
            return
        lasted = self._clock.now() - self._outage_since
        self._outage_since = None
        _log.info("outage.ended", lasted_seconds=round(lasted.total_seconds(), 1))


class _Resumed(Generic[_Page]):
    """A pull that is started again after a failure, and knows whether that got it any further."""

    def __init__(self, pull: Callable[[], Iterator[_Page]]) -> None:
        self._pull = pull
        self._pages: Iterator[_Page] | None = None
        self._seen: set[str] = set()
        self.failures = 0
        self.stale_failures = 0  # since the last page that was new

    def next_page(self) -> _Page | None:
        if self._pages is None:
            self._pages = self._pull()
        try:
            page = next(self._pages, None)
        except TransientError:
            self._pages = None
            self.failures += 1
            self.stale_failures += 1
            raise
        self._note(page)
        return page

    def _note(self, page: _Page | None) -> None:
        # A page that comes again after every restart is no progress: counting attempts anew
        # for it would repeat the same failure for ever.
        if page is not None and page.watermark not in self._seen:
            self._seen.add(page.watermark)
            self.stale_failures = 0


def _is_worth_repeating(error: BaseException) -> bool:
    """What hours or another day put right is transient too, but ends the run."""
    return isinstance(error, TransientError) and not isinstance(error, BudgetSpent | Unfinished)
