"""What people do to records by hand, in each CRM's own terms: the admin interface's reach."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sandbox.hubspot.refusals import Refused
from sandbox.salesforce.refusals import Refusal

if TYPE_CHECKING:
    from sandbox.hubspot.portal import Portal
    from sandbox.salesforce.org import Org

Body = Mapping[str, object]
Hand = Mapping[str, Callable[[Body], object]]  # what can be done -> doing it
HumanErrors = (Refusal, Refused)


def salesforce_hand(org: "Org") -> Hand:
    """Acts upon an org. Bodies name `type`, `id`, `values`, and by whom (`by`)."""

    def convert(body: Body) -> object:
        deal = mapping(body, "opportunity") if "opportunity" in body else None
        account = text(body, "account_id") if "account_id" in body else None
        return org.convert_lead(
            text(body, "id"), by=_by(body), opportunity=deal, account_id=account
        )

    def merge(body: Body) -> object:
        org.merge(text(body, "type"), text(body, "id"), texts(body, "losers"), by=_by(body))
        return {}

    return {
        "create": lambda body: {
            "id": org.create(text(body, "type"), mapping(body, "values"), by=_by(body))
        },
        "edit": lambda body: org.update(
            text(body, "type"), text(body, "id"), mapping(body, "values"), by=_by(body)
        ),
        "delete": lambda body: org.delete(text(body, "type"), text(body, "id"), by=_by(body)),
        "undelete": lambda body: org.undelete(text(body, "type"), text(body, "id"), by=_by(body)),
        "merge": merge,
        "convert": convert,
        "rows": lambda body: org.rows(text(body, "type"), deleted=bool(body.get("deleted"))),
    }


def hubspot_hand(portal: "Portal") -> Hand:
    """Acts upon a portal, with the same bodies; a merge has one loser and gives the new id."""

    def merge(body: Body) -> object:
        (loser,) = texts(body, "losers")
        return {"id": portal.merge(text(body, "type"), text(body, "id"), loser, by=_by(body))}

    return {
        "create": lambda body: {
            "id": portal.create(text(body, "type"), mapping(body, "values"), by=_by(body))
        },
        "edit": lambda body: portal.update(
            text(body, "type"), text(body, "id"), mapping(body, "values"), by=_by(body)
        ),
        "delete": lambda body: portal.archive(text(body, "type"), text(body, "id"), by=_by(body)),
        "undelete": lambda body: portal.restore(text(body, "type"), text(body, "id"), by=_by(body)),
        "merge": merge,
        "rows": lambda body: portal.rows(text(body, "type")),
        "token": lambda body: portal.tokens.add(text(body, "value"), texts(body, "scopes")).value,
        "app": lambda body: {
            "client_id": portal.tokens.add_app(
                text(body, "client_id"),
                text(body, "client_secret"),
                text(body, "refresh_token"),
                texts(body, "scopes"),
            ).client_id
        },
        "revoke": lambda body: portal.tokens.revoke(text(body, "value")),
    }


def text(body: Body, name: str) -> str:
    return str(body[name])


def texts(body: Body, name: str) -> list[str]:
    value = body[name]
    if not isinstance(value, list):
        raise TypeError(f"{name} must be a list")
    return [str(one) for one in value]


def mapping(body: Body, name: str) -> Mapping[str, object]:
    value = body[name]
    if not isinstance(value, dict):
        raise TypeError(f"{name} must be a JSON object")
    return value


def _by(body: Body) -> str:
    return str(body.get("by", "human"))
