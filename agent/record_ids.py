"""Ids as people and exports write them, in the form in which they are kept."""

from connectors.salesforce.ids import canonical


def long_form(crm: str, id_: str) -> str:
    """Salesforce shows 15 characters in reports and 18 elsewhere; the long form is kept."""
    if crm != "salesforce":
        return id_
    try:
        return canonical(id_)
    except ValueError:
        return id_
