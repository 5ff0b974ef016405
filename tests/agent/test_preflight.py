"""What is looked at before anything moves."""

from dataclasses import replace

import pytest

from agent.preflight import Book, is_first, look, open_book, planned
from bbm_core.errors import PreconditionError
from bbm_core.guard import Share
from bbm_core.icp.classify import Flag
from bbm_core.records import RecordKind
from connectors.contract import Problem, Severity
from tests.agent.world import World


def test_a_state_is_bound_to_the_first_org_it_meets(world: World) -> None:
    with world.agent() as agent:
        look(agent)

        assert agent.store.pinned_org() == "memory"


def problem(code: str, what: str, fix: str) -> Problem:
    return Problem(code, Severity.ERROR, what, fix)


def refused(
    world: World, monkeypatch: pytest.MonkeyPatch, problems: tuple[Problem, ...]
) -> PreconditionError:
    with world.agent() as agent:
        health = replace(agent.connector.check(), problems=problems)
        monkeypatch.setattr(type(agent.connector), "check", lambda _connector: health)
        with pytest.raises(PreconditionError) as caught:
            look(agent)
    return caught.value


def test_each_problem_has_a_line_and_each_fix_is_named_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    problems = (problem("A", "Lead has no x", "Add it."), problem("B", "No y.", "Add it"))

    error = refused(world, monkeypatch, problems)

    assert error.message == "Lead has no x.\nNo y."
    assert error.hint == "Add it."
    assert error.code == "A"


def test_of_many_problems_alike_two_are_named(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = tuple(problem("A", f"no field {n}", "run it") for n in range(44))

    error = refused(world, monkeypatch, (*many, problem("B", "no y", "add y")))

    assert error.message.splitlines() == [
        "no field 0.",
        "no field 1.",
        "and 42 more (bbm doctor lists all)",
        "no y.",
    ]
    assert error.hint == "run it.\nadd y."


def test_an_empty_book_has_no_share_of_unknowns(world: World) -> None:
    with world.agent() as agent:
        assert open_book(agent) == Book({}, {})
        assert open_book(agent).unknown is None


def test_the_book_counts_what_is_known(world: World) -> None:
    world.lead()
    world.lead(None)
    world.first_sync()

    with world.agent() as agent:
        book = open_book(agent)

    assert book.flags == {(RecordKind.LEAD, Flag.YES): 1, (RecordKind.LEAD, Flag.UNKNOWN): 1}
    assert book.unknown == Share(1, 2)


def test_a_sync_is_the_first_until_one_has_written(world: World) -> None:
    world.lead()
    world.cycle(push=False)
    with world.agent() as agent:
        assert is_first(agent)
        assert planned(agent).size == 1

    world.first_sync()
    with world.agent() as agent:
        assert not is_first(agent)
        assert planned(agent).size == 0
