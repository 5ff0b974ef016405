"""12,000 records stamped with one millisecond, as an import or a workflow leaves them."""

import itertools

import pytest

from sandbox.clock import SandboxClock
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.service import HubSpotService
from tests.sandbox.hubspot.calling import START, Api

RECORDS = 12_000
STAMP = {"propertyName": "lastmodifieddate", "operator": "EQ", "value": "2026-11-02T00:00:00Z"}


@pytest.fixture(scope="module")
def full() -> Api:
    portal = Portal(
        SandboxClock(START),
        bump_after_create_seconds=(0.0, 0.0),
        searches_per_second=10**6,
        calls_per_ten_seconds=10**6,
        index_lag_seconds=0,
    )
    for _ in range(RECORDS):
        portal.create("contacts", {}, by="IMPORT")
    return Api(HubSpotService(portal))


def test_paging_by_time_alone_stops_before_the_end(full: Api) -> None:
    seen, after = set(), "0"
    while True:
        reply = full.search("contacts", filterGroups=[{"filters": [STAMP]}], limit=200, after=after)
        if reply.status != 200:
            break
        assert reply.body["total"] == RECORDS
        seen |= {one["id"] for one in reply.body["results"]}
        after = reply.body["paging"]["next"]["after"]

    assert (reply.status, reply.body["category"]) == (400, "VALIDATION_ERROR")
    assert (len(seen), after) == (10_000, "10000")


def test_paging_by_id_within_the_millisecond_finds_each_once(full: Api) -> None:
    by_id = [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]
    seen, last = [], "0"
    while True:
        above = {"propertyName": "hs_object_id", "operator": "GT", "value": last}
        groups = [{"filters": [STAMP, above]}]
        found = full.search("contacts", filterGroups=groups, sorts=by_id, limit=200).body["results"]
        if not found:
            break
        seen += [one["id"] for one in found]
        last = seen[-1]

    assert len(seen) == len(set(seen)) == RECORDS


def test_partitions_by_id_divide_them_without_gaps(full: Api) -> None:
    """A full scan in parallel: each part of the ids has a cursor of its own."""
    numbers = full.service.portal.shelf("contacts").numbers
    cuts = [0, numbers[3999], numbers[7999], numbers[-1]]

    totals = []
    for low, high in itertools.pairwise(cuts):
        between = [
            {"propertyName": "hs_object_id", "operator": "GT", "value": low},
            {"propertyName": "hs_object_id", "operator": "LTE", "value": high},
        ]
        totals.append(full.search("contacts", filterGroups=[{"filters": between}]).body["total"])

    assert totals == [4000, 4000, 4000]
