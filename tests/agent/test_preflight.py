"""What is looked at before anything moves."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from agent.preflight import Book, is_first, look, open_book, planned
from bbm_core.errors import PreconditionError
from bbm_core.guard import Share
from bbm_core.icp.classify import Flag
from bbm_core.records import RecordKind
from connectors.contract import Health, Problem, Severity
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


@dataclass(slots=True)
class _Watched:
    """A connector that notes how it was looked at."""

    inner: Any
    briefs: list[bool] = field(default_factory=list)
    seen: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def check(self, *, brief: bool = False) -> Health:
        self.briefs.append(brief)
        health: Health = self.inner.check(brief=brief)
        # What seldom changes is left out of a brief look.
        return replace(health, currency="") if brief else replace(health, **self.seen)


def looks(world: World, *ages: float, **seen: Any) -> tuple[list[bool], list[Health]]:
    """Looks, each by an agent of its own, so many hours after the one before."""
    briefs: list[bool] = []
    found: list[Health] = []
    for hours in ages:
        world.pass_time(hours=hours)
        with world.agent() as agent:
            watched = _Watched(agent.connector, seen=seen)
            agent.connector = watched
            found.append(look(agent))
            briefs += watched.briefs
    return briefs, found


def test_everything_is_looked_at_once_a_day_and_a_little_every_time(world: World) -> None:
    briefs, _ = looks(world, 0, 1, 22, 1, 1)

    assert briefs == [False, True, True, False, True]


def test_a_brief_look_still_knows_the_currency(world: World) -> None:
    briefs, found = looks(world, 0, 1, currency="EUR")

    assert briefs == [False, True]
    assert [one.currency for one in found] == ["EUR", "EUR"]


def test_as_long_as_something_is_hidden_everything_is_looked_at(world: World) -> None:
    briefs, _ = looks(world, 0, 1, partial=("no View All Records on Lead",))

    assert briefs == [False, False]
    assert looks(world, 1, 1)[0] == [False, True]


def test_where_records_are_missing_all_at_once_everything_is_looked_at(world: World) -> None:
    leads = [world.lead() for _ in range(30)]
    looks(world, 0)
    world.crm.delete(leads.pop())
    assert looks(world, 1)[0] == [True]

    for lead in leads[:2]:
        world.crm.delete(lead)

    assert looks(world, 1, 1)[0] == [True, False, True]


def test_another_configuration_is_looked_at_as_a_whole(world: World) -> None:
    looks(world, 0)
    world.values["guards"] = {"max_writes": 12}

    assert looks(world, 1, 1)[0] == [False, True]


def test_a_look_that_found_errors_is_done_again_as_a_whole(world: World) -> None:
    errors = (problem("A", "no", "add"),)
    with pytest.raises(PreconditionError):
        looks(world, 0, problems=errors)

    assert looks(world, 1)[0] == [False]


def test_a_kind_that_was_read_and_is_no_longer_to_be_seen_stops_the_run(world: World) -> None:
    world.lead()
    world.first_sync()
    with world.agent() as agent:
        kinds = {k: v for k, v in agent.connector.check().kinds.items() if k is not RecordKind.LEAD}

    with pytest.raises(PreconditionError, match="of the kind lead were read") as caught:
        looks(world, 25, kinds=kinds)

    assert "[kinds.lead]" in caught.value.hint


def test_a_kind_that_was_never_there_is_done_without(world: World) -> None:
    with world.agent() as agent:
        kinds = {k: v for k, v in agent.connector.check().kinds.items() if k is not RecordKind.LEAD}

    assert looks(world, 0, kinds=kinds)[1][0].kinds == kinds
