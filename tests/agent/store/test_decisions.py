"""The decision log, and what was won from whom."""

from datetime import UTC, date, datetime

from agent.store import Store
from agent.store.decisions import DecisionRow

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_a_decision_is_kept_with_its_review_and_is_open(store: Store) -> None:
    number = store.decide("m.sato", {"what": "quality"}, date(2027, 1, 18), NOW)

    assert store.decisions() == (
        DecisionRow(number, NOW, "m.sato", {"what": "quality"}, date(2027, 1, 18), None),
    )
    assert store.decisions()[0].is_open


def test_a_closed_decision_stays_with_what_became_of_it(store: Store) -> None:
    number = store.decide("m.sato", {"what": "quality"}, None, NOW)

    assert store.close_decision(number, {"note": "enough"}, NOW)

    (row,) = store.decisions()
    assert (row.body, row.closed_at) == ({"what": "quality", "after": {"note": "enough"}}, NOW)
    assert store.decisions(only_open=True) == ()


def test_a_decision_is_closed_once(store: Store) -> None:
    number = store.decide("m.sato", {"what": "quality"}, None, NOW)
    store.close_decision(number, {}, NOW)

    assert not store.close_decision(number, {}, NOW)
    assert not store.close_decision(99, {}, NOW)


def test_the_newest_decision_comes_first(store: Store) -> None:
    first = store.decide("a", {"what": "quality"}, None, NOW)
    second = store.decide("a", {"what": "volume"}, None, NOW)

    assert [row.number for row in store.decisions()] == [second, first]
