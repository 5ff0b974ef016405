"""Whichever way HubSpot is where nobody is certain: everything is read once, and written."""

from collections import Counter
from typing import Any

import pytest

from bbm_core.records import Answer, FieldRole, RecordKind, Write
from sandbox.hubspot.knobs import Backward, RetryAfter
from tests.connectors.hubspot.portal_pulls import CONTACT, caught_up, pull, refs, removed
from tests.connectors.hubspot.portal_world import HubSpotWorld

OTHERWISE: tuple[dict[str, Any], ...] = (
    {"honours_trace_ids": False},
    {"updates_honour_trace_ids": False},
    {"merge_makes_new_id": False},
    {"ids_sort_as_text": True},
    {"page_may_end_beyond": True},
    {"empty_pages": True},
    {"id_cursors": True},
    {"scopes_in_context": True},
    {"bool_needs_options": True},
    {"lead_definitions_by_api": True},
    {"lifecycle_backward": Backward.REFUSE},
    {"filter_groups": 6, "filters_in_group": 10, "filters_in_search": 25},
    {"link_calls_per_ten_seconds": 2},
    {"calls_per_ten_seconds": 4, "retry_after": RetryAfter.SECONDS},
    {"calls_per_ten_seconds": 4, "retry_after": RetryAfter.MILLISECONDS},
)


def test_the_usual_portal_is_not_among_the_others(world: HubSpotWorld) -> None:
    for setting in OTHERWISE:
        for name, value in setting.items():
            assert getattr(world.portal.knobs, name) != value, name


@pytest.mark.parametrize("setting", OTHERWISE, ids=" ".join)
def test_everything_is_read_once_and_written(world: HubSpotWorld, setting: dict[str, Any]) -> None:
    for name, value in setting.items():
        setattr(world.portal.knobs, name, value)
    world.connector().prepare(world.fields, apply=True)
    first = [world.create(CONTACT, "Software") for _ in range(19)]
    company = world.create(RecordKind.ACCOUNT, "Software")
    world.portal.associate("contacts", first[0].id, "companies", company.id)

    mark = caught_up(world)
    kept = world.merge(first[18], first[17])
    for ref in first[:12]:
        world.edit(ref, "Retail")
    world.settle()
    pages = pull(world, since=mark)

    assert Counter(refs(pages)) == Counter({*first[:12], kept})
    assert first[18] in {one.ref for one in removed(pages)}
    refused = world.refuse(first[3])
    writes = [Write(ref, {FieldRole.FLAG: "icp"}) for ref in first[:9]]
    receipts = {one.ref: one.answer for one in world.connector().push(writes)}
    assert receipts == dict.fromkeys(first[:9], Answer.APPLIED) | {first[3]: refused}
