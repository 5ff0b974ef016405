"""What the balance costs: hours, costs and returns, as a table and as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from agent.beside import foreign_lines
from agent.cli.balance_flow import Asked
from agent.cli.balance_rows import heading, slice_namer
from agent.cli.icp_marks import marks, marks_json
from agent.cli.kpi_words import INPUTS, KPI, LACKING, NOTES
from agent.cli.output import print_json
from agent.cli.sheet import Column, Form, Sheet, show_csv, show_sheet
from agent.cli.table import percent, tally_json
from agent.cli.words import WORDS
from agent.effort import EffortReport
from bbm_core.balance.effort import Effort, Figure
from bbm_core.balance.shrink import suppressed

_FIGURES = (
    ("cost_per_lead", "per_lead"),
    ("cost_per_icp_lead", "per_icp"),
    ("hours_per_win", "hours_per_win"),
    ("hours_on_not_icp", "hours_not_icp"),
    ("romi", "romi"),
)
"""Each figure, and the word for it."""


def show_effort(asked: Asked, report: EffortReport, form: Form) -> None:
    rows = _rows_json(report)
    match form:
        case Form.JSON:
            body = {
                "first": report.first,
                "last": report.last,
                "by": asked.question.by,
                "segment": asked.question.segment,
                "currency": asked.books.store.currency(),
                "hours_from": "activities" if report.by_activities else "stages",
                "costs_from": "campaigns" if report.by_crm else "file",
                "unassigned": report.unassigned,
                "bad_rows": report.bad,
                "foreign_amounts": asked.books.store.foreign_amounts(),
                "definition_changes": marks_json(
                    asked.books, asked.question.first, asked.question.last
                ),
                "rows": rows,
            }
            print_json("bbm.balance-effort/1", asked.books.clock.now(), body)
        case Form.CSV:
            show_csv(rows)
        case _:
            show_sheet(_sheet(asked, report), form)


def _sheet(asked: Asked, report: EffortReport) -> Sheet:
    words, common, by = KPI[asked.lang], WORDS[asked.lang], asked.question.by
    titles = [words["leads"], common["icp"], words["spent"], words["per_lead"], words["per_icp"]]
    titles += [words[name] for name in ("won", "hours", "hours_per_win", "hours_not_icp", "romi")]
    first = [Column(words.get(by, by.replace("_", " ").capitalize()))]
    sheet = Sheet([*first, *(Column(title, is_figure=True) for title in titles)])
    sheet.heading = heading(asked.question, asked.lang)
    name_of = slice_namer(asked.books, by, asked.lang)
    sheet.rows.append((words["whole"], *_cells(report.whole)))
    hidden = _hidden(report)
    for name, effort in _by_cost(report):
        if name in hidden:
            spent = _number(None if effort.spent is None else float(effort.spent))
            cells: Sequence[str] = (words["hidden"], "", spent)
        else:
            cells = _cells(effort)
        sheet.rows.append((name_of(name), *cells))
    sheet.notes += _notes(asked, report)
    sheet.notes += foreign_lines(asked.books.store, asked.lang)
    sheet.notes += marks(asked.books, asked.question.first, asked.question.last, asked.lang)
    return sheet


def _by_cost(report: EffortReport) -> Sequence[tuple[str, Effort]]:
    """The dearest first, then the one with the most leads."""
    return sorted(
        report.slices.items(), key=lambda one: (-(one[1].spent or 0), -one[1].leads.total, one[0])
    )


def _hidden(report: EffortReport) -> frozenset[str]:
    """Slices of which the leads may not be shown; what was spent may."""
    return suppressed({name: effort.leads.total for name, effort in report.slices.items()})


def _cells(effort: Effort) -> Sequence[str]:
    hours = effort.hours.total if effort.hours else None
    return (
        f"{effort.leads.total:,}",
        f"{effort.leads.icp:,}",
        _number(None if effort.spent is None else float(effort.spent)),
        _number(effort.cost_per_lead.value),
        _number(effort.cost_per_icp_lead.value),
        "–" if effort.won is None else f"{effort.won.total:,}",
        _number(hours),
        _number(effort.hours_per_win.value, 1),
        percent(effort.hours_on_not_icp.value),
        percent(effort.romi.value, 0),
    )


def _number(value: float | None, digits: int = 0) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"


def _notes(asked: Asked, report: EffortReport) -> Iterator[str]:
    """What is missing for which figures, in the order of the columns; each input once."""
    notes, words = NOTES[asked.lang], KPI[asked.lang]
    lacks: dict[str, list[str]] = {}
    for name, word in _FIGURES:
        for why in _reasons(asked, getattr(report.whole, name)):
            lacks.setdefault(why, []).append(words[word])
    for why, figures in lacks.items():
        yield f"– {', '.join(figures)}: {why}"
    if report.whole.hours is not None:
        yield notes["by_activities" if report.by_activities else "by_stage"]
    yield from _of_campaigns(report, notes)
    if _hidden(report):
        yield notes["hidden"]
    if report.unassigned:
        yield notes["unassigned"].format(amount=f"{report.unassigned:,.0f}")
    for row in report.bad:
        yield notes["bad"].format(line=row.line, why=row.why)


def _of_campaigns(report: EffortReport, notes: Mapping[str, str]) -> Iterator[str]:
    """That the costs are the CRM's, and what of them could not be used."""
    if report.by_crm:
        yield notes["by_campaigns"]
    if report.unconverted:
        yield notes["unconverted"].format(months=report.unconverted)


def _reasons(asked: Asked, figure: Figure) -> Iterator[str]:
    yield from (INPUTS[asked.lang][one] for one in figure.missing)
    if figure.lacking:
        yield LACKING[asked.lang][figure.lacking]


def _rows_json(report: EffortReport) -> Sequence[Mapping[str, Any]]:
    whole = {"slice": None, "suppressed": False, **_effort_json(report.whole)}
    rows, hidden = [whole], _hidden(report)
    for name, effort in _by_cost(report):
        body = {"spent": effort.spent} if name in hidden else _effort_json(effort)
        rows.append({"slice": name, "suppressed": name in hidden, **body})
    return rows


def _effort_json(effort: Effort) -> Mapping[str, Any]:
    return {
        "leads": tally_json(effort.leads),
        "won": effort.won and tally_json(effort.won),
        "hours": effort.hours and {**asdict(effort.hours), "total": effort.hours.total},
        "spent": effort.spent,
        "margin": effort.margin,
        **{
            name: _figure_json(getattr(effort, name))
            for name in (*(name for name, _ in _FIGURES), "gross_margin")
        },
    }


def _figure_json(figure: Figure) -> Mapping[str, Any]:
    return {"value": figure.value, "missing": list(figure.missing), "lacking": figure.lacking}
