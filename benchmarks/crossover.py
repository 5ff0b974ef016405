"""From how many records on the Bulk API takes fewer calls, for reading and for writing.

    nice python -m benchmarks.crossover --job-seconds 60

Counts the calls of the connector's own pulls and pushes in the sandbox's ledger, by the sandbox's
clock: pages of 2,000 with their history against jobs that take so many seconds.
"""

import argparse
from collections.abc import Callable

from bbm_core.records import FieldRole, RecordKind, RecordRef, Write
from connectors.salesforce.connector import SalesforceConnector
from sandbox.server import Sandbox
from tests.connectors.salesforce.org_world import SalesforceWorld

LEAD, NEVER = RecordKind.LEAD, 10**9
READS = (8_000, 16_000, 24_000, 28_000, 32_000)
WRITES = (1_000, 2_000, 2_500, 4_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--job-seconds", type=float, default=60.0)
    asked = parser.parse_args()
    with Sandbox() as sandbox:
        world = SalesforceWorld(sandbox, page_size=2000)
        bulk = sandbox.salesforce.bulk
        bulk.looks, bulk.seconds = 1000, asked.job_seconds
        world.narrow(LEAD, FieldRole.FLAG)
        sandbox.salesforce.history.track("Lead", ["Status"])
        _connector(world, NEVER).prepare(world.fields, apply=True)
        refs: list[RecordRef] = []
        print(f"{'records read':>14}{'pages':>8}{'a job':>8}")
        for count in READS:
            refs += _filled(world, count - len(refs))
            pages, job = (_calls(world, first, _pull) for first in (NEVER, 1))
            print(f"{count:>14,}{pages:>8}{job:>8}", flush=True)
        print(f"{'writes':>14}{'collections':>14}{'a job':>8}")
        for count in WRITES:
            push = _push(refs[:count])
            collections, job = (_calls(world, first, push) for first in (NEVER, 1))
            print(f"{count:>14,}{collections:>14}{job:>8}", flush=True)


def _connector(world: SalesforceWorld, first: int) -> SalesforceConnector:
    return world.connector(bulk_query_from=first, bulk_write_from=first)


def _filled(world: SalesforceWorld, count: int) -> list[RecordRef]:
    with world.sandbox.ledger.muted():
        made = [world.create(LEAD, "Software") for _ in range(count)]
        world.wait(1)
        for ref in made[::2]:
            world.update(ref, Status="Working - Contacted")
        world.settle()
    return made


def _calls(world: SalesforceWorld, first: int, ask: Callable[[SalesforceConnector], object]) -> int:
    connector = _connector(world, first)
    connector.check(brief=True)
    before = world.calls()
    ask(connector)
    return world.calls() - before


def _pull(connector: SalesforceConnector) -> None:
    for _ in connector.pull(LEAD, None):
        pass


def _push(refs: list[RecordRef]) -> Callable[[SalesforceConnector], None]:
    def push(connector: SalesforceConnector) -> None:
        for _ in connector.push([Write(ref, {FieldRole.FLAG: "icp"}) for ref in refs]):
            pass

    return push


if __name__ == "__main__":
    main()
