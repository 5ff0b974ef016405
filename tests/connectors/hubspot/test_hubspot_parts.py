"""A first load by several cursors: every record once, whoever comes first and whatever breaks."""

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.records import Page, RecordRef
from connectors.errors import MalformedAnswer, RequestRefused, Unavailable
from connectors.hubspot import search
from connectors.hubspot.parts import Range
from connectors.hubspot.search import Listed
from connectors.hubspot.watermark import Covered, InParts, mark_of
from sandbox.clock import SandboxClock
from sandbox.faults import Fault
from sandbox.server import Sandbox
from tests.connectors.hubspot.portal_pulls import (
    CONTACT,
    as_json,
    asked,
    pull,
    refs,
    say,
)
from tests.connectors.hubspot.portal_world import START, HubSpotWorld

PAGE = 7
MANY = 400  # more than 20 pages


@pytest.fixture(scope="module")
def large() -> Iterator[HubSpotWorld]:
    """A portal whose cursors are ids, which no test of this file changes."""
    with (
        Sandbox(clock=SandboxClock(START)) as sandbox,
        closing(HubSpotWorld(sandbox, kinds=(CONTACT,))) as world,
    ):
        world.portal.knobs.id_cursors = True
        world.made = [world.create(CONTACT, "Software") for _ in range(MANY)]  # type: ignore[attr-defined]
        yield world


@pytest.fixture(autouse=True)
def rested(large: HubSpotWorld) -> None:
    large.sandbox.faults.clear()
    large.portal.knobs.id_cursors = True


def made(world: HubSpotWorld) -> list[RecordRef]:
    found: list[RecordRef] = world.made  # type: ignore[attr-defined]  # the fixture's
    return found


def test_several_cursors_bring_every_record_once(large: HubSpotWorld) -> None:
    pages = pull(large)

    found = refs(pages)
    assert found != made(large)  # not one after the other
    assert sorted(found, key=lambda ref: int(ref.id)) == made(large)
    assert isinstance(mark_of(pages[-1].watermark), Covered)


def test_several_cursors_cost_little_more_than_one(large: HubSpotWorld) -> None:
    before = large.sandbox.ledger.last_seq()

    pull(large)

    assert asked(large, "/objects/contacts", before) <= MANY / PAGE + 3 * 8
    assert asked(large, "/search", before) == 1


@pytest.mark.parametrize("page", [1, 2, 9, 30])
def test_a_load_that_died_anywhere_goes_on_with_what_is_left(
    large: HubSpotWorld, page: int
) -> None:
    before = list(islice(large.connector().pull(CONTACT, None), page))
    assert isinstance(mark_of(before[-1].watermark), InParts)

    after = pull(large, since=before[-1].watermark)

    assert set(refs(before)) | set(refs(after)) == set(made(large))
    assert not set(refs(before)) & set(refs(after))


def test_an_outage_in_the_middle_is_told_and_loses_nothing(large: HubSpotWorld) -> None:
    outage = Fault(action="html_503", method="GET", path_contains="/objects/", skip=20, times=8)
    large.sandbox.faults.add(outage)
    came: list[Page] = []

    with pytest.raises(Unavailable):
        came.extend(large.connector().pull(CONTACT, None))
    large.sandbox.faults.clear()

    assert set(refs(came)) | set(refs(pull(large, since=came[-1].watermark))) == set(made(large))


def test_one_cursor_reads_in_order_of_id(large: HubSpotWorld) -> None:
    assert refs(pull(large, cursors=1)) == made(large)


def test_cursors_that_are_no_ids_are_followed_one_after_the_other(large: HubSpotWorld) -> None:
    large.portal.knobs.id_cursors = False

    assert refs(pull(large)) == made(large)


def test_only_the_thread_that_pulls_touches_budget_and_clock(large: HubSpotWorld) -> None:
    threads = set()

    def reserve(_calls: int) -> None:
        threads.add(threading.current_thread())

    list(large.connector(reserve=reserve).pull(CONTACT, None))

    assert threads == {threading.current_thread()}


