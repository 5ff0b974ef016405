"""What a pull asks for in one call, and what it makes of answers that are wrong by themselves."""

from collections.abc import Sequence
from urllib.parse import quote

import pytest

from connectors.errors import MalformedAnswer, Unavailable
from connectors.salesforce import soql
from connectors.salesforce.connector import SalesforceConnector
from connectors.salesforce.pull import READ_AT_ONCE
from connectors.salesforce.session import QUERIES_AT_ONCE
from tests.connectors.salesforce.org_pulls import LEAD, answer, pull, refs, say_together
from tests.connectors.salesforce.org_world import SalesforceWorld

TOO_SLOW = [{"errorCode": "QUERY_TIMEOUT", "message": "Your query request was running too long."}]


@pytest.fixture
def connector(world: SalesforceWorld) -> SalesforceConnector:
    """Reads attributes alone, so that no fields have to be made."""
    return world.connector(roles=())


def test_a_next_page_that_runs_too_long_is_asked_for_half_the_time(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    created = [world.create(LEAD, "Software") for _ in range(15)]
    world.settle()
    say_together(world, (200, answer([], total=15)), (400, TOO_SLOW))

    assert refs(pull(connector)) == created
    assert world.sandbox.faults.left() == ()


def test_a_count_that_runs_too_long_is_a_count_of_many(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    created = [world.create(LEAD, "Software") for _ in range(15)]
    world.settle()
    say_together(world, (400, TOO_SLOW), (200, answer([])))

    assert set(refs(pull(connector))) == set(created)
    assert world.sandbox.ledger.requests(path_contains="/jobs/query")


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ((200, {"records": []}), MalformedAnswer),
        ((500, [{"errorCode": "UNKNOWN_EXCEPTION", "message": "sorry"}]), Unavailable),
    ],
    ids=["no page", "trouble"],
)
def test_what_is_wrong_with_the_next_page_is_told_behind_this_one(
    world: SalesforceWorld,
    connector: SalesforceConnector,
    told: tuple[int, object],
    wrong: type[Exception],
) -> None:
    created = [world.create(LEAD, "Software") for _ in range(15)]
    world.settle()
    say_together(world, (200, answer([], total=15)), told)
    pages = connector.pull(LEAD, None)

    first = next(pages)
    with pytest.raises(wrong):
        next(pages)

    assert refs([first]) == created[:7]
    assert refs(pull(connector, since=first.watermark)) == created[7:]


def test_the_next_page_comes_in_the_same_call_as_the_past_of_this_one(
    world: SalesforceWorld, connector: SalesforceConnector
) -> None:
    created = [world.create(LEAD, "Software") for _ in range(20)]
    world.wait(3600)
    for ref in created:
        world.update(ref, Status="Working - Contacted")
    world.settle()
    whole = pull(world.connector(roles=(), page_size=50))
    connector.check(brief=True)
    began = world.sandbox.ledger.last_seq()

    pages = pull(connector)

    asked = world.sandbox.ledger.requests(service="salesforce", since=began)
    assert [_objects([*one.parts, one.query]) for one in asked] == [
        ["Lead"],
        ["LeadHistory", "Lead", "Lead"],  # the past of the first page, the count, the next page
        ["LeadHistory", "Lead"],
        ["LeadHistory"],
    ]
    assert [record for page in pages for record in page.records] == list(whole[0].records)


def test_the_past_of_a_whole_page_leaves_room_for_the_next_page() -> None:
    chunks = list(soql.chunks(["00Q000000000001EAA"] * READ_AT_ONCE))
    query = soql.field_history("LeadHistory", "LeadId", ("Status", "leadConverted"), chunks[0])

    assert len(chunks) < QUERIES_AT_ONCE
    assert len(quote(query, safe="',")) < soql.LONGEST_ADDRESS


def _objects(queries: Sequence[str]) -> list[str]:
    """What each of these queries asks for."""
    return [query.partition(" FROM ")[2].split()[0] for query in queries if query]
