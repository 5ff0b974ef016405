"""The tests every connector inherits: five promises, proven against a CRM that tests can change.

A test file writes a `World` for its CRM, offers it as the pytest fixture `world` (one per test),
and inherits:

    class TestMemory(ConnectorConformance):
        kinds = tuple(RecordKind)

The tests are split by promise: this file has the world and what may be repeated (1), what is
answered (3), what escapes (4) and what is written (5); `connectors.conformance_pull` has what is
never skipped (2).
"""
# ruff: noqa: S101  a test suite speaks by assert

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import ClassVar

from bbm_core.errors import BBMError
from bbm_core.records import (
    AGENT_ROLES,
    Answer,
    FieldRole,
    RecordKind,
    RecordRef,
    Value,
    Write,
)
from connectors.conformance_pull import PullConformance
from connectors.conformance_world import (
    ESCAPES,
    Case,
    Trouble,
    Verb,
    World,
    bring_all,
    ready,
)
from connectors.contract import Connector, FieldAction
from connectors.errors import BudgetSpent

__all__ = ["ConnectorConformance", "Trouble", "Verb", "World"]

EVERY_VALUE: dict[FieldRole, Value | None] = {
    FieldRole.FLAG: "icp",
    FieldRole.SCORE: 83,
    FieldRole.TIER: "A",
    FieldRole.REASON: '製造業 (+30) · 従業員 300-5000 (+40) · <b>"quoted"</b> \\ & 🙂',
    FieldRole.MISSING: "industry",
    FieldRole.COVERAGE: 75,
    FieldRole.VERSION: "2026-11-02 a1b2c3d4",
    FieldRole.SCORED_AT: datetime(2026, 11, 2, 3, 4, 5, tzinfo=UTC),
}
"""A value for each field the agent writes, with signs that a careless encoder breaks."""


