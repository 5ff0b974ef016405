"""The cells, read: every figure that people see comes from them."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from agent.store import schema
from agent.store.counting import to_cell
from agent.store.database import Database
from bbm_core.balance.cells import CellKey, CellValue, Unit


class Figures(Database):
    """Reads cells."""

    def cells(  # noqa: PLR0913 - each narrows the choice by one part of a cell's key
        self,
        version: str,
        *,
        unit: Unit | None = None,
        stage: str | None = None,
        dimension: str | None = "",
        since: date | None = None,
        until: date | None = None,
    ) -> Mapping[CellKey, CellValue]:
        """The cells of one version of the profiles.

        Args:
            version: The version by which the records were judged.
            unit: Records or accounts; None is both.
            stage: One stage; None is all.
            dimension: The empty one is the whole, "channel" the channels; None is all.
            since: The first week, by its Monday.
            until: The last week, by its Monday.
        """
        table = schema.cell
        wanted = [
            table.c.version == version,
            None if unit is None else table.c.unit == unit.value,
            None if stage is None else table.c.stage == stage,
            None if dimension is None else table.c.dimension == dimension,
            None if since is None else table.c.week >= since.isoformat(),
            None if until is None else table.c.week <= until.isoformat(),
        ]
        query = select(table).where(*(one for one in wanted if one is not None))
        with self._reading() as connection:
            return dict(to_cell(row) for row in connection.execute(query).all())

    def cell_versions(self) -> tuple[str, ...]:
        """The versions by which something is counted; more than one while a book is re-judged."""
        column = schema.cell.c.version
        with self._reading() as connection:
            return tuple(connection.execute(select(column).distinct().order_by(column)).scalars())
