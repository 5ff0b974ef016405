"""What every check works with: what is kept, what one walk found, and who may see what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from agent.capabilities.acceptance import with_words
from agent.checks.answer import Standing
from agent.checks.walk import MONTH, Walked, walk
from agent.config import Settings
from agent.config.checks import ChecksSettings
from agent.people import People, people_of
from agent.store.decisions import DecisionRow
from agent.wiring import Books
from bbm_core.icp.profile import Lang
from bbm_core.people import spell_on


@dataclass(frozen=True, slots=True)
class Desk:
    """The material of the checks."""

    books: Books
    walked: Walked
    people: People
    market: str  # the attribute that divides the market; empty: none is named
    lang: Lang
    stances: tuple[DecisionRow, ...] = ()  # declared, the newest first

    @property
    def settings(self) -> ChecksSettings:
        return self.books.settings.checks

    @property
    def by_person(self) -> bool:
        """Whether figures by person may be shown."""
        return self.books.settings.privacy.by_person

    @property
    def now(self) -> datetime:
        return self.books.clock.now()

    @property
    def since(self) -> datetime:
        """The beginning of the months that count."""
        return self.now - self.settings.months * MONTH

    def team(self, owner: str, at: datetime) -> str:
        """The owner's team on that day; empty where nobody says."""
        spell = spell_on(self.people.by_id.get(owner, ()), at.date())
        return spell.team if spell else ""


def open_desk(books: Books, lang: Lang) -> Desk:
    """Read what the checks need.

    Raises:
        ConfigError: the file of people cannot be read.
    """
    settings = books.settings.checks
    market = _market(books.settings)
    since = books.clock.now() - settings.months * MONTH
    people = people_of(books)
    parent = books.settings.accounts.parent
    book = with_words(books.store.book(), books.store)
    walked = walk(book, settings, market, since, parent)
    stances = tuple(row for row in books.store.decisions() if row.body.get("direction"))
    return Desk(books, walked, people, market, lang, stances)


def _market(settings: Settings) -> str:
    """The attribute that divides the market; never one that names people who may not be shown."""
    hidden = () if settings.privacy.by_person else settings.privacy.people
    wanted = (settings.checks.market,) if settings.checks.market else settings.slices
    return next((name for name in wanted if name not in hidden), "")


def worst(standings: Iterable[Standing]) -> Standing:
    """What stands for several findings together; unclear only where all are."""
    order = (Standing.UNCLEAR, Standing.GOOD, Standing.WATCH, Standing.PROBLEM)
    return max(standings, key=order.index, default=Standing.UNCLEAR)
