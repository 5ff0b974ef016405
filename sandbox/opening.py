"""What a sandbox holds when it opens: a story, or somebody's own exports."""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import RLock
from typing import Literal

from sandbox.hubspot import plant as hubspot
from sandbox.hubspot.intake import HubSpotIntake
from sandbox.hubspot.service import HubSpotService
from sandbox.load import Intake, LoadReport, load, read_mapping
from sandbox.salesforce import plant as salesforce
from sandbox.salesforce.intake import SalesforceIntake
from sandbox.server import Sandbox
from sandbox.story import Story
from sandbox.wire import Answer, Request, Service

Crm = Literal["salesforce", "hubspot"]
OBJECTS: Mapping[Crm, tuple[str, ...]] = {
    "salesforce": SalesforceIntake.objects,
    "hubspot": HubSpotIntake.objects,
}


def open_with_story(sandbox: Sandbox, crm: Crm, story: Story) -> dict[str, object]:
    """Plant the story, let its future follow the clock, and tell its truth at `story`."""
    with _filling(sandbox):
        truth = _PLANTS[crm](sandbox, story)
    sandbox.admin.provide("story", lambda: truth)
    return truth


def open_with_files(
    sandbox: Sandbox, crm: Crm, files: Mapping[str, Path], mapping: Path
) -> LoadReport:
    """Load exports; the report stands at `load`.

    Raises:
        MappingRefused: mapping and files do not fit together; nothing was loaded.
    """
    plan = read_mapping(mapping, OBJECTS[crm])
    with _filling(sandbox):
        report = load(_INTAKES[crm](sandbox), files, plan)
    sandbox.admin.provide("load", report.as_row)
    return report


def record_counts(sandbox: Sandbox, crm: Crm) -> dict[str, int]:
    """How many records there are of each object."""
    rows = sandbox.salesforce.rows if crm == "salesforce" else sandbox.hubspot.rows
    return {name: len(rows(name)) for name in OBJECTS[crm]}


@contextmanager
def _filling(sandbox: Sandbox) -> Iterator[None]:
    """Keep the filling out of the ledger, and the collector from searching what only grows."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        with sandbox.ledger.muted():
            yield
    finally:
        if was_on:
            gc.enable()


def _plant_salesforce(sandbox: Sandbox, story: Story) -> dict[str, object]:
    return salesforce.plant(sandbox.salesforce, story)


def _plant_hubspot(sandbox: Sandbox, story: Story) -> dict[str, object]:
    """A portal has no lock of its own, so its requests and the story take turns here."""
    turn = RLock()
    sandbox.register("hubspot", _InTurn(HubSpotService(sandbox.hubspot), turn))
    return hubspot.plant(sandbox.hubspot, story, turn)


class _InTurn:
    """A service that answers while nothing else holds the lock."""

    def __init__(self, service: Service, turn: AbstractContextManager[object]) -> None:
        self._service = service
        self._turn = turn

    def handle(self, request: Request) -> Answer:
        with self._turn:
            return self._service.handle(request)


_PLANTS: Mapping[Crm, Callable[[Sandbox, Story], dict[str, object]]] = {
    "salesforce": _plant_salesforce,
    "hubspot": _plant_hubspot,
}
_INTAKES: Mapping[Crm, Callable[[Sandbox], Intake]] = {
    "salesforce": lambda sandbox: SalesforceIntake(sandbox.salesforce),
    "hubspot": lambda sandbox: HubSpotIntake(sandbox.hubspot),
}
