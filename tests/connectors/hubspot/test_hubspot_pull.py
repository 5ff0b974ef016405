"""Reading a portal that lags, caps, imports in bulk, archives and merges."""

from datetime import timedelta
from typing import Any

import pytest

from bbm_core.records import RecordRef, Removal
from connectors.errors import MalformedAnswer, RateLimited
from connectors.hubspot.values import milliseconds
from connectors.hubspot.watermark import Covered, Loading, mark_of
from tests.connectors.hubspot.portal_pulls import (
    CONTACT,
    as_json,
    asked,
    asked_with,
    caught_up,
    covered,
    next_page,
    pull,
    record,
    refs,
    removed,
    say,
)
from tests.connectors.hubspot.portal_world import HubSpotWorld

# Windows


def test_more_changes_with_one_time_stamp_than_a_search_can_page_through(
    world: HubSpotWorld,
) -> None:
    world.portal.knobs.largest_page = 0
    mark = caught_up(world)
    made = [world.create(CONTACT, "Software") for _ in range(450)]
    world.settle()

    pages = pull(world, since=mark)

    assert refs(pages) == made
    assert [len(page.records) for page in pages] == [200, 200, 50, 0]


def test_twelve_thousand_changes_of_one_millisecond_come_whole_and_once(
    world: HubSpotWorld,
) -> None:
    """A search shows ten thousand at most, however it is paged."""
    world.portal.knobs.largest_page = 0
    world.portal.knobs.bump_after_create_seconds = (0.0, 0.0)
    mark = caught_up(world)
    with world.sandbox.ledger.muted():
        made = [world.create(CONTACT, "Software") for _ in range(12_000)]
    world.settle()
    assert len({one["lastmodifieddate"] for one in world.portal.rows("contacts")}) == 1
    world.portal.knobs.searches_per_second = 1_000

    pages = pull(world, since=mark, searches_per_second=1_000)

    assert refs(pages) == made
    assert max(len(page.records) for page in pages) == 200


def test_a_change_that_the_index_does_not_show_yet_comes_later(world: HubSpotWorld) -> None:
    world.portal.knobs.index_lag_seconds = 50
    ref = world.create(CONTACT, "Software")
    mark = caught_up(world)
    world.edit(ref, "Logistics")
    world.clock.advance(35)

    first = pull(world, since=mark)
    world.settle()
    second = pull(world, since=first[-1].watermark)

    assert refs(first) == []
    assert refs(second) == [ref]


def test_a_change_within_the_last_half_minute_waits(world: HubSpotWorld) -> None:
    ref = world.create(CONTACT, "Software")
    mark = caught_up(world)
    connector = world.connector()
    world.edit(ref, "Logistics")
    world.clock.advance(5)  # the index shows it by now

    first = list(connector.pull(CONTACT, mark))
    world.settle()

    assert refs(first) == []
    assert refs(pull(world, since=first[-1].watermark)) == [ref]


def test_the_watermark_never_goes_back(world: HubSpotWorld) -> None:
    mark = pull(world)[-1].watermark

    again = pull(world, since=mark)[-1].watermark

    first, second = mark_of(mark), mark_of(again)
    assert isinstance(first, Covered)
    assert isinstance(second, Covered)
    assert second.until >= first.until


def test_a_window_begins_with_its_first_moment(world: HubSpotWorld) -> None:
    ref = world.create(CONTACT, "Software")
    world.rest()
    modified = milliseconds(record(pull(world), ref).modified)
    world.rest()

    assert refs(pull(world, since=covered(modified), overlap_minutes=0)) == [ref]
    assert refs(pull(world, since=covered(modified + 1), overlap_minutes=0)) == []
    assert refs(pull(world, since=covered(modified + 300_000))) == [ref]
    assert refs(pull(world, since=covered(modified + 300_001))) == []


def test_a_window_that_was_left_is_finished_from_the_same_id(world: HubSpotWorld) -> None:
    mark = caught_up(world)
    made = [world.create(CONTACT, "Software") for _ in range(20)]
    world.settle()

    first = next(iter(world.connector().pull(CONTACT, mark)))
    rest = pull(world, since=first.watermark)

    assert refs([first, *rest]) == made


def test_the_clock_of_this_machine_does_not_move_the_windows(world: HubSpotWorld) -> None:
    ref = world.create(CONTACT, "Software")
    mark = caught_up(world)
    world.edit(ref, "Logistics")
    world.settle()
    connector = world.connector(now=lambda: world.clock.now() + timedelta(hours=9))

    pages = list(connector.pull(CONTACT, mark))

    assert refs(pages) == [ref]
    end = mark_of(pages[-1].watermark)
    assert isinstance(end, Covered)
    assert end.until <= world.clock.now().timestamp() * 1000


