"""HubSpot's own properties, as far as selling and marketing use them."""

from collections.abc import Mapping
from functools import cache

from sandbox.hubspot import engagements, further
from sandbox.hubspot.choices import choices
from sandbox.hubspot.object_types import ENGAGEMENTS, FURTHER
from sandbox.hubspot.pipelines import stage_word
from sandbox.hubspot.properties import YES_NO, Group, Option, Property

# One property a line: name, type, fieldType, label. "!" marks values that nobody can write.
_EVERY_TYPE = """
hs_object_id! number number Record ID
hs_object_source! enumeration select Record source
hs_object_source_id! string text Record source ID
hs_object_source_label! string text Record source label
hs_created_by_user_id! number number Created by user ID
hs_updated_by_user_id! number number Updated by user ID
hs_merged_object_ids! enumeration checkbox Merged record IDs
hs_all_owner_ids! enumeration checkbox All owner IDs
hubspot_owner_id enumeration select Owner
hubspot_owner_assigneddate! datetime date Owner assigned date
hubspot_team_id! enumeration select HubSpot team
hs_was_imported! bool booleancheckbox Performed in an import
"""

_MARKETING = """
hs_analytics_source enumeration select Original Traffic Source
hs_analytics_source_data_1! string text Original Traffic Source Drill-Down 1
hs_analytics_source_data_2! string text Original Traffic Source Drill-Down 2
hs_latest_source! enumeration select Latest Traffic Source
hs_analytics_num_page_views! number number Number of Pageviews
hs_analytics_num_visits! number number Number of Sessions
hs_analytics_first_timestamp! datetime date Time First Seen
lifecyclestage enumeration radio Lifecycle Stage
"""

_CONTACTS = """
createdate! datetime date Create Date
lastmodifieddate! datetime date Last Modified Date
email string text Email
firstname string text First Name
lastname string text Last Name
phone string phonenumber Phone Number
mobilephone string phonenumber Mobile Phone Number
company string text Company Name
jobtitle string text Job Title
industry string text Industry
annualrevenue string text Annual Revenue
numemployees enumeration select Number of Employees
website string text Website URL
address string text Street Address
city string text City
state string text State/Region
zip string text Postal Code
country string text Country/Region
hs_country_region_code string text Country/Region Code
hs_language string text Preferred language
hs_persona enumeration radio Persona
hs_lead_status enumeration radio Lead Status
hs_buying_role enumeration checkbox Buying Role
hs_seniority enumeration select Seniority
hs_role string text Employment Role
hs_email_domain! string text Email Domain
hs_email_optout bool booleancheckbox Unsubscribed from all email
hs_full_name_or_email! string calculation_equation Full name or email
hs_searchable_calculated_phone_number! string calculation_equation Calculated Phone Number
hs_all_contact_vids! enumeration checkbox All vids for a contact
hs_associated_target_accounts! number calculation_rollup Associated target accounts
hs_currently_enrolled_in_prospecting_agent! bool calculation_equation Enrolled in prospecting agent
hs_is_contact! bool booleancheckbox Is a contact
hs_membership_has_accessed_private_content! number number Has been granted access to private content
hs_prospecting_agent_actively_enrolled_count! number number Active enrolments in prospecting agent
hs_prospecting_agent_total_enrolled_count! number number Total enrolments in prospecting agent
hs_registered_member! number number Registered member
hs_sequences_actively_enrolled_count! number calculation_rollup Sequences actively enrolled
num_notes! number number Number of Sales Activities
hs_is_unworked! bool calculation_equation Contact unworked
hs_pipeline enumeration select Pipeline
hs_calculated_merged_vids! string calculation_equation Merged vids with timestamps
associatedcompanyid number number Primary Associated Company ID
num_associated_deals! number number Number of Associated Deals
recent_conversion_event_name! string text Recent Conversion
first_conversion_event_name! string text First Conversion
first_conversion_date! datetime date First Conversion Date
notes_last_contacted! datetime date Last Contacted
message string textarea Message
closedate datetime date Close Date
hubspotscore! number calculation_score HubSpot Score
"""

