"""The queries, written out. Names come from describe and ids are checked, so nothing is quoted."""
# ruff: noqa: S608  no text of others gets into these queries

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

IDS_AT_ONCE: Final = 500
"""Ids in one query's IN: four queries ask for a whole page's, and leave room for a fifth."""

STAGE_COLUMNS: Final = ("OpportunityId", "StageName", "CreatedDate")

LONGEST_ADDRESS: Final = 12_000
"""Salesforce takes 16,384 bytes of address; hosts and paths need some of them."""

ORGANIZATION: Final = "SELECT Id, Name, OrganizationType, IsSandbox FROM Organization"

FLOWS: Final = (
    "SELECT Label, TriggerObjectOrEventId FROM FlowDefinitionView"
    " WHERE IsActive = true AND TriggerObjectOrEventId IN ({objects})"
)
TRIGGERS: Final = (
    "SELECT Name, TableEnumOrId FROM ApexTrigger"
    " WHERE Status = 'Active' AND TableEnumOrId IN ({objects})"
)
VALIDATIONS: Final = (
    "SELECT ValidationName, EntityDefinitionId FROM ValidationRule"
    " WHERE Active = true AND EntityDefinitionId IN ({objects})"
)
DUPLICATES: Final = (
    "SELECT DeveloperName, SobjectType FROM DuplicateRule"
    " WHERE IsActive = true AND SobjectType IN ({objects})"
)
ASSIGNMENTS: Final = (
    "SELECT Name, SobjectType FROM AssignmentRule"
    " WHERE Active = true AND SobjectType IN ({objects})"
)
"""What the org does by itself when a record is saved."""


@dataclass(frozen=True, slots=True)
class Window:
    """What one pull reads: changes from `low` (None: the first) up to, not including, `high`.

    `at` and `id` name the last change that was read; the pull goes on behind it. Without an `id`,
    everything before `at` was read.
    """

    low: datetime | None
    high: datetime
    at: datetime | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked, and whether of the recycle bin too."""

    text: str
    deleted: bool = False


def changes(object_: str, fields: Sequence[str], window: Window, limit: int) -> str:
    """Records by their last change, oldest first; ties are broken by the id."""
    return (
        f"{all_changes(object_, fields, window)} ORDER BY SystemModstamp ASC, Id ASC LIMIT {limit}"
    )


def all_changes(object_: str, fields: Sequence[str], window: Window) -> str:
    """The same records in any order: an order keeps Salesforce from dividing a bulk job."""
    return f"SELECT {', '.join(fields)} FROM {object_} WHERE {_inside(window)}"


def count_changes(object_: str, window: Window) -> str:
    return f"SELECT COUNT() FROM {object_} WHERE {_inside(window)}"


def stage_history(ids: Sequence[str]) -> str:
    return (
        f"SELECT {', '.join(STAGE_COLUMNS)} FROM OpportunityHistory"
        f" WHERE OpportunityId IN ({listed(ids)}) ORDER BY CreatedDate ASC, Id ASC"
    )


def field_history(object_: str, parent: str, names: Sequence[str], ids: Sequence[str]) -> str:
    """Moves of tracked fields, in an object such as LeadHistory."""
    return (
        f"SELECT {', '.join(field_columns(parent))} FROM {object_}"
        f" WHERE Field IN ({listed(names)}) AND {parent} IN ({listed(ids)})"
        " ORDER BY CreatedDate ASC, Id ASC"
    )


def whole_stage_history(before: datetime, since: datetime) -> str:
    """For a bulk job: what opportunities that changed since then went through before a time."""
    return (
        f"SELECT Id, {', '.join(STAGE_COLUMNS)} FROM OpportunityHistory"
        f" WHERE CreatedDate < {time(before)} AND Opportunity.SystemModstamp >= {time(since)}"
    )


def whole_field_history(
    object_: str, parent: str, names: Sequence[str], before: datetime, since: datetime
) -> str:
    """For a bulk job, the same of tracked fields."""
    above = parent.removesuffix("Id")
    return (
        f"SELECT Id, {', '.join(field_columns(parent))} FROM {object_}"
        f" WHERE Field IN ({listed(names)}) AND CreatedDate < {time(before)}"
        f" AND {above}.SystemModstamp >= {time(since)}"
    )


def field_columns(parent: str) -> tuple[str, ...]:
    return (parent, "Field", "OldValue", "NewValue", "CreatedDate")


def one_of(object_: str, fields: Sequence[str]) -> str:
    """Any one record: whether these fields may be read at all."""
    return f"SELECT {', '.join(fields)} FROM {object_} LIMIT 1"


def count(object_: str) -> str:
    return f"SELECT COUNT() FROM {object_}"


def custom_fields(objects: Sequence[str]) -> str:
    """The definitions of the objects' custom fields, by the Tooling API."""
    return (
        "SELECT Id, DeveloperName, NamespacePrefix, TableEnumOrId FROM CustomField"
        f" WHERE TableEnumOrId IN ({listed(objects)})"
    )


