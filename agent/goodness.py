"""Which rows of a file are good: by a column that says so, or by what each row is worth."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agent.tables import BadRow, TableRow, Unreadable, read_flag, read_number
from bbm_core.errors import ConfigError
from bbm_core.icp.normalise import normalise_text

_GOOD = frozenset({"won", "closed won", "closedwon", "good", "high", "win", "受注", "成約", "優良"})
_BAD = frozenset({"lost", "closed lost", "closedlost", "bad", "low", "churned", "失注", "解約"})
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Goodness:
    """Where a file says what is good, and what it was left out for."""

    column: str = ""
    worth: str = ""
    good: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)  # rows by what stands there


@dataclass(frozen=True, slots=True)
class Told:
    """For each row whether it is good (None: it does not count), and what it is worth."""

    good: tuple[bool | None, ...]
    worth: tuple[float | None, ...]
    left_out: Mapping[str, int]
    bad: tuple[BadRow, ...]


def tell_good(rows: Sequence[TableRow], goodness: Goodness) -> Told:
    """Tell good rows from bad ones.

    Raises:
        ConfigError: no column is named, or the values in it say neither good nor bad.
    """
    worth, bad = _worth(rows, goodness.worth)
    if goodness.column:
        texts = [row.cells.get(goodness.column, "") for row in rows]
        meaning = _meaning(goodness, Counter(texts))
        good = tuple(meaning.get(text) for text in texts)
        out = Counter(text for text in texts if meaning.get(text) is None)
    elif goodness.worth:
        good = _top_quarter(worth)
        out = Counter("" for one in worth if one is None)
    else:
        raise ConfigError(
            "Nothing says which rows are good.",
            hint="Name a column: --label COL, or --value COL to take the top quarter of it.",
            code="BBM-LN-002",
        )
    return Told(good, worth, dict(sorted(out.items())), bad)


def _meaning(goodness: Goodness, texts: Mapping[str, int]) -> Mapping[str, bool | None]:
    wanted = {normalise_text(text) for text in goodness.good}
    unwanted = {normalise_text(text) for text in goodness.bad}
    found = {text: _told(text, wanted, unwanted) for text in texts}
    if {True, False} <= set(found.values()):
        return found
    shown = sorted(text for text in texts if text)[:_SHOWN]
    raise ConfigError(
        f"The column {goodness.column!r} does not say which rows are good and which are bad.",
        hint=f"Name the good ones: --good VALUE. It holds: {', '.join(shown) or 'nothing'}.",
        code="BBM-LN-003",
    )


def _told(text: str, wanted: set[str], unwanted: set[str]) -> bool | None:
    """What a cell says. Where only the good ones are named, every other value is bad."""
    plain = normalise_text(text)
    if not plain:
        return None
    if wanted or unwanted:
        if plain in wanted or plain in unwanted:
            return plain in wanted
        return None if wanted and unwanted else not wanted
    if plain in _GOOD | _BAD:
        return plain in _GOOD
    try:
        return read_flag(text)
    except Unreadable:
        return None


def _worth(
    rows: Sequence[TableRow], column: str
) -> tuple[tuple[float | None, ...], tuple[BadRow, ...]]:
    if not column:
        return (None,) * len(rows), ()
    found: list[float | None] = []
    bad: list[BadRow] = []
    for row in rows:
        text = row.cells.get(column)
        try:
            found.append(None if text is None else float(read_number(text)))
        except Unreadable as error:
            found.append(None)
            bad.append(BadRow(row.line, f"{column}: {error}"))
    return tuple(found), tuple(bad)


def _top_quarter(worth: Sequence[float | None]) -> tuple[bool | None, ...]:
    """The quarter that is worth the most; equal ones are on one side, nothing is never good."""
    known = sorted((one for one in worth if one is not None), reverse=True)
    most = len(known) // 4
    least = known[most] if most < len(known) else 0.0
    return tuple(None if one is None else one > max(least, 0.0) for one in worth)
