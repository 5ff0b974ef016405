"""What real books hold besides: odd values, doubles, merges, deletions, slow transactions."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from sandbox.dataset import Firm, Person, Prospect
from sandbox.plot.events import (
    Event,
    FirmCorrected,
    LeadArrived,
    LeadMoved,
    LeadRemoved,
    LeadRestored,
    LeadsMerged,
    LeadStatus,
)

_ODD = 0.06
_TOUCHED = 0.05
_MERGED = 0.7  # of the doubles
_RESTORED = 0.4  # of the deleted
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
_LONG = "お問い合わせ内容 / enquiry: " * 1_000  # about 25,000 characters


def roughen(rng: Random, prospect: Prospect) -> Prospect:
    """Now and then, something in it is as people really type it."""
    if rng.random() >= _ODD:
        return prospect
    person, firm = rng.choice(_ODDITIES)(prospect.person, prospect.firm)
    return replace(prospect, person=person, firm=firm)


def later_mess(
    rng: Random, lives: list[tuple[LeadArrived, datetime]], end: datetime
) -> Iterator[Event]:
    """Things done to leads that nothing else happens to any more.

    Args:
        rng: the source of chance.
        lives: leads that are never converted, each with the time of its last event.
        end: nothing happens after it.
    """
    for arrived, last in lives:
        at = last + timedelta(seconds=3600 + int(rng.expovariate(1 / 20) * 86_400))
        if rng.random() < _TOUCHED and at + timedelta(days=2) < end:
            yield from rng.choice(_DEEDS)(rng, arrived, at)


def _full_width(person: Person, firm: Firm) -> tuple[Person, Firm]:
    return person, replace(firm, name=f"{firm.name} (HQ)".translate(_FULL_WIDTH))


def _emoji(person: Person, firm: Firm) -> tuple[Person, Firm]:
    return replace(person, first=f"{person.first} 🚀"), replace(firm, name=f"{firm.name} 🏭✨")


def _right_to_left(person: Person, firm: Firm) -> tuple[Person, Firm]:
    return replace(person, last="حداد"), replace(firm, name="شركة النور للتجارة \u202e")


def _null_bytes(person: Person, firm: Firm) -> tuple[Person, Firm]:
    return replace(person, note="before\x00after\x07"), replace(firm, name=f"{firm.name}\x00")


def _long_note(person: Person, firm: Firm) -> tuple[Person, Firm]:
    return replace(person, note=_LONG), firm


def _absurd_size(person: Person, firm: Firm) -> tuple[Person, Firm]:
    return person, replace(firm, employees=99_999_999, revenue=10**15)


def _negative_size(person: Person, firm: Firm) -> tuple[Person, Firm]:
    return person, replace(firm, employees=-5, revenue=-1)


def _nothing_known(person: Person, firm: Firm) -> tuple[Person, Firm]:
    blank = replace(
        firm, industry=None, employees=None, revenue=None, country=None, state=None, city=None
    )
    return replace(person, title=None), blank


def _other_words(person: Person, firm: Firm) -> tuple[Person, Firm]:
    return person, replace(firm, country="日本" if firm.country == "Japan" else firm.country)


_ODDITIES: tuple[Callable[[Person, Firm], tuple[Person, Firm]], ...] = (
    _full_width,
    _emoji,
    _right_to_left,
    _null_bytes,
    _long_note,
    _absurd_size,
    _negative_size,
    _nothing_known,
    _other_words,
)


def _double(rng: Random, arrived: LeadArrived, at: datetime) -> Iterator[Event]:
    """The same person comes again under a second address; later somebody merges the two."""
    key = f"{arrived.key}.again"
    email = (arrived.person.email or "").replace("@", "+2@")
    person = replace(arrived.person, email=email or None)
    yield replace(arrived, at=at, key=key, person=person)
    if rng.random() < _MERGED:
        yield LeadsMerged(at + timedelta(hours=5), arrived.key, key)


def _removal(rng: Random, arrived: LeadArrived, at: datetime) -> Iterator[Event]:
    yield LeadRemoved(at, arrived.key)
    if rng.random() < _RESTORED:
        yield LeadRestored(at + timedelta(hours=20), arrived.key)


def _unheard_status(_: Random, arrived: LeadArrived, at: datetime) -> Iterator[Event]:
    yield LeadMoved(at, arrived.key, LeadStatus.UNHEARD_OF, arrived.owner)


def _slow_correction(rng: Random, arrived: LeadArrived, at: datetime) -> Iterator[Event]:
    industry = rng.choice(("Manufacturing", "Retail", "Technology"))
    seen = at + timedelta(minutes=rng.randint(2, 9))
    yield FirmCorrected(at, arrived.key, industry, seen)


_DEEDS: tuple[Callable[[Random, LeadArrived, datetime], Iterator[Event]], ...] = (
    _double,
    _removal,
    _unheard_status,
    _slow_correction,
)
