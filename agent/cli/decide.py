"""`bbm decide`: the decision log, the declared stance, and what became of a decision."""

import os
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table

from agent.alerts.figures import foreign
from agent.cli.decide_words import say
from agent.cli.opening import open_config, reading_lang
from agent.cli.output import console, print_json, sign
from agent.clock import SystemClock
from agent.measures import catalogue
from agent.prescription import BALANCED, last_turn, latest_stance
from agent.review import Review, review
from agent.store.decisions import DecisionRow
from agent.wiring import Books, open_books
from bbm_core.balance.cells import CHANNEL, Unit
from bbm_core.errors import ConfigError
from bbm_core.icp.profile import Lang
from bbm_core.prescribe.after import Compared
from bbm_core.prescribe.measure import Direction

STANCES = (Direction.VOLUME.value, BALANCED, Direction.QUALITY.value)


def decide(  # noqa: PLR0913 - one option each
    what: str = "",
    /,
    *,
    why: str = "",
    effect: str = "",
    channel: Sequence[str] = (),
    review_on: str = "",
    by: str = "",
    close: int | None = None,
    note: str = "",
    lang: Lang | None = None,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """Note a stance or a measure with its reason; without one, list what was decided.

    Args:
        what: volume, balanced or quality, or a measure of the catalogue.
        why: the reason.
        effect: what is expected of it.
        channel: where it applies; the other channels are then its control. Repeat for more.
        review_on: the day to look at it again; without it, after the dwell time.
        by: who decided; without it, the user of this computer.
        close: close the decision of this number, with what became of it.
        note: what there is to say at the close.
        lang: the language of the text.
        config: the configuration file.
        json: one JSON document instead of text.
    """
    loaded = open_config(config)
    with open_books(loaded, SystemClock()) as books:
        shown = reading_lang(loaded, lang)
        warning = ""
        if close is not None:
            _close(books, close, note)
        elif what:
            body = _body(books, what, why, effect, channel)
            warning = _turned_early(books, str(body["direction"]), shown)
            author = by or os.environ.get("USER") or "?"
            books.store.decide(author, body, _review_day(books, review_on), books.clock.now())
        rows = books.store.decisions()
        reviews = {row.number: review(books, row) for row in rows if row.is_open}
    if json:
        body = {"warning": warning, "decisions": [_document(row, reviews) for row in rows]}
        print_json("bbm.decisions/1", SystemClock().now(), body)
    else:
        _show(rows, reviews, warning, shown)
    return 0


def _body(
    books: Books, what: str, why: str, effect: str, channels: Sequence[str]
) -> Mapping[str, Any]:
    """What is kept of a decision.

    Raises:
        ConfigError: it names nothing that can be decided, gives no reason, or an unknown channel.
    """
    measures = {measure.id: measure for measure in catalogue(books.settings)}
    if what not in STANCES and what not in measures:
        raise ConfigError(
            f"{what!r} is neither a stance nor a measure.",
            hint=f"Name {', '.join(STANCES)}, or one of {', '.join(measures)}.",
            code="BBM-DC-001",
        )
    if not why.strip():
        raise ConfigError(
            "A decision needs its reason, so that it can be judged later.",
            hint='Say it: --why "…"',
            code="BBM-DC-002",
        )
    known = _channels(books)
    if strange := [name for name in channels if name not in known]:
        raise ConfigError(
            f"No record came by {strange[0]!r}.",
            hint=f"Channels are {', '.join(known) or 'not recorded'}.",
            code="BBM-DC-003",
        )
    direction = what if what in STANCES else measures[what].direction.value
    return {
        "what": what,
        "direction": direction,
        "why": why,
        "effect": effect,
        "channels": list(channels),
    }


def _channels(books: Books) -> Sequence[str]:
    version = books.rules.classifier.version
    cells = books.store.cells(version, unit=Unit.RECORD, dimension=CHANNEL)
    return sorted({key.value for key in cells if key.value})


def _review_day(books: Books, text: str) -> date:
    if not text:
        dwell = timedelta(weeks=books.settings.targets.dwell_weeks)
        return books.clock.now().date() + dwell
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(
            f"{text!r} is no day.", hint="Write it as 2027-01-18.", code="BBM-DC-004"
        ) from error


def _turned_early(books: Books, direction: str, lang: Lang) -> str:
    """A warning where this turns the policy before the last turn had its time."""
    last = last_turn(latest_stance(books.store.decisions()))
    if last is None or direction in (last.direction.value, BALANCED):
        return ""
    due = last.on + timedelta(weeks=books.settings.targets.dwell_weeks)
    if books.clock.now().date() >= due:
        return ""
    return say(lang, "early", direction=say(lang, last.direction.value), on=last.on, due=due)


def _close(books: Books, number: int, note: str) -> None:
    """Close with the review as it stands.

    Raises:
        ConfigError: there is no open decision of this number.
    """
    row = next((one for one in books.store.decisions(only_open=True) if one.number == number), None)
    if row is None:
        raise ConfigError(
            f"There is no open decision {number}.",
            hint="bbm decide lists them.",
            code="BBM-DC-005",
        )
    found = review(books, row)
    after: dict[str, Any] = {"note": note}
    if found is not None:
        after["rate"] = _compared(found.found.rate)
        after["count"] = _compared(found.found.count)
        after["controlled"] = found.found.controlled
    books.store.close_decision(number, after, books.clock.now())


def _compared(one: Compared) -> Mapping[str, Any]:
    return {"change": one.change, "interval": list(one.interval), "finding": one.finding.value}


def _document(row: DecisionRow, reviews: Mapping[int, Review | None]) -> Mapping[str, Any]:
    return {
        "number": row.number,
        "at": row.at,
        "author": row.author,
        **row.body,
        "review_on": row.review_on,
        "closed_at": row.closed_at,
        "review": reviews.get(row.number),
    }


def _show(
    rows: Sequence[DecisionRow], reviews: Mapping[int, Review | None], warning: str, lang: Lang
) -> None:
    out = console()
    if warning:
        out.print(f"{sign('warn')} {warning}")
    if not rows:
        out.print(say(lang, "none"))
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="")
    for name in ("number", "day", "what", "why", "effect", "by", "review"):
        table.add_column(say(lang, name), overflow="fold")
    for row in rows:
        table.add_row(*_row(row, lang))
    out.print(table)
    for row in rows:
        for line in _after_lines(row, reviews.get(row.number), lang):
            out.print(f"  {row.number}: {line}")


