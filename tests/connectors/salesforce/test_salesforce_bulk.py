"""Pulls by bulk jobs: what they bring, how they go on after a death, and what goes wrong."""

import tempfile
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bbm_core.records import FieldRole, Page, Record, RecordKind, RecordRef, Removal, Watermark
from connectors.contract import KindReading, Reading
from connectors.errors import (
    BudgetSpent,
    MalformedAnswer,
    RequestRefused,
    Unavailable,
    Unfinished,
)
from connectors.salesforce import bulk, soql
from connectors.salesforce import jobs as jobs_room
from connectors.salesforce.connector import SalesforceConnector
from sandbox.faults import Action, Fault
from sandbox.server import Sandbox
from tests.connectors.salesforce.org_world import SalesforceWorld

LEAD, DEAL = RecordKind.LEAD, RecordKind.OPPORTUNITY


@pytest.fixture(scope="module")
def full() -> Iterator[SalesforceWorld]:
    """Forty leads and ten opportunities with a past, which no test changes."""
    with Sandbox() as sandbox:
        world = SalesforceWorld(sandbox, bulk_query_from=20)
        world.org.history.track("Lead", ["Status"])
        _fill(world)
        world.settle()
        yield world
        world.close()


@pytest.fixture
def world(full: SalesforceWorld) -> Iterator[SalesforceWorld]:
    yield full
    full.sandbox.faults.clear()
    full.org.bulk.failing, full.org.bulk.lost_rows, full.org.bulk.looks = "", 0, 2
    full.org.usage.others["DailyBulkV2QueryJobs"] = 10_000


def _fill(world: SalesforceWorld) -> None:
    for number in range(40):
        values = {"Title": "取締役,\n会長", "AnnualRevenue": 1.5}
        ref = world.create(LEAD, "Software", LastName=f'佐藤 "{number}"\x00', **values)
        world.wait(1)
        if number % 3 == 0:
            world.update(ref, Status="Working - Contacted", NumberOfEmployees=number)
        if number % 10 == 0:
            world.wait(60)
            world.convert(ref)
    for number in range(10):
        ref = world.create(DEAL, "now", Amount=1000 + number)
        world.wait(1)
        world.update(ref, StageName="Closed Won" if number % 2 else "Negotiation/Review")


def connector(world: SalesforceWorld, **settings: Any) -> SalesforceConnector:
    return world.connector(roles=(), **settings)


def pull(one: SalesforceConnector, kind: RecordKind = LEAD, since: Any = None) -> list[Page]:
    return list(one.pull(kind, since))


def book(pages: list[Page]) -> dict[RecordRef, Record]:
    return {record.ref: record for page in pages for record in page.records}


def refs(pages: list[Page]) -> list[RecordRef]:
    return [record.ref for page in pages for record in page.records]


def jobs(world: SalesforceWorld, since: int, method: str = "POST") -> list[str]:
    asked = world.sandbox.ledger.requests(method=method, path_contains="/jobs/", since=since)
    return [one.path for one in asked]


@pytest.mark.parametrize("kind", [LEAD, DEAL])
def test_a_job_brings_what_pages_bring(world: SalesforceWorld, kind: RecordKind) -> None:
    by_pages = book(pull(connector(world, bulk_query_from=1000), kind))
    began = world.sandbox.ledger.last_seq()

    by_job = book(pull(connector(world, bulk_query_from=1), kind))

    assert by_job == by_pages
    assert len(jobs(world, began)) == 2  # the records and their history
    assert {len(record.statuses) for record in by_job.values()} >= {2}


