"""`bbm icp publish` and `bbm icp rollback`: put a definition in force, knowing what it changes."""

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.prompt import Confirm

from agent.cli.icp_naming import Named, active, author_of, drafted, named
from agent.cli.icp_sheet import proposal_json, show_proposal
from agent.cli.icp_words import say
from agent.cli.opening import open_config, reading_lang
from agent.cli.output import console, print_json
from agent.clock import SystemClock
from agent.definition import definition_of
from agent.publishing import (
    Signature,
    cast_shadow,
    check_digest,
    check_reason,
    withdraw,
)
from agent.publishing import publish as put_in_force
from agent.whatif import Proposal, propose
from agent.wiring import Books, open_books
from bbm_core.errors import ConfigError, SafetyStop
from bbm_core.icp.profile import Lang
from bbm_core.icp.terms import differences
from bbm_core.icp.versions import Act, Publication, before_last, change_points


def publish(  # noqa: PLR0913 - one option each
    *,
    draft: Path | None = None,
    reason: str = "",
    author: str = "",
    digest: str = "",
    shadow: bool = False,
    yes: bool = False,
    lang: Lang | None = None,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """Put a definition in force. Shows first what it changes; the next sync writes just that.

    Args:
        draft: the TOML file with the draft; without one, the profile in the configuration.
        reason: why, for whoever asks in a year.
        author: who decided it; without one, the user of this machine.
        digest: agree only if the what-if is still this one, as `bbm icp simulate` named it.
        shadow: do not put it in force, only judge it beside the one that is.
        yes: agree without being asked.
        lang: the language of the text.
        config: the configuration file.
        json: one JSON document instead of text.
    """
    check_reason(reason)
    loaded = open_config(config)
    with open_books(loaded, SystemClock()) as books:
        desk = _Desk(books, loaded.path, reading_lang(loaded, lang), yes=yes, json=json)
        chosen = drafted(books, draft)
        signed = Signature(books.clock.now(), author_of(author), reason)
        if shadow:
            desk.shadow(chosen, signed)
        else:
            desk.put_in_force(chosen, Act.PUBLISHED, signed, digest)
    return 0


def rollback(  # noqa: PLR0913 - one option each
    which: str = "",
    /,
    *,
    reason: str = "",
    author: str = "",
    digest: str = "",
    shadow: bool = False,
    yes: bool = False,
    lang: Lang | None = None,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """Put an earlier version in force again; without one, the version before the present one.

    Args:
        which: the version or its first digits.
        reason: why, for whoever asks in a year.
        author: who decided it; without one, the user of this machine.
        digest: agree only if the what-if is still this one, as `bbm icp diff` named it.
        shadow: end the challenge instead: the version beside the one in force is judged no more.
        yes: agree without being asked.
        lang: the language of the text.
        config: the configuration file.
        json: one JSON document instead of text.
    """
    check_reason(reason)
    loaded = open_config(config)
    with open_books(loaded, SystemClock()) as books:
        desk = _Desk(books, loaded.path, reading_lang(loaded, lang), yes=yes, json=json)
        signed = Signature(books.clock.now(), author_of(author), reason)
        if shadow:
            desk.withdraw(signed)
        else:
            chosen = _earlier(books, which)
            desk.put_in_force(chosen, Act.ROLLED_BACK, signed, digest)
    return 0


@dataclass(frozen=True, slots=True)
class _Desk:
    """Shows, asks, signs, and says what was done."""

    books: Books
    path: Path
    lang: Lang
    yes: bool
    json: bool

    def put_in_force(self, chosen: Named, act: Act, signed: Signature, digest: str) -> None:
        old = active(self.books)
        if old.version == chosen.version:
            raise ConfigError(
                f"{chosen.version} is in force already.",
                hint="Change the draft first; `bbm icp diff active config` shows what it changes.",
                code="BBM-IC-012",
            )
        proposal = propose(self.books, old.profiles, chosen.profiles)
        out = console()
        if not self.json:
            changes = differences(old.profiles, chosen.profiles, self.lang)
            show_proposal(out, self.books, proposal, changes, self.lang)
        check_digest(proposal, digest)
        self._agree(out, chosen.version)
        done = put_in_force(self.books, chosen.profiles, proposal, act, signed)
        if self.json:
            self._print(done, proposal, old, chosen)
            return
        key = "published" if act is Act.PUBLISHED else "rolled_back"
        out.print(f"\n{say(self.lang, key, version=chosen.version)}")
        self._tell_draft(out)

    def shadow(self, chosen: Named, signed: Signature) -> None:
        if active(self.books).version == chosen.version:
            raise ConfigError(
                f"{chosen.version} is in force, so it cannot be judged beside itself.",
                hint="Name a draft with --draft FILE.",
                code="BBM-IC-012",
            )
        self._said("shadowed", cast_shadow(self.books, chosen.profiles, signed))

    def withdraw(self, signed: Signature) -> None:
        self._said("withdrawn", withdraw(self.books, signed))

    def _said(self, key: str, done: Publication) -> None:
        if self.json:
            print_json("bbm.icp-publish/1", self.books.clock.now(), {"publication": done})
        else:
            console().print(say(self.lang, key, version=done.version))

    def _agree(self, out: Console, version: str) -> None:
        """--yes, or a person at a terminal who says so."""
        if self.yes:
            return
        asked = out.is_terminal and not self.json
        if not asked or not Confirm.ask(say(self.lang, "ask", version=version), default=False):
            raise SafetyStop(
                "Nothing was published: nobody agreed.",
                hint="Look at what it changes; if it is right, run it again with --yes.",
                code="BBM-IC-013",
            )

    def _tell_draft(self, out: Console) -> None:
        """No hidden divergence: say what the configuration holds if it is not in force."""
        force = definition_of(self.books.settings, self.books.store).force
        if force.differs:
            version = force.configuration
            out.print(say(self.lang, "draft_left", path=self.path.name, version=version))

    def _print(self, done: Publication, proposal: Proposal, old: Named, new: Named) -> None:
        force = definition_of(self.books.settings, self.books.store).force
        body = {
            "publication": done,
            "configuration": force.configuration,
            "differs": force.differs,
            "what_if": proposal_json(proposal, old.profiles, new.profiles, self.lang),
        }
        print_json("bbm.icp-publish/1", self.books.clock.now(), body)


def _earlier(books: Books, which: str) -> Named:
    """The version that is named, else the one before the present one.

    Raises:
        ConfigError: there was none before.
    """
    log = books.store.publications()
    before = which or before_last(log)
    chosen = None if before is None else named(books, before)
    once = {point.version for point in change_points(log)}
    if chosen is None or chosen.version not in once:
        what = "before the present one" if chosen is None else f"as {chosen.version}"
        raise ConfigError(
            f"No definition was in force {what}.",
            hint="`bbm icp history` lists those that were; a new one is published instead.",
            code="BBM-IC-014",
        )
    return chosen
