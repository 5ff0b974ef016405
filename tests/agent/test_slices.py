"""By what the balance can be broken down, and by what it may be."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from agent.breakdown import break_down
from agent.question import Look, Question
from agent.slices import counted, sliceable, slicer, unmapped_sources
from bbm_core.balance.source import Unmapped
from bbm_core.balance.tally import Tally
from bbm_core.errors import ConfigError
from bbm_core.records import RecordRef
from tests.agent.world import FITTING, OTHER, World

MEASURES = {
    "web": {"orientation": "volume", "channels": ["Web*"]},
    "fair": {"orientation": "quality", "channels": ["Fair"], "campaigns": ["Expo*"]},
}


def ask(world: World, by: str, **changes: object) -> dict[str, Tally]:
    question = Question(by=by, whole_weeks=True, **changes)  # type: ignore[arg-type] - by test
    with world.agent() as agent:
        rows = break_down(agent.books, ["acquisition"], question)["acquisition"]
        return {row.slice: row.tally for row in rows}


def refused(world: World, by: str) -> ConfigError:
    with world.agent() as agent, pytest.raises(ConfigError) as caught:
        slicer(agent.books, by)
    return caught.value


def lead(world: World, industry: str, channel: str = "", **more: object) -> RecordRef:
    return world.lead(
        industry, at=datetime(2026, 11, 2, tzinfo=UTC), channel=channel or None, **more
    )


def test_channels_are_put_together_to_measures(world: World) -> None:
    world.values["measures"] = MEASURES
    for channel in ("Web form", "Web ads", "Fair", "Radio", ""):
        lead(world, FITTING, channel)
    world.first_sync()

    assert ask(world, "measure") == {
        "web": Tally(icp=2),
        "fair": Tally(icp=1),
        "": Tally(icp=2),
    }


def test_a_changed_measure_needs_no_sync(world: World) -> None:
    lead(world, FITTING, "Radio")
    world.first_sync()

    world.values["measures"] = {"air": {"orientation": "volume", "channels": ["Ra*"]}}

    assert ask(world, "measure") == {"air": Tally(icp=1)}


def test_a_campaign_decides_before_the_channel(world: World) -> None:
    world.values["measures"] = MEASURES
    world.values["attributes"]["campaign"] = {"lead": "Campaign__c"}
    world.values["campaign"] = "campaign"
    for campaign in ("Expo 2026", "Newsletter"):
        ref = lead(world, FITTING, "Web form")
        world.crm.edit(ref, {"Campaign__c": campaign})
    world.first_sync()

    assert ask(world, "measure") == {"fair": Tally(icp=1), "web": Tally(icp=1)}
    assert ask(world, "campaign") == {"Expo 2026": Tally(icp=1), "Newsletter": Tally(icp=1)}
    assert ask(world, "measure", look=Look.STOCK) == {"fair": Tally(icp=1), "web": Tally(icp=1)}


def test_unmapped_sources_are_counted_the_largest_first(world: World) -> None:
    world.values["measures"] = MEASURES
    for channel in ("Radio", "", "Radio", "Fair"):
        lead(world, FITTING, channel)
    world.first_sync()

    with world.agent() as agent:
        assert unmapped_sources(agent.books) == (Unmapped("Radio", "", 2), Unmapped("", "", 1))


def test_figures_by_person_are_off_until_somebody_allows_them(world: World) -> None:
    world.values["slices"] = ["industry"]
    world.values["privacy"] = {"people": ["industry"]}
    lead(world, FITTING, owner="005A")
    world.first_sync()

    for by in ("owner", "industry"):
        error = refused(world, by)
        assert (error.code, by in error.message) == ("BBM-BL-004", True)
        assert "by_person" in error.hint
    with world.agent() as agent:
        assert sliceable(agent.settings) == ("channel",)
        assert "owner" not in counted(agent.settings), "what may not be read is not counted either"


def test_owners_are_counted_once_allowed(world: World) -> None:
    world.values["privacy"] = {"by_person": True}
    lead(world, FITTING, owner="005A")
    lead(world, OTHER, owner="005B")
    lead(world, OTHER)
    world.first_sync()

    assert ask(world, "owner") == {
        "005A": Tally(icp=1),
        "005B": Tally(not_icp=1),
        "": Tally(not_icp=1),
    }


def test_teams_are_those_of_the_day(world: World, tmp_path: Path) -> None:
    """Owners change teams; what they did before stays with the team of then."""
    (tmp_path / "people.csv").write_text(
        "id,name,team,manager,since\n"
        "005A,Aoki,East,,\n"
        "005A,Aoki,West,,2026-11-01\n"
        "005B,Baba,East,,\n",
        encoding="utf-8",
    )
    world.values["inputs"] = {"people": str(tmp_path / "people.csv")}
    for month in (10, 11):
        at = datetime(2026, month, 20, tzinfo=UTC)
        world.lead(FITTING, at=at, owner="005A")
        world.lead(OTHER, at=at, owner="005B")
    world.first_sync()

    assert ask(world, "team") == {"East": Tally(icp=1, not_icp=2), "West": Tally(icp=1)}
    exactly = {"first": date(2026, 10, 1), "last": date(2026, 11, 30), "whole_weeks": False}
    with world.agent() as agent:
        question = Question(by="team", **exactly)  # type: ignore[arg-type] - three fields
        rows = break_down(agent.books, ["acquisition"], question)["acquisition"]
    assert {row.slice: row.tally for row in rows} == ask(world, "team")
    standing = ask(world, "team", look=Look.STOCK)
    assert standing == {"East": Tally(not_icp=2), "West": Tally(icp=2)}, "as the teams are now"


@pytest.mark.parametrize("by", ["measure", "campaign", "team"])
def test_a_slice_without_its_input_says_which(world: World, by: str) -> None:
    error = refused(world, by)

    assert error.code == "BBM-BL-005"
    assert error.hint


def test_a_slice_that_is_new_waits_for_the_next_sync(world: World) -> None:
    lead(world, FITTING, owner="005A")
    world.first_sync()
    world.values["privacy"] = {"by_person": True}

    assert refused(world, "owner").code == "BBM-BL-009"
    world.cycle(confirmed="")
    assert ask(world, "owner") == {"005A": Tally(icp=1)}


def test_what_is_no_slice_is_refused_with_those_that_are(world: World) -> None:
    error = refused(world, "colour")

    assert (error.code, "channel" in error.hint) == ("BBM-BL-002", True)
