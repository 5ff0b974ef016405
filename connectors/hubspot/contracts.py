"""Until when customers are bound: a date on companies, in the property that is named for it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from pydantic import ValidationError

from bbm_core.records import RecordKind, RecordRef, Watermark
from connectors.capabilities import Capability, ContractEnd, ContractPage
from connectors.errors import ConfigError
from connectors.hubspot.changes import ChangedRows, Sought, Stand, changed_rows
from connectors.hubspot.config import HubSpotConfig
from connectors.hubspot.errors import HINTS
from connectors.hubspot.fields import MERGED_IDS, NAMES
from connectors.hubspot.optional import absent, asking_for
from connectors.hubspot.portal import Portal
from connectors.hubspot.schema import Definition
from connectors.hubspot.session import Row, Session
from connectors.hubspot.translate import merged_ids
from connectors.hubspot.values import date_of

_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAYS: Final = frozenset({"date", "datetime"})


def read_contracts(
    session: Session, portal: Portal, config: HubSpotConfig, since: Watermark | None
) -> Iterator[ContractPage]:
    """One contract a company, under its id: the end that stands there now.

    At first every company that has one is read, however long ago it changed.
    """
    mark = _read(since)
    with asking_for(Capability.CONTRACTS):
        _know(portal, config.contract_end)
        names = (config.contract_end, MERGED_IDS)
        type_ = NAMES[RecordKind.ACCOUNT].object_type
        sought = Sought(type_, names, having=config.contract_end)
        for page in changed_rows(session, config, sought, mark or _EVER):
            told = tuple(_told(page, config.contract_end))
            yield ContractPage(told, Watermark(page.stand.model_dump_json()))


def _know(portal: Portal, name: str) -> None:
    """HubSpot would take an unknown property for one that is empty everywhere."""
    if not name:
        why = "No property of companies is named that says until when a contract runs."
        raise absent("BBM-HS-072", Capability.CONTRACTS, why)
    definition = portal.schema(RecordKind.ACCOUNT).definitions.get(name)
    if not _is_day(definition):
        why = f"companies have no date {name}."
        raise absent("BBM-HS-073", Capability.CONTRACTS, why)


def _is_day(definition: Definition | None) -> bool:
    return definition is not None and not definition.archived and definition.type in _DAYS


def _told(page: ChangedRows, name: str) -> Iterator[ContractEnd]:
    for row in page.rows:
        yield _contract(row, name)
        # What was merged away has its company's contract no more: the survivor has it.
        for id_ in merged_ids(row):
            yield ContractEnd(id_, None, None)
    for id_ in page.gone:
        yield ContractEnd(id_, None, None)


def _contract(row: Row, name: str) -> ContractEnd:
    id_, text = str(row["id"]), row["properties"].get(name)
    try:
        ends = date_of(str(text)) if text else None
    except ValueError:
        ends = None  # a day that is none binds nobody
    return ContractEnd(id_, RecordRef(RecordKind.ACCOUNT, id_) if ends else None, ends)


def _read(since: Watermark | None) -> Stand | None:
    try:
        return Stand.model_validate_json(since) if since else None
    except ValidationError as error:
        raise ConfigError(
            "The kept watermark of the contracts is not one of HubSpot's.",
            hint=HINTS["BBM-HS-060"],
            code="BBM-HS-060",
        ) from error
