"""From where a record came to what brought it: channels and campaigns to measures."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WILDCARD = "*"
"""At the end of a pattern: whatever begins so."""


@dataclass(frozen=True, slots=True)
class SourceRule:
    """What a measure answers for. A pattern is a value, or the beginning of one and `*`."""

    measure: str
    channels: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()


def measure_of(rules: Sequence[SourceRule], channel: str, campaign: str = "") -> str | None:
    """The measure that brought a record; None where no rule names its channel or campaign.

    A campaign says more than a channel, so every rule's campaigns are asked first. Among patterns
    that fit, the longest decides: `Web Ads` before `Web*`. The order of the rules does not count
    but for a tie, which the first rule wins.
    """
    by_campaign = ((pattern, rule) for rule in rules for pattern in rule.campaigns)
    by_channel = ((pattern, rule) for rule in rules for pattern in rule.channels)
    return _longest(by_campaign, campaign) or _longest(by_channel, channel)


def fits(pattern: str, value: str) -> bool:
    """Whether a value is the one of the pattern, or begins like it; upper and lower case alike."""
    pattern, value = pattern.casefold(), value.casefold()
    if pattern.endswith(WILDCARD):
        return value.startswith(pattern.removesuffix(WILDCARD))
    return value == pattern


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A channel and campaign of which no measure is known, and how many records have them."""

    channel: str
    campaign: str
    records: int


def unmapped(
    rules: Sequence[SourceRule], sources: Iterable[tuple[str, str, int]]
) -> tuple[Unmapped, ...]:
    """Which (channel, campaign, records) no rule names, the most frequent first."""
    counts: Counter[tuple[str, str]] = Counter()
    for channel, campaign, records in sources:
        if measure_of(rules, channel, campaign) is None:
            counts[channel, campaign] += records
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return tuple(Unmapped(*source, records) for source, records in ordered)


def _longest(patterns: Iterable[tuple[str, SourceRule]], value: str) -> str | None:
    """The measure of the longest fitting pattern; an exact one counts as longer than any other."""
    if not value:
        return None
    found: tuple[int, str] | None = None
    for pattern, rule in patterns:
        if not fits(pattern, value):
            continue
        length = len(pattern) if pattern.endswith(WILDCARD) else len(value) + 2
        if found is None or length > found[0]:
            found = length, rule.measure
    return found[1] if found else None
