"""How the tests of reading pull from an org and put words into its mouth."""

import json
from collections.abc import Sequence
from typing import Any

from bbm_core.records import Page, RecordKind, RecordRef, Watermark
from connectors.salesforce.connector import SalesforceConnector
from sandbox.faults import Action, Fault
from tests.connectors.salesforce.org_world import SalesforceWorld

LEAD, DEAL = RecordKind.LEAD, RecordKind.OPPORTUNITY
ACCOUNT, CONTACT = RecordKind.ACCOUNT, RecordKind.CONTACT


def ready(world: SalesforceWorld, **settings: Any) -> SalesforceConnector:
    connector = world.connector(**settings)
    connector.prepare(world.fields_of(RecordKind.LEAD), apply=True)
    return connector


def pull(
    connector: SalesforceConnector, kind: RecordKind = LEAD, since: Watermark | None = None
) -> list[Page]:
    return list(connector.pull(kind, since))


def refs(pages: list[Page]) -> list[RecordRef]:
    return [record.ref for page in pages for record in page.records]


def one(connector: SalesforceConnector, ref: RecordRef) -> Any:
    return next(r for page in pull(connector, ref.kind) for r in page.records if r.ref == ref)


def say(world: SalesforceWorld, body: object, *, path: str = "/query", times: int = 1) -> None:
    """Answer the next queries with this body."""
    text = body if isinstance(body, str) else json.dumps(body)
    action = Action(status=200, body=text)
    world.sandbox.faults.add(
        Fault(action=action, service="salesforce", path_contains=path, times=times)
    )


def say_together(world: SalesforceWorld, *told: tuple[int, object]) -> None:
    """The answers of what is asked in one call, each with its status."""
    parts = [
        {"referenceId": f"q{number}", "httpStatusCode": status, "body": body}
        for number, (status, body) in enumerate(told)
    ]
    say(world, {"compositeResponse": parts}, path="/composite")


def answer(rows: Sequence[object], total: int | None = None) -> dict[str, object]:
    return {"records": rows, "totalSize": len(rows) if total is None else total, "done": True}
