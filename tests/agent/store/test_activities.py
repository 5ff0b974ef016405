"""Activities are kept once each, whoever tells of them and however often."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.store import Store
from bbm_core.records import Activity, RecordKind, RecordRef
from tests.agent.store.book import DAY, NOW

ANN = RecordRef(RecordKind.LEAD, "00QA")
BOB = RecordRef(RecordKind.CONTACT, "003B")
CALL = Activity(ANN, NOW, "call", "005X", 2)
VIEW = Activity(BOB, NOW - DAY, "page_view")


def test_activities_come_back_by_record_and_time(store: Store) -> None:
    later = Activity(ANN, NOW + timedelta(microseconds=1), "call")
    store.keep_activities([later, CALL, VIEW], "file")

    assert tuple(store.activities()) == (VIEW, CALL, later)
    assert tuple(store.activities(RecordKind.LEAD)) == (CALL, later)
    assert tuple(store.activities(since=NOW)) == (CALL, later)
    assert store.activities_of([ANN, RecordRef(RecordKind.LEAD, "none")]) == {ANN: (CALL, later)}
    assert store.activities_since() == NOW - DAY


def test_an_empty_book_has_none(store: Store) -> None:
    assert tuple(store.activities()) == ()
    assert store.activities_of([ANN]) == {}
    assert store.activities_since() is None


def test_telling_again_changes_nothing(store: Store) -> None:
    assert store.keep_activities([CALL, VIEW], "file") == {ANN, BOB}
    assert store.keep_activities([VIEW, CALL], "file", whole=True) == set()


@given(order=st.permutations([1, 3, 2]))
def test_two_of_one_moment_are_one_with_the_larger_number(order: list[int]) -> None:
    with Store.open("sqlite://") as store:
        store.keep_activities([Activity(ANN, NOW, "call", times=n) for n in order], "file")

        assert [one.times for one in store.activities()] == [3]


def test_what_a_whole_source_no_longer_tells_goes(store: Store) -> None:
    store.keep_activities([CALL, VIEW], "file")
    store.keep_activities([Activity(BOB, NOW, "meeting")], "salesforce")

    assert store.keep_activities([CALL], "file", whole=True) == {BOB}
    assert [one.what for one in store.activities()] == ["meeting", "call"]


def test_what_two_sources_tell_stays_while_one_of_them_does(store: Store) -> None:
    store.keep_activities([CALL], "salesforce")
    store.keep_activities([CALL], "file", whole=True)
    store.keep_activities([], "file", whole=True)

    assert tuple(store.activities()) == (CALL,)


@pytest.mark.parametrize("count", [1, 1201])
def test_many_records_are_asked_for_at_once(store: Store, count: int) -> None:
    refs = [RecordRef(RecordKind.LEAD, f"{number:04}") for number in range(count)]
    store.keep_activities([Activity(ref, NOW, "call") for ref in refs], "file")

    assert store.activities_of(refs).keys() == set(refs)
