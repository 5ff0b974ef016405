"""The draft files of `bbm icp suggest`: one with every attribute, one without the suspicious."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from agent.cli.icp_suggest_lines import (
    conclusion_lines,
    origin_lines,
    other_cuts,
    sure_lines,
    suspicion,
    threshold_lines,
)
from agent.cli.icp_suggest_words import WORDS
from agent.cli.table import percent, span
from agent.drafting import Remarks, draft_text
from agent.suggestion import Suggestion, Variant
from bbm_core.errors import ConfigError
from bbm_core.icp.learn.draft import Basis, Draft
from bbm_core.icp.profile import Lang


def save(suggestion: Suggestion, out: Path, lang: Lang) -> Sequence[Path]:
    """Write each draft that there is; the cautious one beside the other.

    Raises:
        ConfigError: the file cannot be written.
    """
    written = []
    for variant in suggestion.variants:
        if variant.draft is None:
            continue
        path = out.with_suffix(".cautious.toml") if variant.without else out
        text = _text(suggestion, variant, variant.draft, lang)
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise ConfigError(
                f"{path} cannot be written: {error.strerror}.",
                hint="Name a file in a folder that this user may write to.",
                code="BBM-LN-006",
            ) from error
        written.append(path)
    return written


def _text(suggestion: Suggestion, variant: Variant, draft: Draft, lang: Lang) -> str:
    examples = suggestion.examples
    remarks = Remarks(
        head=[*_head(suggestion, variant, draft, lang)],
        threshold=[
            *threshold_lines(draft, examples, lang),
            *_others(draft, lang),
        ],
        criteria={basis.criterion: [*_basis(basis, lang)] for basis in draft.bases},
    )
    return draft_text(draft.profile, remarks, examples.decided_until)


def _head(suggestion: Suggestion, variant: Variant, draft: Draft, lang: Lang) -> Iterator[str]:
    words = WORDS[lang]
    yield words["draft"]
    yield ""
    yield from origin_lines(suggestion.examples, variant.study, lang)
    if draft.unproven:
        yield from conclusion_lines(variant, lang)
    yield from sure_lines(variant.study, lang)
    yield words["draft.rates"]
    if variant.without:
        yield words["without"].format(names=words["comma"].join(variant.without)).rstrip(":")
    else:
        yield from suspicion(suggestion, lang)


def _others(draft: Draft, lang: Lang) -> Iterator[str]:
    others = [*other_cuts(draft, lang)]
    if others:
        yield WORDS[lang]["or"]
        yield from (f"- {line}" for line in others)


def _basis(basis: Basis, lang: Lang) -> Iterator[str]:
    words = WORDS[lang]
    mark = f"{words['suspicious.mark'].upper()}. " if basis.suspicious else ""
    yield mark + words["basis"].format(
        good=f"{basis.good:,}",
        rows=f"{basis.rows:,}",
        rate=percent(basis.rate),
        interval=span(basis.interval),
        known=f"{basis.known:,}",
        base=percent(basis.known_good / basis.known),
        lift=f"{basis.lift:.2f}",
    )
