"""A story is a funnel that could have happened, with exactly one thing planted in it."""

from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.plot.arrivals import monday
from sandbox.plot.events import (
    AccountOpened,
    ContactAdded,
    DealMoved,
    DealOpened,
    Event,
    LeadArrived,
    LeadConverted,
    LeadMoved,
)
from sandbox.plot.fit import flag
from sandbox.story import FUTURE_WEEKS, KINDS, PAST_WEEKS, Kind, Story, Telling

Drawn = Callable[..., Story]
SEEDS = (1, 2)
_CLOSED = {"WON", "LOST"}


def _leads(events: tuple[Event, ...]) -> list[LeadArrived]:
    return [event for event in events if isinstance(event, LeadArrived)]


def _flags(leads: list[LeadArrived]) -> Counter[bool | None]:
    return Counter(
        flag(one.firm.industry, one.firm.employees, one.firm.country, one.person.title)
        for one in leads
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_tells_the_same_story(kind: Kind, drawn: Drawn) -> None:
    story = drawn(kind, "small", 5)

    again = Story.draw(kind, "small", 5, story.now)

    assert again == story


def test_another_seed_tells_another_story(drawn: Drawn) -> None:
    assert drawn("healthy", "small", 1).past != drawn("healthy", "small", 2).past


@pytest.mark.parametrize("kind", KINDS)
def test_the_past_adds_up_to_the_size_that_was_asked_for(kind: Kind, drawn: Drawn) -> None:
    weights = {LeadArrived: 1, LeadConverted: 3, AccountOpened: 1, ContactAdded: 1, DealOpened: 1}
    gone = {"LeadRemoved": -1, "LeadRestored": 1, "LeadsMerged": -1}

    total = sum(
        weights.get(type(event), gone.get(type(event).__name__, 0))
        for event in drawn(kind, "small", 1).past
    )

    assert total == 2_000


def test_events_are_in_order_and_now_divides_them(drawn: Drawn) -> None:
    story = drawn("messy", "small", 1)
    times = [event.at for event in (*story.past, *story.future)]

    assert times == sorted(times)
    assert story.past[-1].at <= story.now < story.future[0].at
    assert story.future[-1].at < story.now + timedelta(weeks=FUTURE_WEEKS)


def test_leads_reach_back_53_weeks(drawn: Drawn) -> None:
    story = drawn("healthy", "small", 1)
    first = min(one.at for one in _leads(story.past))

    begin = monday(story.now) - timedelta(weeks=PAST_WEEKS)

    assert begin <= first < begin + timedelta(weeks=1)


def test_nothing_happens_to_what_is_not_there_yet(drawn: Drawn) -> None:
    story = drawn("messy", "small", 2)
    known: set[str] = set()

    for event in (*story.past, *story.future):
        if isinstance(event, LeadArrived | AccountOpened | ContactAdded | DealOpened):
            known.add(event.key)
        elif isinstance(event, LeadConverted):
            known |= {event.account, event.contact, event.opportunity}
        assert event.key in known
        assert getattr(event, "account", event.key) in known


def test_a_converted_lead_moves_no_more(drawn: Drawn) -> None:
    converted: set[str] = set()

    for event in drawn("messy", "small", 3).past:
        assert not (isinstance(event, LeadMoved) and event.key in converted)
        if isinstance(event, LeadConverted):
            converted.add(event.key)

    assert converted


def test_a_closed_opportunity_moves_no_more(drawn: Drawn) -> None:
    closed: set[str] = set()

    for event in drawn("healthy", "small", 1).past:
        if isinstance(event, DealMoved):
            assert event.key not in closed
            if event.stage.name in _CLOSED:
                closed.add(event.key)

    assert closed


@pytest.mark.parametrize("seed", SEEDS)
def test_three_in_ten_leads_fit_and_one_in_ten_cannot_be_decided(seed: int, drawn: Drawn) -> None:
    flags = _flags(_leads(drawn("healthy", "medium", seed).past))

    assert 0.28 < flags[True] / (flags[True] + flags[False]) < 0.33
    assert 0.08 < flags[None] / flags.total() < 0.12


@pytest.mark.parametrize("seed", SEEDS)
def test_leads_that_fit_are_converted_more_often(seed: int, drawn: Drawn) -> None:
    story = drawn("healthy", "medium", seed)
    leads = {one.key: one for one in _leads(story.past)}
    converted = [leads[e.key] for e in story.past if isinstance(e, LeadConverted)]

    every, chosen = _flags(list(leads.values())), _flags(converted)

    assert 1.3 < (chosen[True] / every[True]) / (chosen[False] / every[False]) < 4


def test_there_is_old_business_beside_the_new(drawn: Drawn) -> None:
    story = drawn("healthy", "small", 1)
    kinds = Counter(one.deal.kind.name for one in story.past if isinstance(one, DealOpened))
    relations = Counter(one.relation.name for one in story.past if isinstance(one, AccountOpened))

    assert kinds["RENEWAL"] > kinds["EXPANSION"] > 0
    assert relations["CUSTOMER"] > relations["PARTNER"] > 0
    assert any(one.existing for one in _leads(story.past))


@pytest.mark.parametrize("kind", ["drift-volume", "drift-quality"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_drift_is_at_least_ten_points(kind: Kind, seed: int, drawn: Drawn) -> None:
    story = drawn(kind, "medium", seed)
    truth, first = story.truth, story.truth.first_week
    assert first is not None
    later = [one for one in _leads(story.future) if one.at.date() >= first]

    flags = _flags(later)
    rate = flags[True] / (flags[True] + flags[False])

    assert abs(truth.rate_after - truth.rate_before) >= 0.10
    assert abs(rate - truth.rate_after) < 0.04
    assert timedelta(weeks=1) <= first - story.now.date() <= timedelta(weeks=3)


@pytest.mark.parametrize(("kind", "more"), [("drift-volume", True), ("drift-quality", False)])
def test_volume_drift_brings_more_leads_and_quality_drift_fewer(
    kind: Kind,
    more: bool,
    drawn: Drawn,
) -> None:
    story = drawn(kind, "medium", 1)
    first = story.truth.first_week
    assert first is not None
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC)

    after = sum(begin <= one.at < begin + timedelta(weeks=8) for one in _leads(story.future))
    before = sum(one.at >= story.now - timedelta(weeks=8) for one in _leads(story.past))

    assert (after > before * 1.3) is more
    assert (after < before * 0.95) is not more


@pytest.mark.parametrize("kind", ["healthy", "messy"])
def test_a_story_without_a_drift_says_so(kind: Kind, drawn: Drawn) -> None:
    row = drawn(kind, "small", 1).truth.as_row()

    assert (row["channel"], row["direction"], row["first_week"]) == (None, None, None)
    assert row["icp_rate_before"] == row["icp_rate_after"]


def test_a_now_within_the_week_leaves_no_lead_out_of_time() -> None:
    now = datetime(2026, 11, 5, 3, 30, 15, tzinfo=UTC)

    story = Story.draw("healthy", "small", 1, now)

    assert max(one.at for one in _leads(story.past)) <= now
    assert min(one.at for one in _leads(story.future)) > now


def test_the_messy_story_holds_what_real_books_hold(drawn: Drawn) -> None:
    story = drawn("messy", "small", 1)
    happened = {type(event).__name__ for event in (*story.past, *story.future)}
    names = " ".join(one.firm.name for one in _leads(story.past))

    assert {"LeadRemoved", "LeadRestored", "LeadsMerged", "FirmCorrected"} <= happened
    assert all(odd in names for odd in ("🏭", "\x00", "\u202e"))
    assert any("！" <= letter <= "～" for letter in names)  # full-width


def test_each_event_is_told_once_when_it_is_due(drawn: Drawn) -> None:
    story = drawn("healthy", "small", 1)
    told: list[Event] = []
    telling = Telling(story.future, told.append, nullcontext())

    telling.until(story.now + timedelta(weeks=2))
    telling.until(story.now + timedelta(weeks=2))
    half = len(told)
    telling.until(story.now + timedelta(weeks=20))

    assert 0 < half < len(told)
    assert told == list(story.future)


def test_the_people_of_old_customers_are_older_than_the_story(drawn: Drawn) -> None:
    story = drawn("healthy", "small", 1)
    begin = monday(story.now) - timedelta(weeks=PAST_WEEKS)

    added = [event.at for event in story.past if isinstance(event, ContactAdded)]

    assert added
    assert max(added) <= begin
