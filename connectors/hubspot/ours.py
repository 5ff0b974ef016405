"""Whether our own properties are in a portal what they have to be."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from bbm_core.records import AGENT_ROLES, FieldRole, RecordKind
from connectors.contract import Problem, Severity
from connectors.hubspot.errors import HINTS
from connectors.hubspot.schema import Definition, Schema

_TYPES: Final[Mapping[FieldRole, str]] = MappingProxyType(
    {
        FieldRole.FLAG: "enumeration",
        FieldRole.SCORE: "number",
        FieldRole.TIER: "enumeration",
        FieldRole.COVERAGE: "number",
        FieldRole.SCORED_AT: "datetime",
        FieldRole.OVERRIDE: "enumeration",
        FieldRole.OVERRIDE_UNTIL: "date",
    }
)
"""What the others of the agent's are is "string"."""

_OPTIONS: Final[Mapping[FieldRole, tuple[str, ...]]] = MappingProxyType(
    {
        FieldRole.FLAG: ("icp", "not_icp", "unknown"),
        FieldRole.TIER: ("A", "B", "C", "D"),
        FieldRole.OVERRIDE: ("icp", "not_icp"),
    }
)


_LEADS_BY_HAND: Final = (
    "Create it by hand (Settings > Properties > Lead properties; `bbm fields plan` says each type),"
    " or set `write = false` under [kinds.lead]: HubSpot's API creates no properties of leads."
)


def problems_of_ours(schema: Schema, written: Mapping[FieldRole, str]) -> Iterator[Problem]:
    """What keeps our properties of a kind from being written, or people from being heard."""
    for role, name in written.items():
        definition = schema.definitions.get(name)
        if definition is None or definition.archived:
            what = f"{schema.names.scope} have no property {name} (our {role})."
            yield Problem("BBM-HS-052", Severity.ERROR, what, _how_to_make(schema.kind))
        elif (role in AGENT_ROLES or role in _TYPES) and (found := _unfit(definition, role)):
            code, why = found
            what = f"{schema.names.scope}.{name} {why}."
            # What people write keeps the agent from nothing; only they are not heard.
            severity = Severity.ERROR if role in AGENT_ROLES else Severity.WARNING
            yield Problem(code, severity, what, HINTS[code])


def _how_to_make(kind: RecordKind) -> str:
    return _LEADS_BY_HAND if kind is RecordKind.LEAD else HINTS["BBM-HS-052"]


def _unfit(definition: Definition, role: FieldRole) -> tuple[str, str] | None:
    """The code and the reason why our values cannot go there."""
    if definition.read_only and role in AGENT_ROLES:
        return "BBM-HS-051", "cannot be written: HubSpot computes it"
    if definition.native:
        return "BBM-HS-059", f"is HubSpot's own, not our {role}"
    wanted = _TYPES.get(role, "string")
    if definition.type != wanted:
        return "BBM-HS-059", f"is of the type {definition.type}; our {role} is of the type {wanted}"
    there = {option.value for option in definition.options}
    missing = [one for one in _OPTIONS.get(role, ()) if one not in there]
    return ("BBM-HS-021", f"has no option {', '.join(missing)}") if missing else None
