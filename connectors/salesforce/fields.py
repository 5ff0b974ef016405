"""What Salesforce calls things: objects, standard fields, our own fields and their types."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from bbm_core.records import FieldRole, FieldSpec, FieldType, RecordKind

DEFAULT_NAMES: Final[Mapping[FieldRole, str]] = MappingProxyType(
    {
        FieldRole.FLAG: "BBM_ICP__c",
        FieldRole.SCORE: "BBM_Score__c",
        FieldRole.TIER: "BBM_Tier__c",
        FieldRole.REASON: "BBM_Reason__c",
        FieldRole.MISSING: "BBM_Missing__c",
        FieldRole.COVERAGE: "BBM_Coverage__c",
        FieldRole.VERSION: "BBM_Version__c",
        FieldRole.SCORED_AT: "BBM_Scored_At__c",
        FieldRole.OVERRIDE: "BBM_Override__c",
        FieldRole.OVERRIDE_REASON: "BBM_Override_Reason__c",
        FieldRole.OVERRIDE_UNTIL: "BBM_Override_Until__c",
    }
)
"""Our fields, the same on leads, contacts, accounts and opportunities."""

OBJECTS: Final[Mapping[RecordKind, str]] = MappingProxyType(
    {
        RecordKind.ACCOUNT: "Account",
        RecordKind.LEAD: "Lead",
        RecordKind.CONTACT: "Contact",
        RecordKind.OPPORTUNITY: "Opportunity",
    }
)

PREFIXES: Final[Mapping[RecordKind, str]] = MappingProxyType(
    {
        RecordKind.ACCOUNT: "001",
        RecordKind.LEAD: "00Q",
        RecordKind.CONTACT: "003",
        RecordKind.OPPORTUNITY: "006",
    }
)
"""The first three characters of an id say which object it belongs to."""

STATUS: Final[Mapping[RecordKind, str]] = MappingProxyType(
    {
        RecordKind.ACCOUNT: "Type",
        RecordKind.LEAD: "Status",
        RecordKind.OPPORTUNITY: "StageName",
    }
)
"""The standard field of the status; contacts have none."""

CHANNEL: Final[Mapping[RecordKind, str]] = MappingProxyType(
    {
        RecordKind.ACCOUNT: "AccountSource",
        RecordKind.LEAD: "LeadSource",
        RecordKind.CONTACT: "LeadSource",
        RecordKind.OPPORTUNITY: "LeadSource",
    }
)
"""Where Salesforce keeps the first-touch channel."""

CURRENCY: Final = "CurrencyIsoCode"
"""Exists only where the org has several currencies."""

_ALWAYS: Final = ("Id", "CreatedDate", "SystemModstamp", "IsDeleted", "OwnerId")
_OF_KIND: Final[Mapping[RecordKind, tuple[str, ...]]] = MappingProxyType(
    {
        RecordKind.ACCOUNT: ("Name",),
        RecordKind.LEAD: (
            "Name",
            "IsConverted",
            "ConvertedDate",
            "ConvertedAccountId",
            "ConvertedContactId",
            "ConvertedOpportunityId",
        ),
        RecordKind.CONTACT: ("Name", "AccountId"),
        RecordKind.OPPORTUNITY: ("Name", "AccountId", "CloseDate", "IsClosed", "IsWon"),
    }
)


def standard_fields(kind: RecordKind) -> tuple[str, ...]:
    """The fields without which a record of this kind cannot be translated."""
    return _ALWAYS + _OF_KIND[kind]


@dataclass(frozen=True, slots=True)
class Stored:
    """How a field of ours is stored: the type that makes it, and the type that describe shows."""

    made_as: str
    described_as: str
    details: Mapping[str, object]


_STORED: Final[Mapping[FieldType, Stored]] = MappingProxyType(
    {
        FieldType.CHOICE: Stored("Picklist", "picklist", {}),
        FieldType.NUMBER: Stored("Number", "double", {"precision": 18, "scale": 0}),
        FieldType.PERCENT: Stored("Percent", "percent", {"precision": 18, "scale": 0}),
        FieldType.TEXT: Stored("Text", "string", {"length": 255}),
        FieldType.DATE: Stored("Date", "date", {}),
        FieldType.DATETIME: Stored("DateTime", "datetime", {}),
    }
)


def described_type(spec: FieldSpec) -> str:
    """The type under which describe shows a field of ours."""
    return _STORED[spec.type].described_as


def full_name(spec: FieldSpec) -> str:
    return f"{OBJECTS[spec.kind]}.{spec.name}"


def field_metadata(spec: FieldSpec) -> dict[str, Any]:
    """What makes a field of ours, as Salesforce's CustomField."""
    stored = _STORED[spec.type]
    metadata = {
        "type": stored.made_as,
        "label": spec.label,
        "inlineHelpText": spec.help,
        **stored.details,
    }
    if spec.type is FieldType.CHOICE:
        metadata["valueSet"] = _value_set(spec)
    return metadata


def _value_set(spec: FieldSpec) -> dict[str, Any]:
    values = [
        {"fullName": choice.value, "label": choice.label, "default": False}
        for choice in spec.choices
    ]
    return {
        # Restricted: a value that nobody declared is refused instead of being kept.
        "restricted": True,
        "valueSetDefinition": {"sorted": False, "value": values},
    }
