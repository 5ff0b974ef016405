"""With which record an activity was, by HubSpot's associations."""

from collections.abc import Sequence
from typing import Final

from bbm_core.errors import PreconditionError
from bbm_core.records import RecordKind, RecordRef
from connectors.contract import Reading
from connectors.hubspot.config import HubSpotConfig
from connectors.hubspot.errors import malformed
from connectors.hubspot.fields import NAMES
from connectors.hubspot.session import Row, Session, only_missing, results_of

_ORDER: Final = (
    RecordKind.LEAD,
    RecordKind.CONTACT,
    RecordKind.OPPORTUNITY,
    RecordKind.ACCOUNT,
)
"""The person before the deal, and the deal before the company."""


def companions(
    session: Session, config: HubSpotConfig, reading: Reading, type_: str, ids: Sequence[str]
) -> dict[str, RecordRef]:
    """One record each, so that an hour is spent once: of several people, whom HubSpot knew first.

    Only kinds that are read are asked for, and each only for what is left.
    """
    found: dict[str, RecordRef] = {}
    for kind in _ORDER:
        left = [one for one in ids if one not in found]
        is_read = kind in reading.kinds and not (kind is RecordKind.LEAD and config.contact_is_lead)
        if left and is_read:
            found |= _of_kind(session, kind, type_, left)
    return found


def _of_kind(
    session: Session, kind: RecordKind, type_: str, ids: Sequence[str]
) -> dict[str, RecordRef]:
    try:
        rows = _associated(session, type_, NAMES[kind].object_type, ids)
    except PreconditionError:
        if kind is RecordKind.LEAD:
            return {}  # a portal without leads; the contact is there all the same
        raise
    return {id_: RecordRef(kind, other) for id_, other in rows.items()}


def _associated(session: Session, type_: str, other: str, ids: Sequence[str]) -> dict[str, str]:
    body = {"inputs": [{"id": one} for one in ids]}
    ask = session.client.crm.associations.v4.batch_api.get_page
    answer = session.ask(ask, type_, other, body)
    only_missing(answer)
    try:
        return dict(map(_earliest, results_of(answer)))
    except (KeyError, TypeError, ValueError) as error:
        raise malformed("its associations have another shape") from error


def _earliest(row: Row) -> tuple[str, str]:
    return str(row["from"]["id"]), str(min(int(one["toObjectId"]) for one in row["to"]))
