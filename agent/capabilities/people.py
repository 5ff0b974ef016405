"""People as the CRM has them, with the days since when a change of team or manager is known.

The CRM tells how things are; the spells follow from what it told before. Names are kept only where
figures by person are allowed.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from agent.config import Settings
from agent.store import Store
from agent.store.told import ToldRow
from bbm_core.people import Spell
from connectors.capabilities import Capability, Person

TOPIC = Capability.PEOPLE.value


def keep_people(store: Store, told: Sequence[Person], today: date, *, named: bool) -> int:
    """Keep what the CRM tells today; the number of people that are known then."""
    known = {row.id: row for row in store.told(TOPIC)}
    rows = [_row(person, known.get(person.id), today, named=named) for person in told]
    # Whose login is gone from the CRM has owned records all the same.
    left = [row for id_, row in known.items() if id_ not in {person.id for person in told}]
    kept = rows + left if named else rows + [_unnamed(row) for row in left]
    store.keep_told(TOPIC, kept, whole=True)
    return len(kept)


def kept_people(settings: Settings, store: Store) -> Mapping[str, tuple[Spell, ...]]:
    """Each owner's spells as the CRM told them, oldest first."""
    rows = store.told(TOPIC)
    by_person = settings.privacy.by_person
    names = {row.id: str(row.body.get("name", "")) for row in rows} if by_person else {}
    return {row.id: tuple(_spells(row, names)) for row in rows}


def _row(person: Person, known: ToldRow | None, today: date, *, named: bool) -> ToldRow:
    spells = list(known.body["spells"]) if known else []
    place = [person.team, person.manager]
    if not spells:
        spells = [["", *place]]
    elif spells[-1][1:] != place:
        # Twice on one day: the later word counts.
        spells = [spell for spell in spells if spell[0] != today.isoformat()]
        spells.append([today.isoformat(), *place])
    return ToldRow(person.id, {"name": person.name if named else "", "spells": spells})


def _unnamed(row: ToldRow) -> ToldRow:
    return ToldRow(row.id, {**row.body, "name": ""})


def _spells(row: ToldRow, names: Mapping[str, str]) -> Iterator[Spell]:
    for since, team, manager in row.body["spells"]:
        day = date.fromisoformat(since) if since else None
        yield Spell(day, names.get(row.id, ""), team, names.get(manager) or manager)
