"""What records say of their company, by key, and which of them wait to be matched to an account.

All of it happens in the transaction that keeps the records, so that a crash leaves nobody behind.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, Table, delete, select

from agent.store import schema
from agent.store.database import chunks, put
from agent.store.rows import ids_by_kind
from bbm_core.match import FINDING, Identity, Key
from bbm_core.records import RecordKind, RecordRef

_KEYS = {key.value: key for key in Key}
_ACCOUNT = RecordKind.ACCOUNT.value

Pair = tuple[Key, str]


def put_identities(connection: Connection, identities: Mapping[RecordRef, Identity]) -> None:
    """Keep what these say. Who changed, or shares a key with an account that did, is due."""
    known = identities_of(connection, identities)
    changed = {ref: one for ref, one in identities.items() if dict(one) != known.get(ref, {})}
    _delete(connection, schema.identity, changed.keys() & known.keys())
    _insert(connection, changed)
    due = {ref for ref in changed if ref.kind is not RecordKind.ACCOUNT}
    pairs = {
        pair
        for ref, one in changed.items()
        if ref.kind is RecordKind.ACCOUNT
        for pair in (*one.items(), *known.get(ref, {}).items())
        if pair[0] in FINDING
    }
    mark_due(connection, {*due, *_sharing(connection, pairs)})


def drop_identities(connection: Connection, refs: Iterable[RecordRef]) -> None:
    """Forget what records said that are gone; their matches go too."""
    gone = list(refs)
    put_identities(connection, {ref: {} for ref in identities_of(connection, gone)})
    for table in (schema.account_match, schema.match_due):
        _delete(connection, table, gone)


def identities_of(
    connection: Connection, refs: Iterable[RecordRef]
) -> dict[RecordRef, dict[Key, str]]:
    """What these records say; who says nothing is left out."""
    table = schema.identity
    found: dict[RecordRef, dict[Key, str]] = {}
    for kind, ids in ids_by_kind(refs).items():
        by_id: defaultdict[str, dict[Key, str]] = defaultdict(dict)
        for chunk in chunks(ids):
            query = select(table.c.id, table.c.key, table.c.value).where(
                table.c.kind == kind.value, table.c.id.in_(chunk)
            )
            for id_, key, value in connection.execute(query):
                by_id[id_][_KEYS[key]] = value
        found |= {RecordRef(kind, id_): said for id_, said in by_id.items()}
    return found


def accounts_with(connection: Connection, pairs: Iterable[Pair]) -> dict[Pair, list[str]]:
    """The accounts that share each key."""
    found: dict[Pair, list[str]] = defaultdict(list)
    table = schema.identity
    for key, values in _values(pairs).items():
        for chunk in chunks(values):
            query = select(table.c.value, table.c.id).where(
                table.c.key == key.value, table.c.value.in_(chunk), table.c.kind == _ACCOUNT
            )
            for row in connection.execute(query):
                found[key, row.value].append(row.id)
    return found


def waiting_with(connection: Connection, pairs: Iterable[Pair], limit: int) -> set[RecordRef]:
    """Records that wait to be matched and share a key; no more than the limit."""
    found: set[RecordRef] = set()
    table, due = schema.identity, schema.match_due
    query = select(table.c.kind, table.c.id).join(
        due, (due.c.kind == table.c.kind) & (due.c.id == table.c.id)
    )
    for key, values in _values(pairs).items():
        for chunk in chunks(values):
            some = query.where(table.c.key == key.value, table.c.value.in_(chunk))
            some = some.limit(limit - len(found))
            found |= {RecordRef(RecordKind(row.kind), row.id) for row in connection.execute(some)}
    return found


def mark_due(connection: Connection, refs: Iterable[RecordRef]) -> None:
    """These wait to be matched."""
    rows = [{"kind": ref.kind.value, "id": ref.id} for ref in sorted(refs)]
    put(connection, schema.match_due, rows, ["id"])


def _sharing(connection: Connection, pairs: Iterable[Pair]) -> set[RecordRef]:
    """The records, accounts apart, that share a key."""
    found: set[RecordRef] = set()
    table = schema.identity
    for key, values in _values(pairs).items():
        for chunk in chunks(values):
            query = select(table.c.kind, table.c.id).where(
                table.c.key == key.value, table.c.value.in_(chunk), table.c.kind != _ACCOUNT
            )
            found |= {RecordRef(RecordKind(row.kind), row.id) for row in connection.execute(query)}
    return found


def _values(pairs: Iterable[Pair]) -> Mapping[Key, list[str]]:
    values: dict[Key, list[str]] = defaultdict(list)
    for key, value in sorted(pairs):
        values[key].append(value)
    return values


def _insert(connection: Connection, changed: Mapping[RecordRef, Identity]) -> None:
    rows = [
        {"key": key.value, "value": value, "kind": ref.kind.value, "id": ref.id}
        for ref, one in changed.items()
        for key, value in one.items()
    ]
    put(connection, schema.identity, rows, ["id"])


def _delete(connection: Connection, table: Table, refs: Iterable[RecordRef]) -> None:
    for kind, ids in ids_by_kind(refs).items():
        for chunk in chunks(ids):
            connection.execute(
                delete(table).where(table.c.kind == kind.value, table.c.id.in_(chunk))
            )
