"""Verdicts as rows: what differs from record to record, apart from what the profile says once.

Labels, roles and units are the same in every verdict of one profile. They are kept once for each
version, which makes a kept verdict a fraction of its size.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Select, select

from agent.store import codec, schema
from agent.store.database import Database, put
from bbm_core.icp.classify import Flag, Verdict
from bbm_core.records import RecordKind, RecordRef

_OWN_OF_REASON = ("value", "points", "match", "neutral")
_SHARED = frozenset({"reasons", "tiers"})
_OWN = tuple(field.name for field in fields(Verdict) if field.name not in _SHARED)
_own_parts = attrgetter(*_OWN)
_VERDICT = TypeAdapter(Verdict)


_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Standing:
    """How a record stands by fit alone, whatever else its flag asks for."""

    ref: RecordRef
    fit: Flag
    tier: str


class Explanations(Database):
    """Reads verdicts with all that explains them."""

    def verdict(self, ref: RecordRef) -> Verdict | None:
        """The present verdict; None outside the scope.

        None as well where another version of the agent explained in a way that this one cannot
        read; judging the record again mends that.
        """
        record = schema.record.c
        query = select(record.verdict).where(record.kind == ref.kind.value, record.id == ref.id)
        with self._reading() as connection:
            text = connection.execute(query).scalar()
            own = {} if text is None else codec.load(text)
            shared = connection.execute(_wording(own)).scalar()
        return None if shared is None else _whole(own, codec.load(shared))

    def fits(self, kind: RecordKind) -> Iterator[tuple[Standing, ...]]:
        """How every record of a kind that is in scope stands by fit, page by page, by id."""
        record, after = schema.record.c, ""
        query = select(record.id, record.verdict).where(record.kind == kind.value)
        query = query.where(record.gone_at.is_(None), record.verdict.is_not(None))
        while True:
            page = query.where(record.id > after).order_by(record.id).limit(_AT_ONCE)
            with self._reading() as connection:
                rows = connection.execute(page).all()
            if not rows:
                return
            yield tuple(_standing(RecordRef(kind, row.id), row.verdict) for row in rows)
            after = rows[-1].id


def own_text(verdict: Verdict) -> str:
    """What a verdict says about its own record."""
    own: dict[str, Any] = dict(zip(_OWN, _own_parts(verdict), strict=True))
    if verdict.heat is None:  # as in most books: nothing is kept of what is not asked
        del own["fit"], own["heat"]
    own["reasons"] = [[r.value, r.points, r.match, r.neutral] for r in verdict.reasons]
    return codec.dump(own)


def put_wordings(connection: Connection, verdicts: Iterable[Verdict]) -> None:
    """Keep what these verdicts share, once for each profile and version."""
    examples = {(verdict.version, verdict.profile): verdict for verdict in verdicts}
    rows = [
        {"version": version, "profile": profile, "body": codec.dump(_shared(verdict))}
        for (version, profile), verdict in examples.items()
    ]
    put(connection, schema.wording, rows)


def _standing(ref: RecordRef, text: str) -> Standing:
    own = codec.load(text)
    return Standing(ref, Flag(own.get("fit") or own["flag"]), own["tier"])


def _wording(own: Mapping[str, Any]) -> Select[str]:
    wording = schema.wording.c
    return select(wording.body).where(
        wording.version == own.get("version"), wording.profile == own.get("profile")
    )


def _shared(verdict: Verdict) -> dict[str, Any]:
    whole = _VERDICT.dump_python(verdict, mode="json")
    return {
        **{name: value for name, value in whole.items() if name not in _OWN},
        "reasons": [
            {name: value for name, value in reason.items() if name not in _OWN_OF_REASON}
            for reason in whole["reasons"]
        ],
    }


def _whole(own: Mapping[str, Any], shared: Mapping[str, Any]) -> Verdict | None:
    try:
        reasons = [
            {**said, **dict(zip(_OWN_OF_REASON, found, strict=True))}
            for said, found in zip(shared["reasons"], own["reasons"], strict=True)
        ]
        return _VERDICT.validate_python({**shared, **own, "reasons": reasons}, strict=False)
    except (ValidationError, ValueError, KeyError):
        return None
