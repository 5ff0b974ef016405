"""`bbm engagement`: leads and contacts by fit and by heat, from what is kept; asks no CRM."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from rich import box
from rich.table import Table

from agent.cli.opening import open_config, reading_lang
from agent.cli.output import console, print_json, sign
from agent.clock import SystemClock
from agent.config.engagement import IcpMode
from agent.engagement import Engagement, engagement_of
from agent.wiring import open_books
from bbm_core.icp.explain import activity_text
from bbm_core.icp.profile import Lang
from bbm_core.judgement import HEATED
from bbm_core.records import RecordKind

TIERS, LEVELS = "ABCD", (1, 2, 3, 4, None)


def engagement(
    *,
    kind: Literal["lead", "contact", ""] = "",
    lang: Lang | None = None,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """Leads and contacts by tier of fit and level of heat, and what heat is made of.

    Args:
        kind: only leads or only contacts.
        lang: the language of the tables.
        config: the configuration file.
        json: one JSON document instead of text.
    """
    loaded = open_config(config)
    with open_books(loaded, SystemClock()) as books:
        found = engagement_of(books, [RecordKind(kind)] if kind else HEATED)
    mode = loaded.settings.icp.icp_mode
    if json:
        print_json("bbm.engagement/1", books.clock.now(), _json(found, mode))
    else:
        _show(found, mode, _WORDS[reading_lang(loaded, lang)])
    return 0


_Words = Mapping[str, str]


def _show(found: Engagement, mode: IcpMode, words: _Words) -> None:
    out = console()
    out.print(words["title"].format(day=found.day, mode=mode.value))
    if not found.records:
        out.print(f"  {words['nobody']}")
        return
    out.print(_grid(found, words))
    if found.since is None:
        out.print(f"  {sign('warn')} {words['no_source']}")
        return
    for line in _summary(found, words):
        out.print(f"  {line}")
    out.print()
    out.print(words["activities"].format(since=found.since))
    out.print(_kinds(found, words))
    for line in _remarks(found, words):
        out.print(f"  {sign('warn')} {line}")


def _grid(found: Engagement, words: _Words) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="")
    table.add_column(words["tier"], no_wrap=True)
    names = [words["heat"].format(level=level) for level in (1, 2, 3, 4)]
    for name in (*names, words["unknown"], words["total"]):
        table.add_column(name, justify="right", no_wrap=True)
    for tier in TIERS:
        row = [found.grid.get((tier, level), 0) for level in LEVELS]
        table.add_row(tier, *(f"{n:,}" for n in (*row, sum(row))))
    sums = [sum(found.grid.get((tier, level), 0) for tier in TIERS) for level in LEVELS]
    table.add_row(words["total"], *(f"{n:,}" for n in (*sums, sum(sums))))
    return table


def _summary(found: Engagement, words: _Words) -> Iterator[str]:
    first, second, third = found.rules.cuts
    yield words["cuts"].format(first=first, second=second, third=third, hot=found.rules.hot)
    hot, cold, unknown = (found.fits.get(one, 0) for one in (True, False, None))
    yield words["fits"].format(
        fits=f"{found.fitting:,}", hot=f"{hot:,}", cold=f"{cold:,}", unknown=f"{unknown:,}"
    )


def _kinds(found: Engagement, words: _Words) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="")
    table.add_column(words["what"], no_wrap=True)
    for name in ("points", "half_life", "cap", "number"):
        table.add_column(words[name], justify="right", no_wrap=True)
    table.add_column(words["last"], no_wrap=True)
    for one in found.kinds:
        worth = found.rules.worth.get(one.what)
        cells = ("–", "–", "–")
        if worth:
            days = words["days"].format(days=worth.half_life_days)
            cells = (str(worth.points), days, "–" if worth.cap is None else str(worth.cap))
        table.add_row(activity_text(one.what), *cells, f"{one.number:,}", f"{one.last:%Y-%m-%d}")
    return table


def _remarks(found: Engagement, words: _Words) -> Iterator[str]:
    idle = [activity_text(one.what) for one in found.kinds if one.what not in found.rules.worth]
    if idle:
        yield words["idle"].format(kinds=", ".join(idle))
    if found.strange:
        yield words["strange"].format(number=f"{found.strange:,}", example=found.example)


def _json(found: Engagement, mode: IcpMode) -> Mapping[str, Any]:
    worth = found.rules.worth
    return {
        "day": found.day,
        "icp_mode": mode,
        "activities_since": found.since,
        "cuts": found.rules.cuts,
        "hot": found.rules.hot,
        "records": found.records,
        "grid": [
            {"tier": tier, "heat": level, "records": found.grid.get((tier, level), 0)}
            for tier in TIERS
            for level in LEVELS
        ],
        "fit": {
            "records": found.fitting,
            "hot": found.fits.get(True, 0),
            "not_hot": found.fits.get(False, 0),
            "unknown": found.fits.get(None, 0),
        },
        "kinds": [
            {
                "what": one.what,
                "points": worth[one.what].points if one.what in worth else 0,
                "half_life_days": worth[one.what].half_life_days if one.what in worth else None,
                "cap": worth[one.what].cap if one.what in worth else None,
                "activities": one.number,
                "last": one.last,
            }
            for one in found.kinds
        ],
        "of_unknown_records": found.strange,
        "problems": [],
    }


_WORDS: Mapping[Lang, _Words] = {
    "en": {
        "title": "Leads and contacts by fit (tier) and heat on {day}   icp_mode {mode}",
        "nobody": "None is kept yet: run `bbm sync` first.",
        "no_source": "No activities are known, so no heat is. Name a file in [inputs] activities.",
        "tier": "Tier",
        "heat": "Heat {level}",
        "unknown": "Not known",
        "total": "Total",
        "cuts": "Heat 1 from {first} points, 2 from {second}, 3 from {third}. Hot: 1 to {hot}.",
        "fits": "{fits} fit: {hot} of them are hot, {cold} are not, {unknown} are not known.",
        "activities": "Activities, known since {since}",
        "what": "What",
        "points": "Points",
        "half_life": "Half-life",
        "cap": "Cap",
        "number": "Activities",
        "last": "Last",
        "days": "{days} days",
        "idle": "These count nothing; give them points in [engagement]: {kinds}",
        "strange": "Activities of records that are not known: {number}, such as of {example}.",
    },
    "ja": {
        "title": "適合度(ティア)と温度感によるリード・取引先責任者の分布 {day}   icp_mode {mode}",
        "nobody": "まだ何も保存されていません。先に `bbm sync` を実行してください。",
        "no_source": "活動履歴がなく温度感は不明です。[inputs] activities で指定してください。",
        "tier": "ティア",
        "heat": "温度感{level}",
        "unknown": "不明",
        "total": "合計",
        "cuts": "温度感1は{first}点、2は{second}点、3は{third}点以上。{hot}以内がホットです。",
        "fits": "適合{fits}件のうち、ホット{hot}件、ホットでない{cold}件、不明{unknown}件。",
        "activities": "活動履歴({since}以降)",
        "what": "種類",
        "points": "点数",
        "half_life": "半減期",
        "cap": "上限",
        "number": "件数",
        "last": "最終",
        "days": "{days}日",
        "idle": "点数のない種類です。[engagement] で点数を設定できます:{kinds}",
        "strange": "保存されていないレコードの活動が{number}件あります(例:{example})。",
    },
}
