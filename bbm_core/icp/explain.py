"""Verdicts in words, in English and Japanese: one line for the CRM, and the whole breakdown.

The line is `[score]. [what adds, most first]. [what does not]. Missing: [attributes].`, and the
points in brackets sum to the score. It is CRM text: a plain hyphen for minus, so that people can
search it, and where the field ends it is cut between two items.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bbm_core.icp.classify import Flag, Reason, Verdict
from bbm_core.icp.display import Form, printable, shorten, width
from bbm_core.icp.engagement import Heat
from bbm_core.icp.logic import Match
from bbm_core.icp.profile import Label, Lang, Role
from bbm_core.icp.wording import WORDS

FIELD_LIMIT = 255
"""The length of the CRM's text fields."""

Labels = Mapping[str, Label]
"""What people call the attributes; an attribute without one is called as its criterion is."""


def reason_line(
    verdict: Verdict,
    lang: Lang = "en",
    limit: int = FIELD_LIMIT,
    labels: Labels | None = None,
) -> str:
    """Why the verdict is what it is, in one line."""
    return _fitted(_Speaker(lang, labels).sentences(verdict), WORDS[lang], limit)


def missing_line(
    verdict: Verdict,
    labels: Labels | None = None,
    lang: Lang = "en",
    limit: int = FIELD_LIMIT,
) -> str:
    """What to fill in, the weightiest first; empty if nothing is missing."""
    names = _Speaker(lang, labels).missing(verdict)
    return _fitted([_Sentence("", names, "")], WORDS[lang], limit) if names else ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's decision about a record, which counts in place of the verdict."""

    flag: Flag
    reason: str = ""
    until: date | None = None


def override_line(
    decision: Decision, verdict: Verdict, lang: Lang = "en", limit: int = FIELD_LIMIT
) -> str:
    """That a person decided, why and until when, and what BBM itself says."""
    frame = width(_decided("x", decision, verdict, lang)) - 1
    because = shorten(printable(decision.reason), max(0, limit - frame))
    return shorten(_decided(because, decision, verdict, lang), limit)


def _decided(because: str, decision: Decision, verdict: Verdict, lang: Lang) -> str:
    words, until = WORDS[lang], decision.until
    return words["override"].format(
        flag=flag_text(decision.flag, lang),
        until=words["until"].format(day=_day(until.isoformat(), lang)) if until else "",
        because=words["because"].format(reason=because) if because else "",
        own=flag_text(verdict.flag, lang),
        score=verdict.raw,
    )


def flag_text(flag: Flag, lang: Lang = "en") -> str:
    """The flag as people read it."""
    return WORDS[lang]["unknown_flag" if flag is Flag.UNKNOWN else flag.value]


def breakdown(verdict: Verdict, lang: Lang = "en") -> tuple[str, ...]:
    """What every criterion said, one line each, in the profile's order."""
    speaker = _Speaker(lang, None)
    return tuple(speaker.detail(reason) for reason in verdict.reasons)


def activity_text(what: str) -> str:
    """A kind of activity as people read it."""
    return what.replace("_", " ")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """Items between a head and a tail; `last` joins the last two where all of them fit."""

    head: str
    items: Sequence[str]
    tail: str
    last: str | None = None


