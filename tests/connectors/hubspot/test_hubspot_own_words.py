"""A company's industry and revenue go before what its contacts say of it in their own words."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from decimal import Decimal

import pytest

from bbm_core.judgement import inherited
from bbm_core.records import Record, RecordKind, RecordRef
from connectors.contract import KindReading, Reading, Severity
from connectors.hubspot.fields import NAMES
from sandbox.clock import SandboxClock
from sandbox.server import Sandbox
from tests.connectors.hubspot.portal_world import START, HubSpotWorld

CONTACT, ACCOUNT = RecordKind.CONTACT, RecordKind.ACCOUNT
BOTH = {"industry": "industry", "revenue": "annualrevenue", "country": "country"}
OWN = {
    "employed": {"industry": "Robots", "annualrevenue": "a lot", "country": "Japan"},
    "by label": {"industry": "computer  software", "annualrevenue": "12000"},
    "by value": {"industry": "WHOLESALE"},
    "in words": {"industry": "Robots", "annualrevenue": "a lot", "country": "Japan"},
    "silent": {"country": "Japan"},
}


def create(world: HubSpotWorld, kind: RecordKind, values: Mapping[str, str]) -> RecordRef:
    return RecordRef(kind, world.portal.create(NAMES[kind].object_type, values))


@pytest.fixture(scope="module")
def world() -> Iterator[HubSpotWorld]:
    with (
        Sandbox(clock=SandboxClock(START)) as sandbox,
        closing(HubSpotWorld(sandbox, kinds=(ACCOUNT, CONTACT))) as one,
    ):
        kinds = dict.fromkeys((ACCOUNT, CONTACT), KindReading(BOTH, {}))
        one.reading = Reading(kinds, START)
        yield one


@pytest.fixture(scope="module")
def read(world: HubSpotWorld) -> Mapping[str, Record]:
    company = create(world, ACCOUNT, {"industry": "MACHINERY", "annualrevenue": "900"})
    made = {name: create(world, CONTACT, values) for name, values in OWN.items()}
    world.portal.associate("contacts", made["employed"].id, "companies", company.id)
    world.settle()
    connector = world.connector()
    records = {
        record.ref: record
        for kind in (ACCOUNT, CONTACT)
        for page in connector.pull(kind, None)
        for record in page.records
    }
    assert {one.ref: one for one in connector.read(tuple(records))} == records
    return {name: records[ref] for name, ref in {**made, "company": company}.items()}


def test_where_there_is_a_company_its_choice_and_number_count(read: Mapping[str, Record]) -> None:
    employed = read["employed"]

    known = inherited(employed, read["company"].attributes)

    assert dict(employed.attributes) == {"country": "Japan"}
    assert known == {"industry": "MACHINERY", "revenue": Decimal(900), "country": "Japan"}


@pytest.mark.parametrize(
    ("name", "attributes"),
    [
        ("by label", {"industry": "COMPUTER_SOFTWARE", "revenue": Decimal(12_000)}),
        ("by value", {"industry": "WHOLESALE"}),
        ("in words", {"industry": "Robots", "country": "Japan"}),
        ("silent", {"country": "Japan"}),
    ],
)
def test_without_a_company_own_words_are_read_as_far_as_they_can_be(
    read: Mapping[str, Record], name: str, attributes: Mapping[str, object]
) -> None:
    assert dict(read[name].attributes) == attributes


@pytest.mark.usefixtures("read")
def test_the_look_names_what_falls_back_and_how_often(world: HubSpotWorld) -> None:
    connector = world.connector()
    found = [one for one in connector.check().problems if one.code == "BBM-HS-057"]

    assert [one.severity for one in found] == [Severity.NOTE] * 2
    assert [one.what.rpartition(";")[2] for one in found] == [
        " 3 contacts without one fall back to theirs.",
        " 2 contacts without one fall back to theirs.",
    ]
    assert [one for one in connector.check(brief=True).problems if one.code == "BBM-HS-057"] == []


def test_an_attribute_of_contacts_alone_is_theirs(
    world: HubSpotWorld, read: Mapping[str, Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = {ACCOUNT: KindReading({}, {}), CONTACT: KindReading({"industry": "industry"}, {})}
    monkeypatch.setattr(world, "reading", Reading(kinds, START))

    (record,) = world.connector().read((read["employed"].ref,))

    assert dict(record.attributes) == {"industry": "Robots"}
