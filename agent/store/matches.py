"""Which account leads belong to by what they share; it counts where the CRM names no account."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, update

from agent.store import codec, schema
from agent.store.columns import RowValues
from agent.store.counting import add_cells, change, concerned_accounts, neighbours, place_all
from agent.store.database import Database, chunks, put
from agent.store.identities import Pair, accounts_with, identities_of, waiting_with
from agent.store.rows import account_of, ids_by_kind, kept_entries, kept_rows, ref_of
from bbm_core.match import FINDING, MOST_CANDIDATES, Identity, Key, Match, Standing
from bbm_core.records import RecordKind, RecordRef

TOGETHER = 20_000
"""Records that may come along with those that are next; a transaction holds no more."""

_STANDINGS = {one.value: one for one in Standing}
_KEYS = {one.value: one for one in Key}


@dataclass(frozen=True, slots=True)
class Due:
    """A record that waits to be matched, with the accounts that share a key with it."""

    ref: RecordRef
    identity: Identity
    accounts: Mapping[str, Identity]
    crowded: frozenset[Pair]  # keys that too many accounts share


@dataclass(frozen=True, slots=True)
class MatchRow:
    """A record and its match."""

    ref: RecordRef
    match: Match


class Matches(Database):
    """Matches records to accounts."""

    def due_matches(self, limit: int) -> tuple[Due, ...]:
        """The next records that wait to be matched; those whose account the CRM names do not.

        So many, and others that share a key with one of them: to count a record for an account
        takes all of the account's records, so those of one account are best matched together.
        """
        table = schema.match_due
        query = select(table).order_by(table.c.kind, table.c.id).limit(limit)
        with self._reading() as connection:
            first = [ref_of(row) for row in connection.execute(query).mappings()]
            alike = waiting_with(connection, _pairs(identities_of(connection, first)), TOGETHER)
            refs = sorted({*first, *alike})
            said = identities_of(connection, refs)
            pairs = _pairs(said)
            sharing = accounts_with(connection, pairs)
            wanted = {id_ for ids in sharing.values() if not _is_crowd(ids) for id_ in ids}
            accounts = identities_of(
                connection, (RecordRef(RecordKind.ACCOUNT, id_) for id_ in wanted)
            )
        by_id = {ref.id: one for ref, one in accounts.items()}
        return tuple(_due(ref, said.get(ref, {}), sharing, by_id) for ref in refs)

    def keep_matches(self, matches: Mapping[RecordRef, Match]) -> None:
        """Keep what was found; account figures follow in the same transaction."""
        with self._writing() as connection:
            known = kept_rows(connection, matches)
            rows = {ref: row for ref, row in known.items() if row["gone_at"] is None}
            given = {ref: _given(row) for ref, row in rows.items()}
            found = {ref: matches[ref] for ref in rows if given[ref] is None}
            _remove(connection, schema.account_match, matches.keys() - found.keys())
            put(connection, schema.account_match, [_row(ref, one) for ref, one in found.items()])
            accounts = {ref: given[ref] or counted_account(found.get(ref)) for ref in rows}
            _place(connection, rows, accounts)
            _remove(connection, schema.match_due, matches)

    def forget_matches(self) -> None:
        """No record is matched any more: account figures count what the CRM says."""
        with self._writing() as connection:
            table = schema.account_match
            query = select(table.c.kind, table.c.id).where(table.c.account.is_not(None))
            refs = [ref_of(row) for row in connection.execute(query).mappings()]
            rows = kept_rows(connection, refs)
            _place(connection, rows, {ref: _given(row) for ref, row in rows.items()})
            for one in (table, schema.match_due, schema.identity):
                connection.execute(delete(one))

    def all_matches_due(self) -> None:
        """Everything is to be matched anew, by other settings."""
        table, due = schema.identity, schema.match_due
        query = select(table.c.kind, table.c.id).where(table.c.kind != RecordKind.ACCOUNT.value)
        with self._writing() as connection:
            connection.execute(delete(due))
            connection.execute(insert(due).from_select(["kind", "id"], query.distinct()))

    def match_counts(self) -> Mapping[tuple[RecordKind, Standing, Key | None], int]:
        """Records in scope without an account of the CRM's, by what became of looking for one."""
        table, record = schema.account_match, schema.record
        columns = (table.c.kind, table.c.standing, table.c.key)
        query = select(*columns, func.count()).join(
            record, (record.c.kind == table.c.kind) & (record.c.id == table.c.id)
        )
        query = query.where(record.c.gone_at.is_(None), record.c.flag.is_not(None))
        with self._reading() as connection:
            rows = connection.execute(query.group_by(*columns)).all()
        return {
            (RecordKind(kind), _STANDINGS[standing], _KEYS[key] if key else None): number
            for kind, standing, key, number in rows
        }

    def account_counts(self) -> Mapping[RecordKind, tuple[int, int]]:
        """Records in scope by kind, accounts apart: how many, and how many have an account."""
        record = schema.record.c
        query = select(record.kind, func.count(), func.count(record.account))
        query = query.where(record.gone_at.is_(None), record.flag.is_not(None))
        query = query.where(record.kind != RecordKind.ACCOUNT.value)
        with self._reading() as connection:
            rows = connection.execute(query.group_by(record.kind)).all()
        return {RecordKind(kind): (total, having) for kind, total, having in rows}

    def matches(self, standing: Standing, limit: int) -> tuple[MatchRow, ...]:
        """Some of the records of a standing, by id."""
        table = schema.account_match
        query = select(table).where(table.c.standing == standing.value)
        ordered = query.order_by(table.c.kind, table.c.id).limit(limit)
        with self._reading() as connection:
            rows = connection.execute(ordered).mappings().all()
        return tuple(MatchRow(ref_of(row), _to_match(row)) for row in rows)

    def match_of(self, ref: RecordRef) -> Match | None:
        """What became of looking for the record's account; None where nobody looked."""
        table = schema.account_match
        query = select(table).where(table.c.kind == ref.kind.value, table.c.id == ref.id)
        with self._reading() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else _to_match(row)


