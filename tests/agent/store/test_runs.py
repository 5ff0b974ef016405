"""The org, the runs and the versions that were seen."""

import pytest
from sqlalchemy.exc import StatementError

from agent.store import Store
from bbm_core.errors import PreconditionError
from tests.agent.store.book import DAY, NOW


def test_a_state_belongs_to_one_org_for_good(store: Store) -> None:
    assert store.pinned_org() is None

    store.pin_org("00D1", "Example")
    store.pin_org("00D1", "Renamed")

    assert store.pinned_org() == "00D1"
    with pytest.raises(PreconditionError, match="00D1, not to 00D2"):
        store.pin_org("00D2", "Sandbox")
    assert store.pinned_org() == "00D1"


def test_a_run_is_recorded_with_what_it_did(store: Store) -> None:
    number = store.begin_run("sync", NOW, "abc", "v1")
    begun = store.run(number)
    assert begun is not None
    assert (begun.finished, begun.outcome) == (None, "")

    store.finish_run(number, NOW + DAY, "partial", {"read": 3}, ["one was refused"])

    run = store.run(number)
    assert run is not None
    assert (run.command, run.config_digest, run.version) == ("sync", "abc", "v1")
    assert (run.started, run.finished, run.outcome) == (NOW, NOW + DAY, "partial")
    assert run.counters == {"read": 3}
    assert run.problems == ("one was refused",)


def test_an_unknown_run_is_none(store: Store) -> None:
    assert store.run(1) is None


def test_runs_come_newest_first(store: Store) -> None:
    numbers = [store.begin_run("sync", NOW, "", "") for _ in range(3)]

    assert [run.id for run in store.runs()] == numbers[::-1]
    assert [run.id for run in store.runs(1)] == numbers[-1:]


def test_only_a_complete_run_counts_as_one(store: Store) -> None:
    assert store.last_complete_run() is None
    complete, stopped, died = (store.begin_run("sync", NOW, "", "") for _ in range(3))

    store.finish_run(complete, NOW, "complete", {})
    store.finish_run(stopped, NOW, "stopped", {})

    last = store.last_complete_run()
    assert last is not None
    assert last.id == complete < died


def test_a_version_is_new_once(store: Store) -> None:
    assert store.saw_version("profile", "b", NOW)
    assert not store.saw_version("profile", "b", NOW + DAY)
    assert store.saw_version("profile", "a", NOW + DAY)
    assert store.saw_version("stages", "b", NOW)

    assert list(store.versions("profile").items()) == [("b", NOW), ("a", NOW + DAY)]


def test_facts_outlive_the_process(url: str) -> None:
    with Store.open(url) as store:
        store.remember({"colour": "green"})

    with Store.open(url) as store:
        assert store.fact("colour") == "green"


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="no time zone"):
        store.begin_run("sync", NOW.replace(tzinfo=None), "", "")
