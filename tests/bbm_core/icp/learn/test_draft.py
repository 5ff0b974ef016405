"""A draft says in whole points what the study found, and flags as its figures say."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.icp.classify import Classifier, Flag
from bbm_core.icp.learn.binning import Among, Others, Span
from bbm_core.icp.learn.draft import (
    Draft,
    _joined,
    condition_of,
    draft,
    number,
    shared_out,
)
from bbm_core.icp.learn.hypotheses import hypotheses
from bbm_core.icp.learn.naming import identifiers
from bbm_core.icp.learn.sample import Sample
from bbm_core.icp.learn.states import Rest
from bbm_core.icp.learn.study import study
from bbm_core.icp.profile import Label, Profile
from tests.bbm_core.icp.learn.worlds import planted, sample, shuffled

TODAY = date(2026, 11, 27)


def drafted(one: Sample, **more: Any) -> Draft:
    found = draft(study(one), **more)
    assert found is not None
    return found


def flags(profile: Profile, one: Sample) -> list[Flag]:
    classifier = Classifier([profile])
    rows = zip(*(a.values for a in one.attributes), strict=True)
    names = [a.name for a in one.attributes]
    return [classifier.judge(known(names, row), TODAY).flag for row in rows]


def known(names: list[str], row: tuple[Any, ...]) -> Mapping[str, Any]:
    return {name: value for name, value in zip(names, row, strict=True) if value is not None}


def test_the_planted_profile_is_drafted() -> None:
    found = drafted(planted(400))

    asked = {(c.attribute, c.operator, c.operand) for c in found.profile.criteria}
    assert ("industry", "equals", "Manufacturing") in asked
    assert {c.attribute for c in found.profile.criteria} == {"industry", "employees"}
    assert not found.unproven


def test_the_points_of_all_criteria_make_a_hundred() -> None:
    assert drafted(planted(400)).profile.maximum == 100


def test_the_profile_flags_as_the_threshold_says() -> None:
    one = planted(400)
    found = drafted(one)

    told = flags(found.profile, one)

    assert told.count(Flag.YES) == found.chosen.flagged
    assert told.count(Flag.UNKNOWN) == found.chosen.unknown
    good = sum(flag is Flag.YES and won for flag, won in zip(told, one.good, strict=True))
    assert good == found.chosen.flagged_good


@pytest.mark.parametrize("rest", [False, True])
def test_names_of_few_rows_are_counted_where_the_profile_puts_them(*, rest: bool) -> None:
    """Two rows of 200 are from nowhere else: too few to learn from, but the profile judges them."""
    names = ["a"] * 66 + ["e" if rest else "a"] * 66 + ["b"] * 66 + ["c", "d"]
    every = {"a": 2, "b": 10}  # of the a each second is good, of the e about as many as of all
    good = [place % every.get(name, 3) == 0 for place, name in enumerate(names)]
    one = sample({"kind": names}, good)
    found = drafted(one)

    told = flags(found.profile, one)

    assert any(c.operator == "not_in" for c in found.profile.criteria) is rest
    assert told.count(Flag.YES) == found.chosen.flagged
    assert told.count(Flag.UNKNOWN) == found.chosen.unknown == 0
    assert {basis.known for basis in found.bases} == {200}


def test_beside_each_criterion_stand_the_rows_that_meet_it() -> None:
    one = planted(400)
    found = drafted(one)

    for criterion, basis in zip(found.profile.criteria, found.bases, strict=True):
        single = Profile(name="one", criteria=(criterion.model_copy(update={"group": None}),))
        told = flags(single, one)
        assert told.count(Flag.YES) == basis.rows
        assert len(told) - told.count(Flag.UNKNOWN) == basis.known
        assert basis.interval.low < basis.rate < basis.interval.high


def test_the_chosen_threshold_parts_the_widest_of_all() -> None:
    found = drafted(planted(400))

    assert found.chosen.youden == max(cut.youden for cut in found.cuts)
    assert found.profile.threshold == found.chosen.threshold
    assert found.chosen.recall > found.chosen.share
    assert found.chosen.precision > found.chosen.good / found.chosen.rows


def test_an_attribute_that_adds_next_to_nothing_gets_no_points() -> None:
    """A weak copy of the industry is named, but beside the industry it says nothing."""
    one = planted(3000)
    industry = one.attributes[0].values
    noisy = ["x" if n % 2 else (v == "Manufacturing") for n, v in enumerate(industry)]
    columns = {"industry": industry, "echo": [str(v) for v in noisy]}

    found = drafted(sample(columns, one.good))

    assert found.profile.maximum == 100
    asked = {c.attribute for c in found.profile.criteria}
    assert asked | set(found.spent) == {"industry", "echo"}
    assert all(c.points >= 3 for c in found.profile.criteria)


def test_where_nothing_is_named_there_is_no_draft() -> None:
    assert draft(study(shuffled(planted(300), 2))) is None
    assert draft(study(sample({"a": ["x", "y"] * 20}, [True] * 40))) is None


def test_levels_in_order_are_capped_together_and_fall() -> None:
    found = drafted(planted(1500, lift=0.6))

    group = next(group for group in found.profile.groups if group.id == "employees")
    points = [c.points for c in found.profile.criteria if c.attribute == "employees"]
    assert points == sorted(points, reverse=True)
    assert group.cap == points[0]


def test_few_customers_make_hypotheses_of_equal_weight() -> None:
    chance = planted(60, seed=3, base=0.02, lift=0.35)
    found = study(chance)
    told = draft(found)

    assert found.good < 20
    assert told is not None
    assert told.unproven
    points = [criterion.points for criterion in told.profile.criteria]
    assert max(points) - min(points) <= 1


def test_a_named_attribute_leaves_no_hypotheses() -> None:
    assert hypotheses(study(planted(400))) == []


def test_a_hypothesis_about_what_is_bad_asks_for_the_rest() -> None:
    """Retailers are bad, and so are companies below fifty people; there are too few good ones."""
    place = range(90)
    industry = ["Retail" if n % 3 else "Finance" for n in place]
    people = [10 + n for n in place]
    good = [n % 3 == 0 and n > 45 for n in place]
    found = study(sample({"industry": industry, "people": people}, good))

    told = draft(found)

    assert found.good < 20
    assert told is not None
    operators = {c.attribute: c.operator for c in told.profile.criteria}
    assert operators["industry"] in {"equals", "not_in"}
    assert operators["people"] in {"at_least", "between"}


def test_a_flag_is_asked_for_as_a_flag() -> None:
    good = [n % 10 < (8 if n % 2 else 2) for n in range(200)]

    found = drafted(sample({"exports": [n % 2 == 1 for n in range(200)]}, good))

    assert [(c.operator, c.operand) for c in found.profile.criteria] == [("is_true", True)]


def test_names_without_difference_are_the_rest() -> None:
    """One of five industries is bad; the other four are asked for as "not this one"."""
    industries = ["A", "B", "C", "D", "E"] * 100
    good = [n // 5 % 10 < (1 if name == "E" else 6) for n, name in enumerate(industries)]

    found = drafted(sample({"industry": industries}, good))

    last = found.profile.criteria[-1]
    assert {c.operator for c in found.profile.criteria} <= {"not_in", "equals", "in"}
    assert "E" not in str([c.operand for c in found.profile.criteria if c.operator != "not_in"])
    assert last.points > 0


def test_labels_are_those_of_the_attributes() -> None:
    label = Label(en="Industry", ja="業種")

    found = drafted(planted(400), labels={"industry": label})

    industry = next(c for c in found.profile.criteria if c.attribute == "industry")
    assert industry.label == label


def test_what_says_the_same_as_another_is_said_once_or_shared() -> None:
    one = planted(400)
    twin = {a.name: a.values for a in one.attributes} | {"twin": one.attributes[0].values}

    found = drafted(sample(twin, one.good))

    assert found.profile.maximum == 100


@pytest.mark.parametrize(
    ("state", "condition"),
    [
        (Span(None, Decimal(9)), {"at_most": 9}),
        (Span(Decimal("2E+2"), None), {"at_least": 200}),
        (Span(Decimal("0.5"), Decimal("0.99")), {"between": (Decimal("0.5"), Decimal("0.99"))}),
        (Among(("A",)), {"equals": "A"}),
        (Among(("A", "B")), {"in": ("A", "B")}),
        (Among((False,)), {"is_true": False}),
        (Rest(Among(("A",))), {"not_in": ("A",)}),
    ],
)
def test_every_state_has_its_operator(state: Any, condition: Mapping[str, Any]) -> None:
    assert condition_of(state) == condition


@pytest.mark.parametrize("state", [Span(None, None), Others()])
def test_a_state_that_says_nothing_has_none(state: Any) -> None:
    with pytest.raises(ValueError, match="says nothing"):
        condition_of(state)


def test_numbers_are_written_as_people_write_them() -> None:
    assert str(number(Decimal("3E+3"))) == "3000"
    assert str(number(Decimal("2.50"))) == "2.5"


@given(st.lists(st.floats(0, 100), min_size=1, max_size=8))
def test_shared_points_make_a_hundred_and_lie_within_one_of_the_exact(weights: list[float]) -> None:
    points = shared_out(weights)

    assert sum(points) == (100 if sum(weights) else 0)
    for weight, one in zip(weights, points, strict=True):
        assert abs(one - 100 * weight / (sum(weights) or 1)) <= 1


def test_identifiers_are_different_and_plain() -> None:
    assert identifiers(["Annual Revenue", "業種", "a", "a"]) == [
        "Annual-Revenue",
        "criterion-2",
        "a",
        "a-4",
    ]


def test_names_that_earn_the_same_are_one_criterion() -> None:
    rest = Rest(Among(("C",)))

    found = _joined(
        [(Among(("A",)), 5, 1, 2), (rest, 9, 1, 1), (Among(("B",)), 5, 3, 4), (rest, 5, 1, 1)]
    )

    assert found == [(rest, 9, 1, 1), (Among(("A", "B")), 5, 4, 6), (rest, 5, 1, 1)]


def test_the_rest_and_a_name_that_earn_the_same_stay_apart() -> None:
    rest = Rest(Among(("C",)))

    assert len(_joined([(rest, 5, 1, 1), (Among(("A",)), 5, 1, 2)])) == 2


def test_neighbours_that_hardly_differ_are_one_range() -> None:
    people = list(range(1, 501))
    good = [n % 10 < (7 if value > 200 else 2) for n, value in enumerate(people)]

    found = drafted(sample({"people": people}, good))

    assert len(found.profile.criteria) == 1
    assert found.profile.criteria[0].operator == "at_least"
