"""What is learned from: rows that turned out good or bad, and what was known of them before."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bbm_core.icp.profile import Label
from bbm_core.records import Value


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: a value a row, as of before the outcome; None where nothing was known."""

    name: str
    values: Sequence[Value | None]
    label: Label | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows that turned out good or bad.

    `clusters` names what rows belong to the same account: their outcomes are not independent.
    """

    attributes: tuple[Attribute, ...]
    good: Sequence[bool]
    clusters: Sequence[str] | None = None

    def __post_init__(self) -> None:
        lengths = {len(one.values) for one in self.attributes} | {len(self.good)}
        if len(lengths) > 1 or (self.clusters is not None and len(self.clusters) != len(self.good)):
            raise ValueError("every attribute needs one value a row")

    def without(self, names: Iterable[str]) -> "Sample":
        """The same rows, asked for less."""
        gone = set(names)
        kept = tuple(one for one in self.attributes if one.name not in gone)
        return replace(self, attributes=kept)


def design_effect(good: Sequence[bool], clusters: Sequence[str] | None) -> float:
    """How many rows count as one, because rows of one account end alike; 1 where they do not.

    The variance of a rate over whole accounts against that over single rows: Rao and Scott (1984),
    "On chi-squared tests for multiway contingency tables", first order.
    """
    if clusters is None:
        return 1.0
    sizes, won = Counter(clusters), Counter(c for c, one in zip(clusters, good, strict=True) if one)
    rate = won.total() / sizes.total() if sizes else 0.0
    alone = rate * (1 - rate) * sizes.total()
    together = sum((won[name] - rate * size) ** 2 for name, size in sorted(sizes.items()))
    return max(1.0, together / alone) if alone else 1.0


def one_of_each(rows: Sequence[Mapping[str, str]]) -> Sequence[int]:
    """The places of the rows that are no copies of an earlier one.

    Only where some column names the row: two customers may be alike in all that a file says of
    them, but not in their id.
    """
    keys = [tuple(sorted(row.items())) for row in rows]
    distinct = len(set(keys))
    columns = {column for row in rows for column in row}
    named = any(len({row.get(column) for row in rows}) == distinct for column in columns)
    if distinct == len(rows) or not named:
        return range(len(rows))
    return sorted({key: place for place, key in reversed(list(enumerate(keys)))}.values())
