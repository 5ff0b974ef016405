"""What an org is furnished with: organization, people, permission sets, stages, fields."""

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.salesforce.access import GUARDED
from sandbox.salesforce.definitions import Choice, Field
from sandbox.salesforce.refusals import Refusal
from sandbox.salesforce.table import Row

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org

AGENT_SET = "BBM_Agent"
SETUP_SET = "BBM_Agent_Setup"
_STAGES = (
    ("Prospecting", 10, "Pipeline"),
    ("Qualification", 10, "Pipeline"),
    ("Needs Analysis", 20, "Pipeline"),
    ("Value Proposition", 50, "Pipeline"),
    ("Id. Decision Makers", 60, "Pipeline"),
    ("Perception Analysis", 70, "Pipeline"),
    ("Proposal/Price Quote", 75, "Pipeline"),
    ("Negotiation/Review", 90, "Forecast"),
    ("Closed Won", 100, "Closed"),
    ("Closed Lost", 0, "Omitted"),
)
_FORECAST_NAMES = {"BestCase": "Best Case", "Forecast": "Commit"}
_STATUSES = (
    "Open - Not Contacted",
    "Working - Contacted",
    "Closed - Converted",
    "Closed - Not Converted",
)
_SALES = (
    ("Aoi", "Sato"),
    ("Ren", "Suzuki"),
    ("Yui", "Takahashi"),
    ("Haruto", "Tanaka"),
    ("Mei", "Watanabe"),
    ("Sota", "Ito"),
    ("Hana", "Yamamoto"),
    ("Daiki", "Nakamura"),
    ("Emma", "Clarke"),
    ("Noah", "Fischer"),
    ("Grace", "Okafor"),
    ("Lucas", "Moreau"),
)
_KINDS = {  # metadata type -> describe type and flags
    "Text": ("string", "cunsfgpa"),
    "Email": ("email", "cunsfgpai"),
    "Url": ("url", "cunsfgpa"),
    "Phone": ("phone", "cunsfgpa"),
    "TextArea": ("textarea", "cunsfgpa"),
    "LongTextArea": ("textarea", "cunp"),
    "Number": ("double", "cunsfpa"),
    "Percent": ("percent", "cunsfpa"),
    "Currency": ("currency", "cunsfpa"),
    "Picklist": ("picklist", "cunsfgpa"),
    "MultiselectPicklist": ("multipicklist", "cunfp"),
    "Checkbox": ("boolean", "cusfgpd"),
    "Date": ("date", "cunsfgpa"),
    "DateTime": ("datetime", "cunsfpa"),
}
_NUMBERS = frozenset({"Number", "Percent", "Currency"})
_TEXTS = frozenset({"Text", "TextArea", "LongTextArea"})
_FIXED_LENGTHS = {
    "Email": 80,
    "Url": 255,
    "Phone": 40,
    "Picklist": 255,
    "MultiselectPicklist": 4099,
}


def furnish(org: "Org") -> None:
    _people(org)
    for name in _STATUSES:
        add_lead_status(org, name, converted=name == "Closed - Converted")
    for name, probability, forecast in _STAGES:
        _stage(org, name, probability, forecast)
    _permission_sets(org)
    _organization(org)
    org.automation.assignment = {"Lead": "queue", "Account": "territory"}


def add_user(  # noqa: PLR0913  a user has that many facts
    org: "Org",
    alias: str,
    first: str,
    last: str,
    *,
    title: str = "",
    profile: str = "",
    kind: str = "Standard",
) -> str:
    id_ = org.ids.next("005")
    if not org.users:
        org.know_user("admin", id_)  # the first user makes everything that follows
    row = {
        "Username": f"{alias}@kaede-robotics.example",
        "FirstName": first,
        "LastName": last,
        "Email": f"{alias}@kaede-robotics.example",
        "Alias": alias[:8],
        "IsActive": True,
        "TimeZoneSidKey": "Asia/Tokyo",
        "LocaleSidKey": "ja_JP",
        "LanguageLocaleKey": "ja",
        "UserType": kind,
        "ProfileId": profile or next(iter(org.table("Profile").rows), None),
        "Title": title,
    }
    org.know_user(alias, id_)
    return _put(org, "User", row, id_)


def add_lead_status(org: "Org", name: str, *, converted: bool) -> None:
    table = org.table("LeadStatus")
    first = not table.rows
    row = {
        "MasterLabel": name,
        "ApiName": name,
        "SortOrder": len(table.rows) + 1,
        "IsDefault": first,
        "IsConverted": converted,
    }
    _put(org, "LeadStatus", row)
    if converted and not org.converted_status:
        org.converted_status = name
    _add_choice(org, "Lead", "Status", name, default=first)


def add_stage(org: "Org", name: str, *, probability: int, closed: bool, won: bool) -> None:
    closed = closed or won
    forecast = "Closed" if won else "Omitted" if closed else "Pipeline"
    _stage(org, name, 100 if won else 0 if closed else probability, forecast)


