"""Ids as people and exports write them, in the form in which they are kept."""


def long_form(crm: str, id_: str) -> str:
    """Salesforce shows 15 characters in reports and 18 elsewhere; the long form is kept."""
    if crm != "salesforce":
        return id_
    # Imported here so that nobody waits for Salesforce's client who has another CRM.
    from connectors.salesforce.ids import canonical  # noqa: PLC0415

    try:
        return canonical(id_)
    except ValueError:
        return id_
