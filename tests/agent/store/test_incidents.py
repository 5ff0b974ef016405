"""Incidents and alerts: each transition is told once, and none is lost."""

from datetime import timedelta

from agent.store import AlertState, Store
from tests.agent.store.book import NOW

KEY = "acquisition/volume"
MINUTE = timedelta(minutes=1)


def queue(store: Store, transition: str = "open", episode: int = 1) -> int:
    """Queue one alert; its number."""
    assert store.queue_alert(KEY, episode, transition, {"text": transition}, NOW)
    return store.alerts(1)[0].id


def test_an_incident_is_kept_as_it_was_saved(store: Store) -> None:
    assert store.incident(KEY) is None

    store.save_incident(KEY, {"state": "open", "weeks": [1, 2]}, NOW)
    store.save_incident(KEY, {"state": "recovered"}, NOW)

    assert store.incident(KEY) == {"state": "recovered"}
    assert store.incidents() == {KEY: {"state": "recovered"}}


def test_an_incident_and_its_message_are_kept_together(store: Store) -> None:
    queued = store.save_incident(
        KEY, {"state": "open"}, NOW, episode=2, transition="open", message={"text": "x"}
    )

    (alert,) = store.pending_alerts(NOW)
    assert queued
    assert (alert.key, alert.episode, alert.transition) == (KEY, 2, "open")
    assert alert.message == {"text": "x"}
    assert (alert.state, alert.attempts, alert.queued_at) == (AlertState.PENDING, 0, NOW)


def test_a_transition_is_queued_once(store: Store) -> None:
    queue(store)

    assert not store.queue_alert(KEY, 1, "open", {"text": "again"}, NOW)
    assert store.queue_alert(KEY, 1, "recovered", {}, NOW)
    assert store.queue_alert(KEY, 2, "open", {}, NOW)
    assert store.pending_alerts(NOW)[0].message == {"text": "open"}


def test_a_sent_alert_is_not_pending_and_can_be_updated(store: Store) -> None:
    number = queue(store)
    assert store.posted_message(KEY, 1) is None
    store.mark_sending(number)

    store.alert_sent(number, "171.001", NOW)

    assert store.pending_alerts(NOW) == ()
    assert store.posted_message(KEY, 1) == "171.001"
    assert store.posted_message(KEY, 2) is None
    assert store.alerts()[0].state is AlertState.SENT


def test_the_first_message_of_an_episode_is_the_one_to_update(store: Store) -> None:
    first = queue(store, "open")
    second = queue(store, "worsen")
    store.alert_sent(first, "171.001", NOW)
    store.alert_sent(second, "171.002", NOW)

    assert store.posted_message(KEY, 1) == "171.001"


def test_an_alert_being_sent_when_we_died_is_in_doubt(store: Store) -> None:
    number = queue(store)
    store.mark_sending(number)

    assert store.pending_alerts(NOW) == ()
    assert [alert.id for alert in store.alerts_in_doubt()] == [number]


def test_a_failed_alert_is_offered_again_later_and_later(store: Store) -> None:
    number = queue(store)
    for wait in [1, 2, 4, 8, 16, 32, 60, 60]:
        store.mark_sending(number)
        store.alert_failed(number, "503", NOW, for_good=False)

        assert store.pending_alerts(NOW + wait * MINUTE - timedelta(seconds=1)) == ()
        assert len(store.pending_alerts(NOW + wait * MINUTE)) == 1

    assert store.alerts()[0].problem == "503"


def test_slack_may_ask_for_a_longer_wait(store: Store) -> None:
    number = queue(store)
    store.mark_sending(number)

    store.alert_failed(number, "429", NOW, for_good=False, wait_seconds=300)

    assert store.pending_alerts(NOW + 4 * MINUTE) == ()
    assert len(store.pending_alerts(NOW + 5 * MINUTE)) == 1


def test_an_alert_that_failed_for_good_is_not_offered_again(store: Store) -> None:
    number = queue(store)
    store.mark_sending(number)

    store.alert_failed(number, "channel_not_found", NOW, for_good=True)

    assert store.pending_alerts(NOW + timedelta(days=30)) == ()
    assert store.alerts()[0].state is AlertState.FAILED


def test_alerts_are_told_in_the_order_they_happened(store: Store) -> None:
    first, second = queue(store, "open"), queue(store, "recovered")

    assert [alert.id for alert in store.pending_alerts(NOW)] == [first, second]
