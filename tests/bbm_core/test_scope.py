"""What is out of scope, and what is not new business."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from bbm_core.records import RecordKind
from bbm_core.scope import BusinessRule, ScopeFilter, Segment, outside, segment

TODAY = date(2026, 11, 3)
LEAD, OPPORTUNITY = RecordKind.LEAD, RecordKind.OPPORTUNITY


def scope_filter(name: str, **asked: Any) -> ScopeFilter:
    return ScopeFilter.model_validate({"name": name, "kind": "lead", **asked})


def business(name: str, **asked: Any) -> BusinessRule:
    return BusinessRule.model_validate({"segment": name, "kind": "opportunity", **asked})


FILTERS = (
    scope_filter("partners", attribute="type", equals="Partner"),
    scope_filter("students", attribute="title", has_word=["student", "学生"]),
    scope_filter("tests", attribute="company", has_word="test"),
)
RULES = (
    business("renewal", attribute="type", **{"in": ["Renewal"]}),
    business("expansion", attribute="type", **{"in": ["Existing Business", "Upsell"]}),
    BusinessRule.model_validate(
        {"segment": "existing", "kind": "lead", "attribute": "is_customer", "is_true": True}
    ),
)


def test_a_record_is_taken_out_by_the_first_filter_that_matches() -> None:
    attributes = {"type": "partner", "title": "Student"}

    assert outside(LEAD, attributes, FILTERS, TODAY) == "partners"
    assert outside(LEAD, {"title": "大学 学生"}, FILTERS, TODAY) == "students"


def test_a_record_that_no_filter_matches_counts() -> None:
    assert outside(LEAD, {"type": "Prospect", "title": "CEO"}, FILTERS, TODAY) is None


def test_what_is_not_known_takes_nobody_out() -> None:
    assert outside(LEAD, {}, FILTERS, TODAY) is None
    assert outside(LEAD, {"title": "🎓"}, FILTERS, TODAY) is None


def test_a_filter_looks_only_at_its_kind() -> None:
    assert outside(OPPORTUNITY, {"type": "Partner"}, FILTERS, TODAY) is None


def test_a_filter_may_ask_whether_a_field_is_empty() -> None:
    blank = scope_filter("blank", attribute="company", is_set=False)

    assert outside(LEAD, {}, [blank], TODAY) == "blank"
    assert outside(LEAD, {"company": "Kita"}, [blank], TODAY) is None


@pytest.mark.parametrize(
    ("kind", "attributes", "found"),
    [
        (OPPORTUNITY, {"type": "renewal"}, Segment.RENEWAL),
        (OPPORTUNITY, {"type": "Upsell"}, Segment.EXPANSION),
        (OPPORTUNITY, {"type": "New Business"}, Segment.NEW),
        (OPPORTUNITY, {}, Segment.NEW),
        (LEAD, {"is_customer": True}, Segment.EXISTING),
        (LEAD, {"type": "Renewal"}, Segment.NEW),
    ],
)
def test_business_that_is_not_new_is_told_apart(
    kind: RecordKind, attributes: dict[str, Any], found: Segment
) -> None:
    assert segment(kind, attributes, RULES, TODAY) is found


def test_a_rule_cannot_name_new_business() -> None:
    with pytest.raises(ValidationError, match="what no rule names"):
        business("new", attribute="type", equals="New")


@pytest.mark.parametrize(
    "wrong",
    [{"equals": "x", "is_set": True}, {}, {"equals": "x", "kind": "account "}, {"like": "x%"}],
)
def test_a_filter_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        scope_filter("f", **{"attribute": "a", **wrong})
