"""With fit_and_hot flags, reasons and figures follow fit and heat; with fit nothing is read."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from agent.cycle import Order, run_cycle
from agent.inputs import take_in_files
from agent.store import Store
from agent.warmth import Warmth
from bbm_core.balance.cells import Unit
from bbm_core.icp.classify import Flag
from bbm_core.records import RecordKind, RecordRef
from tests.agent.world import OTHER, REASON, World

Tell = Callable[..., None]
HEADER = "record_kind,record_id,at,what\n"


@pytest.fixture
def hot(world: World) -> World:
    world.values["icp"]["icp_mode"] = "fit_and_hot"
    return world


@pytest.fixture
def tell(world: World, tmp_path: Path) -> Tell:
    """Writes the file of activities: of which record, how many days ago, what."""

    def write(*touches: tuple[RecordRef, float, str]) -> None:
        days = [(ref, world.clock.now() - timedelta(days=ago), what) for ref, ago, what in touches]
        rows = [f"{ref.kind},{ref.id},{at.isoformat()},{what}\n" for ref, at, what in days]
        path = tmp_path / "touches.csv"
        path.write_text(HEADER + "".join(rows), encoding="utf-8")
        world.values["inputs"] = {"activities": str(path)}

    return write


def test_a_lead_that_fits_is_icp_while_it_is_hot(hot: World, tell: Tell) -> None:
    warm, cold, other = hot.lead(), hot.lead(), hot.lead(OTHER)
    tell((warm, 1, "meeting"), (other, 1, "meeting"), (cold, 200, "meeting"))
    hot.first_sync()

    assert [hot.flag(one) for one in (warm, cold, other)] == ["icp", "not_icp", "not_icp"]
    assert str(hot.crm.held(warm)[REASON]).endswith("Hot: 29 points of engagement, meeting (+29).")
    assert str(hot.crm.held(cold)[REASON]).startswith("Fits. Not hot yet: 0 of 15 points")


def test_accounts_are_judged_by_fit_alone(hot: World, tell: Tell) -> None:
    account, lead = hot.account(), hot.lead()
    tell((lead, 300, "call"))
    hot.first_sync()

    assert hot.flag(account) == "icp"


def test_without_any_activities_nobody_is_called_cold(hot: World) -> None:
    lead = hot.lead()
    hot.first_sync()

    assert hot.flag(lead) == "unknown"
    assert "Engagement is not known" in str(hot.crm.held(lead)[REASON])


def test_a_new_activity_makes_a_lead_hot_though_nothing_else_changed(
    hot: World, tell: Tell
) -> None:
    lead, idle = hot.lead(), hot.lead()
    tell((idle, 300, "call"))
    hot.first_sync()
    hot.written()
    tell((idle, 300, "call"), (lead, 0, "meeting"))
    hot.cycle()

    assert hot.flag(lead) == "icp"
    assert hot.written() == {lead.id}


def test_a_lead_cools_down_with_the_days(hot: World, tell: Tell) -> None:
    lead = hot.lead()
    tell((lead, 0, "meeting"))
    hot.first_sync()
    hot.pass_time(days=30)
    hot.cycle()
    assert hot.flag(lead) == "icp"
    hot.pass_time(days=1)
    hot.cycle()

    assert hot.flag(lead) == "not_icp"


def test_the_first_activities_settle_what_was_unknown(hot: World, tell: Tell) -> None:
    warm, cold = hot.lead(), hot.lead()
    hot.first_sync()
    tell((warm, 0, "meeting"))
    hot.cycle(confirmed="")

    assert (hot.flag(warm), hot.flag(cold)) == ("icp", "not_icp")


def test_without_the_file_heat_is_not_known_again(hot: World, tell: Tell) -> None:
    warm, cold = hot.lead(), hot.lead()
    tell((warm, 0, "meeting"))
    hot.first_sync()
    del hot.values["inputs"]
    hot.cycle(confirmed="")

    assert [hot.flag(one) for one in (warm, cold)] == ["unknown", "unknown"]


def test_figures_of_the_past_go_by_the_heat_of_the_past(hot: World, tell: Tell) -> None:
    """Else every lead of last year would count as cold, and the ICP rate would seem to rise."""
    lead = hot.lead(at=hot.clock.now() - timedelta(days=100))
    early = hot.lead(at=hot.clock.now() - timedelta(days=300))
    tell((lead, 95, "meeting"), (early, 200, "meeting"))
    hot.first_sync()

    with Store.open(hot.url) as store:
        kept = store.known([lead, early])
        assert [kept[one].flag for one in (lead, early)] == [Flag.NO, Flag.NO]
        # At the judging age of seven days the one was hot, and of the other nobody knows.
        assert [kept[one].entries[0].flag for one in (lead, early)] == [Flag.YES, Flag.UNKNOWN]


def test_activities_that_come_late_set_the_past_right(hot: World, tell: Tell) -> None:
    lead, idle = hot.lead(), hot.lead()
    tell((idle, 300, "call"))
    hot.first_sync()
    hot.pass_time(days=60)
    tell((idle, 360, "call"), (lead, 58, "meeting"))
    hot.cycle(confirmed="")

    with Store.open(hot.url) as store:
        kept = store.known([lead])[lead]
        assert (kept.flag, kept.entries[0].flag) == (Flag.NO, Flag.YES)


def test_the_mode_is_a_definition_of_its_own(world: World, tell: Tell) -> None:
    lead, idle = world.lead(), world.lead()
    tell((lead, 0, "meeting"), (idle, 300, "call"))
    world.first_sync()
    by_fit = rates(world)
    world.values["icp"]["icp_mode"] = "fit_and_hot"
    world.cycle(confirmed="")

    assert by_fit == (2, 0)
    assert rates(world) == (1, 1)
    assert world.flag(idle) == "not_icp"


def rates(world: World) -> tuple[int, int]:
    with world.agent() as agent:
        version = agent.rules.classifier.version
        cells = agent.store.cells(version, unit=Unit.RECORD, stage="acquisition").values()
        return sum(one.icp for one in cells), sum(one.not_icp for one in cells)


def test_a_run_that_died_after_taking_activities_in_is_made_good(hot: World, tell: Tell) -> None:
    lead, idle = hot.lead(), hot.lead()
    tell((idle, 300, "call"))
    hot.first_sync()
    tell((idle, 300, "call"), (lead, 0, "meeting"))
    with hot.agent() as agent:
        take_in_files(agent.settings, agent.store, agent.folder)
    hot.cycle()

    assert hot.flag(lead) == "icp"


def test_a_file_that_says_the_same_judges_nobody_again(hot: World, tell: Tell) -> None:
    lead = hot.lead()
    tell((lead, 0, "meeting"))
    hot.first_sync()

    assert hot.cycle().intake.judged.total() == 0


def test_the_mode_fit_asks_the_state_for_no_activity(world: World, tell: Tell) -> None:
    lead = world.lead()
    tell((lead, 0, "meeting"))
    world.first_sync()
    world.crm.edit(lead, {"Industry": OTHER})
    asked: list[str] = []
    with world.agent() as agent:
        event.listen(
            agent.store._engine,
            "before_cursor_execute",
            lambda _c, _cursor, statement, *_rest: asked.append(statement),
        )
        run_cycle(agent, Order("test"))

    assert world.flag(lead) == "not_icp"
    assert [one for one in asked if "activity" in one or "activities" in one] == []


def test_what_was_not_looked_up_is_not_called_cold(hot: World) -> None:
    with hot.agent() as agent:
        warmth = Warmth(agent.store, agent.rules)
        warmth.look_up([RecordRef(RecordKind.ACCOUNT, "a1")])

        assert warmth.of(RecordRef(RecordKind.LEAD, "l1")).since is None