def test_the_past_of_a_page_costs_one_call(
    world: SalesforceWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = book(pull(connector(world, bulk_query_from=1000), DEAL))
    monkeypatch.setattr(soql, "chunks", _by_two)
    began = world.sandbox.ledger.last_seq()

    pages = pull(connector(world, bulk_query_from=1000, page_size=50), DEAL)

    asked = world.sandbox.ledger.requests(service="salesforce", since=began)
    assert book(pages) == whole
    assert [one.path.rpartition("/")[2] for one in asked].count("composite") == 1


def test_a_past_that_is_refused_is_an_error(
    world: SalesforceWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soql, "chunks", _by_two)
    part = '{"httpStatusCode":400,"referenceId":"q%d","body":[{"errorCode":"%s","message":"no"}]}'
    parts = ",".join(part % (number, "MALFORMED_QUERY") for number in range(5))
    action = Action(status=200, body=f'{{"compositeResponse":[{parts}]}}')
    world.sandbox.faults.add(Fault(action=action, path_contains="/composite"))

    with pytest.raises(RequestRefused, match="MALFORMED_QUERY"):
        pull(connector(world, bulk_query_from=1000, page_size=50), DEAL)


def _by_two(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + 2] for start in range(0, len(ids), 2))


def test_few_records_need_no_job(world: SalesforceWorld) -> None:
    began = world.sandbox.ledger.last_seq()

    pages = pull(connector(world, bulk_query_from=41))

    assert len(refs(pages)) == 40
    assert not jobs(world, began)


def test_texts_of_any_language_come_whole(world: SalesforceWorld) -> None:
    names = {record.name for record in book(pull(connector(world))).values()}

    assert names == {f'佐藤 "{number}"' for number in range(40)}


def test_a_disk_without_room_is_told(world: SalesforceWorld, monkeypatch: Any) -> None:
    full = Path("/dev/full").open("w+b")  # noqa: SIM115  the transport closes it
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda: full)

    with pytest.raises(Unfinished, match=r"no room .*No space left"):
        pull(connector(world))


def test_of_long_texts_fewer_records_are_taken(world: SalesforceWorld, monkeypatch: Any) -> None:
    monkeypatch.setattr(bulk, "_BYTES_AT_ONCE", 600)

    pages = pull(connector(world))

    assert len(refs(pages)) == 40
    assert max(len(page.records) for page in pages) == 3


def test_jobs_are_forgotten_when_their_table_was_brought(world: SalesforceWorld) -> None:
    began = world.sandbox.ledger.last_seq()

    pull(connector(world))

    assert len(jobs(world, began, "DELETE")) == 2


def test_whoever_comes_after_a_death_goes_on_with_the_same_job(
    world: SalesforceWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_room, "_ROWS_AT_ONCE", range(15, 16))  # three parts
    began = world.sandbox.ledger.last_seq()
    kept: list[Page] = []
    since: Watermark | None = None

    for _ in range(40):  # one page of each pull is kept, as if each process died after it
        page = next(iter(connector(world).pull(LEAD, since)))
        kept.append(page)
        since = page.watermark
        if len(refs(kept)) == 40:
            break

    assert sorted(set(refs(kept))) == sorted(refs(kept))
    assert len(jobs(world, began)) == 2
    rest = pull(connector(world), LEAD, since)
    assert not refs(rest)
    assert "bulk" not in rest[-1].watermark


def test_a_death_while_the_job_is_at_work_costs_no_second_job(world: SalesforceWorld) -> None:
    began = world.sandbox.ledger.last_seq()
    first = next(iter(connector(world).pull(LEAD, None)))

    pages = pull(connector(world), LEAD, first.watermark)

    assert not first.records
    assert len(refs(pages)) == 40
    assert len(jobs(world, began)) == 2


@pytest.mark.parametrize("how", ["dropped", "other version"])
def test_a_table_that_is_gone_is_read_anew(world: SalesforceWorld, how: str) -> None:
    first = connector(world)
    pages = first.pull(LEAD, None)
    kept = [next(pages), next(pages)]
    if how == "dropped":
        path = "/jobs/query/"
        gone = Action(status=404, body='[{"errorCode":"NOT_FOUND","message":"no"}]')
        world.sandbox.faults.add(Fault(action=gone, path_contains=path))
    later = connector(world, api_version="65.0" if how == "other version" else "66.0")

    rest = pull(later, LEAD, kept[-1].watermark)

    assert len(set(refs(rest))) == len(refs(rest)) == 40


