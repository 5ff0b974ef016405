"""Proposes a configuration from what a CRM says of itself: stages, kinds, attributes.

The meaning that the CRM gives a status comes first (converted, won, closed), then the words in it.
What neither tells stays outside the funnel and is listed: nothing is guessed.
"""

import copy
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bbm_core.records import RecordKind
from connectors.contract import KindInfo, StatusOption

Kinds = Mapping[RecordKind, KindInfo]
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outside:
    """A status that no stage of the proposal names."""

    kind: RecordKind
    status: str
    label: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """The values of a configuration, and what was left out of it."""

    values: Values
    outside: tuple[Outside, ...] = ()
    left_out: tuple[str, ...] = ()  # settings of the example that this CRM has no field for


@dataclass(frozen=True, slots=True)
class _Words:
    """Whole words and, where words are not set apart by blanks, parts of them."""

    whole: frozenset[str]
    parts: tuple[str, ...]

    def are_in(self, text: str) -> bool:
        tokens = _tokens(text)
        before = ("", *tokens)
        said = (
            token
            for previous, token in zip(before, tokens, strict=False)
            if previous not in _NEGATIONS
        )
        return any(token in self.whole for token in said) or any(p in text for p in self.parts)


_NEGATIONS = frozenset({"no", "non", "not"})
_GONE = _Words(
    frozenset({"bad", "churned", "closed", "dead", "disqualified", "duplicate", "ex", "former"})
    | frozenset({"inactive", "invalid", "junk", "lost", "past", "recycled", "rejected", "spam"})
    | frozenset({"unqualified"}),
    ("失注", "対象外", "除外", "解約", "休眠", "失効", "元顧客", "無効"),
)
_FIRST = _Words(
    frozenset({"fresh", "inbound", "lead", "new", "open", "raw", "subscriber", "untouched"}),
    ("新規", "未対応", "未着手", "未コンタクト", "未接触", "獲得"),
)
_NURTURED = _Words(
    frozenset({"attempted", "attempting", "connected", "contacted", "engaged", "mql"})
    | frozenset({"marketingqualifiedlead", "nurture", "nurtured", "nurturing"})
    | frozenset({"progress", "warm", "working"}),
    ("育成", "ナーチャリング", "対応中", "コンタクト済", "接触済", "アプローチ中"),
)
_HANDED = _Words(
    frozenset({"accepted", "qualified", "sal", "salesqualifiedlead", "sql"}),
    ("送客", "引き渡し", "引渡", "営業対応", "有望", "アポ獲得", "商談化"),
)
_CUSTOMER = _Words(
    frozenset({"client", "clients", "customer", "customers"}), ("顧客", "取引中", "契約中")
)


def propose(example: Values, kinds: Kinds) -> Proposal:
    """The example configuration, fitted to a CRM that has these kinds."""
    values = copy.deepcopy(example)
    gone = [kind for kind in values["kinds"] if kind not in kinds]
    values["kinds"] = {k: v for k, v in values["kinds"].items() if k in kinds}
    left_out = [f"kinds.{kind}" for kind in gone]
    chosen = {kind: kinds[RecordKind(kind)] for kind in values["kinds"]}
    left_out += _fit_channels(values, chosen)
    left_out += _fit_attributes(values, chosen)
    stages, outside = propose_stages(
        {RecordKind(kind): info for kind, info in chosen.items()}, _labels(example)
    )
    return Proposal({**values, "stages": stages}, outside, tuple(left_out))


def choose_kinds(example: Values, kinds: Iterable[RecordKind]) -> Values:
    """The example with these kinds alone; what it says of the others goes with them."""
    values = copy.deepcopy(example)
    chosen = [kind.value for kind in RecordKind if kind in set(kinds)]
    values["kinds"] = {kind: values["kinds"].get(kind, {"write": True}) for kind in chosen}
    others = {kind.value for kind in RecordKind} - set(chosen)
    for attribute in values["attributes"].values():
        for kind in others & attribute.keys():
            del attribute[kind]
    _drop_unread(values)
    for stage in values["stages"]:
        stage["enter"] = [rule for rule in stage["enter"] if rule["kind"] in chosen]
    values["stages"] = [stage for stage in values["stages"] if stage["enter"]]
    return values


def propose_stages(
    kinds: Kinds, labels: Mapping[str, Any]
) -> tuple[list[Values], tuple[Outside, ...]]:
    """The stages this CRM records, first stage first, and the statuses that none of them names.

    Leads carry the early stages; where there are none, contacts do.
    """
    early = RecordKind.LEAD if RecordKind.LEAD in kinds else RecordKind.CONTACT
    funnel = _Funnel()
    if early in kinds:
        funnel.early(early, kinds[early].statuses)
    if RecordKind.OPPORTUNITY in kinds:
        funnel.selling()
    if RecordKind.ACCOUNT in kinds:
        funnel.customers(kinds[RecordKind.ACCOUNT].statuses)
    stages = [
        {"name": name, "label": labels.get(name, {"en": name.capitalize()}), "enter": rules}
        for name, rules in funnel.rules.items()
        if rules
    ]
    return stages, tuple(funnel.outside)


