"""The balance by slice and by span: inflow or stock, with intervals, bounds and a comparison."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from agent.beside import age_lines, foreign_lines
from agent.cli.accounts import match_json, match_note
from agent.cli.icp_marks import marks, marks_json
from agent.cli.kpi_words import KPI, NOTES
from agent.cli.output import print_json
from agent.cli.period import Days
from agent.cli.sheet import Column, Form, Sheet, show_csv, show_sheet
from agent.cli.table import percent, points, span, tally_json
from agent.cli.words import WORDS
from agent.config import Settings
from agent.people import people_of
from agent.preflight import PARTIAL
from agent.question import Each, Measured, Question, Row, Rows
from agent.slices import MEASURE, unmapped_sources
from agent.wiring import Books
from bbm_core.balance.cells import OWNER, Unit
from bbm_core.balance.rate import bounds, coverage, newcombe, wilson
from bbm_core.balance.shrink import Prior, prior, suppressed
from bbm_core.balance.tally import EMPTY, Tally
from bbm_core.icp.profile import Lang

Answer = Mapping[str, Rows]
"""The rows of each stage."""

Namer = Callable[[str], str]
"""What a slice is called for people."""

Hidden = frozenset[tuple[str, str]]
"""Spans and slices that are not shown."""

_MOST_UNMAPPED = 10


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer and all that decides how it is printed."""

    books: Books
    question: Question
    answer: Answer
    before: Answer | None  # of the period it is compared with
    before_days: Days
    with_bounds: bool
    lang: Lang

    def label(self, stage: str) -> str:
        specs = {spec.name: spec.label for spec in self.books.rules.stages}
        return specs[stage].text(self.lang)


def show_rows(shown: Shown, form: Form) -> None:
    match form:
        case Form.JSON:
            _print_rows(shown)
        case Form.CSV:
            show_csv([one for stage in shown.answer for one in _stage_json(shown, stage)])
        case _:
            show_sheet(_sheet(shown), form)


# as a table


def heading(question: Question, lang: Lang, against: Days | None = None) -> str:
    """What a table is about, in a line."""
    words = KPI[lang]
    named = (question.look, question.unit, question.measured, question.segment)
    parts = [_days(question.first, question.last, lang), *(words[one.value] for one in named)]
    if against is not None:
        parts.append(words["against"].format(days=_days(against.first, against.last, lang)))
    return " · ".join(part for part in parts if part)


def _days(first: date | None, last: date | None, lang: Lang) -> str:
    return f"{first} – {last}" if first and last else KPI[lang]["all_time"]


def hidden_places(sizes: Iterable[tuple[str, str, int]]) -> Hidden:
    """The spans and slices that may not be shown, of one stage, given the records of each."""
    spans: dict[str, dict[str, int]] = defaultdict(dict)
    for span_, name, size in sizes:
        spans[span_][name] = size
    return frozenset((one, name) for one, found in spans.items() for name in suppressed(found))


def _sheet(shown: Shown) -> Sheet:
    stage_column = Column(WORDS[shown.lang]["stage"])
    spans = span_columns(shown.question, shown.lang)
    sheet = Sheet([stage_column, *spans, *_figure_columns(shown)])
    against = None if shown.before is None else shown.before_days
    sheet.heading = heading(shown.question, shown.lang, against)
    name_of = slice_namer(shown.books, shown.question.by, shown.lang)
    for stage, rows in shown.answer.items():
        priors, earlier, hidden = _priors(rows), _earlier(shown, stage), _hidden(shown, rows)
        for row in rows:
            place = _place(shown, stage, row, name_of)
            if (row.span, row.slice) in hidden:
                sheet.rows.append((*place, KPI[shown.lang]["hidden"]))
                continue
            known = earlier.get((_position(rows, row), row.slice), _NOTHING)
            sheet.rows.append((*place, *_figures(shown, row, priors.get(row.span), known)))
    sheet.notes += _notes(shown)
    return sheet


def span_columns(question: Question, lang: Lang) -> Iterator[Column]:
    """A column for the spans and one for the slices, where there are any."""
    words = KPI[lang]
    if question.each is not Each.PERIOD:
        yield Column(words[question.each.value])
    if question.by:
        yield Column(words.get(question.by, question.by.replace("_", " ").capitalize()))


def _figure_columns(shown: Shown) -> Iterator[Column]:
    words, common, question = KPI[shown.lang], WORDS[shown.lang], shown.question
    by_amount = question.measured is not Measured.COUNT
    titles = [common["total"], common["icp"], common["unknown"]]
    titles.append(words["share"] if by_amount else common["rate"])
    titles += [] if by_amount else [common["interval"]]
    titles += [words["shrunk"]] if question.by and not by_amount else []
    titles += [words["decided"], words["bounds"]] if shown.with_bounds else []
    titles += [words["before"], words["change"]] if shown.before is not None else []
    titles += [words["estimated"]] if question.measured is Measured.LTV else []
    return (Column(title, is_figure=True) for title in titles)


