"""What HubSpot calls things: kinds, standard properties, our own properties and their types."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bbm_core.records import FieldRole, FieldSpec, FieldType, RecordKind

DEFAULT_NAMES: Final[Mapping[FieldRole, str]] = MappingProxyType(
    {
        FieldRole.FLAG: "bbm_icp",
        FieldRole.SCORE: "bbm_score",
        FieldRole.TIER: "bbm_tier",
        FieldRole.REASON: "bbm_reason",
        FieldRole.MISSING: "bbm_missing",
        FieldRole.COVERAGE: "bbm_coverage",
        FieldRole.VERSION: "bbm_version",
        FieldRole.SCORED_AT: "bbm_scored_at",
        FieldRole.OVERRIDE: "bbm_override",
        FieldRole.OVERRIDE_REASON: "bbm_override_reason",
        FieldRole.OVERRIDE_UNTIL: "bbm_override_until",
    }
)
"""Our properties, the same on contacts, companies, deals and leads."""

GROUP: Final = "bbm"
GROUP_LABEL: Final = "BBM / ICP"
MERGED_IDS: Final = "hs_merged_object_ids"
MERGED_CONTACTS: Final = "hs_calculated_merged_vids"
CURRENT_STAGE_SINCE: Final = "hs_v2_date_entered_current_stage"


@dataclass(frozen=True, slots=True)
class KindNames:
    """How HubSpot names one kind and the properties that every portal has on it."""

    object_type: str  # in paths
    type_id: str  # in links
    scope: str  # crm.objects.<scope>.read, and what people call the kind
    modified: str
    status: str
    name: tuple[str, ...]
    others: tuple[str, ...] = ()
    pipeline: str = ""  # empty: the status is a plain lifecycle stage
    company: str = ""  # the property that names the primary company
    primary_company_type: int = 0  # the type of that association, where it has to be asked


NAMES: Final[Mapping[RecordKind, KindNames]] = MappingProxyType(
    {
        RecordKind.ACCOUNT: KindNames(
            object_type="companies",
            type_id="0-2",
            scope="companies",
            modified="hs_lastmodifieddate",
            status="lifecyclestage",
            name=("name",),
        ),
        RecordKind.LEAD: KindNames(
            object_type="0-136",
            type_id="0-136",
            scope="leads",
            modified="hs_lastmodifieddate",
            status="hs_pipeline_stage",
            name=("hs_lead_name",),
            pipeline="hs_pipeline",
            company="hs_primary_company_id",
            primary_company_type=580,
        ),
        RecordKind.CONTACT: KindNames(
            object_type="contacts",
            type_id="0-1",
            scope="contacts",
            modified="lastmodifieddate",
            status="lifecyclestage",
            name=("firstname", "lastname"),
            others=(MERGED_CONTACTS,),
            company="associatedcompanyid",
        ),
        RecordKind.OPPORTUNITY: KindNames(
            object_type="deals",
            type_id="0-3",
            scope="deals",
            modified="hs_lastmodifieddate",
            status="dealstage",
            name=("dealname",),
            others=(
                "amount",
                "amount_in_home_currency",
                "closedate",
                "deal_currency_code",
                "hs_closed_won_date",
                "hs_is_closed",
                "hs_is_closed_won",
            ),
            pipeline="pipeline",
            company="hs_primary_associated_company",
            primary_company_type=5,
        ),
    }
)

_TYPES: Final = MappingProxyType(
    {
        FieldType.CHOICE: ("enumeration", "select"),
        FieldType.NUMBER: ("number", "number"),
        FieldType.PERCENT: ("number", "number"),
        FieldType.TEXT: ("string", "text"),
        FieldType.DATE: ("date", "date"),
        FieldType.DATETIME: ("datetime", "date"),
    }
)


def hubspot_type(spec: FieldSpec) -> str:
    """The type that a field of ours has in HubSpot."""
    return _TYPES[spec.type][0]


def property_body(spec: FieldSpec) -> dict[str, object]:
    """What creates a field of ours."""
    kind, widget = _TYPES[spec.type]
    return {
        "name": spec.name,
        "label": spec.label,
        "description": spec.help,
        "groupName": GROUP,
        "type": kind,
        "fieldType": widget,
        "formField": False,
        "hidden": False,
        "options": options_body(tuple((one.value, one.label) for one in spec.choices)),
    }


def group_body() -> dict[str, object]:
    """What creates the group under which people find our fields."""
    return {"name": GROUP, "label": GROUP_LABEL, "displayOrder": -1}


def options_body(options: tuple[tuple[str, str], ...]) -> list[dict[str, object]]:
    """The options of a choice, as values and labels, in their order."""
    return [
        {"value": value, "label": label, "displayOrder": order, "hidden": False}
        for order, (value, label) in enumerate(options)
    ]
