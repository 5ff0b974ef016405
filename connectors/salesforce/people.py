"""Who owns records: users, their team by a field that the configuration names, their managers."""

from collections.abc import Iterator, Sequence
from typing import Any

from connectors.capabilities import Capability, Person
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.errors import malformed
from connectors.salesforce.ids import canonical
from connectors.salesforce.optional import asking_for
from connectors.salesforce.session import Session
from connectors.salesforce.shapes import Row, reached
from connectors.salesforce.values import clean


def read_people(session: Session, config: SalesforceConfig) -> Sequence[Person]:
    """Every person with a login, those whose login was taken away too."""
    query = f"SELECT Id, Name, ManagerId, {config.team} FROM User WHERE UserType = 'Standard'"  # noqa: S608  the configuration admits field names alone
    with asking_for(Capability.PEOPLE, config.permission_set):
        rows = session.query_all(query)
    return tuple(_people(rows, config.team))


def _people(rows: Sequence[Row], team: str) -> Iterator[Person]:
    for row in rows:
        try:
            manager = row.get("ManagerId")
            yield Person(
                canonical(str(row.get("Id"))),
                _text(row.get("Name")),
                _text(reached(row, team)),
                canonical(manager) if isinstance(manager, str) else "",
            )
        except ValueError as error:
            raise malformed("a user without an id") from error


def _text(value: Any) -> str:
    return clean(value).strip() if isinstance(value, str) else ""