_COMPANIES = """
createdate datetime date Create Date
hs_createdate! datetime date Object create date/time
hs_lastmodifieddate! datetime date Last Modified Date
name string text Company name
domain string text Company Domain Name
website string text Website URL
phone string phonenumber Phone Number
description string textarea Description
industry enumeration select Industry
type enumeration select Type
annualrevenue number number Annual Revenue
hs_annual_revenue_currency_code! string text Annual Revenue Currency Code
numberofemployees number number Number of Employees
hs_employee_range! string text Employee range
hs_revenue_range! string text Revenue range
hs_country_code string text Country/Region Code
hs_is_enriched! bool booleancheckbox Enriched
hs_industry_group! string text Industry group
address string text Street Address
city string text City
state string text State/Region
zip string text Postal Code
country string text Country/Region
timezone string text Time Zone
founded_year string text Year Founded
is_public bool booleancheckbox Is Public
web_technologies enumeration checkbox Web Technologies
hs_lead_status enumeration radio Lead Status
hs_ideal_customer_profile enumeration select Ideal Customer Profile Tier
hs_is_target_account bool booleancheckbox Target Account
hs_target_account_probability! number number Target Account Probability
hs_parent_company_id! number number Parent Company
hs_num_child_companies! number number Number of Child Companies
hs_num_open_deals! number number Number of open deals
hs_total_deal_value! number number Total open deal value
total_revenue! number calculation_rollup Total Revenue
recent_deal_amount! number number Recent Deal Amount
num_associated_contacts! number number Number of Associated Contacts
num_associated_deals! number number Number of Associated Deals
hs_pipeline enumeration select Pipeline
closedate datetime date Close Date
"""

_DEALS = """
createdate datetime date Create Date
hs_createdate! datetime date HubSpot Create Date
hs_lastmodifieddate! datetime date Last Modified Date
dealname string text Deal Name
pipeline enumeration select Pipeline
dealstage enumeration radio Deal Stage
amount number number Amount
amount_in_home_currency! number calculation_equation Amount in company currency
deal_currency_code enumeration select Currency
hs_exchange_rate! number calculation_equation Exchange rate
closedate datetime date Close Date
closed_lost_reason string textarea Closed Lost Reason
closed_won_reason string textarea Closed Won Reason
dealtype enumeration radio Deal Type
description string textarea Deal Description
hs_is_closed! bool calculation_equation Is Deal Closed?
hs_is_closed_won! bool calculation_equation Is Closed Won
hs_is_closed_lost! bool calculation_equation Is Closed Lost
hs_closed_won_date! datetime date Closed Won Date
hs_deal_stage_probability! number number Deal probability
hs_v2_date_entered_current_stage! datetime date Date entered current stage
hs_primary_associated_company! number number Primary Associated Company
num_associated_contacts! number number Number of Associated Contacts
hs_priority enumeration select Priority
hs_forecast_amount! number calculation_equation Forecast amount
hs_manual_forecast_category enumeration select Forecast category
hs_arr number number Annual recurring revenue
hs_mrr number number Monthly recurring revenue
hs_acv number number Annual contract value
hs_tcv number number Total contract value
hs_next_step string text Next step
hs_analytics_source! enumeration select Original Traffic Source
hs_analytics_source_data_1! string text Original Traffic Source Drill-Down 1
"""

_LEADS = """
hs_createdate! datetime date Create Date
hs_lastmodifieddate! datetime date Last Modified Date
hs_lead_name string text Lead Name
hs_lead_type enumeration select Lead Type
hs_lead_label enumeration select Lead Label
hs_pipeline enumeration select Pipeline
hs_pipeline_stage enumeration radio Lead Stage
hs_pipeline_stage_category! string text Lead stage category
hs_v2_date_entered_current_stage! datetime date Date entered current stage
hs_primary_contact_id! number number Primary contact
hs_primary_company_id! number number Primary company
hs_lead_disqualification_reason string textarea Disqualification reason
"""

