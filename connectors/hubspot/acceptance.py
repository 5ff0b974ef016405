"""What sales made of contacts: the lead status, beside the lifecycle stage of the funnel."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Final

from pydantic import ValidationError

from bbm_core.records import RecordKind, RecordRef, StatusEntry, Watermark
from connectors.capabilities import Capability, Said, SaidPage
from connectors.contract import KindReading, Reading
from connectors.errors import ConfigError
from connectors.hubspot.changes import ChangedRows, Sought, Stand, changed_rows
from connectors.hubspot.config import HubSpotConfig
from connectors.hubspot.errors import HINTS, malformed
from connectors.hubspot.fields import MERGED_IDS, NAMES
from connectors.hubspot.optional import absent, asking_for
from connectors.hubspot.portal import Portal
from connectors.hubspot.schema import Lens
from connectors.hubspot.search import read_rows
from connectors.hubspot.session import Row, Session
from connectors.hubspot.translate import merged_ids
from connectors.hubspot.values import clean_text, time_of

_CONTACT: Final = RecordKind.CONTACT


def read_acceptance(
    session: Session,
    portal: Portal,
    config: HubSpotConfig,
    reading: Reading,
    since: Watermark | None,
) -> Iterator[SaidPage]:
    """What the lead status of contacts that changed has been, as far as they have one.

    HubSpot keeps no date of it, so each history is read, 50 a call.
    """
    mark = _read(since)
    with asking_for(Capability.ACCEPTANCE):
        lens = _lens(portal, config.lead_status)
        names = NAMES[_CONTACT]
        sought = Sought(
            names.object_type, (MERGED_IDS,), names.modified, config.lead_status, always=True
        )
        for page in changed_rows(session, config, sought, mark or reading.history_since):
            told = tuple(_told(session, lens, page))
            yield SaidPage(told, Watermark(page.stand.model_dump_json()))


def _lens(portal: Portal, name: str) -> Lens:
    """Asks for the history alone."""
    definition = portal.schema(_CONTACT).definitions.get(name)
    if definition is None or definition.archived:
        raise absent("BBM-HS-074", Capability.ACCEPTANCE, f"contacts have no property {name}.")
    lens = portal.lens(_CONTACT, KindReading({}, {}, status=name))
    return replace(lens, properties=("hs_object_id",), history=name)


def _told(session: Session, lens: Lens, page: ChangedRows) -> Iterator[Said]:
    ids = [str(row["id"]) for row in page.rows]
    for row in read_rows(session, lens, ids) if ids else ():
        yield Said(RecordRef(_CONTACT, str(row["id"])), _words(row, lens.history))
    # What was merged away has its words no more: the survivor has them.
    merged = [id_ for row in page.rows for id_ in merged_ids(row)]
    yield from (Said(RecordRef(_CONTACT, id_)) for id_ in (*merged, *page.gone))


def _words(row: Row, name: str) -> tuple[StatusEntry, ...]:
    past: Sequence[Row] = (row.get("propertiesWithHistory") or {}).get(name) or ()
    try:
        # HubSpot begins with the last one: of two at one moment the later one stays the later.
        said = [(time_of(str(one["timestamp"])), str(one["value"] or "")) for one in past[::-1]]
    except (KeyError, TypeError, ValueError) as error:
        raise malformed("a history without its times") from error
    said.sort(key=itemgetter(0))
    return tuple(StatusEntry(clean_text(word), at) for at, word in said if word)


def _read(since: Watermark | None) -> Stand | None:
    try:
        return Stand.model_validate_json(since) if since else None
    except ValidationError as error:
        raise ConfigError(
            "The kept watermark of the lead status is not one of HubSpot's.",
            hint=HINTS["BBM-HS-060"],
            code="BBM-HS-060",
        ) from error