class _Funnel:
    """Collects the ways into each stage."""

    def __init__(self) -> None:
        names = ("acquisition", "nurturing", "handover", "opportunity", "won", "customer")
        self.rules: dict[str, list[Values]] = {name: [] for name in names}
        self.outside: list[Outside] = []

    def early(self, kind: RecordKind, options: Sequence[StatusOption]) -> None:
        self.rules["acquisition"].append({"kind": kind.value, "when": "created"})
        if any(option.is_converted for option in options):
            self.rules["handover"].append({"kind": kind.value, "when": "converted"})
        placed = {option.value: _early_stage(option) for option in options}
        for stage in ("acquisition", "nurturing", "handover"):
            self._on_status(stage, kind, [s for s, found in placed.items() if found == stage])
        self._leave(kind, [o for o in options if not placed[o.value] and not o.is_converted])

    def selling(self) -> None:
        """Every open stage of an opportunity is the stage `opportunity`, whatever its name."""
        kind = RecordKind.OPPORTUNITY.value
        self.rules["opportunity"].append({"kind": kind, "when": "created"})
        self.rules["won"].append({"kind": kind, "when": "won"})

    def customers(self, options: Sequence[StatusOption]) -> None:
        named = [option for option in options if _is_customer(option)]
        self._on_status("customer", RecordKind.ACCOUNT, [option.value for option in named])
        self._leave(RecordKind.ACCOUNT, [option for option in options if option not in named])

    def _on_status(self, stage: str, kind: RecordKind, statuses: list[str]) -> None:
        if statuses:
            rule = {"kind": kind.value, "when": "status", "status": statuses}
            self.rules[stage].append(rule)

    def _leave(self, kind: RecordKind, options: Sequence[StatusOption]) -> None:
        self.outside += [Outside(kind, option.value, option.label) for option in options]


def _early_stage(option: StatusOption) -> str:
    """The stage before selling that a status stands for; empty if its words do not say."""
    text = _text(option)
    if option.is_converted or option.is_won or option.is_closed or _GONE.are_in(text):
        return ""
    if _is_marketing_qualified(text):
        return "nurturing"
    # From the latest stage to the first: "Sales Qualified Lead" has the word of both.
    found = (name for name, words in _EARLY if words.are_in(text))
    return next(found, "")


_EARLY = (("handover", _HANDED), ("nurturing", _NURTURED), ("acquisition", _FIRST))


def _is_marketing_qualified(text: str) -> bool:
    return {"marketing", "qualified"} <= set(_tokens(text))


def _is_customer(option: StatusOption) -> bool:
    text = _text(option)
    return option.is_won or (_CUSTOMER.are_in(text) and not _GONE.are_in(text))


def _text(option: StatusOption) -> str:
    """The status's value and label, as words are compared; `pipeline/stage` is made of mere ids."""
    value = "" if "/" in option.value else option.value
    return unicodedata.normalize("NFKC", f"{value} | {option.label}").casefold()


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W_]+|\|", text))


def _labels(example: Values) -> Mapping[str, Any]:
    return {stage["name"]: stage["label"] for stage in example["stages"]}


def _fit_channels(values: Values, kinds: Mapping[str, KindInfo]) -> Iterator[str]:
    """Leave out the channel of a kind that has no such field."""
    for kind, info in kinds.items():
        field = values["kinds"][kind].get("channel")
        if field is not None and field not in info.fields:
            del values["kinds"][kind]["channel"]
            values["kinds"][kind].setdefault("write", True)
            yield f"kinds.{kind}.channel ({info.name}.{field})"


def _fit_attributes(values: Values, kinds: Mapping[str, KindInfo]) -> list[str]:
    """Keep the attributes whose fields exist, and what is asked of those."""
    left_out = []
    for name, attribute in values["attributes"].items():
        for kind in [kind for kind in RecordKind if kind.value in attribute]:
            field, info = attribute[kind.value], kinds.get(kind.value)
            if info is None or field not in info.fields:
                del attribute[kind.value]
                left_out.append(f"attributes.{name}.{kind} ({field})")
    return left_out + _drop_unread(values)


def _drop_unread(values: Values) -> list[str]:
    """Drop the attributes that no kind has any more, and whatever asks for them.

    A profile must ask something, so one that would be left with no question keeps its own.
    """
    attributes, kinds = values["attributes"], {kind.value for kind in RecordKind}
    unread = {name for name, attribute in attributes.items() if not kinds & attribute.keys()}
    kept = {c["attribute"] for p in values["icp"]["profiles"] for c in _last_questions(p, unread)}
    for name in unread - kept:
        del attributes[name]
    for profile in values["icp"]["profiles"]:
        profile["criteria"] = [c for c in profile["criteria"] if c["attribute"] in attributes]
    for part in ("filters", "business"):
        rules = values["scope"][part]
        values["scope"][part] = [r for r in rules if _is_read(r, values)]
    values["slices"] = [name for name in values["slices"] if name in attributes]
    return [f"attributes.{name}" for name in sorted(unread - kept)]


def _last_questions(profile: Values, unread: set[str]) -> list[Values]:
    """All the criteria of a profile of which none could be asked; else none."""
    criteria: list[Values] = profile["criteria"]
    return criteria if all(c["attribute"] in unread for c in criteria) else []


def _is_read(rule: Values, values: Values) -> bool:
    return rule["attribute"] in values["attributes"] and rule["kind"] in values["kinds"]
