"""A published definition is never a balance alert, also not while an incident is open."""

from datetime import UTC, datetime

from agent.cycle import Order, run_cycle
from agent.publishing import Signature, publish
from agent.store import AlertRow
from agent.tell import standings
from agent.whatif import propose
from bbm_core.icp.profile import Profile
from bbm_core.icp.versions import Act
from tests.agent.world import FITTING, World, profile

SIGNED = Signature(datetime(2026, 1, 1, tzinfo=UTC), "Sato", "a wider market")


def put_in_force(world: World, *wanted: str) -> None:
    """Publish another profile, and sync."""
    with world.agent() as agent:
        books = agent.books
        old = books.rules.classifier.profiles
        new = (Profile.model_validate(profile(*wanted)),)
        publish(books, new, propose(books, old, new), Act.PUBLISHED, SIGNED)
        run_cycle(agent, Order("test"))


def alerts(world: World) -> list[AlertRow]:
    with world.agent() as agent:
        return list(agent.store.alerts())


def test_a_publication_in_a_healthy_company_tells_nothing(world: World) -> None:
    world.crm.page_size = 500
    world.weeks(31, fits=15, others=15)
    world.first_sync()

    put_in_force(world, FITTING, "Retail")

    assert alerts(world) == []


def test_an_open_incident_takes_the_band_of_the_new_definition(world: World) -> None:
    world.drift()
    with world.agent() as agent:
        (before,) = standings(agent.store).values()

    put_in_force(world, "Mining")

    assert len(alerts(world)) <= 2  # opened, and at most the recovery; nothing got worse
    assert not [row for row in alerts(world) if "worsened" in row.transition]
    with world.agent() as agent:
        after = [one.band for one in standings(agent.store).values()]
    assert before.band not in after


def test_the_same_definition_leaves_an_incident_alone(world: World) -> None:
    world.drift()
    with world.agent() as agent:
        before = standings(agent.store)

    world.cycle()

    with world.agent() as agent:
        assert standings(agent.store) == before
