"""The permission sets: what the agent and what people may see and change."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bbm_core.records import AGENT_ROLES, FieldRole, FieldSpec, RecordKind
from connectors.contract import KindReading, Reading
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.fields import CHANNEL, OBJECTS, STATUS, full_name, standard_fields
from connectors.salesforce.package.document import Body

PEOPLE_ROLES: Final = tuple(role for role in FieldRole if role not in AGENT_ROLES)
MADE_BY_US: Final = "Made by bbm fields apply, taken away by bbm fields remove."

_NEEDS_ACCOUNT: Final = {RecordKind.CONTACT, RecordKind.OPPORTUNITY}

_ALWAYS_SEEN: Final[Mapping[RecordKind, frozenset[str]]] = {
    RecordKind.ACCOUNT: frozenset({"IsPartner", "IsCustomerPortal", "RecordTypeId"}),
    RecordKind.LEAD: frozenset(
        {"FirstName", "LastName", "Salutation", "Company", "Status", "IsUnreadByOwner"}
    ),
    RecordKind.CONTACT: frozenset({"FirstName", "LastName", "Salutation"}),
    RecordKind.OPPORTUNITY: frozenset(
        {"StageName", "ForecastCategory", "ForecastCategoryName", "FiscalQuarter", "FiscalYear"}
    ),
}
"""Fields without field-level security: a permission set that names one is refused."""

_EVERYWHERE: Final = frozenset(
    {"LastActivityDate", "LastViewedDate", "LastReferencedDate", "LastModifiedDate"}
)

_ADDRESSES: Final[Mapping[RecordKind, tuple[str, ...]]] = {
    RecordKind.ACCOUNT: ("Billing", "Shipping"),
    RecordKind.LEAD: ("",),
    RecordKind.CONTACT: ("Mailing", "Other"),
    RecordKind.OPPORTUNITY: (),
}
_PARTS: Final = (
    "Street",
    "City",
    "State",
    "StateCode",
    "PostalCode",
    "Country",
    "CountryCode",
    "Latitude",
    "Longitude",
)


@dataclass(frozen=True, slots=True)
class PermissionSet:
    """A permission set that sees all of our fields and edits some of them."""

    name: str
    label: str
    edits: tuple[FieldRole, ...]
    is_ours: bool  # assigned to whom we log in as, when it is made


def people_set(config: SalesforceConfig) -> PermissionSet:
    return PermissionSet(config.user_permission_set, "BBM User", PEOPLE_ROLES, is_ours=False)


def agent_set(config: SalesforceConfig) -> PermissionSet:
    return PermissionSet(config.permission_set, "BBM Agent", AGENT_ROLES, is_ours=True)


def people_access(one: PermissionSet, fields: Sequence[FieldSpec], description: str) -> Body:
    """What people may do: see our fields, and say otherwise."""
    return _body(one, description, fieldPermissions=list(_by_field(_own_fields(one, fields))))


def agent_access(
    one: PermissionSet,
    fields: Sequence[FieldSpec],
    reading: Reading,
    description: str,
    *,
    converted: bool,
) -> Body:
    """What the agent may do, and no more: read what it judges by, edit its own fields."""
    own = _own_fields(one, fields)
    read = {name: False for name in _read_fields(reading) if name not in own}
    rights = ["ApiEnabled", *(["AllowViewEditConvertedLeads"] if converted else [])]
    written = {spec.kind for spec in fields if spec.role in one.edits}
    return _body(
        one,
        description,
        fieldPermissions=list(_by_field({**own, **read})),
        objectPermissions=list(_objects(reading, written)),
        userPermissions=[{"enabled": True, "name": right} for right in sorted(rights)],
    )


def _body(one: PermissionSet, description: str, **more: object) -> Body:
    return {
        "description": description,
        "hasActivationRequired": False,
        "label": one.label,
        **more,
    }


def _own_fields(one: PermissionSet, fields: Sequence[FieldSpec]) -> dict[str, bool]:
    return {full_name(spec): spec.role in one.edits for spec in fields}


def _by_field(edits: Mapping[str, bool]) -> Iterator[Body]:
    for name in sorted(edits):
        yield {"editable": edits[name], "field": name, "readable": True}


def _objects(reading: Reading, written: set[RecordKind]) -> Iterator[Body]:
    kinds = set(reading.kinds)
    if kinds & _NEEDS_ACCOUNT:
        kinds.add(RecordKind.ACCOUNT)  # reading them asks for reading accounts
    for kind in sorted(kinds, key=OBJECTS.__getitem__):
        yield {
            "allowCreate": False,
            "allowDelete": False,
            "allowEdit": kind in written,
            "allowRead": True,
            "modifyAllRecords": False,
            "object": OBJECTS[kind],
            "viewAllRecords": True,
        }


def _read_fields(reading: Reading) -> Iterator[str]:
    """The full names of the fields that are read and have field-level security."""
    for kind, asked in reading.kinds.items():
        for name in _named(kind, asked):
            if name not in standard_fields(kind) and not _is_always_seen(kind, name):
                yield f"{OBJECTS[kind]}.{_address_of(kind, name) or name}"


def _named(kind: RecordKind, asked: KindReading) -> Iterator[str]:
    amount = "Amount" if kind is RecordKind.OPPORTUNITY else None
    yield from asked.attributes.values()
    meanings = (
        asked.status or STATUS.get(kind),
        asked.channel or CHANNEL[kind],
        asked.amount or amount,
    )
    yield from filter(None, meanings)


def _is_always_seen(kind: RecordKind, name: str) -> bool:
    return name in _EVERYWHERE or name in _ALWAYS_SEEN[kind]


def _address_of(kind: RecordKind, name: str) -> str | None:
    """The address a field is part of: parts are granted together, by the address."""
    for prefix in _ADDRESSES[kind]:
        if name in {f"{prefix}{part}" for part in _PARTS}:
            return f"{prefix}Address"
    return None