def _place(shown: Shown, stage: str, row: Row, name_of: Namer) -> Sequence[str]:
    question = shown.question
    spans = [row.span] * (question.each is not Each.PERIOD)
    return (shown.label(stage), *spans, *[name_of(row.slice)] * bool(question.by))


def slice_namer(books: Books, by: str, lang: Lang) -> Namer:
    """What slices are called: measures by their label, owners by their name in the people file."""
    words = KPI[lang]
    if by == MEASURE:
        return lambda name: _measure(books.settings, name, lang) or words["unmapped"]
    if by == OWNER:
        spells = people_of(books).by_id
        return lambda name: (spells[name][-1].name if name in spells else "") or name or "–"
    return lambda name: name or "–"


def _measure(settings: Settings, name: str, lang: Lang) -> str:
    label = settings.measures[name].label if name in settings.measures else None
    return label.text(lang) if label else name


def _figures(shown: Shown, row: Row, found: Prior | None, before: Row | None) -> Sequence[str]:
    tally = row.tally
    cells = [*_counts(shown.question.measured, tally)]
    if shown.question.measured is Measured.COUNT:
        cells.append(span(wilson(tally.icp, tally.known)) if tally.known else "")
        cells += [percent(found.shrunk(tally) if found else tally.rate)] * bool(shown.question.by)
    if shown.with_bounds:
        cells += [percent(coverage(tally)), span(bounds(tally))]
    if shown.before is not None:
        cells += _told_before(shown, tally, before)
    if shown.question.measured is Measured.LTV:
        cells.append(f"{row.estimated:,}")
    return cells


def _told_before(shown: Shown, tally: Tally, before: Row | None) -> Sequence[str]:
    if before is None:
        return KPI[shown.lang]["hidden"], ""
    return _change(tally, before.tally, shown.question.measured)


def _counts(measured: Measured, tally: Tally) -> Iterator[str]:
    if measured is Measured.COUNT:
        yield from (f"{n:,}" for n in (tally.total, tally.icp, tally.unknown))
        yield percent(tally.rate)
        return
    whole = tally.amount_icp + tally.amount_not_icp + tally.amount_unknown
    yield from (f"{n:,.0f}" for n in (whole, tally.amount_icp, tally.amount_unknown))
    yield percent(tally.amount_rate)


def _change(tally: Tally, before: Tally, measured: Measured) -> Sequence[str]:
    """What it was, and by how many points it changed with the interval of the difference."""
    if measured is not Measured.COUNT:
        was = tally.amount_rate, before.amount_rate
        change = "" if None in was else points((was[0] or 0) - (was[1] or 0))
        return percent(before.amount_rate), change
    if tally.rate is None or before.rate is None:
        return f"{percent(before.rate)}", ""
    low, high = newcombe(tally.icp, tally.known, before.icp, before.known)
    moved = points(tally.rate - before.rate)
    return percent(before.rate), f"{moved} ({points(low)} – {points(high)})"


def _priors(rows: Rows) -> Mapping[str, Prior | None]:
    """What the slices of each span have in common; the hidden ones count too."""
    spans: dict[str, list[Tally]] = defaultdict(list)
    for row in rows:
        spans[row.span].append(row.tally)
    return {name: prior(tallies) for name, tallies in spans.items()}


def _position(rows: Rows, row: Row) -> int:
    """Which span of the period it is: spans are compared in their order."""
    return sorted({one.span for one in rows}).index(row.span)


def _earlier(shown: Shown, stage: str) -> Mapping[tuple[int, str], Row | None]:
    """The rows of the period before, by span and slice; None for what may not be shown."""
    rows = (shown.before or {}).get(stage, ())
    hidden = _hidden(shown, rows)
    return {
        (_position(rows, row), row.slice): None if (row.span, row.slice) in hidden else row
        for row in rows
    }


_NOTHING = Row("", "", EMPTY)
"""What there was of a slice in a period in which it had no records."""


def _hidden(shown: Shown, rows: Rows) -> Hidden:
    sizes = ((row.span, row.slice, row.tally.total) for row in rows)
    return hidden_places(sizes) if shown.question.by else frozenset()