def test_a_deleted_record_that_the_index_still_finds_hides_no_other(world: HubSpotWorld) -> None:
    made = [world.create(CONTACT, "Software") for _ in range(20)]
    mark = caught_up(world)
    world.portal.knobs.index_lag_seconds = 10_000
    for ref in made:
        world.edit(ref, "Logistics")
    world.portal.knobs.index_lag_seconds = 0
    world.settle()
    world.portal.knobs.index_lag_seconds = 10_000
    for ref in made[:14]:
        world.delete(ref)
    world.portal.knobs.index_lag_seconds = 0
    later = [world.create(CONTACT, "Software") for _ in range(3)]
    world.settle()

    pages = pull(world, since=mark)

    assert set(later) <= set(refs(pages))
    assert not set(made[:14]) & set(refs(pages))


@pytest.mark.parametrize("results", [[{"id": "9"}, {"id": "8"}], [{"id": "9"}, {"id": "9"}]])
def test_ids_out_of_order_are_not_trusted(world: HubSpotWorld, results: list[Any]) -> None:
    mark = caught_up(world)
    rows = [{**one, "properties": {}} for one in results]
    say(world, "POST", "/search", as_json({"total": 2, "results": rows}))

    with pytest.raises(MalformedAnswer):
        pull(world, since=mark)


def ids_of_two_lengths(world: HubSpotWorld) -> list[RecordRef]:
    """Fewer of the shorter ones, which lie behind all others where ids are sorted as texts."""
    world.portal.shelf("contacts")._next = 9_999_999_985
    made = [world.create(CONTACT, "Software") for _ in range(25)]
    assert len({len(one.id) for one in made}) > 1
    return made


def test_ids_that_are_sorted_as_texts_stop_a_pull_before_any_is_skipped(
    world: HubSpotWorld,
) -> None:
    world.portal.knobs.ids_sort_as_text = True
    ids_of_two_lengths(world)
    world.settle()

    with pytest.raises(MalformedAnswer, match="ascending order"):
        next(world.connector().pull(CONTACT, covered(milliseconds(world.clock.now()))))


@pytest.mark.parametrize("change", ["edit", "delete"])
def test_records_that_leave_a_window_while_it_is_read_are_no_disorder(
    world: HubSpotWorld, change: str
) -> None:
    made = ids_of_two_lengths(world)
    world.settle()
    coming = world.connector().pull(CONTACT, covered(milliseconds(world.clock.now())))
    first = next(coming)
    before = world.sandbox.ledger.last_seq()

    for ref in made[12:16]:
        world.edit(ref, "Retail") if change == "edit" else world.delete(ref)
    world.clock.advance(5)
    rest = list(coming)

    assert {*refs([first]), *refs(rest)} >= {*made[:12], *made[16:]}
    assert asked(world, "/search", before) <= 4


@pytest.mark.parametrize("row", [{"id": "x"}, {"id": "１"}])
def test_ids_that_are_no_numbers_are_not_trusted(world: HubSpotWorld, row: Any) -> None:
    mark = caught_up(world)
    say(world, "POST", "/search", as_json({"total": 1, "results": [{**row, "properties": {}}]}))

    with pytest.raises(MalformedAnswer):
        pull(world, since=mark)


@pytest.mark.parametrize("body", [{"results": []}, {"results": [], "errors": "x", "numErrors": 1}])
def test_a_search_that_does_not_count_has_found_nothing_out(
    world: HubSpotWorld, body: dict[str, Any]
) -> None:
    mark = caught_up(world)
    say(world, "POST", "/search", as_json(body))

    with pytest.raises(MalformedAnswer):
        pull(world, since=mark)


def test_a_search_that_points_to_itself_ends(world: HubSpotWorld) -> None:
    mark = caught_up(world)
    body = as_json({"total": 5, "results": [], "paging": {"next": {"after": "7"}}})
    say(world, "POST", "/search", body, times=5)

    with pytest.raises(MalformedAnswer):
        pull(world, since=mark)


def test_a_list_that_points_back_ends(world: HubSpotWorld) -> None:
    for _ in range(30):
        world.create(CONTACT, "Software")
    body = as_json({"results": [], "paging": {"next": {"after": "7"}}})
    say(world, "GET", "/objects/contacts", body, times=3)

    with pytest.raises(MalformedAnswer):
        pull(world)


