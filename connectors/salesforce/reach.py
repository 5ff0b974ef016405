"""Whether the agent may edit what it can see: one of each owner's records is asked about."""

from dataclasses import dataclass
from typing import Final

from connectors.errors import MissingPermission, RequestRefused
from connectors.salesforce import soql
from connectors.salesforce.session import Session

MOST_ASKED: Final = 200
"""Records that one question about access may name."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Of how many owners a record was asked about, and the records that may not be edited."""

    owners: int
    closed: tuple[str, ...]


def reach(session: Session, user: str, object_: str) -> Reach | None:
    """The reach of this user; nothing where it may not be asked for, or there are no records."""
    try:
        sample = _one_of_each_owner(session, object_)
        if not sample:
            return None
        rows = session.query_all(soql.edit_access(user, sample))
    except (MissingPermission, RequestRefused):
        return None
    open_ = {str(row.get("RecordId")) for row in rows if row.get("HasEditAccess") is True}
    return Reach(len(sample), tuple(id_ for id_ in sample if id_ not in open_))


def _one_of_each_owner(session: Session, object_: str) -> list[str]:
    owners: dict[str, str] = {}
    for row in session.query(soql.newest_owners(object_)).rows:
        owners.setdefault(str(row.get("OwnerId")), str(row.get("Id")))
    return list(owners.values())[:MOST_ASKED]
