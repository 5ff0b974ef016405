"""Writes a learned draft as TOML: the profile, and above each part what speaks for it."""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from agent.config.example import literal
from bbm_core.icp.profile import Criterion, Group, Label, Profile

_WIDTH = 96


@dataclass(frozen=True, slots=True)
class Remarks:
    """What stands as a comment: at the head, at the threshold, at each criterion by its id."""

    head: Sequence[str]
    threshold: Sequence[str]
    criteria: Mapping[str, Sequence[str]]


def draft_text(profile: Profile, remarks: Remarks, learned_until: date | None = None) -> str:
    """The file's text, which loads as profiles of a configuration do."""
    lines = [*_comment(remarks.head), ""]
    if learned_until is not None:
        lines += ["[draft]", f"learned_until = {learned_until.isoformat()}", ""]
    lines += [
        "[[icp.profiles]]",
        f"name = {literal(profile.name)}",
        *_comment(remarks.threshold),
        f"threshold = {profile.threshold}",
        f"tiers = {literal(profile.tiers.model_dump())}",
    ]
    for criterion in profile.criteria:
        lines += ["", *_comment(remarks.criteria.get(criterion.id, ())), *_criterion(criterion)]
    for group in profile.groups:
        lines += ["", *_group(group)]
    return "\n".join(lines) + "\n"


def _criterion(one: Criterion) -> Iterator[str]:
    yield "[[icp.profiles.criteria]]"
    yield f"id = {literal(one.id)}"
    if one.label is not None:
        yield f"label = {_label(one.label)}"
    yield f"attribute = {literal(one.attribute)}"
    yield f"{one.operator} = {literal(one.operand)}"
    yield f"role = {literal(one.role.value)}"
    yield f"points = {one.points}"
    if one.group is not None:
        yield f"group = {literal(one.group)}"


def _group(one: Group) -> Iterator[str]:
    yield "[[icp.profiles.groups]]"
    yield f"id = {literal(one.id)}"
    if one.label is not None:
        yield f"label = {_label(one.label)}"
    yield f"cap = {one.cap}"


def _label(label: Label) -> str:
    words: Mapping[str, Any] = {"en": label.en, **({"ja": label.ja} if label.ja else {})}
    return literal(words if label.ja else label.en)


def _comment(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        # A line break or another sign that TOML refuses in a comment is shown as a blank.
        plain = "".join(sign if sign.isprintable() else " " for sign in text)
        yield from (f"# {line}" for line in textwrap.wrap(plain, _WIDTH - 2)) if plain else ("#",)
