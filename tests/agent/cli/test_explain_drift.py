"""`bbm explain-drift`: since when, where and through what a rate changed."""

import pytest

from agent.cli import explain_drift
from tests.agent.cli.conftest import Bbm
from tests.agent.prepared import once
from tests.agent.world import World

pytestmark = pytest.mark.usefixtures("config")


@pytest.fixture(autouse=True)
def _at_the_worlds_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command reads the world's clock, not the machine's."""
    monkeypatch.setattr(explain_drift, "SystemClock", lambda: world.clock)


def year(world: World) -> None:
    world.crm.page_size = 500
    world.weeks(40, fits=15, others=15)


def flooded(world: World) -> None:
    """Through the web as before; and many that do not fit through another channel."""
    once(world, _flood)


def _flood(world: World) -> None:
    year(world)
    for _ in range(5):
        for number in range(60):
            at, is_new = world.clock.now(), number >= 30
            fits = number < 15
            channel = "Paid social" if is_new else "Web"
            world.lead("Manufacturing" if fits else "Retail", at=at, channel=channel)
        world.pass_time(weeks=1)
    world.pass_time(weeks=1)
    world.first_sync()


def test_a_flood_is_dated_and_its_channel_named(world: World, bbm: Bbm) -> None:
    flooded(world)

    answer = bbm("explain-drift")

    assert answer.code == 0
    assert "Acquisition: ICP rate 50.0% → 25.0% (−25.0 pp;" in answer.out
    assert "changed in the week of 30 Aug 2027" in answer.out
    assert "from Paid social: share 0.0% → 50.0%, ICP rate 0.0%" in answer.out
    assert "ICP a week 15.0 → 15.0: +11.2 from more or fewer records, −11.2" in answer.out
    assert "Data: nothing speaks against the figures." in answer.out


def test_it_speaks_japanese(world: World, bbm: Bbm) -> None:
    flooded(world)

    answer = bbm("explain-drift", "--lang", "ja")

    assert "変化の始まりは2027/8/30の週です" in answer.out
    assert "Paid socialの影響 −18.8pt" in answer.out


def test_programs_get_every_figure(world: World, bbm: Bbm) -> None:
    flooded(world)

    document = bbm("explain-drift", "--json", "--by", "channel").document

    assert document["schema"] == "bbm.explain-drift/1"
    (stage,) = document["stages"]
    assert (stage["stage"], stage["found"], stage["beyond_chance"]) == ("acquisition", True, True)
    assert stage["shift"]["direction"] == "down"
    assert stage["shift"]["since"] == "2027-08-30"
    (channel,) = stage["dimensions"]
    assert channel["beyond_chance"]
    totals = [one["total"] for one in channel["slices"]]
    assert sum(totals) == pytest.approx(stage["change"])
    assert channel["slices"][0]["slice"] == "Paid social"
    assert stage["icp_per_week"]["total"] == pytest.approx(0)
    assert stage["text"]["en"].startswith("ICP rate 50.0% → 25.0%")
    assert "Paid social" in stage["text"]["ja"]


def test_where_nothing_changed_every_stage_says_what_it_would_take(world: World, bbm: Bbm) -> None:
    year(world)
    world.first_sync()

    answer = bbm("explain-drift")

    assert "Acquisition: ICP rate 50.0% → 50.0% (±0.0 pp;" in answer.out
    assert "That is within what chance does." in answer.out
    assert "To see a change of 10.0 pp takes about 385 classified records" in answer.out
    assert "Opportunity: nothing to compare" in answer.out


def test_a_later_stage_says_where_it_moved(world: World, bbm: Bbm) -> None:
    """The same leads come in, but sales no longer accepts those that fit."""
    world.crm.page_size = 500
    for week in range(46):
        for number in range(40):
            fits, at = number < 20, world.clock.now()
            taken = number % 2 == 0 and not (fits and week >= 40 and number > 5)
            status = "Qualified" if taken else "Open"
            world.lead("Manufacturing" if fits else "Retail", at=at, status=status, channel="Web")
        world.pass_time(weeks=1)
    world.pass_time(weeks=1)
    world.first_sync()

    answer = bbm("explain-drift", "--stage", "handover")

    assert "Where: on the way from Acquisition to Handover" in answer.out


def test_a_period_can_be_named(world: World, bbm: Bbm) -> None:
    flooded(world)

    stage = bbm("explain-drift", "--period", "2027-09", "--json").document["stages"][0]

    assert (stage["after"]["first"], stage["after"]["last"]) == ("2027-09-06", "2027-10-03")


def test_data_that_changed_come_first(world: World, bbm: Bbm) -> None:
    year(world)
    for _ in range(5):
        for number in range(30):
            industry = None if number < 13 else "Retail" if number >= 15 else "Manufacturing"
            world.lead(industry, at=world.clock.now(), channel="Web")
        world.pass_time(weeks=1)
    world.pass_time(weeks=1)
    world.first_sync()

    answer = bbm("explain-drift")

    assert "Data first:" in answer.out
    assert "industry was filled in 100.0% of the records" in answer.out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--stage", "moon"), "BBM-BL-001"),
        (("--by", "moon"), "BBM-BL-002"),
        (("--period", "moon"), "BBM-BL-003"),
        (("--period", "all"), "BBM-BL-006"),
        (("--period", "2031-01"), "BBM-BL-010"),
    ],
)
def test_a_wrong_question_is_refused(
    world: World, bbm: Bbm, arguments: tuple[str, str], code: str
) -> None:
    world.first_sync()

    answer = bbm("explain-drift", *arguments)

    assert answer.code == 2
    assert code in answer.err


def test_an_empty_state_has_nothing_to_compare(world: World, bbm: Bbm) -> None:
    world.first_sync()

    answer = bbm("explain-drift")

    assert answer.code == 0
    assert answer.out.count("nothing to compare") == 3
