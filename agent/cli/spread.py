"""`bbm checks --from`: the concentration of a CSV file; needs no configuration and no CRM."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table

from agent.alerts.figures import foreign, percent
from agent.alerts.terminal import wrap
from agent.checks.spread import Columns, Spread, read_spread
from agent.checks.spread_words import spread_advice, spread_finding, spread_json
from agent.checks.words import say
from agent.cli.output import console, print_json
from agent.clock import SystemClock
from bbm_core.balance.concentration import Concentration, concentrate
from bbm_core.errors import ConfigError
from bbm_core.icp.profile import Lang

_COLUMNS = 100
_SHOWN = 5
"""Bad rows that are named; the others are counted."""


def show_spread(path: Path, columns: Columns, given: Lang | None, *, json: bool) -> bool:
    """Show it; whether the last span reaches no upper guide line.

    Raises:
        ConfigError: the file cannot be read, or lacks a column that is named.
    """
    _complete(columns)
    spread = read_spread(path, columns)
    found = {span: concentrate(amounts) for span, amounts in spread.amounts.items()}
    lang = _lang(given)
    if json:
        print_json("bbm.concentration/1", SystemClock().now(), _body(path, spread, found))
    else:
        _show(path, spread, found, lang)
    last = next(reversed(found.values()), None)
    return last is None or last.level != "high"


def _complete(columns: Columns) -> None:
    if not (columns.customer and columns.amounts):
        raise ConfigError(
            "--from needs to know whose amounts the file holds.",
            hint="Name the columns: --customer COLUMN --amount COLUMN.",
            code="BBM-CK-002",
        )
    if columns.each and not columns.day:
        raise ConfigError(
            "--each cuts the rows by day, and no column of days is named.",
            hint="Name it: --date COLUMN.",
            code="BBM-CK-002",
        )


def _lang(given: Lang | None) -> Lang:
    return given or ("ja" if os.environ.get("BBM_LANG") == "ja" else "en")


def _body(
    path: Path, spread: Spread, found: Mapping[str, Concentration | None]
) -> Mapping[str, Any]:
    return {
        "file": path.name,
        "rows": spread.rows,
        "passed_over": spread.passed_over,
        "nameless": spread.nameless,
        "bad": [{"line": one.line, "why": one.why} for one in spread.bad],
        "spans": [
            {"span": span, **(spread_json(one) if one else {"customers": 0})}
            for span, one in found.items()
        ],
    }


def _show(
    path: Path, spread: Spread, found: Mapping[str, Concentration | None], lang: Lang
) -> None:
    out = console()
    out.print(f"{path.name}: {', '.join(_counts(spread, lang))}")
    for line in _bad(spread, lang):
        out.print(line)
    known = {span: one for span, one in found.items() if one}
    if not known:
        out.print(say(lang, "spread_none"))
        return
    out.print(_table(known, lang))
    last, one = list(known.items())[-1]
    prefix = f"{last}: " if last else ""
    joint = "" if lang == "ja" else " "
    sentences = [*spread_finding(one, lang), *_unsold(one, lang), *spread_advice(one, lang)]
    for line in wrap(prefix + joint.join(sentences), _COLUMNS, ""):
        out.print(line)


def _counts(spread: Spread, lang: Lang) -> Iterator[str]:
    yield say(lang, "rows_used", rows=f"{spread.rows:,}")
    for key, count in (
        ("rows_passed", spread.passed_over),
        ("rows_nameless", spread.nameless),
        ("rows_bad", len(spread.bad)),
    ):
        if count:
            yield say(lang, key, rows=f"{count:,}")


def _bad(spread: Spread, lang: Lang) -> Iterator[str]:
    for one in spread.bad[:_SHOWN]:
        yield f"  ! {say(lang, 'row_bad', line=one.line, why=foreign(one.why))}"
    if (more := len(spread.bad) - _SHOWN) > 0:
        yield f"    {say(lang, 'rows_more', rows=f'{more:,}')}"


def _unsold(found: Concentration, lang: Lang) -> Iterator[str]:
    if found.without_amount or found.negative:
        yield say(lang, "unsold", count=found.without_amount, negative=found.negative)


def _table(found: Mapping[str, Concentration], lang: Lang) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="", padding=(0, 0, 0, 1))
    table.add_column(say(lang, "col_span"), no_wrap=True)
    for name in ("customers", "total", "hhi", "effective", "gini"):
        table.add_column(say(lang, f"col_{name}"), justify="right", no_wrap=True)
    for count in (1, 3, 10):
        table.add_column(say(lang, "col_top", count=count), justify="right", no_wrap=True)
    table.add_column(say(lang, "col_top20"), justify="right", no_wrap=True)
    table.add_column(say(lang, "col_largest"), max_width=18, no_wrap=True)
    for span, one in found.items():
        table.add_row(span or say(lang, "whole"), *_cells(one))
    return table


def _cells(one: Concentration) -> tuple[str, ...]:
    return (
        f"{one.holders:,}",
        f"{one.total:,.0f}",
        f"{one.hhi:.4f}",
        f"{one.effective:.1f}",
        f"{one.gini:.3f}",
        *(percent(one.top(count)) for count in (1, 3, 10)),
        percent(one.top20_percent),
        foreign(one.largest),
    )
