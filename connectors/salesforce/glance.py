"""What an ordinary cycle looks at before it reads: one call for the org, its objects and counts."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from bbm_core.records import RecordKind
from connectors.salesforce import soql
from connectors.salesforce.errors import complaint_of, error_of_complaint, malformed
from connectors.salesforce.fields import OBJECTS
from connectors.salesforce.session import Session
from connectors.salesforce.shapes import Part, Row, rows_of

_ORGANIZATION: Final = "organization"


@dataclass(frozen=True, slots=True)
class Glance:
    """The answers; an object that the user cannot see is not among them."""

    organization: Row
    describes: Mapping[RecordKind, Any]
    totals: Mapping[RecordKind, int]
    histories: Mapping[str, bool]  # whether the org keeps this history for the user to see


def glance(session: Session, kinds: Collection[RecordKind], histories: Collection[str]) -> Glance:
    """Ask for all of it in one call. Of its parts four count records: five queries are the most.

    Raises:
        Everything that `Session` raises.
    """
    parts = session.together(dict(_paths(kinds, histories)))
    seen = [kind for kind in kinds if _found(parts[f"describe_{kind}"], session)]
    rows = rows_of(_body(parts[_ORGANIZATION], session)).rows
    if not rows:
        raise malformed("the org says nothing about itself")
    return Glance(
        rows[0],
        {kind: parts[f"describe_{kind}"].body for kind in seen},
        {kind: rows_of(_body(parts[f"count_{kind}"], session)).total for kind in seen},
        {name: _found(parts[f"describe_{name}"], session) for name in histories},
    )


def _paths(kinds: Collection[RecordKind], histories: Collection[str]) -> Iterator[tuple[str, str]]:
    yield _ORGANIZATION, f"query/?q={quote(soql.ORGANIZATION)}"
    for kind in kinds:
        yield f"describe_{kind}", f"sobjects/{OBJECTS[kind]}/describe"
        yield f"count_{kind}", f"query/?q={quote(soql.count(OBJECTS[kind]))}"
    for name in histories:
        yield f"describe_{name}", f"sobjects/{name}/describe"


def _found(part: Part, session: Session) -> bool:
    """Whether there is such an object, as far as this user can tell."""
    if part.status == HTTPStatus.NOT_FOUND:
        return False
    _body(part, session)
    return True


def _body(part: Part, session: Session) -> Any:
    if part.status != HTTPStatus.OK:
        complaint = complaint_of(part.status, part.body)
        raise error_of_complaint(complaint, session.permission_set)
    return part.body