class ConnectorConformance(PullConformance):
    """What a connector must do to be trusted with a CRM."""

    kinds: ClassVar[tuple[RecordKind, ...]] = tuple(RecordKind)

    def pytest_generate_tests(self, metafunc: Case) -> None:
        """Run a test that asks for a kind or a verb once for each of them."""
        for name, values in {"kind": self.kinds, "verb": tuple(Verb)}.items():
            if name in metafunc.fixturenames:
                metafunc.parametrize(name, values)

    # Promise 1: every verb may be repeated.

    def test_check_says_the_same_again_and_changes_nothing(self, world: World) -> None:
        connector = ready(world)
        before = world.writes()

        first, second = connector.check(), connector.check()

        assert replace(first, used_calls=None, server_time=second.server_time) == replace(
            second, used_calls=None
        )
        assert set(first.kinds) >= set(self.kinds)
        assert world.writes() == before

    def test_a_plan_for_the_fields_changes_nothing(self, world: World) -> None:
        connector = world.connector()

        first = connector.prepare(world.fields, apply=False)

        assert {change.action for change in first} == {FieldAction.CREATE}
        assert connector.prepare(world.fields, apply=False) == first

    def test_a_second_prepare_finds_only_what_is_to_be_kept(self, world: World) -> None:
        connector = world.connector()

        connector.prepare(world.fields, apply=True)
        second = connector.prepare(world.fields, apply=True)

        assert [change.spec for change in second] == list(world.fields)
        assert {change.action for change in second} == {FieldAction.KEEP}

    def test_what_is_retired_is_gone_and_can_be_prepared_again(self, world: World) -> None:
        connector = ready(world)

        removed = connector.retire(world.fields, apply=True)

        assert [change.action for change in removed] == [FieldAction.REMOVE] * len(world.fields)
        assert not connector.retire(world.fields, apply=True)
        planned = connector.prepare(world.fields, apply=False)
        assert {change.action for change in planned} == {FieldAction.CREATE}

    def test_a_write_may_be_sent_again(self, world: World, kind: RecordKind) -> None:
        ref = world.create(kind, "Software")
        connector = ready(world, kind)

        first = list(connector.push([_write(ref)]))
        again = list(connector.push([_write(ref)]))

        assert [(one.ref, one.answer) for one in first] == [(ref, Answer.APPLIED)]
        assert again == first

    def test_reading_twice_says_the_same(self, world: World, kind: RecordKind) -> None:
        refs = [world.create(kind, "Software") for _ in range(9)]
        connector = ready(world, kind)

        first, second = list(connector.read(refs)), list(connector.read(refs))

        assert sorted(record.ref for record in first) == sorted(refs)
        assert first == second

    # Promise 3: push answers every write exactly once, or raises.

    def test_every_field_reads_as_it_was_written(self, world: World, kind: RecordKind) -> None:
        ref = world.create(kind, "Software")
        connector = ready(world, kind)

        list(connector.push([Write(ref, EVERY_VALUE)]))

        (record,) = connector.read([ref])
        assert dict(record.written) == EVERY_VALUE

    def test_none_clears_a_field(self, world: World, kind: RecordKind) -> None:
        ref = world.create(kind, "Software")
        connector = ready(world, kind)

        list(connector.push([Write(ref, EVERY_VALUE)]))
        list(connector.push([Write(ref, dict.fromkeys(AGENT_ROLES))]))

        (record,) = connector.read([ref])
        assert not record.written

    def test_each_write_gets_its_own_answer(self, world: World, kind: RecordKind) -> None:
        refs = [world.create(kind, "Software") for _ in range(12)]
        connector = ready(world, kind)
        expected = dict.fromkeys(refs, Answer.APPLIED)
        for ref in (refs[0], refs[5]):
            expected[ref] = world.refuse(ref)
        for ref in (refs[3], refs[11]):
            world.delete(ref)
            expected[ref] = Answer.GONE

        receipts = list(connector.push([_write(ref) for ref in refs]))

        assert sorted((one.ref, one.answer) for one in receipts) == sorted(expected.items())
        assert all(bool(one.refusal) != (one.answer is Answer.APPLIED) for one in receipts)

    def test_a_full_request_is_answered_to_the_last_write(self, world: World) -> None:
        connector = ready(world, self.kinds[0])
        refs = [world.create(self.kinds[0], "Software") for _ in range(connector.writes_at_once)]

        receipts = list(connector.push([_write(ref) for ref in refs]))

        assert sorted(receipt.ref for receipt in receipts) == sorted(refs)
        assert {receipt.answer for receipt in receipts} == {Answer.APPLIED}

    def test_nothing_to_write_asks_nothing(self, world: World) -> None:
        connector = ready(world)
        before = world.calls()

        assert not list(connector.push([]))
        assert not list(connector.read([]))
        assert world.calls() == before

    def test_a_lost_answer_is_found_out_by_reading(self, world: World, kind: RecordKind) -> None:
        refs = [world.create(kind, "Software") for _ in range(3)]
        connector = ready(world, kind)
        world.fault(Verb.PUSH, Trouble.LOST_ANSWER)

        answers = _answers(connector, [_write(ref) for ref in refs])

        assert answers <= {Answer.UNKNOWN}, "the connector cannot know what became of them"
        read = {record.ref: record.written for record in connector.read(refs)}
        assert all(read[ref].get(FieldRole.FLAG) == "icp" for ref in refs)

    def test_an_answer_without_sense_is_no_success(self, world: World) -> None:
        ref = world.create(self.kinds[0], "Software")
        for trouble in (Trouble.HTML, Trouble.EMPTY, Trouble.CUT):
            connector = ready(world)
            world.fault(Verb.PUSH, trouble)

            assert _answers(connector, [_write(ref)]) <= {Answer.UNKNOWN}, trouble

    def test_records_that_are_gone_are_left_out_of_a_reading(
        self, world: World, kind: RecordKind
    ) -> None:
        refs = [world.create(kind, "Software") for _ in range(4)]
        connector = ready(world, kind)
        world.delete(refs[1])

        read = connector.read(refs)

        assert sorted(record.ref for record in read) == sorted({*refs} - {refs[1]})

    # Promise 4: only errors of `connectors.errors` escape.

    def test_trouble_is_told_in_our_words_and_then_over(self, world: World, verb: Verb) -> None:
        refs = [world.create(self.kinds[0], "Software") for _ in range(9)]
        world.settle()
        for trouble in Trouble:
            connector = ready(world)
            world.fault(verb, trouble)

            _outcome(partial(_use, connector, verb, world, refs))

            _use(connector, verb, world, refs)

    def test_a_success_without_content_is_no_content(self, world: World, verb: Verb) -> None:
        refs = [world.create(self.kinds[0], "Software") for _ in range(9)]
        world.settle()
        for trouble in (Trouble.HTML, Trouble.EMPTY, Trouble.CUT):
            connector = ready(world)
            expected = _use(connector, verb, world, refs)
            connector = ready(world)
            world.fault(verb, trouble)

            error, seen = _outcome(partial(_use, connector, verb, world, refs))

            assert error or seen == expected, f"{trouble} was taken for an answer"

    def test_a_spent_budget_stops_before_anything_is_sent(self, world: World, verb: Verb) -> None:
        ref = world.create(self.kinds[0], "Software")
        ready(world)
        connector = world.connector(reserve=_refuse_to_reserve)
        before = world.calls()

        error, _ = _outcome(partial(_use, connector, verb, world, [ref]))

        assert isinstance(error, BudgetSpent)
        assert world.calls() == before

    def test_every_call_was_reserved(self, world: World) -> None:
        refs = [world.create(self.kinds[0], "Software") for _ in range(9)]
        ready(world)
        world.settle()
        reserved: list[int] = []
        connector, before = world.connector(reserve=reserved.append), world.calls()

        for verb in (Verb.CHECK, Verb.PULL, Verb.READ, Verb.PUSH):
            _use(connector, verb, world, refs)

        assert sum(reserved) >= world.calls() - before > 0

    # Promise 5: nothing outside the declared fields is written, no record created or deleted.

    def test_only_the_declared_fields_are_written(self, world: World, kind: RecordKind) -> None:
        ref = world.create(kind, "Software")
        connector = ready(world, kind)
        before = len(world.writes())

        bring_all(connector, kind)
        list(connector.push([Write(ref, EVERY_VALUE)]))
        list(connector.read([ref]))
        connector.check()

        ours = world.reading.kinds[kind].written
        allowed = {(ref.id, ours[role]) for role in AGENT_ROLES}
        assert set(world.writes()[before:]) == allowed

    def test_a_field_that_is_not_declared_is_not_written(self, world: World) -> None:
        kind = self.kinds[0]
        ref = world.create(kind, "Software")
        ready(world, kind)
        connector = world.connector(roles=(FieldRole.FLAG,))
        before = world.writes()

        answers = _answers(connector, [Write(ref, {FieldRole.SCORE: 1})])

        assert answers <= {Answer.REFUSED}
        assert world.writes() == before

    def test_the_fields_of_people_are_not_written(self, world: World) -> None:
        ref = world.create(self.kinds[0], "Software")
        connector = ready(world, self.kinds[0])
        before = world.writes()

        for role in set(FieldRole) - set(AGENT_ROLES):
            answers = _answers(connector, [Write(ref, {role: "icp"})])
            assert answers <= {Answer.REFUSED}

        assert world.writes() == before

    def test_a_record_is_never_created(self, world: World, kind: RecordKind) -> None:
        ref = world.create(kind, "Software")
        connector = ready(world, kind)
        world.delete(ref)

        list(connector.push([_write(ref)]))

        world.settle()
        assert not list(connector.read([ref]))
        assert not bring_all(connector, kind)


