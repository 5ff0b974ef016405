"""What is decided about one record, and what of it is not believed."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.balance.funnel import StageSpec
from bbm_core.icp.classify import Classifier, Flag
from bbm_core.icp.profile import Profile
from bbm_core.judgement import Judgement, Rules, judge
from bbm_core.records import Record, RecordKind, RecordRef, Value
from bbm_core.scope import ScopeFilter

NOW = datetime(2026, 11, 3, tzinfo=UTC)
LOW, HIGH = Decimal(1), Decimal(3_000_000)
PROFILE = Profile.model_validate(
    {
        "name": "core",
        "criteria": [
            {"id": "size", "attribute": "employees", "at_least": 300, "role": "plus", "points": 40}
        ],
    }
)
HUGE = ScopeFilter.model_validate(
    {"name": "huge", "kind": "lead", "attribute": "employees", "at_least": 5_000_000}
)
RULES = Rules(Classifier((PROFILE,)), (), (HUGE,), plausible={"employees": (LOW, HIGH)})
numbers = st.integers() | st.decimals(allow_nan=False, allow_infinity=False)


def judged(value: Value, kind: RecordKind = RecordKind.LEAD, account: Value = 400) -> Judgement:
    record = Record(
        ref=RecordRef(kind, "1"), created=NOW, modified=NOW, attributes={"employees": value}
    )
    return judge(record, {"employees": account}, RULES, NOW)


@given(numbers)
def test_a_number_is_known_exactly_when_it_is_plausible(number: int | Decimal) -> None:
    found = judged(number)

    assert ("employees" in found.attributes) == (LOW <= number <= HIGH)
    assert found.filtered_by is None


@given(st.text() | st.booleans() | st.dates())
def test_what_is_no_number_is_kept(value: Value) -> None:
    assert judged(value).attributes == {"employees": value}


@pytest.mark.parametrize("absurd", [0, -5, 99_999_999])
def test_an_absurd_number_leaves_the_verdict_open(absurd: int) -> None:
    verdict = judged(absurd).verdict

    assert verdict is not None
    assert verdict.flag is Flag.UNKNOWN
    assert verdict.missing == ("employees",)


def test_an_absurd_number_gives_way_to_that_of_the_account() -> None:
    assert judged(99_999_999, RecordKind.CONTACT).attributes == {"employees": 400}
    assert judged(99_999_999, RecordKind.CONTACT, 0).attributes == {}


def test_other_plausible_ranges_are_other_rules() -> None:
    stages: tuple[StageSpec, ...] = ()
    other = Rules(RULES.classifier, stages, (HUGE,), plausible={"employees": (LOW, HIGH + 1)})

    assert len({RULES.digest, other.digest, Rules(RULES.classifier, stages, (HUGE,)).digest}) == 3
