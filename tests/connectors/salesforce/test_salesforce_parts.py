"""Parts of a window: less is asked for where a query takes too long, or is never answered."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.errors import Unavailable
from connectors.salesforce.errors import TOO_LATE, TOO_SLOW, fail
from connectors.salesforce.parts import Parts
from connectors.salesforce.shapes import Rows
from connectors.salesforce.soql import Window

LOW = datetime(2026, 11, 2, tzinfo=UTC)
DAY = Window(LOW, LOW + timedelta(hours=24))
ANSWER = Rows((), 0, "")


class Slow:
    """Answers queries for no more than so many hours, and notes what was asked for."""

    def __init__(self, hours: int, code: str) -> None:
        self._hours = hours
        self._code = code
        self.asked: list[float] = []

    def __call__(self, part: Window) -> Rows:
        hours = (part.high - LOW) / timedelta(hours=1)
        self.asked.append(hours)
        if hours > self._hours:
            raise fail(Unavailable, self._code, "No.")
        return ANSWER


@pytest.mark.parametrize("code", [TOO_SLOW, TOO_LATE])
def test_a_query_that_is_too_slow_or_stays_unanswered_is_asked_again_for_half(code: str) -> None:
    org = Slow(6, code)

    part, _ = Parts().ask(DAY, org)

    assert org.asked == [24, 12, 6]
    assert part.high == LOW + timedelta(hours=6)


def test_an_org_that_answers_nothing_is_no_matter_of_size() -> None:
    org = Slow(0, TOO_LATE)

    with pytest.raises(Unavailable) as caught:
        Parts().ask(DAY, org)

    assert caught.value.code == TOO_LATE
    assert org.asked == [24, 12, 6, 3]


def test_a_query_that_is_too_slow_for_one_second_is_given_up() -> None:
    org = Slow(0, TOO_SLOW)

    with pytest.raises(Unavailable) as caught:
        Parts().ask(Window(LOW, LOW + timedelta(seconds=4)), org)

    assert caught.value.code == TOO_SLOW
    assert len(org.asked) == 3  # four seconds, two, one


def test_another_failure_is_left_to_whoever_retries() -> None:
    org = Slow(0, "BBM-SF-001")

    with pytest.raises(Unavailable):
        Parts().ask(DAY, org)

    assert org.asked == [24]