def _write(ref: RecordRef) -> Write:
    return Write(ref, {FieldRole.FLAG: "icp", FieldRole.SCORE: 61})


def _answers(connector: Connector, writes: Sequence[Write]) -> set[Answer]:
    """The answers there were; none when the connector raised an error that may escape."""
    answers: set[Answer] = set()
    try:
        answers.update(receipt.answer for receipt in connector.push(writes))
    except ESCAPES:
        return set()
    return answers


def _use(connector: Connector, verb: Verb, world: World, refs: Sequence[RecordRef]) -> object:
    """Use one verb to the end and say what came of it, so that two uses can be compared."""
    uses: dict[Verb, Callable[[], object]] = {
        Verb.CHECK: lambda: set(connector.check().kinds),
        Verb.PREPARE: lambda: connector.prepare(world.fields, apply=False),
        Verb.RETIRE: lambda: connector.retire(world.fields, apply=False),
        Verb.PULL: lambda: set(bring_all(connector, refs[0].kind)),
        Verb.READ: lambda: {record.ref for record in connector.read(refs)},
        Verb.PUSH: lambda: {
            (receipt.ref, receipt.answer)
            for receipt in connector.push([_write(ref) for ref in refs])
        },
    }
    return uses[verb]()


def _outcome(use: Callable[[], object]) -> tuple[BBMError | None, object]:
    """What came of a use, or the error; an error that may not escape fails the test by itself."""
    try:
        return None, use()
    except ESCAPES as error:
        told = error
    assert told.message
    assert told.hint, f"{told!r} does not say what to do"
    return told, None


def _refuse_to_reserve(calls: int) -> None:
    raise BudgetSpent(f"{calls} calls are not to be had.", hint="Wait until the day is over.")
