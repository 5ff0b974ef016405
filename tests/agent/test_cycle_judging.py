"""What makes a cycle judge again: a rule, a day that passed, an override, a setting."""

import pytest

from agent.clock import Interrupted
from agent.cycle import Order, run_cycle
from bbm_core.records import Answer, RecordKind
from tests.agent.world import FITTING, OTHER, REASON, World


def test_a_changed_rule_judges_everything_that_is_kept_again(world: World) -> None:
    fits, other = world.lead(), world.lead(OTHER)
    world.first_sync()

    world.values["icp"] = {"profiles": [{**_profile_of(world), "threshold": 50}]}
    world.values["icp"]["profiles"][0]["criteria"][0]["in"] = [OTHER]
    calls = world.crm.calls
    report = world.cycle(confirmed="")

    assert [world.flag(ref) for ref in (fits, other)] == ["not_icp", "icp"]
    assert report.intake.judged[RecordKind.LEAD] == 2
    assert world.crm.calls - calls < 12, "the records were not asked for again, page by page"


def _profile_of(world: World) -> dict[str, object]:
    found: dict[str, object] = world.values["icp"]["profiles"][0]
    return found


def test_a_rule_that_asks_how_long_ago_is_asked_anew_each_day(world: World) -> None:
    criterion = {"id": "seen", "attribute": "seen", "within_days": 2, "role": "must"}
    world.values["icp"]["profiles"][0]["criteria"].append(criterion)
    lead = world.crm.create(
        RecordKind.LEAD, {"Industry": FITTING, "Last_Seen__c": world.clock.now().date()}
    )
    world.first_sync()
    assert world.flag(lead) == "icp"

    world.pass_time(days=1)
    world.cycle()
    assert world.flag(lead) == "icp"
    world.pass_time(days=5)
    world.cycle()

    assert world.flag(lead) == "not_icp"


def test_an_override_counts_until_its_day_has_passed(world: World) -> None:
    lead = world.lead()
    world.first_sync()
    today = world.clock.now().date()
    world.crm.edit(lead, {"BBM_Override__c": "not_icp", "BBM_Override_Until__c": today})

    world.cycle()
    assert world.flag(lead) == "not_icp"
    world.pass_time(days=1)
    report = world.cycle()

    assert world.flag(lead) == "icp"
    assert report.intake.judged[RecordKind.LEAD] == 1


def test_a_judging_that_was_cut_short_is_begun_anew(world: World) -> None:
    """Also where only a day that passed had caused it, and no rule."""
    leads = [world.lead() for _ in range(3)]
    world.first_sync()
    today = world.clock.now().date()
    for lead in leads:
        world.crm.edit(lead, {"BBM_Override__c": "not_icp", "BBM_Override_Until__c": today})
    world.cycle()

    world.pass_time(days=1)
    with world.agent() as agent:
        agent.stop.set()
        with pytest.raises(Interrupted):
            run_cycle(agent, Order("test"))
    world.cycle()

    assert {world.flag(lead) for lead in leads} == {"icp"}


def test_a_changed_language_is_written(world: World) -> None:
    lead = world.lead()
    world.first_sync()
    world.values["crm"]["lang"] = "ja"
    world.pass_time(hours=1)

    report = world.cycle(confirmed="")

    assert report.delivery.answers == {Answer.APPLIED: 1}
    assert "点" in str(world.crm.held(lead)[REASON])


def test_another_field_behind_an_attribute_reads_the_kind_anew(world: World) -> None:
    lead = world.crm.create(RecordKind.LEAD, {"Industry": FITTING, "Branch__c": OTHER})
    world.first_sync()
    world.values["attributes"]["industry"]["lead"] = "Branch__c"
    world.pass_time(hours=1)

    world.cycle(confirmed="")

    assert world.flag(lead) == "not_icp"


def test_a_kind_that_is_no_longer_written_leaves_no_plans(world: World) -> None:
    lead = world.lead()
    world.cycle(push=False)
    world.values["kinds"]["lead"] = {"write": False}

    report = world.cycle(confirmed="")

    assert not report.delivery.answers
    assert not world.written()
    world.values["kinds"]["lead"] = {"write": True}
    world.pass_time(hours=1)
    world.cycle(confirmed="")
    assert world.flag(lead) == "icp"