class _Speaker:
    """Puts parts of a verdict into the words of one language."""

    def __init__(self, lang: Lang, labels: Labels | None) -> None:
        self._lang = lang
        self._words = WORDS[lang]
        self._labels = labels or {}

    def sentences(self, verdict: Verdict) -> list[_Sentence]:
        """Fit first, unless heat is why the flag is another than that of fit."""
        if verdict.heat is None or verdict.fit is None:
            return self._of_fit(verdict)
        of_fit = self._of_fit(replace(verdict, flag=verdict.fit))
        if verdict.fit is Flag.NO:
            return of_fit
        warmth = self._warmth(verdict.heat, verdict.fit)
        return [*of_fit, *warmth] if verdict.heat.is_hot else [*warmth, *of_fit]

    def _warmth(self, heat: Heat, fit: Flag) -> Iterable[_Sentence]:
        words, kinds = self._words, [one for one in heat.shares if one.points]
        key = {True: "hot", False: "cold", None: "heat_unknown"}[heat.is_hot]
        if key != "hot" and fit is Flag.YES:
            yield _Sentence(words["fits"], (), "")
        head = words[key].format(points=heat.points, needed=heat.needed, level=heat.level)
        items = [
            words["points"].format(what=activity_text(one.what), points=f"{one.points:+d}")
            for one in kinds
        ]
        yield _Sentence(head + (words["by"] if items else ""), items, words["stop"])

    def _of_fit(self, verdict: Verdict) -> list[_Sentence]:
        if verdict.excluded_by or verdict.missed:
            return [
                *self._ruled("excluded", verdict.excluded_by, verdict.reasons),
                *self._ruled("missed", verdict.missed, verdict.reasons),
            ]
        if verdict.flag is Flag.UNKNOWN:
            return [self._undecided(verdict), *self._so_far(verdict)]
        return self._scored(verdict)

    def _scored(self, verdict: Verdict) -> list[_Sentence]:
        words = self._words
        shown = self._adding(verdict), self._not_adding(verdict)
        return [
            _Sentence(words["score"].format(score=verdict.raw), (), ""),
            *(_Sentence("", items, words["stop"]) for items in shown if items),
            *self._missing_sentence(verdict),
        ]

    def _missing_sentence(self, verdict: Verdict) -> Iterable[_Sentence]:
        if names := self.missing(verdict):
            yield _Sentence(self._words["missing"], names, self._words["stop"])

    def _so_far(self, verdict: Verdict) -> Iterable[_Sentence]:
        taking = [r for r in verdict.reasons if r.points < 0]
        items = [*self._adding(verdict), *map(self._pointed, taking)]
        if items:
            head = self._words["so_far"].format(score=verdict.raw)
            yield _Sentence(head, items, self._words["stop"])

    def _adding(self, verdict: Verdict) -> list[str]:
        """What met its criterion, by points; only must criteria without points show none."""
        adding = [r for r in verdict.reasons if _adds(r)]
        return [self._pointed(r) for r in sorted(adding, key=lambda r: -r.points)]

    def _not_adding(self, verdict: Verdict) -> list[str]:
        """What took points away and, unless the record fits anyway, what gave none."""
        taking = [r for r in verdict.reasons if r.points < 0]
        idle = [r for r in verdict.reasons if _is_idle(r)] if verdict.flag is Flag.NO else []
        return [self._pointed(r) for r in (*taking, *idle)]

    def _undecided(self, verdict: Verdict) -> _Sentence:
        words, names = self._words, self.missing(verdict)
        reach = words["reach"].format(low=verdict.low, high=verdict.high)
        tail = words[self._lack(verdict)] + (reach if verdict.low < verdict.high else "")
        return _Sentence(words["undecided"], names, tail + words["stop"], words["and"])

    @staticmethod
    def _lack(verdict: Verdict) -> str:
        """Whether what is missing is not there at all or there but not clear enough."""
        unknown = [r for r in verdict.reasons if r.attribute in verdict.missing]
        unclear = {r.attribute for r in unknown if r.value is not None}
        if unclear and len(unclear) < len(verdict.missing):
            return "mixed"
        number = "one" if len(verdict.missing) == 1 else "all"
        return f"{number}_unclear" if unclear else f"{number}_empty"

    def missing(self, verdict: Verdict) -> list[str]:
        return [self._attribute(name, verdict.reasons) for name in verdict.missing]

    def _attribute(self, name: str, reasons: Sequence[Reason]) -> str:
        if name in self._labels:
            return self._labels[name].text(self._lang)
        # A criterion that asks for the attribute names it better than one that bars a value of it.
        asking = [r for r in reasons if r.attribute == name]
        best = min(asking, key=lambda r: r.role is Role.EXCLUDE)
        return best.label.text(self._lang)

    def _ruled(
        self, head: str, ids: Sequence[str], reasons: Sequence[Reason]
    ) -> Iterable[_Sentence]:
        if ids:
            rules = [r for r in reasons if r.criterion in ids]
            items = [self._words["rule"].format(what=self.what(r), rule=r.criterion) for r in rules]
            yield _Sentence(self._words[head], items, self._words["stop"])

    def _pointed(self, reason: Reason) -> str:
        if reason.role is Role.MUST and not reason.points and reason.match is Match.MATCH:
            return self.what(reason)
        points = f"{reason.points:+d}" if reason.points else "0"
        return self._words["points"].format(what=self.what(reason), points=points)

    def what(self, reason: Reason) -> str:
        """The criterion's label with the record's value."""
        words, label = self._words, reason.label.text(self._lang)
        if reason.form is Form.FACT:
            return label
        if reason.value is None:
            return words["no_value"].format(label=label)
        if reason.form is Form.TEXT:
            return words["text"].format(label=label, value=reason.value)
        return words["number"].format(label=label, value=self._measured(reason, reason.value))

    def _measured(self, reason: Reason, value: str) -> str:
        if reason.form is Form.DATE:
            return _day(value, self._lang)
        unit = reason.unit.ja if self._lang == "ja" else reason.unit.en
        # A text such as 約1,200名 brings its own unit.
        bare = value[-1:].isdigit() and unit
        return self._words["unit"].format(value=value, unit=unit) if bare else value

    def detail(self, reason: Reason) -> str:
        key = _detail_key(reason)
        return self._words[key].format(what=self.what(reason)) if key else self._pointed(reason)


