"""`bbm simulate`: what if there were fewer people, less budget, another definition; asks no CRM."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table

from agent.alerts.figures import foreign
from agent.alerts.need import amount, need_line
from agent.cli.icp_naming import drafted
from agent.cli.opening import open_config, reading_lang
from agent.cli.output import console, print_json, sign
from agent.cli.simulate_words import say
from agent.cli.table import percent, span
from agent.clock import SystemClock
from agent.outlook import Outlook, see
from agent.scenario import Change, Move, Moved, Played, Scenario, play
from agent.wiring import Books, open_books
from bbm_core.balance.rate import Interval
from bbm_core.errors import ConfigError
from bbm_core.icp.profile import Lang, Profile
from bbm_core.prescribe.estimates import Quantity
from bbm_core.prescribe.optimum import Optimum, Shortage


def simulate(  # noqa: PLR0913 - one option each
    *,
    people: str = "",
    budget: str = "",
    lose_largest: bool = False,
    icp: Path | None = None,
    threshold: int | None = None,
    move: str = "",
    lang: Lang | None = None,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """What if: the best plan, its bands and what the target takes, now and then.

    Options may be combined. `bbm icp simulate` says whom another definition would flip.

    Args:
        people: fewer or more selling people: -2, +1, or 5 for so many.
        budget: -20%, +500k, or 1.5M for so much a month.
        lose_largest: the largest customer is lost.
        icp: another definition, from this TOML file.
        threshold: another threshold for every profile.
        move: spend from one channel to another a month: FROM:TO:1.2M.
        lang: the language of the text.
        config: the configuration file.
        json: one JSON document instead of text.
    """
    loaded = open_config(config)
    with open_books(loaded, SystemClock()) as books:
        scenario = Scenario(
            people=_change(people, "--people"),
            budget=_change(budget, "--budget"),
            lose_largest=lose_largest,
            move=_move(books, move),
            profiles=_profiles(books, icp, threshold),
        )
        if scenario.is_empty:
            raise ConfigError(
                "Nothing would be otherwise.",
                hint="Name a change, such as --people -2 or --budget -20%.",
                code="BBM-SM-001",
            )
        played = play(books, scenario)
    if json:
        print_json("bbm.simulate/1", SystemClock().now(), _document(played))
    else:
        _show(played, reading_lang(loaded, lang))
    return 0


_AMOUNT = re.compile(r"(?P<sign>[+-]?)(?P<digits>[\d,]+(?:\.\d+)?)(?P<unit>[kKmM%千万億]?)")
_UNITS = {"": 1, "k": 1e3, "m": 1e6, "千": 1e3, "万": 1e4, "億": 1e8, "%": 0.01}


def _change(text: str, option: str) -> Change | None:
    """-2, +500k, -20%, 1.5M.

    Raises:
        ConfigError: it is none of these.
    """
    if not text:
        return None
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        raise ConfigError(
            f"{option} {text!r} is no change.",
            hint="Write -2, +500k, -20% or 1.5M.",
            code="BBM-SM-002",
        )
    number = float(found["digits"].replace(",", "")) * _UNITS[found["unit"].lower()]
    signed = -number if found["sign"] == "-" else number
    is_share = found["unit"] == "%"
    if is_share and not found["sign"]:
        signed -= 1  # 80% of what it was
    return Change(signed, is_relative=bool(found["sign"]), is_share=is_share)


def _move(books: Books, text: str) -> Move | None:
    """FROM:TO:1.2M, channels as the CRM has them, upper and lower case alike.

    Raises:
        ConfigError: it is not of that form, or no record came by such a channel.
    """
    if not text:
        return None
    source, _, rest = text.partition(":")
    target, _, words = rest.rpartition(":")
    change = _change(words, "--move") if target else None
    if change is None or change.is_relative or change.is_share:
        raise ConfigError(
            f"--move {text!r} is no move.",
            hint="Write FROM:TO:1.2M, such as paid-social:webinar:1.2M.",
            code="BBM-SM-002",
        )
    known = _known_channels(books)
    return Move(_named(source, known), _named(target, known), change.amount)


def _known_channels(books: Books) -> Mapping[str, str]:
    """Channels of the year by how people may write them."""
    return {_plain(name): name for name in see(books).channels if name}


def _named(text: str, known: Mapping[str, str]) -> str:
    name = known.get(_plain(text))
    if name is None:
        raise ConfigError(
            f"No record came by {text!r}.",
            hint=f"Channels are {', '.join(known.values()) or 'not recorded'}.",
            code="BBM-SM-003",
        )
    return name


def _plain(text: str) -> str:
    """paid-social and Paid social are one."""
    return re.sub(r"[\s_-]+", " ", text.strip()).casefold()


def _profiles(books: Books, file: Path | None, threshold: int | None) -> tuple[Profile, ...] | None:
    if file is None and threshold is None:
        return None
    profiles = tuple(drafted(books, file).profiles)
    if threshold is None:
        return profiles
    if not 0 < threshold <= 100:  # noqa: PLR2004 - points of 100
        raise ConfigError(
            f"{threshold} is no threshold.",
            hint="A threshold is a score from 1 to 100.",
            code="BBM-SM-004",
        )
    return tuple(one.model_copy(update={"threshold": threshold}) for one in profiles)


def _show(played: Played, lang: Lang) -> None:
    out = console()
    out.print(say(lang, "title"))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="")
    for name in ("what", "now", "then"):
        is_text = name == "what"
        table.add_column(say(lang, name), justify="left" if is_text else "right", overflow="fold")
    for name, now, then in _rows(played, lang):
        mark = "" if now == then else f" {sign('arrow')}"
        table.add_row(f"{name}{mark}", now, then)
    out.print(table)
    for line in _lines(played, lang):
        out.print(f"  {line}")


def _rows(played: Played, lang: Lang) -> Iterator[tuple[str, str, str]]:
    now, then = _figures(played.now, lang), _figures(played.then, lang)
    for name in {**now, **then}:
        yield name, now.get(name, "–"), then.get(name, "–")


def _figures(outlook: Outlook, lang: Lang) -> Mapping[str, str]:
    """What is compared, in words; what cannot be told is left out."""
    values = outlook.estimates.values
    found = {
        say(lang, quantity.value): amount(values[quantity].value)
        for quantity in (Quantity.CAPACITY, Quantity.BUDGET)
        if quantity in values
    }
    if (rate := outlook.observed.entry.rate) is not None:
        found[say(lang, "lead_rate")] = percent(rate)
    if isinstance(outlook.best, Optimum):
        found |= _best(outlook.best, lang)
    for name, band in outlook.bands.items():
        found[say(lang, "band", stage=name)] = span(Interval(band.low, band.high), digits=0)
    if outlook.need is not None and outlook.need.load is not None:
        found[say(lang, "load")] = percent(outlook.need.load, digits=0)
    if outlook.risk is not None:
        found[say(lang, "hhi")] = f"{outlook.risk.hhi:.3f}"
        found[say(lang, "largest")] = percent(outlook.risk.largest_share)
    return found


def _best(best: Optimum, lang: Lang) -> Mapping[str, str]:
    budget = "–" if best.budget_value is None else f"{best.budget_value:,.2f}"
    return {
        say(lang, "profit"): amount(best.profit),
        say(lang, "rate"): percent(best.rate),
        say(lang, "worked_icp"): percent(best.share_icp, digits=0),
        say(lang, "worked_other"): percent(best.share_other, digits=0),
        say(lang, "hour_value"): amount(best.hour_value),
        say(lang, "budget_value"): budget,
    }


def _lines(played: Played, lang: Lang) -> Iterator[str]:
    then = played.then
    if isinstance(then.best, Shortage):
        blanks = {"needed": amount(then.best.needed), "available": amount(then.best.available)}
        yield f"{sign('warn')} {say(lang, f'shortage_{then.best.of}', **blanks)}"
    if played.loss is not None:
        loss = played.loss
        blanks = {"customer": foreign(loss.customer), "revenue": amount(loss.revenue)}
        yield say(lang, "loss", share=percent(loss.share), **blanks)
        if loss.need is not None:
            yield say(lang, "make_up", wins=f"{loss.need.wins:,.1f}", hours=amount(loss.need.hours))
    if played.moved is not None:
        yield from _moved_lines(played.moved, lang)
    if then.need is not None:
        yield need_line(then.need, lang)
    if then.estimates.gaps:
        yield say(lang, "gaps", gaps=", ".join(then.estimates.gaps))


def _moved_lines(moved: Moved, lang: Lang) -> Iterator[str]:
    before, after = moved.before, moved.after
    if not isinstance(before, Optimum) or not isinstance(after, Optimum):
        yield say(lang, "move_impossible")
        return
    yield say(
        lang,
        "moved",
        leads=_pair(sum(before.leads), sum(after.leads)),
        icp=_pair(before.icp, after.icp),
        rate=f"{percent(before.rate)} {sign('arrow')} {percent(after.rate)}",
        hours=_pair(before.hours, after.hours),
        profit=_pair(before.profit, after.profit),
    )


def _pair(before: float, after: float) -> str:
    return f"{amount(before)} {sign('arrow')} {amount(after)}"


def _document(played: Played) -> Mapping[str, Any]:
    return {
        "now": _outlook(played.now),
        "then": _outlook(played.then),
        "loss": played.loss,
        "moved": played.moved,
    }


def _outlook(outlook: Outlook) -> Mapping[str, Any]:
    return {
        "missing": outlook.estimates.gaps,
        "estimates": outlook.estimates.values,
        "lead_rate": outlook.observed.entry.rate,
        "best": outlook.best,
        "bands": list(outlook.stage_bands.values()),
        "need": outlook.need,
        "risk": outlook.risk,
    }
