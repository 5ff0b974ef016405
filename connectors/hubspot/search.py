"""Finding and reading rows: list pages, the changes of a window, batch reads, joins.

Search filters run on an index that lags and caps an answer at 10,000 rows. So a window is closed
and lies in the past, and the next page starts above the last id instead of at an offset.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from connectors.hubspot.errors import malformed
from connectors.hubspot.fields import MERGED_CONTACTS, MERGED_IDS
from connectors.hubspot.keyset import Body, by_id, id_number, keyset_body, total_of, up_to
from connectors.hubspot.pages import cursor_of
from connectors.hubspot.schema import Lens
from connectors.hubspot.session import Row, Session, only_missing, records_of, results_of
from connectors.hubspot.translate import company_of, primary_companies

_LIST_ROWS: Final = 100
_BATCH_ROWS: Final = 100
_HISTORY_ROWS: Final = 50
_ASSOCIATION_ROWS: Final = 1_000
_BODY_CHARACTERS: Final = 2_900  # HubSpot refuses 3,000
_QUOTED: Final = 4  # quotes, comma and blank around a name
_MOST_SHARES: Final = 2
_QUERY_CHARACTERS: Final = 6_000  # servers and proxies refuse addresses of 8,000


@dataclass(frozen=True, slots=True)
class Window:
    """Changes from `low` up to, not including, `high`, in milliseconds since 1970."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list, and the cursor of the next one; empty at the end."""

    rows: list[Row]
    after: str


@dataclass(frozen=True, slots=True)
class Step:
    """The rows of one search as they are now; `last` is the highest id seen so far."""

    rows: list[Row]
    last: int


@dataclass(frozen=True, slots=True)
class Newest:
    """How many records there are, and the highest id among the newest of them."""

    total: int
    top: int


def list_pages(session: Session, lens: Lens, after: str) -> Iterator[Listed]:
    """All records of a kind from a cursor on, page by page."""
    return _followed(lambda cursor: list_page(session, lens, cursor), after)


def list_page(session: Session, lens: Lens, after: str) -> Listed:
    """The page at this cursor, by ascending id, with all that is asked of its records."""
    if _query_size(lens.properties) <= _QUERY_CHARACTERS:
        options: dict[str, object] = {"properties": list(lens.properties), "archived": False}
        if lens.history:
            options["properties_with_history"] = [lens.history]
        return _listed(session, lens.names.object_type, after, options)
    bare: dict[str, object] = {"properties": ["hs_object_id"], "archived": False}
    page = _listed(session, lens.names.object_type, after, bare)
    rows = read_rows(session, lens, [str(row["id"]) for row in page.rows])
    there = {str(row["id"]): row for row in rows}  # a batch comes in no order
    ids = [str(row["id"]) for row in page.rows]
    return Listed([there[one] for one in ids if one in there], page.after)


def archived_pages(session: Session, object_type: str) -> Iterator[Listed]:
    """All records of a type that HubSpot still keeps in its archive."""
    # What was merged into one that was archived before it was read, nothing else tells.
    named = ["hs_object_id", MERGED_IDS, MERGED_CONTACTS]
    options: dict[str, object] = {"properties": named, "archived": True}
    return _followed(lambda cursor: _listed(session, object_type, cursor, options), "")


def newest(session: Session, lens: Lens) -> Newest:
    """How far the ids go, as far as the index knows by now."""
    body = {
        "filterGroups": [],
        "sorts": [{"propertyName": "hs_object_id", "direction": "DESCENDING"}],
        "properties": ["hs_object_id"],
        "limit": _LIST_ROWS,
    }
    ask = session.client.crm.objects.search_api.do_search
    answer = session.ask(ask, lens.names.object_type, body)
    ids = [id_number(row) for row in records_of(answer)]
    return Newest(total_of(answer), max(ids, default=0))


def search_window(session: Session, lens: Lens, window: Window, last: int) -> Iterator[Step]:
    """What changed inside a window, by ascending id, above the id `last`."""
    filters = changed_in(lens.names.modified, window)
    shares = shares_of(lens)

    def body_of(id_: int) -> Body:
        return keyset_body(filters, id_, shares[0] if shares else ["hs_object_id"])

    for found in by_id(session, lens.names.object_type, body_of, last):
        if not shares:
            rows = read_rows(session, lens, [str(row["id"]) for row in found.rows])
        else:
            rows = found.rows
        for share in shares[1:]:
            same = keyset_body([*filters, up_to(found.last)], last, share)
            rows = _completed(session, lens, rows, same)
        last = found.last
        yield Step(rows, last)


def read_rows(session: Session, lens: Lens, ids: Sequence[str]) -> list[Row]:
    """The rows of these ids as they are now, straight from the records, not from the index.

    What is no longer there is left out: whether it was archived, or what it was merged into, the
    archive and the survivor tell.
    """
    size = _HISTORY_ROWS if lens.history else _BATCH_ROWS
    rows: list[Row] = []
    for start in range(0, len(ids), size):
        rows.extend(_read_batch(session, lens, ids[start : start + size]))
    return rows


