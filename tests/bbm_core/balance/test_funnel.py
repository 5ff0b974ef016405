"""When a record was in which stage."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bbm_core.balance.funnel import (
    StageEntry,
    StageRule,
    StageSpec,
    When,
    outside_status,
    stage_entries,
)
from bbm_core.records import Outcome, Record, RecordKind, RecordRef, StatusEntry

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
LEAD, OPPORTUNITY = RecordKind.LEAD, RecordKind.OPPORTUNITY


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def stage(name: str, *rules: tuple[RecordKind, str, tuple[str, ...]]) -> StageSpec:
    enter = tuple(StageRule(kind=k, when=When(w), status=s) for k, w, s in rules)
    return StageSpec(name=name, label={"en": name}, enter=enter)


FUNNEL = (
    stage("acquisition", (LEAD, "created", ()), (LEAD, "status", ("Open", "Working"))),
    stage("nurturing", (LEAD, "status", ("Nurturing",))),
    stage("handover", (LEAD, "status", ("Qualified",))),
    stage("opportunity", (OPPORTUNITY, "created", ()), (OPPORTUNITY, "status", ("Proposal",))),
    stage("won", (OPPORTUNITY, "won", ())),
)


def record(kind: RecordKind, *statuses: tuple[str, int], **facts: Any) -> Record:
    return Record(
        ref=RecordRef(kind, "1"),
        created=day(0),
        modified=day(0),
        statuses=tuple(StatusEntry(status, day(number)) for status, number in statuses),
        **facts,
    )


def stays(*parts: tuple[str, int, int | None]) -> tuple[StageEntry, ...]:
    return tuple(
        StageEntry(name, day(entered), None if left is None else day(left))
        for name, entered, left in parts
    )


def test_a_created_lead_is_in_the_first_stage() -> None:
    assert stage_entries(record(LEAD), FUNNEL) == stays(("acquisition", 0, None))


def test_statuses_of_one_stage_are_one_stay() -> None:
    lead = record(LEAD, ("Open", 0), ("Working", 2))

    assert stage_entries(lead, FUNNEL) == stays(("acquisition", 0, None))


def test_moves_backward_are_kept() -> None:
    lead = record(LEAD, ("Open", 0), ("Nurturing", 3), ("Working", 5))

    assert stage_entries(lead, FUNNEL) == stays(
        ("acquisition", 0, 3), ("nurturing", 3, 5), ("acquisition", 5, None)
    )


def test_a_status_that_no_rule_names_leaves_the_funnel_until_a_rule_brings_it_back() -> None:
    lead = record(LEAD, ("Open", 0), ("Junk", 3), ("Nurturing", 8))

    assert stage_entries(lead, FUNNEL) == stays(("acquisition", 0, 3), ("nurturing", 8, None))


def test_an_unnamed_first_status_still_counts_as_created() -> None:
    lead = record(LEAD, ("New", 0))

    assert stage_entries(lead, FUNNEL) == stays(("acquisition", 0, 0))
    assert outside_status(lead, FUNNEL) == "New"


def test_a_converted_lead_leaves_when_it_is_converted() -> None:
    lead = record(LEAD, ("Open", 0), ("Qualified", 5), converted_at=day(7))

    assert stage_entries(lead, FUNNEL) == stays(("acquisition", 0, 5), ("handover", 5, 7))
    assert outside_status(lead, FUNNEL) is None


def test_a_status_set_by_the_conversion_itself_is_not_lost() -> None:
    lead = record(LEAD, ("Open", 0), ("Qualified", 5), converted_at=day(4))

    assert stage_entries(lead, FUNNEL) == stays(("acquisition", 0, 5), ("handover", 5, 5))


def test_a_stage_entered_by_conversion_holds_the_lead_for_no_time() -> None:
    funnel = (FUNNEL[0], stage("handover", (LEAD, "converted", ())))
    lead = record(LEAD, ("Open", 0), converted_at=day(6))

    assert stage_entries(lead, funnel) == stays(("acquisition", 0, 6), ("handover", 6, 6))


def test_a_conversion_without_any_stage_before_it_is_no_entry() -> None:
    funnel = (stage("nurturing", (LEAD, "status", ("Nurturing",))),)

    assert stage_entries(record(LEAD, converted_at=day(6)), funnel) == ()


def test_an_outcome_counts_from_the_close_date() -> None:
    deal = record(
        OPPORTUNITY, ("Proposal", 0), ("Closed Won", 9), outcome=Outcome.WON, closed_at=day(8)
    )

    assert stage_entries(deal, FUNNEL) == stays(("opportunity", 0, 8), ("won", 8, None))
    assert outside_status(deal, FUNNEL) is None


def test_an_outcome_without_a_close_date_counts_from_its_status() -> None:
    deal = record(OPPORTUNITY, ("Proposal", 0), ("Closed Won", 9), outcome=Outcome.WON)

    assert stage_entries(deal, FUNNEL) == stays(("opportunity", 0, 9), ("won", 9, None))


def test_an_outcome_without_any_time_is_not_guessed() -> None:
    deal = record(OPPORTUNITY, outcome=Outcome.WON)

    assert stage_entries(deal, FUNNEL) == stays(("opportunity", 0, None))


def test_a_close_date_before_the_last_status_does_not_put_a_record_in_two_stages() -> None:
    funnel = (
        *FUNNEL[:3],
        stage("opportunity", (OPPORTUNITY, "status", ("Proposal",))),
        stage("negotiation", (OPPORTUNITY, "status", ("Negotiation",))),
        FUNNEL[4],
    )
    deal = record(
        OPPORTUNITY,
        ("Proposal", 0),
        ("Negotiation", 10),
        ("Closed Won", 12),
        outcome=Outcome.WON,
        closed_at=day(4),
    )

    assert stage_entries(deal, funnel) == stays(
        ("opportunity", 0, 4), ("negotiation", 10, 10), ("won", 4, None)
    )


def test_a_lost_opportunity_leaves_the_funnel() -> None:
    deal = record(
        OPPORTUNITY, ("Proposal", 0), ("Closed Lost", 9), outcome=Outcome.LOST, closed_at=day(9)
    )

    assert stage_entries(deal, FUNNEL) == stays(("opportunity", 0, 9))
    assert outside_status(deal, FUNNEL) is None


def test_a_stage_for_lost_ones_holds_them() -> None:
    funnel = (*FUNNEL, stage("lost", (OPPORTUNITY, "lost", ())))
    deal = record(OPPORTUNITY, ("Closed Lost", 9), outcome=Outcome.LOST, closed_at=day(9))

    assert stage_entries(deal, funnel) == stays(("opportunity", 0, 9), ("lost", 9, None))


def test_what_is_closed_and_won_passes_through_both_in_the_order_of_the_funnel() -> None:
    funnel = (FUNNEL[3], stage("closed", (OPPORTUNITY, "closed", ())), FUNNEL[4])
    deal = record(OPPORTUNITY, outcome=Outcome.WON, closed_at=day(9))

    assert stage_entries(deal, funnel) == stays(
        ("opportunity", 0, 9), ("closed", 9, 9), ("won", 9, None)
    )


def test_a_closing_status_that_a_rule_names_counts_from_when_it_was_taken() -> None:
    funnel = (FUNNEL[3], stage("won", (OPPORTUNITY, "status", ("Closed Won",))))
    deal = record(
        OPPORTUNITY, ("Proposal", 0), ("Closed Won", 9), outcome=Outcome.WON, closed_at=day(4)
    )

    assert stage_entries(deal, funnel) == stays(("opportunity", 0, 9), ("won", 9, None))


def test_a_won_status_without_a_stage_is_outside_the_funnel() -> None:
    deal = record(OPPORTUNITY, ("Closed Won", 9), outcome=Outcome.WON, closed_at=day(9))

    assert outside_status(deal, FUNNEL[:4]) == "Closed Won"


def test_a_named_status_is_inside() -> None:
    assert outside_status(record(LEAD, ("Open", 0)), FUNNEL) is None


def test_a_kind_without_rules_about_statuses_is_not_asked_for_one() -> None:
    funnel = (stage("opportunity", (OPPORTUNITY, "created", ())),)
    deal = record(OPPORTUNITY, ("Anything", 3))

    assert outside_status(deal, funnel) is None
    assert stage_entries(deal, funnel) == stays(("opportunity", 0, None))


def test_a_kind_without_rules_is_in_no_stage() -> None:
    assert stage_entries(record(RecordKind.CONTACT, ("Open", 0)), FUNNEL) == ()


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "lead", "when": "status"},
        {"kind": "lead", "when": "created", "status": ["Open"]},
        {"kind": "lead", "when": "sometimes"},
        {"kind": "lead", "when": "created", "stauts": ["Open"]},
    ],
)
def test_a_rule_that_says_nothing_or_too_much_is_refused(rule: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        StageRule.model_validate(rule)


moments = st.integers(0, 60)
histories = st.builds(
    lambda kind, statuses, outcome, closed, converted: record(
        kind,
        *sorted(statuses, key=lambda status: status[1]),
        outcome=outcome if kind is OPPORTUNITY else Outcome.OPEN,
        closed_at=None if closed is None else day(closed),
        converted_at=None if converted is None or kind is OPPORTUNITY else day(converted),
    ),
    st.sampled_from([LEAD, OPPORTUNITY]),
    st.lists(
        st.tuples(
            st.sampled_from(["Open", "Working", "Nurturing", "Qualified", "Proposal", "Odd"]),
            moments,
        ),
        max_size=6,
    ),
    st.sampled_from(Outcome),
    st.none() | moments,
    st.none() | moments,
)


@given(histories, moments)
def test_a_record_is_in_one_stage_at_a_time(history: Record, number: int) -> None:
    now = day(number)

    there = [
        entry
        for entry in stage_entries(history, FUNNEL)
        if entry.entered <= now and (entry.left is None or now < entry.left)
    ]

    assert len(there) <= 1


@given(histories)
def test_no_stay_ends_before_it_begins(history: Record) -> None:
    entries = stage_entries(history, FUNNEL)

    assert all(entry.left is None or entry.left >= entry.entered for entry in entries)
