"""Activities: who was in touch with which record, when and how; never what was said."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, func, select

from agent.store import schema
from agent.store.columns import RowValues, instant_text
from agent.store.database import Database, chunks, put
from agent.store.rows import ids_by_kind, ref_of
from agent.store.told import mark
from bbm_core.icp.classify import Flag
from bbm_core.records import Activity, RecordKind, RecordRef
from bbm_core.scope import Segment

EARLIEST = "activities.earliest"
"""The fact that says when the earliest activity was."""

UNJUDGED = "activities.unjudged"
"""The fact that activities changed since records were last judged by them: yes, or empty."""

_Key = tuple[str, str, datetime, str, str, str]
"""An activity as it is kept; the last part is its id in the CRM, empty where a file told it."""


@dataclass(frozen=True, slots=True)
class ActivityCount:
    """How many activities of a kind are kept, and when the last of them was."""

    what: str
    number: int
    last: datetime


class Activities(Database):
    """Keeps activities by the source that told of them: a file, or the CRM."""

    def keep_activities(
        self, activities: Iterable[Activity], source: str, *, whole: bool = False
    ) -> frozenset[RecordRef]:
        """Keep these; the records for which that changed anything.

        Two of one record, moment, kind and person are one, with the larger number of times.

        Args:
            activities: In any order.
            source: Who tells of them, at most 16 characters.
            whole: These are all there are from this source: others that it told of before go.
        """
        wanted = _by_key(activities)
        with self._writing() as connection:
            known = _known(connection, source) if whole else _named(connection, wanted)
            changed = {key: n for key, n in wanted.items() if known.get(key, 0) != n}
            rows = [_row(key, times, source) for key, times in changed.items()]
            put(connection, schema.activity, rows, ["times"])
            gone = known.keys() - wanted.keys() if whole else set[_Key]()
            _remove(connection, gone)
            if changed or gone:
                _note_earliest(connection)
        return frozenset(_ref(key) for key in (*changed, *gone))

    def keep_happenings(
        self, happenings: Mapping[str, Sequence[Activity]], source: str, watermark: str
    ) -> frozenset[RecordRef]:
        """Keep what became of these activities of the CRM; the records that it changed for.

        Args:
            happenings: by the activity's id in the CRM; one without any is gone.
            source: who tells of them, at most 16 characters.
            watermark: how far that brings us; see `told_watermark`.
        """
        wanted = {
            (*_name(one), origin): one.times for origin, ones in happenings.items() for one in ones
        }
        with self._writing() as connection:
            known = _from(connection, sorted(happenings))
            changed = {key: n for key, n in wanted.items() if known.get(key) != n}
            gone = known.keys() - wanted.keys()
            _remove(connection, gone)
            rows = [_row(key, times, source) for key, times in changed.items()]
            put(connection, schema.activity, rows, ["times"])
            mark(connection, source, watermark)
            if changed or gone:
                _note_earliest(connection)
        return frozenset(_ref(key) for key in (*changed, *gone))

    def activities(
        self, kind: RecordKind | None = None, since: datetime | None = None
    ) -> Iterator[Activity]:
        """Every activity, by record and time; of records that are not known or gone too."""
        table = schema.activity
        query = select(table)
        query = query if kind is None else query.where(table.c.kind == kind.value)
        query = query if since is None else query.where(table.c.at >= since)
        ordered = query.order_by(*table.primary_key.columns)
        with self._reading() as connection:
            for row in connection.execute(ordered).yield_per(5000).mappings():
                yield _activity(row)

    def activities_of(self, refs: Iterable[RecordRef]) -> Mapping[RecordRef, tuple[Activity, ...]]:
        """The activities of these records, oldest first; a record without any is left out."""
        table = schema.activity
        found: dict[RecordRef, list[Activity]] = defaultdict(list)
        with self._reading() as connection:
            for kind, ids in ids_by_kind(refs).items():
                for chunk in chunks(ids):
                    query = select(table).where(table.c.kind == kind.value, table.c.id.in_(chunk))
                    ordered = query.order_by(*table.primary_key.columns)
                    for row in connection.execute(ordered).mappings():
                        found[ref_of(row)].append(_activity(row))
        return {ref: tuple(activities) for ref, activities in found.items()}

    def activity_counts(self) -> tuple[ActivityCount, ...]:
        """What is kept of each kind of activity, by its word."""
        table = schema.activity
        number, last = func.count().label("number"), func.max(table.c.at).label("last")
        query = select(table.c.what, number, last).group_by(table.c.what).order_by(table.c.what)
        with self._reading() as connection:
            return tuple(
                ActivityCount(row.what, row.number, row.last) for row in connection.execute(query)
            )

    def activities_from(self, source: str) -> int:
        """How many activities are kept of this source."""
        query = select(func.count()).where(schema.activity.c.source == source)
        with self._reading() as connection:
            return int(connection.execute(query).scalar_one())

    def strange_activities(self) -> tuple[int, RecordRef | None]:
        """How many activities are of records that are not kept, and one of those."""
        table, record = schema.activity, schema.record
        is_kept = exists().where(record.c.kind == table.c.kind, record.c.id == table.c.id)
        strange = select(table.c.kind, table.c.id).where(~is_kept)
        with self._reading() as connection:
            number = connection.execute(
                select(func.count()).select_from(strange.subquery())
            ).scalar_one()
            first = connection.execute(strange.order_by(table.c.kind, table.c.id).limit(1)).first()
        return number, None if first is None else RecordRef(RecordKind(first.kind), first.id)

    def activity_times(
        self, since: datetime, until: datetime, segment: Segment
    ) -> Mapping[tuple[str, Flag], int]:
        """How often what was done from `since` until before `until`, by the record's flag today.

        Only with records that count and are of the segment.
        """
        done, record = schema.activity, schema.record
        query = (
            select(done.c.what, record.c.flag, func.sum(done.c.times))
            .join(record, (record.c.kind == done.c.kind) & (record.c.id == done.c.id))
            .where(done.c.at >= since, done.c.at < until)
            .where(record.c.gone_at.is_(None), record.c.flag.is_not(None))
            .where(record.c.segment == segment.value)
            .group_by(done.c.what, record.c.flag)
        )
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return {(what, Flag(flag)): int(times) for what, flag, times in rows}

    def activities_since(self) -> datetime | None:
        """The moment of the earliest activity; None where none is kept."""
        query = select(schema.meta.c.value).where(schema.meta.c.key == EARLIEST)
        with self._reading() as connection:
            earliest = connection.execute(query).scalar()
        return datetime.fromisoformat(earliest) if earliest else None


def _by_key(activities: Iterable[Activity]) -> dict[_Key, int]:
    times: dict[_Key, int] = {}
    for one in activities:
        key = (*_name(one), "")
        times[key] = max(times.get(key, 0), one.times)
    return times


def _name(one: Activity) -> tuple[str, str, datetime, str, str]:
    return one.ref.kind.value, one.ref.id, one.at, one.what, one.by


def _from(connection: Connection, origins: Sequence[str]) -> dict[_Key, int]:
    """What is kept of these activities of the CRM."""
    found: dict[_Key, int] = {}
    for chunk in chunks(origins):
        query = select(*_columns()).where(schema.activity.c.origin.in_(chunk))
        found |= {_key(row): row.times for row in connection.execute(query)}
    return found


def _known(connection: Connection, source: str) -> dict[_Key, int]:
    table = schema.activity
    query = select(*_columns()).where(table.c.source == source)
    return {_key(row): row.times for row in connection.execute(query)}


def _named(connection: Connection, wanted: Mapping[_Key, int]) -> dict[_Key, int]:
    """The kept activities of the records that are named, whichever file told of them."""
    table = schema.activity
    refs = {RecordRef(RecordKind(kind), id_) for kind, id_, *_ in wanted}
    found: dict[_Key, int] = {}
    for kind, ids in ids_by_kind(sorted(refs)).items():
        for chunk in chunks(ids):
            query = select(*_columns()).where(
                table.c.kind == kind.value, table.c.id.in_(chunk), table.c.origin == ""
            )
            found |= {_key(row): row.times for row in connection.execute(query)}
    return found


def _remove(connection: Connection, gone: Iterable[_Key]) -> None:
    columns = schema.activity.primary_key.columns
    match = [column == bindparam(f"the_{column.name}") for column in columns]
    names = [f"the_{column.name}" for column in columns]
    if keys := [dict(zip(names, key, strict=True)) for key in sorted(gone)]:
        connection.execute(delete(schema.activity).where(*match), keys)


def _note_earliest(connection: Connection) -> None:
    """Asked for with every page that is judged, so it is looked for only when it may change."""
    earliest = connection.execute(select(func.min(schema.activity.c.at))).scalar()
    value = "" if earliest is None else instant_text(earliest)
    facts = {EARLIEST: value, UNJUDGED: "yes"}
    put(connection, schema.meta, [{"key": k, "value": v} for k, v in facts.items()])


def _columns() -> list[Any]:
    return [*schema.activity.primary_key.columns, schema.activity.c.times]


def _key(row: Any) -> _Key:
    return row.kind, row.id, row.at, row.what, row.by, row.origin


def _ref(key: _Key) -> RecordRef:
    return RecordRef(RecordKind(key[0]), key[1])


def _row(key: _Key, times: int, source: str) -> dict[str, object]:
    kind, id_, at, what, by, origin = key
    return {
        "kind": kind,
        "id": id_,
        "at": at,
        "what": what,
        "by": by,
        "origin": origin,
        "times": times,
        "source": source,
    }


def _activity(row: RowValues) -> Activity:
    return Activity(ref_of(row), row["at"], row["what"], row["by"], row["times"])