def custom_field(  # noqa: PLR0913  a field has that many facts
    name: str,
    kind: str,
    label: str,
    length: int,
    precision: int,
    scale: int,
    picklist: tuple[str, ...],
    restricted: bool,
) -> Field:
    if kind not in _KINDS:
        raise Refusal("FIELD_INTEGRITY_EXCEPTION", f"Field type {kind} is not supported", ["Type"])
    if not name.endswith("__c"):
        raise Refusal("INVALID_FIELD", f"A custom field's name ends in __c: {name}", ["FullName"])
    type_, flags = _KINDS[kind]
    return Field(
        name=name,
        label=label or name.removesuffix("__c").replace("_", " "),
        type=type_,
        flags=flags + ("r" if restricted and picklist else ""),
        length=length if kind in _TEXTS else _FIXED_LENGTHS.get(kind, 0),
        precision=precision if kind in _NUMBERS else 0,
        scale=scale if kind in _NUMBERS else 0,
        choices=tuple(Choice(value, value) for value in picklist),
        extra="plaintextarea" if type_ == "textarea" else None,
        default=False if kind == "Checkbox" else None,
    )


def list_field(org: "Org", type_: str, field: Field) -> None:
    """Show a custom field's definition to the Tooling API."""
    row: Row = {
        "DeveloperName": field.name.removesuffix("__c"),
        "TableEnumOrId": type_,
        "FullName": f"{type_}.{field.name}",
        "Length": field.length or None,
        "Precision": field.precision or None,
        "Scale": field.scale if field.precision else None,
    }
    table = org.tables["CustomField"]
    if field.custom_id in table.rows:
        table.rows[field.custom_id].update(row)
    else:
        _put(org, "CustomField", row, field.custom_id)


def grant(
    org: "Org", parent: str, type_: str, name: str, *, read: bool = True, edit: bool = False
) -> str:
    """Field-level access in one permission set; an earlier grant there is replaced."""
    table = org.table("FieldPermissions")
    full = f"{type_}.{name}"
    for row in list(table.rows.values()):
        if row["ParentId"] == parent and row["Field"] == full:
            table.purge(str(row["Id"]))
    row = {
        "ParentId": parent,
        "SobjectType": type_,
        "Field": full,
        "PermissionsRead": read or edit,
        "PermissionsEdit": edit,
    }
    return _put(org, "FieldPermissions", row)


def grant_everywhere(org: "Org", type_: str, name: str) -> None:
    for row in list(org.table("PermissionSet").rows.values()):
        if row["Name"] != SETUP_SET:
            grant(org, str(row["Id"]), type_, name, edit=row["Name"] != AGENT_SET)


def revoke_everywhere(org: "Org", type_: str, name: str) -> None:
    table = org.table("FieldPermissions")
    for row in list(table.rows.values()):
        if row["Field"] == f"{type_}.{name}":
            table.purge(str(row["Id"]))
    org.access.forget()


def permission_set(org: "Org", name: str) -> str:
    """The id of a permission set by its name."""
    for id_, row in org.table("PermissionSet").rows.items():
        if row["Name"] == name:
            return id_
    raise ValueError(f"The org has no permission set {name!r}.")


def set_permission(org: "Org", name: str, type_: str, right: str, *, granted: bool) -> None:
    """Switch one right on an object ("ViewAllRecords", "Edit" ...) in a permission set."""
    parent = permission_set(org, name)
    for row in org.table("ObjectPermissions").rows.values():
        if row["ParentId"] == parent and row["SobjectType"] == type_:
            row[f"Permissions{right}"] = granted
    org.access.forget()


def set_system_permission(org: "Org", name: str, right: str, *, granted: bool) -> None:
    """Switch a system right ("AllowViewEditConvertedLeads" ...) in a permission set."""
    row = org.table("PermissionSet").rows[permission_set(org, name)]
    row[f"Permissions{right}"] = granted
    org.access.forget()


def unassign(org: "Org", name: str, alias: str) -> None:
    """Take a permission set from a user."""
    parent, user = permission_set(org, name), org.user_id(alias)
    table = org.table("PermissionSetAssignment")
    for id_, row in list(table.rows.items()):
        if row["PermissionSetId"] == parent and row["AssigneeId"] == user:
            table.purge(id_)
    org.access.forget()


def _people(org: "Org") -> None:
    add_user(org, "admin", "Kaori", "Mori", title="System Administrator")
    admin = _put(org, "Profile", {"Name": "System Administrator", "UserType": "Standard"})
    standard = _put(org, "Profile", {"Name": "Standard User", "UserType": "Standard"})
    minimum = _put(
        org,
        "Profile",
        {"Name": "Minimum Access - API Only Integrations", "UserType": "Standard"},
    )
    org.table("User").rows[org.users["admin"]]["ProfileId"] = admin
    add_user(org, "human", "Mika", "Ogawa", title="Marketing Operations", profile=standard)
    add_user(org, "agent", "BBM", "Agent", title="Integration", profile=minimum)
    add_user(org, "flow", "Automated", "Process", kind="AutomatedProcess", profile=standard)
    for number, (first, last) in enumerate(_SALES, start=1):
        add_user(org, f"sales{number:02}", first, last, title="Sales", profile=standard)
    org.know_user("territory", org.users["sales12"])
    queue = {"Name": "Inbound Leads", "DeveloperName": "Inbound_Leads", "Type": "Queue"}
    org.users["queue"] = _put(org, "Group", queue)


