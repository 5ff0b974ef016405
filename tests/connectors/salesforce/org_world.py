"""The world of Salesforce: a sandbox org behind TLS and a proxy, reached by the real client."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bbm_core.records import (
    Answer,
    Choice,
    FieldRole,
    FieldSpec,
    FieldType,
    RecordKind,
    RecordRef,
)
from connectors.conformance import Trouble, Verb
from connectors.contract import KindReading, Ports, Reading
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.connector import SalesforceConnector, build
from connectors.salesforce.fields import DEFAULT_NAMES, OBJECTS
from sandbox.faults import Action, Fault
from sandbox.salesforce.apps import AGENT_APP
from sandbox.server import Sandbox

URL = "https://kaede.my.salesforce.com"
INDUSTRY = {
    RecordKind.ACCOUNT: "Industry",
    RecordKind.LEAD: "Industry",
    RecordKind.CONTACT: "Department",  # contacts have no industry of their own
    RecordKind.OPPORTUNITY: "NextStep",  # nor have opportunities
}
_SPECS: Mapping[FieldRole, tuple[FieldType, tuple[str, ...]]] = {
    FieldRole.FLAG: (FieldType.CHOICE, ("icp", "not_icp", "unknown")),
    FieldRole.SCORE: (FieldType.NUMBER, ()),
    FieldRole.TIER: (FieldType.CHOICE, ("A", "B", "C", "D")),
    FieldRole.REASON: (FieldType.TEXT, ()),
    FieldRole.MISSING: (FieldType.TEXT, ()),
    FieldRole.COVERAGE: (FieldType.PERCENT, ()),
    FieldRole.VERSION: (FieldType.TEXT, ()),
    FieldRole.SCORED_AT: (FieldType.DATETIME, ()),
    FieldRole.OVERRIDE: (FieldType.CHOICE, ("icp", "not_icp")),
    FieldRole.OVERRIDE_REASON: (FieldType.TEXT, ()),
    FieldRole.OVERRIDE_UNTIL: (FieldType.DATE, ()),
}
_PATHS = {
    Verb.CHECK: ("GET", "/limits"),
    Verb.PREPARE: ("GET", "/describe"),
    Verb.RETIRE: ("GET", "/tooling/query"),
    Verb.PULL: ("", "/services/data/"),  # pages come by themselves, or with other questions
    Verb.READ: ("POST", "/composite/sobjects/"),
    Verb.PUSH: ("PATCH", "/composite/sobjects"),
}
_FAULTS = {
    Trouble.DOWN: "html_503",
    Trouble.NO_ANSWER: "reset_before",
    Trouble.LOST_ANSWER: "reset_after",
    Trouble.HTML: "html_200_after",
    Trouble.EMPTY: "empty_200",
    Trouble.CUT: "truncated",
    Trouble.THROTTLED: "rate_limited",
    Trouble.EXPIRED: "expired",
}


def spec(kind: RecordKind, role: FieldRole) -> FieldSpec:
    type_, options = _SPECS[role]
    choices = tuple(Choice(option, option) for option in options)
    return FieldSpec(kind, role, DEFAULT_NAMES[role], type_, f"BBM {role}", "Set by BBM.", choices)


class SalesforceWorld:
    """An org in the sandbox, whose clock only tests move."""

    def __init__(self, sandbox: Sandbox, **settings: Any) -> None:
        self._settings = settings
        self.sandbox = sandbox
        self.org = sandbox.salesforce
        self.fields = tuple(spec(kind, role) for kind in RecordKind for role in FieldRole)
        self.reading = self.reading_of(tuple(FieldRole))
        self.reserved: list[int] = []
        self.used: list[tuple[int, int]] = []
        self._connectors: list[SalesforceConnector] = []

    def connector(
        self,
        *,
        reserve: Callable[[int], None] | None = None,
        roles: Sequence[FieldRole] | None = None,
        reading: Reading | None = None,
        **settings: Any,
    ) -> SalesforceConnector:
        wanted = self.reading if roles is None else self.reading_of(roles)
        ports = self.ports(reserve or self.reserved.append)
        connector = build(self.config(**settings), reading or wanted, ports)
        self._connectors.append(connector)
        return connector

    def narrow(self, kind: RecordKind, role: FieldRole) -> None:
        """Have one field of ours, which is soon made."""
        self.fields = tuple(one for one in self.fields_of(kind) if one.role is role)
        self.reading = self.reading_of((role,))

    def fields_of(self, *kinds: RecordKind) -> tuple[FieldSpec, ...]:
        return tuple(field for field in self.fields if field.kind in kinds)

    def config(self, **settings: Any) -> SalesforceConfig:
        return SalesforceConfig(
            **{
                "url": URL,
                "client_id": AGENT_APP.key,
                "client_secret": AGENT_APP.secret,
                "proxy": self.sandbox.url,
                "ca_file": Path(self.sandbox.ca_file),
                "read_seconds": 5.0,
                "page_size": 7,
                **self._settings,
                **settings,
            }
        )

    def ports(self, reserve: Callable[[int], None]) -> Ports:
        return Ports(
            reserve, lambda used, most: self.used.append((used, most)), self.wait, self.now
        )

    def reading_of(self, roles: Sequence[FieldRole], **more: Any) -> Reading:
        names = MappingProxyType({role: DEFAULT_NAMES[role] for role in roles})
        kinds = {
            kind: KindReading(attributes={"industry": name}, written=names, **more)
            for kind, name in INDUSTRY.items()
        }
        return Reading(MappingProxyType(kinds), self.now() - timedelta(days=365))

    def create(self, kind: RecordKind, industry: str, **values: object) -> RecordRef:
        filled = {INDUSTRY[kind]: industry, **_required(self, kind), **values}
        return RecordRef(kind, self.org.create(OBJECTS[kind], filled, by="human"))

    def edit(self, ref: RecordRef, industry: str) -> None:
        self.update(ref, **{INDUSTRY[ref.kind]: industry})

    def update(self, ref: RecordRef, **values: object) -> None:
        self.org.update(OBJECTS[ref.kind], ref.id, values, by="human")

    def delete(self, ref: RecordRef) -> None:
        self.org.delete(OBJECTS[ref.kind], ref.id, by="human")

    def merge(self, loser: RecordRef, winner: RecordRef) -> RecordRef:
        self.org.merge(OBJECTS[winner.kind], winner.id, [loser.id], by="human")
        return winner

    def convert(self, lead: RecordRef) -> tuple[RecordRef, ...]:
        made = self.org.convert_lead(lead.id, by="human", opportunity={"Name": "First deal"})
        return tuple(RecordRef(RecordKind(kind), id_) for kind, id_ in made.items())

    def refuse(self, ref: RecordRef) -> Answer:
        rules = self.org.automation.rules.setdefault(OBJECTS[ref.kind], [])
        rules.append(lambda row: "This record is frozen." if row["Id"] == ref.id else "")
        return Answer.REFUSED

    def fault(self, verb: Verb, trouble: Trouble, *, skip: int = 0) -> None:
        method, path = _PATHS[verb]
        self.sandbox.faults.add(
            Fault(
                action=_FAULTS[trouble],
                service="salesforce",
                method=method,
                path_contains=path,
                skip=skip,
            )
        )

    def show_as_read_only(
        self, connector: SalesforceConnector, *names: str, times: int = 1
    ) -> None:
        """Let the next describes of leads say that the agent's user may not edit these fields."""
        schema = connector._session.get("sobjects/Lead/describe")
        for field in schema["fields"]:
            field["updateable"] = field["updateable"] and field["name"] not in names
        action = Action(status=200, body=json.dumps(schema))
        self.sandbox.faults.add(Fault(action=action, path_contains="/Lead/describe", times=times))

    def settle(self) -> None:
        self.wait(120)

    def rest(self) -> None:
        self.wait(86_400)

    def writes(self) -> tuple[tuple[str, str], ...]:
        changes = self.sandbox.ledger.writes(service="salesforce")
        kept = [one for one in changes if one.type in OBJECTS.values() and one.action != "touch"]
        return tuple((one.id, one.field) for one in kept)

    def calls(self) -> int:
        return len(self.sandbox.ledger.requests(service="salesforce"))

    def wait(self, seconds: float) -> None:
        self.sandbox.clock.advance(seconds)

    def now(self) -> Any:
        return self.sandbox.clock.now()

    def close(self) -> None:
        for connector in self._connectors:
            connector.close()


def _required(world: SalesforceWorld, kind: RecordKind) -> dict[str, object]:
    match kind:
        case RecordKind.ACCOUNT:
            return {"Name": "Kaede Robotics"}
        case RecordKind.LEAD:
            return {"LastName": "Sato", "Company": "Kaede Robotics"}
        case RecordKind.CONTACT:
            return {"LastName": "Sato"}
        case RecordKind.OPPORTUNITY:
            closing = (world.now() + timedelta(days=90)).date().isoformat()
            return {"Name": "First deal", "StageName": "Prospecting", "CloseDate": closing}