def count_rows(
    session: Session, object_type: str, *, lacking: str = "", having: str = ""
) -> int | None:
    """How many records the token sees, as HubSpot counts them: all, or by what they hold."""
    wanted = (("NOT_HAS_PROPERTY", lacking), ("HAS_PROPERTY", having))
    filters = [{"propertyName": name, "operator": how} for how, name in wanted if name]
    groups = [{"filters": filters}] if filters else []
    body = {"filterGroups": groups, "properties": ["hs_object_id"], "limit": 1}
    answer = session.ask(session.client.crm.objects.search_api.do_search, object_type, body)
    results_of(answer)
    total = answer.get("total")
    return total if isinstance(total, int) else None


def join_companies(session: Session, lens: Lens, rows: Sequence[Row]) -> dict[str, str]:
    """Record id -> primary company, for the rows that do not name it themselves."""
    if not lens.names.primary_company_type:
        return {}
    ids = [str(row["id"]) for row in rows if _names_no_company(row, lens)]
    found: dict[str, str] = {}
    for start in range(0, len(ids), _ASSOCIATION_ROWS):
        found.update(_associated(session, lens, ids[start : start + _ASSOCIATION_ROWS]))
    return found


def _followed(ask: Callable[[str], Listed], after: str) -> Iterator[Listed]:
    """Pages follow the cursor alone: a short or empty one need not be the last."""
    seen = {after}
    while True:
        page = ask(after)
        if page.after in seen and page.after:
            raise malformed("its cursor points back")
        yield page
        if not page.after:
            return
        after = page.after
        seen.add(after)


def _listed(session: Session, object_type: str, after: str, options: dict[str, object]) -> Listed:
    answer = session.ask(
        session.client.crm.objects.basic_api.get_page,
        object_type,
        limit=_HISTORY_ROWS if "properties_with_history" in options else _LIST_ROWS,
        **({"after": after} if after else {}),
        **options,
    )
    return Listed(records_of(answer), cursor_of(answer))


def _associated(session: Session, lens: Lens, ids: Sequence[str]) -> dict[str, str]:
    answer = session.ask(
        session.client.crm.associations.v4.batch_api.get_page,
        lens.names.object_type,
        "companies",
        {"inputs": [{"id": one} for one in ids]},
    )
    only_missing(answer)
    try:
        return primary_companies(results_of(answer), lens.names.primary_company_type)
    except (KeyError, TypeError, AttributeError) as error:
        raise malformed("its associations have another shape") from error


def _names_no_company(row: Row, lens: Lens) -> bool:
    try:
        return company_of(row, lens) is None
    except ValueError:
        return False  # the translation will park this row and say why


def shares_of(lens: Lens) -> list[list[str]]:
    """The properties as searches can bring them: in one, in two, or not at all.

    A body has to be short, and a search knows no history. Two searches of 200 are less than one and
    the two batch reads of 100 that it would take; three are not.
    """
    if lens.history:
        return []
    filters = [*changed_in(lens.names.modified, Window(10**13, 10**13)), up_to(10**20)]
    room = _BODY_CHARACTERS - len(json.dumps(keyset_body(filters, 10**20, [lens.names.modified])))
    shares: list[list[str]] = [[]]
    for name in [one for one in lens.properties if one != lens.names.modified]:
        if sum(len(one) + _QUOTED for one in [*shares[-1], name]) > room:
            shares.append([])
        shares[-1].append(name)
    return [[lens.names.modified, *one] for one in shares] if len(shares) <= _MOST_SHARES else []


def _completed(session: Session, lens: Lens, rows: list[Row], rest: Body) -> list[Row]:
    """Rows with what another search has of them; what changed in between is read again, whole."""
    answer = session.ask(
        session.client.crm.objects.search_api.do_search, lens.names.object_type, rest
    )
    others = {row["id"]: row for row in records_of(answer)}
    whole: list[Row] = []
    torn: list[str] = []
    for row in rows:
        other = others.get(row["id"])
        if other is not None and _as_of(other, lens) == _as_of(row, lens):
            whole.append({**row, "properties": {**row["properties"], **other["properties"]}})
        else:
            torn.append(row["id"])
    return [*whole, *read_rows(session, lens, torn)]


def _as_of(row: Row, lens: Lens) -> object:
    return row["properties"].get(lens.names.modified)


def changed_in(modified: str, window: Window) -> list[Body]:
    """The filters of a window."""
    return [
        {"propertyName": modified, "operator": "GTE", "value": str(window.low)},
        {"propertyName": modified, "operator": "LT", "value": str(window.high)},
    ]


def _read_batch(session: Session, lens: Lens, ids: Sequence[str]) -> list[Row]:
    body: dict[str, object] = {
        "inputs": [{"id": one} for one in ids],
        "properties": list(lens.properties),
        "propertiesWithHistory": [lens.history] if lens.history else [],
    }
    answer = session.ask(session.client.crm.objects.batch_api.read, lens.names.object_type, body)
    only_missing(answer)
    wanted = set(ids)
    # A merged id may be answered with its survivor, which was not asked for.
    return [row for row in records_of(answer) if str(row["id"]) in wanted]


def _query_size(properties: Sequence[str]) -> int:
    return sum(len(name) + len("&properties=") for name in properties)
