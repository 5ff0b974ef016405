"""What an account has besides the funnel and activities: tickets, products, goals, and so on.

Clients that copy a whole account ask for them by name, also where they only want people and deals.
They are records like others; what is known of them here is what such clients read.
"""

from sandbox.hubspot.object_types import ObjectType

# One property a line, as in `natives`: name, type, fieldType, label.
_EVERY_KIND = """
hs_createdate! datetime date Create date
hs_lastmodifieddate! datetime date Last modified date
"""
_OWN = {
    "tickets": """
createdate! datetime date Create date
subject string text Ticket name
content string textarea Ticket description
hs_pipeline enumeration select Pipeline
hs_pipeline_stage enumeration select Ticket status
hs_v2_date_entered_current_stage! datetime date Date entered current stage
hs_ticket_category enumeration checkbox Category
hs_ticket_priority enumeration select Priority
closed_date datetime date Close date
""",
    "products": """
createdate! datetime date Create date
name string text Name
description string textarea Product description
price number number Unit price
hs_sku string text SKU
hs_cost_of_goods_sold number number Unit cost
recurringbillingfrequency enumeration select Billing frequency
""",
    "line_items": """
createdate! datetime date Create date
name string text Name
amount! number calculation_equation Net price
price number number Unit price
quantity number number Quantity
discount number number Unit discount
hs_product_id number number Product ID
hs_line_item_currency_code enumeration select Currency
""",
    "quotes": """
hs_title string text Quote name
hs_public_url_key! string text Public URL key
hs_expiration_date datetime date Expiration date
hs_status enumeration select Quote status
hs_quote_amount! number calculation_equation Quote amount
hs_currency enumeration select Currency
""",
    "deal_splits": """
hs_deal_id number number Deal ID
hs_deal_split_amount! number calculation_equation Split amount
hs_deal_split_percentage number number Split percentage
""",
    "goal_targets": """
hs_goal_name string text Goal name
hs_target_amount number number Target amount
hs_start_datetime datetime date Start date
hs_end_datetime datetime date End date
""",
    "feedback_submissions": """
hs_content! string textarea Response
hs_survey_name! string text Survey name
hs_survey_type! string text Survey type
hs_value! number number Rating
""",
    "forms": """
""",
}

CHOICES = {
    "hs_ticket_priority": "LOW MEDIUM HIGH URGENT",
    "hs_ticket_category": "PRODUCT_ISSUE BILLING_ISSUE FEATURE_REQUEST GENERAL_INQUIRY",
}
OPEN_CHOICES = frozenset(
    {"recurringbillingfrequency", "hs_line_item_currency_code", "hs_status", "hs_currency"}
)

# As with activities: the type ids from the record that is named first, and back.
LINK_IDS = {
    ("contacts", "tickets"): (15, 16),
    ("companies", "tickets"): (340, 339),
    ("deals", "tickets"): (27, 28),
    ("deals", "line_items"): (19, 20),
    ("deals", "quotes"): (63, 64),
    ("quotes", "line_items"): (67, 68),
}
_ONE_SCOPE = {
    "tickets": "tickets",
    "deal_splits": "crm.dealsplits.read_write",
    "forms": "forms",
}


def lines_of(kind: ObjectType) -> str:
    """The properties of one of these types."""
    return _EVERY_KIND + _OWN[kind.name]


def scope_of(kind: ObjectType, verb: str) -> str:
    """Some types have one scope for everything."""
    name = "goals" if kind.name == "goal_targets" else kind.name
    return _ONE_SCOPE.get(name, f"crm.objects.{name}.{verb}")
