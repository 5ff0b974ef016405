"""What an org is furnished with before its first record: people, stages, kinds of fields."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sandbox.salesforce import permissions
from sandbox.salesforce.definitions import Choice, Field, SObject
from sandbox.salesforce.refusals import Refusal

if TYPE_CHECKING:
    from sandbox.salesforce.blueprint import Blueprint

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
_ALIAS_LENGTH = 8
_ADDRESSES = {"Lead": "", "Contact": "Mailing", "Account": "Billing"}
_PRICED = ("Lead", "Contact", "Account", "Opportunity", "Campaign", "Contract")
"""Objects whose records name a currency where there are several."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a custom field can hold; each kind of field looks at what concerns it."""

    length: int = 255
    precision: int = 18
    scale: int = 0
    picklist: tuple[str, ...] = ()
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class _Kind:
    """A metadata type: its describe type and flags, and what decides its size."""

    type: str
    flags: str
    length: int | None = 0  # None: as long as asked for
    numeric: bool = False


_KINDS: Mapping[str, _Kind] = {
    "Text": _Kind("string", "cunsfgpa", None),
    "Email": _Kind("email", "cunsfgpai", 80),
    "Url": _Kind("url", "cunsfgpa", 255),
    "Phone": _Kind("phone", "cunsfgpa", 40),
    "TextArea": _Kind("textarea", "cunsfgpa", 255),
    "LongTextArea": _Kind("textarea", "cunp", None),
    "Number": _Kind("double", "cunsfpa", numeric=True),
    "Percent": _Kind("percent", "cunsfpa", numeric=True),
    "Currency": _Kind("currency", "cunsfpa", numeric=True),
    "Picklist": _Kind("picklist", "cunsfgpa", 255),
    "MultiselectPicklist": _Kind("multipicklist", "cunfp", 4099),
    "Checkbox": _Kind("boolean", "cusfgpd"),
    "Date": _Kind("date", "cunsfgpa"),
    "DateTime": _Kind("datetime", "cunsfpa"),
}


def furnish(org: "Blueprint") -> None:
    _people(org)
    for name in _STATUSES:
        add_lead_status(org, name, converted=name == "Closed - Converted")
    for name, probability, forecast in _STAGES:
        _stage(org, name, probability, forecast)
    permissions.furnish(org)
    _organization(org)


def add_user(  # noqa: PLR0913  a user has that many facts
    org: "Blueprint",
    alias: str,
    first: str,
    last: str,
    *,
    title: str = "",
    profile: str = "",
    kind: str = "Standard",
) -> str:
    id_ = org.ids.next("005")
    org.know_user(alias, id_)
    row = {
        "Username": f"{alias}@kaede-robotics.example",
        "FirstName": first,
        "LastName": last,
        "Name": f"{first} {last}",
        "Email": f"{alias}@kaede-robotics.example",
        "Alias": alias[:_ALIAS_LENGTH],
        "IsActive": True,
        "TimeZoneSidKey": "Asia/Tokyo",
        "LocaleSidKey": "ja_JP",
        "LanguageLocaleKey": "ja",
        "UserType": kind,
        "ProfileId": profile or next(iter(org.tables["Profile"].rows), None),
        "Title": title,
    }
    return org.furnish_row("User", row, id_)


def add_lead_status(org: "Blueprint", name: str, *, converted: bool) -> None:
    rows = org.tables["LeadStatus"].rows
    first = not rows
    row = {
        "MasterLabel": name,
        "ApiName": name,
        "SortOrder": len(rows) + 1,
        "IsDefault": first,
        "IsConverted": converted,
    }
    org.furnish_row("LeadStatus", row)
    if converted and not org.converted_status:
        org.converted_status = name
    _add_choice(org, "Lead", "Status", Choice(name, name, default=first))


