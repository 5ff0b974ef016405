"""Contracts with accounts: until when they run."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from bbm_core.records import RecordKind, Watermark
from connectors.capabilities import Capability, ContractEnd, ContractPage
from connectors.salesforce.changes import changed_rows
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.errors import malformed
from connectors.salesforce.ids import canonical, ref_of
from connectors.salesforce.optional import asking_for
from connectors.salesforce.session import Session
from connectors.salesforce.shapes import Row
from connectors.salesforce.values import day

_FIELDS: Final = ("AccountId", "EndDate", "StatusCode")
_NOT_YET: Final = frozenset({"Draft", "InApproval"})


def read_contracts(
    session: Session, config: SalesforceConfig, since: Watermark | None, first: datetime
) -> Iterator[ContractPage]:
    """Contracts that changed; without a watermark those that changed since `first`."""
    with asking_for(Capability.CONTRACTS, config.permission_set):
        for page in changed_rows(session, config, "Contract", _FIELDS, since or first):
            yield ContractPage(tuple(map(_contract, page.rows)), page.watermark)


def _contract(row: Row) -> ContractEnd:
    try:
        id_ = canonical(str(row.get("Id")))
        if row.get("IsDeleted") is True or row.get("StatusCode") in _NOT_YET:
            return ContractEnd(id_, None, None)
        account = ref_of(RecordKind.ACCOUNT, str(row.get("AccountId")))
        return ContractEnd(id_, account, day(row["EndDate"]) if row.get("EndDate") else None)
    except ValueError as error:
        raise malformed(f"a contract with {error}") from error
