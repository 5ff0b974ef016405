"""What the demo counts: every alert, and as found only what is about the balance of a stage."""

from dataclasses import replace
from typing import Any

from agent.demo.play import Outcome, Script, _count_alert
from tests.agent.world import World


def played(kind: str, direction: str | None = None, channel: str | None = None) -> Outcome:
    planted: dict[str, Any] = {"kind": kind, "direction": direction, "channel": channel}
    return Outcome(script=Script(), planted=planted)


def test_alerts_about_no_stage_are_counted_and_are_not_what_was_found(world: World) -> None:
    world.values["bands"] = {"acquisition": {"low": 0.45, "high": 0.55}}
    world.weeks(2, 8, 8)
    world.weeks(4, 3, 17, "Fair")
    world.pass_time(weeks=1)
    report = world.cycle(confirmed="")
    told = next(one for one in report.told if one.stage == "acquisition")
    drift = played("drift-volume", "volume", "Fair")
    healthy, messy = played("healthy"), played("messy")
    keys = ["icp_health", "loss:001", "data:acquisition", "volume:won"]

    for outcome in (drift, healthy, messy):
        for key in keys:
            _count_alert(outcome, replace(told, stage=key), report)
    assert [alert["key"] for alert in drift.alerts] == keys
    assert drift.found_direction is None
    assert not healthy.agrees
    assert messy.agrees, "trouble with its data is to be told"

    _count_alert(drift, told, report)
    assert drift.agrees
    assert [alert["stage"] for alert in drift.alerts] == [None] * 4 + ["acquisition"]


def test_a_healthy_company_that_hears_nothing_is_as_planted() -> None:
    assert played("healthy").agrees
    assert not played("drift-volume", "volume", "Fair").agrees
