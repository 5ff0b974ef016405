"""`bbm checks`: the five problems of a one-sided balance, from what is kept; asks no CRM."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from agent.alerts.figures import width
from agent.alerts.terminal import wrap
from agent.checks.answer import Answer, CheckName, Figure, Standing
from agent.checks.checks import run_checks
from agent.checks.desk import open_desk
from agent.checks.spread import Columns, Span, read_where
from agent.checks.words import say
from agent.cli.opening import open_config, reading_lang
from agent.cli.output import console, print_json, sign
from agent.cli.spread import show_spread
from agent.clock import SystemClock
from agent.preflight import PARTIAL
from agent.tables import DayOrder
from agent.wiring import open_books
from bbm_core.errors import ConfigError
from bbm_core.icp.profile import Lang

FOUND = 10
"""The exit code of --check when a check finds a problem."""

_WIDTH = 100
_SIGNS = {
    Standing.GOOD: "ok",
    Standing.WATCH: "warn",
    Standing.PROBLEM: "bad",
    Standing.UNCLEAR: "none",
}


def checks(  # noqa: PLR0913 - one option each
    *,
    only: tuple[CheckName, ...] = (),
    from_: Path | None = None,
    customer: str = "",
    amount: tuple[str, ...] = (),
    date: str = "",
    date_order: DayOrder | None = None,
    each: Span | None = None,
    where: tuple[str, ...] = (),
    check: bool = False,
    lang: Lang | None = None,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """The five problems of a one-sided balance: what is found, what is missing, what to do.

    Args:
        only: only this check; repeat for more.
        from_: the concentration of a CSV file, instead of what is kept.
        customer: its column of customers, or of whatever holds the amounts.
        amount: its column of amounts; of several, the sum.
        date: its column of days.
        date_order: what 11/9/2022 means there; else its days after the 12th tell.
        each: cut it into years, quarters or months.
        where: only its rows with this value, as COLUMN=VALUE; repeat for more.
        check: exit with 10 when a problem is found.
        lang: the language of the answers.
        config: the configuration file.
        json: one JSON document instead of text.
    """
    if from_ is not None:
        _only_concentration(only)
        columns = Columns(
            customer=customer,
            amounts=amount,
            day=date,
            date_order=date_order,
            each=each,
            where=read_where(where),
        )
        found = not show_spread(from_, columns, lang, json=json)
    else:
        _of_a_file(customer, amount, date, date_order, each, where)
        found = _check_book(config, only, lang, json=json)
    return FOUND if check and found else 0


def _only_concentration(only: Sequence[CheckName]) -> None:
    if set(only) - {CheckName.CONCENTRATION}:
        raise ConfigError(
            "A file can only be checked for concentration.",
            hint="Leave --only out, or name --only concentration.",
            code="BBM-CK-003",
        )


def _of_a_file(*columns: object) -> None:
    if any(columns):
        raise ConfigError(
            "--customer, --amount, --date, --date-order, --each and --where are about a file.",
            hint="Name it: --from FILE.csv.",
            code="BBM-CK-004",
        )


def _check_book(
    config: Path | None, only: Sequence[CheckName], given: Lang | None, *, json: bool
) -> bool:
    """Check what is kept; whether a problem was found."""
    loaded = open_config(config)
    lang = reading_lang(loaded, given)
    with open_books(loaded, SystemClock()) as books:
        answers = tuple(run_checks(open_desk(books, lang), only))
        partial = books.store.fact(PARTIAL) or ""
        if json:
            body = {"partial": partial, "checks": [_json(answer) for answer in answers]}
            print_json("bbm.checks/1", books.clock.now(), body)
        else:
            _show(answers, lang, partial)
    return any(answer.standing is Standing.PROBLEM for answer in answers)


def _json(answer: Answer) -> dict[str, object]:
    return {
        "check": answer.check,
        "standing": answer.standing,
        "finding": answer.finding,
        "figures": answer.body,
        "missing": answer.missing,
        "advice": answer.advice,
    }


def _show(answers: Sequence[Answer], lang: Lang, partial: str) -> None:
    out = console()
    for answer in answers:
        for line in _lines(answer, lang):
            out.print(line)
        out.print()
    if partial:
        out.print(f"! PARTIAL: {partial}")


def _lines(answer: Answer, lang: Lang) -> Iterator[str]:
    mark, title = sign(_SIGNS[answer.standing]), say(lang, answer.check.value)
    yield f"{mark} {title}: {say(lang, answer.standing.value)}"
    for sentence in answer.finding:
        yield from wrap(f"  {sentence}", _WIDTH, "  ")
    yield from _figures(answer.figures)
    if answer.advice:
        yield f"  {say(lang, 'advice')}"
        for one in answer.advice:
            yield from wrap(f"    {sign('arrow')} {one}", _WIDTH, "      ")
    if answer.missing:
        yield f"  {say(lang, 'missing')}"
        for one in answer.missing:
            yield from wrap(f"    {sign('none')} {one}", _WIDTH, "      ")


def _figures(figures: Sequence[Figure]) -> Iterator[str]:
    widest = max((width(figure.label) for figure in figures), default=0)
    for figure in figures:
        gap = " " * (widest - width(figure.label))
        yield from wrap(f"    {figure.label}{gap}  {figure.value}", _WIDTH, " " * (widest + 6))