def add_stage(org: "Blueprint", name: str, *, probability: int, closed: bool, won: bool) -> None:
    if won:
        _stage(org, name, 100, "Closed")
    elif closed:
        _stage(org, name, 0, "Omitted")
    else:
        _stage(org, name, probability, "Pipeline")


def add_record_type(org: "Blueprint", definition: SObject, name: str) -> str:
    if "RecordTypeId" not in definition.fields:
        reference = Field(
            name="RecordTypeId",
            label="Record Type ID",
            type="reference",
            flags="cunsfga",
            length=18,
            refers_to=("RecordType",),
            relationship="RecordType",
        )
        definition.put(reference)
        org.schema_changed(definition.name)
    row = {
        "Name": name,
        "DeveloperName": name.replace(" ", "_"),
        "SobjectType": definition.name,
        "IsActive": True,
    }
    return org.furnish_row("RecordType", row)


def add_role(org: "Blueprint", name: str, parent: str | None) -> str:
    row = {"Name": name, "DeveloperName": name.replace(" ", "_"), "ParentRoleId": parent}
    return org.furnish_row("UserRole", row)


def open_currencies(
    org: "Blueprint",
    corporate: str,
    rates: Mapping[str, object],
    dated: Mapping[str, Mapping[str, object]] | None,
) -> None:
    org.absent.discard("CurrencyType")
    worth = {corporate: 1, **rates}
    for code, rate in worth.items():
        row = {"IsoCode": code, "ConversionRate": rate, "DecimalPlaces": 2, "IsActive": True}
        org.furnish_row("CurrencyType", {**row, "IsCorporate": code == corporate})
    choices = tuple(Choice(code, code, default=code == corporate) for code in worth)
    for type_ in _PRICED:
        field = Field(
            name="CurrencyIsoCode",
            label="Currency ISO Code",
            type="picklist",
            flags="cusfgadr",
            length=3,
            choices=choices,
        )
        org.objects[type_].put(field)
        org.schema_changed(type_)
    if dated is not None:
        org.absent.discard("DatedConversionRate")
    for code, days in (dated or {}).items():
        ends = [*sorted(days)[1:], "9999-12-31"]
        for (day, rate), end in zip(sorted(days.items()), ends, strict=True):
            row = {"IsoCode": code, "StartDate": day, "NextStartDate": end, "ConversionRate": rate}
            org.furnish_row("DatedConversionRate", row)


def open_country_picklists(org: "Blueprint") -> None:
    for type_, prefix in _ADDRESSES.items():
        for part in ("State", "Country"):
            code = Field(
                name=f"{prefix}{part}Code",
                label=f"{prefix} {part} Code".strip(),
                type="picklist",
                flags="cunsfgpa",
                length=10,
            )
            org.objects[type_].put(code)
            permissions.grant_everywhere(org, type_, code.name)


def open_person_accounts(org: "Blueprint") -> None:
    for type_ in ("Account", "Contact"):
        field = Field(
            name="IsPersonAccount", label="Is Person Account", type="boolean", flags="sfgd"
        )
        org.objects[type_].put(field)
        org.schema_changed(type_)


def custom_field(name: str, kind: str, label: str, shape: Shape) -> Field:
    """A custom field's definition, without an id.

    Raises:
        Refusal: there is no such kind, or the name is none of a custom field.
    """
    known = _KINDS.get(kind)
    if known is None:
        raise Refusal("FIELD_INTEGRITY_EXCEPTION", f"Field type {kind} is not supported", ["Type"])
    if not name.endswith("__c"):
        raise Refusal("INVALID_FIELD", f"A custom field's name ends in __c: {name}", ["FullName"])
    restricted = shape.restricted and bool(shape.picklist)
    return Field(
        name=name,
        label=label or name.removesuffix("__c").replace("_", " "),
        type=known.type,
        flags=known.flags + ("r" if restricted else ""),
        length=shape.length if known.length is None else known.length,
        precision=shape.precision if known.numeric else 0,
        scale=shape.scale if known.numeric else 0,
        choices=tuple(Choice(value, value) for value in shape.picklist),
        extra="plaintextarea" if known.type == "textarea" else None,
        default=False if known.type == "boolean" else None,
    )


