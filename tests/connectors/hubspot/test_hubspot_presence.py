"""A property that goes while records are read, and what HubSpot leaves out for another reason."""

from typing import Any

import pytest

from connectors.contract import KindReading, Reading
from connectors.errors import MissingPermission
from sandbox.hubspot.object_types import CONTACTS
from tests.connectors.hubspot.portal_pulls import (
    CONTACT,
    as_json,
    asked,
    caught_up,
    next_page,
    pull,
    refs,
    say,
)
from tests.connectors.hubspot.portal_world import SEGMENT, HubSpotWorld


def bare(id_: str, **more: Any) -> str:
    row = {"id": id_, "createdAt": "2026-11-02T09:00:00Z", "properties": {}}
    return as_json({"results": [row], **more})


def archive(world: HubSpotWorld) -> None:
    world.portal.schema.archive(CONTACTS, SEGMENT, world.clock.now())


def test_a_property_that_goes_during_a_first_load_stops_it(world: HubSpotWorld) -> None:
    made = [world.create(CONTACT, "Software") for _ in range(20)]
    world.settle()
    pages = world.connector(cursors=1).pull(CONTACT, None)
    first = next(pages)

    archive(world)

    with pytest.raises(MissingPermission, match=f"contacts no longer have.* {SEGMENT}") as refused:
        list(pages)
    assert refused.value.code == "BBM-HS-061"
    assert refs([first]) == made[:7]


def test_a_property_that_went_before_the_changes_came_stops_them(world: HubSpotWorld) -> None:
    mark = caught_up(world)
    connector = world.connector()
    list(connector.pull(CONTACT, mark))  # what the portal has is known from here on
    world.create(CONTACT, "Software")
    archive(world)
    world.settle()

    with pytest.raises(MissingPermission, match=SEGMENT):
        list(connector.pull(CONTACT, mark))


def test_what_a_portal_declares_and_does_not_bring_is_asked_about_once(
    world: HubSpotWorld,
) -> None:
    say(world, "GET", "/objects/contacts", bare("77", paging=next_page("77")))
    say(world, "GET", "/objects/contacts", bare("78"))
    before = asked(world, "/properties/contacts")

    pages = pull(world)

    assert [one.id for one in refs(pages)] == ["77", "78"]
    assert asked(world, "/properties/contacts") - before == 2


def test_properties_of_no_account_to_verdicts_may_be_missing(world: HubSpotWorld) -> None:
    world.reading = Reading({CONTACT: KindReading({}, {})}, world.reading.history_since)
    say(world, "GET", "/objects/contacts", bare("77"))
    before = asked(world, "/properties/contacts")

    assert len(refs(pull(world))) == 1
    assert asked(world, "/properties/contacts") - before == 1
