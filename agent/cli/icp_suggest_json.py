"""The JSON document of `bbm icp suggest`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from agent.examples import Examples
from agent.suggestion import Suggestion, Variant, share_of_worth
from bbm_core.icp.learn.binning import Among, Level, Span
from bbm_core.icp.learn.draft import Draft
from bbm_core.icp.learn.study import AttributeFigures
from bbm_core.icp.learn.threshold import Cut, guides


def document(suggestion: Suggestion, paths: Sequence[Path]) -> Mapping[str, Any]:
    """Everything that was found, the figures unrounded where they are exact."""
    examples, cautious = suggestion.examples, suggestion.cautious
    return {
        "objective": examples.objective or "label",
        "fallback": examples.fallback
        and {"high": examples.fallback[0], "others": examples.fallback[1]},
        "known_as_of": {known.value: n for known, n in sorted(examples.known.items())},
        "learned_until": examples.decided_until,
        "copies": examples.copies,
        "left_out": examples.goodness.left_out if examples.goodness else {},
        "bad_rows": examples.bad,
        "denied": dict(examples.denied),
        "dropped": examples.dropped,
        **_variant(suggestion.whole, examples),
        "cautious": cautious and {"without": cautious.without, **_variant(cautious, examples)},
        "missed": [{"account": one.customer, "ltv": one.ltv} for one in examples.missed],
        "files": [str(path) for path in paths],
        "applied": False,
    }


def _variant(variant: Variant, examples: Examples) -> Mapping[str, Any]:
    study = variant.study
    return {
        "conclusion": study.conclusion,
        "rows": study.rows,
        "good": study.good,
        "rows_count_as": round(study.rows / study.scale, 2),
        "chance": round(study.chance, 6),
        "auc_unseen": _rounded(study.area),
        "named": [one.name for one in study.named],
        "attributes": [_attribute(one) for one in study.attributes],
        "unfit": dict(study.unfit),
        "draft": variant.draft and _draft(variant.draft, examples),
    }


def _attribute(one: AttributeFigures) -> Mapping[str, Any]:
    return {
        "name": one.name,
        "named": one.named,
        "doubt": one.doubt,
        "suspicious": one.suspicious,
        "form": one.plain.form,
        "unknown": one.unknown,
        "information": _rounded(one.information),
        "auc": _rounded(one.area),
        "chance": _rounded(one.chance),
        "adjusted": _rounded(one.adjusted),
        "stability": one.stability,
        "levels": [
            {
                **_level(level.level),
                "good": level.good,
                "rows": level.rows,
                "rate": _rounded(level.rate),
                "interval": [_rounded(end) for end in level.interval],
                "woe": _rounded(level.woe),
            }
            for level in one.levels
        ],
        "contrasts": [
            {
                **_level(found.level),
                "good": found.good,
                "rows": found.rows,
                "above": found.above,
                "chance": _rounded(found.chance),
                "adjusted": _rounded(found.adjusted),
            }
            for found in one.contrasts
        ],
    }


def _level(level: Level) -> Mapping[str, Any]:
    match level:
        case Span(low, high):
            return {"from": low, "to": high}
        case Among(values):
            return {"values": values}
        case _:
            return {"others": True}


def _draft(draft: Draft, examples: Examples) -> Mapping[str, Any]:
    return {
        "unproven": draft.unproven,
        "profile": draft.profile.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        | {"threshold": draft.profile.threshold},
        "bases": draft.bases,
        "spent": draft.spent,
        "threshold": _cut(draft.chosen),
        "thresholds": [_cut(one) for one in draft.cuts],
        "share_of_worth": _rounded(share_of_worth(draft, examples)),
    }


def _cut(cut: Cut) -> Mapping[str, Any]:
    return {
        "threshold": cut.threshold,
        "rows": cut.rows,
        "good": cut.good,
        "flagged": cut.flagged,
        "flagged_good": cut.flagged_good,
        "unknown": cut.unknown,
        "share": _rounded(cut.share),
        "recall": _rounded(cut.recall),
        "precision": _rounded(cut.precision),
        "tier_a": cut.best,
        "tier_d": cut.worst,
        "guides": {guide.value: met for guide, met in guides(cut).items()},
    }


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 6)
