"""What a profile says and how two profiles differ, in words, English and Japanese."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from bbm_core.icp.operators import plain_text
from bbm_core.icp.profile import (
    Criterion,
    Group,
    Lang,
    OnMissing,
    Profile,
    Role,
    criterion_meaning,
)

_EN: Final = MappingProxyType(
    {
        "in": "is one of {values}",
        "not_in": "is none of {values}",
        "equals": "is {values}",
        "at_least": "is at least {values}",
        "at_most": "is at most {values}",
        "between": "is between {low} and {high}",
        "has_word": "has one of the words {values}",
        "has_all_words": "has all of the words {values}",
        "is_true": "is on",
        "is_true_not": "is off",
        "is_set": "has a value",
        "is_set_not": "has no value",
        "within_days": "is at most {values} days ago",
        "older_than_days": "is more than {values} days ago",
        "after": "is after {values}",
        "before": "is before {values}",
        "domain_in": "belongs to one of {values}",
        "free_mail": "is at a free mail provider",
        "free_mail_not": "is not at a free mail provider",
        "corporate_number_valid": "is a valid corporate number",
        "corporate_number_valid_not": "is not a valid corporate number",
        "must": "required",
        "must_points": "required, {points} points",
        "plus": "+{points} points",
        "minus": "−{points} points",
        "exclude": "excludes",
        "neutral": "a missing value means nothing",
        "miss": "a missing value counts as not met",
        "group": "in the group {group}",
        "comma": ", ",
        "criterion": "{label} {asks} ({what})",
        "threshold": "score of an ICP",
        "tiers": "tiers",
        "tier_cuts": "A from {A}, B from {B}, C from {C}",
        "cap": "group {group}",
        "at_most_points": "at most {points} points",
        "profile": "profile {name}",
        "order": "order of the criteria",
        "profiles": "order of the profiles",
        "rearranged": "rearranged",
        "added": "added: {what}",
        "removed": "removed: {what}",
        "changed": "changed: {before} → {after}",
        "new_profile": "added: {count} criteria, ICP from a score of {threshold}",
        "old_profile": "removed",
    }
)
_JA: Final = MappingProxyType(
    {
        "in": "が{values}のいずれか",
        "not_in": "が{values}のいずれでもない",
        "equals": "が{values}",
        "at_least": "が{values}以上",
        "at_most": "が{values}以下",
        "between": "が{low}以上{high}以下",
        "has_word": "に{values}のいずれかの語がある",
        "has_all_words": "に{values}のすべての語がある",
        "is_true": "がオン",
        "is_true_not": "がオフ",
        "is_set": "に値がある",
        "is_set_not": "に値がない",
        "within_days": "が{values}日以内",
        "older_than_days": "が{values}日より前",
        "after": "が{values}より後",
        "before": "が{values}より前",
        "domain_in": "のドメインが{values}のいずれか",
        "free_mail": "がフリーメール",
        "free_mail_not": "がフリーメールではない",
        "corporate_number_valid": "が正しい法人番号",
        "corporate_number_valid_not": "が正しい法人番号ではない",
        "must": "必須",
        "must_points": "必須、{points}点",
        "plus": "+{points}点",
        "minus": "−{points}点",
        "exclude": "対象外",
        "neutral": "値がなければ問わない",
        "miss": "値がなければ満たさない",
        "group": "グループ{group}",
        "comma": "、",
        "criterion": "{label}{asks}({what})",
        "threshold": "ICPとする点数",
        "tiers": "ランク",
        "tier_cuts": "Aは{A}点、Bは{B}点、Cは{C}点から",
        "cap": "グループ{group}",
        "at_most_points": "最大{points}点",
        "profile": "プロファイル{name}",
        "order": "条件の順序",
        "profiles": "プロファイルの順序",
        "rearranged": "入れ替え",
        "added": "追加:{what}",
        "removed": "削除:{what}",
        "changed": "変更:{before} → {after}",
        "new_profile": "追加:条件{count}件、{threshold}点からICP",
        "old_profile": "削除",
    }
)
_WORDS: Final[Mapping[Lang, Mapping[str, str]]] = {"en": _EN, "ja": _JA}


class Kind(StrEnum):
    """What became of a part of the definition."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of the definition that is another one now. Texts are empty where there is none."""

    kind: Kind
    profile: str
    part: str  # a criterion's id, or threshold, tiers, order; empty: the profile as a whole
    name: str  # as people call it
    before: str
    after: str

    def text(self, lang: Lang = "en") -> str:
        """What happened to it, without its name."""
        words = _WORDS[lang]
        if not self.part:
            return self.after or self.before
        if self.kind is Kind.CHANGED:
            return words["changed"].format(before=self.before, after=self.after)
        return words[self.kind.value].format(what=self.after or self.before)


def criterion_text(criterion: Criterion, lang: Lang = "en") -> str:
    """What a criterion asks and what meeting it means: "Employees is at least 300 (+20 points)"."""
    return _WORDS[lang]["criterion"].format(
        label=criterion.title.text(lang),
        asks=_asks(criterion, lang),
        what=_WORDS[lang]["comma"].join(_means(criterion, lang)),
    )


def asks_text(criterion: Criterion, lang: Lang = "en") -> str:
    """What a criterion asks, without what meeting it means: "Employees is at least 300"."""
    between = " " if lang == "en" else ""
    return f"{criterion.title.text(lang)}{between}{_asks(criterion, lang)}"


