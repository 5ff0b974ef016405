"""What becomes of planned writes: pushed once, settled by reading, read back and compared."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from agent.cycle import Ending, Order, run_cycle
from agent.delivery import MOST_TRIES, READ_AT_ONCE, Delivery, read_back
from bbm_core.errors import TransientError
from bbm_core.records import Answer, Receipt, RecordKind, Write
from connectors.conformance_world import Trouble, Verb
from connectors.errors import Unavailable
from connectors.memory import MemoryConnector
from tests.agent.world import FLAG, OTHER, World


def test_an_answer_that_was_lost_is_found_by_reading_and_not_written_again(world: World) -> None:
    lead = world.lead()
    world.crm.fault(Verb.PUSH, Trouble.LOST_ANSWER)

    report = world.first_sync()

    assert report.ending is Ending.COMPLETE
    assert report.delivery.answers[Answer.APPLIED] == 1
    assert [id_ for id_, name in world.crm.writes if name == FLAG] == [lead.id]


def test_what_was_never_applied_is_sent_again(world: World) -> None:
    lead = world.lead()
    world.crm.fault(Verb.PUSH, Trouble.DOWN)

    report = world.first_sync()

    assert report.delivery.answers[Answer.APPLIED] == 1
    assert world.flag(lead) == "icp"


def test_what_was_in_flight_when_the_agent_died_is_settled_before_anything_else(
    world: World,
) -> None:
    """One write had arrived, the other had not, the third record is gone since."""
    arrived, lost, deleted = world.lead(), world.lead(), world.lead()
    world.cycle(push=False)
    with world.agent() as agent:
        rows = agent.store.planned(None, 10, world.clock.now())
        agent.store.mark_in_flight([row.id for row in rows], world.clock.now())
        (first,) = (row for row in rows if row.ref == arrived)
        list(agent.connector.push([Write(first.ref, first.values)]))
    world.crm.delete(deleted)
    world.written()

    report = world.first_sync()

    assert report.delivery.settled == 3
    assert report.delivery.answers == {Answer.APPLIED: 2, Answer.GONE: 1}
    assert world.written() == {lost.id}


@pytest.mark.parametrize("kinds", [{}, {"lead": {"write": False}}])
def test_a_write_to_a_kind_that_was_given_up_stops_no_other_and_waits(
    world: World, kinds: dict[str, Any]
) -> None:
    lead, account = world.lead(), world.account()
    world.cycle(push=False)
    with world.agent() as agent:
        rows = agent.store.planned(RecordKind.LEAD, 10, world.clock.now())
        agent.store.mark_in_flight([row.id for row in rows], world.clock.now())
        list(agent.connector.push([Write(row.ref, row.values) for row in rows]))
    before = world.values["kinds"]
    world.values["kinds"] = {kind: {} for kind in before if kind != "lead"} | kinds

    report = world.first_sync()

    assert (report.ending, report.delivery.settled) == (Ending.COMPLETE, 0)
    assert world.flag(account) == "icp"
    with world.agent() as agent:
        assert [row.ref for row in agent.store.in_flight()] == [lead]
    world.values["kinds"] = before
    assert world.first_sync().delivery.settled == 1


def test_records_of_one_account_are_written_side_by_side(world: World) -> None:
    """Writing to a contact locks its account: two requests at work on one wait for each other."""
    accounts = [world.account() for _ in range(3)]
    firm_of = {}
    for _ in range(4):
        for account in accounts:
            firm_of[world.crm.create(RecordKind.CONTACT, account=account).id] = account

    world.first_sync()

    firms = [firm_of[id_] for id_, name in world.crm.writes if name == FLAG and id_ in firm_of]
    assert firms == [account for account in accounts for _ in range(4)]


def test_a_busy_record_is_offered_again_until_it_is_free(world: World) -> None:
    lead = world.lead()
    world.crm.answer(lead, Answer.BUSY, "UNABLE_TO_LOCK_ROW")
    with world.agent() as agent:
        agent.connector = _Freeing(agent.connector, world, after=MOST_TRIES - 1)
        report = run_cycle(agent, Order("test", confirmed=""))

    assert report.delivery.answers == {Answer.BUSY: MOST_TRIES - 1, Answer.APPLIED: 1}
    assert world.clock.waited == [2.0, 4.0, 8.0]
    assert world.flag(lead) == "icp"


def test_a_record_that_stays_busy_is_left_for_the_next_run(world: World) -> None:
    lead = world.lead()
    world.crm.answer(lead, Answer.BUSY, "UNABLE_TO_LOCK_ROW")

    report = world.first_sync()
    assert report.delivery.answers == {Answer.BUSY: MOST_TRIES}
    world.crm._answers.clear()
    world.pass_time(minutes=30)
    world.cycle()

    assert world.flag(lead) == "icp"


class _Freeing:
    """A CRM in which somebody lets go of a record after so many attempts."""

    def __init__(self, connector: object, world: World, after: int) -> None:
        self._connector = connector
        self._world = world
        self._left = after

    def __getattr__(self, name: str) -> object:
        return getattr(self._connector, name)

    def push(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        if not self._left:
            self._world.crm._answers.clear()
        self._left -= 1
        yield from self._connector.push(writes)  # type: ignore[attr-defined]  # any connector


def test_an_answer_that_says_nothing_is_read_back(world: World) -> None:
    lead, applied = world.lead(), world.lead()
    world.crm.answer(lead, Answer.UNKNOWN, "sent, no answer")
    with world.agent() as agent:
        agent.connector = _Freeing(agent.connector, world, after=1)
        report = run_cycle(agent, Order("test", confirmed=""))

    assert report.delivery.answers == {Answer.APPLIED: 2}
    assert world.flag(lead) == world.flag(applied) == "icp"


def test_a_record_of_which_the_crm_never_says_anything_does_not_hold_up_the_run(
    world: World,
) -> None:
    silent, other = world.lead(), world.lead()
    world.crm.answer(silent, Answer.UNKNOWN, "sent, no answer")

    report = world.first_sync()

    assert report.delivery.answers == {Answer.APPLIED: 1}
    assert world.flag(other) == "icp"
    with world.agent() as agent:
        assert agent.store.planned_counts().writes == 1


def test_settling_goes_on_where_an_outage_cut_it_short(world: World) -> None:
    for _ in range(READ_AT_ONCE + 1):
        world.lead()
    world.cycle(push=False)
    with world.agent() as agent:
        rows = agent.store.planned(None, READ_AT_ONCE + 1, world.clock.now())
        agent.store.mark_in_flight([row.id for row in rows], world.clock.now())
        for start in (0, READ_AT_ONCE):
            some = rows[start : start + READ_AT_ONCE]
            list(agent.connector.push([Write(row.ref, row.values) for row in some]))
    world.crm.fault(Verb.READ, Trouble.DOWN, skip=1)

    report = world.first_sync()

    assert report.delivery.answers == {Answer.APPLIED: READ_AT_ONCE + 1}


def test_a_record_that_was_deleted_meanwhile_is_gone_and_no_failure(world: World) -> None:
    lead = world.lead()
    world.cycle(push=False)
    with world.agent() as agent:
        agent.connector = _Deleting(agent.connector, world)
        report = run_cycle(agent, Order("test", confirmed=""))

    assert report.delivery.answers == {Answer.GONE: 1}
    assert report.ending is Ending.COMPLETE
    assert world.crm.present(lead) is None


class _Deleting(_Freeing):
    """A CRM in which somebody deletes every lead just before it is written."""

    def __init__(self, connector: object, world: World) -> None:
        super().__init__(connector, world, after=0)

    def push(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        for write in writes:
            self._world.crm.delete(write.ref)
        yield from self._connector.push(writes)  # type: ignore[attr-defined]  # any connector


def test_an_outage_in_the_middle_of_writing_loses_nothing(world: World) -> None:
    leads = [world.lead() for _ in range(5)]
    for _ in range(12):
        world.crm.fault(Verb.PUSH, Trouble.DOWN)

    # Reading still works, so the batch knows that it was not applied; it must give up all the same.
    with pytest.raises(TransientError):
        world.first_sync()
    world.crm._script.clear()
    report = world.first_sync()

    assert {world.flag(lead) for lead in leads} == {"icp"}
    assert report.delivery.answers[Answer.APPLIED] == 5


def test_a_value_that_is_not_as_written_makes_the_run_partial(world: World) -> None:
    lead = world.lead()
    with world.agent() as agent:
        connector = agent.connector
        assert isinstance(connector, MemoryConnector)
        agent.connector = _Meddling(connector, world)
        report = run_cycle(agent, Order("test", confirmed=""))

    assert report.delivery.differing == [lead]
    assert report.ending is Ending.PARTIAL


class _Meddling(_Freeing):
    """A CRM with a workflow that sets our flag back."""

    def __init__(self, connector: object, world: World) -> None:
        super().__init__(connector, world, after=0)

    def push(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        yield from self._connector.push(writes)  # type: ignore[attr-defined]  # any connector
        for write in writes:
            self._world.crm.edit(write.ref, {FLAG: "unknown"})


def test_a_second_judgement_within_one_second_is_not_taken_for_the_first(world: World) -> None:
    """Their times of judging are alike, so only the values can say whether it arrived."""
    lead = world.lead()
    world.first_sync()
    world.crm.edit(lead, {"Industry": OTHER})
    world.crm.fault(Verb.PUSH, Trouble.DOWN)

    world.cycle()

    assert world.flag(lead) == "not_icp"


@pytest.mark.parametrize("taken", [True, False])
def test_what_a_person_changes_before_the_read_back_is_not_written_over(
    world: World, *, taken: bool
) -> None:
    """Whether the write whose answer was lost had been taken or not."""
    lead = world.lead()
    world.first_sync()
    world.pass_time(minutes=5)
    world.crm.edit(lead, {"Industry": OTHER})
    world.pass_time(minutes=5)
    before = len(world.crm.writes)
    with world.agent() as agent:
        agent.connector = _Overtaken(agent.connector, world, taken=taken)
        delivery = run_cycle(agent, Order("test")).delivery
    world.pass_time(minutes=5)

    report = world.cycle()

    assert delivery.answers[Answer.APPLIED] == taken  # and so it is in the audit
    assert world.flag(lead) == "unknown"
    assert report.intake.plan.edits[0].theirs == "unknown"
    assert [name for _, name in world.crm.writes[before:]].count(FLAG) == taken


def test_what_a_person_changed_and_put_back_is_judged_all_the_same(world: World) -> None:
    lead = world.lead()
    world.first_sync()
    world.pass_time(minutes=5)
    world.crm.edit(lead, {"Industry": OTHER})
    world.pass_time(minutes=5)
    with world.agent() as agent:
        agent.connector = _Overtaken(agent.connector, world, taken=False)
        run_cycle(agent, Order("test"))
    world.pass_time(minutes=5)
    world.crm.edit(lead, {FLAG: "icp"})
    world.pass_time(minutes=5)

    world.cycle()

    assert world.flag(lead) == "not_icp"


class _Overtaken(_Freeing):
    """A CRM whose answer is lost while a person sets our flag, be the write taken or not."""

    def __init__(self, connector: object, world: World, *, taken: bool) -> None:
        super().__init__(connector, world, after=1)
        self._taken = taken

    def push(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        answered = self._connector.push(writes)  # type: ignore[attr-defined]  # any connector
        if not self._left:
            yield from answered
            return
        self._left = 0
        if self._taken:
            list(answered)
        for write in writes:
            self._world.crm.edit(write.ref, {FLAG: "unknown"})
        raise Unavailable("No answer.", hint="Run again.", code="BBM-HS-041")


@pytest.mark.parametrize(("percent", "checked"), [(0, 0), (1, 1), (50, 5), (100, 10)])
def test_a_share_of_the_writes_is_read_back_some_at_a_time(
    world: World, monkeypatch: pytest.MonkeyPatch, percent: int, checked: int
) -> None:
    monkeypatch.setattr("agent.delivery.READ_AT_ONCE", 3)
    for _ in range(10):
        world.lead()
    run = world.first_sync().run

    delivery = Delivery()
    with world.agent() as agent:
        before = world.crm.calls
        read_back(agent, run, percent, delivery)

    assert delivery.checked == checked
    assert not delivery.differing
    assert world.crm.calls - before == -(-checked // 3)
