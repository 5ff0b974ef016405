"""Heat: points that halve with time, capped by kind, in integers that every engine agrees on."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.icp.engagement import (
    POINT,
    UNTOUCHED,
    EngagementRules,
    Share,
    Touches,
    Worth,
    activity_word,
    heat_on,
    weights,
)
from bbm_core.records import Activity, RecordKind, RecordRef

TODAY = date(2026, 11, 27)
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
ANN = RecordRef(RecordKind.LEAD, "00QA")
RULES = EngagementRules(
    worth={
        "meeting": Worth(30, 30),
        "page_view": Worth(1, 7, cap=10),
        "unsubscribe": Worth(-30, 180, cap=30),
    },
    cuts=(40, 15, 5),
    hot=2,
)


def ago(days: int, what: str = "meeting", times: int = 1) -> Activity:
    return Activity(ANN, NOON - timedelta(days=days), what, times=times)


def touches(*activities: Activity, since: date | None = date(2026, 1, 1)) -> Touches:
    return Touches(activities, since)


@pytest.mark.parametrize(
    ("days", "points", "level"),
    [(0, 30, 2), (30, 15, 2), (31, 14, 3), (60, 7, 3), (90, 3, 4), (480, 0, 4), (9999, 0, 4)],
)
def test_points_halve_with_every_half_life(days: int, points: int, level: int) -> None:
    heat = heat_on(TODAY, touches(ago(days), since=date(1990, 1, 1)), RULES)

    assert (heat.points, heat.level) == (points, level)
    assert heat.is_hot is (level <= 2)


def test_the_formula_holds_to_a_thousandth_of_a_point() -> None:
    found = [30 * weight / POINT for weight in weights(30)[:200]]

    assert found == pytest.approx([30 * 2 ** (-age / 30) for age in range(200)], abs=0.001)


@pytest.mark.parametrize("half_life", [1, 7, 30, 90])
def test_weights_are_exact_and_only_fall(half_life: int) -> None:
    table = weights(half_life)

    assert table[0] == POINT
    assert table[half_life] == POINT // 2
    assert list(table) == sorted(table, reverse=True)
    for age, weight in enumerate(table):  # the whole part of the root, neither more nor less
        power = 2 ** (16 * half_life - age)
        assert weight**half_life <= power < (weight + 1) ** half_life


def test_a_kind_counts_up_to_its_cap() -> None:
    heat = heat_on(TODAY, touches(ago(0, "page_view", times=500), ago(0)), RULES)

    assert heat.points == 40
    assert heat.shares == (Share("meeting", 30, TODAY), Share("page_view", 10, TODAY))


def test_what_speaks_against_interest_takes_points_away_up_to_its_cap() -> None:
    heat = heat_on(TODAY, touches(*[ago(0, "unsubscribe", times=9)] * 2), RULES)

    assert (heat.points, heat.level, heat.is_hot) == (-30, 4, False)


def test_what_is_to_come_and_what_has_no_points_does_not_count() -> None:
    heat = heat_on(TODAY, touches(ago(-1), ago(0, "email")), RULES)

    assert (heat.points, heat.shares) == (0, ())


def test_silence_is_cold_only_where_activities_are_known() -> None:
    assert heat_on(TODAY, touches(), RULES).level == 4
    assert heat_on(TODAY, UNTOUCHED, RULES).level is None
    assert heat_on(TODAY, UNTOUCHED, RULES).is_hot is None
    assert heat_on(date(2025, 12, 31), touches(), RULES).level is None


def test_the_day_of_an_activity_is_that_of_utc() -> None:
    tokyo = timezone(timedelta(hours=9))
    early = Activity(ANN, datetime(2026, 11, 28, 3, tzinfo=tokyo), "meeting")

    assert heat_on(TODAY, touches(early), RULES).points == 30


@pytest.mark.parametrize(("hot", "needed"), [(1, 40), (2, 15), (3, 5)])
def test_the_coolest_hot_level_says_how_many_points_are_needed(hot: int, needed: int) -> None:
    rules = EngagementRules(RULES.worth, RULES.cuts, hot)

    assert heat_on(TODAY, touches(), rules).needed == needed


_SOME = st.lists(
    st.builds(
        ago,
        st.integers(-5, 400),
        st.sampled_from(["meeting", "page_view", "unsubscribe", "email"]),
        st.integers(1, 50),
    ),
    max_size=8,
)


@given(activities=_SOME, order=st.randoms(use_true_random=False))
def test_the_order_of_activities_changes_nothing(activities: list[Activity], order: object) -> None:
    shuffled = list(activities)
    order.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' own Random

    assert heat_on(TODAY, touches(*shuffled), RULES) == heat_on(TODAY, touches(*activities), RULES)


@given(activities=_SOME)
def test_the_shares_sum_to_the_points(activities: Sequence[Activity]) -> None:
    heat = heat_on(TODAY, touches(*activities), RULES)

    assert sum(share.points for share in heat.shares) == heat.points


@given(activities=_SOME, days=st.integers(0, 300))
def test_without_anything_new_interest_only_fades(activities: list[Activity], days: int) -> None:
    past = [one for one in activities if one.at <= NOON and one.what != "unsubscribe"]
    later = heat_on(TODAY + timedelta(days=days), touches(*past), RULES)

    assert later.points <= heat_on(TODAY, touches(*past), RULES).points


def test_every_setting_is_in_the_digest() -> None:
    others = [
        EngagementRules({**RULES.worth, "call": Worth(1, 1)}, RULES.cuts, 2),
        EngagementRules({**RULES.worth, "meeting": Worth(30, 31)}, RULES.cuts, 2),
        EngagementRules({**RULES.worth, "meeting": Worth(30, 30, cap=60)}, RULES.cuts, 2),
        EngagementRules(RULES.worth, (40, 15, 4), 2),
        EngagementRules(RULES.worth, RULES.cuts, 3),
    ]

    assert len({RULES.digest, *(one.digest for one in others)}) == 6
    assert (
        EngagementRules(dict(reversed(RULES.worth.items())), (40, 15, 5), 2).digest == RULES.digest
    )


@pytest.mark.parametrize(
    ("text", "word"), [("Page View", "page_view"), ("ＣＡＬＬ", "call"), ("資料請求", "資料請求")]
)
def test_kinds_of_activity_are_words(text: str, word: str) -> None:
    assert activity_word(text) == word