def test_all_cursors_keep_one_pace(large: HubSpotWorld) -> None:
    large.portal.knobs.calls_per_ten_seconds = 20
    start = large.clock.now()

    found = pull(large)
    large.portal.knobs.calls_per_ten_seconds = 190

    assert set(refs(found)) == set(made(large))
    assert (large.clock.now() - start).total_seconds() >= 20


def test_a_list_that_begins_elsewhere_is_not_trusted(large: HubSpotWorld) -> None:
    row = {"id": "1", "properties": {}}
    body = as_json({"results": [row], "paging": {"next": {"after": "999999999999"}}})
    say(large, "GET", "/objects/contacts", body, skip=3, times=20)

    with pytest.raises(RequestRefused) as caught:
        pull(large)

    assert caught.value.code == "BBM-HS-046"
    assert "cursors = 1" in caught.value.hint


def test_a_list_too_long_for_an_address_is_read_by_several_cursors_too(
    large: HubSpotWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_QUERY_CHARACTERS", 10)
    before = large.sandbox.ledger.last_seq()

    pages = pull(large)

    assert sorted(refs(pages), key=lambda ref: int(ref.id)) == made(large)
    assert {one.attributes["industry"] for page in pages for one in page.records} == {"Software"}
    assert asked(large, "/batch/read", before) >= MANY / PAGE


# Ranges of ids


def listing(ids: Sequence[int], *, behind: bool) -> Callable[[str], Listed]:
    """A portal's list; its cursor is the last id (`behind`), or the first one not yet shown."""

    def page(after: str) -> Listed:
        start = (bisect_right if behind else bisect_left)(ids, int(after))
        shown, more = ids[start : start + 3], ids[start + 3 : start + 4]
        cursor = (shown[-1] if behind else more[0]) if more else ""
        return Listed([{"id": str(one)} for one in shown], str(cursor))

    return page


@given(
    st.lists(st.integers(1, 300), unique=True, max_size=60).map(sorted),
    st.booleans(),
    st.integers(0, 99),
)
def test_ranges_split_at_any_time_bring_each_id_once(
    ids: list[int],
    behind: bool,
    seed: int,
) -> None:
    page = listing(ids, behind=behind)
    ranges, found = [Range("0", 0)], []
    draw = Random(seed).choice

    while ranges:
        one = draw(ranges)
        answer = page(one.after)
        if one.width(300) > 1 and draw((True, False)):
            ranges.append(one.halved(300))  # while its page is under way
        found += [int(row["id"]) for row in one.take(answer)]
        ranges = [each for each in ranges if not each.is_done]

    assert sorted(found) == ids


def test_an_empty_page_with_a_cursor_moves_a_range_on() -> None:
    subject = Range("10", 9, 100)

    assert subject.take(Listed([], "50")) == []
    assert (subject.after, subject.is_done) == ("50", False)


@pytest.mark.parametrize("after", ["10", "9"])
def test_a_range_whose_cursor_does_not_move_is_not_gone_on_with(after: str) -> None:
    with pytest.raises(MalformedAnswer):
        Range("10", 9, 100).take(Listed([], after))


@pytest.mark.parametrize(
    "page",
    [
        Listed([{"id": "8"}], "20"),
        Listed([{"id": "12"}, {"id": "11"}], "20"),
        Listed([{"id": "30"}], "20"),
        Listed([{"id": "x"}], "20"),
        Listed([{"id": "12"}], "bzEy"),
    ],
)
def test_a_page_that_is_not_by_id_is_refused(page: Listed) -> None:
    with pytest.raises(RequestRefused):
        Range("10", 9, 100).take(page)


def test_an_offset_is_not_taken_for_an_id() -> None:
    """Rows would be left out between an id and the offset of the same number."""
    with pytest.raises(RequestRefused):
        Range("500", 499, 1000).take(Listed([{"id": "9001"}, {"id": "9005"}], "502"))