def _permission_sets(org: "Org") -> None:
    admin = _set(org, "Admin_Profile", "Administrator", ["admin"], _ADMIN_RIGHTS)
    people = ["human", "flow", *(f"sales{number:02}" for number in range(1, len(_SALES) + 1))]
    sales = _set(org, "Sales", "Sales", people, ("ApiEnabled",))
    agent = _set(org, AGENT_SET, "BBM Agent", ["agent"], ("ApiEnabled",))
    _set(org, SETUP_SET, "BBM Agent Setup", ["agent"], _SETUP_RIGHTS)
    for type_ in GUARDED:
        _open(org, admin, type_, (*_EVERYDAY, "Delete", "ViewAllRecords", "ModifyAllRecords"))
        _open(org, sales, type_, _EVERYDAY)
        _open(org, agent, type_, ("Read", "Edit", "ViewAllRecords"))
        for one in org.definition(type_).fields.values():
            if one.permissionable:
                grant(org, admin, type_, one.name, edit=one.updateable)
                grant(org, sales, type_, one.name, edit=one.updateable)
                grant(org, agent, type_, one.name)


_EVERYDAY = ("Create", "Read", "Edit")
_ADMIN_RIGHTS = (
    "ViewAllData",
    "ModifyAllData",
    "ApiEnabled",
    "CustomizeApplication",
    "AssignPermissionSets",
    "ManageProfilesPermissionsets",
    "AllowViewEditConvertedLeads",
)
_SETUP_RIGHTS = (
    "CustomizeApplication",
    "AssignPermissionSets",
    "ManageProfilesPermissionsets",
)


def _set(org: "Org", name: str, label: str, aliases: list[str], rights: tuple[str, ...]) -> str:
    row: Row = {"Name": name, "Label": label, "IsCustom": True, "IsOwnedByProfile": False}
    row.update({f"Permissions{right}": True for right in rights})
    made = _put(org, "PermissionSet", row)
    for alias in aliases:
        assignment = {"PermissionSetId": made, "AssigneeId": org.users[alias]}
        _put(org, "PermissionSetAssignment", assignment)
    return made


def _open(org: "Org", parent: str, type_: str, rights: tuple[str, ...]) -> None:
    row: Row = {"ParentId": parent, "SobjectType": type_}
    row.update({f"Permissions{right}": True for right in rights})
    _put(org, "ObjectPermissions", row)


def _organization(org: "Org") -> None:
    row = {
        "Name": "Kaede Robotics K.K.",
        "OrganizationType": "Enterprise Edition",
        "InstanceName": "JPN42",
        "IsSandbox": False,
        "DefaultLocaleSidKey": "ja_JP",
        "LanguageLocaleKey": "ja",
        "TimeZoneSidKey": "Asia/Tokyo",
        "FiscalYearStartMonth": 4,
    }
    org.org_id = _put(org, "Organization", row)


def _stage(org: "Org", name: str, probability: int, forecast: str) -> None:
    closed, won = forecast in {"Closed", "Omitted"}, forecast == "Closed"
    forecast_name = _FORECAST_NAMES.get(forecast, forecast)
    row = {
        "MasterLabel": name,
        "ApiName": name,
        "IsActive": True,
        "SortOrder": len(org.table("OpportunityStage").rows) + 1,
        "IsClosed": closed,
        "IsWon": won,
        "ForecastCategory": forecast,
        "ForecastCategoryName": forecast_name,
        "DefaultProbability": probability,
    }
    _put(org, "OpportunityStage", row)
    org.stages[name] = {
        "IsClosed": closed,
        "IsWon": won,
        "Probability": probability,
        "ForecastCategory": forecast,
        "ForecastCategoryName": forecast_name,
    }
    _add_choice(org, "Opportunity", "StageName", name)


def _add_choice(org: "Org", type_: str, field: str, value: str, *, default: bool = False) -> None:
    definition = org.objects[type_]
    one = definition.fields[field]
    if all(choice.value != value for choice in one.choices):
        choices = (*one.choices, Choice(value, value, default=default))
        definition.fields[field] = replace(one, choices=choices)
        org.schema_changed(type_)


def _put(org: "Org", type_: str, values: Row, id_: str = "") -> str:
    """A row of the org's own furniture, made by its administrator."""
    definition = org.objects[type_]
    made = id_ or org.ids.next(definition.prefix)
    stamp = org.furnished_at
    admin = org.users["admin"]
    standing: Row = {
        "CreatedDate": stamp,
        "CreatedById": admin,
        "LastModifiedDate": stamp,
        "LastModifiedById": admin,
        "SystemModstamp": stamp,
    }
    row: Row = {"Id": made, **{k: v for k, v in standing.items() if k in definition.fields}}
    row.update(values)
    if type_ == "User":
        row["Name"] = f"{row['FirstName']} {row['LastName']}"
    org.tables[type_].put(row)
    org.access.forget()
    return made
