"""What is written, what is left alone, and what names a plan."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.icp.classify import Flag, Verdict, classify
from bbm_core.icp.profile import Label, Profile
from bbm_core.plan import (
    Candidate,
    Plan,
    PlannedWrite,
    Standing,
    WritePolicy,
    decision_on,
    desired_values,
    merge_plans,
    plan_writes,
    same_value,
)
from bbm_core.records import AGENT_ROLES, FieldRole, Record, RecordKind, RecordRef, Value

NOW = datetime(2026, 11, 3, 10, 0, 0, 123, tzinfo=UTC)
POLICY = WritePolicy()
PROFILE = Profile.model_validate(
    {
        "name": "core",
        "criteria": [
            {"id": f"c{n}", "attribute": f"c{n}", "role": "plus", "points": n, "is_true": True}
            for n in (1, 2, 4, 8, 10, 15, 20, 40)
        ],
    }
)
R = FieldRole
Written = Mapping[FieldRole, Value]


def judge(score: int, profile: Profile = PROFILE) -> Verdict:
    """A verdict with this score; its criteria are met greedily."""
    attributes: dict[str, Value] = {}
    for criterion in sorted(profile.criteria, key=lambda c: -c.points):
        attributes[criterion.attribute] = criterion.points <= score
        score -= criterion.points if criterion.points <= score else 0
    return classify(attributes, [profile], NOW.date())


def record(written: Written | None = None, number: int = 1, **others: Any) -> Record:
    ref = RecordRef(others.pop("kind", RecordKind.LEAD), f"{number:018d}")
    return Record(ref=ref, created=NOW, modified=NOW, written=written or {}, **others)


def values(verdict: Verdict, policy: WritePolicy = POLICY) -> dict[FieldRole, Value]:
    """What a record without any history should hold."""
    wanted = desired_values(record(), verdict, policy, NOW)
    return {role: value for role, value in wanted.items() if value is not None}


def plan_one(
    written: Written | None,
    verdict: Verdict,
    last_written: Written | None = None,
    policy: WritePolicy = POLICY,
    **others: Any,
) -> tuple[Standing, PlannedWrite | None, Plan]:
    plan = plan_writes([Candidate(record(written, **others), verdict, last_written)], policy, NOW)
    ((_, standing),) = plan.counts
    return standing, (plan.writes[0] if plan.writes else None), plan


# what is written


def test_a_record_without_our_values_gets_all_of_them() -> None:
    standing, write, plan = plan_one({}, judge(85))

    assert standing is Standing.WRITE
    assert write is not None
    assert (
        write.values
        == {
            R.FLAG: "icp",
            R.SCORE: 85,
            R.TIER: "A",
            R.REASON: "85. C40 (+40), C20 (+20), C15 (+15), C10 (+10).",
            R.MISSING: None,
            R.COVERAGE: 100,
            R.VERSION: judge(85).version,
            R.SCORED_AT: datetime(2026, 11, 3, 10, 0, tzinfo=UTC),
        }
        or R.MISSING not in write.values
    )
    assert write.flips is None
    assert plan.count(Standing.WRITE) == plan.size == 1


def test_values_that_are_there_already_are_not_written() -> None:
    assert plan_one(values(judge(85)), judge(85))[:2] == (Standing.EQUAL, None)


def test_only_what_changed_is_written_with_the_time_and_the_old_values() -> None:
    before = values(judge(65))
    _, write, _ = plan_one(before, judge(70))

    assert write is not None
    assert set(write.values) == {R.SCORE, R.REASON, R.SCORED_AT}
    assert write.old == {role: before[role] for role in write.values}
    assert (write.write.ref, write.write.values) == (write.ref, write.values)


def test_the_time_of_judging_alone_causes_no_write() -> None:
    before = values(judge(85)) | {R.SCORED_AT: NOW - timedelta(days=400)}

    assert plan_one(before, judge(85))[0] is Standing.EQUAL


def test_a_field_that_should_be_empty_is_cleared() -> None:
    _, write, _ = plan_one(values(judge(85)) | {R.MISSING: "Region"}, judge(85))

    assert write is not None
    assert write.values[R.MISSING] is None


def test_missing_data_is_written_in_the_crms_own_words() -> None:
    verdict = classify({"c40": True}, [PROFILE], NOW.date())
    policy = WritePolicy(lang="ja", labels={"c20": Label(en="Rank", ja="役職")})

    assert str(values(verdict, policy)[R.MISSING]).startswith("役職、C15、")
    assert str(values(verdict, policy)[R.REASON]).startswith("判定不能:役職、")


def test_only_configured_roles_are_written() -> None:
    policy = WritePolicy(roles=frozenset({R.FLAG, R.SCORE}))
    _, write, _ = plan_one({R.FLAG: "not_icp"}, judge(85), policy=policy)

    assert write is not None
    assert write.values == {R.FLAG: "icp", R.SCORE: 85}


def test_people_own_the_override_fields() -> None:
    policy = WritePolicy(roles=frozenset(FieldRole))

    assert set(desired_values(record(), judge(85), policy, NOW)) == set(AGENT_ROLES)


def test_a_changed_flag_is_a_flip_and_a_first_one_is_not() -> None:
    assert plan_one(values(judge(10)), judge(85))[1].flips == (Flag.NO, Flag.YES)  # type: ignore[union-attr]  # there is a write
    assert plan_one({R.FLAG: "nonsense"}, judge(85))[1].flips is None  # type: ignore[union-attr]  # there is a write
    assert plan_one(values(judge(10)), judge(85))[2].flips == 1


def test_times_are_written_in_utc_and_whole_seconds() -> None:
    tokyo = NOW.astimezone(timezone(timedelta(hours=9)))

    wanted = desired_values(record(), judge(1), POLICY, tokyo)

    assert wanted[R.SCORED_AT] == datetime(2026, 11, 3, 10, tzinfo=UTC)
    assert str(wanted[R.SCORED_AT]).endswith("+00:00")


def test_a_sealed_record_is_counted_and_left_alone() -> None:
    assert plan_one({}, judge(85), sealed=True)[:2] == (Standing.SEALED, None)


def test_no_value_is_a_float() -> None:
    assert not any(isinstance(value, float) for value in values(judge(33)).values())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, Decimal("1.0")),
        (None, ""),
        (None, "  "),
        (None, ()),
        ("a\r\nb ", "a\nb"),
        (datetime(2026, 1, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 1, 0, 0, 999, tzinfo=UTC)),
        (
            datetime(2026, 1, 1, 1, tzinfo=UTC),
            datetime(2026, 1, 1, 10, tzinfo=timezone(timedelta(hours=9))),
        ),
    ],
)
def test_values_that_a_crm_stores_alike_are_equal(one: Value | None, other: Value | None) -> None:
    assert same_value(one, other)
    assert same_value(other, one)


@pytest.mark.parametrize(("one", "other"), [(1, 2), ("a", "A"), (0, None), ("1", 1), (("a",), ())])
def test_values_that_a_crm_tells_apart_are_not(one: Value | None, other: Value | None) -> None:
    assert not same_value(one, other)


# the written tier


def tier_after(before: Written, score: int, hysteresis: int = 5) -> Value | None:
    policy = WritePolicy(hysteresis_points=hysteresis)
    return desired_values(record(before), judge(score), policy, NOW)[R.TIER]


@pytest.mark.parametrize(
    ("before", "score", "after"),
    [
        ("A", 79, "A"),
        ("A", 75, "A"),
        ("A", 74, "B"),
        ("A", 56, "B"),
        ("A", 54, "C"),
        ("B", 79, "B"),
        ("B", 80, "A"),
        ("B", 55, "B"),
        ("B", 36, "C"),
        ("B", 34, "D"),
        ("C", 35, "C"),
        ("D", 39, "D"),
        ("D", 40, "C"),
        ("?", 79, "B"),
        (None, 79, "B"),
    ],
)
def test_a_written_tier_rises_at_its_cut_off_and_falls_below_it(
    before: str | None, score: int, after: str
) -> None:
    written: Written = {} if before is None else {R.TIER: before}

    assert tier_after(written, score) == after


def test_without_hysteresis_the_written_tier_is_the_verdicts() -> None:
    assert tier_after({R.TIER: "A"}, 79, hysteresis=0) == "B"


def test_a_tier_of_another_definition_is_not_held_on_to() -> None:
    assert tier_after({R.TIER: "A", R.VERSION: "other"}, 79) == "B"
    assert tier_after({R.TIER: "A", R.VERSION: judge(1).version}, 79) == "A"


def test_an_excluded_record_loses_its_tier_at_once() -> None:
    profile = Profile.model_validate(
        {
            "name": "p",
            "criteria": [
                {"id": "a", "attribute": "a", "role": "plus", "points": 1, "is_true": True},
                {"id": "b", "attribute": "b", "role": "exclude", "is_true": True},
            ],
        }
    )
    verdict = classify({"a": True, "b": True}, [profile], NOW.date())

    assert desired_values(record({R.TIER: "A"}), verdict, POLICY, NOW)[R.TIER] == "D"


# the dead band


def test_a_small_move_of_the_score_alone_can_be_left_unwritten() -> None:
    band = WritePolicy(dead_band=3)

    assert plan_one(values(judge(65)), judge(68), policy=band)[0] is Standing.EQUAL
    assert plan_one(values(judge(65)), judge(69), policy=band)[0] is Standing.WRITE


def test_a_small_move_that_changes_more_than_the_score_is_written() -> None:
    standing, write, _ = plan_one(values(judge(59)), judge(60), policy=WritePolicy(dead_band=3))

    assert standing is Standing.WRITE
    assert write is not None
    assert write.values[R.SCORE] == 60


def test_without_a_dead_band_every_move_is_written() -> None:
    assert plan_one(values(judge(65)), judge(66))[0] is Standing.WRITE


def test_a_record_without_a_score_is_outside_the_dead_band() -> None:
    before = values(judge(65))
    del before[R.SCORE]

    assert plan_one(before, judge(65), policy=WritePolicy(dead_band=50))[0] is Standing.WRITE


def test_a_changed_reason_at_the_same_score_is_written() -> None:
    before = values(judge(65)) | {R.REASON: "65. In the words of another day."}

    assert plan_one(before, judge(65))[0] is Standing.WRITE


# people's decisions


def overridden(flag: str, **others: Value) -> dict[FieldRole, Value]:
    return {R.OVERRIDE: flag, **{FieldRole(role): value for role, value in others.items()}}


def test_an_override_counts_and_says_so() -> None:
    override = overridden("icp", override_reason="key account", override_until=date(2026, 11, 3))
    wanted = desired_values(record(override), judge(10), POLICY, NOW)

    assert wanted[R.FLAG] == "icp"
    assert wanted[R.SCORE] == 10
    assert wanted[R.REASON] == (
        'ICP by a person\'s decision (until 2026-11-03): "key account". BBM says not ICP, 10.'
    )


def test_a_decision_that_is_written_already_stands() -> None:
    override = overridden("icp")
    written = dict(desired_values(record(override), judge(10), POLICY, NOW)) | override

    assert plan_one({r: v for r, v in written.items() if v is not None}, judge(10))[:2] == (
        Standing.OVERRIDDEN,
        None,
    )


@pytest.mark.parametrize(
    "written",
    [
        {},
        overridden("unknown"),
        overridden("yes"),
        overridden("icp", override_until=date(2026, 11, 2)),
        overridden("icp", override_until=datetime(2026, 11, 2, 23, tzinfo=UTC)),
    ],
)
def test_an_override_that_ended_or_cannot_be_read_does_not_count(written: Written) -> None:
    assert decision_on(record(written), NOW.date()) is None


@pytest.mark.parametrize("until", [date(2026, 11, 3), datetime(2026, 11, 3, tzinfo=UTC), "soon"])
def test_an_override_counts_through_its_last_day(until: Value) -> None:
    decision = decision_on(record(overridden("not_icp", override_until=until)), NOW.date())

    assert decision is not None
    assert decision.flag is Flag.NO


def test_an_ended_override_gives_the_flag_back_to_the_verdict() -> None:
    ended = overridden("icp", override_until=date(2026, 11, 2))
    _, write, _ = plan_one(values(judge(10)) | {R.FLAG: "icp"} | ended, judge(10))

    assert write is not None
    assert write.values[R.FLAG] == "not_icp"


# people's edits


def test_a_flag_that_a_person_changed_is_kept_and_counts_as_their_decision() -> None:
    ours = values(judge(10))
    standing, write, plan = plan_one(ours | {R.FLAG: "icp"}, judge(10), ours)

    assert standing is Standing.WRITE
    assert write is not None
    assert set(write.values) == {R.REASON, R.SCORED_AT}
    assert write.values[R.REASON] == "ICP by a person's decision. BBM says not ICP, 10."
    assert [(e.role, e.ours, e.theirs) for e in plan.edits] == [(R.FLAG, "not_icp", "icp")]


def test_a_persons_edit_is_not_fought_ten_times() -> None:
    ours = values(judge(10))
    held = ours | {R.FLAG: "icp"}
    for _ in range(10):
        _, write, plan = plan_one(held, judge(10), ours)
        new = {r: v for r, v in (write.values if write else {}).items() if v is not None}
        held, ours = held | new, ours | new

        assert held[R.FLAG] == "icp"
        assert len(plan.edits) == 1

    assert plan_one(held, judge(10), ours)[:2] == (Standing.EDITED, None)


def test_an_edited_field_is_left_alone_while_the_others_go_on() -> None:
    ours = values(judge(65))
    _, write, plan = plan_one(ours | {R.TIER: "A"}, judge(10), ours)

    assert write is not None
    assert R.TIER not in write.values
    assert write.values[R.FLAG] == "not_icp"
    assert [edit.role for edit in plan.edits] == [R.TIER]


def test_an_edit_that_agrees_with_the_verdict_is_no_edit() -> None:
    standing, _, plan = plan_one(values(judge(85)), judge(85), values(judge(10)))

    assert (standing, plan.edits) == (Standing.EQUAL, ())


def test_an_emptied_field_is_filled_again() -> None:
    ours = values(judge(85))
    held = {role: value for role, value in ours.items() if role is not R.TIER}
    _, write, plan = plan_one(held | {R.REASON: " "}, judge(85), ours)

    assert write is not None
    assert set(write.values) == {R.TIER, R.REASON, R.SCORED_AT}
    assert plan.edits == ()


def test_a_value_of_unknown_origin_is_written_over() -> None:
    standing, write, plan = plan_one(values(judge(10)), judge(85), None)

    assert (standing, plan.edits) == (Standing.WRITE, ())
    assert write is not None
    assert write.values[R.FLAG] == "icp"


def test_a_flag_that_nobody_can_read_is_kept_without_counting() -> None:
    ours = values(judge(10))
    standing, write, plan = plan_one(ours | {R.FLAG: "maybe"}, judge(10), ours)

    assert (standing, write) == (Standing.EDITED, None)
    assert plan.edits[0].theirs == "maybe"


def test_an_edited_time_of_judging_is_nobodys_concern() -> None:
    ours = values(judge(10))
    held = ours | {R.SCORED_AT: NOW - timedelta(days=1)}

    assert plan_one(held, judge(10), ours)[2].edits == ()


def test_an_override_and_an_edited_flag_go_together() -> None:
    ours = values(judge(10))
    held = ours | {R.FLAG: "unknown"} | overridden("icp")
    _, write, plan = plan_one(held, judge(10), ours)

    assert write is not None
    assert R.FLAG not in write.values
    assert str(write.values[R.REASON]).startswith("ICP by a person's decision")
    assert len(plan.edits) == 1


# whole plans

SCORES = st.integers(0, 100)
WRITTEN: st.SearchStrategy[Written] = st.fixed_dictionaries(
    {},
    optional={
        R.FLAG: st.sampled_from(["icp", "not_icp", "unknown"]),
        R.SCORE: SCORES,
        R.TIER: st.sampled_from(["A", "B", "C", "D"]),
        R.REASON: st.sampled_from(["", "old words"]),
        R.MISSING: st.sampled_from(["Region"]),
        R.COVERAGE: SCORES,
        R.VERSION: st.sampled_from(["other", judge(1).version]),
        R.SCORED_AT: st.just(NOW - timedelta(days=9)),
        R.OVERRIDE: st.sampled_from(["icp", "not_icp"]),
        R.OVERRIDE_UNTIL: st.dates(date(2026, 10, 1), date(2026, 12, 1)),
    },
)
POLICIES = st.builds(
    WritePolicy,
    lang=st.sampled_from(["en", "ja"]),
    roles=st.frozensets(st.sampled_from(AGENT_ROLES), min_size=1),
    hysteresis_points=st.integers(0, 20),
    dead_band=st.integers(0, 10),
)


def applied(held: Written, write: PlannedWrite | None) -> Written:
    merged = {**held, **(write.values if write else {})}
    return {role: value for role, value in merged.items() if value is not None}


@given(WRITTEN, st.none() | WRITTEN, SCORES, POLICIES)
def test_a_plan_applied_leaves_nothing_to_plan(
    held: Written, last: Written | None, score: int, policy: WritePolicy
) -> None:
    _, write, _ = plan_one(held, judge(score), last, policy)
    later = None if last is None else applied(last, write)

    standing, again, _ = plan_one(applied(held, write), judge(score), later, policy)

    assert again is None
    assert standing is not Standing.WRITE


@given(WRITTEN, SCORES, POLICIES)
def test_every_write_changes_something_and_names_what_was_there(
    held: Written, score: int, policy: WritePolicy
) -> None:
    _, write, _ = plan_one(held, judge(score), None, policy)

    if write:
        assert write.values.keys() == write.old.keys()
        assert write.values.keys() <= policy.roles
        changed = {r for r in write.values if not same_value(write.values[r], write.old[r])}
        assert changed - {R.SCORED_AT}


@given(st.lists(st.tuples(WRITTEN, SCORES), max_size=8), st.randoms(use_true_random=False))
def test_pages_in_any_order_add_up_to_the_same_plan(
    found: list[tuple[Written, int]], random: Any
) -> None:
    candidates = [
        Candidate(record(held, number), judge(score)) for number, (held, score) in enumerate(found)
    ]
    whole = plan_writes(candidates, POLICY, NOW)
    random.shuffle(candidates)
    pages = [plan_writes([one], POLICY, NOW + timedelta(hours=1)) for one in candidates]
    merged = merge_plans(pages)

    assert timeless(merged) == timeless(whole)
    assert merged.counts == whole.counts
    assert sum(merged.counts.values()) == len(candidates)
    assert timeless(sum(pages, Plan.empty())) == timeless(whole)


def test_a_plan_is_counted_by_kind_and_standing() -> None:
    candidates = [
        Candidate(record({}, 1), judge(85)),
        Candidate(record({}, 2, kind=RecordKind.ACCOUNT), judge(85)),
        Candidate(record(values(judge(85)), 3), judge(85)),
    ]
    plan = plan_writes(candidates, POLICY, NOW)

    assert plan.counts == {
        (RecordKind.LEAD, Standing.WRITE): 1,
        (RecordKind.ACCOUNT, Standing.WRITE): 1,
        (RecordKind.LEAD, Standing.EQUAL): 1,
    }
    assert plan.count(Standing.WRITE) == 2


def timeless(plan: Plan) -> dict[RecordRef, object]:
    """What is written to each record, but the time of judging."""
    return {
        write.ref: ({**write.values, R.SCORED_AT: None}, {**write.old, R.SCORED_AT: None})
        for write in plan.writes
    }
