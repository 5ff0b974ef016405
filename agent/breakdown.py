"""Breaks the balance down by slice and by span, from cells where weeks do and exactly elsewhere."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from agent.exactly import Exact
from agent.question import Each, Look, Measured, Question, Row, Rows
from agent.slices import Slicer, slicer
from agent.wiring import Books
from bbm_core.balance.cells import Unit, week_of
from bbm_core.balance.rollup import Table, roll_up_inflow, roll_up_stock
from bbm_core.balance.tally import WEEK, View


def break_down(books: Books, stages: Sequence[str], question: Question) -> Mapping[str, Rows]:
    """The rows of each stage, span by span and the largest slice first."""
    by = slicer(books, question.by)
    if _cells_tell(question, by):
        rows = _by_stage(_from_cells(books, question, by), stages)
    else:
        exact = Exact.about(books, question, by)
        rows = {stage: exact.rows(stage, spans_until(books, question)) for stage in stages}
    return {stage: tuple(sorted(found, key=_order)) for stage, found in rows.items()}


def _by_stage(table: Table, stages: Sequence[str]) -> Mapping[str, Rows]:
    rows: dict[str, list[Row]] = {stage: [] for stage in stages}
    for place, tally in table.items():
        if place.stage in rows:
            rows[place.stage].append(Row(place.span, place.slice, tally))
    return rows


def _order(row: Row) -> tuple[object, ...]:
    return row.span, -row.tally.total, row.slice


def _cells_tell(question: Question, by: Slicer) -> bool:
    """Account cells hold neither slices nor amounts, and no cell holds expected values."""
    if not question.in_weeks or by.dimension is None or question.measured is Measured.LTV:
        return False
    return question.unit is Unit.RECORD or (
        not by.name and question.measured is not Measured.AMOUNT
    )


def _from_cells(books: Books, question: Question, by: Slicer) -> Table:
    dimension = by.dimension or ""
    last = question.last and question.last - timedelta(days=6)
    is_inflow = question.look is Look.INFLOW
    cells = books.store.cells(
        books.rules.classifier.version,
        unit=question.unit,
        dimension=dimension,
        since=question.first if is_inflow else None,
        until=last,
    )
    view = View(question.unit, question.segment)

    def slice_of(value: str, week: date) -> str:
        return by.of({dimension: value}, week)

    if is_inflow:
        weekly = question.each is Each.WEEK
        return roll_up_inflow(
            cells, date.isoformat if weekly else lambda _: "", view, dimension, slice_of
        )
    ends = [(name, day - timedelta(days=6)) for name, day in spans_until(books, question)]
    return roll_up_stock(cells, ends, view, dimension, slice_of)


def spans_until(books: Books, question: Question) -> list[tuple[str, date]]:
    """The spans at whose end a stock is looked at, each with its last day, earliest first."""
    last = question.last or week_of(books.clock.now()) + WEEK - timedelta(days=1)
    if question.each is Each.PERIOD:
        return [("", last)]
    first = question.first or last
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    names: dict[str, date] = {}
    for day in days:
        monday = day - timedelta(days=day.weekday())
        name = monday.isoformat() if question.each is Each.WEEK else f"{day:%Y-%m}"
        names[name] = day
    return list(names.items())