def differences(
    old: Sequence[Profile], new: Sequence[Profile], lang: Lang = "en"
) -> tuple[Difference, ...]:
    """What changed from one definition to the other; nothing where both ask the same."""
    before, after = ({one.name: one for one in profiles} for profiles in (old, new))
    found: list[Difference] = []
    for name in dict.fromkeys([*before, *after]):
        one, other = before.get(name), after.get(name)
        if one is not None and other is not None:
            found += _within(one, other, lang)
        else:
            found.append(_whole(one, other, lang))
    kept = [name for name in before if name in after]
    if kept != [name for name in after if name in before]:
        words = _WORDS[lang]
        was, now = ", ".join(before), ", ".join(after)
        found.append(Difference(Kind.CHANGED, "", "order", words["profiles"], was, now))
    return tuple(found)


def _asks(criterion: Criterion, lang: Lang) -> str:
    words, operand = _WORDS[lang], criterion.operand
    if operand is False:
        return words[f"{criterion.operator}_not"]
    if criterion.operator == "between":
        low, high = (_value(one) for one in operand)
        return words["between"].format(low=low, high=high)
    values = operand if isinstance(operand, tuple) else (operand,)
    return words[criterion.operator].format(values=words["comma"].join(map(_value, values)))


def _value(value: Any) -> str:
    return f"{value:,}" if type(value) is int else plain_text(value)


def _means(criterion: Criterion, lang: Lang) -> Iterator[str]:
    words = _WORDS[lang]
    has_points = criterion.role is Role.MUST and criterion.points
    key = "must_points" if has_points else criterion.role.value
    yield words[key].format(points=criterion.points)
    if criterion.group:
        yield words["group"].format(group=criterion.group)
    if criterion.on_missing is not OnMissing.UNKNOWN:
        yield words[criterion.on_missing.value]


def _whole(old: Profile | None, new: Profile | None, lang: Lang) -> Difference:
    words = _WORDS[lang]
    if new is not None:
        text = words["new_profile"].format(count=len(new.criteria), threshold=new.threshold)
        name = words["profile"].format(name=new.name)
        return Difference(Kind.ADDED, new.name, "", name, "", text)
    gone = "" if old is None else old.name
    name = words["profile"].format(name=gone)
    return Difference(Kind.REMOVED, gone, "", name, words["old_profile"], "")


def _within(old: Profile, new: Profile, lang: Lang) -> Iterator[Difference]:
    words = _WORDS[lang]
    before, after = _settings(old, lang), _settings(new, lang)
    for part, (name, text) in after.items():
        was = before[part][1]
        if was != text:
            yield Difference(Kind.CHANGED, new.name, part, name, was, text)
    yield from _groups(old, new, lang)
    yield from _criteria(old, new, lang)
    kept = [c.id for c in old.criteria if any(c.id == n.id for n in new.criteria)]
    if kept != [c.id for c in new.criteria if c.id in set(kept)]:
        what = words["rearranged"]
        yield Difference(Kind.CHANGED, new.name, "order", words["order"], ", ".join(kept), what)


def _settings(profile: Profile, lang: Lang) -> Mapping[str, tuple[str, str]]:
    words = _WORDS[lang]
    cuts = words["tier_cuts"].format(**dict(profile.tiers.cuts()))
    return {
        "threshold": (words["threshold"], str(profile.threshold)),
        "tiers": (words["tiers"], cuts),
    }


def _groups(old: Profile, new: Profile, lang: Lang) -> Iterator[Difference]:
    before, after = ({one.id: one for one in profile.groups} for profile in (old, new))
    for name in dict.fromkeys([*before, *after]):
        was, text = _cap(before.get(name), lang), _cap(after.get(name), lang)
        if was != text:
            label = _WORDS[lang]["cap"].format(group=name)
            yield Difference(_kind(was, text), new.name, f"group {name}", label, was, text)


def _cap(group: Group | None, lang: Lang) -> str:
    return "" if group is None else _WORDS[lang]["at_most_points"].format(points=group.cap)


def _criteria(old: Profile, new: Profile, lang: Lang) -> Iterator[Difference]:
    """Compared by what they ask: another label is no other criterion."""
    before, after = ({one.id: one for one in profile.criteria} for profile in (old, new))
    for name in dict.fromkeys([*before, *after]):
        one, other = before.get(name), after.get(name)
        was, text = _said(one, other, lang), _said(other, other, lang)
        if one and other and was == text:
            if criterion_meaning(one) == criterion_meaning(other):
                continue
            # Only what it looks at differs, or a number became a text.
            was, text = f"{was} [{one.attribute}]", f"{text} [{other.attribute}]"
        shown = other or one
        label = name if shown is None else shown.title.text(lang)
        yield Difference(_kind(was, text), new.name, name, label, was, text)


def _said(criterion: Criterion | None, named_as: Criterion | None, lang: Lang) -> str:
    """The criterion in words, under the label it has now."""
    if criterion is None:
        return ""
    label = criterion.label if named_as is None else named_as.title
    return criterion_text(criterion.model_copy(update={"label": label}), lang)


def _kind(before: str, after: str) -> Kind:
    if before and after:
        return Kind.CHANGED
    return Kind.ADDED if after else Kind.REMOVED
