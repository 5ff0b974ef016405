"""What a check answers: where it stands, in words, with figures, what it lacks, what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class CheckName(StrEnum):
    """The checks, in the order of the problems they look for."""

    MORE_LEADS = "more-leads"
    ALIGNMENT = "alignment"
    FLIPS = "flips"
    MARKETS = "markets"
    CONCENTRATION = "concentration"
    MODE = "mode"


class Standing(StrEnum):
    """What a check found."""

    GOOD = "good"
    WATCH = "watch"  # worth a look
    PROBLEM = "problem"
    UNCLEAR = "unclear"  # an input is missing, or there is too little


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure under its name."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One check's answer, in the reader's language; `body` is the same for programs."""

    check: CheckName
    standing: Standing
    finding: tuple[str, ...]  # sentences, the verdict first
    figures: tuple[Figure, ...] = ()
    missing: tuple[str, ...] = ()  # inputs it does not have, and where to name them
    advice: tuple[str, ...] = ()
    body: Mapping[str, Any] = field(default_factory=dict)
