"""Every operator, on values that are there, missing, several, or not quite clear."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bbm_core.icp.logic import all_of, any_of, negated
from bbm_core.icp.operators import is_absent, plain_text
from bbm_core.icp.predicate import OPERATORS, Condition, Match
from bbm_core.records import Value

TODAY = date(2026, 11, 3)
MATCH, MISS, UNKNOWN = Match.MATCH, Match.MISS, Match.UNKNOWN
OPERANDS: dict[str, Any] = {
    "is_set": True,
    "in": ["Logistics"],
    "not_in": ["Logistics"],
    "equals": "Logistics",
    "at_least": 300,
    "at_most": 300,
    "between": [300, 500],
    "has_word": ["vp"],
    "has_all_words": ["vp", "sales"],
    "is_true": True,
    "within_days": 30,
    "older_than_days": 30,
    "after": date(2026, 1, 1),
    "before": date(2026, 1, 1),
    "domain_in": ["example.com"],
    "free_mail": True,
    "corporate_number_valid": True,
}
ANY_VALUE: st.SearchStrategy[Value] = st.one_of(
    st.text(st.characters(), max_size=20),
    st.booleans(),
    st.integers(),
    st.decimals(),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.lists(st.text(max_size=5), max_size=3).map(tuple),
)


def condition(operator: str, operand: Any) -> Condition:
    return Condition.model_validate({"attribute": "a", operator: operand})


def ask(value: Value | None, operator: str, operand: Any) -> Match:
    attributes = {} if value is None else {"a": value}
    return condition(operator, operand).judge(attributes, TODAY)


@pytest.mark.parametrize(
    ("operator", "operand", "value", "match"),
    [
        ("in", ["Logistics", "Retail"], "ＬＯＧＩＳＴＩＣＳ", MATCH),
        ("in", ["Logistics"], "Logistics & Transport", MISS),
        ("in", ["100-499", ">1000"], ">1000", MATCH),
        ("in", [">1000"], "<1000", MISS),
        ("in", ["Logistics"], ("Retail", "Logistics"), MATCH),
        ("in", ["Logistics"], ("Retail", "Wholesale"), MISS),
        ("in", ["Logistics"], "---", UNKNOWN),
        ("in", ["Logistics"], ("---", "Retail"), UNKNOWN),
        ("in", [1000, "many"], "1,000", MATCH),
        ("in", [1000, "many"], "Many", MATCH),
        ("in", [1000, "many"], "few", UNKNOWN),
        ("in", [1000, "many"], 999, MISS),
        ("in", "Logistics", "logistics", MATCH),
        ("not_in", ["Logistics"], "Retail", MATCH),
        ("not_in", ["Logistics"], ("Retail", "Logistics"), MISS),
        ("not_in", ["Logistics"], "🎉", UNKNOWN),
        ("equals", "Logistics", "logistics", MATCH),
        ("equals", 5, Decimal("5.0"), MATCH),
        ("equals", 5, "4-6", UNKNOWN),
        ("equals", 5, "6-9", MISS),
        ("equals", 1.5, "1.5", MATCH),
        ("equals", True, True, MATCH),
        ("equals", True, False, MISS),
        ("equals", 1, True, UNKNOWN),
        ("equals", date(2026, 1, 1), date(2026, 1, 1), MATCH),
        ("equals", date(2026, 1, 1), "2026-01-02", MISS),
        ("at_least", 300, 300, MATCH),
        ("at_least", 300, Decimal("299.99"), MISS),
        ("at_least", 300, "300〜500", MATCH),
        ("at_least", 300, "100-499", UNKNOWN),
        ("at_least", 300, "100-299", MISS),
        ("at_least", 15, "<15", MISS),
        ("at_least", 15, "15以下", UNKNOWN),
        ("at_least", 300, "1000人以上", MATCH),
        ("at_least", 300, "100人以上", UNKNOWN),
        ("at_least", "10億", "10億円", MATCH),
        ("at_least", 300, "many", UNKNOWN),
        ("at_least", 300, True, UNKNOWN),
        ("at_least", 300, ("100", "400"), MATCH),
        ("at_most", 300, 300, MATCH),
        ("at_most", 300, 301, MISS),
        ("at_most", 300, "100人以上", UNKNOWN),
        ("at_most", 300, "300人超", MISS),
        ("at_most", 300, "300人以上", UNKNOWN),
        ("at_most", 300, "200人超", UNKNOWN),
        ("at_least", 10, "<15", UNKNOWN),
        ("at_most", 300, "301人以上", MISS),
        ("at_most", 300, "<300", MATCH),
        ("between", [300, 500], 300, MATCH),
        ("between", [300, 500], 500, MATCH),
        ("between", [300, 500], "300-500", MATCH),
        ("between", [300, 500], "400-600", UNKNOWN),
        ("between", [300, 500], "501-600", MISS),
        ("between", [300, 500], "100-600", UNKNOWN),
        ("has_word", ["vp", "部長"], "営業部VP", MATCH),
        ("has_word", ["vp", "部長"], "VP2", MISS),
        ("has_word", ["Vice President"], "Senior vice-president, Sales", MATCH),
        ("has_word", ["Vice President"], "President of vice", MISS),
        ("has_word", ["vp"], ("CEO", "VP Sales"), MATCH),
        ("has_word", ["vp"], "—", UNKNOWN),
        ("has_word", ["12"], 12, MATCH),
        ("has_all_words", ["sales", "vp"], "VP of Sales", MATCH),
        ("has_all_words", ["sales", "vp"], "VP of Marketing", MISS),
        ("has_all_words", ["sales", "vp"], ("VP", "Sales"), MATCH),
        ("is_true", True, True, MATCH),
        ("is_true", True, "はい", MATCH),
        ("is_true", True, "×", MISS),
        ("is_true", True, 0, MISS),
        ("is_true", True, "perhaps", UNKNOWN),
        ("is_true", False, False, MATCH),
        ("is_true", False, "perhaps", UNKNOWN),
        ("within_days", 30, date(2026, 10, 4), MATCH),
        ("within_days", 30, date(2026, 10, 3), MISS),
        ("within_days", 30, "2026/10/04", MATCH),
        ("within_days", 30, "last week", UNKNOWN),
        ("within_days", 30, 20261004, UNKNOWN),
        ("within_days", 0, date(2026, 12, 1), MATCH),
        ("within_days", 30, datetime(2026, 10, 4, 23, 59, tzinfo=UTC), MATCH),
        ("older_than_days", 30, date(2026, 10, 3), MATCH),
        ("older_than_days", 30, date(2026, 10, 4), MISS),
        ("older_than_days", 30, "soon", UNKNOWN),
        ("after", date(2026, 1, 1), date(2026, 1, 2), MATCH),
        ("after", date(2026, 1, 1), date(2026, 1, 1), MISS),
        ("before", date(2026, 1, 1), datetime(2025, 12, 31, 23, tzinfo=UTC), MATCH),
        ("before", date(2026, 1, 1), datetime(2026, 1, 1), MISS),  # noqa: DTZ001 - a CRM's local time
        ("domain_in", ["example.com"], "a@mail.example.com", MATCH),
        ("domain_in", ["https://www.Example.com"], "example.com", MATCH),
        ("domain_in", ["example.com"], "a@notexample.com", MISS),
        ("domain_in", ["example.com"], "unreadable", UNKNOWN),
        ("free_mail", True, "a@gmail.com", MATCH),
        ("free_mail", True, "a@example.com", MISS),
        ("free_mail", False, "a@example.com", MATCH),
        ("free_mail", False, "x", UNKNOWN),
        ("corporate_number_valid", True, "7000012050002", MATCH),
        ("corporate_number_valid", True, 7000012050002, MATCH),
        ("corporate_number_valid", True, "1234", MISS),
        ("corporate_number_valid", False, "1234", MATCH),
        ("is_set", True, "x", MATCH),
        ("is_set", False, "x", MISS),
        ("is_set", True, 0, MATCH),
        ("is_set", True, False, MATCH),
    ],
)
def test_an_operator_judges_a_value(
    operator: str, operand: Any, value: Value, match: Match
) -> None:
    assert ask(value, operator, operand) is match


@pytest.mark.parametrize("operator", [name for name in OPERATORS if name != "is_set"])
@pytest.mark.parametrize("value", [None, "", " \t", (), ("", " "), Decimal("NaN")])
def test_of_a_missing_value_nothing_is_known(operator: str, value: Value | None) -> None:
    assert ask(value, operator, OPERANDS[operator]) is UNKNOWN


@pytest.mark.parametrize("value", [None, "", " ", (), Decimal("Infinity")])
def test_whether_a_value_is_there_is_always_known(value: Value | None) -> None:
    assert ask(value, "is_set", operand=True) is MISS
    assert ask(value, "is_set", operand=False) is MATCH


@given(ANY_VALUE, st.sampled_from(OPERATORS))
def test_no_value_makes_an_operator_fail(value: Value, operator: str) -> None:
    assert ask(value, operator, OPERANDS[operator]) in set(Match)


@given(ANY_VALUE)
def test_opposite_operators_never_agree(value: Value) -> None:
    assert ask(value, "not_in", ["x"]) is negated(ask(value, "in", ["x"]))
    assert ask(value, "older_than_days", 9) is negated(ask(value, "within_days", 9))


@given(st.integers(-1000, 1000), st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_between_is_at_least_and_at_most(number: int, one: int, other: int) -> None:
    low, high = sorted((one, other))

    both = all_of(ask(number, "at_least", low), ask(number, "at_most", high))

    assert ask(number, "between", [low, high]) is both


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))
def test_an_interval_decides_only_what_each_of_its_numbers_decides(
    start: int, length: int, bound: int, inside: int
) -> None:
    number = start + inside * length // 99
    text = f"{start}〜{start + length}"

    for operator in ("at_least", "at_most", "equals"):
        assert ask(text, operator, bound) in {UNKNOWN, ask(number, operator, bound)}


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ({}, "exactly one operator; none is given"),
        ({"equals": 1, "in": [2]}, "in and equals are given"),
        ({"in": []}, "at least 1"),
        ({"in": [""]}, "no letters or digits"),
        ({"has_word": ["-"]}, "no letters or digits"),
        ({"between": [5, 1]}, "the lower number first"),
        ({"at_least": "abc"}, "is not one number"),
        ({"at_least": "1-5"}, "is not one number"),
        ({"at_least": "1000+"}, "is not one number"),
        ({"at_least": True}, "not true or false"),
        ({"at_least": float("nan")}, "finite"),
        ({"at_least": []}, "valid integer"),
        ({"domain_in": ["x"]}, "not a domain"),
        ({"is_true": "yes"}, "valid boolean"),
        ({"within_days": -1}, "greater than or equal to 0"),
        ({"after": "2026"}, "valid date"),
        ({"contains": "x"}, "not permitted"),
        ({"matches": "x.*"}, "not permitted"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(
    written: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ValidationError, match=complaint):
        Condition.model_validate({"attribute": "a", **written})


def test_a_condition_says_its_operator_as_toml_does() -> None:
    asked = Condition.model_validate({"attribute": "a", "in": [1.0, Decimal("2.5"), "x"]})

    assert (asked.operator, asked.operand) == ("in", (1, Decimal("2.5"), "x"))
    assert asked == Condition.model_validate({"attribute": "a", "in_": [1, 2.5, "x"]})


@pytest.mark.parametrize("order", [1, -1])
def test_what_a_condition_remembers_of_one_value_it_says_of_no_other(order: int) -> None:
    kept = condition("equals", 1)
    values: list[Value] = ["1", True, 1, Decimal(1), "", "true", ("1", "2")]

    for value in [*values, *values][::order]:
        assert kept.judge({"a": value}, TODAY) is ask(value, "equals", 1)


def test_asking_leaves_a_condition_equal_to_an_unasked_one() -> None:
    asked, unasked = condition("at_least", 5), condition("at_least", 5)

    asked.judge({"a": 5}, TODAY)

    assert asked == unasked
    assert hash(asked) == hash(unasked)


@pytest.mark.parametrize("one", list(Match))
@pytest.mark.parametrize("other", list(Match))
def test_and_and_or_are_each_others_mirror(one: Match, other: Match) -> None:
    assert negated(all_of(one, other)) is any_of(negated(one), negated(other))
    assert all_of(one, other) is all_of(other, one)


def test_one_unknown_is_decided_by_what_decides_alone() -> None:
    assert all_of(UNKNOWN, MISS) is MISS
    assert any_of(UNKNOWN, MATCH) is MATCH
    assert all_of(UNKNOWN, MATCH) is UNKNOWN
    assert any_of(UNKNOWN, MISS) is UNKNOWN
    assert all_of() is MATCH
    assert any_of() is MISS


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1.50"), "1.5"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.0"), "0"),
        (Decimal("12345678901234567890123456789.5"), "12345678901234567890123456789.5"),
        (Decimal("1E+999999"), "1E+999999"),
        (7, "7"),
        (True, "true"),
        (False, "false"),
        (("a", "b"), "a, b"),
        (date(2026, 1, 2), "2026-01-02"),
        ("x", "x"),
    ],
)
def test_a_value_has_one_plain_text(value: Value, text: str) -> None:
    assert plain_text(value) == text


def test_zero_and_false_are_values() -> None:
    assert not is_absent(0)
    assert not is_absent(False)  # noqa: FBT003 - a value
    assert is_absent(None)
