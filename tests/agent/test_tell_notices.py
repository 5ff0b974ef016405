"""Early changes, changed counts, trouble with the data: each is told once, and not twice over."""

from collections.abc import Mapping
from typing import Any

import pytest

from agent.alerts.notice import Topic
from agent.store import Store
from agent.tell import Told, standings
from bbm_core.balance.watch import Skew
from tests.agent.prepared import once
from tests.agent.world import World

WEEKLY = 20


@pytest.fixture
def year(world: World) -> World:
    """Nine months of the same weeks, half of them ICP, and the sync that saw them."""
    once(world, _live_a_year)
    return world


def _live_a_year(world: World) -> None:
    world.crm.page_size = 500
    world.weeks(40, fits=WEEKLY // 2, others=WEEKLY // 2)
    world.first_sync()


def told_after(world: World, weeks: int, fits: int, others: int) -> list[Told]:
    """What is told in these weeks, looking every week."""
    found: list[Told] = []
    for _ in range(weeks):
        world.weeks(1, fits=fits, others=others)
        found += world.cycle(confirmed="").told
    return found


def kept(world: World, key: str) -> Mapping[str, Any] | None:
    with world.agent() as agent:
        return agent.store.incident(key)


# early changes


@pytest.fixture
def cautious(year: World) -> World:
    """A band status that is hard to convince, so that the early detector comes first."""
    year.values["watch"] = {"posterior_later": 0.9999}
    return year


def test_a_changed_rate_is_told_before_it_surely_left_its_band(cautious: World) -> None:
    told = told_after(cautious, 8, fits=6, others=14)

    assert told[0].change == "opened"
    assert told[0].message.verdict == "Turning volume-heavy"
    assert "changed around the week of 30 Aug 2027" in " ".join(told[0].message.why)
    assert "probable, not yet certain" in " ".join(told[0].message.why)
    with cautious.agent() as agent:
        assert standings(agent.store)["acquisition"].skew is Skew.VOLUME


def test_a_change_that_was_told_early_is_confirmed_in_place(cautious: World) -> None:
    (early,) = told_after(cautious, 8, fits=6, others=14)

    told = told_after(cautious, 3, fits=3, others=17)

    assert told[0].change == "confirmed"
    assert told[0].message.verdict == "Volume-heavy"
    assert told[0].message.ref == early.message.ref


def test_a_change_inside_a_band_that_people_set_is_no_alert(year: World) -> None:
    year.values["bands"] = {"acquisition": {"low": 0.1, "high": 0.9}}

    assert not told_after(year, 6, fits=5, others=15)


def test_an_old_change_is_no_news_at_the_first_look(world: World) -> None:
    world.crm.page_size = 500
    world.weeks(40, fits=10, others=10)
    world.weeks(13, fits=5, others=15)
    world.values["bands"] = {"acquisition": {"low": 0.2, "high": 0.3}}

    assert not world.cycle(confirmed="").told


# counts


def test_fewer_records_are_told_once(year: World) -> None:
    told = told_after(year, 8, fits=2, others=2)

    assert {one.stage for one in told} == {Topic.VOLUME.key("acquisition")}
    assert [one.change for one in told] == ["opened", "changed"], "ICP first, then all records"
    assert len({one.message.ref for one in told}) == 1
    assert told[0].message.headline.startswith("Fewer ")
    assert "(usual" in told[0].message.headline


def test_counts_that_come_back_are_told(year: World) -> None:
    told_after(year, 6, fits=2, others=2)

    told = told_after(year, 6, fits=10, others=10)

    assert [one.change for one in told] == ["recovered"], "not that only one count is low any more"
    assert told[-1].message.verdict == "Counts as usual again"


def test_a_count_that_comes_back_alone_is_kept_in_silence(year: World) -> None:
    """If it falls again, that is another change than the one that is kept, and so is told."""
    told = told_after(year, 8, fits=2, others=2)

    incident = kept(year, told[-1].stage)

    assert told[-1].change == "changed"
    assert incident is not None
    assert incident["what"] == "total down"


def test_a_flood_that_tips_the_balance_is_one_message(year: World) -> None:
    told = told_after(year, 8, fits=10, others=60)

    assert {one.stage for one in told} == {"acquisition"}


def test_counts_of_a_later_stage_are_no_news_of_their_own(world: World) -> None:
    world.crm.page_size = 500
    for fits in [10] * 40 + [2] * 6:
        for number in range(2 * fits):
            industry = "Manufacturing" if number % 2 else "Retail"
            world.lead(industry, at=world.clock.now(), status="Qualified", channel="Web")
        world.pass_time(weeks=1)

    told = world.cycle(confirmed="").told

    assert [one.stage for one in told] == [Topic.VOLUME.key("acquisition")]


# the data


def emptied(world: World, weeks: int) -> list[Told]:
    """A form that no longer asks for the industry of most who fit."""
    found: list[Told] = []
    for _ in range(weeks):
        for number in range(WEEKLY):
            named = "Manufacturing" if number < WEEKLY // 2 else "Retail"
            industry = None if number < WEEKLY // 2 - 2 else named
            world.lead(industry, at=world.clock.now(), channel="Web")
        world.pass_time(weeks=1)
        found += world.cycle(confirmed="").told
    return found


def test_a_field_that_is_no_longer_filled_is_a_data_problem(year: World) -> None:
    told = emptied(year, 6)

    assert [one.stage for one in told] == [Topic.DATA.key("acquisition")]
    assert told[0].message.verdict == "Data problem"
    assert "industry was filled in 100.0% of the records" in " ".join(told[0].message.why)
    assert kept(year, "acquisition") is None, "the balance alert is held"


def test_a_data_problem_that_is_settled_is_told(year: World) -> None:
    emptied(year, 6)

    told = told_after(year, 16, fits=10, others=10)

    assert told[-1].stage == Topic.DATA.key("acquisition")
    assert told[-1].change == "recovered"


def test_a_store_of_notices_has_no_standings_from_them(year: World) -> None:
    told_after(year, 8, fits=2, others=2)

    with year.agent() as agent:
        store: Store = agent.store
        assert not standings(store)
        assert Topic.VOLUME.key("acquisition") in store.incidents()
