"""The profile as its owner writes it, and what names a version of it."""

import tomllib
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from bbm_core.icp.profile import (
    Label,
    Mode,
    Profile,
    Tiers,
    Unit,
    common_mode,
    profile_version,
    profiles_version,
)

WRITTEN = """
name = "core"
label = "Core"
threshold = 60
tiers = {A = 80, B = 60, C = 40}
groups = [{id = "size", cap = 40}]

[[criteria]]
id = "employees"
label = {en = "Employees", ja = "従業員数"}
unit = {ja = "名"}
attribute = "employees"
role = "plus"
points = 30
group = "size"
between = [300, 5000]

[[criteria]]
id = "revenue"
attribute = "revenue"
role = "plus"
points = 30
group = "size"
at_least = "10億"

[[criteria]]
id = "industry"
attribute = "industry"
role = "must"
points = 25
in = ["Logistics", "Manufacturing"]

[[criteria]]
id = "free_mail"
attribute = "email"
role = "exclude"
free_mail = true
on_missing = "neutral"
"""


def written() -> dict[str, Any]:
    return tomllib.loads(WRITTEN)


def changed(path: tuple[str | int, ...], value: Any) -> Profile:
    """The profile with one place of it changed."""
    table = deepcopy(written())
    node: Any = table
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return Profile.model_validate(table)


def problem(*criteria: dict[str, Any], **others: Any) -> str:
    defaults = {"attribute": "a", "role": "plus", "points": 1, "equals": "x"}
    table = {"name": "p", "criteria": [{"id": "c", **defaults, **c} for c in criteria], **others}
    with pytest.raises(ValidationError) as caught:
        Profile.model_validate(table)
    return str(caught.value)


def test_a_profile_is_read_from_toml() -> None:
    profile = Profile.model_validate(written())

    assert [c.id for c in profile.criteria] == ["employees", "revenue", "industry", "free_mail"]
    assert profile.criteria[0].title.text("ja") == "従業員数"
    assert profile.criteria[1].at_least == 10**9
    assert profile.criteria[3].operator == "free_mail"


def test_the_maximum_counts_a_group_up_to_its_cap() -> None:
    assert Profile.model_validate(written()).maximum == 40 + 25


def test_a_cap_above_what_the_group_can_earn_changes_nothing() -> None:
    assert changed(("groups", 0, "cap"), 500).maximum == 60 + 25


def test_a_label_is_one_text_or_one_per_language() -> None:
    both = Label.model_validate({"en": "Employees", "ja": "従業員数"})
    one = Label.model_validate("Employees")

    assert (both.text(), both.text("ja")) == ("Employees", "従業員数")
    assert (one.text(), one.text("ja")) == ("Employees", "Employees")


def test_a_unit_may_be_given_for_one_language_only() -> None:
    assert Unit.model_validate({"ja": "名"}) == Unit(ja="名")
    assert Unit.model_validate("名") == Unit(en="名", ja="名")


def test_a_criterion_without_label_is_called_by_its_id() -> None:
    profile = changed(("criteria", 1, "id"), "annual_revenue")

    assert profile.criteria[1].title == Label(en="Annual revenue")


@pytest.mark.parametrize(
    ("score", "tier"),
    [(100, "A"), (80, "A"), (79, "B"), (60, "B"), (59, "C"), (40, "C"), (39, "D")],
)
def test_a_tier_begins_at_its_cut_off(score: int, tier: str) -> None:
    assert Tiers().of(score) == tier


def test_tiers_must_fall() -> None:
    with pytest.raises(ValidationError, match="must fall"):
        Tiers(A=60, B=60, C=40)


@pytest.mark.parametrize(
    ("criterion", "complaint"),
    [
        ({"points": 0}, "criterion c: a plus needs points above 0"),
        ({"role": "minus", "points": 0}, "criterion c: a minus needs points above 0"),
        ({"role": "exclude"}, "criterion c: an exclude has no points"),
        ({"role": "minus", "group": "g"}, "a group caps points that are added"),
        ({"group": "g"}, "names the group 'g', which does not exist"),
        ({"role": "minus"}, "no criterion that earns points"),
        ({"points": 1.5}, "valid integer"),
        ({"points": True}, "valid integer"),
        ({"points": -1}, "greater than or equal to 0"),
        ({"at_least": 5}, "exactly one operator; equals and at_least are given"),
        ({"on_missing": "zero"}, "'unknown', 'neutral' or 'miss'"),
        ({"rol": "plus"}, "not permitted"),
        ({"id": "a b"}, "pattern"),
    ],
)
def test_a_criterion_that_makes_no_sense_is_refused(
    criterion: dict[str, Any], complaint: str
) -> None:
    assert complaint in problem(criterion)


