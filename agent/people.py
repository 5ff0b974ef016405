"""The people who own records: the table that `[inputs] people` names, and what the CRM tells.

The names of that table are for whoever runs the command and may see them, so they are not kept in
the state.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from agent.capabilities.people import kept_people
from agent.config import Settings
from agent.record_ids import long_form
from agent.tables import BadRow, TableRow, Unreadable, read_csv, read_day
from agent.wiring import Books
from bbm_core.people import Spell


@dataclass(frozen=True, slots=True)
class People:
    """Each owner's spells, oldest first, and the rows that could not be used."""

    by_id: Mapping[str, tuple[Spell, ...]]
    bad: tuple[BadRow, ...] = ()


NOBODY = People({})


def read_people(settings: Settings, folder: Path) -> People:
    """The people of the configured file; nobody where none is configured.

    Args:
        settings: the configuration.
        folder: its folder, from which a relative name counts.

    Raises:
        ConfigError: the file cannot be read, or a column is missing.
    """
    chosen = settings.inputs
    if not chosen.people:
        return NOBODY
    names = chosen.people_names
    table = read_csv(folder / chosen.people, needed=[names["id"]])
    rows: dict[tuple[str, date | None], tuple[int, Spell]] = {}
    bad = list(table.bad)
    for row in table.rows:
        try:
            owner, spell = _spell(row, names, settings)
            _add(rows, owner, spell, row.line)
        except Unreadable as error:
            bad.append(BadRow(row.line, str(error)))
    return People(_by_owner(rows), tuple(sorted(bad, key=lambda one: one.line)))


def people_of(books: Books) -> People:
    """The people of the configured file, and those it leaves out as the CRM told of them.

    Raises:
        ConfigError: the file cannot be read, or a column is missing.
    """
    listed = read_people(books.settings, books.folder)
    told = kept_people(books.settings, books.store)
    return People({**told, **listed.by_id}, listed.bad)


def _spell(row: TableRow, names: Mapping[str, str], settings: Settings) -> tuple[str, Spell]:
    cells = {name: row.cells.get(column, "") for name, column in names.items()}
    if not cells["id"]:
        raise Unreadable(f"there is no {names['id']}")
    since = read_day(cells["since"]) if cells["since"] else None
    owner = long_form(settings.crm.kind, cells["id"])
    return owner, Spell(since, cells["name"], cells["team"], cells["manager"])


def _add(
    rows: dict[tuple[str, date | None], tuple[int, Spell]], owner: str, spell: Spell, line: int
) -> None:
    known = rows.setdefault((owner, spell.since), (line, spell))
    if known[1] != spell:
        since = spell.since or "the beginning"
        raise Unreadable(f"{owner} has another row since {since}, line {known[0]}")


def _by_owner(
    rows: Mapping[tuple[str, date | None], tuple[int, Spell]],
) -> Mapping[str, tuple[Spell, ...]]:
    ordered = sorted(rows.items(), key=lambda item: (item[0][0], item[0][1] or date.min))
    return {
        owner: tuple(spell for _, (_, spell) in found)
        for owner, found in groupby(ordered, key=lambda item: item[0][0])
    }
