"""What is asked for by long lists of properties: in two searches, or by batch reads."""

import pytest

from bbm_core.records import RecordRef, Removal
from tests.connectors.hubspot.portal_pulls import (
    CONTACT,
    as_json,
    asked,
    caught_up,
    pull,
    record,
    refs,
    removed,
    say,
    with_attributes,
)
from tests.connectors.hubspot.portal_world import HubSpotWorld


def wide(world: HubSpotWorld, count: int) -> None:
    names = [f"a_rather_long_property_name_number_{one:04d}" for one in range(count)]
    for name in names:
        world.portal.define_property("contacts", name)
    with_attributes(world, names)


@pytest.mark.parametrize(("names", "searches", "reads"), [(30, 1, 0), (90, 2, 0), (200, 1, 1)])
def test_a_long_list_of_properties_takes_two_searches_and_a_longer_one_batches(
    world: HubSpotWorld, names: int, searches: int, reads: int
) -> None:
    wide(world, names)
    first, last = (f"a_rather_long_property_name_number_{one:04d}" for one in (0, names - 1))
    mark = caught_up(world)
    ref = world.create(CONTACT, "Software", **{first: "here", last: "there"})
    world.settle()
    before = world.sandbox.ledger.last_seq()

    pages = pull(world, since=mark)

    known = {"industry": "Software", first: "here", last: "there"}
    assert record(pages, ref).attributes == known
    assert asked(world, "/search", before) == searches
    assert asked(world, "/batch/read", before) == reads


def test_what_changed_between_two_searches_is_read_again(world: HubSpotWorld) -> None:
    wide(world, 90)
    mark = caught_up(world)
    made = [world.create(CONTACT, "Software") for _ in range(3)]
    world.settle()
    changed, gone = made[1], made[2]
    stale = [_as_searched(world, one) for one in made]
    say(world, "POST", "/search", as_json({"total": 3, "results": stale}))
    world.edit(changed, "Logistics")
    world.delete(gone)
    before = world.sandbox.ledger.last_seq()

    pages = pull(world, since=mark)

    assert record(pages, changed).attributes["industry"] == "Logistics"
    assert sorted(refs(pages)) == [made[0], changed]
    assert removed(pages)[0] == Removal(gone)
    assert asked(world, "/batch/read", before) == 1


def _as_searched(world: HubSpotWorld, ref: RecordRef) -> dict[str, object]:
    """A row as a first search shows it, before anything happens to it."""
    held = world.portal.shelf("contacts").records[int(ref.id)].values
    return {"id": ref.id, "createdAt": held["createdate"], "properties": dict(held)}


def test_a_list_too_long_for_an_address_is_read_by_batches(world: HubSpotWorld) -> None:
    wide(world, 200)
    made = [world.create(CONTACT, "Software") for _ in range(9)]

    pages = pull(world)

    assert refs(pages) == made
    assert {one.attributes["industry"] for page in pages for one in page.records} == {"Software"}
    longest = max(len(one.query) for one in world.sandbox.ledger.requests(service="hubspot"))
    assert longest < 6_000


def test_a_record_deleted_between_search_and_reading_is_removed(world: HubSpotWorld) -> None:
    wide(world, 90)
    made = [world.create(CONTACT, "Software") for _ in range(3)]
    mark = caught_up(world)
    for ref in made:
        world.edit(ref, "Logistics")
    world.settle()
    rows = [{"id": ref.id, "properties": {}} for ref in made]
    say(world, "POST", "/search", as_json({"total": 3, "results": rows}))
    world.delete(made[1])

    pages = pull(world, since=mark)

    assert refs(pages) == [made[0], made[2]]
    assert Removal(made[1]) in removed(pages)


def test_records_merged_between_search_and_reading_are_told_by_what_they_became(
    world: HubSpotWorld,
) -> None:
    wide(world, 90)
    made = [world.create(CONTACT, "Software") for _ in range(3)]
    mark = caught_up(world)
    for ref in made:
        world.edit(ref, "Logistics")
    world.settle()
    rows = [{"id": ref.id, "properties": {}} for ref in made]
    say(world, "POST", "/search", as_json({"total": 3, "results": rows}))
    survivor = world.merge(made[1], made[0])

    during = pull(world, since=mark)
    world.settle()
    later = pull(world, since=during[-1].watermark)

    # Without what they became, their contacts and deals would have no company meanwhile.
    assert removed(during) == []
    assert set(removed(later)) == {Removal(one, survivor) for one in made[:2]}
