"""Every code that is told of Salesforce, and what to do about it."""

from collections.abc import Mapping
from types import MappingProxyType

HINTS: Mapping[str, str] = MappingProxyType(
    {
        "BBM-SF-001": "Check the network, and `url` and `proxy` of [crm.salesforce].",
        "BBM-SF-002": "Run again later; https://status.salesforce.com says what is wrong.",
        "BBM-SF-003": "Run again; if it stays, a proxy or firewall answers in Salesforce's place.",
        "BBM-SF-004": "Check `url` of [crm.salesforce]: it must be the org's My Domain address.",
        "BBM-SF-005": "Check `ca_file` of [crm.salesforce]: it names whom to trust, in PEM.",
        "BBM-SF-006": "Check `proxy` of [crm.salesforce].",
        "BBM-SF-007": "Make `page_size` of [crm.salesforce] smaller: even one second was too much.",
        "BBM-SF-008": (
            "Take `api_version` out of [crm.salesforce], or set a newer one: `bbm doctor` names it."
        ),
        "BBM-SF-009": (
            "Run again; if it stays, check the network, or raise `read_seconds` and `total_seconds`"
            " of [crm.salesforce]."
        ),
        "BBM-SF-010": "Check the credentials under [crm.salesforce].",
        "BBM-SF-011": (
            "Copy the consumer key and secret again (Setup > External Client App Manager > the app"
            " > Settings > OAuth Settings > Consumer Key and Secret)."
        ),
        "BBM-SF-012": (
            "Approve the agent's user for the app (Setup > External Client App Manager > the app >"
            " Policies > OAuth Policies > Permitted Users), and check `username`."
        ),
        "BBM-SF-013": "Leave `audience` of [crm.salesforce] empty, or give the My Domain address.",
        "BBM-SF-014": (
            "Give the app the scope `api` and let its user use the API (Setup > External Client App"
            " Manager > the app > Policies); a session of another kind cannot be used."
        ),
        "BBM-SF-015": "Look at the user's login history (Setup > Login History) for the reason.",
        "BBM-SF-016": (
            "Check `private_key` or `private_key_file` of [crm.salesforce]: it must be the key, in"
            " PEM, of the certificate in the app."
        ),
        "BBM-SF-017": (
            "Enable the client credentials flow and choose its user (Setup > External Client App"
            " Manager > the app > Policies > OAuth Flows and External Client App Enhancements)."
        ),
        "BBM-SF-018": (
            "Log in by an app instead: make an External Client App, then give `client_id` and"
            " `client_secret`, and take `legacy_soap_login` out of [crm.salesforce]."
        ),
        "BBM-SF-019": (
            "Make an External Client App before that, and log in by it: `client_id` and"
            " `client_secret` in place of `legacy_soap_login`."
        ),
        "BBM-SF-020": "Wait: the org's daily API calls are used up; they free within 24 hours.",
        "BBM-SF-021": "Run again: too many long requests are at work in the org.",
        "BBM-SF-022": "Read `bbm doctor`: Salesforce no longer says how many calls are used.",
        "BBM-SF-023": (
            "Wait: the org's daily bulk jobs are used up; they free within 24 hours. Or raise"
            " `bulk_query_from` of [crm.salesforce], so that fewer records are read by Bulk."
        ),
        "BBM-SF-030": (
            "Give the agent's user the permission set {permission_set} with access to this (Setup >"
            " Permission Sets > {permission_set} > Object Settings)."
        ),
        "BBM-SF-031": (
            "Let the permission set {permission_set} read the field (Setup > Permission Sets >"
            " {permission_set} > Object Settings > {object} > Edit), or correct its name in the"
            " configuration; fields of ours are made by `bbm fields apply`."
        ),
        "BBM-SF-032": (
            "Let the permission set {permission_set} edit the field (Setup > Permission Sets >"
            " {permission_set} > Object Settings > {object} > Edit)."
        ),
        "BBM-SF-033": (
            "Give the permission set {permission_set} View All Records on {object} (Setup >"
            " Permission Sets > {permission_set} > Object Settings > {object} > Edit)."
        ),
        "BBM-SF-034": "Enable the API for the org and the agent's user (permission API Enabled).",
        "BBM-SF-035": (
            "Exempt the agent's user from transaction security (permission Exempt from Transaction"
            " Security)."
        ),
        "BBM-SF-036": (
            "Let the agent edit records of all owners: a sharing rule with Read/Write (Setup >"
            " Sharing Settings), or Modify All Records on {object} in {permission_set}."
        ),
        "BBM-SF-037": (
            "Give {permission_set} the permission View Setup and Configuration to see what else"
            " runs on a write; the agent works without."
        ),
        "BBM-SF-040": "Correct the names in the configuration; `bbm doctor` lists what is missing.",
        "BBM-SF-041": "Give an id of 15 or 18 letters and digits, as in the record's address.",
        "BBM-SF-042": "Run a full sync: the place where the last pull stood cannot be read.",
        "BBM-SF-043": "Declare the field in the configuration; other fields are never written.",
        "BBM-SF-044": "Set `api_version` of [crm.salesforce] to {version}.",
        "BBM-SF-045": "Name one of its parts, such as BillingCity, in [attributes].",
        "BBM-SF-046": (
            "Raise `bulk_query_from` and `bulk_write_from` of [crm.salesforce] above the number of"
            " records: then they are read and written without the Bulk API."
        ),
        "BBM-SF-047": "Run again: Salesforce gave up a bulk job; its reason stands in the message.",
        "BBM-SF-048": "Run again later, or raise `bulk_minutes` of [crm.salesforce].",
        "BBM-SF-049": "Run again: the job is begun anew.",
        "BBM-SF-050": "Correct this machine's clock (NTP).",
        "BBM-SF-051": (
            "Track the field (Setup > Object Manager > {object} > Fields & Relationships > Set"
            " History Tracking > {field}); moves from then on have their times."
        ),
        "BBM-SF-052": (
            'Use a user with the licence "Salesforce Integration": it cannot log in by hand.'
        ),
        "BBM-SF-053": (
            "Assign it (Setup > Permission Sets > {permission_set} > Manage Assignments), or name"
            " the one it has in `permission_set` of [crm.salesforce]."
        ),
        "BBM-SF-054": "Give the user View and Edit Converted Leads, or set"
        " `write_converted_leads` to false.",
        "BBM-SF-055": "See that they may run on the agent's writes, or leave its user out of them.",
        "BBM-SF-056": "See that they may run on the agent's writes, or leave its user out of them.",
        "BBM-SF-057": (
            "Leave the agent's user out of rules that its fields have nothing to do with: a record"
            " that breaks one is not written."
        ),
        "BBM-SF-058": "Nothing, unless a rule blocks: the agent's writes pass those that warn.",
        "BBM-SF-059": "Nothing: the agent's writes do not run them.",
        "BBM-SF-060": "Look at Setup > Deployment Status, and run this again when it is done.",
        "BBM-SF-061": "Name all fields with the prefix of one package, or all without.",
        "BBM-SF-062": "Make room on the disk where temporary files lie (TMPDIR), and run again.",
        "BBM-SF-070": (
            "Let the permission set {permission_set} read it (Setup > Permission Sets >"
            " {permission_set} > Object Settings), correct the field's name under [crm.salesforce],"
            ' or write `{capability} = "never"` under [capabilities].'
        ),
        "BBM-SF-071": (
            "An org of one currency has no table of rates: write what others are worth under"
            ' [currencies], or `rates = "never"` under [capabilities].'
        ),
    }
)


def hint(code: str, **names: str) -> str:
    """What to do about a code; `names` fill in what the hint leaves open."""
    text = HINTS[code]
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text