def _detail_key(reason: Reason) -> str:
    """The sentence of the breakdown; empty where the points say it all."""
    if reason.neutral:
        return "neutral"
    if reason.match is Match.UNKNOWN:
        return "unknown"
    if reason.role is Role.EXCLUDE:
        return "excludes" if reason.match is Match.MATCH else "excludes_not"
    if reason.role is Role.MUST and not reason.points:
        return "is_met" if reason.match is Match.MATCH else "is_missed"
    return ""


def _adds(reason: Reason) -> bool:
    return reason.points > 0 or (reason.role is Role.MUST and reason.match is Match.MATCH)


def _is_idle(reason: Reason) -> bool:
    return reason.role is Role.PLUS and reason.match is Match.MISS


def _day(iso: str, lang: Lang) -> str:
    return iso.replace("-", "/") if lang == "ja" else iso


def _fitted(sentences: Sequence[_Sentence], words: Mapping[str, str], limit: int) -> str:
    """As many items as fit, and how many more there are."""
    items = sum(len(sentence.items) for sentence in sentences)
    whole = _rendered(sentences, words, items)
    if width(whole) <= limit:
        return whole
    cuts = (_rendered(sentences, words, kept) for kept in range(items - 1, 0, -1))
    return next((cut for cut in cuts if width(cut) <= limit), shorten(whole, limit))


def _rendered(sentences: Sequence[_Sentence], words: Mapping[str, str], kept: int) -> str:
    """The sentences with their first `kept` items; the rest is counted after the last of them."""
    left = sum(len(sentence.items) for sentence in sentences) - kept
    texts = []
    for sentence in sentences:
        items = sentence.items[:kept]
        kept -= len(items)
        if sentence.items and not items:
            break
        is_cut = left and not kept
        more = words["more"].format(count=left) if is_cut else ""
        joined = _joined(items, words["comma"], None if is_cut else sentence.last)
        texts.append(f"{sentence.head}{joined}{more}{sentence.tail}")
    return words["space"].join(texts)


def _joined(items: Sequence[str], comma: str, last: str | None) -> str:
    if last is None or len(items) < 2:  # noqa: PLR2004 - "and" stands between two
        return comma.join(items)
    return comma.join(items[:-1]) + last + items[-1]
