"""A suggestion for the ICP: the study of the examples, and the draft with and without a doubt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from agent.examples import Examples
from bbm_core.icp.classify import Classifier, Flag
from bbm_core.icp.learn.draft import Draft, draft
from bbm_core.icp.learn.study import Study, study
from bbm_core.records import Value


@dataclass(frozen=True, slots=True)
class Variant:
    """A study and the draft it speaks for; `without` names attributes that it was not shown."""

    study: Study
    draft: Draft | None
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What was learned, and the same without the attributes that look like the outcome itself."""

    examples: Examples
    whole: Variant
    cautious: Variant | None = None

    @property
    def variants(self) -> tuple[Variant, ...]:
        return (self.whole,) if self.cautious is None else (self.whole, self.cautious)


def suggest(examples: Examples, name: str = "learned") -> Suggestion:
    """Learn from the examples.

    An attribute that alone tells nearly everything is marked, and the draft is made a second time
    without it: it may be the outcome in other words, or the best thing to know of a customer.
    """
    whole = _variant(examples, name)
    doubtful = tuple(sorted(one.name for one in whole.study.attributes if one.suspicious))
    cautious = _variant(examples, f"{name}-cautious", doubtful) if doubtful else None
    return Suggestion(examples, whole, cautious)


def _variant(examples: Examples, name: str, without: tuple[str, ...] = ()) -> Variant:
    found = study(examples.sample.without(without))
    labels = {one.name: one.label for one in examples.sample.attributes if one.label is not None}
    return Variant(found, draft(found, name, labels), without)


def share_of_worth(one: Draft, examples: Examples) -> float | None:
    """The share of all worth that the flagged rows hold; None where no row has a worth."""
    known = [worth for worth in examples.worth if worth is not None and worth > 0]
    if not known:
        return None
    # No operator of a learned profile asks for the day.
    classifier, today = Classifier([one.profile]), date(2000, 1, 1)
    flagged = (
        worth
        for worth, row in zip(examples.worth, _rows(examples), strict=True)
        if worth is not None and worth > 0 and classifier.judge(row, today).flag is Flag.YES
    )
    return sum(flagged) / sum(known)


def _rows(examples: Examples) -> Sequence[dict[str, Value]]:
    attributes = examples.sample.attributes
    return [
        {name.name: value for name, value in zip(attributes, row, strict=True) if value is not None}
        for row in zip(*(one.values for one in attributes), strict=True)
    ]
