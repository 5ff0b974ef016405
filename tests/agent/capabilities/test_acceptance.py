"""What sales said in a field beside the status counts as accepted or sent back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from agent.checks.answer import CheckName
from agent.checks.checks import run_checks
from agent.checks.desk import Desk, open_desk
from agent.config import Settings
from agent.store import Store
from agent.wiring import Books, build_rules
from bbm_core.records import RecordKind, RecordRef, StatusEntry
from connectors.capabilities import Said
from connectors.memory_capabilities import MemoryBeside
from tests.agent.world import FITTING, START, World

YES, NO = "CONNECTED", "UNQUALIFIED"


def says(world: World, ref: RecordRef, *words: str) -> None:
    world.beside = world.beside or MemoryBeside()
    told = [StatusEntry(word, START - timedelta(days=9 - n)) for n, word in enumerate(words)]
    world.beside.said.append(Said(ref, tuple(told)))


@contextmanager
def desk(world: World, use: str = "always") -> Iterator[Desk]:
    world.beside = world.beside or MemoryBeside()
    world.values["capabilities"] = {"acceptance": use}
    world.cycle(confirmed="", full=True)
    settings = Settings.model_validate(world.values)
    with Store.open(world.url) as store:
        yield open_desk(Books(settings, store, world.clock, build_rules(settings)), "en")


def answered(world: World, use: str = "always") -> list[bool]:
    world.values["checks"] = {"accepted": [YES], "sent_back": [NO]}
    with desk(world, use) as opened:
        return sorted(one.accepted for one in opened.walked.answered)


def test_the_last_word_counts_and_one_that_says_neither_does_not(world: World) -> None:
    accepted, sent_back, open_still = (world.lead() for _ in range(3))
    says(world, accepted, "NEW", YES)
    says(world, sent_back, YES, NO)
    says(world, open_still, "NEW")

    assert answered(world) == [False, True]


def test_words_that_are_gone_count_no_more(world: World) -> None:
    lead = world.lead()
    says(world, lead, YES)
    before = answered(world)
    says(world, lead)

    assert (before, answered(world)) == ([True], [])


def test_words_that_nobody_gave_a_meaning_are_named_by_the_check(world: World) -> None:
    contact = world.crm.create(RecordKind.CONTACT, {"Industry": FITTING})
    says(world, contact, "NEW", NO)

    with desk(world) as opened:
        (found,) = run_checks(opened, [CheckName.ALIGNMENT])

    assert "seen: NEW, UNQUALIFIED" in found.missing[0]


def test_by_default_they_are_not_asked_for(world: World) -> None:
    says(world, world.lead(), YES)

    assert answered(world, "never") == []
