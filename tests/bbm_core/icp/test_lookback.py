"""The book as of a day, and what happened after it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bbm_core.book import BookEntry, BookRecord
from bbm_core.icp.backtest import BARRED, Span
from bbm_core.icp.classify import Classifier, Flag
from bbm_core.icp.health import Cohort, sides
from bbm_core.icp.lookback import Question, cases, duels, follow, sight
from bbm_core.icp.profile import Profile
from bbm_core.records import Outcome, RecordKind, RecordRef, Value
from bbm_core.scope import Segment

DAY = datetime(2026, 6, 1, tzinfo=UTC)
SPAN = Span(DAY, 90)
QUESTION = Question(start="acquisition", target="opportunity", judge_age_days=7)
BIG, SMALL = {"size": 900}, {"size": 5}


def days(count: float) -> datetime:
    return DAY + timedelta(days=count)


def entry(
    stage: str, at: float, attributes: Mapping[str, Value] = BIG, flag: Flag | None = Flag.YES
) -> BookEntry:
    return BookEntry(stage, days(at), None, flag, attributes)


def record(id_: str, *entries: BookEntry, **more: Any) -> BookRecord:
    kind = more.pop("kind", RecordKind.LEAD)
    facts = {"account": None, "segment": Segment.NEW, "flag": Flag.YES, **more}
    return BookRecord(ref=RecordRef(kind, id_), created=DAY, version="v", entries=entries, **facts)


def judge(attributes: Mapping[str, Value], on: date) -> Any:
    criterion = {"id": "size", "attribute": "size", "at_least": 300, "role": "must"}
    profile = Profile.model_validate({"name": "core", "criteria": [criterion]})
    return Classifier([profile]).judge(attributes, on)


def test_who_came_to_it_after_the_day_happened() -> None:
    book = [
        record("in time", entry("acquisition", -30), entry("opportunity", 10)),
        record("too late", entry("acquisition", -30), entry("opportunity", 91)),
        record("never", entry("acquisition", -30)),
    ]

    found = sight(book, QUESTION, SPAN)

    assert {one.ref.id: one.happened for one in found.seen} == {
        "in time": True,
        "too late": False,
        "never": False,
    }


def test_who_had_come_to_it_by_the_day_is_left_out() -> None:
    found = sight(
        [record("1", entry("acquisition", -30), entry("opportunity", -1))], QUESTION, SPAN
    )

    assert (found.seen, found.already) == ((), 1)


def test_who_came_in_after_the_day_is_not_seen() -> None:
    assert sight([record("1", entry("acquisition", 1))], QUESTION, SPAN).seen == ()


def test_who_was_too_young_to_be_judged_is_counted() -> None:
    found = sight([record("1", entry("acquisition", -3))], QUESTION, SPAN)

    assert (found.seen, found.too_young) == ((), 1)


def test_what_was_learned_after_the_day_is_not_looked_at() -> None:
    late = record(
        "1", entry("acquisition", -30, SMALL), entry("nurturing", 5, BIG), entry("opportunity", 9)
    )

    (one,) = sight([late], QUESTION, SPAN).seen

    assert one.attributes == SMALL


def test_a_company_comes_to_it_by_any_of_its_records() -> None:
    lead = record("l", entry("acquisition", -30), account="acme")
    deal = record("o", entry("opportunity", 20), account="acme", kind=RecordKind.OPPORTUNITY)

    (one,) = sight([lead, deal], QUESTION, SPAN).seen

    assert (one.unit, one.happened) == ("acme", True)


def test_a_lead_comes_to_it_by_what_it_was_converted_to() -> None:
    deal = record("o", entry("opportunity", 20), account="acme", kind=RecordKind.OPPORTUNITY)
    lead = record("l", entry("acquisition", -30), converted_to=(deal.ref,))

    (one,) = sight([lead, deal], QUESTION, SPAN).seen

    assert one.happened


def test_a_company_counts_once_by_what_was_known_last() -> None:
    book = [
        record("a", entry("acquisition", -90, SMALL), account="acme"),
        record("b", entry("acquisition", -30, BIG), account="acme"),
    ]

    (one,) = sight(book, QUESTION, SPAN).seen

    assert one.ref.id == "b"
    assert sight(book[::-1], QUESTION, SPAN) == sight(book, QUESTION, SPAN)


def test_other_business_than_new_is_not_seen() -> None:
    renewal = record("1", entry("acquisition", -30), segment=Segment.RENEWAL)

    assert sight([renewal], QUESTION, SPAN).seen == ()
    assert follow([renewal], QUESTION, days(-60), 90, days(400)).seen == ()


def test_what_the_agent_read_later_is_marked() -> None:
    asked = Question(
        start="acquisition", target="opportunity", judge_age_days=7, read_since=days(-20)
    )
    book = [record("1", entry("acquisition", -60)), record("2", entry("acquisition", -10))]

    found = sight(book, asked, SPAN)

    assert {one.ref.id: one.hindsight for one in found.seen} == {"1": True, "2": False}


def test_each_company_is_followed_from_its_judging_age() -> None:
    book = [
        record("came", entry("acquisition", 0), entry("opportunity", 96)),
        record("late", entry("acquisition", 0), entry("opportunity", 98)),
        record("at once", entry("acquisition", 0), entry("opportunity", 3)),
        record("before", entry("acquisition", -1)),
    ]

    found = follow(book, QUESTION, DAY, 90, days(200))

    assert {one.ref.id: one.happened for one in found.seen} == {"came": True, "late": False}


def test_who_was_not_followed_long_enough_is_counted() -> None:
    book = [record("1", entry("acquisition", 0))]

    found = follow(book, QUESTION, DAY, 90, days(96))

    assert (found.seen, found.unripe) == ((), 1)
    assert (
        len(follow([record("1", entry("acquisition", 0))], QUESTION, DAY, 90, days(97)).seen) == 1
    )


def test_a_company_is_followed_by_its_first_entry() -> None:
    book = [
        record("b", entry("acquisition", 5, BIG), account="acme"),
        record("a", entry("acquisition", 1, SMALL), account="acme"),
    ]

    (one,) = follow(book, QUESTION, DAY, 90, days(200)).seen

    assert one.ref.id == "a"
    assert follow(book[::-1], QUESTION, DAY, 90, days(200)).seen == (one,)


def test_everybody_is_judged_by_the_definition() -> None:
    book = [
        record("1", entry("acquisition", -30, BIG)),
        record("2", entry("acquisition", -30, SMALL)),
    ]
    seen = sight(book, QUESTION, SPAN).seen

    assert [(one.score, one.flag) for one in cases(seen, judge)] == [
        (100, Flag.YES),
        (BARRED, Flag.NO),
    ]
    assert [(one.active, one.shadow) for one in duels(seen, judge, judge)] == [
        (100, 100),
        (BARRED, BARRED),
    ]


# companies that were worked

COHORT = Cohort(
    since=days(-100),
    until=DAY,
    days=90,
    start="acquisition",
    hours={"acquisition": 1.0, "opportunity": 8.0},
)


def deal(account: str, at: float, worth: int | None = 500) -> BookRecord:
    return record(
        f"deal of {account}",
        entry("opportunity", at - 5),
        account=account,
        kind=RecordKind.OPPORTUNITY,
        outcome=Outcome.WON,
        closed_at=days(at),
        worth=None if worth is None else Decimal(worth),
    )


def lead(account: str, at: float = -30, flag: Flag | None = Flag.YES) -> BookRecord:
    return record(f"lead of {account}", entry("acquisition", at, flag=flag), account=account)


def test_hours_and_wins_of_a_company_are_added_up() -> None:
    found = sides([lead("acme"), deal("acme", 10)], COHORT, {})

    assert [(one.hours, one.value) for one in found.icp] == [(9.0, 500.0)]
    assert (found.rest, found.by_worth) == ((), False)


def test_who_cannot_be_classified_is_on_neither_side() -> None:
    found = sides([lead("a", flag=Flag.UNKNOWN), lead("b", flag=None)], COHORT, {})

    assert (found.icp, found.rest) == ((), ())


def test_wins_outside_the_days_or_without_an_amount_do_not_count() -> None:
    book = [
        lead("late"),
        deal("late", 61),
        lead("foreign"),
        deal("foreign", 10, worth=None),
        lead("negative", flag=Flag.NO),
        deal("negative", 10, worth=-5),
    ]

    found = sides(book, COHORT, {})

    assert [one.value for one in (*found.icp, *found.rest)] == [0.0, 0.0, 0.0]


def test_who_came_in_at_another_time_is_not_in_the_cohort() -> None:
    assert sides([lead("old", at=-101), lead("new", at=0)], COHORT, {}).icp == ()


def test_worth_counts_where_it_is_known_of_every_winner() -> None:
    book = [lead("a"), deal("a", 10), lead("b", flag=Flag.NO), deal("b", 10)]
    both = {"a": Decimal(9000), "b": Decimal(100)}

    known = sides(book, COHORT, both)
    partly = sides(book, COHORT, {"a": Decimal(9000)})

    assert ([one.value for one in known.icp], known.by_worth) == ([9000.0], True)
    assert ([one.value for one in partly.icp], partly.by_worth) == ([500.0], False)
