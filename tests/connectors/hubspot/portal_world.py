"""A portal in the sandbox as a world for the tests that every connector inherits."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import HttpUrl, SecretStr

from bbm_core.records import (
    AGENT_ROLES,
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
from connectors.hubspot.config import HubSpotConfig
from connectors.hubspot.connector import HubSpotConnector, build
from connectors.hubspot.fields import DEFAULT_NAMES, NAMES
from sandbox.faults import Fault
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.refusals import Problem, Refused, bad_values
from sandbox.hubspot.service import HubSpotService
from sandbox.hubspot.tokens import SETUP_TOKEN
from sandbox.server import Sandbox

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
SEGMENT = "segment_of_market"
CHOICES = {
    FieldRole.FLAG: (Choice("icp", "ICP"), Choice("not_icp", "Not ICP"), Choice("unknown", "?")),
    FieldRole.TIER: tuple(Choice(one, one) for one in "ABCD"),
}
TYPES = {
    FieldRole.FLAG: FieldType.CHOICE,
    FieldRole.TIER: FieldType.CHOICE,
    FieldRole.SCORE: FieldType.NUMBER,
    FieldRole.COVERAGE: FieldType.PERCENT,
    FieldRole.SCORED_AT: FieldType.DATETIME,
}
PLACES = {
    Verb.CHECK: ("GET", "account-info"),
    Verb.PREPARE: ("GET", "/properties/"),
    Verb.RETIRE: ("GET", "/properties/"),
    Verb.PULL: ("GET", "/objects/"),
    Verb.READ: ("POST", "/batch/read"),
    Verb.PUSH: ("POST", "/batch/update"),
}
FAULTS = {
    Trouble.DOWN: "html_503",
    Trouble.NO_ANSWER: "reset_before",
    Trouble.LOST_ANSWER: "reset_after",
    Trouble.HTML: "html_200_after",
    Trouble.EMPTY: "empty_200",
    Trouble.CUT: "truncated",
    Trouble.THROTTLED: "rate_limited",
    Trouble.EXPIRED: "expired",
}


def specs(kinds: Sequence[RecordKind]) -> tuple[FieldSpec, ...]:
    return tuple(
        FieldSpec(
            kind,
            role,
            DEFAULT_NAMES[role],
            TYPES.get(role, FieldType.TEXT),
            role.value,
            "",
            CHOICES.get(role, ()),
        )
        for kind in kinds
        for role in AGENT_ROLES
    )


class HubSpotWorld:
    """A portal with leads. Lead properties cannot be created by API, so a person did it."""

    def __init__(self, sandbox: Sandbox, *, kinds: Sequence[RecordKind], **config: Any) -> None:
        self.sandbox = sandbox
        self.clock = sandbox.clock
        knobs = {"has_leads": True, "largest_page": 7}
        self.portal = Portal(self.clock, ledger=sandbox.ledger, **knobs)
        sandbox.register("hubspot", HubSpotService(self.portal))
        self.kinds = tuple(kinds)
        self.reading = self._reading(FieldRole)
        self.fields = specs([kind for kind in kinds if kind is not RecordKind.LEAD])
        self._config = config
        self._refused: set[str] = set()
        self._opened: list[HubSpotConnector] = []
        self._define()

    def connector(
        self,
        *,
        reserve: Callable[[int], None] | None = None,
        roles: Sequence[FieldRole] | None = None,
        now: Callable[[], datetime] | None = None,
        **more: Any,
    ) -> HubSpotConnector:
        """`now` is a machine's own clock, where it differs; `more` is configuration."""
        # The portal counts calls by key: another process comes after the window of the last one.
        self.clock.advance(11)
        ports = Ports(reserve or _free, lambda *_: None, self._wait, now or self.clock.now)
        reading = self.reading if roles is None else self._reading(roles)
        config = {"deletions_every_minutes": 0, **self._config, **more}
        named = config.pop("token", SETUP_TOKEN)
        token = None if named is None else SecretStr(named)
        settings = HubSpotConfig(token=token, url=HttpUrl(self.sandbox.url), **config)
        self._opened.append(build(settings, reading, ports))
        return self._opened[-1]

    def create(self, kind: RecordKind, industry: str, **more: str) -> RecordRef:
        values = {SEGMENT: industry, NAMES[kind].name[0]: "Acme", **more}
        return RecordRef(kind, self.portal.create(NAMES[kind].object_type, values))

    def edit(self, ref: RecordRef, industry: str) -> None:
        self.portal.update(NAMES[ref.kind].object_type, ref.id, {SEGMENT: industry})

    def delete(self, ref: RecordRef) -> None:
        self.portal.archive(NAMES[ref.kind].object_type, ref.id)

    def merge(self, loser: RecordRef, winner: RecordRef) -> RecordRef:
        kind = NAMES[winner.kind].object_type
        return RecordRef(winner.kind, self.portal.merge(kind, winner.id, loser.id))

    def convert(self, lead: RecordRef) -> tuple[RecordRef, ...]:
        """HubSpot's leads end in a stage of their pipeline; they become nothing else."""
        assert lead.kind is RecordKind.LEAD
        return ()

    def refuse(self, ref: RecordRef) -> Answer:
        """A validation rule of the portal's administrators that this record does not meet."""
        self._refused.add(ref.id)
        return Answer.REFUSED

    def fault(self, verb: Verb, trouble: Trouble, *, skip: int = 0) -> None:
        method, path = PLACES[verb]
        self.sandbox.faults.clear()
        self.sandbox.faults.add(
            Fault(
                action=FAULTS[trouble],
                service="hubspot",
                method=method,
                path_contains=path,
                skip=skip,
            )
        )

    def settle(self) -> None:
        self.clock.advance(60)

    def rest(self) -> None:
        self.clock.advance(3600)

    def writes(self) -> tuple[tuple[str, str], ...]:
        found = self.sandbox.ledger.writes(service="hubspot")
        return tuple((one.id, one.field) for one in found if one.action != "touch")

    def calls(self) -> int:
        return len(self.sandbox.ledger.requests(service="hubspot"))

    def close(self) -> None:
        for connector in self._opened:
            connector.close()

    def _reading(self, roles: Sequence[FieldRole] | type[FieldRole]) -> Reading:
        written = {role: DEFAULT_NAMES[role] for role in roles}
        one = KindReading({"industry": SEGMENT}, written)
        return Reading(dict.fromkeys(self.kinds, one), START)

    def _wait(self, seconds: float) -> None:
        self.clock.advance(max(seconds, 0.0))

    def _define(self) -> None:
        for kind in self.kinds:
            self.portal.define_property(NAMES[kind].object_type, SEGMENT)
        if RecordKind.LEAD in self.kinds:
            for spec in specs([RecordKind.LEAD]):
                self.portal.define_property("leads", spec.name, **_definition(spec))
        accepted = self.portal.checks.accepted

        def checked(kind: Any, properties: Mapping[str, object], *rest: Any) -> dict[str, str]:
            record = rest[1] if len(rest) > 1 else None
            if record is not None and record.id in self._refused:
                raise _unmet_rule()
            return accepted(kind, properties, *rest)

        self.portal.checks.accepted = checked  # type: ignore[method-assign]  # the rule's place


def _definition(spec: FieldSpec) -> dict[str, Any]:
    types = {
        FieldType.CHOICE: "enumeration",
        FieldType.NUMBER: "number",
        FieldType.PERCENT: "number",
        FieldType.DATETIME: "datetime",
        FieldType.DATE: "date",
        FieldType.TEXT: "string",
    }
    return {"type": types[spec.type], "options": [one.value for one in spec.choices]}


def _unmet_rule() -> Refused:
    return bad_values([Problem("bbm_icp", "VALIDATION_RULE", "The rule of the portal is not met")])


def _free(_calls: int) -> None:
    return
