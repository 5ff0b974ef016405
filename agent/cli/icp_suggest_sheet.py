"""What `bbm icp suggest` prints for people."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from agent.cli.icp_suggest_lines import (
    conclusion_lines,
    doubts,
    guides_met,
    origin_lines,
    sure_lines,
    suspicion,
    threshold_lines,
)
from agent.cli.icp_suggest_words import WORDS
from agent.cli.output import sign
from agent.cli.table import percent, span
from agent.suggestion import Suggestion, Variant
from bbm_core.icp.learn.draft import Draft
from bbm_core.icp.learn.threshold import curve
from bbm_core.icp.profile import Lang
from bbm_core.icp.terms import asks_text
from bbm_core.value.customer import CustomerValue

_SHOWN = 10


def show(out: Console, suggestion: Suggestion, paths: Sequence[Path], lang: Lang) -> None:
    """From where it was learned, what was found, what was not, and what to do next."""
    words, whole = WORDS[lang], suggestion.whole
    _say(out, origin_lines(suggestion.examples, whole.study, lang))
    for line in suspicion(suggestion, lang):
        _say(out, ["", f"{sign('warn')} {line}"])
    for variant in suggestion.variants:
        out.print()
        if suggestion.cautious is not None:
            key = "without" if variant.without else "with"
            out.print(words[key].format(names=words["comma"].join(suggestion.cautious.without)))
        _show_variant(out, suggestion, variant, lang)
    if whole.study.rows:
        _show_doubts(out, suggestion, lang)
    _show_missed(out, suggestion.examples.missed, lang)
    out.print()
    _show_end(out, suggestion, paths, lang)


def _say(out: Console, lines: Iterable[str]) -> None:
    for line in lines:
        out.print(line, soft_wrap=False)


def _show_variant(out: Console, suggestion: Suggestion, variant: Variant, lang: Lang) -> None:
    words = WORDS[lang]
    _say(out, conclusion_lines(variant, lang))
    if variant.draft is not None:
        out.print(_criteria(variant.draft, lang))
        _say(out, threshold_lines(variant.draft, suggestion.examples, lang))
        out.print(_thresholds(variant.draft, lang))
        if variant.draft.spent:
            out.print(words["spent"].format(names=words["comma"].join(variant.draft.spent)))
    _say(out, sure_lines(variant.study, lang))


def _criteria(draft: Draft, lang: Lang) -> Table:
    words = WORDS[lang]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="")
    table.add_column(words["criterion"], overflow="fold")
    for name in ("points", "good", "of", "rate", "interval", "lift"):
        table.add_column(words[name], justify="right", no_wrap=True)
    for criterion, basis in zip(draft.profile.criteria, draft.bases, strict=True):
        mark = f"{sign('warn')} " if basis.suspicious else ""
        table.add_row(
            f"{mark}{asks_text(criterion, lang)}",
            f"+{criterion.points}",
            f"{basis.good:,}",
            f"{basis.rows:,}",
            percent(basis.rate),
            span(basis.interval),
            f"{basis.lift:.2f}",
        )
    return table


def _thresholds(draft: Draft, lang: Lang) -> Table:
    """What each threshold would do; the chosen one is marked."""
    words = WORDS[lang]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="")
    for name in ("from", "share", "recall", "precision", "lift", "unknown", "times", "met"):
        table.add_column(words[f"curve.{name}"], justify="right")
    for cut in curve(draft.cuts, draft.chosen):
        mark = f"{sign('ok')} " if cut == draft.chosen else ""
        table.add_row(
            f"{mark}{cut.threshold}",
            percent(cut.share),
            percent(cut.recall),
            percent(cut.precision),
            f"{cut.precision * cut.rows / cut.good:.2f}",
            f"{cut.unknown:,}",
            f"{percent(cut.best.rate)} / {percent(cut.worst.rate)}",
            guides_met(cut),
        )
    return table


def _show_doubts(out: Console, suggestion: Suggestion, lang: Lang) -> None:
    words = WORDS[lang]
    told = [*doubts(suggestion.whole, lang)]
    denied = [(n, words[f"denied.{why.value}"]) for n, why in suggestion.examples.denied]
    for title, rows in (("not_named", told), ("denied", denied)):
        if rows:
            out.print()
            out.print(words[title])
            width = max(len(name) for name, _ in rows)
            for name, why in rows:
                out.print(f"  {name.ljust(width)}  {why}")


def _show_missed(out: Console, missed: Sequence[CustomerValue], lang: Lang) -> None:
    words = WORDS[lang]
    if not missed:
        return
    out.print()
    out.print(words["missed"].format(n=f"{len(missed):,}"))
    for one in missed[:_SHOWN]:
        out.print(f"  account:{one.customer}  LTV {one.ltv:,.0f}")
    if len(missed) > _SHOWN:
        out.print(f"  {words['missed.more'].format(n=f'{len(missed) - _SHOWN:,}')}")


def _show_end(out: Console, suggestion: Suggestion, paths: Sequence[Path], lang: Lang) -> None:
    words = WORDS[lang]
    for path in paths:
        out.print(f"{sign('ok')} {words['written'].format(path=path)}")
    if not paths and any(variant.draft for variant in suggestion.variants):
        out.print(words["write"])
    out.print(words["not_applied"])