def test_a_history_that_is_gone_is_asked_for_again(world: SalesforceWorld) -> None:
    whole = book(pull(connector(world)))
    pages = connector(world).pull(LEAD, None)
    kept = [next(pages), next(pages)]
    gone = Action(status=404, body='[{"errorCode":"NOT_FOUND","message":"no"}]')
    world.sandbox.faults.add(Fault(action=gone, path_contains="/jobs/query/", method="GET", skip=1))

    rest = pull(connector(world), LEAD, kept[-1].watermark)

    assert book([*kept, *rest]) == whole
    assert len(refs(rest)) == 33


def test_a_row_that_is_missing_is_an_error_before_any_row_is_kept(world: SalesforceWorld) -> None:
    world.org.bulk.lost_rows = 1
    brought: list[Page] = []

    with pytest.raises(MalformedAnswer, match=r"brought \d+ of \d+ rows"):
        brought.extend(connector(world, bulk_query_from=1).pull(LEAD, None))

    assert not refs(brought)


def test_a_failed_job_says_why(world: SalesforceWorld) -> None:
    world.org.bulk.failing = "QUERY_TIMEOUT : too long"

    with pytest.raises(Unavailable, match=r"Failed \(QUERY_TIMEOUT : too long\)"):
        pull(connector(world))


def test_a_job_that_failed_is_not_looked_at_again_by_the_next_run(world: SalesforceWorld) -> None:
    world.org.bulk.failing = "InternalServerError : once"
    mark = _mark_of_a_failure(world)
    world.org.bulk.failing = ""

    assert len(refs(pull(connector(world), LEAD, mark))) == 40


def test_after_a_job_that_bulk_cannot_do_fewer_than_the_limit_are_read_by_pages(
    world: SalesforceWorld,
) -> None:
    world.org.bulk.failing = "FUNCTIONALITY_NOT_ENABLED: not supported in Bulk Query"
    mark = _mark_of_a_failure(world)
    began = world.sandbox.ledger.last_seq()

    pages = pull(connector(world, bulk_query_from=41), LEAD, mark)

    assert len(refs(pages)) == 40
    assert not jobs(world, began)


@pytest.mark.parametrize("count", [39, 41])
def test_a_table_that_its_job_counts_otherwise_is_made_anew(
    world: SalesforceWorld, count: int
) -> None:
    world.org.bulk.looks = 0
    said = f'{{"state":"JobComplete","numberRecordsProcessed":{count}}}'
    action = Action(status=200, body=said)
    world.sandbox.faults.add(Fault(action=action, method="GET", path_contains="/jobs/query/75"))
    kept: list[Page] = []

    with pytest.raises(Unfinished, match=f"brought 40 of {count} rows"):
        kept.extend(connector(world).pull(LEAD, None))

    assert len(refs(pull(connector(world), LEAD, kept[-1].watermark))) == 40


def test_a_history_that_its_job_counts_otherwise_is_no_history(world: SalesforceWorld) -> None:
    world.org.bulk.looks = 0
    said = Action(status=200, body='{"state":"JobComplete","numberRecordsProcessed":1}')
    path = "/jobs/query/75"
    world.sandbox.faults.add(Fault(action=said, method="GET", path_contains=path, skip=1))

    with pytest.raises(Unfinished, match=r"brought \d+ of 1 rows"):
        pull(connector(world))


