"""`bbm fit`: whether account-based, lead-based or balanced suits a product line; asks no CRM."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.prompt import Prompt

from agent.alerts.figures import foreign
from agent.alerts.terminal import wrap
from agent.checks.words import say
from agent.checks.worth import Worth, say_left_out
from agent.cli.opening import open_config, reading_lang
from agent.cli.output import console, print_json, sign
from agent.clock import SystemClock
from agent.config.example import literal
from agent.fit import EVERYTHING, amounts_of, known_lines, won_amounts
from agent.tables import Unreadable, read_number
from agent.wiring import Books, open_books
from bbm_core.errors import ConfigError
from bbm_core.icp.profile import Lang, common_mode
from bbm_core.prescribe.fit import LEAST_DEALS, Evidence, Fit, Line
from bbm_core.prescribe.fit import fit as fit_line

_WIDTH = 100
_ANSWERS = ("lowest_price", "highest_price", "smallest_buyer", "largest_buyer", "buyers")


def fit(  # noqa: PLR0913 - one option each
    *,
    line: str = "",
    lowest_price: float | None = None,
    highest_price: float | None = None,
    smallest_buyer: float | None = None,
    largest_buyer: float | None = None,
    buyers: int | None = None,
    non_interactive: bool = False,
    lang: Lang | None = None,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """Whether ABM, LBM or BBM suits a product line, with reasons.

    Args:
        line: this product line; without it, all that the configuration names.
        lowest_price: what its smallest plan costs.
        highest_price: what its largest plan costs.
        smallest_buyer: the size of its smallest buyers, in employees or any other unit.
        largest_buyer: the size of its largest buyers, in the same unit.
        buyers: about how many possible buyers there are.
        non_interactive: ask nothing.
        lang: the language of the answer.
        config: the configuration file.
        json: one JSON document; asks nothing.
    """
    loaded = open_config(config)
    speech = reading_lang(loaded, lang)
    with open_books(loaded, SystemClock()) as books:
        answers = dict(
            zip(
                _ANSWERS,
                (lowest_price, highest_price, smallest_buyer, largest_buyer, buyers),
                strict=True,
            )
        )
        lines = _answered(known_lines(loaded.settings, line), answers)
        if not (json or non_interactive) and sys.stdin.isatty():
            lines = tuple(_asked(one, speech) for one in lines)
        worth = won_amounts(books)
        found = _fits(books, lines, worth)
        if json:
            print_json("bbm.fit/1", books.clock.now(), _body(books, found, worth))
        else:
            _show(books, found, worth, speech)
            _show_answers(lines, known_lines(loaded.settings, line), speech)
    return 0


def _answered(lines: Sequence[Line], answers: dict[str, Any]) -> tuple[Line, ...]:
    given = {name: value for name, value in answers.items() if value is not None}
    if given and len(lines) > 1:
        raise ConfigError(
            "The answers are about one product line, and there are several.",
            hint=f"Name it: --line {lines[0].name}.",
            code="BBM-FI-002",
        )
    try:
        return tuple(replace(one, **given) for one in lines)
    except ValueError as error:
        raise ConfigError(
            f"The answers do not make sense: {error}.",
            hint="Give sizes and prices above 0, the smaller one as the lowest or smallest.",
            code="BBM-FI-003",
        ) from error


def _asked(line: Line, lang: Lang) -> Line:
    """Ask for what is not answered; an empty answer leaves it open."""
    out = Console(soft_wrap=True, highlight=False)
    for name in _ANSWERS:
        if getattr(line, name) is None:
            line = _ask(out, line, name, lang)
    return line


def _ask(out: Console, line: Line, name: str, lang: Lang) -> Line:
    question = say(lang, f"ask_{name}", line=_line_name(line, lang))
    while True:
        text = Prompt.ask(question, console=out, default="", show_default=False).strip()
        if not text:
            return line
        try:
            number = read_number(text)
            answer: Any = int(number) if name == "buyers" else float(number)
            return replace(line, **{name: answer})
        except (Unreadable, ValueError) as error:
            out.print(str(error), markup=False)


def _fits(books: Books, lines: Sequence[Line], worth: Worth) -> Sequence[tuple[Fit, bool]]:
    """Each line's fit, and whether its deals can be told from those of the others."""
    by_line = bool(books.settings.checks.product_line)
    found = []
    for line in lines:
        apart = by_line and line.name != EVERYTHING
        amounts = amounts_of(line, worth, len(lines), by_line=apart)
        found.append((fit_line(line, amounts or ()), amounts is not None))
    return found


