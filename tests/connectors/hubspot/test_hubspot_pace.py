"""Never more calls in a window than allowed, and no wait longer than needed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from connectors.hubspot.pace import Pace


class Hands:
    """A clock that only moves when somebody waits, or when the test lets time pass."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 2, tzinfo=UTC)
        self.waited: list[float] = []

    def now(self) -> datetime:
        return self.time

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.time += timedelta(seconds=seconds)


def pace(hands: Hands, calls: int = 3) -> Pace:
    return Pace(calls, 10.0, now=hands.now, wait=hands.wait)


def test_calls_within_the_limit_do_not_wait() -> None:
    hands = Hands()
    subject = pace(hands)

    for _ in range(3):
        subject.admit()

    assert hands.waited == []


def test_one_call_too_many_waits_until_the_first_one_is_out_of_the_window() -> None:
    hands = Hands()
    subject = pace(hands)
    subject.admit()
    hands.time += timedelta(seconds=4)

    for _ in range(3):
        subject.admit()

    assert len(hands.waited) == 1
    assert 6 <= hands.waited[0] <= 6.2


def test_a_higher_limit_that_is_stated_is_used_at_once() -> None:
    hands = Hands()
    subject = pace(hands)
    for _ in range(3):
        subject.admit()

    subject.learn(5)
    subject.admit()
    subject.admit()

    assert hands.waited == []


def test_a_lower_limit_that_is_stated_is_kept_at_once() -> None:
    hands = Hands()
    subject = pace(hands)
    for _ in range(3):
        subject.admit()

    subject.learn(1)
    subject.admit()

    assert hands.waited


def test_a_limit_of_nothing_still_lets_one_call_through() -> None:
    subject = pace(Hands())

    subject.learn(0)

    assert subject.calls == 1


def test_calls_that_others_made_count_too() -> None:
    hands = Hands()
    subject = pace(hands)
    subject.admit()
    subject.end()

    subject.learn(3, left=0)  # one was ours
    subject.admit()

    assert len(hands.waited) == 1


def test_a_call_counts_from_its_answer_on() -> None:
    hands = Hands()
    subject = pace(hands, calls=1)
    subject.admit()
    hands.time += timedelta(seconds=4)  # it may have arrived only now
    subject.end()
    hands.time += timedelta(seconds=7)

    subject.admit()

    assert 3 <= hands.waited[0] <= 3.2


def test_a_call_without_an_answer_counts_as_long_as_the_window() -> None:
    hands = Hands()
    subject = pace(hands, calls=1)
    subject.admit()  # and whoever made it went home
    hands.time += timedelta(seconds=4)

    subject.admit()
    subject.end()
    subject.admit()

    assert [round(one) for one in hands.waited] == [6, 10]


def test_calls_under_way_are_not_taken_for_those_that_others_made() -> None:
    hands = Hands()
    subject = pace(hands, calls=5)
    subject.admit()
    subject.end()
    subject.admit()  # under way, and not among the three that follow

    subject.learn(5, left=2)
    subject.admit()
    subject.admit()

    assert len(hands.waited) == 1


def test_our_own_calls_are_not_counted_twice() -> None:
    hands = Hands()
    subject = pace(hands)
    subject.admit()
    subject.admit()

    subject.learn(3, left=2)  # said before the second call arrived
    subject.admit()

    assert hands.waited == []


def test_a_clock_that_stands_still_does_not_stop_the_calls() -> None:
    hands = Hands()
    still: list[float] = []
    subject = Pace(1, 10.0, now=hands.now, wait=still.append)

    subject.admit()
    subject.admit()

    assert len(still) == 1


_CALLS = st.lists(st.tuples(st.floats(0, 15), st.floats(0, 2), st.floats(0, 2)), max_size=60)


@given(_CALLS, st.integers(1, 5))
def test_no_window_ever_holds_more_calls_than_allowed(
    times: Sequence[tuple[float, float, float]], calls: int
) -> None:
    hands = Hands()
    subject = pace(hands, calls)
    arrived: list[datetime] = []

    for pause, there, back in times:
        hands.time += timedelta(seconds=pause)
        subject.admit()
        hands.time += timedelta(seconds=there)
        arrived.append(hands.time)
        hands.time += timedelta(seconds=back)
        subject.end()

    spans = [(one, one + timedelta(seconds=10)) for one in arrived]
    assert all(sum(1 for one in arrived if start <= one < end) <= calls for start, end in spans)