def list_field(org: "Blueprint", type_: str, field: Field) -> None:
    """Show a custom field's definition to the Tooling API."""
    row = {
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
        org.furnish_row("CustomField", row, field.custom_id)


def _people(org: "Blueprint") -> None:
    admin = add_user(org, "admin", "Kaori", "Mori", title="System Administrator")
    profile, standard, minimum = (
        org.furnish_row("Profile", {"Name": name, "UserType": "Standard"})
        for name in (
            "System Administrator",
            "Standard User",
            "Minimum Access - API Only Integrations",
        )
    )
    org.tables["User"].rows[admin]["ProfileId"] = profile
    add_user(org, "human", "Mika", "Ogawa", title="Marketing Operations", profile=standard)
    add_user(org, "agent", "BBM", "Agent", title="Integration", profile=minimum)
    add_user(org, "flow", "Automated", "Process", kind="AutomatedProcess", profile=standard)
    for number, (first, last) in enumerate(_SALES, start=1):
        add_user(org, f"sales{number:02}", first, last, title="Sales", profile=standard)
    queue = {"Name": "Inbound Leads", "DeveloperName": "Inbound_Leads", "Type": "Queue"}
    org.know_user("queue", org.furnish_row("Group", queue))


def _organization(org: "Blueprint") -> None:
    row = {
        "Name": "Kaede Robotics K.K.",
        "OrganizationType": "Enterprise Edition",
        "InstanceName": "JPN42",
        "IsSandbox": False,
        "DefaultLocaleSidKey": "ja_JP",
        "LanguageLocaleKey": "ja",
        "TimeZoneSidKey": "Asia/Tokyo",
        "FiscalYearStartMonth": 1,
        "Country": "JP",
        "PrimaryContact": "Kaori Mori",
        "ReceivesInfoEmails": True,
        "ReceivesAdminInfoEmails": True,
        "DefaultAccountAccess": "None",
        "DefaultContactAccess": "ControlledByParent",
        "DefaultOpportunityAccess": "None",
        "DefaultLeadAccess": "None",
        "DefaultCaseAccess": "ReadEditTransfer",
        "DefaultCalendarAccess": "HideDetailsInsert",
        "DefaultPricebookAccess": "ReadSelect",
        "DefaultCampaignAccess": "All",
        "UiSkin": "Theme3",
        "SignupCountryIsoCode": "JP",
        "NumKnowledgeService": 0,
        "MonthlyPageViewsUsed": 0,
        "MonthlyPageViewsEntitlement": 0,
    }
    org.org_id = org.furnish_row("Organization", row)


def _stage(org: "Blueprint", name: str, probability: int, forecast: str) -> None:
    implied = {
        "IsClosed": forecast in {"Closed", "Omitted"},
        "IsWon": forecast == "Closed",
        "ForecastCategory": forecast,
        "ForecastCategoryName": _FORECAST_NAMES.get(forecast, forecast),
    }
    row = {
        "MasterLabel": name,
        "ApiName": name,
        "IsActive": True,
        "SortOrder": len(org.tables["OpportunityStage"].rows) + 1,
        "DefaultProbability": probability,
        **implied,
    }
    org.furnish_row("OpportunityStage", row)
    org.stages[name] = {"Probability": probability, **implied}
    _add_choice(org, "Opportunity", "StageName", Choice(name, name))


def _add_choice(org: "Blueprint", type_: str, name: str, choice: Choice) -> None:
    definition = org.objects[type_]
    field = definition.fields[name]
    if all(one.value != choice.value for one in field.choices):
        definition.put(replace(field, choices=(*field.choices, choice)))
        org.schema_changed(type_)
