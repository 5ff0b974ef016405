"""`bbm icp show`: a definition in words, and how it stands."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from agent.alerts.figures import moment
from agent.cli.icp_naming import active, named
from agent.cli.icp_words import say
from agent.cli.opening import open_config, reading_lang
from agent.cli.output import console, print_json, sign
from agent.clock import SystemClock
from agent.config.profiles import profiles_text
from agent.definition import definition_of
from agent.wiring import Books, open_books
from bbm_core.icp.profile import Lang, Profile
from bbm_core.icp.terms import criterion_text
from bbm_core.icp.versions import Act, Publication, Source, State, challenger, state_of


def show(
    which: str = "active",
    /,
    *,
    toml: bool = False,
    lang: Lang | None = None,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """A definition in words: the one in force, or another.

    Args:
        which: a version or its first digits, active, config, shadow, previous, or a TOML file.
        toml: print it as it stands in a configuration, and nothing else.
        lang: the language of the text.
        config: the configuration file.
        json: one JSON document instead of text.
    """
    loaded = open_config(config)
    with open_books(loaded, SystemClock()) as books:
        speech = reading_lang(loaded, lang)
        chosen = active(books) if which == "active" else named(books, which)
        log = books.store.publications()
        if toml:
            sys.stdout.write(profiles_text(chosen.profiles))
        elif json:
            body = _document(books, chosen.profiles, chosen.version, log, speech)
            print_json("bbm.icp/1", books.clock.now(), body)
        else:
            out, state = console(), state_of(chosen.version, log)
            out.print(f"{chosen.version}   {say(speech, f'state_{state.value}')}")
            for line in _standing(books, chosen.version, log, loaded.path, speech):
                out.print(f"  {line}")
            for line in _profile_lines(chosen.profiles, speech):
                out.print(line)
    return 0


def definition_notes(books: Books, path: Path, lang: Lang) -> Iterator[str]:
    """What people must know about the configuration and the definition in force, if they differ."""
    found = definition_of(books.settings, books.store)
    force = found.force
    if found.reheated:
        yield say(lang, "reheated", path=path.name)
    if force.source is Source.PUBLICATION:
        yield say(lang, "not_config", path=path.name, version=force.configuration)
        yield say(lang, "bring_in_line")
    elif force.edited:
        yield say(lang, "edited", path=path.name, version=force.configuration)


def _standing(
    books: Books, version: str, log: Sequence[Publication], path: Path, lang: Lang
) -> Iterator[str]:
    """Since when it is what it is, and how the configuration relates to it."""
    own = [one for one in log if one.version == version]
    if own:
        yield _since(books, own[-1], lang)
    if not log:
        yield say(lang, "never_synced", path=path.name)
    if state_of(version, log) is State.ACTIVE:
        notes = list(definition_notes(books, path, lang))
        yield from notes or [say(lang, "from_config", path=path.name)]
        shadow = challenger(log)
        began = [one for one in log if one.version == shadow and one.act is Act.SHADOWED]
        if began:
            at = _at(books, began[-1], lang)
            yield say(lang, "shadow_is", version=shadow, at=at)


def _since(books: Books, line: Publication, lang: Lang) -> str:
    return say(
        lang,
        "since",
        at=_at(books, line, lang),
        act=say(lang, f"act_{line.act.value}"),
        author=line.author,
        reason=line.reason,
    )


def _at(books: Books, line: Publication, lang: Lang) -> str:
    return moment(line.at.astimezone(ZoneInfo(books.settings.crm.timezone)), lang)


def _profile_lines(profiles: Sequence[Profile], lang: Lang) -> Iterator[str]:
    for profile in profiles:
        cuts = dict(profile.tiers.cuts())
        name = profile.label.text(lang) if profile.label else profile.name
        yield ""
        yield say(lang, "profile", name=name, threshold=profile.threshold, **cuts)
        for group in profile.groups:
            yield f"  {say(lang, 'group', id=group.id, cap=group.cap)}"
        for criterion in profile.criteria:
            yield f"  {sign('none')} {criterion_text(criterion, lang)}"


def _document(
    books: Books,
    profiles: Sequence[Profile],
    version: str,
    log: Sequence[Publication],
    lang: Lang,
) -> Mapping[str, Any]:
    force = definition_of(books.settings, books.store).force
    return {
        "version": version,
        "state": state_of(version, log),
        "in_force": books.store.known_definition() and active(books).version,
        "configuration": force.configuration,
        "source": force.source,
        "edited": force.edited,
        "differs": force.differs,
        "shadow": challenger(log),
        "profiles": [profile.model_dump(mode="json", by_alias=True) for profile in profiles],
        "criteria": [
            {"profile": profile.name, "id": one.id, "text": criterion_text(one, lang)}
            for profile in profiles
            for one in profile.criteria
        ],
    }