def _row(row: DecisionRow, lang: Lang) -> Sequence[str]:
    what = str(row.body["what"])
    channels = ", ".join(foreign(name) for name in row.body.get("channels", ()))
    name = say(lang, what) if what in STANCES else what
    return (
        str(row.number),
        str(row.at.date()),
        f"{name} ({channels})" if channels else name,
        foreign(str(row.body["why"])),
        foreign(str(row.body.get("effect", ""))),
        foreign(row.author),
        _due(row, lang),
    )


def _due(row: DecisionRow, lang: Lang) -> str:
    if row.closed_at is not None:
        return say(lang, "closed", day=row.closed_at.date())
    if row.review_on is None:
        return ""
    is_due = row.review_on <= _today()
    return f"{sign('warn')} {row.review_on}" if is_due else str(row.review_on)


def _today() -> date:
    return SystemClock().now().date()


def _after_lines(row: DecisionRow, found: Review | None, lang: Lang) -> Sequence[str]:
    if row.closed_at is not None:
        after = row.body.get("after", {})
        rate = after.get("rate")
        said = _rate_words(rate, lang, controlled=after.get("controlled", False)) if rate else ""
        return [line for line in (said, foreign(str(after.get("note", "")))) if line]
    if found is None:
        return [say(lang, "too_early")]
    rate = _compared(found.found.rate)
    return [_rate_words(rate, lang, controlled=found.found.controlled, weeks=found.after.weeks)]


def _rate_words(
    rate: Mapping[str, Any], lang: Lang, *, controlled: bool, weeks: int | None = None
) -> str:
    beside = say(lang, "beside" if controlled else "alone")
    low, high = (100 * end for end in rate["interval"])
    return say(
        lang,
        f"after_{rate['finding']}",
        change=f"{100 * rate['change']:+.1f}",
        low=f"{low:+.1f}",
        high=f"{high:+.1f}",
        beside=beside,
        weeks="" if weeks is None else say(lang, "weeks", weeks=weeks),
    )