def test_several_faults_of_a_profile_are_told_at_once() -> None:
    told = problem({}, {"group": "g"}, groups=[{"id": "h", "cap": 1}, {"id": "h", "cap": 2}])

    assert "two criteria have the id 'c'" in told
    assert "two groups have the id 'h'" in told
    assert "names the group 'g'" in told


@pytest.mark.parametrize(
    ("others", "complaint"),
    [
        ({"threshold": 0}, "greater than or equal to 1"),
        ({"threshold": 101}, "less than or equal to 100"),
        ({"criteria": []}, "at least 1 item"),
    ],
)
def test_a_profile_out_of_range_is_refused(others: dict[str, Any], complaint: str) -> None:
    assert complaint in problem({}, **others)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("name",), "other"),
        (("threshold",), 61),
        (("tiers", "A"), 81),
        (("groups", 0, "cap"), 41),
        (("criteria", 0, "points"), 31),
        (("criteria", 0, "between"), [301, 5000]),
        (("criteria", 0, "group"), None),
        (("criteria", 0, "on_missing"), "miss"),
        (("criteria", 0, "attribute"), "staff"),
        (("criteria", 2, "role"), "plus"),
        (("criteria", 2, "in"), ["Logistics"]),
        (("criteria", 2, "in"), ["Logistics", 5]),
        (("criteria", 3, "free_mail"), False),
        (("criteria", 0, "id"), "size"),
    ],
)
def test_what_can_change_a_verdict_changes_the_version(
    path: tuple[str | int, ...], value: Any
) -> None:
    before = profile_version(Profile.model_validate(written()))

    assert profile_version(changed(path, value)) != before


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("label",), "Kernkunden"),
        (("criteria", 0, "label"), "Staff"),
        (("criteria", 0, "unit"), "people"),
        (("groups", 0, "label"), "Size"),
        (("criteria", 0, "between"), [300.0, "5,000"]),
        (("criteria", 2, "in"), ["Manufacturing", "Logistics"]),
        (("criteria", 0, "on_missing"), "unknown"),
        (("tiers",), {}),
        (("mode",), "abm"),
    ],
)
def test_what_only_people_read_keeps_the_version(path: tuple[str | int, ...], value: Any) -> None:
    before = profile_version(Profile.model_validate(written()))

    assert profile_version(changed(path, value)) == before


def test_a_number_and_its_digits_are_different_values() -> None:
    numbers, texts = changed(("criteria", 2, "in"), [5]), changed(("criteria", 2, "in"), ["5"])
    days = changed(("criteria", 2, "in"), [date(2026, 1, 1)])

    assert len({profile_version(one) for one in (numbers, texts, days)}) == 3


def test_a_version_is_twelve_hexadecimal_digits_and_stays() -> None:
    assert profile_version(Profile.model_validate(written())) == "ad671464568c"


def test_a_profile_cannot_be_changed_once_it_is_read() -> None:
    profile = Profile.model_validate(written())

    with pytest.raises(ValidationError, match="frozen"):
        profile.criteria[0].points = 99  # type: ignore[misc]  # what the test is about
    with pytest.raises(ValidationError, match="frozen"):
        profile.threshold = 1  # type: ignore[misc]  # what the test is about


def test_an_editor_can_explain_every_key_of_a_profile() -> None:
    schema = Profile.model_json_schema()
    tables = [schema, *schema["$defs"].values()]
    keys = [key for table in tables for key in table.get("properties", {}).values()]

    assert len(keys) > 30
    assert all(key.get("description") for key in keys)


def test_several_profiles_have_a_version_together() -> None:
    one, other = Profile.model_validate(written()), changed(("name",), "other")

    assert profiles_version([one]) == profile_version(one)
    assert profiles_version([one, other]) != profiles_version([other, one])
    assert len(profiles_version([one, other])) == 12


def test_profiles_of_different_modes_are_two_sided_together() -> None:
    named, wide = changed(("mode",), "abm"), changed(("mode",), "lbm")

    assert common_mode([named]) is Mode.ABM
    assert common_mode([named, named]) is Mode.ABM
    assert common_mode([named, wide]) is Mode.BBM
