"""What the org itself does when one of our records is saved, as far as it lets us see it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from connectors.errors import MissingPermission, RequestRefused
from connectors.salesforce import soql
from connectors.salesforce.session import Session
from connectors.salesforce.shapes import Row, rows_of

_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of automation: where it is listed, and by which of its columns."""

    plural: str
    query: str  # with {objects} in it
    name: str
    object: str
    tooling: bool = False


SORTS: Final[Mapping[str, Sort]] = {
    "BBM-SF-055": Sort("flows", soql.FLOWS, "Label", "TriggerObjectOrEventId"),
    "BBM-SF-056": Sort("Apex triggers", soql.TRIGGERS, "Name", "TableEnumOrId"),
    "BBM-SF-057": Sort(
        "validation rules", soql.VALIDATIONS, "ValidationName", "EntityDefinitionId", tooling=True
    ),
    "BBM-SF-058": Sort("duplicate rules", soql.DUPLICATES, "DeveloperName", "SobjectType"),
    "BBM-SF-059": Sort("assignment rules", soql.ASSIGNMENTS, "Name", "SobjectType"),
}
"""Under the code by which each is told."""


@dataclass(frozen=True, slots=True)
class Automation:
    """The active ones by their code, and the sorts that are hidden from this user."""

    active: Mapping[str, str]
    hidden: tuple[str, ...]


def automation(session: Session, objects: Collection[str]) -> Automation:
    """Two calls: all lists but one stand beside the records."""
    found = _listed(session, objects)
    active = {code: _named(SORTS[code], rows) for code, rows in found.items() if rows}
    hidden = tuple(sort.plural for code, sort in SORTS.items() if found[code] is None)
    return Automation(active, hidden)


def _listed(session: Session, objects: Collection[str]) -> Mapping[str, Sequence[Row] | None]:
    queries = {
        code: sort.query.replace("{objects}", soql.listed(sorted(objects)))
        for code, sort in SORTS.items()
    }
    beside = {code: one for code, one in queries.items() if not SORTS[code].tooling}
    found = dict(_beside(session, beside))
    for code in queries.keys() - beside.keys():
        found[code] = _or_hidden(session, queries[code])
    return found


def _beside(
    session: Session, queries: Mapping[str, str]
) -> Iterator[tuple[str, Sequence[Row] | None]]:
    # A name in such a request has no hyphen.
    paths = {code[-3:]: f"query/?q={quote(text)}" for code, text in queries.items()}
    parts = session.together({f"list_{name}": path for name, path in paths.items()})
    for code in queries:
        part = parts[f"list_{code[-3:]}"]
        yield code, rows_of(part.body).rows if part.status == HTTPStatus.OK else None


def _or_hidden(session: Session, text: str) -> Sequence[Row] | None:
    """The rows; nothing where the user may not see them, which is told and is no failure."""
    try:
        return session.tooling(text)
    except (MissingPermission, RequestRefused):
        return None


def _named(sort: Sort, rows: Sequence[Row]) -> str:
    names = [f"{row.get(sort.name)} ({row.get(sort.object)})" for row in rows]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
