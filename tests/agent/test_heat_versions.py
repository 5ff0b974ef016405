"""Versions of the ICP where the flag asks for heat: published, taken back, marked and restated."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.cli.icp_marks import marks_json
from agent.cli.icp_naming import named
from agent.cli.icp_show import definition_notes
from agent.cycle import Ending
from agent.definition import definition_of
from agent.history import trend
from agent.publishing import Signature, publish
from agent.whatif import propose
from agent.wiring import Agent, _rules_to_read_by
from bbm_core.balance.cells import Unit
from bbm_core.icp.profile import Profile
from bbm_core.icp.versions import Act, change_points
from bbm_core.records import RecordRef
from tests.agent.world import FITTING, OTHER, World, profile


def wanting(*industries: str) -> tuple[Profile, ...]:
    return (Profile.model_validate(profile(*industries)),)


@pytest.fixture
def leads(world: World, tmp_path: Path) -> tuple[RecordRef, RecordRef, RecordRef]:
    """One that fits and is hot, one that fits and is cold, one of another industry that is hot."""
    day = (world.clock.now() - timedelta(days=1)).isoformat()
    old = (world.clock.now() - timedelta(days=300)).isoformat()
    warm, cold, other = world.lead(), world.lead(), world.lead(OTHER)
    rows = [f"{warm.id},{day}", f"{other.id},{day}", f"{cold.id},{old}"]
    text = "record_kind,record_id,at,what\n" + "".join(f"lead,{row},meeting\n" for row in rows)
    path = tmp_path / "touches.csv"
    path.write_text(text, encoding="utf-8")
    world.values["inputs"] = {"activities": str(path)}
    world.values["icp"]["icp_mode"] = "fit_and_hot"
    return warm, cold, other


def decide(agent: Agent, wanted: tuple[Profile, ...], act: Act = Act.PUBLISHED) -> None:
    books = agent.books
    proposal = propose(books, definition_of(books.settings, books.store).profiles, wanted)
    publish(books, wanted, proposal, act, Signature(books.clock.now(), "Sato", "because"))


def counted(world: World) -> tuple[int, int]:
    """ICP and not, by the rules that a command reads by."""
    with world.agent() as agent:
        version = _rules_to_read_by(agent.settings, agent.store).classifier.version
        cells = agent.store.cells(version, unit=Unit.RECORD, stage="acquisition").values()
        return sum(one.icp for one in cells), sum(one.not_icp for one in cells)


def notes(world: World) -> list[str]:
    """What is said of a configuration that no sync took over yet."""
    with world.agent() as agent:
        told = definition_notes(agent.books, Path("config.toml"), "en")
        return [line.partition(";")[0] for line in told]


def points(world: World) -> list[Any]:
    with world.agent() as agent:
        return list(change_points(agent.store.publications()))


def test_a_definition_is_published_and_taken_back_where_the_flag_asks_for_heat(
    world: World, leads: tuple[RecordRef, RecordRef, RecordRef]
) -> None:
    warm, cold, other = leads
    world.first_sync()
    with world.agent() as agent:
        decide(agent, wanting(FITTING, OTHER))
    report = world.cycle()
    wide = [world.flag(one) for one in (warm, cold, other)]
    with world.agent() as agent:
        decide(agent, wanting(FITTING), Act.ROLLED_BACK)
    world.cycle()

    assert report.ending is Ending.COMPLETE
    assert wide == ["icp", "not_icp", "icp"]
    assert [world.flag(one) for one in (warm, cold, other)] == ["icp", "not_icp", "not_icp"]
    assert [one.act for one in points(world)] == [Act.REGISTERED, Act.PUBLISHED, Act.ROLLED_BACK]


@pytest.mark.usefixtures("leads")
def test_a_change_of_mode_is_a_change_of_definition(world: World) -> None:
    world.values["icp"]["icp_mode"] = "fit"
    world.first_sync()
    world.values["icp"]["icp_mode"] = "fit_and_hot"
    world.cycle(confirmed="")
    world.values["engagement"] = {"cuts": [50, 40, 5]}
    world.cycle(confirmed="")
    world.cycle()

    found = points(world)
    assert [one.act for one in found] == [Act.REGISTERED, Act.EDITED, Act.EDITED]
    assert len({one.version for one in found}) == 1
    assert len({one.counted_by for one in found}) == 3
    with world.agent() as agent:
        books = agent.books
        assert len(marks_json(books, None, None)) == 2
        assert found[-1].counted_by == books.rules.classifier.version
        assert named(books, found[-1].counted_by).version == found[-1].version


@pytest.mark.usefixtures("leads")
def test_until_the_next_sync_the_figures_are_those_of_the_mode_before(world: World) -> None:
    world.values["icp"]["icp_mode"] = "fit"
    world.first_sync()
    world.values["icp"]["icp_mode"] = "fit_and_hot"
    before, is_told = counted(world), notes(world)
    world.cycle(confirmed="")

    assert before == (2, 1)
    assert is_told == ["icp_mode or [engagement] was changed in config.toml"]
    assert counted(world) == (1, 2)
    assert notes(world) == []


@pytest.mark.usefixtures("leads")
def test_months_before_a_change_of_mode_are_shown_by_the_mode_of_then(world: World) -> None:
    world.values["icp"]["icp_mode"] = "fit"
    world.values["watch"] = {"judge_age_days": 1}
    world.first_sync()
    world.pass_time(days=3)
    world.values["icp"]["icp_mode"] = "fit_and_hot"
    world.cycle(confirmed="")
    with world.agent() as agent:
        (month,) = trend(agent.books, "acquisition", 1)

    assert (month.as_was.icp, month.as_was.not_icp) == (2, 1)
    assert (month.restated.icp, month.restated.not_icp) == (1, 2)
    assert len(month.changes) == 1
