"""How a cycle ends before its end: a guard, a failure, a person; and how the next one goes on."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from agent.clock import Interrupted
from agent.cycle import Order, run_cycle
from bbm_core.errors import PreconditionError, SafetyStop, TransientError
from bbm_core.guard import Guard
from bbm_core.records import Page, RecordKind
from connectors.conformance_world import Trouble, Verb
from connectors.contract import Problem, Severity
from connectors.memory import MemoryConnector
from tests.agent.world import FITTING, OTHER, World


def test_a_rule_that_changed_during_an_interrupted_first_sync_is_noticed(world: World) -> None:
    leads = [world.lead() for _ in range(7)]
    with world.agent() as agent:
        agent.connector = _Stopping(agent.connector, agent.stop.set)
        with pytest.raises(Interrupted):
            run_cycle(agent, Order("test", confirmed=""))

    world.values["icp"]["profiles"][0]["criteria"][0]["in"] = [OTHER]
    world.first_sync()

    assert {world.flag(lead) for lead in leads} == {"not_icp"}


def test_another_field_during_an_interrupted_first_sync_is_noticed(world: World) -> None:
    fields = {"Industry": FITTING, "Branch__c": OTHER}
    leads = [world.crm.create(RecordKind.LEAD, fields) for _ in range(7)]
    with world.agent() as agent:
        agent.connector = _Stopping(agent.connector, agent.stop.set)
        with pytest.raises(Interrupted):
            run_cycle(agent, Order("test", confirmed=""))

    world.values["attributes"]["industry"]["lead"] = "Branch__c"
    world.first_sync()

    assert {world.flag(lead) for lead in leads} == {"not_icp"}


def test_a_full_sync_that_was_stopped_goes_on_and_finds_who_vanished(world: World) -> None:
    leads = [world.lead() for _ in range(7)]
    world.first_sync()
    del world.crm._rows[leads[0]]  # without a word about its end
    world.clock.wait(3600)
    _stop_full(world)

    later, after = world.cycle(), world.cycle()

    assert later.intake.removed[RecordKind.LEAD] == 1
    assert later.intake.read[RecordKind.LEAD] == 1
    assert not after.intake.read[RecordKind.LEAD]


def test_a_full_sync_longer_than_one_run_comes_to_its_end(world: World) -> None:
    leads = [world.lead() for _ in range(13)]
    world.first_sync()
    world.clock.wait(3600)
    for _ in range(2):
        _stop_full(world)  # ordered again each time, as the service does
        world.clock.wait(3600)

    last = world.cycle(full=True)

    assert last.intake.read[RecordKind.LEAD] == len(leads) - 10
    assert not last.intake.removed[RecordKind.LEAD]
    assert not world.cycle().intake.read[RecordKind.LEAD]


def test_a_full_sync_that_died_before_its_first_page_begins_at_the_beginning(world: World) -> None:
    leads = [world.lead() for _ in range(7)]
    world.first_sync()
    world.clock.wait(3600)
    for _ in range(6):
        world.crm.fault(Verb.PULL, Trouble.DOWN)
    with pytest.raises(TransientError):
        world.cycle(full=True)

    later = world.cycle()

    assert later.intake.read[RecordKind.LEAD] == len(leads)
    assert not later.intake.removed[RecordKind.LEAD]


def _stop_full(world: World) -> None:
    with world.agent() as agent:
        agent.connector = _Stopping(agent.connector, agent.stop.set)
        with pytest.raises(Interrupted):
            run_cycle(agent, Order("test", full=True))


class _Stopping:
    """A connector whose user presses Ctrl-C while the first page is at work."""

    def __init__(self, connector: object, stop: object) -> None:
        self._connector = connector
        self._stop = stop

    def __getattr__(self, name: str) -> object:
        return getattr(self._connector, name)

    def pull(self, kind: RecordKind, since: object) -> Iterator[Page]:
        for page in self._connector.pull(kind, since):  # type: ignore[attr-defined]  # any connector
            if page.records:
                self._stop()  # type: ignore[operator]  # a callable
            yield page


def test_a_run_that_would_flip_many_flags_stops_before_writing(world: World) -> None:
    for _ in range(60):
        world.lead()
    world.first_sync()
    world.written()

    world.values["icp"]["profiles"][0]["criteria"][0]["in"] = [OTHER]
    report = world.cycle()

    assert report.stop is not None
    assert report.stop.guard is Guard.FLIPS
    assert not world.written()


def test_a_state_of_another_org_stops_before_anything_is_read(world: World) -> None:
    world.lead()
    world.first_sync()

    world.crm.org_id = "another"

    with pytest.raises(SafetyStop, match="belongs to the org memory"):
        world.cycle()


def test_a_failure_leaves_its_record_and_its_words(world: World) -> None:
    for _ in range(6):
        world.crm.fault(Verb.PULL, Trouble.DOWN)

    with pytest.raises(TransientError):
        world.first_sync()

    with world.agent() as agent:
        (run,) = agent.store.runs()
    assert run.outcome == "failed"
    assert run.problems == ("BBM-CO-003 The CRM in memory does not answer.",)


def test_a_stop_is_heard_at_the_next_page_and_the_next_run_goes_on(world: World) -> None:
    leads = [world.lead() for _ in range(12)]
    with world.agent() as agent:
        agent.connector = _Stopping(agent.connector, agent.stop.set)
        with pytest.raises(Interrupted) as caught:
            run_cycle(agent, Order("test", confirmed=""))
        kept = agent.store.totals()[RecordKind.LEAD]

    report = world.first_sync()

    assert caught.value.exit_code == 143
    assert kept == 5, "the page at work was kept"
    assert report.intake.read[RecordKind.LEAD] == 7
    assert all(world.flag(lead) == "icp" for lead in leads)
    with world.agent() as agent:
        assert [run.outcome for run in agent.store.runs()] == ["complete", "interrupted"]


def test_a_stop_while_writing_finishes_the_batch_and_keeps_the_rest_planned(world: World) -> None:
    leads = [world.lead() for _ in range(9)]
    with world.agent() as agent:
        connector = agent.connector
        assert isinstance(connector, MemoryConnector)
        connector.writes_at_once = 4
        push = connector.push

        def stopping(writes):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - as push
            agent.stop.set()
            return push(writes)

        connector.push = stopping  # type: ignore[method-assign]  # the user stops in mid-push
        with pytest.raises(Interrupted):
            run_cycle(agent, Order("test", confirmed=""))
        assert agent.store.planned_counts().writes == 5

    assert len(world.written()) == 4
    world.first_sync()
    assert {world.flag(lead) for lead in leads} == {"icp"}
    assert len(world.written()) == 5, "nothing is written twice"


def test_a_missing_right_ends_the_run_before_anything_is_read(world: World) -> None:
    world.lead()
    with world.agent() as agent:
        agent.connector = _Forbidden(agent.connector)
        with pytest.raises(PreconditionError, match="no right to read"):
            run_cycle(agent, Order("test", confirmed=""))

        (run,) = agent.store.runs()
        assert run.outcome == "failed"
        assert "no right to read" in run.problems[0]
        assert not agent.store.totals()


def test_a_stopped_run_is_not_its_own_yardstick(world: World) -> None:
    """Unknowns rise, the guard stops; asking once more does not open it."""
    leads = [world.lead() for _ in range(10)]
    world.first_sync()
    for lead in leads[:4]:
        world.crm.edit(lead, {"Industry": None})
    world.pass_time(hours=1)

    stops = [world.cycle().stop, world.cycle().stop]

    assert [stop and stop.guard for stop in stops] == [Guard.UNKNOWN_RISE] * 2


def test_a_sync_that_wrote_nothing_has_confirmed_nothing(world: World) -> None:
    world.lead()
    world.values["kinds"]["lead"] = {"write": False}
    world.first_sync()
    world.values["kinds"]["lead"] = {"write": True}
    world.pass_time(hours=1)

    report = world.cycle()

    assert report.stop is not None
    assert report.stop.guard is Guard.FIRST_SYNC


class _Forbidden:
    """A connector that sees what is missing."""

    def __init__(self, connector: object) -> None:
        self._connector = connector

    def __getattr__(self, name: str) -> object:
        return getattr(self._connector, name)

    def check(self, *, brief: bool = False) -> object:
        assert not brief
        problems = (
            Problem("BBM-X-1", Severity.ERROR, "no right to read leads", "grant it"),
            Problem("BBM-X-2", Severity.ERROR, "no right to write", "grant it"),
            Problem("BBM-X-3", Severity.WARNING, "few calls are left", "wait"),
        )
        return replace(self._connector.check(), problems=problems)  # type: ignore[attr-defined]