def test_a_table_whose_parts_do_not_go_on_is_made_anew(
    world: SalesforceWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_room, "_ROWS_AT_ONCE", range(3, 4))
    headers = {"Sforce-Locator": "Mw", "Sforce-NumberOfRecords": "0"}
    empty = Action(status=200, content_type="text/csv", headers=headers)
    fault = Fault(action=empty, query_contains="Mw", path_contains="/results")
    world.sandbox.faults.add(fault)
    kept: list[Page] = []

    with pytest.raises(Unfinished, match="does not go on"):
        kept.extend(connector(world).pull(LEAD, None))

    assert len(refs(pull(connector(world), LEAD, kept[-1].watermark))) == 40


def test_a_table_of_other_fields_than_are_read_now_is_made_anew(world: SalesforceWorld) -> None:
    pages = connector(world).pull(LEAD, None)
    kept = [next(pages), next(pages)]
    attributes = {"industry": "Industry", "title": "Title"}
    kinds = {LEAD: KindReading(attributes=attributes, written={})}
    later = Reading(kinds, world.reading.history_since)

    rest = pull(world.connector(reading=later), LEAD, kept[-1].watermark)

    assert len({record.ref for page in rest for record in page.records if record.attributes}) == 40
    assert {record.attributes.get("title") for record in book(rest).values()} == {"取締役,\n会長"}


def _mark_of_a_failure(world: SalesforceWorld) -> Watermark:
    kept: list[Page] = []
    with pytest.raises((Unfinished, RequestRefused)):
        kept.extend(connector(world).pull(LEAD, None))
    return kept[-1].watermark


def test_what_bulk_cannot_do_is_refused_and_not_tried_again(world: SalesforceWorld) -> None:
    world.org.bulk.failing = "FUNCTIONALITY_NOT_ENABLED: not supported in Bulk Query"

    with pytest.raises(RequestRefused, match="does not do this by Bulk") as caught:
        pull(connector(world))

    assert "bulk_query_from" in caught.value.hint


def test_the_daily_number_of_jobs_ends_the_run(world: SalesforceWorld) -> None:
    world.org.usage.others["DailyBulkV2QueryJobs"] = 0

    with pytest.raises(BudgetSpent, match="Max bulk v2 query jobs"):
        pull(connector(world))


def test_a_job_that_takes_too_long_is_left(world: SalesforceWorld) -> None:
    world.org.bulk.looks, world.org.bulk.seconds = 1000, 10**6
    before = world.now()

    with pytest.raises(Unavailable, match="not done after 2 minutes"):
        pull(connector(world, bulk_minutes=2))

    world.org.bulk.seconds = 10.0
    assert timedelta(minutes=2) <= world.now() - before < timedelta(minutes=3)


def test_many_changes_since_the_last_pull_come_by_a_job_with_the_deleted(
    world: SalesforceWorld,
) -> None:
    with Sandbox() as sandbox:
        own = SalesforceWorld(sandbox, bulk_query_from=10)
        mine = [own.create(LEAD, "Software") for _ in range(12)]
        own.settle()
        mark = pull(connector(own))[-1].watermark
        own.rest()
        for ref in mine:
            own.edit(ref, "Logistics")
        own.delete(mine[0])
        own.merge(mine[1], mine[2])
        own.settle()

        pages = pull(connector(own), LEAD, mark)
        own.close()

    removed = [removal for page in pages for removal in page.removed]
    assert sorted(removed, key=lambda one: one.ref) == [
        Removal(mine[0]),
        Removal(mine[1], mine[2]),
    ]
    assert sorted(refs(pages)) == mine[2:]


def test_our_fields_are_typed_as_rest_types_them(world: SalesforceWorld) -> None:
    with Sandbox() as sandbox:
        own = SalesforceWorld(sandbox)
        own.connector().prepare(own.fields_of(LEAD), apply=True)
        for number in range(8):
            own.create(LEAD, "Software", BBM_Score__c=number, BBM_Scored_At__c=own.now())
        own.settle()

        by_job = book(pull(own.connector(bulk_query_from=1)))
        by_pages = book(pull(own.connector()))
        own.close()

    assert by_job == by_pages
    assert {type(one.written[FieldRole.SCORE]) for one in by_job.values()} == {int}
