"""What was learned, in sentences: for the terminal and for the head of a draft."""

from collections.abc import Iterator

from agent.cli.icp_suggest_words import WORDS, odds, source
from agent.cli.table import percent
from agent.examples import Examples
from agent.suggestion import Suggestion, Variant, share_of_worth
from bbm_core.icp.learn.draft import Draft
from bbm_core.icp.learn.study import STANDARD, Conclusion, Doubt, Study
from bbm_core.icp.learn.threshold import Cut, curve, guides
from bbm_core.icp.profile import Lang

_EXAMPLES = 6


def origin_lines(examples: Examples, study: Study, lang: Lang) -> Iterator[str]:
    """What the rows are, how many of them are good, and what did not count."""
    words = WORDS[lang]
    counts = words["counts"].format(
        rows=f"{study.rows:,}", good=f"{study.good:,}", base=percent(study.base)
    )
    yield f"{counts}{words['stop']}{source(examples, lang)}{words['end']}"
    if examples.fallback:
        high, low = examples.fallback
        yield words["fallback"].format(high=high, low=low)
    if examples.known:
        parts = [
            words[f"known.{known.value}"].format(n=f"{n:,}")
            for known, n in sorted(examples.known.items())
        ]
        yield words["known"].format(what=words["comma"].join(parts))
    yield from _left_out(examples, lang)
    if study.scale > 1.05:  # noqa: PLR2004 - less is not worth a sentence
        effective = round(study.rows / study.scale)
        yield words["scale"].format(rows=f"{study.rows:,}", effective=f"{effective:,}")


def _left_out(examples: Examples, lang: Lang) -> Iterator[str]:
    words = WORDS[lang]
    if examples.copies:
        yield words["copies"].format(n=f"{examples.copies:,}")
    if examples.goodness and examples.goodness.left_out:
        out = examples.goodness.left_out
        what = [f"{text or words['none']} ({n:,})" for text, n in list(out.items())[:_EXAMPLES]]
        yield words["left_out"].format(n=f"{sum(out.values()):,}", what=words["comma"].join(what))
    if examples.bad:
        first = examples.bad[0]
        yield words["bad"].format(n=len(examples.bad), line=first.line, why=first.why)


def conclusion_lines(variant: Variant, lang: Lang) -> Iterator[str]:
    """What the study came to, in a sentence or two."""
    words, study = WORDS[lang], variant.study
    match study.conclusion:
        case Conclusion.NAMED:
            yield words["named"]
        case Conclusion.NOTHING:
            by_chance = {one.doubt for one in study.attributes} <= {Doubt.CHANCE}
            yield words["nothing"]
            if study.attributes:
                chance = words["nothing.chance"].format(
                    chance=odds(study.chance), most=odds(STANDARD.chance_at_all)
                )
                yield chance if by_chance else words["nothing.rest"]
        case Conclusion.TOO_FEW:
            yield words["too_few"].format(good=study.good, bad=study.rows - study.good)
            yield words["too_few.some" if variant.draft else "too_few.none"]
        case Conclusion.ONE_SIDED:
            side = words["side.good" if study.good else "side.bad"]
            key = "one_sided" if study.rows else "no_rows"
            yield words[key].format(rows=f"{study.rows:,}", side=side)


def sure_lines(study: Study, lang: Lang) -> Iterator[str]:
    """How sure it is, and how well it orders customers that it has not seen."""
    words = WORDS[lang]
    if study.conclusion is Conclusion.NAMED:
        yield words["chance"].format(chance=odds(study.chance))
    if study.card is not None and not study.card.converged:
        yield words["restless"]
    if study.area is not None:
        yield words["area"].format(area=f"{study.area:.2f}")


def threshold_lines(one: Draft, examples: Examples, lang: Lang) -> Iterator[str]:
    """The threshold, why it is this one, and how it stands to what others go by."""
    words, cut = WORDS[lang], one.chosen
    yield words["threshold"].format(
        threshold=cut.threshold,
        share=percent(cut.share),
        recall=percent(cut.recall),
        precision=percent(cut.precision),
        base=percent(cut.good / cut.rows),
        unknown=f"{cut.unknown:,}",
    )
    worth = share_of_worth(one, examples)
    if worth is not None:
        yield words["worth"].format(share=percent(worth))
    yield words["threshold.why"]
    yield words["guide"].format(lines=words["semicolon"].join(_guides(one, lang)))


def _guides(one: Draft, lang: Lang) -> Iterator[str]:
    words, cut = WORDS[lang], one.chosen
    rates = {"best": percent(cut.best.rate), "worst": percent(cut.worst.rate)}
    for guide, holds in guides(cut).items():
        line = words[f"guide.{guide.value}"].format(**rates)
        yield words["guide.line"].format(line=line, met=words["met" if holds else "not_met"])


def other_cuts(one: Draft, lang: Lang) -> Iterator[str]:
    """What other thresholds would do, from few rows flagged to most."""
    words = WORDS[lang]
    for cut in curve(one.cuts, one.chosen):
        if cut != one.chosen:
            yield words["cut"].format(
                threshold=cut.threshold,
                share=percent(cut.share),
                recall=percent(cut.recall),
                precision=percent(cut.precision),
                met=guides_met(cut),
            )


def guides_met(cut: Cut) -> str:
    """How many of the guide lines a threshold meets."""
    met = guides(cut).values()
    return f"{sum(met)}/{len(met)}"


def doubts(variant: Variant, lang: Lang) -> Iterator[tuple[str, str]]:
    """Each attribute that is not named, and why."""
    words = WORDS[lang]
    for one in variant.study.attributes:
        if one.doubt is not None:
            yield (
                one.name,
                words[f"doubt.{one.doubt.value}"].format(
                    chance=odds(one.chance),
                    information=f"{one.information:.3f}",
                    stability=percent(one.stability, 0),
                ),
            )
    for name, unfit in variant.study.unfit:
        yield name, words[f"unfit.{unfit.value}"]


def suspicion(suggestion: Suggestion, lang: Lang) -> Iterator[str]:
    """What looks like the outcome in other words."""
    if suggestion.cautious is not None:
        names = WORDS[lang]["comma"].join(suggestion.cautious.without)
        yield WORDS[lang]["suspicious"].format(names=names)
