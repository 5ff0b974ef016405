"""Activities from the table that `[inputs] activities` names, row by row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from agent.config import Settings
from agent.record_ids import long_form
from agent.tables import BadRow, TableRow, Unreadable, read_csv, read_moment, read_number
from bbm_core.icp.engagement import activity_word
from bbm_core.icp.normalise import clean_text
from bbm_core.records import Activity, RecordKind, RecordRef
from connectors.salesforce.fields import PREFIXES

_LONGEST = 64
_KINDS = {kind.value: kind for kind in RecordKind} | {
    "leads": RecordKind.LEAD,
    "contacts": RecordKind.CONTACT,
    "accounts": RecordKind.ACCOUNT,
    "company": RecordKind.ACCOUNT,
    "companies": RecordKind.ACCOUNT,
    "opportunities": RecordKind.OPPORTUNITY,
    "deal": RecordKind.OPPORTUNITY,
    "deals": RecordKind.OPPORTUNITY,
}


@dataclass(frozen=True, slots=True)
class ActivityTable:
    """What a file tells, and the rows that could not be used."""

    activities: tuple[Activity, ...]
    bad: tuple[BadRow, ...]


def read_activities(settings: Settings, folder: Path) -> ActivityTable:
    """The activities of the configured file.

    Args:
        settings: the configuration, which names a file.
        folder: its folder, from which a relative name counts.

    Raises:
        ConfigError: the file cannot be read, or a column is missing.
    """
    names = settings.inputs.activity_names
    needed = [names["id"], names["at"], names["what"]]
    table = read_csv(folder / settings.inputs.activities, needed)
    found, bad = [], list(table.bad)
    for row in table.rows:
        try:
            found.append(_activity(row, names, settings.crm.kind))
        except Unreadable as error:
            bad.append(BadRow(row.line, str(error)))
    return ActivityTable(tuple(found), tuple(sorted(bad, key=lambda one: one.line)))


def _activity(row: TableRow, names: Mapping[str, str], crm: str) -> Activity:
    cells = {name: clean_text(row.cells.get(column, "")) for name, column in names.items()}
    for name in ("id", "at", "what"):
        if not cells[name]:
            raise Unreadable(f"there is no {names[name]}")
    id_, what = long_form(crm, cells["id"]), activity_word(cells["what"])
    for text in (id_, what, cells["by"]):
        if len(text) > _LONGEST:
            raise Unreadable(f"{text[:20]!r}… is longer than {_LONGEST} characters")
    if not what:
        raise Unreadable(f"{cells['what']!r} has no word in it")
    return Activity(
        ref=RecordRef(_kind(cells["kind"], id_, crm), id_),
        at=_moment(cells["at"]),
        what=what,
        by=long_form(crm, cells["by"]),
        times=_times(cells["times"]),
    )


def _kind(text: str, id_: str, crm: str) -> RecordKind:
    """The kind that stands there, else the one that a Salesforce id begins with."""
    if text:
        kind = _KINDS.get(text.casefold())
        if kind is None:
            raise Unreadable(f"{text!r} is no kind of record: {', '.join(RecordKind)}")
        return kind
    begun = [kind for kind, prefix in PREFIXES.items() if id_.startswith(prefix)]
    if crm != "salesforce" or not begun:
        raise Unreadable(f"it does not say of which kind the record {id_!r} is")
    return begun[0]


def _moment(text: str) -> datetime:
    """The moment, if it can be one: the earliest says from when on activities are known at all."""
    moment = read_moment(text)
    if moment.year < _FIRST_YEAR:
        raise Unreadable(f"{text!r} is before {_FIRST_YEAR}")
    return moment


_FIRST_YEAR = 1990


def _times(text: str) -> int:
    if not text:
        return 1
    number = read_number(text)
    if number != int(number) or number < 1 or number > _MOST_TIMES:
        raise Unreadable(f"{text!r} is no number of times from 1 to {_MOST_TIMES:,}")
    return int(number)


_MOST_TIMES = 1_000_000
