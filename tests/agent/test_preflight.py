"""What is looked at before anything moves."""

from agent.preflight import Book, is_first, look, open_book, planned
from bbm_core.guard import Share
from bbm_core.icp.classify import Flag
from bbm_core.records import RecordKind
from tests.agent.world import World


def test_a_state_is_bound_to_the_first_org_it_meets(world: World) -> None:
    with world.agent() as agent:
        look(agent)

        assert agent.store.pinned_org() == "memory"


def test_an_empty_book_has_no_share_of_unknowns(world: World) -> None:
    with world.agent() as agent:
        assert open_book(agent) == Book({}, {})
        assert open_book(agent).unknown is None


def test_the_book_counts_what_is_known(world: World) -> None:
    world.lead()
    world.lead(None)
    world.first_sync()

    with world.agent() as agent:
        book = open_book(agent)

    assert book.flags == {(RecordKind.LEAD, Flag.YES): 1, (RecordKind.LEAD, Flag.UNKNOWN): 1}
    assert book.unknown == Share(1, 2)


def test_a_sync_is_the_first_until_one_has_written(world: World) -> None:
    world.lead()
    world.cycle(push=False)
    with world.agent() as agent:
        assert is_first(agent)
        assert planned(agent).size == 1

    world.first_sync()
    with world.agent() as agent:
        assert not is_first(agent)
        assert planned(agent).size == 0
