"""`bbm balance`: the balance of quality and quantity, from what is kept; asks no CRM."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Literal

from agent.alerts.need import need_line
from agent.beside import ltv_lines, ltv_part
from agent.breakdown import break_down
from agent.cli.accounts import match_json
from agent.cli.balance_effort import show_effort
from agent.cli.balance_flow import Asked, show_chain, show_cohorts
from agent.cli.balance_rows import Shown, show_rows
from agent.cli.icp_marks import marks, marks_json
from agent.cli.opening import open_config, reading_lang
from agent.cli.output import print_json
from agent.cli.period import Comparison, Days, compared_with, read_period
from agent.cli.sheet import Form, form_of, show_csv, show_sheet
from agent.cli.table import balance_sheet, stage_figures, stage_json
from agent.clock import SystemClock
from agent.cohorts import cohort_chain, follow, stage_chain
from agent.effort import efforts
from agent.outlook import target_need
from agent.preflight import PARTIAL
from agent.question import Each, Look, Measured, Question
from agent.slices import slicer
from agent.tell import standings
from agent.weigh import StageReport, weigh
from agent.wiring import Books, open_books
from bbm_core.balance.cells import Unit
from bbm_core.balance.watch import SKEWED
from bbm_core.errors import ConfigError
from bbm_core.icp.profile import Lang
from bbm_core.scope import Segment

_DEFINITION: Mapping[Lang, str] = {"en": "ICP definition", "ja": "ICP定義"}

OUT_OF_BAND = 10
"""The exit code of --check when a stage is outside its band."""

USUAL = "4w"
"""The period where none is named. Cohorts, which need time, are all there are; a chain needs more
records than a table and looks at a quarter."""


def balance(  # noqa: PLR0913 - one option each
    *,
    period: str = "",
    by: str = "",
    each: Each = Each.PERIOD,
    stage: str = "",
    view: Look = Look.INFLOW,
    unit: Unit = Unit.RECORD,
    measure: Measured = Measured.COUNT,
    segment: Literal["new", "renewal", "expansion", "existing"] = "new",
    compare: Comparison = "none",
    bounds: bool = False,
    chain: bool = False,
    effort: bool = False,
    to: str = "",
    check: bool = False,
    lang: Lang | None = None,
    config: Path | None = None,
    json: bool = False,
    csv: bool = False,
    md: bool = False,
) -> int:
    """Total, ICP count, unknowns, ICP rate with interval, band and verdict for each stage.

    Args:
        period: 4w, 2026-10, 2026-10-01..2026-10-31 or all; without it, the last four weeks
            with band and verdict.
        by: break down by channel, measure, campaign, team, or an attribute that `slices` names.
        each: cut the period into weeks or months.
        stage: only this stage.
        view: what entered, what is there at the end, or what became of those that entered.
        unit: count records, or each account once.
        measure: count, add up amounts, or expected lifetime values.
        segment: new business, or what is shown apart from it.
        compare: with the period before, or with the same one a year before.
        bounds: also the share decided, and the rates if no or all unknowns were ICP.
        chain: what each stage adds to the ICP rate.
        effort: hours, cost per ICP lead and return.
        to: of cohorts: how many went on to this stage or beyond.
        check: exit with 10 when a stage is outside its band.
        lang: the language of the table.
        config: the configuration file.
        json: one JSON document instead of text.
        csv: the same rows as CSV.
        md: the table in Markdown.
    """
    form = form_of(json=json, csv=csv, md=md)
    loaded = open_config(config)
    with open_books(loaded, SystemClock()) as books:
        asked = _Asked(
            books=books,
            question=Question(
                by=by, each=each, look=view, unit=unit, measured=measure, segment=Segment(segment)
            ),
            lang=reading_lang(loaded, lang),
            form=form,
            period=period,
            stage=stage,
            compare=compare,
            bounds=bounds,
            part=_part(chain=chain, effort=effort, view=view),
            to=to,
        )
        _check(asked)
        reports = weigh(books, standings(books.store))
        _ANSWERS[asked.part](asked, reports)
    watched = [report for report in reports if stage in {"", report.stage.name}]
    out_of_band = any(report.skew in SKEWED for report in watched)
    return OUT_OF_BAND if check and out_of_band else 0


class _Part(StrEnum):
    """What is asked for, by the option that asks for it."""

    ROWS = "--view"
    COHORTS = "--view cohort"
    CHAIN = "--chain"
    EFFORT = "--effort"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Everything that was asked."""

    books: Books
    question: Question
    lang: Lang
    form: Form
    period: str
    stage: str
    compare: Comparison
    bounds: bool
    part: _Part
    to: str

    @property
    def stages(self) -> Sequence[str]:
        names = [one.name for one in self.books.rules.stages]
        return [name for name in names if self.stage in {"", name}]

    @property
    def given(self) -> Iterator[str]:
        """The options by which the answer differs from the default table."""
        question, usual = self.question, Question()
        named = {
            "--period": self.period,
            "--by": question.by,
            "--each": question.each is not usual.each,
            "--view": question.look is not usual.look,
            "--unit": question.unit is not usual.unit,
            "--measure": question.measured is not usual.measured,
            "--segment": question.segment is not usual.segment,
            "--compare": self.compare != "none",
        }
        yield from (name for name, is_given in named.items() if is_given)

    def about(self, usual: str = USUAL) -> Question:
        """The question about the days of the period."""
        days = read_period(self.period or usual, self.books.clock.now().date())
        return self.within(days)

    def within(self, days: Days) -> Question:
        return replace(
            self.question, first=days.first, last=days.last, whole_weeks=days.whole_weeks
        )


