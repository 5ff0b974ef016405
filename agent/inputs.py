"""Takes in what people hand over as files, at each sync; a file that did not change is not read.

A file that cannot be read stops nobody's flags: what was taken in before stands, the run says so
and ends as partly done.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import orjson

from agent.activities import ActivityTable, read_activities
from agent.config import Settings
from agent.people import read_people
from agent.store import Store
from agent.tables import BadRow
from bbm_core.errors import ConfigError
from bbm_core.records import RecordRef

ACTIVITIES, PEOPLE = "activities", "people"
FILE = "file"
"""The source of activities that a file told of."""

_SHOWN = 20
"""Bad rows that are remembered of a file; their number is told of all."""

READER = 1
"""Raised when the same file would be read otherwise than before."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of one file."""

    name: str  # activities, people
    path: str  # empty: none is named any more, so what the last one told was dropped
    rows: int = 0  # that could be used
    bad: int = 0
    examples: tuple[BadRow, ...] = ()
    problem: str = ""  # why the whole file could not be read
    hint: str = ""
    code: str = ""
    touched: frozenset[RecordRef] = field(default=frozenset(), compare=False)

    @property
    def is_whole(self) -> bool:
        return not (self.bad or self.problem)


def take_in_files(settings: Settings, store: Store, folder: Path) -> tuple[TakenIn, ...]:
    """Bring the state up to what the configured files say; a file no longer named says nothing."""
    taken = []
    if settings.inputs.activities:
        read = partial(_activities, store)
        taken.append(_asked(ACTIVITIES, settings.inputs.activities, read))
    elif store.fact(_FACT):
        taken.append(partial(_forget_activities, store))
    if settings.inputs.people:
        taken.append(_asked(PEOPLE, settings.inputs.people, _people))
    return tuple(one(settings, folder) for one in taken)


def look_at_files(settings: Settings, folder: Path) -> tuple[TakenIn, ...]:
    """What the configured files say, without keeping any of it."""
    taken = []
    if settings.inputs.activities:
        taken.append(_asked(ACTIVITIES, settings.inputs.activities, _look_at_activities))
    if settings.inputs.people:
        taken.append(_asked(PEOPLE, settings.inputs.people, _people))
    return tuple(one(settings, folder) for one in taken)


_Reader = Callable[[Settings, Path], TakenIn]


def _asked(name: str, path: str, reader: _Reader) -> _Reader:
    """The reader, with what goes wrong with the whole file as its answer."""

    def read(settings: Settings, folder: Path) -> TakenIn:
        try:
            return reader(settings, folder)
        except ConfigError as error:
            return TakenIn(name, path, problem=error.message, hint=error.hint, code=error.code)

    return read


def _activities(store: Store, settings: Settings, folder: Path) -> TakenIn:
    path = settings.inputs.activities
    digest = _digest(folder / path, settings.inputs.activity_names)
    remembered = _remembered(store.fact(_FACT), path, digest)
    if remembered is not None:
        return remembered
    table = read_activities(settings, folder)
    touched = store.keep_activities(table.activities, FILE, whole=True)
    taken = replace(_told(path, table), touched=touched)
    store.remember({_FACT: _fact(taken, digest)})
    return taken


def _forget_activities(store: Store, _settings: Settings, _folder: Path) -> TakenIn:
    """No file is named any more: what the last one told goes."""
    touched = store.keep_activities((), FILE, whole=True)
    store.remember({_FACT: ""})
    return TakenIn(ACTIVITIES, "", touched=touched)


def _look_at_activities(settings: Settings, folder: Path) -> TakenIn:
    return _told(settings.inputs.activities, read_activities(settings, folder))


def _told(path: str, table: ActivityTable) -> TakenIn:
    rows, bad = len(table.activities), len(table.bad)
    return TakenIn(ACTIVITIES, path, rows, bad, table.bad[:_SHOWN])


def _people(settings: Settings, folder: Path) -> TakenIn:
    people = read_people(settings, folder)
    spells = sum(map(len, people.by_id.values()))
    bad = people.bad
    return TakenIn(PEOPLE, settings.inputs.people, spells, len(bad), bad[:_SHOWN])


_FACT = f"inputs.{ACTIVITIES}"


def _digest(path: Path, names: Mapping[str, str]) -> str:
    """Names the content and how it is read; a file that is not there is left to its reader."""
    try:
        content = hashlib.sha256(path.read_bytes())
    except OSError:
        return ""
    content.update(repr((READER, sorted(names.items()))).encode())
    return content.hexdigest()


def _remembered(fact: str | None, path: str, digest: str) -> TakenIn | None:
    """What became of the file when it was read last, if it is the same still."""
    known = orjson.loads(fact) if fact else {}
    if not digest or known.get("digest") != digest:
        return None
    examples = tuple(BadRow(line, why) for line, why in known["examples"])
    return TakenIn(ACTIVITIES, path, known["rows"], known["bad"], examples)


def _fact(taken: TakenIn, digest: str) -> str:
    examples = [[one.line, one.why] for one in taken.examples]
    body = {"digest": digest, "rows": taken.rows, "bad": taken.bad, "examples": examples}
    return orjson.dumps(body).decode()
