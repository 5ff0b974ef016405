"""Who worked in which team, and for whom, on a day."""

from datetime import date

from bbm_core.people import Spell, changes_of_manager, spell_on

SPELLS = (
    Spell(None, team="north", manager="a"),
    Spell(date(2026, 4, 1), team="north", manager="b"),
    Spell(date(2026, 10, 1), team="south", manager="b"),
)


def test_the_spell_that_began_last_holds() -> None:
    assert spell_on(SPELLS, date(2026, 3, 31)) == SPELLS[0]
    assert spell_on(SPELLS, date(2026, 4, 1)) == SPELLS[1]
    assert spell_on(SPELLS, date(2030, 1, 1)) == SPELLS[2]


def test_before_the_first_spell_nothing_is_known() -> None:
    assert spell_on(SPELLS[1:], date(2026, 3, 31)) is None


def test_only_another_manager_is_a_change_of_manager() -> None:
    assert changes_of_manager(SPELLS) == ((date(2026, 4, 1), "a", "b"),)
