"""What is decided about one record, and what of it is not believed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.balance.funnel import StageSpec
from bbm_core.icp.classify import Classifier, Flag, Verdict
from bbm_core.icp.engagement import UNTOUCHED, EngagementRules, Touches, Worth
from bbm_core.icp.profile import Profile, profile_version
from bbm_core.judgement import Judgement, Rules, judge
from bbm_core.records import Activity, Record, RecordKind, RecordRef, Value
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


# the mode fit_and_hot

HEAT = EngagementRules({"meeting": Worth(30, 30)}, cuts=(40, 15, 5), hot=2)
HOT_RULES = Rules(Classifier((PROFILE,), HEAT.digest), (), heat=HEAT)
SINCE = NOW.date() - timedelta(days=400)


def warm(value: Value | None, touches: Touches, kind: RecordKind = RecordKind.LEAD) -> Verdict:
    attributes = {} if value is None else {"employees": value}
    record = Record(ref=RecordRef(kind, "1"), created=NOW, modified=NOW, attributes=attributes)
    verdict = judge(record, {}, HOT_RULES, NOW, touches).verdict
    assert verdict is not None
    return verdict


def met(days_ago: int) -> Touches:
    ref = RecordRef(RecordKind.LEAD, "1")
    return Touches((Activity(ref, NOW - timedelta(days=days_ago), "meeting"),), SINCE)


COLD = Touches((), SINCE)


@pytest.mark.parametrize(
    ("employees", "touches", "flag"),
    [
        (400, met(0), Flag.YES),
        (400, COLD, Flag.NO),
        (400, UNTOUCHED, Flag.UNKNOWN),
        (10, met(0), Flag.NO),
        (10, COLD, Flag.NO),
        (10, UNTOUCHED, Flag.NO),
        (None, met(0), Flag.UNKNOWN),
        (None, COLD, Flag.NO),
        (None, UNTOUCHED, Flag.UNKNOWN),
    ],
)
def test_fit_and_hot_is_yes_only_if_both_hold(
    employees: int | None, touches: Touches, flag: Flag
) -> None:
    verdict = warm(employees, touches)

    assert verdict.flag is flag
    assert verdict.fit is judge_fit(employees).flag
    assert verdict.score == judge_fit(employees).score


def judge_fit(employees: int | None) -> Verdict:
    known = {} if employees is None else {"employees": employees}
    return HOT_RULES.classifier.judge(known, NOW.date())


def test_only_where_fit_alone_is_open_an_attribute_decides() -> None:
    assert warm(None, met(0)).deciding == "employees"
    assert warm(None, COLD).deciding is None
    assert warm(None, UNTOUCHED).deciding is None


@pytest.mark.parametrize("kind", [RecordKind.ACCOUNT, RecordKind.OPPORTUNITY])
def test_companies_and_deals_are_judged_by_fit_alone(kind: RecordKind) -> None:
    assert warm(400, COLD, kind).flag is Flag.YES
    assert warm(400, COLD, kind).heat is None


def test_a_hot_lead_cools_down_by_itself() -> None:
    assert [warm(400, met(days)).flag for days in (30, 31)] == [Flag.YES, Flag.NO]
    assert HOT_RULES.depends_on_day
    assert not Rules(RULES.classifier, ()).depends_on_day


def test_the_mode_and_its_settings_are_another_definition() -> None:
    cooler = EngagementRules(HEAT.worth, HEAT.cuts, hot=3)
    versions = {
        Classifier((PROFILE,)).version,
        HOT_RULES.classifier.version,
        Classifier((PROFILE,), cooler.digest).version,
    }

    assert len(versions) == 3
    assert Classifier((PROFILE,)).version == profile_version(PROFILE)
    assert len({RULES.digest, HOT_RULES.digest}) == 2
