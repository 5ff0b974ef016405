"""HubSpot's own tier and target account: filled where nobody else did, and never over them."""

from collections.abc import Iterator, Mapping
from contextlib import closing

import pytest

from bbm_core.records import Answer, FieldRole, Filled, RecordKind, RecordRef, Write
from connectors.contract import Severity
from connectors.errors import MalformedAnswer
from connectors.hubspot.natives import AT_ONCE, TARGET, TIER
from sandbox.clock import SandboxClock
from sandbox.faults import Action, Fault
from sandbox.server import Sandbox
from tests.connectors.hubspot.portal_world import START, HubSpotWorld

COMPANY = RecordKind.ACCOUNT
ICP = {FieldRole.FLAG: "icp", FieldRole.TIER: "B"}
NOT = {FieldRole.FLAG: "not_icp", FieldRole.TIER: "C"}


@pytest.fixture(scope="module")
def opened() -> Iterator[HubSpotWorld]:
    with (
        Sandbox(clock=SandboxClock(START)) as sandbox,
        closing(HubSpotWorld(sandbox, kinds=(COMPANY,))) as world,
    ):
        world.connector().prepare(world.fields, apply=True)
        yield world


@pytest.fixture
def company(opened: HubSpotWorld) -> RecordRef:
    return opened.create(COMPANY, "Software")


def judged(
    world: HubSpotWorld, ref: RecordRef, values: Mapping[FieldRole, str], *, fill: bool = True
) -> tuple[str, str]:
    """HubSpot's two fields after we wrote ours."""
    world.settle()
    (receipt,) = world.connector(fill_native=fill).push([Write(ref, values)])
    assert receipt.answer is Answer.APPLIED
    held = world.portal.get("companies", ref.id)
    return held.get(TIER, ""), held.get(TARGET, "")


def by_hand(world: HubSpotWorld, ref: RecordRef, **values: str) -> None:
    world.settle()
    world.portal.update("companies", ref.id, values, by="haruka")


def test_nothing_is_filled_unless_it_was_asked_for(
    opened: HubSpotWorld, company: RecordRef
) -> None:
    assert judged(opened, company, ICP, fill=False) == ("", "")


@pytest.mark.parametrize(("tier", "native"), [("A", "tier_1"), ("B", "tier_2"), ("D", "tier_3")])
def test_a_company_that_fits_gets_its_tier(
    opened: HubSpotWorld, company: RecordRef, tier: str, native: str
) -> None:
    assert judged(opened, company, {**ICP, FieldRole.TIER: tier}) == (native, "true")


def test_a_company_that_does_not_fit_is_left_empty(
    opened: HubSpotWorld, company: RecordRef
) -> None:
    assert judged(opened, company, NOT) == ("", "")


def test_what_we_filled_is_ours_to_change(opened: HubSpotWorld, company: RecordRef) -> None:
    judged(opened, company, ICP)

    assert judged(opened, company, NOT) == ("", "false")
    assert judged(opened, company, {**ICP, FieldRole.TIER: "A"}) == ("tier_1", "true")


def test_a_change_of_the_tier_alone_follows(opened: HubSpotWorld, company: RecordRef) -> None:
    judged(opened, company, ICP)

    assert judged(opened, company, {FieldRole.TIER: "C"}) == ("tier_3", "true")


def test_what_a_person_filled_in_stays(opened: HubSpotWorld, company: RecordRef) -> None:
    by_hand(opened, company, **{TIER: "tier_3", TARGET: "false"})

    assert judged(opened, company, ICP) == ("tier_3", "false")


def test_what_a_person_changed_after_us_stays(opened: HubSpotWorld, company: RecordRef) -> None:
    judged(opened, company, ICP)
    by_hand(opened, company, **{TIER: "tier_1"})

    assert judged(opened, company, NOT) == ("tier_1", "false")


def test_what_a_person_emptied_stays_empty(opened: HubSpotWorld, company: RecordRef) -> None:
    judged(opened, company, ICP)
    by_hand(opened, company, **{TIER: ""})

    assert judged(opened, company, {**ICP, FieldRole.TIER: "A"}) == ("", "true")


def test_what_another_app_filled_stays(opened: HubSpotWorld, company: RecordRef) -> None:
    opened.portal.update("companies", company.id, {TIER: "tier_3"}, by="AUTOMATION_PLATFORM")

    assert judged(opened, company, ICP) == ("tier_3", "true")


def test_what_we_filled_follows_a_person_who_changes_our_flag(
    opened: HubSpotWorld, company: RecordRef
) -> None:
    judged(opened, company, ICP)
    by_hand(opened, company, bbm_icp="not_icp")

    assert judged(opened, company, {FieldRole.REASON: "By a person."}) == ("", "false")


@pytest.mark.parametrize("source", ["IMPORT", "AUTOMATION_PLATFORM"])
def test_what_came_in_together_with_our_flag_stays(
    opened: HubSpotWorld, company: RecordRef, source: str
) -> None:
    values = {"bbm_icp": "not_icp", TIER: "tier_3", TARGET: "false"}
    opened.portal.update("companies", company.id, values, by=source)

    assert judged(opened, company, ICP) == ("tier_3", "false")


def test_a_receipt_names_what_was_filled_and_what_was_there(
    opened: HubSpotWorld, company: RecordRef
) -> None:
    judged(opened, company, ICP)

    (receipt,) = opened.connector(fill_native=True).push([Write(company, NOT)])

    assert receipt.filled == (Filled(TIER, "tier_2", ""), Filled(TARGET, "true", "false"))


def test_more_companies_are_filled_at_once_than_one_call_tells_histories_of(
    opened: HubSpotWorld,
) -> None:
    many = [opened.create(COMPANY, "Software") for _ in range(AT_ONCE + 1)]

    found = list(opened.connector(fill_native=True).push([Write(ref, ICP) for ref in many]))

    assert {one.answer for one in found} == {Answer.APPLIED}
    held = [opened.portal.get("companies", ref.id) for ref in many]
    assert {(one[TIER], one[TARGET]) for one in held} == {("tier_2", "true")}


def test_a_portal_whose_options_are_gone_is_not_written_to(
    opened: HubSpotWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.hubspot.natives.TIERS", {"A": "tier_9"})

    found = {one.code: one for one in opened.connector(fill_native=True).check().problems}

    assert "tier_9" in found["BBM-HS-056"].what


def test_filling_without_writing_our_flag_of_companies_is_a_warning(opened: HubSpotWorld) -> None:
    silent = opened.connector(fill_native=True, roles=[FieldRole.SCORE])

    found = {one.code: one for one in silent.check().problems}

    assert found["BBM-HS-056"].severity is Severity.WARNING
    assert "fills nothing" in found["BBM-HS-056"].what
    assert "BBM-HS-056" not in {p.code for p in opened.connector(fill_native=True).check().problems}


@pytest.mark.parametrize("history", ['"x"', '{"bbm_icp": 5}', '{"bbm_icp": [5]}'])
def test_a_history_of_another_shape_is_malformed_and_nothing_is_written(
    opened: HubSpotWorld, company: RecordRef, history: str
) -> None:
    row = f'{{"id": "{company.id}", "properties": {{}}, "propertiesWithHistory": {history}}}'
    action = Action(status=200, body=f'{{"results": [{row}]}}')
    opened.sandbox.faults.add(Fault(action=action, path_contains="/companies/batch/read"))

    with pytest.raises(MalformedAnswer):
        judged(opened, company, ICP)

    assert "bbm_icp" not in opened.portal.get("companies", company.id)
