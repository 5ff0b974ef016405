"""Campaigns: when they ran, what was spent on them, and the channel that a property names."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from bbm_core.records import Money
from connectors.capabilities import Campaign, Capability
from connectors.hubspot.config import HubSpotConfig
from connectors.hubspot.errors import malformed
from connectors.hubspot.optional import asking_for
from connectors.hubspot.pages import every_row
from connectors.hubspot.session import Row, Session
from connectors.hubspot.values import clean_text, date_of, number_of

_CAMPAIGNS: Final = "/marketing/v3/campaigns"
_AT_ONCE: Final = "100"
_SPENT: Final = "hs_spend_items_sum_amount"
_ASKED: Final = ("hs_name", "hs_start_date", "hs_end_date", "hs_currency_code", _SPENT)


def read_campaigns(session: Session, config: HubSpotConfig) -> Sequence[Campaign]:
    """Every campaign. What was only budgeted is no cost."""
    with asking_for(Capability.CAMPAIGNS):
        rows = list(_rows(session, config.campaign_channel))
    home = str(session.account().get("companyCurrency") or "")
    return tuple(_campaign(row, config.campaign_channel, home) for row in rows)


def _rows(session: Session, channel: str) -> Iterator[Row]:
    names = ",".join(dict.fromkeys((*_ASKED, *filter(None, [channel]))))
    return every_row(
        lambda after: session.get(_CAMPAIGNS, limit=_AT_ONCE, properties=names, after=after)
    )


def _campaign(row: Row, channel: str, home: str) -> Campaign:
    id_, values = row.get("id"), row.get("properties")
    if not isinstance(id_, str) or not isinstance(values, dict):
        raise malformed("a campaign has no id or no properties")
    try:
        spent = values.get(_SPENT)
        currency = _text(values, "hs_currency_code") or home
        return Campaign(
            clean_text(id_),
            _text(values, "hs_name"),
            _text(values, channel),
            _day(values, "hs_start_date"),
            _day(values, "hs_end_date"),
            Money(number_of(str(spent)), currency) if spent not in (None, "") else None,
        )
    except ValueError as error:
        raise malformed(f"a campaign with {error}") from error


def _day(values: Mapping[str, Any], name: str) -> date | None:
    text = _text(values, name)
    return date_of(text) if text else None


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return clean_text(str(value)) if value is not None else ""
