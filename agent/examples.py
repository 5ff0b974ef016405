"""Gathers what an ICP is learned from: customers and deals of the book, or rows of a file."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from agent.config import Settings
from agent.goodness import Goodness, tell_good
from agent.store import Store
from agent.tables import BadRow, Unreadable, read_csv, read_day, read_number
from bbm_core.errors import ConfigError
from bbm_core.icp.learn.denied import Denial, denied
from bbm_core.icp.learn.outcomes import (
    Example,
    Known,
    Objective,
    customers,
    deals,
    first_known,
    missed,
    sample_of,
)
from bbm_core.icp.learn.sample import Attribute, Sample, one_of_each
from bbm_core.icp.learn.study import STANDARD
from bbm_core.records import RecordKind, Value
from bbm_core.value.customer import CustomerValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """What is learned from, and all that a reader must know about where it comes from."""

    sample: Sample
    objective: Objective | None  # None: the label of a file
    denied: tuple[tuple[str, Denial], ...] = ()  # attributes, and why nobody may learn from them
    dropped: tuple[str, ...] = ()  # on request
    known: Mapping[Known, int] = field(default_factory=dict)
    decided_until: date | None = None
    missed: tuple[CustomerValue, ...] = ()
    fallback: tuple[int, int] | None = None  # high and low customers, too few to learn from
    goodness: Goodness | None = None
    copies: int = 0  # rows that are copies of another one
    bad: tuple[BadRow, ...] = ()
    worth: Sequence[float | None] = ()


def from_book(  # noqa: PLR0913 - the book, and what is asked of it
    settings: Settings,
    store: Store,
    objective: Objective | None,
    *,
    until: date | None = None,
    drop: Iterable[str] = (),
    keep: Iterable[str] = (),
) -> Examples:
    """The customers of the book by lifetime value, else its deals by how they ended.

    Args:
        settings: which attributes there are, and which field of the CRM holds each.
        store: the state.
        objective: what makes a customer good; None: lifetime value where enough of it is known.
        until: learn only from deals that closed up to this day.
        drop: attributes to leave out.
        keep: attributes to learn from though their names say that they came after the outcome.
    """
    values = store.customer_values()
    early = first_known(
        record for kind in (RecordKind.LEAD, RecordKind.CONTACT) for record in store.book(kind)
    )
    rows = list(customers(store.book(RecordKind.ACCOUNT), early, values))
    high = sum(row.good for row in rows)
    few = min(high - STANDARD.least_good, len(rows) - high - STANDARD.least_bad) < 0
    chosen = objective or (Objective.WIN_RATE if few or until else Objective.LTV)
    if chosen is Objective.WIN_RATE:
        rows = [one for one in deals(store.book(RecordKind.OPPORTUNITY), early) if _by(one, until)]
    fields = {
        name: (name, *(f for kind in RecordKind if (f := one.field(kind))))
        for name, one in settings.attributes.items()
    }
    names, refused, gone = _chosen(fields, drop, keep)
    return Examples(
        sample=sample_of(rows, names, lambda name: settings.attributes[name].label),
        objective=chosen,
        denied=refused,
        dropped=gone,
        known=Counter(row.known for row in rows),
        decided_until=_last_day(rows, store, chosen),
        missed=missed(store.book(RecordKind.ACCOUNT), values),
        fallback=(high, len(values) - high) if few and not (objective or until) else None,
    )


def from_file(
    path: Path,
    goodness: Goodness,
    *,
    drop: Iterable[str] = (),
    keep: Iterable[str] = (),
) -> Examples:
    """The rows of a CSV file, good or bad as its label says.

    Raises:
        ConfigError: the file cannot be read, lacks a column, or its label cannot be told.
    """
    table = read_csv(path, [name for name in (goodness.column, goodness.worth) if name])
    places = one_of_each([row.cells for row in table.rows])
    rows = [table.rows[place] for place in places]
    told = tell_good(rows, goodness)
    fields = {
        name: (name,) for name in table.columns if name not in {goodness.column, goodness.worth}
    }
    names, refused, gone = _chosen(fields, drop, keep)
    kept = [row for row, good in zip(rows, told.good, strict=True) if good is not None]
    return Examples(
        sample=Sample(
            tuple(Attribute(name, _typed([row.cells.get(name) for row in kept])) for name in names),
            [good for good in told.good if good is not None],
        ),
        objective=None,
        denied=refused,
        dropped=gone,
        goodness=replace(goodness, left_out=told.left_out),
        copies=len(table.rows) - len(rows),
        bad=(*table.bad, *told.bad),
        worth=[w for w, good in zip(told.worth, told.good, strict=True) if good is not None],
    )


def _chosen(
    fields: Mapping[str, Sequence[str]], drop: Iterable[str], keep: Iterable[str]
) -> tuple[list[str], tuple[tuple[str, Denial], ...], tuple[str, ...]]:
    """The attributes to learn from, those that nobody may, and those that are not wanted."""
    drop, keep = set(drop), set(keep)
    strange = sorted((drop | keep) - fields.keys())
    if strange:
        raise ConfigError(
            f"There is no attribute {', '.join(map(repr, strange))}.",
            hint=f"Name one of {', '.join(fields)}.",
            code="BBM-LN-004",
        )
    refused = {name: why for name, own in fields.items() if (why := denied(*own))}
    refused = {name: why for name, why in refused.items() if name not in keep | drop}
    names = [name for name in fields if name not in drop and name not in refused]
    return names, tuple(refused.items()), tuple(sorted(drop))


def _by(one: Example, until: date | None) -> bool:
    """Whether it had turned out good or bad on that day; without a day of its own nobody knows."""
    return until is None or (one.decided is not None and one.decided <= until)


def _last_day(rows: Iterable[Example], store: Store, objective: Objective) -> date | None:
    """The last day of which something was learned."""
    if objective is Objective.LTV:
        found = store.customer_values_found_at()
        return None if found is None else found.date()
    return max((row.decided for row in rows if row.decided), default=None)


_NEARLY_ALL = 0.95
_NOTHING = frozenset({"nan", "null", "n/a", "#n/a", "-", "--"})
"""What exports write where there is no value."""


def _typed(cells: Sequence[str | None]) -> Sequence[Value | None]:
    """Numbers or days where nearly all cells are some, else the texts as they stand."""
    cells = [None if cell is None or cell.casefold() in _NOTHING else cell for cell in cells]
    known = Counter(cell for cell in cells if cell is not None)
    readers: tuple[Callable[[str], Value], ...] = (read_number, read_day)
    for read in readers:
        found = {text: value for text in known if (value := _read(text, read)) is not None}
        if sum(known[text] for text in found) >= _NEARLY_ALL * known.total() > 0:
            return [None if cell is None else found.get(cell) for cell in cells]
    return cells


def _read(text: str, read: Callable[[str], Value]) -> Value | None:
    try:
        return read(text)
    except Unreadable:
        return None
