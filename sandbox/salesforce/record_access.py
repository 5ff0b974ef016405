"""Who may edit which record: rows that nobody keeps, worked out when they are asked for."""

from typing import TYPE_CHECKING

from sandbox.salesforce.filters import named_ids
from sandbox.salesforce.refusals import Refusal
from sandbox.salesforce.soql import Query
from sandbox.salesforce.table import Row

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org

TYPE = "UserRecordAccess"
_MOST = 200


def rows(org: "Org", query: Query) -> list[Row]:
    """One for each record that the clause names, for its one user."""
    users, records = named_ids(query.where, "UserId"), named_ids(query.where, "RecordId")
    if len(users) != 1 or not 0 < len(records) <= _MOST:
        message = "UserRecordAccess must be filtered by one UserId and at most 200 RecordIds"
        raise Refusal("MALFORMED_QUERY", message)
    rights = org.access.rights(users[0])
    found = []
    for id_ in records:
        for name, table in org.tables.items():
            row = table.rows.get(id_)
            if row is not None:
                open_ = rights.may("Edit", name) and org.may_edit(row, users[0])
                shown: Row = {"Id": f"0rA{id_[3:]}", "UserId": users[0], "RecordId": id_}
                found.append({**shown, "HasEditAccess": open_})
    return found
