"""Sales targets by team and period, from the table that `[checks] targets` names."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from agent.checks.spread import Span
from agent.tables import BadRow, TableRow, Unreadable, read_csv, read_number

_PERIOD = re.compile(r"(?P<year>\d{4})(?:-?Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True)
class Targets:
    """What each team was to win in each period; the empty team is everybody."""

    by_period: Mapping[tuple[str, str], Decimal]
    bad: tuple[BadRow, ...] = ()

    def attained(self, team: str, day: date, won: Iterable[tuple[date, Decimal]]) -> float | None:
        """Won over target in the period around the day: its month, quarter or year.

        None where no target is stated.
        """
        for span in (Span.MONTH, Span.QUARTER, Span.YEAR):
            target = self.by_period.get((team, span.of(day)))
            if target:
                sold = sum((a for at, a in won if span.of(at) == span.of(day)), Decimal(0))
                return float(sold / target)
        return None


def read_targets(path: Path) -> Targets:
    """The targets of a file with the columns team (may be blank), period and target.

    Raises:
        ConfigError: the file cannot be read, or a column is missing.
    """
    table = read_csv(path, needed=["period", "target"])
    found: dict[tuple[str, str], Decimal] = {}
    bad = list(table.bad)
    for row in table.rows:
        try:
            key, target = _read(row)
        except Unreadable as error:
            bad.append(BadRow(row.line, str(error)))
        else:
            found[key] = target
    return Targets(found, tuple(bad))


def _read(row: TableRow) -> tuple[tuple[str, str], Decimal]:
    target = read_number(row.cells.get("target", ""))
    if target <= 0:
        raise Unreadable(f"a target is above 0, not {target}")
    return (row.cells.get("team", ""), _period(row.cells.get("period", ""))), target


def _period(text: str) -> str:
    found = _PERIOD.fullmatch(text)
    if found is None:
        raise Unreadable(f"{text!r} is no period such as 2026Q3, 2026-07 or 2026")
    if found["quarter"]:
        return f"{found['year']}Q{found['quarter']}"
    return f"{found['year']}-{found['month']}" if found["month"] else found["year"]
