"""The questions of `bbm init`: at most six, each with its default in brackets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TextIO, get_args

from rich.console import Console
from rich.prompt import Prompt

from agent.config.model import is_zone
from agent.config.templates import template
from bbm_core.errors import ConfigError
from bbm_core.icp.profile import Lang
from bbm_core.records import RecordKind

Crm = Literal["salesforce", "hubspot"]
Login = Literal["client_credentials", "jwt"]

PLACEHOLDER: Final = str(template("salesforce")["crm"]["salesforce"]["url"])
"""The address that the example shows in place of one's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What is known so far; None is still to be asked, or to be taken from the defaults."""

    crm: Crm | None = None
    url: str | None = None
    objects: tuple[RecordKind, ...] | None = None
    lang: Lang | None = None
    timezone: str | None = None
    slack: str | None = None  # the channel's id; empty: none yet
    client_id: str = ""
    login: Login = "client_credentials"
    username: str = ""
    proxy: str = ""
    ca_file: str = ""


def ask(given: Answers, out: Console, stream: TextIO | None = None) -> Answers:
    """Ask for what is not given: at most six questions, each with its default in brackets."""
    asker = _Asker(out, stream)
    known = replace(given, crm=given.crm or asker.choice("Which CRM?", get_args(Crm)))
    if known.url is None and known.crm == "salesforce":
        known = replace(known, url=asker.text("Address of the org (My Domain)", PLACEHOLDER))
    if known.objects is None:
        words = asker.text("Which objects?", ", ".join(_usual_kinds(known.crm)), check=_kinds_of)
        known = replace(known, objects=_kinds_of(words))
    if known.lang is None:
        lang = asker.choice("Language of labels and alerts?", get_args(Lang))
        known = replace(known, lang=lang)
    if known.timezone is None:
        zone = asker.text("Time zone", _zone(known.lang), check=_zone_named)
        known = replace(known, timezone=zone)
    if known.slack is None:
        known = replace(known, slack=asker.text("Slack channel id for alerts, empty for none", ""))
    return with_defaults(known)


def with_defaults(given: Answers) -> Answers:
    """The answers that nobody gave, as the questions propose them."""
    crm, lang = given.crm or "salesforce", given.lang or "en"
    return replace(
        given,
        crm=crm,
        lang=lang,
        url=_address(given.url) if given.url else None,
        objects=given.objects or tuple(map(RecordKind, _usual_kinds(crm))),
        timezone=given.timezone or _zone(lang),
        slack=given.slack or "",
    )


class _Asker:
    """Asks on a terminal."""

    def __init__(self, out: Console, stream: TextIO | None) -> None:
        self._out = out
        self._stream = stream

    def choice(self, question: str, choices: Sequence[Any]) -> Any:
        return Prompt.ask(
            question,
            console=self._out,
            choices=list(choices),
            default=choices[0],
            stream=self._stream,
        )

    def text(
        self, question: str, default: str, *, check: Callable[[str], object] | None = None
    ) -> str:
        """An answer; asked again until `check` takes it."""
        while True:
            answer = Prompt.ask(
                question,
                console=self._out,
                default=default,
                show_default=bool(default),
                stream=self._stream,
            )
            try:
                if check is not None:
                    check(answer)
            except ConfigError as error:
                self._out.print(f"{error.message} {error.hint}")
            else:
                return answer.strip()


def _usual_kinds(crm: Crm | None) -> tuple[str, ...]:
    return tuple(template(crm or "salesforce")["kinds"])


def _kinds_of(words: str) -> tuple[RecordKind, ...]:
    named = [word.strip().casefold() for word in words.split(",") if word.strip()]
    known = [kind.value for kind in RecordKind]
    if not named or any(word not in known for word in named):
        raise ConfigError(f"{words!r} does not name objects.", hint=f"Name {', '.join(known)}.")
    return tuple(RecordKind(word) for word in dict.fromkeys(named))


def _zone(lang: Lang | None) -> str:
    return "Asia/Tokyo" if lang == "ja" else "UTC"


def _zone_named(zone: str) -> None:
    if not is_zone(zone.strip()):
        raise ConfigError(f"{zone!r} is no time zone.", hint="Name one such as Asia/Tokyo.")


def _address(url: str) -> str:
    return url if "://" in url else f"https://{url}"
