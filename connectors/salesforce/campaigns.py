"""Campaigns: which channel each belongs to, when it ran, and what it cost."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from bbm_core.records import Money
from connectors.capabilities import Campaign, Capability
from connectors.errors import MissingPermission
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.errors import fail, malformed
from connectors.salesforce.fields import CURRENCY
from connectors.salesforce.ids import canonical
from connectors.salesforce.optional import asking_for
from connectors.salesforce.schema import ObjectSchema, object_schema
from connectors.salesforce.session import Session
from connectors.salesforce.shapes import Row, reached
from connectors.salesforce.values import clean, day

_NEEDED: Final = ("Id", "Name", "StartDate", "EndDate", "ActualCost")


def read_campaigns(session: Session, config: SalesforceConfig) -> Sequence[Campaign]:
    """Every campaign that the user may see."""
    with asking_for(Capability.CAMPAIGNS, config.permission_set):
        schema = _schema(session, config)
        extra = [CURRENCY] if CURRENCY in schema.fields else []
        names = dict.fromkeys([*_NEEDED, config.campaign_channel, *extra])
        rows = session.query_all(f"SELECT {', '.join(names)} FROM Campaign")  # noqa: S608  describe knows these names
    return tuple(_campaign(row, config.campaign_channel) for row in rows)


def _schema(session: Session, config: SalesforceConfig) -> ObjectSchema:
    answer = session.get_or_none("sobjects/Campaign/describe")
    if answer is None:
        message = "The agent's user cannot see Campaign."
        raise fail(MissingPermission, "BBM-SF-030", message, permission_set=config.permission_set)
    schema = object_schema(answer)
    names = (*_NEEDED, config.campaign_channel)
    # What stands behind a dot is a field of another object, of which the query itself tells.
    missing = [name for name in names if "." not in name and schema.find(name) is None]
    if missing:
        message = f"Campaign has no {' and no '.join(missing)} that the agent's user may see."
        hints = {"permission_set": config.permission_set, "object": "Campaign"}
        raise fail(MissingPermission, "BBM-SF-031", message, **hints)
    return schema


def _campaign(row: Row, channel: str) -> Campaign:
    try:
        cost = row.get("ActualCost")
        return Campaign(
            canonical(str(row.get("Id"))),
            _text(row.get("Name")),
            _text(reached(row, channel)),
            _day(row.get("StartDate")),
            _day(row.get("EndDate")),
            Money(Decimal(cost), _text(row.get(CURRENCY))) if cost is not None else None,
        )
    except (ValueError, ArithmeticError) as error:
        raise malformed(f"a campaign with {error}") from error


def _day(value: Any) -> date | None:
    return None if value is None else day(value)


def _text(value: Any) -> str:
    return clean(value).strip() if isinstance(value, str) else ""
