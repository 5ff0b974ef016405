"""Which campaigns a lead or contact answered first: the channel of the campaign, and the day."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from bbm_core.records import RecordKind, RecordRef, Watermark
from connectors.capabilities import Capability, Response, ResponsePage
from connectors.salesforce.changes import changed_rows
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.errors import malformed
from connectors.salesforce.ids import canonical, ref_of
from connectors.salesforce.optional import asking_for
from connectors.salesforce.session import Session
from connectors.salesforce.shapes import Row, reached
from connectors.salesforce.values import clean, day

_FIELDS: Final = ("LeadId", "ContactId", "HasResponded", "FirstRespondedDate")


def read_responses(
    session: Session, config: SalesforceConfig, since: Watermark | None, first: datetime
) -> Iterator[ResponsePage]:
    """Memberships that changed; without a watermark those that changed since `first`."""
    fields = (*_FIELDS, f"Campaign.{config.campaign_channel}")
    with asking_for(Capability.RESPONSES, config.permission_set):
        for page in changed_rows(session, config, "CampaignMember", fields, since or first):
            told = tuple(_response(row, config.campaign_channel) for row in page.rows)
            yield ResponsePage(told, page.watermark)


def _response(row: Row, field: str) -> Response:
    try:
        id_, member = canonical(str(row.get("Id"))), _member(row)
        channel = clean(str(reached(row, f"Campaign.{field}") or "")).strip()
        answered = row.get("HasResponded") is True and row.get("IsDeleted") is not True
        if not (answered and member and channel and row.get("FirstRespondedDate")):
            return Response(id_, None)
        return Response(id_, member, channel, day(row.get("FirstRespondedDate")))
    except ValueError as error:
        raise malformed(f"a campaign member with {error}") from error


def _member(row: Row) -> RecordRef | None:
    """The lead, whose channel is asked about, where both are named: it was converted."""
    for name, kind in (("LeadId", RecordKind.LEAD), ("ContactId", RecordKind.CONTACT)):
        if row.get(name):
            return ref_of(kind, str(row[name]))
    return None
