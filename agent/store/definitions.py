"""Versions of the ICP: the text of each, the log of what was done with them, what was agreed to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection, insert, select, update

from agent.config.profiles import profiles_of, profiles_text
from agent.store import audit, codec, outbox_rows, schema
from agent.store.database import Database, put
from agent.store.dialect import insert_new
from bbm_core.errors import StoreDamaged
from bbm_core.guard import Share
from bbm_core.icp.classify import Flag
from bbm_core.icp.engagement import EngagementRules, Worth
from bbm_core.icp.profile import Profile, profiles_version
from bbm_core.icp.versions import Act, Known, Publication, State, change_points, state_of
from bbm_core.records import RecordKind, RecordRef

FOLLOWS = "icp_follows"
"""The fact whether the configuration held the version in force when that was last looked at."""

AGREED = "icp_agreed"
"""The fact which publication's flips the next syncs may write; empty when all are written."""

_LONGEST_AUTHOR = 200


@dataclass(frozen=True, slots=True)
class Flip:
    """A flag in the CRM that would become another one."""

    ref: RecordRef
    old: Flag
    new: Flag


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was agreed to with a publication: these flips, so many writes, so many unknowns."""

    digest: str
    flips: frozenset[Flip]
    writes: int
    unknown: Share | None


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """A version that is known: how it stands, and since when it is known."""

    version: str
    state: State
    created: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """What is to be noted about a version."""

    at: datetime
    act: Act
    author: str
    reason: str
    follows: bool  # whether the configuration holds the version in force after this
    agreed: Agreed | None = None
    heat: EngagementRules | None = None  # that the flag asks for from then on
    facts: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


class Definitions(Database):
    """Keeps every version, and the log."""

    def publications(self) -> tuple[Publication, ...]:
        """The whole log, oldest first; `bbm_core.icp.versions.change_points` reads it."""
        with self._reading() as connection:
            return _log(connection)

    def known_definition(self) -> Known | None:
        """The version in force, by the log; None before the first sync."""
        with self._reading() as connection:
            points = change_points(_log(connection))
            query = select(schema.meta.c.value).where(schema.meta.c.key == FOLLOWS)
            follows = connection.execute(query).scalar()
        if not points:
            return None
        return Known(points[-1].version, follows != "no", points[-1].heat)

    def versions_kept(self) -> tuple[KeptVersion, ...]:
        """Every version that is known, oldest first."""
        table = schema.definition.c
        query = select(table.version, table.state, table.created_at)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(table.created_at, table.version))
            return tuple(KeptVersion(r.version, State(r.state), r.created_at) for r in rows)

    def definition_text(self, version: str) -> str | None:
        """A version as TOML; None for one that is not known."""
        table = schema.definition.c
        with self._reading() as connection:
            query = select(table.body).where(table.version == version)
            return connection.execute(query).scalar()

    def definition(self, version: str) -> tuple[Profile, ...] | None:
        """The profiles of a version.

        Raises:
            StoreDamaged: What is kept is another version than its name says.
        """
        text = self.definition_text(version)
        if text is None:
            return None
        profiles = profiles_of(text)
        if profiles_version(profiles) != version:
            raise StoreDamaged(
                f"What is kept as version {version} of the ICP is not that version.",
                hint="Publish the profile of the configuration anew: `bbm icp publish`.",
                code="BBM-STORE-011",
            )
        return profiles

    def note_definition(self, profiles: Sequence[Profile], line: NewLine) -> Publication:
        """Keep a version and the line about it, its agreement and its audit, in one transaction."""
        version = profiles_version(profiles)
        with self._writing() as connection:
            _keep_text(connection, version, profiles, line.at)
            number = _append(connection, version, line)
            _set_states(connection)
            _remember(connection, line, number)
            audit.append(connection, [_event(version, line)])
        signed = line.act, line.author, line.reason
        return Publication(number, line.at, version, *signed, line.heat)

    def follow_configuration(self, *, follows: bool) -> None:
        """Note whether the configuration holds the version in force."""
        with self._writing() as connection:
            put(connection, schema.meta, [_fact(FOLLOWS, "yes" if follows else "no")])

    def agreed(self) -> Agreed | None:
        """What the latest publication agreed to, as long as not all of it is written."""
        with self._reading() as connection:
            query = select(schema.meta.c.value).where(schema.meta.c.key == AGREED)
            number = connection.execute(query).scalar()
            if not number:
                return None
            table = schema.publication.c
            body = connection.execute(select(table.body).where(table.number == int(number)))
            return _agreed(codec.load(body.scalar_one()))

    def planned_flips(self) -> frozenset[Flip]:
        """The flips among the writes that are planned and not yet sent."""
        table = schema.outbox.c
        columns = (table.kind, table.id, table.flag_from, table.flag_to)
        query = select(*columns).where(
            table.state == outbox_rows.State.PLANNED.value,
            table.flag_from.is_not(None),
            table.flag_to.is_not(None),
        )
        with self._reading() as connection:
            return frozenset(
                Flip(RecordRef(RecordKind(kind), id_), Flag(old), Flag(new))
                for kind, id_, old, new in connection.execute(query)
            )

    def end_agreement(self) -> None:
        """All that was agreed to is written, or was never to be: nothing passes by it any more."""
        with self._writing() as connection:
            put(connection, schema.meta, [_fact(AGREED, "")])


def _log(connection: Connection) -> tuple[Publication, ...]:
    table = schema.publication.c
    told = (table.number, table.at, table.version, table.event, table.author, table.reason)
    rows = connection.execute(select(*told, table.heat).order_by(table.number))
    return tuple(
        Publication(r.number, r.at, r.version, Act(r.event), r.author, r.reason, _heat(r.heat))
        for r in rows
    )


def _keep_text(
    connection: Connection, version: str, profiles: Sequence[Profile], at: datetime
) -> None:
    """The newest text of a version: its labels may have changed, which is no new version."""
    row = {
        "version": version,
        "state": State.DRAFT.value,
        "body": profiles_text(profiles),
        "created_at": at,
    }
    statement = insert_new(connection.dialect, schema.definition, ("version",))
    connection.execute(statement.values(row))
    table = schema.definition
    connection.execute(update(table).where(table.c.version == version).values(body=row["body"]))


def _append(connection: Connection, version: str, line: NewLine) -> int:
    body = {**line.facts, "agreed": _agreed_body(line.agreed)}
    row = {
        "at": line.at,
        "version": version,
        "event": line.act.value,
        "author": codec.storable(line.author)[:_LONGEST_AUTHOR],
        "reason": codec.storable(line.reason),
        "heat": _heat_text(line.heat),
        "body": codec.dump(body),
    }
    key = connection.execute(insert(schema.publication).values(row)).inserted_primary_key
    assert key is not None  # noqa: S101 - an insert into a table with a key returns it
    return int(key[0])


def _heat_text(heat: EngagementRules | None) -> str:
    if heat is None:
        return ""
    worth = {kind: [w.points, w.half_life_days, w.cap] for kind, w in sorted(heat.worth.items())}
    return codec.dump({"worth": worth, "cuts": heat.cuts, "hot": heat.hot})


def _heat(text: str) -> EngagementRules | None:
    if not text:
        return None
    kept = codec.load(text)
    worth = {kind: Worth(*one) for kind, one in kept["worth"].items()}
    return EngagementRules(worth, tuple(kept["cuts"]), kept["hot"])


def _set_states(connection: Connection) -> None:
    """The states follow from the log; they stand in the table for whoever reads it by SQL."""
    log, table = _log(connection), schema.definition
    for version in connection.execute(select(table.c.version)).scalars().all():
        connection.execute(
            update(table)
            .where(table.c.version == version)
            .values(state=state_of(version, log).value)
        )


def _remember(connection: Connection, line: NewLine, number: int) -> None:
    if not line.act.puts_in_force:
        return
    agreed = str(number) if line.agreed else ""
    facts = [_fact(FOLLOWS, "yes" if line.follows else "no"), _fact(AGREED, agreed)]
    put(connection, schema.meta, facts)


def _fact(key: str, value: str) -> Mapping[str, str]:
    return {"key": key, "value": value}


def _event(version: str, line: NewLine) -> audit.Event:
    payload: dict[str, object] = {
        "version": version,
        "author": line.author,
        "reason": line.reason,
        "digest": line.agreed.digest if line.agreed else None,
    }
    return audit.Event(line.at, None, f"definition.{line.act.value}", None, payload)


def _agreed_body(agreed: Agreed | None) -> Mapping[str, object] | None:
    """By what flips to what and by kind, so that a million ids stand there once each."""
    if agreed is None:
        return None
    flips: dict[str, list[str]] = {}
    for flip in sorted(agreed.flips, key=lambda one: one.ref):
        flips.setdefault(f"{flip.ref.kind} {flip.old} {flip.new}", []).append(flip.ref.id)
    unknown = agreed.unknown and [agreed.unknown.part, agreed.unknown.whole]
    return {
        "digest": agreed.digest,
        "writes": agreed.writes,
        "unknown": unknown,
        "flips": flips,
    }


def _agreed(body: Mapping[str, Mapping[str, object]]) -> Agreed:
    kept: Mapping[str, object] = body["agreed"]
    unknown = kept["unknown"]
    return Agreed(
        digest=str(kept["digest"]),
        flips=frozenset(_flips(kept["flips"])),
        writes=int(str(kept["writes"])),
        unknown=Share(*unknown) if isinstance(unknown, list) else None,
    )


def _flips(kept: object) -> Iterable[Flip]:
    if not isinstance(kept, Mapping):
        return
    for key, ids in kept.items():
        kind, old, new = key.split()
        for id_ in ids:
            yield Flip(RecordRef(RecordKind(kind), id_), Flag(old), Flag(new))
