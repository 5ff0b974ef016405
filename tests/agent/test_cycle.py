"""A whole cycle: what it reads, judges and writes, and what it keeps of itself."""

from agent.cycle import Ending
from bbm_core.guard import Guard
from bbm_core.records import Answer, RecordKind
from tests.agent.world import FLAG, OTHER, REASON, SCORE, World


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


def test_only_our_fields_are_ever_written(world: World) -> None:
    world.lead()
    world.first_sync()

    assert {name for _, name in world.crm.writes} >= {FLAG, SCORE, REASON}
    assert all(name.startswith("BBM_") for _, name in world.crm.writes)
