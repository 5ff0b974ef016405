"""Who owns records: users, their team by a field that the configuration names, their managers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.capabilities import Capability, Person
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.errors import malformed
from connectors.salesforce.ids import canonical
from connectors.salesforce.optional import asking_for
from connectors.salesforce.session import Session
from connectors.salesforce.shapes import Row
from connectors.salesforce.values import clean


def read_people(session: Session, config: SalesforceConfig) -> Sequence[Person]:
    """Every person with a login, those whose login was taken away too."""
    query = f"SELECT Id, Name, ManagerId, {config.team} FROM User WHERE UserType = 'Standard'"  # noqa: S608  the configuration admits field names alone
    with asking_for(Capability.PEOPLE, config.permission_set):
        rows = session.query_all(query)
    return tuple(_people(rows, config.team.split(".")))


def _people(rows: Sequence[Row], team: Sequence[str]) -> Iterator[Person]:
    for row in rows:
        try:
            manager = row.get("ManagerId")
            yield Person(
                canonical(str(row.get("Id"))),
                _text(row.get("Name")),
                _text(_reached(row, team)),
                canonical(manager) if isinstance(manager, str) else "",
            )
        except ValueError as error:
            raise malformed("a user without an id") from error


def _reached(row: Mapping[str, Any], path: Sequence[str]) -> Any:
    """The value at the end of a path; nothing where somebody has no role at all."""
    value: Any = row
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _text(value: Any) -> str:
    return clean(value).strip() if isinstance(value, str) else ""
