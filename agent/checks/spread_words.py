"""How a concentration reads, for people and for programs."""

from collections.abc import Iterator, Mapping
from typing import Any

from agent.alerts.figures import foreign, percent
from agent.checks.answer import Standing
from agent.checks.words import say
from bbm_core.balance.concentration import Concentration, Figure, Level, losses
from bbm_core.icp.profile import Lang

STANDINGS = {
    Level.FINE: Standing.GOOD,
    Level.WATCH: Standing.WATCH,
    Level.HIGH: Standing.PROBLEM,
}


def spread_finding(found: Concentration, lang: Lang) -> Iterator[str]:
    """The figures that reach a guide line, the worst first; or that none does."""
    largest = foreign(found.largest)
    if found.holders == 1:
        yield say(lang, "spread_single", largest=largest)
        return
    order = list(Level)
    reached = [one for one in found.levels().items() if one[1] is not Level.FINE]
    for figure, level in sorted(reached, key=lambda one: -order.index(one[1])):
        yield _reached(found, figure, level, lang)
    if not reached:
        top1, top10 = percent(found.top(1)), percent(found.top(10))
        yield say(lang, "spread_fine", largest=largest, top1=top1, top10=top10)
    yield say(lang, "spread_loss", largest=largest, share=percent(found.top(1)))


def spread_advice(found: Concentration, lang: Lang) -> Iterator[str]:
    level = found.level
    if level is not Level.FINE:
        yield say(lang, f"spread_advice_{level}", largest=foreign(found.largest))


def spread_json(found: Concentration) -> Mapping[str, Any]:
    """The figures as programs read them; shares from 0 to 1."""
    return {
        "customers": found.holders,
        "total": found.total,
        "hhi": found.hhi,
        "hhi_points": found.hhi_points,
        "effective": found.effective,
        "gini": found.gini,
        "rosenbluth": found.rosenbluth,
        **{f"top{count}": found.top(count) for count in (1, 3, 5, 10)},
        "top20_percent": found.top20_percent,
        "largest": found.largest,
        "levels": found.levels(),
        "level": found.level,
        "without_amount": found.without_amount,
        "negative": found.negative,
        "losses": [
            {"name": one.name, "share": one.share, "hhi_after": one.hhi_after}
            for one in losses(found)
        ],
    }


def _reached(found: Concentration, figure: Figure, level: Level, lang: Lang) -> str:
    guide = found.guides[figure]
    line = guide.high if level is Level.HIGH else guide.watch
    value = found.values()[figure]
    if figure is Figure.HHI:
        shown = {"value": f"{value:.3f}", "line": f"{line:.2f}"}
        return say(lang, "spread_hhi", effective=f"{found.effective:.1f}", **shown)
    named = {"value": percent(value), "line": percent(line)}
    return say(lang, f"spread_{figure}", largest=foreign(found.largest), **named)