def _notes(shown: Shown) -> Iterator[str]:
    notes, question = NOTES[shown.lang], shown.question
    if partial := shown.books.store.fact(PARTIAL):
        yield f"! PARTIAL: {partial}"
    if question.unit is Unit.ACCOUNT:
        yield match_note(shown.books, shown.lang)
    yield from marks(shown.books, question.first, question.last, shown.lang)
    if any(
        _hidden(shown, rows) for rows in (*shown.answer.values(), *(shown.before or {}).values())
    ):
        yield notes["hidden"]
    if question.by and question.measured is Measured.COUNT:
        yield notes["shrunk"]
    if question.measured is Measured.LTV:
        rows = [row for found in shown.answer.values() for row in found]
        total, estimated = (sum(r.tally.total for r in rows), sum(r.estimated for r in rows))
        yield notes["estimate"].format(total=total, estimated=estimated)
        yield from age_lines(shown.books.store, shown.books.clock.now(), shown.lang)
    if question.measured is not Measured.COUNT:
        yield from foreign_lines(shown.books.store, shown.lang)
    if question.by == MEASURE:
        yield from unmapped_lines(shown.books, shown.lang)


def unmapped_lines(books: Books, lang: Lang) -> Iterator[str]:
    """The sources that no measure answers for, with their counts."""
    found = unmapped_sources(books)
    if not found:
        return
    yield NOTES[lang]["unmapped"].format(records=sum(one.records for one in found))
    for one in found[:_MOST_UNMAPPED]:
        campaign = f" / {one.campaign}" if one.campaign else ""
        yield f"  {one.records:>7,}  {one.channel or '–'}{campaign}"


# as JSON


def _print_rows(shown: Shown) -> None:
    question = shown.question
    earlier = shown.before_days
    body: dict[str, Any] = {
        "view": question.look,
        "unit": question.unit,
        "measure": question.measured,
        "segment": question.segment,
        "first": question.first,
        "last": question.last,
        "by": question.by,
        "each": question.each,
        "compared_with": None
        if shown.before is None
        else {"first": earlier.first, "last": earlier.last},
        "partial": shown.books.store.fact(PARTIAL) or "",
        "definition_changes": marks_json(shown.books, question.first, question.last),
        "rows": [one for stage in shown.answer for one in _stage_json(shown, stage)],
    }
    if question.unit is Unit.ACCOUNT:
        body["account_match"] = match_json(shown.books)
    if question.measured is not Measured.COUNT:
        body["foreign_amounts"] = shown.books.store.foreign_amounts()
    if question.measured is Measured.LTV:
        body["ltv_found_at"] = shown.books.store.customer_values_found_at()
    if question.by == MEASURE:
        body["unmapped"] = unmapped_sources(shown.books)
    print_json("bbm.balance-rows/1", shown.books.clock.now(), body)


def _stage_json(shown: Shown, stage: str) -> Iterator[Mapping[str, Any]]:
    rows = shown.answer[stage]
    priors, earlier, hidden = _priors(rows), _earlier(shown, stage), _hidden(shown, rows)
    for row in rows:
        place = {"stage": stage, "span": row.span, "slice": row.slice}
        if (row.span, row.slice) in hidden:
            yield {**place, "suppressed": True}
            continue
        body = {**place, "suppressed": False, **_row_json(shown.question, row)}
        if shown.question.by:
            body |= _shrunk_json(priors[row.span], row.tally)
        if shown.before is not None:
            before = earlier.get((_position(rows, row), row.slice), _NOTHING)
            body["before"] = _before_json(row.tally, before.tally) if before else _HIDDEN
        yield body


_HIDDEN = {"suppressed": True}


def _row_json(question: Question, row: Row) -> Mapping[str, Any]:
    tally = row.tally
    amount = tally.amount_icp + tally.amount_not_icp + tally.amount_unknown
    return {
        **tally_json(tally),
        "interval": list(wilson(tally.icp, tally.known)),
        "coverage": coverage(tally),
        "bounds": list(bounds(tally)),
        "amount_rate": tally.amount_rate,
        "mean_amount": float(amount) / tally.total if tally.total else None,
        **({"estimated": row.estimated} if question.measured is Measured.LTV else {}),
    }


def _shrunk_json(found: Prior | None, tally: Tally) -> Mapping[str, Any]:
    if found is None:
        return {"shrunk_rate": tally.rate, "shrunk_interval": None}
    return {"shrunk_rate": found.shrunk(tally), "shrunk_interval": list(found.interval(tally))}


def _before_json(tally: Tally, before: Tally) -> Mapping[str, Any]:
    decided = tally.rate is not None and before.rate is not None
    return {
        "suppressed": False,
        **tally_json(before),
        "change": (tally.rate or 0) - (before.rate or 0) if decided else None,
        "change_interval": list(newcombe(tally.icp, tally.known, before.icp, before.known)),
    }
