"""What a pull brings from an org where time, people and transactions do as they like."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bbm_core.records import (
    RecordKind,
    RecordRef,
    Watermark,
)
from connectors.errors import MalformedAnswer, Unavailable
from connectors.salesforce.connector import SalesforceConnector
from sandbox.faults import Action, Fault
from tests.connectors.salesforce.org_pulls import LEAD, answer, pull, refs, say_together
from tests.connectors.salesforce.org_world import SalesforceWorld


@pytest.fixture
def connector(world: SalesforceWorld) -> SalesforceConnector:
    """Reads attributes alone, so that no fields have to be made."""
    return world.connector(roles=())


def say_rows(world: SalesforceWorld, rows: list[dict[str, Any]], **more: Any) -> None:
    body = {"records": rows, "totalSize": len(rows), "done": True, **more}
    action = Action(status=200, body=json.dumps(body))
    changes = {"path_contains": "/query", "query_contains": "SELECT Id"}
    world.sandbox.faults.add(Fault(action=action, **changes))


# Time


def test_records_come_in_the_order_of_their_changes(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    created = []
    for _ in range(15):
        created.append(world.create(LEAD, "Software"))
        world.wait(3)
    world.update(created[2], Title="CTO")
    world.settle()

    order = [*created[:2], *created[3:], created[2]]
    assert refs(pull(connector)) == order


def test_what_is_too_young_is_left_to_settle(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    old = world.create(LEAD, "Software")
    world.wait(60)
    young = world.create(LEAD, "Software")
    world.wait(10)

    first = pull(connector)
    world.wait(30)
    later = pull(connector, since=first[-1].watermark)

    assert refs(first) == [old]
    assert young in refs(later)


def test_a_long_transaction_that_becomes_visible_late_is_not_missed(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    ref = world.create(LEAD, "Software")
    world.wait(60)
    begun = world.now()
    ends = begun + timedelta(minutes=9)
    world.org.commit_late("Lead", ref.id, {"Industry": "Logistics"}, at=begun, visible_at=ends)
    world.wait(300)
    mark = pull(connector)[-1].watermark  # its window ends after the change's own time

    world.wait(600)
    pages = pull(connector, since=mark)

    assert [r.attributes for page in pages for r in page.records] == [{"industry": "Logistics"}]


def test_five_hundred_changes_in_one_second_come_once_each(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    created = [world.create(LEAD, "Software") for _ in range(500)]
    world.settle()
    seen: list[RecordRef] = []
    since: Watermark | None = None

    for _ in range(72):  # a new connector for each page, as if each had died after it
        page = next(iter(connector.pull(LEAD, since)))
        seen += [record.ref for record in page.records]
        since = page.watermark

    assert seen == created


def test_a_watermark_from_the_future_waits_for_it(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.create(LEAD, "Software")
    future = Watermark('{"high": "2027-01-01T00:00:00Z"}')

    (page,) = pull(connector, since=future)

    assert json.loads(page.watermark)["high"] == "2027-01-01T00:00:00Z"
    assert not page.records


def test_without_overlap_a_second_look_in_the_same_second_brings_an_empty_page(
    world: SalesforceWorld,
) -> None:
    connector = world.connector(roles=(), overlap_minutes=0)
    mark = pull(connector)[-1].watermark

    (page,) = pull(connector, since=mark)

    assert (page.records, page.watermark) == ((), mark)


def test_a_restored_record_comes_back(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    ref = world.create(LEAD, "Software")
    world.settle()
    mark = pull(connector)[-1].watermark
    world.delete(ref)
    world.wait(60)
    world.org.undelete("Lead", ref.id, by="human")
    world.settle()

    pages = pull(connector, since=mark)

    assert refs(pages) == [ref]
    assert not [removal for page in pages for removal in page.removed]


def test_the_bin_is_not_read_at_the_first_load(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.delete(world.create(LEAD, "Software"))
    world.settle()

    (page,) = pull(connector)

    assert not page.removed


# Rows


def test_a_row_that_cannot_be_translated_is_parked_and_the_others_go_on(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    good, bad = world.create(LEAD, "Software"), world.create(LEAD, "Software")
    world.org.table("Lead").rows[bad.id]["Industry"] = {"broken": True}
    world.settle()

    (page,) = pull(connector)

    assert refs([page]) == [good]
    assert [(one.ref, one.reason) for one in page.parked] == [(bad, "Industry: a text is a text")]


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("製造業", "製造業"),
        ("🏭 قطاع", "🏭 قطاع"),
        ("a\x00b", "ab"),
        ("half \ud83d", "half \ufffd"),
        ("\x00", None),
        ("x" * 1_000_000, "x" * 32_000),
    ],
    ids=["Japanese", "emoji and right to left", "NUL", "half a sign", "nothing but NUL", "endless"],
)
def test_strange_texts_do_no_harm(
    world: SalesforceWorld, connector: SalesforceConnector, stored: str, read: str | None
) -> None:
    row = _row(world, Industry=stored)
    say_rows(world, [row])

    (page,) = pull(connector)

    assert page.records[0].attributes.get("industry") == read
    assert not page.parked


def test_rows_outside_the_window_are_no_answer(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    say_rows(world, [_row(world, SystemModstamp="2030-01-01T00:00:00.000+0000")])

    with pytest.raises(MalformedAnswer, match="order"):
        pull(connector)


def test_rows_in_another_order_are_no_answer(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    later = _row(world)
    earlier = _row(world, Id="00Q000000000009EAA", SystemModstamp="2026-01-01T00:00:00.000+0000")
    say_rows(world, [later, earlier])

    with pytest.raises(MalformedAnswer, match="order"):
        pull(connector)


def test_a_page_that_comes_again_is_no_answer(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    rows = [_row(world, Id=id_) for id_ in _IDS]
    say_rows(world, rows)
    say_together(world, (200, answer([], total=7)), (200, answer(rows)))

    with pytest.raises(MalformedAnswer, match="repeated"):
        pull(connector)


def test_a_page_without_rows_that_promises_more_is_no_answer(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    say_rows(world, [], totalSize=9, done=False, nextRecordsUrl="/services/data/v66.0/query/x-1")

    with pytest.raises(MalformedAnswer, match="promises more"):
        pull(connector)


def test_pages_smaller_than_asked_for_lose_nothing(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.org.page_limit = 3
    created = [world.create(LEAD, "Software") for _ in range(20)]
    world.settle()

    pages = pull(connector)

    assert refs(pages) == created
    assert max(len(page.records) for page in pages) == 3


def times_out(world: SalesforceWorld, *, times: int, skip: int = 0) -> None:
    told = [{"errorCode": "QUERY_TIMEOUT", "message": "Your query request was running too long."}]
    action = Action(status=400, body=json.dumps(told))
    world.sandbox.faults.add(Fault(action=action, path_contains="/query", times=times, skip=skip))


@pytest.mark.parametrize(("times", "skip"), [(1, 0), (6, 0), (2, 2)])
def test_a_query_that_runs_too_long_is_asked_for_half_the_time(
    world: SalesforceWorld, connector: SalesforceConnector, times: int, skip: int
) -> None:
    world.org.page_limit = 3
    created = []
    for _ in range(20):
        created.append(world.create(LEAD, "Software"))
        world.wait(3600)
    times_out(world, times=times, skip=skip)

    pages = pull(connector)

    assert refs(pages) == created
    assert world.sandbox.faults.left() == ()


def test_a_pull_that_breaks_between_parts_goes_on_behind_the_last_record(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    old = world.create(LEAD, "Software")
    world.settle()
    mark = pull(connector)[-1].watermark
    world.wait(40_000)
    early = world.create(LEAD, "Software")
    world.wait(80_000)
    late = world.create(LEAD, "Software")
    world.settle()
    times_out(world, times=1)

    pages = connector.pull(LEAD, mark)
    first = next(pages)
    rest = pull(connector, since=first.watermark)

    assert [record.ref for record in first.records] == [old, early]  # the overlap comes again
    assert refs(rest) == [late]


def test_what_takes_too_long_in_a_single_second_gives_up_with_words(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    world.create(LEAD, "Software")
    world.settle()
    times_out(world, times=40)

    with pytest.raises(Unavailable) as caught:
        pull(connector)

    assert caught.value.code == "BBM-SF-007"
    # From 27 years down to one second.
    assert 40 - sum(one.times for one in world.sandbox.faults.left()) == 30


@pytest.mark.parametrize("answer", ["[]", "[null]", "{}", '[null, null, {"Id": 1}]'])
def test_a_reading_that_does_not_tell_of_each_record_is_no_answer(
    world: SalesforceWorld, connector: SalesforceConnector, answer: str
) -> None:
    asked = [world.create(LEAD, "Software") for _ in range(2)]
    action = Action(status=200, body=answer)
    world.sandbox.faults.add(Fault(action=action, path_contains="/composite/sobjects/Lead"))

    with pytest.raises(MalformedAnswer):
        list(connector.read(asked))


def test_records_of_several_kinds_are_read_in_one_go(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    asked = [world.create(kind, "Software") for kind in RecordKind for _ in range(3)]

    assert sorted(record.ref for record in connector.read(asked[::-1])) == sorted(asked)


_IDS = (
    "00Q000000000001EAA",
    "00Q000000000002EAA",
    "00Q000000000003EAA",
    "00Q000000000004EAA",
    "00Q000000000005EAA",
    "00Q000000000006EAA",
    "00Q000000000007EAA",
)


def _row(world: SalesforceWorld, **values: Any) -> dict[str, Any]:
    created = (world.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    return {"Id": _IDS[0], "CreatedDate": created, "SystemModstamp": created, **values}