def newest_owners(object_: str) -> str:
    return f"SELECT Id, OwnerId FROM {object_} ORDER BY SystemModstamp DESC LIMIT 2000"


def edit_access(user: str, ids: Sequence[str]) -> str:
    return (
        "SELECT RecordId, HasEditAccess FROM UserRecordAccess"
        f" WHERE UserId = '{user}' AND RecordId IN ({listed(ids)})"
    )


def user_named(username: str) -> str:
    quoted = username.replace("\\", "\\\\").replace("'", "\\'")
    return f"SELECT Id, Username FROM User WHERE Username = '{quoted}'"


def permission_sets(names: Sequence[str]) -> str:
    return f"SELECT Id, Name, Description FROM PermissionSet WHERE Name IN ({listed(names)})"


def field_permissions(set_ids: Sequence[str]) -> str:
    return (
        "SELECT Id, ParentId, Field, PermissionsRead, PermissionsEdit FROM FieldPermissions"
        f" WHERE ParentId IN ({listed(set_ids)})"
    )


def assignments(set_ids: Sequence[str]) -> str:
    return f"SELECT Id FROM PermissionSetAssignment WHERE PermissionSetId IN ({listed(set_ids)})"


def assigned_sets(user: str) -> str:
    return (
        "SELECT PermissionSetId, PermissionSet.Name FROM PermissionSetAssignment"
        f" WHERE AssigneeId = '{user}'"
    )


def system_permissions(set_ids: Sequence[str]) -> str:
    return (
        "SELECT PermissionsViewAllData, PermissionsAllowViewEditConvertedLeads FROM PermissionSet"
        f" WHERE Id IN ({listed(set_ids)})"
    )


def object_permissions(set_ids: Sequence[str]) -> str:
    return (
        "SELECT SobjectType, PermissionsRead, PermissionsEdit, PermissionsViewAllRecords"
        f" FROM ObjectPermissions WHERE ParentId IN ({listed(set_ids)})"
    )


def fits(soql: str) -> bool:
    """Whether a query is short enough for an address."""
    return len(quote(soql)) < LONGEST_ADDRESS


def chunks(ids: Sequence[str], size: int = IDS_AT_ONCE) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _inside(window: Window) -> str:
    clauses = [f"SystemModstamp < {time(window.high)}"]
    if window.low is None:
        clauses.append("IsDeleted = false")
    if window.at is not None:
        clauses.append(f"SystemModstamp >= {time(window.at)}")
        if window.id:
            # Times are whole seconds: many records share one.
            clauses.append(f"(SystemModstamp > {time(window.at)} OR Id > '{window.id}')")
    elif window.low is not None:
        clauses.append(f"SystemModstamp >= {time(window.low)}")
    return " AND ".join(clauses)


def listed(names: Sequence[str]) -> str:
    return ",".join(f"'{name}'" for name in names)
