"""Which definition a run takes up, and what it notes when it was delivered."""

import pytest

from agent.adoption import settle, take_up
from agent.publishing import Signature, publish
from agent.whatif import propose
from bbm_core.icp.profile import Profile, profiles_version
from bbm_core.icp.versions import Act, Source
from tests.agent.world import FITTING, OTHER, World, profile


@pytest.mark.parametrize("edited", [False, True])
def test_what_is_published_while_a_run_works_is_not_lost(world: World, edited: bool) -> None:
    world.lead()
    world.first_sync()
    wide = (Profile.model_validate(profile(FITTING, OTHER)),)
    if edited:
        world.values["icp"]["profiles"][0]["criteria"][0]["in"] = [OTHER]

    with world.agent() as agent:
        force = take_up(agent)
        books = agent.books
        proposal = propose(books, agent.rules.classifier.profiles, wide)
        signed = Signature(books.clock.now(), "Sato", "because")
        publish(books, wide, proposal, Act.PUBLISHED, signed)
        settle(agent, force, run=2)
        after = take_up(agent)

    assert (after.version, after.source) == (profiles_version(wide), Source.PUBLICATION)
    with world.agent() as agent:
        assert agent.store.agreed() is not None
