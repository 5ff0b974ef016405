"""When a person must look before anything is written."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.guard import (
    ANY_PLAN,
    Agreement,
    Guard,
    GuardLimits,
    RunFacts,
    Share,
    Stop,
    Totals,
    guard,
    stops,
)
from bbm_core.records import RecordKind

LEAD = RecordKind.LEAD
LIMITS = GuardLimits()


def stopped_by(size: int = 1, flips: int = 0, **facts: Any) -> Guard | None:
    stop = look(size, flips, **facts)
    return stop.guard if stop else None


def look(size: int = 1, flips: int = 0, **facts: Any) -> Stop | None:
    return guard(Totals(size, flips, "abc"), RunFacts(**facts), LIMITS)


def test_an_ordinary_plan_goes() -> None:
    assert (
        stopped_by(size=5000, flips=10, classified=20_000, known={LEAD: 9}, read={LEAD: 9}) is None
    )


def test_the_first_sync_needs_somebody_who_looked() -> None:
    assert stopped_by(first_run=True) is Guard.FIRST_SYNC
    assert stopped_by(first_run=True, confirmed="abc") is None
    assert stopped_by(first_run=True, confirmed=ANY_PLAN) is None


def test_a_first_sync_that_writes_nothing_needs_nobody() -> None:
    assert guard(Totals(0, 0, ""), RunFacts(first_run=True), LIMITS) is None


def test_a_plan_that_changed_since_it_was_confirmed_is_not_carried_out() -> None:
    assert stopped_by(confirmed="another") is Guard.PLAN_CHANGED


@pytest.mark.parametrize(
    ("flips", "classified", "stop"),
    [
        (50, 100, None),
        (51, 255, None),
        (51, 254, Guard.FLIPS),
        (51, 0, Guard.FLIPS),
        (4000, 20_000, None),
        (4001, 20_000, Guard.FLIPS),
    ],
)
def test_many_flips_stop_if_they_are_also_a_large_share(
    flips: int, classified: int, stop: Guard | None
) -> None:
    assert stopped_by(size=flips, flips=flips, classified=classified) is stop


@pytest.mark.parametrize(
    ("known", "read", "stop"),
    [
        (1000, 0, Guard.EMPTY_SOURCE),
        (1, 0, Guard.EMPTY_SOURCE),
        (1000, 50, Guard.EMPTY_SOURCE),
        (1000, 51, None),
        (0, 0, None),
        (0, 5, None),
        (10, 10, None),
    ],
)
def test_a_source_that_is_suddenly_empty_stops(known: int, read: int, stop: Guard | None) -> None:
    assert stopped_by(known={LEAD: known}, read={LEAD: read}) is stop


def test_a_kind_that_was_not_read_as_a_whole_is_not_missed() -> None:
    assert stopped_by(known={LEAD: 1000}) is None


def test_a_kind_that_was_never_known_cannot_be_missed() -> None:
    assert stopped_by(read={LEAD: 0}) is None


@pytest.mark.parametrize(
    ("before", "now", "stop"),
    [
        (Share(10, 100), Share(20, 100), None),
        (Share(10, 100), Share(21, 100), Guard.UNKNOWN_RISE),
        (Share(10, 100), Share(201, 1000), Guard.UNKNOWN_RISE),
        (Share(90, 100), Share(95, 100), None),
        (Share(50, 100), Share(10, 100), None),
        (Share(0, 0), Share(9, 9), None),
        (Share(0, 9), Share(0, 0), None),
        (None, Share(9, 9), None),
        (Share(0, 9), None, None),
    ],
)
def test_a_rise_of_unknowns_stops_and_a_high_level_does_not(
    before: Share | None, now: Share | None, stop: Guard | None
) -> None:
    assert stopped_by(unknown_before=before, unknown_now=now) is stop


def test_more_writes_than_the_cap_need_somebody_who_looked() -> None:
    assert stopped_by(size=5000) is None
    assert stopped_by(size=5001) is Guard.WRITE_CAP
    assert stopped_by(size=5001, confirmed="abc") is None


def test_another_org_stops_even_a_confirmed_plan() -> None:
    assert stopped_by(org="00D2", pinned_org="00D1", confirmed=ANY_PLAN) is Guard.WRONG_ORG
    assert stopped_by(org="00D1", pinned_org="00D1") is None


BAD = {
    Guard.WRONG_ORG: {"org": "00D2", "pinned_org": "00D1"},
    Guard.EMPTY_SOURCE: {"known": {LEAD: 1234}, "read": {LEAD: 0}},
    Guard.PLAN_CHANGED: {"confirmed": "another"},
    Guard.FIRST_SYNC: {"first_run": True},
    Guard.FLIPS: {"flips": 99, "classified": 100},
    Guard.UNKNOWN_RISE: {"unknown_before": Share(1, 8), "unknown_now": Share(8, 8)},
    Guard.WRITE_CAP: {"size": 6000},
}


@pytest.mark.parametrize("which", list(Guard))
def test_every_stop_says_what_happened_and_how_to_go_on(which: Guard) -> None:
    stop = look(**BAD[which])  # type: ignore[arg-type]  # facts of each guard

    assert stop is not None
    assert stop.guard is which
    assert stop.what.endswith(".")
    assert stop.hint.endswith((".", "url."))


def test_every_stop_has_a_code_of_its_own() -> None:
    codes = [Stop(which, "", "").code for which in Guard]

    assert codes[0] == "BBM-GD-001"
    assert len(set(codes)) == len(Guard)


def told(which: Guard) -> str:
    stop = look(**BAD[which])  # type: ignore[arg-type]  # facts of each guard
    return stop.what if stop else ""


def test_figures_are_told_as_people_read_them() -> None:
    assert told(Guard.EMPTY_SOURCE) == "Of 1,234 records of kind lead, the CRM shows only 0."
    assert told(Guard.UNKNOWN_RISE) == (
        "100.0 % of the records cannot be classified; at the last run it was 12.5 %."
    )


@given(st.sets(st.sampled_from([g for g in Guard if g is not Guard.PLAN_CHANGED]), min_size=1))
def test_a_confirmed_plan_passes_every_guard_but_the_org(guards: set[Guard]) -> None:
    facts: dict[str, Any] = {}
    for which in guards:
        facts |= BAD[which]

    stop = stopped_by(**facts, confirmed=ANY_PLAN)

    assert stop is (Guard.WRONG_ORG if Guard.WRONG_ORG in guards else None)
    assert stopped_by(**facts) in guards


# what was published is agreed to


def test_published_flips_pass_and_others_still_stop() -> None:
    agreed = Agreement(flips=90, writes=0)

    assert stopped_by(size=140, flips=140, classified=200, agreed=agreed) is None
    assert stopped_by(size=141, flips=141, classified=200, agreed=agreed) is Guard.FLIPS


def test_flips_beyond_the_published_ones_are_told_apart() -> None:
    stop = look(size=160, flips=160, classified=200, agreed=Agreement(90, 0))

    assert stop is not None
    assert stop.what == (
        "70 of 200 classified records would change their ICP flag, beyond the 90 that were "
        "published."
    )


def test_a_publication_carries_its_own_number_of_writes() -> None:
    agreed = Agreement(flips=0, writes=20_000)

    assert stopped_by(size=25_000, agreed=agreed) is None
    assert stopped_by(size=25_001, agreed=agreed) is Guard.WRITE_CAP


def test_unknowns_are_compared_with_what_was_published() -> None:
    before, now = Share(10, 100), Share(40, 100)

    shares = {"unknown_before": before, "unknown_now": now}
    assert stopped_by(**shares, agreed=Agreement(0, 0, Share(35, 100))) is None
    assert stopped_by(**shares, agreed=Agreement(0, 0, Share(25, 100))) is Guard.UNKNOWN_RISE
    assert stopped_by(**shares, agreed=Agreement(0, 0)) is Guard.UNKNOWN_RISE


def test_every_guard_that_would_stop_can_be_asked_for() -> None:
    facts = RunFacts(classified=100)

    found = stops(Totals(6000, 60, "abc"), facts, LIMITS)

    assert [stop.guard for stop in found] == [Guard.FLIPS, Guard.WRITE_CAP]
