"""What a profile says and how two profiles differ, in words."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.icp.predicate import OPERATORS
from bbm_core.icp.profile import Criterion, Profile, profiles_version
from bbm_core.icp.terms import Kind, criterion_text, differences

OPERANDS: dict[str, Any] = {
    "in": ["Machinery", "Chemicals"],
    "not_in": ["Retail"],
    "equals": "Tokyo",
    "at_least": 300,
    "at_most": 5000,
    "between": [300, 5000],
    "has_word": ["director"],
    "has_all_words": ["plant", "manager"],
    "is_true": True,
    "is_set": False,
    "within_days": 30,
    "older_than_days": 90,
    "after": date(2026, 1, 1),
    "before": date(2026, 1, 1),
    "domain_in": ["example.co.jp"],
    "free_mail": False,
    "corporate_number_valid": True,
}


def criterion(id_: str = "size", operator: str = "at_least", **more: Any) -> dict[str, Any]:
    asked = {operator: more.pop("value", OPERANDS[operator])}
    return {"id": id_, "attribute": id_, "role": "plus", "points": 20, **asked, **more}


def profile(*criteria: dict[str, Any], **more: Any) -> Profile:
    found = {"name": "core", "criteria": list(criteria or [criterion()]), **more}
    return Profile.model_validate(found)


def told(old: Profile, new: Profile, lang: Any = "en") -> list[tuple[str, str]]:
    return [(one.name, one.text(lang)) for one in differences([old], [new], lang)]


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_operator_has_words(operator: str, lang: Any) -> None:
    text = criterion_text(Criterion.model_validate(criterion("x", operator)), lang)

    assert text.startswith("X")
    assert "{" not in text


def test_a_criterion_reads_as_a_sentence() -> None:
    size = criterion(label={"en": "Employees", "ja": "従業員数"}, value=1000)

    assert criterion_text(Criterion.model_validate(size)) == (
        "Employees is at least 1,000 (+20 points)"
    )
    assert criterion_text(Criterion.model_validate(size), "ja") == "従業員数が1,000以上(+20点)"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"role": "must", "points": 0}, "(required)"),
        ({"role": "must", "points": 5}, "(required, 5 points)"),
        ({"role": "minus"}, "(−20 points)"),
        ({"role": "exclude", "points": 0}, "(excludes)"),
        ({"on_missing": "miss"}, "(+20 points, a missing value counts as not met)"),
        ({"on_missing": "neutral"}, "(+20 points, a missing value means nothing)"),
        ({"group": "g"}, "(+20 points, in the group g)"),
    ],
)
def test_what_meeting_it_means_is_said(changes: dict[str, Any], text: str) -> None:
    assert criterion_text(Criterion.model_validate(criterion(**changes))).endswith(text)


def test_the_same_definition_shows_no_difference() -> None:
    assert differences([profile()], [profile()]) == ()


def test_another_label_is_no_other_criterion() -> None:
    assert differences([profile()], [profile(criterion(label="Employees"))]) == ()


def test_added_removed_and_changed_criteria_are_told_apart() -> None:
    old = profile(criterion("a"), criterion("b"))
    new = profile(criterion("b", value=500), criterion("c"))

    assert [(one.kind, one.part) for one in differences([old], [new])] == [
        (Kind.REMOVED, "a"),
        (Kind.CHANGED, "b"),
        (Kind.ADDED, "c"),
    ]
    assert told(old, new) == [
        ("A", "removed: A is at least 300 (+20 points)"),
        ("B", "changed: B is at least 300 (+20 points) → B is at least 500 (+20 points)"),
        ("C", "added: C is at least 300 (+20 points)"),
    ]


def test_threshold_tiers_and_caps_are_told() -> None:
    old = profile(criterion(group="g"), groups=[{"id": "g", "cap": 10}])
    new = profile(
        criterion(group="g"), threshold=50, tiers={"A": 90}, groups=[{"id": "g", "cap": 15}]
    )

    assert told(old, new) == [
        ("score of an ICP", "changed: 60 → 50"),
        ("tiers", "changed: A from 80, B from 60, C from 40 → A from 90, B from 60, C from 40"),
        ("group g", "changed: at most 10 points → at most 15 points"),
    ]


def test_a_new_and_a_gone_profile_are_told_as_wholes() -> None:
    other = profile(name="other")

    assert [(d.name, d.text()) for d in differences([profile()], [other])] == [
        ("profile core", "removed"),
        ("profile other", "added: 1 criteria, ICP from a score of 60"),
    ]


def test_another_order_of_profiles_is_told() -> None:
    first, second = profile(), profile(name="other")

    (found,) = differences([first, second], [second, first])

    assert (found.name, found.before, found.after) == (
        "order of the profiles",
        "core, other",
        "other, core",
    )


def test_what_only_the_attribute_tells_apart_names_the_attribute() -> None:
    old, new = profile(criterion()), profile(criterion(attribute="staff"))

    assert told(old, new) == [
        (
            "Size",
            (
                "changed: Size is at least 300 (+20 points) [size] → "
                "Size is at least 300 (+20 points) [staff]"
            ),
        )
    ]


_CRITERIA = st.lists(
    st.builds(
        criterion,
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["at_least", "in", "is_set"]),
        points=st.sampled_from([10, 20]),
        attribute=st.sampled_from(["a", "z"]),
        on_missing=st.sampled_from(["unknown", "miss"]),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda one: one["id"],
)
_PROFILES = st.builds(
    lambda criteria, threshold: profile(*criteria, threshold=threshold),
    _CRITERIA,
    st.sampled_from([50, 60]),
)


@given(_PROFILES, _PROFILES, st.sampled_from(["en", "ja"]))
def test_differences_are_told_exactly_when_the_version_is_another(
    old: Profile, new: Profile, lang: Any
) -> None:
    is_same = profiles_version([old]) == profiles_version([new])

    assert (differences([old], [new], lang) == ()) is is_same