def _part(*, chain: bool, effort: bool, view: Look) -> _Part:
    if chain and effort:
        raise ConfigError(
            "--chain and --effort are two questions.",
            hint="Ask for one of them.",
            code="BBM-BL-006",
        )
    if chain or effort:
        return _Part.CHAIN if chain else _Part.EFFORT
    return _Part.COHORTS if view is Look.COHORT else _Part.ROWS


_UNFIT = {
    _Part.ROWS: (),
    _Part.COHORTS: ("--measure", "--compare"),
    _Part.CHAIN: ("--by", "--each", "--measure", "--compare"),
    _Part.EFFORT: ("--each", "--view", "--unit", "--measure", "--compare"),
}
"""Options that change nothing in a part of the answer, and so are refused there."""


def _check(asked: _Asked) -> None:
    """Refuse what is not there, what may not be read, and options that do not go together."""
    _stage_known(asked.books, asked.stage)
    _stage_known(asked.books, asked.to)
    slicer(asked.books, asked.question.by)
    if asked.to and asked.part is not _Part.COHORTS:
        raise ConfigError(
            "--to asks how many went on, which only cohorts tell.",
            hint="Add --view cohort.",
            code="BBM-BL-006",
        )
    unfit = [name for name in asked.given if name in _UNFIT[asked.part]]
    if asked.stage and asked.part in {_Part.CHAIN, _Part.EFFORT}:
        unfit.append("--stage")
    if unfit:
        raise ConfigError(
            f"{', '.join(unfit)} does not go with {asked.part}.",
            hint="Leave it out, or ask for the two apart.",
            code="BBM-BL-006",
        )


def _stage_known(books: Books, stage: str) -> None:
    stages = [one.name for one in books.rules.stages]
    if stage and stage not in stages:
        raise ConfigError(
            f"There is no stage {stage!r}.",
            hint=f"Name one of {', '.join(stages)}.",
            code="BBM-BL-001",
        )


# the answers

_Reports = Sequence[StageReport]


def _rows(asked: _Asked, reports: _Reports) -> None:
    if not any(asked.given):
        _standing(asked, [report for report in reports if report.stage.name in asked.stages])
        return
    days = read_period(asked.period or USUAL, asked.books.clock.now().date())
    earlier = compared_with(days, asked.compare)
    answer = break_down(asked.books, asked.stages, asked.within(days))
    before = break_down(asked.books, asked.stages, asked.within(earlier)) if earlier else None
    shown = Shown(
        asked.books,
        asked.within(days),
        answer,
        before,
        earlier or Days(None, None),
        asked.bounds,
        asked.lang,
    )
    show_rows(shown, asked.form)


def _standing(asked: _Asked, reports: _Reports) -> None:
    """The default table: the last four weeks with band and verdict."""
    books = asked.books
    version, partial = books.rules.classifier.version, books.store.fact(PARTIAL) or ""
    if asked.form is Form.JSON:
        stages = [stage_json(report) for report in reports]
        body = {
            "version": version,
            "partial": partial,
            "account_match": match_json(books),
            "stages": stages,
            "need": target_need(books),
            "customers": _customers_json(books, reports),
        }
        if reports:
            period = reports[0].period
            body["definition_changes"] = marks_json(books, period.first, period.last_day)
        print_json("bbm.balance/1", books.clock.now(), body)
    elif asked.form is Form.CSV:
        show_csv([stage_figures(report) for report in reports])
    else:
        sheet = balance_sheet(reports, asked.lang, with_bounds=asked.bounds)
        sheet.notes += [f"! PARTIAL: {partial}"] if partial else []
        if _customers(books, reports):
            sheet.notes += ltv_lines(books, asked.lang)
        if need := target_need(books):
            sheet.notes.append(need_line(need, asked.lang))
        if reports:
            period = reports[0].period
            definition = f"{_DEFINITION[asked.lang]} {version}"
            sheet.heading = f"{period.first} – {period.last_day}   {definition}"
            sheet.notes += marks(books, period.first, period.last_day, asked.lang)
        show_sheet(sheet, asked.form)


def _customers(books: Books, reports: _Reports) -> bool:
    return any(report.stage.name == books.settings.checks.customer_stage for report in reports)


def _customers_json(books: Books, reports: _Reports) -> Mapping[str, object] | None:
    """The share of high lifetime values beside the customers' ICP rate."""
    part = ltv_part(books) if _customers(books, reports) else None
    if part is None:
        return None
    found_at = books.store.customer_values_found_at()
    return {"high": part.yes, "told": part.known, "share": part.share, "found_at": found_at}


def _cohorts(asked: _Asked, _reports: _Reports) -> None:
    question = asked.about("all")
    found = follow(asked.books, asked.stages, question, asked.to)
    show_cohorts(Asked(asked.books, question, asked.lang), found, asked.to, asked.form)


def _chain(asked: _Asked, _reports: _Reports) -> None:
    is_cohort = asked.question.look is Look.COHORT
    question = asked.about("all" if is_cohort else "13w")
    chain = (cohort_chain if is_cohort else stage_chain)(asked.books, question)
    show_chain(Asked(asked.books, question, asked.lang), chain, asked.form)


def _effort(asked: _Asked, _reports: _Reports) -> None:
    question = asked.about()
    report = efforts(asked.books, question)
    show_effort(Asked(asked.books, question, asked.lang), report, asked.form)


_ANSWERS = {
    _Part.ROWS: _rows,
    _Part.COHORTS: _cohorts,
    _Part.CHAIN: _chain,
    _Part.EFFORT: _effort,
}
