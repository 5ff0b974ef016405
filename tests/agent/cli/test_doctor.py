"""`bbm doctor`: statuses outside the funnel, with how many records are in them."""

from dataclasses import replace

from agent.cli.doctor import _statuses
from bbm_core.records import RecordKind
from connectors.contract import StatusOption
from tests.agent.world import World


def said(world: World) -> str:
    with world.agent() as agent:
        health = agent.connector.check()
        lead = replace(health.kinds[RecordKind.LEAD], statuses=(StatusOption("Nobody", "Nobody"),))
        (finding,) = _statuses(agent, replace(health, kinds={RecordKind.LEAD: lead}))
    return finding.what


def test_a_status_without_records_is_told_from_one_not_read_yet(world: World) -> None:
    assert said(world).endswith("not read yet")

    world.lead()
    world.first_sync()

    assert said(world).endswith("0 records")
