"""A whole cycle: what it reads, judges and writes, how it ends, and how it goes on after a stop."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from agent.clock import Interrupted
from agent.cycle import Ending, Order, run_cycle
from bbm_core.errors import PreconditionError, SafetyStop, TransientError
from bbm_core.guard import Guard
from bbm_core.records import Answer, Page, RecordKind
from connectors.conformance_world import Trouble, Verb
from connectors.contract import Problem, Severity
from connectors.memory import MemoryConnector
from tests.agent.world import FITTING, FLAG, OTHER, REASON, SCORE, World


def test_a_confirmed_first_sync_writes_verdict_score_and_reason(world: World) -> None:
    fits, other, unknown = world.lead(), world.lead(OTHER), world.lead(None)

    report = world.first_sync()

    assert (report.ending, report.first) == (Ending.COMPLETE, True)
    assert [world.flag(ref) for ref in (fits, other, unknown)] == ["icp", "not_icp", "unknown"]
    assert world.crm.held(fits)[SCORE] == 100
    assert "Manufacturing" in str(world.crm.held(fits)[REASON])
    assert report.delivery.checked == 3
    assert not report.delivery.differing


def test_the_first_sync_stops_until_somebody_confirms_it(world: World) -> None:
    world.lead()

    report = world.cycle()

    assert report.stop is not None
    assert report.stop.guard is Guard.FIRST_SYNC
    assert report.ending is Ending.STOPPED
    assert not world.written()


def test_a_confirmed_digest_lets_exactly_that_plan_through(world: World) -> None:
    world.lead()
    planned = world.cycle(push=False)
    assert planned.ending is Ending.PLANNED

    other = world.cycle(confirmed="0123456789abcdef")
    same = world.cycle(confirmed=planned.digest)

    assert other.stop is not None
    assert other.stop.guard is Guard.PLAN_CHANGED
    assert same.ending is Ending.COMPLETE
    assert len(world.written()) == 1


def test_a_plan_writes_nothing_to_the_crm(world: World) -> None:
    world.lead()

    report = world.cycle(push=False, confirmed="")

    assert (report.ending, report.planned) == (Ending.PLANNED, 1)
    assert not world.written()


def test_with_nothing_changed_nothing_is_written(world: World) -> None:
    world.lead()
    world.first_sync()
    world.written()

    report = world.cycle()

    assert report.ending is Ending.COMPLETE
    assert not world.written()


def test_our_own_writes_do_not_come_back_as_work(world: World) -> None:
    world.lead()
    world.first_sync()

    report = world.cycle()

    assert report.intake.read[RecordKind.LEAD] == 1
    assert report.intake.echoes[RecordKind.LEAD] == 1
    assert not report.intake.judged.total()


def test_one_changed_record_makes_one_write(world: World) -> None:
    changed, _ = world.lead(), world.lead()
    world.first_sync()
    world.written()

    world.crm.edit(changed, {"Industry": OTHER})
    world.cycle()

    assert world.written() == {changed.id}
    assert world.flag(changed) == "not_icp"


def test_a_changed_account_judges_what_inherits_from_it_again(world: World) -> None:
    account = world.account()
    contact = world.crm.create(RecordKind.CONTACT, account=account)
    opportunity = world.crm.create(RecordKind.OPPORTUNITY, account=account)
    world.first_sync()
    assert world.flag(contact) == world.flag(opportunity) == "icp"

    world.crm.edit(account, {"Industry": OTHER})
    report = world.cycle()

    assert world.flag(contact) == world.flag(opportunity) == "not_icp"
    # Only the account changed; the others were read again because we had written to them.
    assert report.intake.read[RecordKind.CONTACT] == report.intake.echoes[RecordKind.CONTACT]


def test_a_converted_lead_is_left_as_it_is(world: World) -> None:
    lead = world.lead()
    world.first_sync()
    world.written()

    became = world.crm.convert(lead)
    world.crm.edit(lead, {"Industry": OTHER})
    report = world.cycle()

    assert lead.id not in world.written()
    assert all(world.flag(ref) is not None for ref in became)
    assert report.ending is Ending.COMPLETE


# rules, days, overrides


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


def test_a_rule_that_changed_during_an_interrupted_first_sync_is_noticed(world: World) -> None:
    leads = [world.lead() for _ in range(7)]
    with world.agent() as agent:
        agent.connector = _Stopping(agent.connector, agent.stop.set)
        with pytest.raises(Interrupted):
            run_cycle(agent, Order("test", confirmed=""))

    world.values["icp"]["profiles"][0]["criteria"][0]["in"] = [OTHER]
    world.first_sync()

    assert {world.flag(lead) for lead in leads} == {"not_icp"}


class _Stopping:
    """A connector whose user presses Ctrl-C while the first page is at work."""

    def __init__(self, connector: object, stop: object) -> None:
        self._connector = connector
        self._stop = stop

    def __getattr__(self, name: str) -> object:
        return getattr(self._connector, name)

    def pull(self, kind: RecordKind, since: object) -> Iterator[Page]:
        for page in self._connector.pull(kind, since):  # type: ignore[attr-defined]  # any connector
            if page.records:
                self._stop()  # type: ignore[operator]  # a callable
            yield page


# removals


def test_a_deleted_record_is_counted_no_longer(world: World) -> None:
    lead = world.lead()
    world.lead()
    world.first_sync()

    world.crm.delete(lead)
    report = world.cycle()

    assert report.intake.removed[RecordKind.LEAD] == 1
    with world.agent() as agent:
        assert agent.store.totals()[RecordKind.LEAD] == 1


def _vanish(world: World, *refs: object) -> None:
    """Records that a pull no longer brings, without a word about their end."""
    for ref in refs:
        del world.crm._rows[ref]  # type: ignore[index]  # a ref of the world


def test_a_full_sync_finds_what_vanished_without_a_trace(world: World) -> None:
    leads = [world.lead() for _ in range(4)]
    world.first_sync()

    _vanish(world, leads[0])
    assert world.cycle().intake.removed.total() == 0
    report = world.cycle(full=True)

    assert report.intake.removed[RecordKind.LEAD] == 1
    assert report.ending is Ending.COMPLETE


def test_a_source_that_shows_nothing_stops_the_run_and_forgets_nothing(world: World) -> None:
    leads = [world.lead() for _ in range(4)]
    world.first_sync()

    _vanish(world, *leads)
    report = world.cycle(full=True)

    assert report.stop is not None
    assert report.stop.guard is Guard.EMPTY_SOURCE
    assert not report.intake.removed.total()
    with world.agent() as agent:
        assert agent.store.totals()[RecordKind.LEAD] == 4


def test_records_that_are_really_gone_are_forgotten_once_somebody_says_so(world: World) -> None:
    leads = [world.lead() for _ in range(4)]
    world.first_sync()
    _vanish(world, *leads)

    confirmed = world.cycle(full=True, confirmed="")
    after = world.cycle()

    assert confirmed.intake.removed[RecordKind.LEAD] == 4
    assert after.ending is Ending.COMPLETE


# guards and endings


def test_a_run_that_would_flip_many_flags_stops_before_writing(world: World) -> None:
    for _ in range(60):
        world.lead()
    world.first_sync()
    world.written()

    world.values["icp"]["profiles"][0]["criteria"][0]["in"] = [OTHER]
    report = world.cycle()

    assert report.stop is not None
    assert report.stop.guard is Guard.FLIPS
    assert not world.written()


def test_a_state_of_another_org_stops_before_anything_is_read(world: World) -> None:
    world.lead()
    world.first_sync()

    world.crm.org_id = "another"

    with pytest.raises(SafetyStop, match="belongs to the org memory"):
        world.cycle()


def test_a_refusal_makes_the_run_partial_and_is_kept(world: World) -> None:
    refused, _ = world.lead(), world.lead()
    world.crm.answer(refused, Answer.REFUSED, "FIELD_CUSTOM_VALIDATION_EXCEPTION: phone")

    report = world.first_sync()

    assert report.ending is Ending.PARTIAL
    assert report.delivery.answers == {Answer.APPLIED: 1, Answer.REFUSED: 1}
    with world.agent() as agent:
        (row,) = agent.store.refusals(report.run)
    assert (row.ref, row.refusal) == (refused, "FIELD_CUSTOM_VALIDATION_EXCEPTION: phone")


def test_a_run_leaves_its_record_and_what_it_did(world: World) -> None:
    world.lead()
    report = world.first_sync()

    with world.agent() as agent:
        run = agent.store.run(report.run)

    assert run is not None
    assert (run.outcome, run.counters["read"], run.counters["applied"]) == ("complete", 1, 1)
    assert run.counters["calls"] == 6  # four kinds, one batch, one reading back


def test_a_failure_leaves_its_record_and_its_words(world: World) -> None:
    for _ in range(6):
        world.crm.fault(Verb.PULL, Trouble.DOWN)

    with pytest.raises(TransientError):
        world.first_sync()

    with world.agent() as agent:
        (run,) = agent.store.runs()
    assert run.outcome == "failed"
    assert run.problems == ("BBM-CO-003 The CRM in memory does not answer.",)


def test_a_stop_is_heard_at_the_next_page_and_the_next_run_goes_on(world: World) -> None:
    leads = [world.lead() for _ in range(12)]
    with world.agent() as agent:
        agent.connector = _Stopping(agent.connector, agent.stop.set)
        with pytest.raises(Interrupted) as caught:
            run_cycle(agent, Order("test", confirmed=""))
        kept = agent.store.totals()[RecordKind.LEAD]

    report = world.first_sync()

    assert caught.value.exit_code == 143
    assert kept == 5, "the page at work was kept"
    assert report.intake.read[RecordKind.LEAD] == 7
    assert all(world.flag(lead) == "icp" for lead in leads)
    with world.agent() as agent:
        assert [run.outcome for run in agent.store.runs()] == ["complete", "interrupted"]


def test_a_stop_while_writing_finishes_the_batch_and_keeps_the_rest_planned(world: World) -> None:
    leads = [world.lead() for _ in range(9)]
    with world.agent() as agent:
        connector = agent.connector
        assert isinstance(connector, MemoryConnector)
        connector.writes_at_once = 4
        push = connector.push

        def stopping(writes):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - as push
            agent.stop.set()
            return push(writes)

        connector.push = stopping  # type: ignore[method-assign]  # the user stops in mid-push
        with pytest.raises(Interrupted):
            run_cycle(agent, Order("test", confirmed=""))
        assert agent.store.planned_counts().writes == 5

    assert len(world.written()) == 4
    world.first_sync()
    assert {world.flag(lead) for lead in leads} == {"icp"}
    assert len(world.written()) == 5, "nothing is written twice"


def test_a_missing_right_ends_the_run_before_anything_is_read(world: World) -> None:
    world.lead()
    with world.agent() as agent:
        agent.connector = _Forbidden(agent.connector)
        with pytest.raises(PreconditionError, match="no right to read"):
            run_cycle(agent, Order("test", confirmed=""))

        (run,) = agent.store.runs()
        assert run.outcome == "failed"
        assert "no right to read" in run.problems[0]
        assert not agent.store.totals()


def test_a_refused_write_is_offered_again_after_a_day(world: World) -> None:
    lead = world.lead()
    world.crm.answer(lead, Answer.REFUSED, "FIELD_CUSTOM_VALIDATION_EXCEPTION: no")
    world.first_sync()
    world.crm._answers.clear()
    world.pass_time(hours=1)
    soon = world.cycle()
    world.pass_time(days=1)
    later = world.cycle()

    assert soon.ending is Ending.PARTIAL, "the refusal still stands"
    assert not soon.delivery.answers
    assert later.ending is Ending.COMPLETE
    assert world.flag(lead) == "icp"


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


def test_a_stopped_run_is_not_its_own_yardstick(world: World) -> None:
    """Unknowns rise, the guard stops; asking once more does not open it."""
    leads = [world.lead() for _ in range(10)]
    world.first_sync()
    for lead in leads[:4]:
        world.crm.edit(lead, {"Industry": None})
    world.pass_time(hours=1)

    stops = [world.cycle().stop, world.cycle().stop]

    assert [stop and stop.guard for stop in stops] == [Guard.UNKNOWN_RISE] * 2


def test_a_sync_that_wrote_nothing_has_confirmed_nothing(world: World) -> None:
    world.lead()
    world.values["kinds"]["lead"] = {"write": False}
    world.first_sync()
    world.values["kinds"]["lead"] = {"write": True}
    world.pass_time(hours=1)

    report = world.cycle()

    assert report.stop is not None
    assert report.stop.guard is Guard.FIRST_SYNC


class _Forbidden:
    """A connector that sees what is missing."""

    def __init__(self, connector: object) -> None:
        self._connector = connector

    def __getattr__(self, name: str) -> object:
        return getattr(self._connector, name)

    def check(self, *, brief: bool = False) -> object:
        assert not brief
        problems = (
            Problem("BBM-X-1", Severity.ERROR, "no right to read leads", "grant it"),
            Problem("BBM-X-2", Severity.ERROR, "no right to write", "grant it"),
            Problem("BBM-X-3", Severity.WARNING, "few calls are left", "wait"),
        )
        return replace(self._connector.check(), problems=problems)  # type: ignore[attr-defined]


def test_only_our_fields_are_ever_written(world: World) -> None:
    world.lead()
    world.first_sync()

    assert {name for _, name in world.crm.writes} >= {FLAG, SCORE, REASON}
    assert all(name.startswith("BBM_") for _, name in world.crm.writes)
