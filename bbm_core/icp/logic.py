"""Three-valued logic: what a condition says when not everything is known."""

from enum import StrEnum


class Match(StrEnum):
    """What a condition says about a record."""

    MATCH = "match"
    MISS = "miss"
    UNKNOWN = "unknown"


def negated(match: Match) -> Match:
    return _NEGATED[match]


def all_of(*matches: Match) -> Match:
    """Kleene's and: one miss decides, else one unknown."""
    if Match.MISS in matches:
        return Match.MISS
    return Match.UNKNOWN if Match.UNKNOWN in matches else Match.MATCH


def any_of(*matches: Match) -> Match:
    """Kleene's or: one match decides, else one unknown."""
    if Match.MATCH in matches:
        return Match.MATCH
    return Match.UNKNOWN if Match.UNKNOWN in matches else Match.MISS


_NEGATED = {Match.MATCH: Match.MISS, Match.MISS: Match.MATCH, Match.UNKNOWN: Match.UNKNOWN}
