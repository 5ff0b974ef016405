"""`bbm why`: all that is known about a record or an alert, without asking the CRM."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.intake import Intake, keep_page
from agent.store import Event
from bbm_core.records import Activity, Answer, Page, Parked, RecordKind, RecordRef, Watermark
from tests.agent.cli.conftest import Bbm
from tests.agent.world import OTHER, World

pytestmark = pytest.mark.usefixtures("config")


def test_a_record_is_explained_point_by_point(world: World, bbm: Bbm) -> None:
    lead = world.lead()
    world.first_sync()

    answer = bbm("why", lead.id)

    assert answer.code == 0
    assert answer.out.startswith(f"lead:{lead.id}   ICP · 100 · A\n")
    assert "Industry = Manufacturing (+100)   [industry]" in answer.out
    assert "Known: 100% of what the profile asks for" in answer.out
    assert "Last written 2026-11-23 09:00 UTC (run 1): ICP · 100 · A" in answer.out
    assert "Acquisition   2026-11-23 09:00 UTC – now   ICP" in answer.out
    assert "written: – → ICP" in answer.out


def test_what_is_missing_and_what_would_decide_is_said(world: World, bbm: Bbm) -> None:
    lead = world.lead(None)
    world.first_sync()

    answer = bbm("why", f"lead:{lead.id}")

    assert "Missing: Industry" in answer.out
    assert "Filling in Industry decides the verdict." in answer.out


def test_it_speaks_japanese(world: World, bbm: Bbm) -> None:
    lead = world.lead(None)
    world.first_sync()

    answer = bbm("why", lead.id, "--lang", "ja")

    assert "不足:業種" in answer.out
    assert "業種を入力すると判定が決まります。" in answer.out


def test_the_environment_may_name_the_language(
    world: World, bbm: Bbm, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = world.lead()
    world.first_sync()
    monkeypatch.setenv("BBM_LANG", "ja")

    assert "項目ごとの判定" in bbm("why", lead.id).out
    assert "Point by point" in bbm("why", lead.id, "--lang", "en").out


def test_a_persons_decision_stands_above_the_verdict(world: World, bbm: Bbm) -> None:
    lead = world.lead()
    world.first_sync()
    words = {"BBM_Override__c": "not_icp", "BBM_Override_Reason__c": "a competitor"}
    world.crm.edit(lead, {**words, "BBM_Override_Until__c": world.clock.now().date()})
    world.cycle()
    # The command reads the machine's clock, and this decision ends on a day of the test's.
    world.crm.edit(lead, {"BBM_Override_Until__c": None})
    world.cycle()

    answer = bbm("why", lead.id)

    assert answer.out.startswith(f"lead:{lead.id}   not ICP")
    assert "a competitor" in answer.out
    assert "ICP → not ICP" in answer.out


def test_a_field_of_ours_that_a_person_changed_is_shown(world: World, bbm: Bbm) -> None:
    lead = world.lead()
    world.first_sync()
    world.crm.edit(lead, {"BBM_Score__c": 7})
    world.cycle()

    assert "A person changed score: we wrote 100, it holds 7." in bbm("why", lead.id).out


def test_a_refusal_is_shown_with_the_words_of_the_crm(world: World, bbm: Bbm) -> None:
    lead = world.lead()
    world.crm.answer(lead, Answer.REFUSED, "phone is required")
    world.first_sync()

    answer = bbm("why", lead.id)

    assert "Nothing was written to it yet." in answer.out
    assert "refused: phone is required" in answer.out


def test_what_is_planned_and_not_yet_written_is_shown(world: World, bbm: Bbm) -> None:
    world.lead(OTHER)
    lead = world.lead()
    world.cycle(push=False)

    assert "Planned, not yet written: ICP · 100 · A" in bbm("why", lead.id).out
    assert bbm("why", lead.id, "--json").document["planned"]["flag"] == "icp"


def test_a_record_outside_the_scope_names_the_filter(world: World, bbm: Bbm, config: Path) -> None:
    account = world.account("Test")
    rule = {"name": "tests", "kind": "account", "attribute": "industry", "in": ["Test"]}
    world.values["scope"] = {"filters": [rule]}
    world.first_sync()

    answer = bbm("why", account.id)

    assert "not judged" in answer.out
    assert "the filter “tests” takes it out" in answer.out
    assert "It was in no stage of the funnel." in answer.out


def test_a_converted_lead_says_why_nothing_is_written(world: World, bbm: Bbm) -> None:
    lead = world.lead()
    world.crm.convert(lead)
    world.first_sync()

    assert "The CRM takes no changes to it" in bbm("why", lead.id).out


def test_a_record_that_is_gone_names_its_survivor(world: World, bbm: Bbm) -> None:
    loser, winner, deleted = world.lead(), world.lead(), world.lead()
    world.first_sync()
    world.crm.merge(loser, winner)
    world.crm.delete(deleted)
    world.cycle()

    assert f"It was merged into lead:{winner.id}." in bbm("why", loser.id).out
    assert "The record is gone from the CRM." in bbm("why", deleted.id).out
    assert bbm("why", loser.id, "--json").document["survivor"] == f"lead:{winner.id}"


def test_a_parked_record_says_why(world: World, bbm: Bbm) -> None:
    ref = RecordRef(RecordKind.LEAD, "l000077")
    with world.agent() as agent:
        _park(agent, ref, "the amount is no number")

    answer = bbm("why", ref.id)

    assert answer.code == 0
    assert "Parked since" in answer.out
    assert "the amount is no number" in answer.out


def _park(agent: object, ref: RecordRef, reason: str) -> None:
    page = Page(ref.kind, (), Watermark("0"), parked=(Parked(ref, reason),))
    keep_page(agent, 1, page, Intake())  # type: ignore[arg-type]  # an agent of the world


def test_the_short_id_of_a_report_is_understood(world: World, bbm: Bbm) -> None:
    ref = RecordRef(RecordKind.LEAD, "00Q5g000000000REAQ")
    with world.agent() as agent:
        _park(agent, ref, "x")

    assert bbm("why", "00Q5g000000000R").out.startswith(f"{ref} ")


def test_an_id_that_two_kinds_share_must_say_which(world: World, bbm: Bbm) -> None:
    with world.agent() as agent:
        for kind in (RecordKind.LEAD, RecordKind.CONTACT):
            _park(agent, RecordRef(kind, "77"), "x")

    answer = bbm("why", "77")

    assert answer.code == 2
    assert "Say which: contact:77 or lead:77." in answer.err
    assert bbm("why", "contact:77").code == 0


@pytest.mark.parametrize("named", ["l999999", "lead:l999999", "nonsense:1", "💥"])
def test_a_record_that_nobody_knows_is_said_to_be_unknown(bbm: Bbm, named: str) -> None:
    answer = bbm("why", named)

    assert answer.code == 2
    assert answer.err.startswith("BBM-WY-001  No record")
    assert "→ " in answer.err
    assert not answer.out


def test_a_history_whose_payload_was_erased_still_stands(world: World, bbm: Bbm) -> None:
    lead = world.lead()
    world.first_sync()
    with world.agent() as agent:
        agent.store.note(Event(world.clock.now(), 1, "write.applied", lead, {}))

    assert bbm("why", lead.id).code == 0


def test_the_history_shows_what_was_filled_beside_our_fields(world: World, bbm: Bbm) -> None:
    lead = world.lead()
    world.first_sync()
    filled = {"hs_is_target_account": ["", "true"]}
    payload = {"old": {"score": 1}, "new": {"score": 2}, "refusal": "", "filled": filled}
    with world.agent() as agent:
        agent.store.note(Event(world.clock.now(), 1, "write.applied", lead, payload))

    last = bbm("why", lead.id, "--json").document["history"][0]

    assert last["new"] == {"score": 2, "hs_is_target_account": "true"}
    assert last["old"] == {"score": 1, "hs_is_target_account": ""}


def test_programs_read_the_same_as_one_document(world: World, bbm: Bbm) -> None:
    lead = world.lead(None)
    world.first_sync()

    document = bbm("why", lead.id, "--json").document

    assert document["schema"] == "bbm.why/1"
    assert (document["record"], document["flag"]) == (str(lead), "unknown")
    verdict = document["verdict"]
    assert (verdict["deciding"], verdict["missing"]) == ("industry", ["industry"])
    (criterion,) = verdict["criteria"]
    assert (criterion["id"], criterion["answer"], criterion["points"]) == ("industry", "unknown", 0)
    assert document["last_written"]["new"]["flag"] == "unknown"
    assert document["stages"][0]["stage"] == "acquisition"
    assert document["history"][0]["event"] == "write.applied"
    assert document["scope"] == {"segment": "new", "filtered_by": None}
    assert document["problems"] == []


def test_an_alert_is_found_by_its_ref(world: World, bbm: Bbm) -> None:
    told = world.drift()

    text = bbm("why", told.message.ref.lower())
    document = bbm("why", told.message.ref, "--json").document

    assert text.code == 0
    assert told.message.headline in text.out
    assert "opened   sent" in text.out
    assert (document["alert"], document["stage"]) == (told.message.ref, "acquisition")
    assert document["messages"][0]["headline"] == told.message.headline


def test_an_alert_that_nobody_knows_is_said_to_be_unknown(bbm: Bbm) -> None:
    answer = bbm("why", "BBM-ABCDEF")

    assert answer.code == 2
    assert answer.err.startswith("BBM-WY-003  No alert BBM-ABCDEF is known.")


def test_engagement_is_shown_where_activities_are_known(world: World, bbm: Bbm) -> None:
    lead, account = world.lead(), world.account()
    world.first_sync()
    assert "Engagement" not in bbm("why", lead.id).out
    with world.agent() as agent:
        met = Activity(lead, datetime.now(UTC) - timedelta(hours=1), "meeting")
        agent.store.keep_activities([met], "file")

    answer = bbm("why", lead.id).out

    assert re.search(r"Engagement: hot, heat 2 of 4, (30|29) points", answer)
    assert re.search(r"meeting \(\+(30|29)\), last on 20", answer)
    assert "Engagement" not in bbm("why", account.id).out
    assert bbm("why", lead.id, "--json").document["heat"]["level"] == 2


def test_a_lead_that_fits_but_is_cold_says_so(world: World, bbm: Bbm, config: Path) -> None:
    lead = world.lead()
    with world.agent() as agent:
        agent.store.keep_activities([Activity(lead, world.clock.now(), "email")], "file")
    world.values["icp"]["icp_mode"] = "fit_and_hot"
    world.first_sync()

    answer = bbm("why", lead.id).out

    assert answer.startswith(f"lead:{lead.id}   not ICP · 100 · A")
    assert "Fits. Not hot yet: 0 of 15 points of engagement." in answer
    assert "Engagement: heat 4 of 4, 0 points; 15 are hot" in answer
    assert bbm("why", lead.id, "--json").document["verdict"]["fit"] == "icp"
