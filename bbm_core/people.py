"""Who works in sales, in which team and for whom: one spell for each change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Spell:
    """From `since` on the person belonged to this team and manager; None: as long as is known."""

    since: date | None
    name: str = ""
    team: str = ""
    manager: str = ""


def spell_on(spells: Sequence[Spell], day: date) -> Spell | None:
    """The spell that held on the day; None before the first one began.

    Args:
        spells: of one person, oldest first.
        day: the day asked about.
    """
    begun = [spell for spell in spells if spell.since is None or spell.since <= day]
    return begun[-1] if begun else None


def changes_of_manager(spells: Sequence[Spell]) -> tuple[tuple[date, str, str], ...]:
    """The days on which the manager changed, with the one before and the one after."""
    return tuple(
        (after.since, before.manager, after.manager)
        for before, after in pairwise(spells)
        if after.since is not None and before.manager != after.manager
    )
