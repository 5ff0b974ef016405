"""Queries that are asked before their turn, against a session that only notes what it is asked."""

from collections.abc import Iterator, Sequence

import pytest

from bbm_core.errors import BBMError
from connectors.errors import Unavailable
from connectors.salesforce import soql
from connectors.salesforce.ahead import Ahead
from connectors.salesforce.errors import TOO_LATE, TOO_SLOW, fail
from connectors.salesforce.session import Session
from connectors.salesforce.shapes import Row, Rows
from connectors.salesforce.soql import Query

FIRST, *OTHERS = [Query(f"the {number}th question") for number in range(1, 9)]


class Notes(Session):
    """A session that tells each query's own words, and keeps what was asked at once."""

    def __init__(self, wrong: str = "", together: str = "") -> None:
        self.asked: list[list[str]] = []
        self._wrong = wrong
        self._wrong_together = together

    def query(self, text: str, *, deleted: bool = False) -> Rows:
        self.asked.append([text])
        return _told(Query(text, deleted=deleted))

    def query_together(self, queries: Sequence[Query]) -> list[Rows | BBMError]:
        self.asked.append([one.text for one in queries])
        if self._wrong_together:
            raise fail(Unavailable, self._wrong_together, "No.")
        slow = fail(Unavailable, TOO_SLOW, "No.")
        return [slow if one.text == self._wrong else _told(one) for one in queries]

    def followed(self, page: Rows) -> Iterator[Row]:
        yield from page.rows


def _told(query: Query) -> Rows:
    return Rows(({"of": query.text, "deleted": query.deleted},), 1, "")


def test_five_are_asked_at_once_and_the_sixth_in_its_turn() -> None:
    session = Notes()
    ahead = Ahead(session)

    ahead.together(OTHERS[:6])
    told = [ahead.query(one) for one in OTHERS[:6]]

    assert told == [_told(one) for one in OTHERS[:6]]
    assert [len(one) for one in session.asked] == [5, 1]


def test_an_answer_is_given_once_and_only_until_the_next_call() -> None:
    session = Notes()
    ahead = Ahead(session)
    ahead.together([FIRST, *OTHERS[:2]])
    ahead.query(FIRST)

    ahead.query(FIRST)
    ahead.together(OTHERS[2:4])
    ahead.query(OTHERS[0])

    assert [one[0] for one in session.asked if len(one) == 1] == [FIRST.text, OTHERS[0].text]


def test_the_recycle_bin_makes_it_another_query() -> None:
    session = Notes()
    ahead = Ahead(session)
    ahead.together([FIRST, *OTHERS[:1]])

    told = ahead.query(Query(FIRST.text, deleted=True))

    assert told.rows[0]["deleted"] is True
    assert session.asked[1:] == [[FIRST.text]]


def test_what_is_wrong_with_one_query_is_told_in_its_turn() -> None:
    ahead = Ahead(Notes(wrong=OTHERS[0].text))
    ahead.together([FIRST, *OTHERS[:1]])

    assert ahead.query(FIRST) == _told(FIRST)
    with pytest.raises(Unavailable) as caught:
        ahead.query(OTHERS[0])
    assert caught.value.code == TOO_SLOW


def test_what_is_not_answered_together_in_time_is_asked_one_by_one_from_then_on() -> None:
    session = Notes(together=TOO_LATE)
    ahead = Ahead(session)

    ahead.together([FIRST, *OTHERS[:2]])
    rows = ahead.query_each([FIRST, *OTHERS[:2]])

    assert [row["of"] for row in rows] == [one.text for one in (FIRST, *OTHERS[:2])]
    assert [len(one) for one in session.asked] == [3, 1, 1, 1]


def test_other_trouble_with_all_of_them_is_no_reason_to_ask_one_by_one() -> None:
    session = Notes(together="BBM-SF-002")

    with pytest.raises(Unavailable):
        Ahead(session).together([FIRST, *OTHERS[:2]])

    assert len(session.asked) == 1


def test_a_query_too_long_for_an_address_goes_in_a_body() -> None:
    long = Query("why" * soql.LONGEST_ADDRESS)
    session = Notes()

    assert Ahead(session).query(long) == _told(long)
    assert session.asked == [[long.text]]
    assert not Ahead(session).query_each([])
