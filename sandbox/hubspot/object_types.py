"""The object types of a portal: their names, their ids, and what a read answers unasked."""

from dataclasses import dataclass

from sandbox.hubspot.refusals import missing_scopes, unreadable


@dataclass(frozen=True, slots=True)
class ObjectType:
    """One kind of record. `stage` and `pipeline` name the properties that hold its place."""

    name: str
    singular: str
    id: str
    created: tuple[str, ...]
    modified: str
    unasked: tuple[str, ...]
    stage: str
    pipeline: str
    first_number: int
    searched: tuple[str, ...]  # what the `query` of a search looks into


CONTACTS = ObjectType(
    name="contacts",
    singular="contact",
    id="0-1",
    created=("createdate",),
    modified="lastmodifieddate",
    unasked=("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"),
    stage="lifecyclestage",
    pipeline="",
    # Ids are above 32 bits and soon get a digit more: text order and number order differ.
    first_number=9_999_999_400,
    searched=("firstname", "lastname", "email", "phone", "company"),
)
COMPANIES = ObjectType(
    name="companies",
    singular="company",
    id="0-2",
    created=("createdate", "hs_createdate"),
    modified="hs_lastmodifieddate",
    unasked=("createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"),
    stage="lifecyclestage",
    pipeline="",
    first_number=29_999_999_700,
    searched=("name", "domain", "website", "phone"),
)
DEALS = ObjectType(
    name="deals",
    singular="deal",
    id="0-3",
    created=("createdate", "hs_createdate"),
    modified="hs_lastmodifieddate",
    unasked=(
        "amount",
        "closedate",
        "createdate",
        "dealname",
        "dealstage",
        "hs_lastmodifieddate",
        "hs_object_id",
        "pipeline",
    ),
    stage="dealstage",
    pipeline="pipeline",
    first_number=9_999_999_800,
    searched=("dealname", "description"),
)
LEADS = ObjectType(
    name="leads",
    singular="lead",
    id="0-136",
    created=("hs_createdate",),
    modified="hs_lastmodifieddate",
    unasked=("hs_createdate", "hs_lastmodifieddate", "hs_object_id"),
    stage="hs_pipeline_stage",
    pipeline="hs_pipeline",
    first_number=9_999_999_900,
    searched=("hs_lead_name",),
)


def _engagement(name: str, id_: str, first_number: int, *searched: str) -> ObjectType:
    """An activity: who did what with whom, and when."""
    return ObjectType(
        name=name,
        singular=name.removesuffix("s"),
        id=id_,
        created=("hs_createdate",),
        modified="hs_lastmodifieddate",
        unasked=("hs_createdate", "hs_lastmodifieddate", "hs_object_id"),
        stage="",
        pipeline="",
        first_number=first_number,
        searched=searched,
    )


ENGAGEMENTS = (
    _engagement("tasks", "0-27", 39_999_999_100, "hs_task_subject", "hs_task_body"),
    _engagement("notes", "0-46", 49_999_999_200, "hs_note_body"),
    _engagement("meetings", "0-47", 59_999_999_300, "hs_meeting_title"),
    _engagement("calls", "0-48", 69_999_999_400, "hs_call_title", "hs_call_body"),
    _engagement("emails", "0-49", 79_999_999_500, "hs_email_subject"),
    _engagement("communications", "0-18", 89_999_999_100, "hs_communication_body"),
    _engagement("postal_mail", "0-116", 99_999_999_200, "hs_postal_mail_body"),
)
SELLING = (CONTACTS, COMPANIES, DEALS, LEADS)


def _further(name: str, id_: str, first_number: int, *searched: str) -> ObjectType:
    """A type that has to do with neither the funnel nor activities."""
    has_older = name in {"tickets", "products", "line_items"}
    created = ("createdate", "hs_createdate") if has_older else ("hs_createdate",)
    shown = {*created, "hs_lastmodifieddate", "hs_object_id", *searched}
    return ObjectType(
        name=name,
        singular=name.removesuffix("s"),
        id=id_,
        created=created,
        modified="hs_lastmodifieddate",
        unasked=tuple(sorted(shown)),
        stage="hs_pipeline_stage" if name == "tickets" else "",
        pipeline="hs_pipeline" if name == "tickets" else "",
        first_number=first_number,
        searched=searched,
    )


TICKETS = _further("tickets", "0-5", 19_999_999_100, "subject", "content")
FURTHER = (
    TICKETS,
    _further("products", "0-7", 29_999_999_200, "name", "description"),
    _further("line_items", "0-8", 39_999_999_300, "name"),
    _further("quotes", "0-14", 49_999_999_400, "hs_title"),
    _further("deal_splits", "0-72", 59_999_999_500),
    _further("goal_targets", "0-74", 69_999_999_600, "hs_goal_name"),
    _further("feedback_submissions", "0-19", 79_999_999_700, "hs_content"),
    _further("forms", "0-28", 89_999_999_800),
)
OBJECT_TYPES = (*SELLING, *ENGAGEMENTS, *FURTHER)
_BY_ANY_NAME = {alias: one for one in OBJECT_TYPES for alias in (one.name, one.singular, one.id)}

# HubSpot has these too. None is kept here, so nobody has the scope: plural, singular, id, scope.
_NOT_KEPT = """
invoices invoice 0-53 crm.objects.invoices.read
orders order 0-123 crm.objects.orders.read
carts cart 0-142 crm.objects.carts.read
"""
_SCOPE_BY_ANY_NAME = {
    alias: scope
    for *aliases, scope in map(str.split, _NOT_KEPT.strip().splitlines())
    for alias in aliases
}


def object_type(name: str) -> ObjectType:
    """The type by its plural, its singular or its id, as paths and calls name it.

    Raises:
        Refused: HubSpot knows no such type, or nobody here may see it.
    """
    found = _BY_ANY_NAME.get(name.lower())
    if found is not None:
        return found
    scope = _SCOPE_BY_ANY_NAME.get(name.lower())
    if scope is not None:
        raise missing_scopes([scope])
    raise unreadable(f"Unable to infer object type from: {name}")