_NATIVE: Mapping[str, tuple[str, str, str]] = {
    # object type: what all types share comes first; the group's name and label follow
    "contacts": (_EVERY_TYPE + _MARKETING + _CONTACTS, "contactinformation", "Contact information"),
    "companies": (
        _EVERY_TYPE + _MARKETING + _COMPANIES,
        "companyinformation",
        "Company information",
    ),
    "deals": (_EVERY_TYPE + _DEALS, "dealinformation", "Deal information"),
    "leads": (_EVERY_TYPE + _LEADS, "leadinformation", "Lead information"),
    **{
        kind.name: (
            _EVERY_TYPE + further.lines_of(kind),
            f"{kind.singular.replace('_', '')}information",
            f"{kind.singular.replace('_', ' ').capitalize()} information",
        )
        for kind in FURTHER
    },
    **{
        kind.name: (
            _EVERY_TYPE + engagements.lines_of(kind),
            f"{kind.singular}_information",
            f"{kind.singular.capitalize()} information",
        )
        for kind in ENGAGEMENTS
    },
}

# Their choices are not listed in the definition: owners, teams, merged ids, custom personas.
_OPEN_CHOICES = frozenset(
    {
        "hubspot_owner_id",
        "hubspot_team_id",
        "hs_merged_object_ids",
        "hs_all_contact_vids",
        "hs_all_owner_ids",
        "hs_persona",
        "web_technologies",
        "pipeline",
        "dealstage",
        "hs_pipeline",
        "hs_pipeline_stage",
        *engagements.OPEN_CHOICES,
        *further.OPEN_CHOICES,
    }
)
_HINTS = {"associatedcompanyid": {"referencedObjectType": "COMPANY"}}
_CALLED_ALIKE = {"hs_latest_source": "hs_analytics_source"}


@cache
def native_properties(type_name: str) -> tuple[Property, ...]:
    lines, group, _ = _NATIVE[type_name]
    return tuple(_native(type_name, line, group) for line in lines.split("\n") if line)


def native_group(type_name: str) -> Group:
    _, name, label = _NATIVE[type_name]
    return Group(name, label, 0)


@cache
def entered_stage(stage: str, label: str, group: str) -> tuple[Property, Property]:
    """The two dates that HubSpot keeps for every stage of a pipeline or lifecycle."""
    word = stage_word(stage)
    return (
        _stage_date(f"hs_v2_date_entered_{word}", f'Date entered "{label}"', group),
        _stage_date(f"hs_v2_date_exited_{word}", f'Date exited "{label}"', group),
    )


@cache
def became_stage(stage: str, label: str, group: str) -> Property:
    """The older date of a contact's lifecycle stage, kept in milliseconds."""
    return _stage_date(f"hs_lifecyclestage_{stage}_date", f"Became a {label} Date", group)


def _stage_date(name: str, label: str, group: str) -> Property:
    return Property(name, "datetime", "date", label, group, native=True, read_only=True)


def _native(type_name: str, line: str, group: str) -> Property:
    name, kind, form, label = line.split(" ", 3)
    bare = name.removesuffix("!")
    options = YES_NO if kind == "bool" else _choices(bare, kind)
    return Property(
        bare,
        kind,
        form,
        label,
        group,
        options=options,
        native=True,
        read_only=name.endswith("!"),
        external_options=bare in _OPEN_CHOICES,
        # A contact is known by its e-mail address: two cannot share one.
        has_unique_value=(type_name, bare) == ("contacts", "email"),
        hints=_HINTS.get(bare, {}),
        read_only_options=False if bare == "dealstage" else None,
    )


def _choices(name: str, kind: str) -> tuple[Option, ...]:
    if kind != "enumeration":
        return ()
    return choices(_CALLED_ALIKE.get(name, name))
