"""`bbm balance`: the balance of quality and quantity, from what is kept; asks no CRM."""

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from rich import box
from rich.table import Table

from agent.breakdown import Each, Question, Row, break_down
from agent.cli.opening import open_config, reading_lang
from agent.cli.output import console, print_json
from agent.cli.table import balance_table, percent, span, stage_json, tally_json
from agent.clock import SystemClock
from agent.preflight import PARTIAL
from agent.tell import standings
from agent.weigh import StageReport, weigh
from agent.wiring import Books, open_books
from bbm_core.balance.cells import CHANNEL, Unit
from bbm_core.balance.rate import wilson
from bbm_core.balance.tally import Tally
from bbm_core.balance.watch import SKEWED
from bbm_core.errors import ConfigError
from bbm_core.icp.profile import Lang
from bbm_core.scope import Segment

OUT_OF_BAND = 10
"""The exit code of --check when a stage is outside its band."""


def balance(  # noqa: PLR0913 - one option each
    *,
    period: str = "",
    by: str = "",
    each: Each = Each.PERIOD,
    stage: str = "",
    measure: Literal["count", "account", "amount"] = "count",
    segment: Literal["new", "renewal", "expansion", "existing"] = "new",
    check: bool = False,
    lang: Lang | None = None,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """Total, ICP count, unknowns, ICP rate with interval, band and verdict for each stage.

    Args:
        period: 4w, 2026-10, 2026-10-01..2026-10-31 or all; without it, the last four weeks
            with band and verdict.
        by: break down by channel, or by an attribute that `slices` names.
        each: cut the period into weeks or months.
        stage: only this stage.
        measure: count records or accounts, or add up amounts.
        segment: new business, or what is shown apart from it.
        check: exit with 10 when a stage is outside its band.
        lang: the language of the table.
        config: the configuration file.
        json: one JSON document instead of text.
    """
    loaded = open_config(config)
    books = open_books(loaded, SystemClock())
    try:
        _known(books, stage, by)
        reports = weigh(books, standings(books.store))
        reports = tuple(r for r in reports if stage in {"", r.stage.name})
        plain = not (period or by or segment != "new" or measure != "count")
        if plain and each is Each.PERIOD:
            _show(books, reports, reading_lang(loaded, lang), json=json)
        else:
            first, last = _days(period or "4w", books.clock.now().date())
            question = Question(
                first=first,
                last=last,
                by=by,
                each=each,
                unit=Unit.ACCOUNT if measure == "account" else Unit.RECORD,
                segment=Segment(segment),
            )
            answer = {r.stage.name: break_down(books, r.stage.name, question) for r in reports}
            if json:
                _print_rows(books, answer, question)
            else:
                _show_rows(answer, question, amounts=measure == "amount")
                _show_partial(books)
    finally:
        books.store.close()
    out_of_band = any(report.skew in SKEWED for report in reports)
    return OUT_OF_BAND if check and out_of_band else 0


def _known(books: Books, stage: str, by: str) -> None:
    stages = [one.name for one in books.rules.stages]
    if stage and stage not in stages:
        raise ConfigError(
            f"There is no stage {stage!r}.",
            hint=f"Name one of {', '.join(stages)}.",
            code="BBM-BL-001",
        )
    slices = [CHANNEL, *books.settings.slices]
    if by and by not in slices:
        raise ConfigError(
            f"There is no slice {by!r}.",
            hint=f"Name one of {', '.join(slices)}; `slices` in the configuration adds more.",
            code="BBM-BL-002",
        )


def _days(period: str, today: date) -> tuple[date | None, date | None]:
    """4w: the last four full weeks; a month; two days; all.

    Raises:
        ConfigError: it is none of these.
    """
    try:
        if period == "all":
            return None, None
        if period.endswith("w"):
            monday = today - timedelta(days=today.weekday())
            return monday - timedelta(weeks=int(period[:-1])), monday - timedelta(days=1)
        if ".." in period:
            first, last = period.split("..")
            return date.fromisoformat(first), date.fromisoformat(last)
        year, month = (int(part) for part in period.split("-"))
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    except (ValueError, calendar.IllegalMonthError) as error:
        raise ConfigError(
            f"{period!r} is no period.",
            hint="Write 4w, 2026-10, 2026-10-01..2026-10-31 or all.",
            code="BBM-BL-003",
        ) from error


def _show(books: Books, reports: Sequence[StageReport], lang: Lang, *, json: bool) -> None:
    partial = books.store.fact(PARTIAL) or ""
    if json:
        body = {
            "version": books.rules.classifier.version,
            "partial": partial,
            "stages": [stage_json(report) for report in reports],
        }
        print_json("bbm.balance/1", books.clock.now(), body)
        return
    out = console()
    if reports:
        period = reports[0].period
        version = books.rules.classifier.version
        out.print(f"{period.first} – {period.last_day}   ICP definition {version}")
    out.print(balance_table(reports, lang))
    _show_partial(books)


def _show_partial(books: Books) -> None:
    if partial := books.store.fact(PARTIAL):
        console().print(f"  ! PARTIAL: {partial}")


def _print_rows(books: Books, answer: Mapping[str, Sequence[Row]], question: Question) -> None:
    rows = [_row_json(stage, row) for stage, found in answer.items() for row in found]
    body = {
        "first": question.first,
        "last": question.last,
        "by": question.by,
        "partial": books.store.fact(PARTIAL) or "",
        "rows": rows,
    }
    print_json("bbm.balance-rows/1", books.clock.now(), body)


def _show_rows(answer: Mapping[str, Sequence[Row]], question: Question, *, amounts: bool) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="")
    spans = question.each is not Each.PERIOD
    cut = [question.each.capitalize()] * spans + [question.by.capitalize()] * bool(question.by)
    for name in ("Stage", *(one.replace("_", " ") for one in cut)):
        table.add_column(name, no_wrap=True)
    for name in ("Total", "ICP", "Unknown", "ICP rate", "95 %"):
        table.add_column(name, justify="right", no_wrap=True)
    for stage, rows in answer.items():
        for row in rows:
            cells = [row.span] * spans + [row.slice or "–"] * bool(question.by)
            table.add_row(stage, *cells, *_figures(row.tally, amounts=amounts))
    console().print(table)


def _figures(tally: Tally, *, amounts: bool) -> Sequence[str]:
    if amounts:
        whole = tally.amount_icp + tally.amount_not_icp + tally.amount_unknown
        shown = (whole, tally.amount_icp, tally.amount_unknown)
        return (*(f"{amount:,.0f}" for amount in shown), percent(tally.amount_rate), "")
    counts = (tally.total, tally.icp, tally.unknown)
    interval = span(wilson(tally.icp, tally.known)) if tally.known else ""
    return (*(f"{count:,}" for count in counts), percent(tally.rate), interval)


def _row_json(stage: str, row: Row) -> Mapping[str, Any]:
    interval = wilson(row.tally.icp, row.tally.known)
    return {
        "stage": stage,
        "span": row.span,
        "slice": row.slice,
        **tally_json(row.tally),
        "interval": list(interval),
    }