def test_an_empty_page_with_a_cursor_is_not_the_end(world: HubSpotWorld) -> None:
    made = [world.create(CONTACT, "Software") for _ in range(9)]
    mark = mark_of(next(iter(world.connector().pull(CONTACT, None))).watermark)
    assert isinstance(mark, Loading)
    say(
        world, "GET", "/objects/contacts", as_json({"results": [], "paging": next_page(mark.after)})
    )

    assert refs(pull(world)) == made[7:]


def test_a_total_that_promises_more_is_asked_again(world: HubSpotWorld) -> None:
    made = [world.create(CONTACT, "Software") for _ in range(3)]
    mark = caught_up(world)
    for ref in made:
        world.edit(ref, "Logistics")
    world.settle()
    row = {"id": made[0].id, "createdAt": "2026-11-02", "updatedAt": "2026-11-02"}
    body = {"total": 3, "results": [{**row, "properties": {}}]}  # and no cursor
    say(world, "POST", "/search", as_json(body))

    assert refs(pull(world, since=mark)) == made


# Gone


def test_archived_records_are_listed_only_as_often_as_configured(world: HubSpotWorld) -> None:
    ref = world.create(CONTACT, "Software")
    hourly = {"deletions_every_minutes": 60}
    mark = caught_up(world, **hourly)
    world.delete(ref)
    world.clock.advance(600)

    early = pull(world, since=mark, **hourly)
    world.clock.advance(3600)
    late = pull(world, since=early[-1].watermark, **hourly)

    assert removed(early) == []
    assert removed(late) == [Removal(ref)]


@pytest.mark.parametrize(("seconds", "listed"), [(59, 0), (60, 1)])
def test_the_archive_is_listed_when_its_time_has_come(
    world: HubSpotWorld, seconds: int, listed: int
) -> None:
    connector = world.connector(deletions_every_minutes=1)
    now = milliseconds(world.clock.now())

    list(connector.pull(CONTACT, covered(now, swept=now - seconds * 1_000)))

    assert asked_with(world, "archived=True") == listed


@pytest.mark.parametrize(("seconds", "told"), [(300, True), (301, False)])
def test_the_archive_overlaps_too(world: HubSpotWorld, seconds: int, *, told: bool) -> None:
    ref = world.create(CONTACT, "Software")
    gone = milliseconds(world.clock.now())
    world.delete(ref)
    world.rest()

    pages = pull(world, since=covered(gone, swept=gone + seconds * 1_000))

    assert (removed(pages) == [Removal(ref)]) is told


def test_what_was_archived_long_ago_is_not_told_again(world: HubSpotWorld) -> None:
    ref = world.create(CONTACT, "Software")
    mark = pull(world)[-1].watermark
    world.delete(ref)
    world.settle()
    told = pull(world, since=mark)
    world.rest()
    mark = pull(world, since=told[-1].watermark)[-1].watermark

    assert removed(told) == [Removal(ref)]
    assert removed(pull(world, since=mark)) == []


@pytest.mark.parametrize("makes_new_id", [True, False])
def test_what_was_merged_into_a_record_that_is_archived_by_now_is_gone_too(
    world: HubSpotWorld, *, makes_new_id: bool
) -> None:
    world.portal.knobs.merge_makes_new_id = makes_new_id
    loser, winner = (world.create(CONTACT, "Software") for _ in range(2))
    mark = pull(world)[-1].watermark
    survivor = world.merge(loser, winner)
    world.delete(survivor)
    world.settle()

    told = removed(pull(world, since=mark))

    assert {one.ref for one in told} == {loser, winner, survivor}
    assert told[-1] == Removal(survivor)


# The pace


def test_many_pages_keep_the_portals_pace_without_being_refused(world: HubSpotWorld) -> None:
    world.portal.knobs.calls_per_ten_seconds = 20
    made = [world.create(CONTACT, "Software") for _ in range(7 * 50)]
    start = world.clock.now()

    assert refs(pull(world)) == made
    # The first answers teach the pace; 50 pages at 20 per 10 s then take at least 20 s.
    assert world.clock.now() - start >= timedelta(seconds=20)


def test_many_searches_keep_their_pace_without_being_refused(world: HubSpotWorld) -> None:
    mark = caught_up(world)
    made = [world.create(CONTACT, "Software") for _ in range(7 * 20)]
    world.settle()

    assert refs(pull(world, since=mark)) == made


def test_a_refused_search_says_when_to_come_back(world: HubSpotWorld) -> None:
    mark = caught_up(world)
    say(world, "POST", "/search", as_json({"category": "RATE_LIMITS"}), status=429)

    with pytest.raises(RateLimited) as caught:
        pull(world, since=mark)

    assert caught.value.wait_seconds == 1.0
