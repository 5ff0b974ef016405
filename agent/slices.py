"""By what the balance can be broken down: channel, measure, campaign, team, owner, attributes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from agent.config import Settings
from agent.config.capabilities import Use
from agent.people import People, people_of
from agent.wiring import Books
from bbm_core.balance.cells import CHANNEL, OWNER
from bbm_core.balance.source import SourceRule, Unmapped, measure_of, unmapped
from bbm_core.errors import ConfigError
from bbm_core.people import spell_on

MEASURE = "measure"
CAMPAIGN = "campaign"
TEAM = "team"

Slices = Mapping[str, str]
"""A record's slice in each dimension that is counted."""


@dataclass(frozen=True, slots=True)
class Slicer:
    """Puts records into the slices of one dimension.

    `of` asks for the day, because people change teams. `dimension` is the counted one from whose
    slices alone it tells; None where it needs several.
    """

    name: str
    of: Callable[[Slices, date], str]
    dimension: str | None


def counted(settings: Settings) -> tuple[str, ...]:
    """The dimensions that are counted beside the channel."""
    campaign = (settings.campaign,) if settings.campaign else ()
    owner = (OWNER,) if settings.privacy.by_person or _has_teams(settings) else ()
    return tuple(dict.fromkeys((*settings.slices, *campaign, *owner)))


def sliceable(settings: Settings) -> tuple[str, ...]:
    """What may be asked for as things are configured; people only where that is allowed."""
    names = [CHANNEL]
    names += [MEASURE] * bool(settings.measures) + [CAMPAIGN] * bool(settings.campaign)
    names += [TEAM] * _has_teams(settings) + [OWNER] * settings.privacy.by_person
    people = () if settings.privacy.by_person else settings.privacy.people
    return tuple(names) + tuple(name for name in settings.slices if name not in people)


def _has_teams(settings: Settings) -> bool:
    """Whether owners are counted for the sake of their teams."""
    return bool(settings.inputs.people) or settings.capabilities.people is Use.ALWAYS


def slicer(books: Books, by: str) -> Slicer:
    """How records fall into the slices of this dimension; the empty one is the whole.

    Raises:
        ConfigError: there is no such dimension, it lacks its input, or it is of people and that
            is not allowed.
    """
    settings = books.settings
    _allowed(settings, by)
    _provided(settings, by)
    _counted_by_now(books, by)
    match by:
        case "":
            return Slicer("", lambda _slices, _day: "", "")
        case "measure":
            return _by_measure(settings)
        case "team":
            return _by_team(people_of(books))
        case "campaign":
            return _plain(CAMPAIGN, settings.campaign)
        case _:
            return _plain(by, by)


def unmapped_sources(books: Books) -> Sequence[Unmapped]:
    """Where the first stage's records come from that no measure answers for, largest first."""
    settings = books.settings
    kinds = sorted({rule.kind for rule in books.rules.stages[0].enter})
    sources = (
        (slices.get(CHANNEL, ""), slices.get(settings.campaign, ""), number)
        for kind in kinds
        for slices, number in books.store.slice_counts(kind)
    )
    return unmapped(source_rules(settings), sources)


def source_rules(settings: Settings) -> Sequence[SourceRule]:
    return tuple(measure.rule(name) for name, measure in settings.measures.items())


def _allowed(settings: Settings, by: str) -> None:
    if by in {OWNER, *settings.privacy.people} and not settings.privacy.by_person:
        raise ConfigError(
            f"Figures by {by} are figures by person, and those are not allowed here.",
            hint="Whoever may decide it sets `by_person = true` under [privacy]; "
            "the next sync then counts by owner.",
            code="BBM-BL-004",
        )


def _provided(settings: Settings, by: str) -> None:
    known = sliceable(settings)
    if by in {"", *known}:
        return
    if by in _INPUTS:
        raise ConfigError(f"Nothing can be told by {by} yet.", hint=_INPUTS[by], code="BBM-BL-005")
    raise ConfigError(
        f"There is no slice {by!r}.",
        hint=f"Name one of {', '.join(known)}; `slices` in the configuration adds more.",
        code="BBM-BL-002",
    )


def _counted_by_now(books: Books, by: str) -> None:
    """A dimension that was configured since the last sync has no slices yet."""
    settings = books.settings
    needs = {MEASURE: settings.campaign, CAMPAIGN: settings.campaign, TEAM: OWNER}.get(by, by)
    if needs not in {"", CHANNEL, *books.store.counted_dimensions()}:
        raise ConfigError(
            f"Nothing was counted by {by} yet.",
            hint="Run `bbm sync`; it counts what is kept anew.",
            code="BBM-BL-009",
        )


_INPUTS = {
    MEASURE: "Say which channels belong to which measure: [measures.NAME] in the configuration, "
    "with orientation and channels.",
    CAMPAIGN: "Name the attribute that holds the campaign: `campaign` in the configuration; "
    "the next sync counts by it.",
    TEAM: "Say who is in which team: `people` of [inputs] names the file, or `people = "
    '"always"` of [capabilities] takes the CRM\'s teams; the next sync counts by it.',
}


def _plain(name: str, dimension: str) -> Slicer:
    return Slicer(name, lambda slices, _day: slices.get(dimension, ""), dimension)


def _by_measure(settings: Settings) -> Slicer:
    rules, campaign = source_rules(settings), settings.campaign
    needs_both = bool(campaign) and any(rule.campaigns for rule in rules)

    def of(slices: Slices, _day: date) -> str:
        return measure_of(rules, slices.get(CHANNEL, ""), slices.get(campaign, "")) or ""

    return Slicer(MEASURE, of, None if needs_both else CHANNEL)


def _by_team(people: People) -> Slicer:
    def of(slices: Slices, day: date) -> str:
        spell = spell_on(people.by_id.get(slices.get(OWNER, ""), ()), day)
        return spell.team if spell else ""

    return Slicer(TEAM, of, OWNER)
