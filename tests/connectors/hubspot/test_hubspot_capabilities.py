"""What a portal tells beside its records: owners, activities, rates, campaigns, contracts."""

from collections.abc import Iterator

import pytest

from connectors.capabilities import Capability, Person
from connectors.conformance_capabilities import CapabilityConformance
from connectors.errors import CapabilityAbsent, MalformedAnswer, Unavailable
from sandbox.clock import SandboxClock
from sandbox.faults import Fault
from sandbox.server import Sandbox
from tests.connectors.hubspot.capable_portal import CapablePortal
from tests.connectors.hubspot.portal_pulls import as_json, say
from tests.connectors.hubspot.portal_world import START


@pytest.fixture
def world() -> Iterator[CapablePortal]:
    with Sandbox(clock=SandboxClock(START)) as sandbox:
        one = CapablePortal(sandbox)
        yield one
        one.close()


class TestHubSpotCapabilities(CapabilityConformance):
    """All but the answers to campaigns, through the real client."""

    has = frozenset({Capability.PEOPLE, Capability.ACTIVITIES})
    tells_managers = False


# People


def test_owners_who_left_are_told_too_and_teams_by_the_first_one(world: CapablePortal) -> None:
    id_ = world.add_person("Aoi Sato", "Sales East")

    people = {one.id: one for one in world.capable().people()}

    assert people["534990"] == Person("534990", "Riku Mori")
    assert people[id_].team == "Sales East"
    assert people["534941"].team == "Inside sales"


def test_the_scope_that_is_missing_is_named_with_the_way_to_do_without(
    world: CapablePortal,
) -> None:
    world.lack(Capability.PEOPLE)

    with pytest.raises(CapabilityAbsent, match=r"no people.*crm\.objects\.owners\.read") as absent:
        world.capable().people()

    assert "crm.objects.owners.read" in absent.value.hint
    assert 'people = "never"' in absent.value.hint


def test_an_outage_is_no_absence(world: CapablePortal) -> None:
    world.inner.sandbox.faults.add(Fault(action="html_503", path_contains="/owners"))

    with pytest.raises(Unavailable):
        world.capable().people()


def test_people_cost_two_calls(world: CapablePortal) -> None:
    connector, before = world.capable(), world.inner.calls()

    connector.people()

    assert world.inner.calls() - before == 2


@pytest.mark.parametrize("id_", ["", "x", None])
def test_an_owner_without_an_id_is_no_owner(world: CapablePortal, id_: str | None) -> None:
    say(world.inner, "GET", "/owners", as_json({"results": [{"id": id_}]}))

    with pytest.raises(MalformedAnswer):
        world.capable().people()
