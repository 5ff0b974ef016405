"""`bbm icp backtest`: a definition as of a day against what happened after it."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table

from agent.backtesting import Contest, Tested, Wanted, run_backtest, run_contest
from agent.cli.icp_backtest_words import say
from agent.cli.icp_naming import active, check_range, named
from agent.cli.opening import open_config, reading_lang
from agent.cli.output import console, print_json, sign
from agent.cli.table import percent, span
from agent.clock import SystemClock
from agent.wiring import Books, open_books
from bbm_core.balance.rate import Interval
from bbm_core.errors import ConfigError
from bbm_core.icp.backtest import ENOUGH, Gate
from bbm_core.icp.profile import Lang


def backtest(  # noqa: PLR0913 - one option each
    *,
    draft: str = "active",
    days: int = 90,
    since: str = "",
    stage: str = "",
    target: str = "",
    book: bool = False,
    shadow: bool = False,
    lang: Lang | None = None,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """Judge companies by what was known of them at first, and compare with what happened after.

    Args:
        draft: a TOML file, a version, active, config, shadow or previous.
        days: for how long each company is followed.
        since: test on what came in from this day on, as 2026-05-01; without it, on half a year.
        stage: the stage that companies come into; without it, the first one.
        target: the stage that they should come to; without it, opportunity, else the last one.
        book: judge all that was there on the day instead, and look at the days after it.
        shadow: compare the challenger with the definition in force instead, on what came in since
            it became one.
        lang: the language of the text.
        config: the configuration file.
        json: one JSON document instead of text.
    """
    check_range("--days", days, 3650)
    loaded = open_config(config)
    with open_books(loaded, SystemClock()) as books:
        speech = reading_lang(loaded, lang)
        if shadow:
            _tell_contest(books, run_contest(books, days, stage, target), speech, json=json)
            return 0
        chosen = active(books) if draft == "active" else named(books, draft)
        wanted = Wanted(
            days=days,
            since=_day(since),
            start=stage,
            target=target,
            book=book,
            learned_until=chosen.learned_until,
        )
        _tell(books, run_backtest(books, chosen.profiles, wanted), speech, json=json)
    return 0


def _day(since: str) -> date | None:
    try:
        return date.fromisoformat(since) if since else None
    except ValueError as error:
        raise ConfigError(
            f"{since!r} is no day.", hint="Write it as 2026-05-01.", code="BBM-IC-017"
        ) from error


def _tell(books: Books, tested: Tested, lang: Lang, *, json: bool) -> None:
    if json:
        print_json("bbm.icp-backtest/1", books.clock.now(), _document(tested))
        return
    out = console()
    for line in _head(books, tested, lang):
        out.print(line)
    if tested.cases:
        out.print(_figures(tested, lang))
        out.print(_tenths(tested, lang))
        for gate in tested.result.gates:
            out.print(f"  {_mark(gate)} {_gate(gate, lang)}")
    for warning in _warnings(tested, lang):
        out.print(f"  {sign('warn')} {warning}")


def _head(books: Books, tested: Tested, lang: Lang) -> Iterator[str]:
    labels = {stage.name: stage.label.text(lang) for stage in books.rules.stages}
    question, result = tested.question, tested.result
    yield say(
        lang,
        "head_book" if tested.sighting else "head_came",
        version=tested.version,
        day=tested.span.since.date(),
        days=tested.span.days,
        start=labels[question.start],
        target=labels[question.target],
    )
    yield say(lang, "cases", cases=f"{result.cases:,}", happened=f"{result.happened:,}")
    if sighting := tested.sighting:
        yield say(lang, "left_out", already=sighting.already, young=sighting.too_young)
    if tested.unripe:
        yield say(lang, "waiting", unripe=f"{tested.unripe:,}")


def _figures(tested: Tested, lang: Lang) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")  # Japanese has no blanks to break a line at
    for key, value in _lines(tested):
        table.add_row(f"  {say(lang, key)}", value, say(lang, f"{key}_note"))
    return table


def _lines(tested: Tested) -> Iterator[tuple[str, str]]:
    one = tested.result
    yield "auc", f"{_number(one.auc)}{_between(one.interval)}"
    yield "permutation", "–" if one.permutation_p is None else f"{one.permutation_p:.3f}"
    yield "lift", "–" if one.lift is None else f"{one.lift:.2f}×"
    yield "recall", _rate(one.recall, one.recall_interval)
    yield "precision", _rate(one.precision, one.precision_interval)
    yield "rest", _rate(one.rest, one.rest_interval)
    yield "ks", _number(one.kolmogorov_smirnov)
    if one.calibration is not None:
        found = one.calibration
        yield "brier", f"{found.brier:.3f} ({found.brier_of_rate:.3f})"
        yield "slope", f"{_number(found.slope)} / {_number(found.intercept)}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _between(interval: Interval | None) -> str:
    return "" if interval is None else f" ({interval.low:.2f}–{interval.high:.2f})"


def _rate(rate: float | None, interval: Interval) -> str:
    return "–" if rate is None else f"{percent(rate)} ({span(interval)})"


def _tenths(tested: Tested, lang: Lang) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="")
    for name in ("score", "companies", "came", "rate", "interval"):
        table.add_column(say(lang, name), justify="right", no_wrap=True)
    for one in tested.result.tenths:
        scores = "–".join(dict.fromkeys(_score(s, lang) for s in (one.low, one.high)))
        counts = f"{one.cases:,}", f"{one.happened:,}"
        table.add_row(scores, *counts, percent(one.rate), span(one.interval))
    return table


def _score(score: int, lang: Lang) -> str:
    return say(lang, "ruled_out") if score < 0 else str(score)


def _mark(gate: Gate) -> str:
    return sign("none" if gate.met is None else "ok" if gate.met else "bad")


def _gate(gate: Gate, lang: Lang) -> str:
    if gate.value is None:
        return say(lang, "gate_nobody" if gate.met else f"gate_{gate.name}", value="–")
    shown = f"{gate.value:.1f}×" if gate.name == "top_to_bottom" else percent(gate.value)
    return say(lang, f"gate_{gate.name}", value=shown)


def _warnings(tested: Tested, lang: Lang) -> Iterator[str]:
    one = tested.result
    if not one.cases:
        yield say(lang, "no_cases")
    elif not one.enough:
        yield say(lang, "too_few", needed=ENOUGH)
    if tested.hindsight:
        yield say(lang, "hindsight", count=f"{tested.hindsight:,}", cases=f"{one.cases:,}")
    if tested.written_later:
        yield say(lang, "written_later")
    if one.enough and one.calibration is None:
        yield say(lang, "no_calibration", needed=ENOUGH)


def _document(tested: Tested) -> Mapping[str, Any]:
    one = tested.result
    return {
        "version": tested.version,
        "since": tested.span.since,
        "days": tested.span.days,
        "stage": tested.question.start,
        "target": tested.question.target,
        "book": tested.sighting is not None,
        "already": tested.sighting and tested.sighting.already,
        "too_young": tested.sighting and tested.sighting.too_young,
        "unripe": tested.unripe,
        "hindsight": tested.hindsight,
        "written_later": tested.written_later,
        "cases": one.cases,
        "happened": one.happened,
        "unknown": one.unknown,
        "enough": one.enough,
        "auc": one.auc,
        "auc_interval": one.interval and list(one.interval),
        "permutation_p": one.permutation_p,
        "lift": one.lift,
        "recall": _rate_json(one.recall, one.recall_interval),
        "precision": _rate_json(one.precision, one.precision_interval),
        "rest": _rate_json(one.rest, one.rest_interval),
        "kolmogorov_smirnov": one.kolmogorov_smirnov,
        "calibration": one.calibration,
        "tenths": [
            {
                "low": part.low,
                "high": part.high,
                "cases": part.cases,
                "happened": part.happened,
                "rate": part.rate,
                "interval": list(part.interval),
            }
            for part in one.tenths
        ],
        "gates": one.gates,
    }


def _rate_json(rate: float | None, interval: Interval) -> Mapping[str, Any]:
    return {"rate": rate, "interval": None if rate is None else list(interval)}


def _tell_contest(books: Books, contest: Contest, lang: Lang, *, json: bool) -> None:
    one = contest.comparison
    if json:
        body = {
            "active": contest.active,
            "shadow": contest.shadow,
            "since": contest.since,
            "days": contest.days,
            "stage": contest.question.start,
            "target": contest.question.target,
            "unripe": contest.unripe,
            "comparison": {**_plain(one), "interval": one.interval and list(one.interval)},
        }
        print_json("bbm.icp-contest/1", books.clock.now(), body)
        return
    out = console()
    for line in _contest_lines(contest, lang):
        out.print(line)


def _plain(one: object) -> Mapping[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}  # type: ignore[attr-defined]  # a slotted dataclass


def _contest_lines(contest: Contest, lang: Lang) -> Iterator[str]:
    one = contest.comparison
    yield say(
        lang,
        "contest",
        shadow=contest.shadow,
        active=contest.active,
        since=contest.since.date(),
        days=contest.days,
    )
    yield say(
        lang,
        "contest_cases",
        cases=f"{one.cases:,}",
        happened=f"{one.happened:,}",
        unripe=f"{contest.unripe:,}",
    )
    difference = "–" if one.difference is None else f"{one.difference:+.2f}{_signed(one.interval)}"
    yield say(
        lang,
        "contest_auc",
        active=_number(one.active_auc),
        shadow=_number(one.shadow_auc),
        difference=difference,
    )
    p = "–" if one.mcnemar_p is None else f"{one.mcnemar_p:.3f}"
    yield say(
        lang, "contest_right", active=one.only_active_right, shadow=one.only_shadow_right, p=p
    )
    yield say(lang, f"better_{one.better.value}", needed=ENOUGH)


def _signed(interval: Interval | None) -> str:
    return "" if interval is None else f" ({interval.low:+.2f} – {interval.high:+.2f})"
