"""`bbm icp history`: what was in force when, and a stage's ICP rate as it was and restated."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich import box
from rich.table import Table

from agent.alerts.figures import moment
from agent.cli.icp_naming import check_range
from agent.cli.icp_show import definition_notes
from agent.cli.icp_words import say
from agent.cli.opening import open_config, reading_lang
from agent.cli.output import console, print_json, sign
from agent.cli.table import percent, tally_json
from agent.clock import SystemClock
from agent.health import Quarter, has_hours, quarters
from agent.history import Month, trend
from agent.wiring import Books, open_books
from bbm_core.balance.tally import Tally
from bbm_core.errors import ConfigError
from bbm_core.icp.profile import Lang
from bbm_core.icp.versions import ChangePoint, Publication, change_points, state_of


def history(
    *,
    stage: str = "",
    months: int = 12,
    lang: Lang | None = None,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """Which definition was in force since when, by whom and why; and how the ICP rate went.

    Args:
        stage: the stage of the trend; without it, the first one.
        months: how many months of it.
        lang: the language of the text.
        config: the configuration file.
        json: one JSON document instead of text; `change_points` marks where trends break.
    """
    check_range("--months", months, 120)
    loaded = open_config(config)
    with open_books(loaded, SystemClock()) as books:
        speech = reading_lang(loaded, lang)
        name = _stage(books, stage)
        log, found = books.store.publications(), trend(books, name, months)
        worth = quarters(books) if log else ()
        if json:
            body = {**_document(log, name, found), "health": [_health_json(q) for q in worth]}
            print_json("bbm.icp-history/1", books.clock.now(), body)
        else:
            _show(books, log, name, found, speech)
            _show_health(books, worth, speech)
            for note in definition_notes(books, loaded.path, speech):
                console().print(f"  {sign('warn')} {note}")
    return 0


def _stage(books: Books, stage: str) -> str:
    names = [one.name for one in books.rules.stages]
    if stage and stage not in names:
        raise ConfigError(
            f"There is no stage {stage!r}.",
            hint=f"Name one of {', '.join(names)}.",
            code="BBM-BL-001",
        )
    return stage or names[0]


def _show(
    books: Books, log: Sequence[Publication], stage: str, found: Sequence[Month], lang: Lang
) -> None:
    out = console()
    if not log:
        out.print(say(lang, "no_log"))
        return
    out.print(_log_table(books, log, lang))
    label = next(s.label.text(lang) for s in books.rules.stages if s.name == stage)
    out.print(say(lang, "trend", stage=label))
    out.print(_trend_table(books, found, lang))


def _log_table(books: Books, log: Sequence[Publication], lang: Lang) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="")
    for name in ("at", "version", "what", "state", "by"):
        table.add_column(say(lang, name), no_wrap=True)
    table.add_column(say(lang, "why"))
    for line in reversed(log):
        table.add_row(
            moment(line.at.astimezone(ZoneInfo(books.settings.crm.timezone)), lang),
            line.counted_by,
            say(lang, f"act_{line.act.value}"),
            say(lang, f"state_{state_of(line.version, log).value}"),
            line.author,
            line.reason,
        )
    return table


def _trend_table(books: Books, found: Sequence[Month], lang: Lang) -> Table:
    zone = ZoneInfo(books.settings.crm.timezone)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="")
    table.add_column(say(lang, "month"), no_wrap=True)
    for name in ("total", "as_was", "restated"):
        table.add_column(say(lang, name), justify="right", no_wrap=True)
    table.add_column("")
    for one in found:
        marks = [
            say(lang, "changed_here", version=p.counted_by, day=p.at.astimezone(zone).date())
            for p in one.changes
        ]
        note = f"{sign('arrow')} {', '.join(marks)}" if marks else ""
        table.add_row(
            one.month,
            f"{one.restated.total:,}",
            percent(one.as_was.rate),
            percent(one.restated.rate),
            note,
        )
    return table


def _show_health(books: Books, worth: Sequence[Quarter], lang: Lang) -> None:
    """Value per hour of ICP companies and others, quarter by quarter."""
    if not worth:
        return
    unit = "health_hours" if has_hours(books) else "health_companies"
    console().print(say(lang, unit, days=worth[0].cohort.days))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="")
    table.add_column(say(lang, "quarter"), no_wrap=True)
    for name in ("ICP", say(lang, "others"), say(lang, "sure")):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("")
    for one in worth:
        found = one.health
        sure = "–" if found.posterior is None else f"{found.posterior:.0%}"
        table.add_row(
            one.name,
            _value(found.icp_per_hour, found.icp_units),
            _value(found.rest_per_hour, found.rest_units),
            sure,
            say(lang, f"pays_{found.pays.value}"),
        )
    console().print(table)


def _value(value: float | None, units: int) -> str:
    return "–" if value is None else f"{value:,.0f} (n={units:,})"


def _health_json(one: Quarter) -> Mapping[str, Any]:
    return {
        "quarter": one.name,
        "since": one.cohort.since,
        "until": one.cohort.until,
        "days": one.cohort.days,
        "by_worth": one.by_worth,
        **{name: getattr(one.health, name) for name in one.health.__slots__},
    }


def _document(log: Sequence[Publication], stage: str, found: Sequence[Month]) -> Mapping[str, Any]:
    return {
        "log": [{**_line(one), "state": state_of(one.version, log)} for one in log],
        "change_points": [_point_json(one) for one in change_points(log)],
        "stage": stage,
        "trend": [
            {
                "month": one.month,
                "as_it_was": _counts(one.as_was),
                "restated": _counts(one.restated),
                "changes": [point.counted_by for point in one.changes],
            }
            for one in found
        ],
    }


def _line(one: Publication) -> Mapping[str, Any]:
    return {
        "number": one.number,
        "at": one.at,
        "version": one.version,
        "counted_by": one.counted_by,
        "act": one.act,
        "author": one.author,
        "reason": one.reason,
    }


def _point_json(one: ChangePoint) -> Mapping[str, Any]:
    """With heat as a yes or no: `counted_by` names its rules."""
    fields = {name: getattr(one, name) for name in one.__slots__}
    return {**fields, "heat": one.heat is not None}


def _counts(tally: Tally) -> Mapping[str, Any]:
    return {k: v for k, v in tally_json(tally).items() if not k.startswith("amount")}
