"""Puts a definition in force, or beside the one in force, or takes it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.definition import heat_of
from agent.store import NewLine
from agent.whatif import Proposal
from agent.wiring import Books
from bbm_core.errors import ConfigError, SafetyStop
from bbm_core.icp.profile import Profile, profiles_version
from bbm_core.icp.versions import Act, Publication, challenger


@dataclass(frozen=True, slots=True)
class Signature:
    """Who does it, when, and why."""

    at: datetime
    author: str
    reason: str


def check_reason(reason: str) -> None:
    """A publication without a reason helps nobody a year later.

    Raises:
        ConfigError: there is none.
    """
    if not reason.strip():
        raise ConfigError(
            "A publication needs a reason.",
            hint='Say why, as in --reason "small firms do not renew".',
            code="BBM-IC-005",
        )


def check_digest(proposal: Proposal, digest: str) -> None:
    """The what-if that somebody looked at must still be the present one.

    Raises:
        SafetyStop: since then the book or the definition changed, and with it the flips.
    """
    if digest and digest != proposal.digest:
        raise SafetyStop(
            f"The what-if {digest} was agreed to, but by now it is the what-if {proposal.digest}.",
            hint="Look at the new one with `bbm icp simulate` and agree to that.",
            code="BBM-IC-006",
        )


def publish(
    books: Books, profiles: Sequence[Profile], proposal: Proposal, act: Act, signed: Signature
) -> Publication:
    """Put the profiles in force and agree to exactly the flips of the proposal."""
    check_reason(signed.reason)
    held = profiles_version(books.settings.icp.profiles)
    line = NewLine(
        at=signed.at,
        act=act,
        author=signed.author,
        reason=signed.reason,
        follows=held == proposal.new,
        agreed=proposal.agreed,
        heat=heat_of(books.settings),
        facts={"before": proposal.old},
    )
    return books.store.note_definition(profiles, line)


def cast_shadow(books: Books, profiles: Sequence[Profile], signed: Signature) -> Publication:
    """Judge the profiles beside those in force, and write nothing of it."""
    return _beside(books, profiles, Act.SHADOWED, signed)


def withdraw(books: Books, signed: Signature) -> Publication:
    """End the challenge.

    Raises:
        ConfigError: there is no challenger.
    """
    version = challenger(books.store.publications())
    profiles = None if version is None else books.store.definition(version)
    if profiles is None:
        raise ConfigError(
            "There is no challenger.",
            hint="Name one with `bbm icp publish --shadow --draft FILE`.",
            code="BBM-IC-007",
        )
    return _beside(books, profiles, Act.WITHDRAWN, signed)


def _beside(books: Books, profiles: Sequence[Profile], act: Act, signed: Signature) -> Publication:
    check_reason(signed.reason)
    known = books.store.known_definition()
    follows = known is None or known.follows
    line = NewLine(
        at=signed.at,
        act=act,
        author=signed.author,
        reason=signed.reason,
        follows=follows,
        heat=heat_of(books.settings),
    )
    return books.store.note_definition(profiles, line)
