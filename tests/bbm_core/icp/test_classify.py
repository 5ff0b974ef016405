"""Verdicts: worked examples, the laws of three-valued judging, and a second reckoning."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import floor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.icp.classify import Classifier, Flag, Verdict, classify
from bbm_core.icp.logic import Match
from bbm_core.icp.profile import Profile, Role, profile_version
from bbm_core.records import Value

TODAY = date(2026, 11, 3)


def profile(*criteria: dict[str, Any], **others: Any) -> Profile:
    """Criteria that hold where their attribute (by default named as the criterion) is "yes"."""
    written = [
        {
            "attribute": c["id"],
            "equals": "yes",
            "role": "plus",
            "points": 0 if c.get("role") in {"must", "exclude"} else 1,
            **c,
        }
        for c in criteria
    ]
    return Profile.model_validate({"name": "p", "criteria": written, **others})


EXAMPLE = profile(
    {"id": "size", "points": 40},
    {"id": "industry", "points": 30},
    {"id": "title", "points": 15, "on_missing": "neutral"},
    {"id": "country", "points": 15},
    {"id": "competitor", "role": "exclude", "on_missing": "miss"},
)


def judge(judged_by: Profile, **attributes: Value) -> Verdict:
    return classify(attributes, [judged_by], TODAY)


# what is remembered


@pytest.mark.parametrize("order", [1, -1])
def test_one_and_true_are_not_taken_for_each_other(order: int) -> None:
    asked = profile(
        {"id": "flag", "equals": None, "is_true": True},
        {"id": "count", "attribute": "flag", "equals": 1},
        {"id": "least", "attribute": "flag", "equals": None, "at_least": 2},
    )
    kept = Classifier([asked])
    values: list[Value] = [True, 1, Decimal(1), Decimal("1E+1"), 10, Decimal(10), "1"]

    for value in values[::order]:
        alone = classify({"flag": value}, [asked], TODAY)
        assert kept.judge({"flag": value}, TODAY) == alone


def test_what_was_said_yesterday_is_not_said_today() -> None:
    kept = Classifier([profile({"id": "visit", "equals": None, "within_days": 1})])
    days = (date(2026, 11, 2), date(2026, 11, 3))

    flags = [kept.judge({"visit": "2026-11-01"}, day).flag for day in days]

    assert flags == [Flag.YES, Flag.NO]


# worked examples


def test_what_is_met_adds_up_to_a_yes() -> None:
    verdict = judge(EXAMPLE, size="yes", industry="yes", title="yes", country="no")

    assert (verdict.flag, verdict.score, verdict.tier) == (Flag.YES, 85, "A")
    assert (verdict.low, verdict.high, verdict.coverage) == (85, 85, 100)
    assert [r.points for r in verdict.reasons] == [40, 30, 15, 0, 0]
    assert verdict.version == profile_version(EXAMPLE)
    assert verdict.profile == "p"


def test_an_unknown_adds_nothing_and_widens_the_interval() -> None:
    verdict = judge(EXAMPLE, size="yes")

    assert (verdict.score, verdict.low, verdict.high) == (40, 40, 85)
    assert verdict.flag is Flag.UNKNOWN
    assert verdict.missing == ("industry", "country")


def test_enough_that_is_known_decides_whatever_else_is_not() -> None:
    assert judge(EXAMPLE, size="yes", industry="yes").flag is Flag.YES
    assert judge(EXAMPLE, size="no", industry="no").flag is Flag.NO


def test_the_unknown_that_alone_decides_is_named() -> None:
    verdict = judge(EXAMPLE, size="yes", country="no")

    assert verdict.deciding == "industry"


def test_nothing_decides_alone_where_two_unknowns_are_needed() -> None:
    assert judge(EXAMPLE).deciding is None


def test_a_decided_verdict_names_no_deciding_unknown() -> None:
    assert judge(EXAMPLE, size="yes", industry="yes").deciding is None


def test_an_exclude_that_is_met_is_a_no_at_any_score() -> None:
    verdict = judge(EXAMPLE, size="yes", industry="yes", competitor="yes")

    assert (verdict.flag, verdict.score, verdict.tier) == (Flag.NO, 70, "D")
    assert verdict.excluded_by == ("competitor",)


def test_a_must_that_is_missed_is_a_no_at_any_score() -> None:
    judged_by = profile({"id": "a", "points": 100}, {"id": "b", "role": "must"})
    verdict = judge(judged_by, a="yes", b="no")

    assert (verdict.flag, verdict.score, verdict.missed) == (Flag.NO, 100, ("b",))


@pytest.mark.parametrize("role", ["must", "exclude"])
def test_an_unknown_must_or_exclude_keeps_from_a_yes(role: str) -> None:
    judged_by = profile({"id": "a"}, {"id": "b", "role": role})
    verdict = judge(judged_by, a="yes")

    assert (verdict.flag, verdict.low, verdict.deciding) == (Flag.UNKNOWN, 100, "b")


def test_an_unknown_must_does_not_keep_from_a_no() -> None:
    assert judge(profile({"id": "a"}, {"id": "b", "role": "must"}), a="no").flag is Flag.NO


def test_a_must_can_earn_points() -> None:
    judged_by = profile({"id": "a", "role": "must", "points": 3}, {"id": "b", "points": 1})

    assert judge(judged_by, a="yes", b="no").score == 75


def test_minus_points_are_taken_off_and_the_raw_score_is_kept() -> None:
    judged_by = profile({"id": "a"}, {"id": "b", "role": "minus", "points": 2})
    verdict = judge(judged_by, a="no", b="yes")

    assert (verdict.score, verdict.raw) == (0, -200)
    assert [r.points for r in verdict.reasons] == [0, -200]


def test_an_unknown_minus_lowers_only_the_lower_end() -> None:
    judged_by = profile({"id": "a", "points": 10}, {"id": "b", "role": "minus", "points": 5})
    verdict = judge(judged_by, a="yes")

    assert (verdict.score, verdict.low, verdict.high) == (100, 50, 100)
    assert verdict.flag is Flag.UNKNOWN


def test_a_group_earns_no_more_than_its_cap() -> None:
    judged_by = profile(
        {"id": "a", "points": 30, "group": "g"},
        {"id": "b", "points": 30, "group": "g"},
        {"id": "c", "points": 30, "group": "g"},
        {"id": "d", "points": 60},
        groups=[{"id": "g", "cap": 40}],
    )
    verdict = judge(judged_by, a="yes", b="yes", c="yes", d="no")

    assert verdict.score == 40
    assert [r.points for r in verdict.reasons] == [30, 10, 0, 0]


@pytest.mark.parametrize(
    ("on_missing", "low", "high", "missing", "coverage"),
    [("unknown", 50, 100, ("b",), 50), ("neutral", 50, 50, (), 100), ("miss", 50, 50, (), 100)],
)
def test_the_profile_says_what_a_missing_value_means(
    on_missing: str, low: int, high: int, missing: tuple[str, ...], coverage: int
) -> None:
    verdict = judge(profile({"id": "a"}, {"id": "b", "on_missing": on_missing}), a="yes")

    assert (verdict.low, verdict.high) == (low, high)
    assert (verdict.missing, verdict.coverage) == (missing, coverage)


@pytest.mark.parametrize("role", ["must", "exclude"])
def test_a_neutral_criterion_stands_in_nobodys_way(role: str) -> None:
    judged_by = profile({"id": "a"}, {"id": "b", "role": role, "on_missing": "neutral"})
    verdict = judge(judged_by, a="yes")

    assert verdict.flag is Flag.YES
    assert verdict.reasons[1].neutral


def test_a_must_that_counts_missing_as_missed_is_a_no() -> None:
    judged_by = profile({"id": "a"}, {"id": "b", "role": "must", "on_missing": "miss"})

    assert judge(judged_by, a="yes").flag is Flag.NO


def test_a_value_that_cannot_be_read_stays_unknown_whatever_missing_means() -> None:
    judged_by = profile(
        {"id": "a", "equals": None, "at_least": 300, "on_missing": "miss"}, {"id": "b"}
    )

    assert judge(judged_by, a="100-499", b="no").reasons[0].match is Match.UNKNOWN
    assert judge(judged_by, a=" ", b="no").reasons[0].match is Match.MISS


def test_whether_a_value_is_there_is_asked_whatever_missing_means() -> None:
    criterion = {"id": "a", "equals": None, "is_set": False, "on_missing": "neutral"}

    assert judge(profile(criterion)).flag is Flag.YES


def test_a_record_of_which_all_is_neutral_is_fully_covered() -> None:
    assert judge(profile({"id": "a", "on_missing": "neutral"})).coverage == 100


def test_coverage_counts_by_weight_and_a_criterion_without_points_shows() -> None:
    judged_by = profile({"id": "a", "points": 8}, {"id": "b"}, {"id": "c", "role": "exclude"})

    assert judge(judged_by, a="yes").coverage == 80
    assert judge(judged_by, a="yes", b="no").coverage == 90


@pytest.mark.parametrize(
    ("attributes", "flag", "score", "interval"),
    [
        ({"a": "yes", "b": "no"}, Flag.YES, 100, (100, 100)),
        ({"a": "no", "b": "no"}, Flag.NO, 0, (0, 0)),
        ({"a": "yes", "b": "yes"}, Flag.NO, 0, (0, 0)),
        ({"a": "yes"}, Flag.UNKNOWN, 0, (0, 100)),
        ({"a": "no"}, Flag.NO, 0, (0, 0)),
        ({}, Flag.UNKNOWN, 0, (0, 100)),
    ],
)
def test_a_profile_without_points_knows_only_100_and_0(
    attributes: dict[str, Value], flag: Flag, score: int, interval: tuple[int, int]
) -> None:
    verdict = judge(
        profile({"id": "a", "role": "must"}, {"id": "b", "role": "exclude"}), **attributes
    )

    assert (verdict.flag, verdict.score, (verdict.low, verdict.high)) == (flag, score, interval)
    assert {r.points for r in verdict.reasons} == {0}


def test_missing_attributes_are_named_once_and_the_weightiest_first() -> None:
    judged_by = profile(
        {"id": "a", "points": 5},
        {"id": "b", "points": 20},
        {"id": "c", "attribute": "a", "points": 30},
        {"id": "d", "role": "exclude"},
    )

    assert judge(judged_by).missing == ("d", "a", "b")


def test_a_reason_shows_the_value_as_people_read_it() -> None:
    judged_by = profile({"id": "a", "equals": None, "at_least": 300}, {"id": "b"})
    verdict = judge(judged_by, a=1200)

    assert [r.value for r in verdict.reasons] == ["1,200", None]


@pytest.mark.parametrize("blank", ["", " ", ()])
def test_a_blank_value_is_shown_as_none(blank: Value) -> None:
    assert judge(profile({"id": "a"}), a=blank).reasons[0].value is None


# several profiles


def test_the_best_profile_speaks() -> None:
    first, second = profile({"id": "a"}, name="first"), profile({"id": "b"}, name="second")
    classifier = Classifier([first, second])

    assert classifier.judge({"a": "no", "b": "yes"}, TODAY).profile == "second"
    assert classifier.judge({"a": "no"}, TODAY).flag is Flag.UNKNOWN
    assert classifier.judge({"a": "yes", "b": "yes"}, TODAY).profile == "first"


def test_a_yes_beats_a_higher_score_that_is_none() -> None:
    strict = profile({"id": "a"}, {"id": "b", "role": "exclude"}, name="strict")
    loose = profile({"id": "a", "points": 6}, {"id": "c", "points": 4}, name="loose")
    verdict = Classifier([strict, loose]).judge({"a": "yes", "b": "yes", "c": "no"}, TODAY)

    assert (verdict.profile, verdict.score, verdict.flag) == ("loose", 60, Flag.YES)


def test_every_verdict_carries_the_version_of_all_profiles() -> None:
    classifier = Classifier([profile({"id": "a"}), profile({"id": "b"}, name="q")])

    assert classifier.judge({}, TODAY).version == classifier.version


def test_a_classifier_needs_a_profile() -> None:
    with pytest.raises(ValueError, match="needs a profile"):
        Classifier([])


# laws

ATTRIBUTES = "abcdef"
ON_MISSING = ("unknown", "unknown", "neutral", "miss")


@st.composite
def profiles(
    draw: st.DrawFn, *, on_missing: tuple[str, ...] = ON_MISSING, apart: bool = False
) -> Profile:
    """Any profile over six attributes; with `apart`, each criterion has one of its own."""
    groups = [{"id": "g", "cap": draw(st.integers(1, 60))}]
    criteria = []
    for number in range(draw(st.integers(1, 6))):
        role = draw(st.sampled_from(["plus", "plus", "plus", "must", "minus", "exclude"]))
        minimum = {"plus": 1, "minus": 1, "must": 0, "exclude": 0}[role]
        earns = role in {"plus", "must"}
        criteria.append(
            {
                "id": f"c{number}",
                "attribute": ATTRIBUTES[number] if apart else draw(st.sampled_from(ATTRIBUTES)),
                "equals": draw(st.sampled_from(["yes", "no"])),
                "role": role,
                "points": 0 if role == "exclude" else draw(st.integers(minimum, 40)),
                "group": draw(st.sampled_from([None, "g"])) if earns else None,
                "on_missing": draw(st.sampled_from(on_missing)),
            }
        )
    earned = sum(c["points"] for c in criteria if c["role"] in {"plus", "must"})
    if not earned:
        criteria = [c for c in criteria if c["role"] != "minus"] or [{"id": "c", "attribute": "a"}]
    return profile(*criteria, groups=groups, threshold=draw(st.integers(1, 100)))


VALUES = st.sampled_from(["yes", "no"])
PARTIAL = st.dictionaries(st.sampled_from(ATTRIBUTES), VALUES)
COMPLETE = st.fixed_dictionaries(dict.fromkeys(ATTRIBUTES, VALUES))


def reckoned(judged_by: Profile, record: Mapping[str, str]) -> tuple[bool, int]:
    """A second reckoning of a complete record: is it one, and its raw score."""
    earned, taken, in_group, whole, whole_group = 0, 0, 0, 0, 0
    fits = True
    for c in judged_by.criteria:
        met = record[c.attribute] == c.equals
        fits = (
            fits and not (c.role is Role.EXCLUDE and met) and not (c.role is Role.MUST and not met)
        )
        if c.role is Role.MINUS:
            taken += c.points * met
        elif c.group:
            in_group, whole_group = in_group + c.points * met, whole_group + c.points
        else:
            earned, whole = earned + c.points * met, whole + c.points
    cap = judged_by.groups[0].cap
    maximum = whole + min(cap, whole_group)
    if not maximum:
        return fits, 100 * fits
    raw = floor(Fraction(100 * (earned + min(cap, in_group) - taken), maximum))
    return fits and raw >= judged_by.threshold, raw


@given(profiles(), COMPLETE)
def test_a_complete_record_is_judged_as_a_second_reckoning_does(
    judged_by: Profile, record: dict[str, Value]
) -> None:
    verdict = judge(judged_by, **record)

    fits, raw = reckoned(judged_by, record)  # type: ignore[arg-type]  # all values are texts
    assert (verdict.flag, verdict.raw) == (Flag.YES if fits else Flag.NO, raw)
    assert verdict.low == verdict.high == verdict.score
    assert verdict.coverage == 100


@given(profiles(on_missing=("unknown",)), PARTIAL, COMPLETE)
def test_learning_more_never_overturns_a_decided_flag(
    judged_by: Profile, known: dict[str, Value], rest: dict[str, Value]
) -> None:
    before, after = judge(judged_by, **known), judge(judged_by, **{**rest, **known})

    assert before.flag in {Flag.UNKNOWN, after.flag}
    assert before.low <= after.score <= before.high


@given(profiles(), PARTIAL)
def test_the_score_lies_in_its_interval(judged_by: Profile, record: dict[str, Value]) -> None:
    verdict = judge(judged_by, **record)

    assert 0 <= verdict.low <= verdict.score <= verdict.high <= 100


@given(profiles(), PARTIAL)
def test_the_points_of_the_reasons_sum_to_the_raw_score(
    judged_by: Profile, record: dict[str, Value]
) -> None:
    verdict = judge(judged_by, **record)

    assert len(verdict.reasons) == len(judged_by.criteria)
    if judged_by.maximum:
        assert sum(r.points for r in verdict.reasons) == verdict.raw


@given(profiles(), PARTIAL)
def test_each_share_is_within_one_of_its_exact_worth(
    judged_by: Profile, record: dict[str, Value]
) -> None:
    verdict = judge(judged_by, **record)

    for criterion, reason in zip(judged_by.criteria, verdict.reasons, strict=True):
        worth = Fraction(100 * criterion.points, judged_by.maximum or 1)
        if reason.match is not Match.MATCH:
            assert reason.points == 0
        elif criterion.role is Role.MINUS:
            assert abs(reason.points + worth) < 1
        elif criterion.group is None:
            assert abs(reason.points - worth) < 1
        else:
            assert 0 <= reason.points < worth + 1


@given(profiles(on_missing=("unknown",), apart=True), PARTIAL)
def test_a_flag_is_unknown_exactly_if_completions_disagree(
    judged_by: Profile, record: dict[str, Value]
) -> None:
    asked = {c.attribute for c in judged_by.criteria}
    open_ones = sorted(asked - record.keys())
    completions = (
        {**record, **dict(zip(open_ones, values, strict=True))}
        for values in product(("yes", "no"), repeat=len(open_ones))
    )
    classifier = Classifier([judged_by])
    flags = {classifier.judge(one, TODAY).flag for one in completions}

    verdict = classifier.judge(record, TODAY)

    assert (verdict.flag is Flag.UNKNOWN) == (len(flags) > 1)


@given(profiles(apart=True), COMPLETE, st.sets(st.sampled_from(ATTRIBUTES), min_size=1, max_size=3))
def test_the_deciding_unknown_is_the_weightiest_that_decides_either_way(
    judged_by: Profile, record: dict[str, Value], hidden: set[str]
) -> None:
    known = {name: value for name, value in record.items() if name not in hidden}
    verdict = judge(judged_by, **known)

    def settles(attribute: str) -> bool:
        flags = {judge(judged_by, **known, **{attribute: value}).flag for value in ("yes", "no")}
        return Flag.UNKNOWN not in flags

    settling = [name for name in verdict.missing if settles(name)]
    expected = settling[0] if settling and verdict.flag is Flag.UNKNOWN else None
    assert verdict.deciding == expected


@given(profiles(), PARTIAL)
def test_the_same_record_profile_and_day_give_the_same_verdict(
    judged_by: Profile, record: dict[str, Value]
) -> None:
    classifier = Classifier([judged_by])
    shuffled = dict(reversed(record.items()))

    assert classifier.judge(record, TODAY) == classifier.judge(shuffled, TODAY)
    assert classifier.judge(record, TODAY) == judge(judged_by, **record)
