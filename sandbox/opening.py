"""What a sandbox holds when it opens: a story, or somebody's own exports.

What belongs to one CRM is imported when that CRM is asked for.
"""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import RLock
from typing import Literal

from sandbox.load import Intake, LoadReport, load, read_mapping
from sandbox.server import Sandbox
from sandbox.story import Story
from sandbox.wire import Answer, Request, Service

Crm = Literal["salesforce", "hubspot"]


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
    intake = _INTAKES[crm](sandbox)
    plan = read_mapping(mapping, intake.objects)
    with _filling(sandbox):
        report = load(intake, files, plan)
    sandbox.admin.provide("load", report.as_row)
    return report


def record_counts(sandbox: Sandbox, crm: Crm) -> dict[str, int]:
    """How many records there are of each object."""
    rows = sandbox.salesforce.rows if crm == "salesforce" else sandbox.hubspot.rows
    return {name: len(rows(name)) for name in _INTAKES[crm](sandbox).objects}


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
    from sandbox.salesforce.plant import plant  # noqa: PLC0415  see above

    return plant(sandbox.salesforce, story)


def _plant_hubspot(sandbox: Sandbox, story: Story) -> dict[str, object]:
    """A portal has no lock of its own, so its requests and the story take turns here."""
    from sandbox.hubspot.plant import plant  # noqa: PLC0415  see above
    from sandbox.hubspot.service import HubSpotService  # noqa: PLC0415  see above

    turn = RLock()
    sandbox.register("hubspot", _InTurn(HubSpotService(sandbox.hubspot), turn))
    return plant(sandbox.hubspot, story, turn)


class _InTurn:
    """A service that answers while nothing else holds the lock."""

    def __init__(self, service: Service, turn: AbstractContextManager[object]) -> None:
        self._service = service
        self._turn = turn

    def handle(self, request: Request) -> Answer:
        with self._turn:
            return self._service.handle(request)


def _salesforce_intake(sandbox: Sandbox) -> Intake:
    from sandbox.salesforce.intake import SalesforceIntake  # noqa: PLC0415  see above

    return SalesforceIntake(sandbox.salesforce)


def _hubspot_intake(sandbox: Sandbox) -> Intake:
    from sandbox.hubspot.intake import HubSpotIntake  # noqa: PLC0415  see above

    return HubSpotIntake(sandbox.hubspot)


_PLANTS: Mapping[Crm, Callable[[Sandbox, Story], dict[str, object]]] = {
    "salesforce": _plant_salesforce,
    "hubspot": _plant_hubspot,
}
_INTAKES: Mapping[Crm, Callable[[Sandbox], Intake]] = {
    "salesforce": _salesforce_intake,
    "hubspot": _hubspot_intake,
}
