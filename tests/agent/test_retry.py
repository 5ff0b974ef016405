"""Retries: what is repeated, how long the pauses are, and when it ends."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from agent.retry import LONGEST_WAIT_SECONDS, MOST_FAILURES, Retry
from bbm_core.errors import AccessError, TransientError
from bbm_core.records import Page, RecordKind, Watermark
from connectors.errors import BudgetSpent, LoginRefused, RateLimited, Unavailable, Unfinished


class FakeClock:
    """Time passes only by waiting."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, tzinfo=UTC)
        self.waits: list[float] = []

    def now(self) -> datetime:
        return self.time

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += timedelta(seconds=seconds)


class Flaky:
    """Fails with each error in turn, then answers."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = list(errors)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self._errors:
            raise self._errors.pop(0)
        return "answer"


def down(wait_seconds: float | None = None) -> Unavailable:
    return Unavailable("no answer", hint="wait", code="BBM-X", wait_seconds=wait_seconds)


def page(mark: str) -> Page:
    return Page(RecordKind.LEAD, (), Watermark(mark))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def retry(clock: FakeClock) -> Retry:
    return Retry(clock, max_attempts=4, random=Random(1))


def test_what_works_is_called_once(retry: Retry, clock: FakeClock) -> None:
    fn = Flaky()

    assert retry.call(fn) == "answer"
    assert fn.calls == 1
    assert clock.waits == []


def test_what_the_crm_works_off_by_itself_is_left_to_a_later_run(
    retry: Retry, clock: FakeClock
) -> None:
    fn = Flaky(Unfinished("not done", hint="wait", code="BBM-X"))

    with pytest.raises(Unfinished):
        retry.call(fn)

    assert (fn.calls, clock.waits) == (1, [])


def test_what_fails_for_a_moment_is_called_again(retry: Retry, clock: FakeClock) -> None:
    fn = Flaky(down(), down())

    assert retry.call(fn) == "answer"
    assert fn.calls == 3
    assert len(clock.waits) == 2


def test_after_the_last_attempt_the_error_itself_comes_out(retry: Retry) -> None:
    errors = [down() for _ in range(9)]
    fn = Flaky(*errors)

    with pytest.raises(Unavailable) as caught:
        retry.call(fn)

    assert caught.value is errors[3]
    assert fn.calls == 4


@pytest.mark.parametrize(
    "error",
    [
        BudgetSpent("spent", hint="wait", wait_seconds=1),
        LoginRefused("no", hint="fix"),
        AccessError("no", hint="fix"),
        ValueError("a bug"),
    ],
)
def test_what_waiting_does_not_mend_is_not_repeated(
    retry: Retry, clock: FakeClock, error: Exception
) -> None:
    fn = Flaky(error)

    with pytest.raises(type(error)):
        retry.call(fn)

    assert fn.calls == 1
    assert clock.waits == []


@given(st.integers(0, 2**32), st.integers(2, 20))
def test_pauses_are_random_below_a_doubling_ceiling(seed: int, attempts: int) -> None:
    clock = FakeClock()
    retry = Retry(clock, max_attempts=attempts, first_wait_seconds=2, random=Random(seed))

    with pytest.raises(Unavailable):
        retry.call(Flaky(*(down() for _ in range(attempts))))

    ceilings = [min(2.0**n, LONGEST_WAIT_SECONDS) for n in range(1, attempts)]
    assert all(0 <= w <= ceiling for w, ceiling in zip(clock.waits, ceilings, strict=True))


def test_the_same_seed_gives_the_same_pauses() -> None:
    waits = []
    for _ in range(2):
        clock = FakeClock()
        Retry(clock, random=Random(7)).call(Flaky(down(), down(), down()))
        waits.append(clock.waits)

    assert waits[0] == waits[1]


def test_the_other_side_says_how_long_to_wait(retry: Retry, clock: FakeClock) -> None:
    retry.call(Flaky(RateLimited("slow down", hint="wait", wait_seconds=42)))

    assert 42 <= clock.waits[0] < 43


def test_nobody_makes_us_wait_for_hours(retry: Retry, clock: FakeClock) -> None:
    retry.call(Flaky(down(wait_seconds=86_400)))

    assert clock.waits == [900]


def test_a_pause_that_is_known_is_exactly_so_long(retry: Retry, clock: FakeClock) -> None:
    retry.pause_for(4.0)

    assert clock.waits == [4.0]


def test_an_outage_leaves_two_lines_however_long_it_lasts(retry: Retry) -> None:
    with capture_logs() as logs:
        retry.call(Flaky(down(), down(), down()))
        retry.call(Flaky())

    assert [line["event"] for line in logs] == ["outage.started", "outage.ended"]
    assert logs[0]["error"] == "Unavailable"
    assert logs[0]["code"] == "BBM-X"
    assert logs[1]["lasted_seconds"] > 0


def test_an_outage_that_outlasts_a_call_ends_with_the_next_success(retry: Retry) -> None:
    with capture_logs() as logs:
        for _ in range(2):
            with pytest.raises(Unavailable):
                retry.call(Flaky(*(down() for _ in range(4))))
        retry.call(Flaky())

    assert [line["event"] for line in logs] == ["outage.started", "outage.ended"]


def test_an_error_that_is_not_repeated_is_no_outage(retry: Retry) -> None:
    with capture_logs() as logs, pytest.raises(LoginRefused):
        retry.call(Flaky(LoginRefused("no", hint="fix")))

    assert logs == []


class Source:
    """Pages in order, from behind the last one kept; fails before those named."""

    def __init__(self, marks: str, failures: dict[str, int]) -> None:
        self._marks = marks
        self._failures = failures
        self.kept = ""
        self.starts = 0

    def pull(self) -> Iterator[Page]:
        self.starts += 1
        for mark in self._marks[len(self.kept) :]:
            if self._failures.get(mark, 0) > 0:
                self._failures[mark] -= 1
                raise down()
            yield page(mark)

    def keep_all(self, retry: Retry) -> str:
        for one in retry.resume(self.pull):
            self.kept += one.watermark
        return self.kept


def test_a_pull_goes_on_from_what_was_kept(retry: Retry) -> None:
    source = Source("abcdef", {"c": 2, "f": 3})

    assert source.keep_all(retry) == "abcdef"
    assert source.starts == 6


def test_attempts_count_anew_with_every_page(retry: Retry) -> None:
    source = Source("abcdef", dict.fromkeys("abcdef", 3))

    assert source.keep_all(retry) == "abcdef"


def test_a_page_that_never_comes_ends_the_pull(retry: Retry) -> None:
    source = Source("abc", {"b": 99})

    with pytest.raises(TransientError):
        source.keep_all(retry)

    assert source.kept == "a"
    assert source.starts == 4


def test_a_pull_that_only_repeats_itself_gives_up(retry: Retry) -> None:
    def pull() -> Iterator[Page]:
        yield page("the overlap")
        raise down()

    pages = []
    with pytest.raises(Unavailable):
        pages.extend(retry.resume(pull))


def test_a_pull_that_never_gets_far_gives_up(retry: Retry) -> None:
    starts = []

    def pull() -> Iterator[Page]:
        starts.append("again")
        yield page(f"a bound that moves: {len(starts)}")
        raise down()

    with pytest.raises(Unavailable):
        _each(retry.resume(pull), lambda _: None)
    assert len(starts) == MOST_FAILURES + 1


def test_what_the_keeper_raises_is_not_retried(retry: Retry) -> None:
    source = Source("abc", {})

    def keep(_page: Page) -> None:
        raise down()

    with pytest.raises(Unavailable):
        _each(retry.resume(source.pull), keep)
    assert source.starts == 1


def _each(pages: Iterator[Page], keep: Callable[[Page], None]) -> None:
    for one in pages:
        keep(one)


def test_a_spent_budget_ends_the_pull_at_once(retry: Retry, clock: FakeClock) -> None:
    def pull() -> Iterator[Page]:
        yield page("a")
        raise BudgetSpent("spent", hint="wait")

    seen = []
    with pytest.raises(BudgetSpent):
        seen.extend(retry.resume(pull))
    assert clock.waits == []


def test_a_pull_of_nothing_ends(retry: Retry) -> None:
    assert list(retry.resume(lambda: iter(()))) == []
