"""Who owns records: the portal's owners with their teams, those who have left too."""

from collections.abc import Iterator, Sequence
from typing import Any

from connectors.capabilities import Capability, Person
from connectors.hubspot.errors import malformed
from connectors.hubspot.optional import asking_for
from connectors.hubspot.pages import every_row
from connectors.hubspot.session import Row, Session
from connectors.hubspot.values import clean_text, id_of

_AT_ONCE = 500


def read_people(session: Session) -> Sequence[Person]:
    """Every owner. HubSpot knows no manager of theirs."""
    with asking_for(Capability.PEOPLE):
        rows = [row for archived in (False, True) for row in _owners(session, archived=archived)]
    return tuple(map(_person, rows))


def _owners(session: Session, *, archived: bool) -> Iterator[Row]:
    ask = session.client.crm.owners.owners_api.get_page

    def page(after: str) -> Row:
        goes_on = {"after": after} if after else {}
        return session.ask(ask, limit=_AT_ONCE, archived=archived, **goes_on)

    return every_row(page)


def _person(row: Row) -> Person:
    try:
        id_ = id_of(row.get("id"))
    except ValueError as error:
        raise malformed("an owner whose id is none") from error
    if id_ is None:
        raise malformed("an owner without an id")
    name = " ".join(_text(row.get(part)) for part in ("firstName", "lastName"))
    return Person(id_, name.strip(), _team(row.get("teams")))


def _team(teams: Any) -> str:
    """The primary team, where the owner is in several."""
    listed = [one for one in teams if isinstance(one, dict)] if isinstance(teams, list) else []
    ordered = sorted(listed, key=lambda one: one.get("primary") is not True)
    return _text(ordered[0].get("name")) if ordered else ""


def _text(value: Any) -> str:
    return clean_text(value) if isinstance(value, str) else ""
