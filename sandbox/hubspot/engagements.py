"""Activities: calls, e-mails, letters, meetings, messages, notes and tasks, with and by whom.

They are records like others. What is known of them here is who did what with whom and when.
"""

from sandbox.hubspot.object_types import ObjectType

# One property a line, as in `natives`: name, type, fieldType, label.
_EVERY_KIND = """
hs_createdate! datetime date Create date
hs_lastmodifieddate! datetime date Last modified date
hs_timestamp datetime date Activity date
hs_activity_type enumeration select Call and meeting type
hs_engagement_source! string text Record source
hs_attachment_ids string text Attachments
hs_body_preview! string text Body preview
"""
_OWN = {
    "calls": """
hs_call_title string text Call Title
hs_call_body string html Call notes
hs_call_callee_object_id number number Callee object id
hs_call_direction enumeration select Call direction
hs_call_disposition enumeration select Call outcome
hs_call_duration number number Call duration
hs_call_from_number string text From number
hs_call_recording_url string text Recording URL
hs_call_status enumeration select Call status
hs_call_to_number string text To number
""",
    "emails": """
hs_email_direction enumeration select Email Direction
hs_email_from_email! string text Email from address
hs_email_headers string text Email headers
hs_email_html string html Email HTML
hs_email_status enumeration select Email send status
hs_email_subject string text Email subject
hs_email_text string textarea Text body
hs_email_to_email! string text Email to address
hs_email_open_count! number number Number of email opens
hs_email_reply_count! number number Number of email replies
""",
    "meetings": """
hs_meeting_title string text Meeting name
hs_meeting_body string html Meeting description
hs_internal_meeting_notes string html Internal meeting notes
hs_meeting_external_url string text External URL
hs_meeting_location string text Location
hs_meeting_outcome enumeration select Meeting outcome
hs_meeting_start_time datetime date Meeting start time
hs_meeting_end_time datetime date Meeting end time
""",
    "communications": """
hs_communication_body string html Communication body
hs_communication_channel_type enumeration select Channel type
hs_communication_logged_from enumeration select Logged from
""",
    "postal_mail": """
hs_postal_mail_body string html Postal mail body
""",
    "notes": """
hs_note_body string html Note body
""",
    "tasks": """
hs_task_subject string text Task Title
hs_task_body string html Notes
hs_task_priority enumeration select Priority
hs_task_status enumeration select Task Status
hs_task_type enumeration select Task Type
hs_task_completion_date! datetime date Completed at
hs_task_is_completed! number calculation_equation Is completed
hs_task_reminders string text Reminders
""",
}

CHOICES = {
    "hs_call_direction": "INBOUND OUTBOUND",
    "hs_call_status": "BUSY CALLING_CRM_USER CANCELED COMPLETED CONNECTING FAILED IN_PROGRESS "
    "MISSED NO_ANSWER QUEUED RINGING",
    "hs_communication_channel_type": "LINKEDIN_MESSAGE SMS WHATS_APP",
    "hs_communication_logged_from": "CRM",
    "hs_email_direction": "EMAIL INCOMING_EMAIL FORWARDED_EMAIL",
    "hs_email_status": "BOUNCED FAILED SCHEDULED SENDING SENT",
    "hs_meeting_outcome": "SCHEDULED COMPLETED RESCHEDULED NO_SHOW CANCELED",
    "hs_task_priority": "NONE LOW MEDIUM HIGH",
    "hs_task_status": "NOT_STARTED IN_PROGRESS WAITING COMPLETED DEFERRED",
    "hs_task_type": "EMAIL CALL TODO",
}
OPEN_CHOICES = frozenset({"hs_activity_type", "hs_call_disposition"})  # the account names them

# The type ids of what an activity can be associated with, from the record and from the activity.
LINK_IDS = {
    ("contacts", "calls"): (193, 194),
    ("contacts", "emails"): (197, 198),
    ("contacts", "meetings"): (199, 200),
    ("contacts", "notes"): (201, 202),
    ("contacts", "tasks"): (203, 204),
    ("contacts", "communications"): (82, 81),
    ("contacts", "postal_mail"): (454, 453),
    ("companies", "communications"): (88, 87),
    ("companies", "postal_mail"): (460, 459),
    ("deals", "communications"): (86, 85),
    ("deals", "postal_mail"): (458, 457),
    ("companies", "calls"): (181, 182),
    ("companies", "emails"): (185, 186),
    ("companies", "meetings"): (187, 188),
    ("companies", "notes"): (189, 190),
    ("companies", "tasks"): (191, 192),
    ("deals", "calls"): (205, 206),
    ("deals", "emails"): (209, 210),
    ("deals", "meetings"): (211, 212),
    ("deals", "notes"): (213, 214),
    ("deals", "tasks"): (215, 216),
    # HubSpot's numbers for activities of leads are not on record: these are the sandbox's own.
    ("leads", "calls"): (596, 597),
    ("leads", "emails"): (598, 599),
    ("leads", "meetings"): (600, 601),
    ("leads", "notes"): (854, 855),
    ("leads", "tasks"): (646, 647),
}


def lines_of(kind: ObjectType) -> str:
    """The properties of one kind of activity."""
    return _EVERY_KIND + _OWN[kind.name]


def scope_of(kind: ObjectType, verb: str) -> str:
    """Activities are read by who may read contacts; the content of e-mails has its own scope."""
    if kind.name == "emails" and verb == "read":
        return "sales-email-read"
    return f"crm.objects.contacts.{verb}"