def _body(books: Books, found: Sequence[tuple[Fit, bool]], worth: Worth) -> dict[str, object]:
    return {
        "mode": common_mode(books.settings.icp.profiles),
        "currency": worth.currency,
        "lines": [
            {
                "line": one.line.name,
                "mode": one.mode,
                "provisional": one.is_provisional,
                "unanswered": one.unanswered,
                "deals": one.deals if has_deals else None,
                "reasons": [
                    {"evidence": r.evidence, "value": r.value, "speaks_for": r.leaning}
                    for r in one.reasons
                ],
            }
            for one, has_deals in found
        ],
    }


def _show(books: Books, found: Sequence[tuple[Fit, bool]], worth: Worth, lang: Lang) -> None:
    out = console()
    for one, has_deals in found:
        for line in _lines(one, lang, has_deals=has_deals):
            for piece in wrap(line, _WIDTH, "    "):
                out.print(piece)
        out.print()
    for sentence in say_left_out(worth, lang):
        for piece in wrap(sentence, _WIDTH, ""):
            out.print(piece)
    if sentence := _present(books, [one for one, _ in found], lang):
        for piece in wrap(sentence, _WIDTH, ""):
            out.print(piece)


def _present(books: Books, found: Sequence[Fit], lang: Lang) -> str:
    """The modes that are set, where they differ from each other or from what suits."""
    profiles = books.settings.icp.profiles
    modes = sorted({profile.mode.upper() for profile in profiles})
    if len(modes) > 1:
        return say(lang, "fit_present_mixed", modes=", ".join(modes))
    present = common_mode(profiles)
    differs = any(one.mode is not present for one in found)
    return say(lang, "fit_present", mode=present.upper()) if differs else ""


def _lines(found: Fit, lang: Lang, *, has_deals: bool) -> Iterator[str]:
    name = _line_name(found.line, lang)
    mode = say(lang, f"fit_{found.mode}")
    provisional = say(lang, "provisional") if found.is_provisional else ""
    yield f"{name}: {mode}{provisional}"
    for reason in found.reasons:
        value = f"{reason.value:,.0f}" if reason.value >= _WHOLE else f"{reason.value:.1f}"
        evidence = say(lang, f"fit_{reason.evidence}", value=value)
        yield f"  {sign('arrow')} {evidence} {say(lang, f'leaning_{reason.leaning}')}"
    for one in found.unanswered:
        yield f"  {sign('none')} {say(lang, f'unanswered_{one}')}"
    yield from _deals_missing(found, lang, has_deals=has_deals)


_WHOLE = 20
"""From here on a figure is told without decimals."""


def _deals_missing(found: Fit, lang: Lang, *, has_deals: bool) -> Iterator[str]:
    if not has_deals:
        yield f"  {sign('none')} {say(lang, 'fit_no_lines')}"
    elif not any(reason.evidence is Evidence.DEALS for reason in found.reasons):
        words = say(lang, "fit_few_deals", deals=found.deals, least=LEAST_DEALS)
        yield f"  {sign('none')} {words}"


def _show_answers(lines: Sequence[Line], kept: Sequence[Line], lang: Lang) -> None:
    """What to add to the configuration, so that it is not asked again."""
    fresh = [one for one, old in zip(lines, kept, strict=True) if one != old]
    if not fresh:
        return
    out = console()
    out.print()
    out.print(say(lang, "fit_keep"))
    for line in fresh:
        out.print(f"    [product_lines.{literal(line.name)}]")
        for name in _ANSWERS:
            value = getattr(line, name)
            if value is not None:
                out.print(f"    {name} = {value:.12g}")


def _line_name(line: Line, lang: Lang) -> str:
    return say(lang, "fit_everything") if line.name == EVERYTHING else foreign(line.name)