def matched_accounts(connection: Connection, refs: Iterable[RecordRef]) -> Mapping[RecordRef, str]:
    """The accounts that these records are matched to."""
    table = schema.account_match
    found: dict[RecordRef, str] = {}
    for kind, ids in ids_by_kind(refs).items():
        for chunk in chunks(ids):
            query = select(table.c.id, table.c.account).where(
                table.c.kind == kind.value,
                table.c.id.in_(chunk),
                table.c.standing == Standing.MATCHED.value,
            )
            found |= {RecordRef(kind, row.id): row.account for row in connection.execute(query)}
    return found


def counted_account(match: Match | None) -> str | None:
    """The account for which a record counts by its match."""
    return match.account if match and match.standing is Standing.MATCHED else None


def _pairs(said: Mapping[RecordRef, Identity]) -> set[Pair]:
    """What accounts are found by."""
    return {pair for one in said.values() for pair in one.items() if pair[0] in FINDING}


def _due(
    ref: RecordRef,
    identity: Identity,
    sharing: Mapping[Pair, list[str]],
    accounts: Mapping[str, Identity],
) -> Due:
    pairs = [pair for pair in identity.items() if pair[0] in FINDING]
    crowded = frozenset(pair for pair in pairs if _is_crowd(sharing.get(pair, [])))
    ids = {id_ for pair in pairs if pair not in crowded for id_ in sharing.get(pair, [])}
    return Due(ref, identity, {id_: accounts[id_] for id_ in sorted(ids)}, crowded)


def _is_crowd(ids: list[str]) -> bool:
    return len(ids) > MOST_CANDIDATES


def _given(row: RowValues) -> str | None:
    """The account that the CRM itself names."""
    record = codec.load_record(ref_of(row), row["modified"], row["body"], {})
    return account_of(record)


def _place(
    connection: Connection,
    rows: Mapping[RecordRef, RowValues],
    accounts: Mapping[RecordRef, str | None],
) -> None:
    """Let the records count for these accounts."""
    moved = {ref: row for ref, row in rows.items() if row["account"] != accounts[ref]}
    if not moved:
        return
    entries = kept_entries(connection, moved)
    after = {ref: {**row, "account": accounts[ref]} for ref, row in moved.items()}
    connection.execute(
        _MOVE,
        [{"of_kind": r.kind.value, "of_id": r.id, "to": accounts[r]} for r in sorted(moved)],
    )
    was, now = place_all(moved, entries), place_all(after, entries)
    others = neighbours(connection, concerned_accounts(was, now), set(moved))
    add_cells(connection, change(was, now, others))


_MOVE = (
    update(schema.record)
    .where(schema.record.c.kind == bindparam("of_kind"), schema.record.c.id == bindparam("of_id"))
    .values(account=bindparam("to"))
)


def _remove(connection: Connection, table: Table, refs: Iterable[RecordRef]) -> None:
    for kind, ids in ids_by_kind(refs).items():
        for chunk in chunks(ids):
            connection.execute(
                delete(table).where(table.c.kind == kind.value, table.c.id.in_(chunk))
            )


def _row(ref: RecordRef, match: Match) -> Mapping[str, object]:
    return {
        "kind": ref.kind.value,
        "id": ref.id,
        "standing": match.standing.value,
        "account": match.account,
        "key": match.key.value if match.key else None,
        "confidence": match.confidence,
        "candidates": codec.dump(match.candidates),
    }


def _to_match(row: RowValues) -> Match:
    return Match(
        standing=_STANDINGS[row["standing"]],
        account=row["account"],
        key=_KEYS[row["key"]] if row["key"] else None,
        confidence=row["confidence"],
        candidates=tuple(codec.load(row["candidates"])),
    )
