"""Which account a lead belongs to: by 法人番号, by domain, by name and prefecture; no guesses.

Each way has a confidence, a rank in hundredths that was set by hand: it says which evidence is
stronger, not how often it is right. Where two accounts fit equally well, none is taken. Nothing is
merged, and names are compared whole after normalising: a typing error matches nobody.
"""

import re
import unicodedata
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from bbm_core.icp.normalise import company_domain, company_key, corporate_number, normalise_text
from bbm_core.icp.operators import plain_text
from bbm_core.prefectures import prefecture_code
from bbm_core.records import Value

MOST_CANDIDATES = 50
"""A domain or a name that more accounts have than this tells nothing."""


class Key(StrEnum):
    """What two records may have in common, the strongest first."""

    NUMBER = "corporate_number"
    DOMAIN = "domain"
    NAME = "name"
    PREFECTURE = "prefecture"  # finds nobody by itself, but tells companies of one name apart


class Standing(StrEnum):
    """What became of looking for a lead's account."""

    MATCHED = "matched"
    AMBIGUOUS = "ambiguous"  # several accounts fit equally well
    WEAK = "weak"  # one fits, but less surely than is asked
    NONE = "none"  # no account has anything in common with it
    BLANK = "blank"  # nothing to go by: free mail, no company


FINDING = (Key.NUMBER, Key.DOMAIN, Key.NAME)
"""The keys by which accounts are found."""

Identity = Mapping[Key, str]
"""What a record says of its company, normalised; what it does not say is absent."""


@dataclass(frozen=True, slots=True)
class Names:
    """Which attributes say what; empty: none does."""

    number: str = ""
    domain: str = ""
    company: str = ""
    prefecture: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.number or self.domain or self.company)


@dataclass(frozen=True, slots=True)
class Match:
    """The account of a lead, or why it has none."""

    standing: Standing
    account: str | None = None  # of MATCHED and WEAK
    key: Key | None = None  # the strongest by which anything was found
    confidence: int = 0  # in hundredths
    candidates: tuple[str, ...] = ()  # of AMBIGUOUS: by id, at most five


def identity_of(attributes: Mapping[str, Value], names: Names) -> Identity:
    """What a record's attributes say of its company."""
    found = {
        Key.NUMBER: corporate_number(_text(attributes, names.number)),
        Key.DOMAIN: company_domain(_text(attributes, names.domain)),
        Key.NAME: _firm(_text(attributes, names.company)),
        Key.PREFECTURE: _region(_text(attributes, names.prefecture)),
    }
    return {key: value for key, value in found.items() if value}


def match(
    lead: Identity,
    accounts: Mapping[str, Identity],
    least: int,
    crowded: AbstractSet[tuple[Key, str]] = frozenset(),
    tops: Mapping[str, str] = MappingProxyType({}),
) -> Match:
    """The account that a lead belongs to.

    Args:
        lead: what the lead says of its company.
        accounts: by id, those that share a number, a domain or a name with it; others do no harm.
        least: the confidence from which a match counts.
        crowded: keys that more accounts have than can be told apart.
        tops: the company that owns an account in the end, where somebody owns it; accounts of one
            company that fit equally well are no riddle.
    """
    if not lead.keys() & set(FINDING):
        return Match(Standing.BLANK)
    possible = {id_: one for id_, one in accounts.items() if not _contradicts(lead, one)}
    for key in FINDING:
        if (key, lead.get(key, "")) in crowded:
            return Match(Standing.AMBIGUOUS, key=key)
        fitting = {id_: one for id_, one in possible.items() if _share(lead, one, key)}
        if fitting:
            return _decided(lead, fitting, key, least, tops)
    return Match(Standing.NONE)


_LONGEST = 200
_EMPTY_WORDS = (
    "na none nil null test unknown private personal individual self student freelance freelancer "
    "個人 個人事業主 なし 無し 無 無所属 フリーランス 学生 テスト 不明"
)
_NO_NAMES = frozenset(_EMPTY_WORDS.split()) | {"n a", "self employed", "not applicable"}
_BRANCH = re.compile(r"\s+\S*(?:支店|支社|営業所|事業所|出張所|工場|本社|本店)$")
_HOLDING = re.compile(r"\b(?:holdings?|hd|hds)\b|ホールディングス?|持株会社")


def _text(attributes: Mapping[str, Value], name: str) -> str:
    value = attributes.get(name) if name else None
    return "" if value is None else plain_text(value)


def _firm(text: str) -> str | None:
    """A company's name as it is compared: without its form and a branch after it."""
    plain = unicodedata.normalize("NFKC", text).strip()
    name = company_key(_BRANCH.sub("", plain))[:_LONGEST]
    return None if not name or name in _NO_NAMES else name


def _region(text: str) -> str | None:
    """A prefecture by its code, any other region by its words."""
    return prefecture_code(text) or normalise_text(text)[:_LONGEST] or None


def _share(lead: Identity, account: Identity, key: Key) -> bool:
    return key in lead and lead[key] == account.get(key)


def _differ(lead: Identity, account: Identity, key: Key) -> bool:
    return key in lead and key in account and lead[key] != account[key]


def _contradicts(lead: Identity, account: Identity) -> bool:
    """Two 法人番号 are two companies, whatever else they share."""
    return _differ(lead, account, Key.NUMBER)


def _decided(
    lead: Identity,
    fitting: Mapping[str, Identity],
    key: Key,
    least: int,
    tops: Mapping[str, str],
) -> Match:
    """The one that fits best, if there is one."""
    ranked = {id_: _confidence(lead, one, key) for id_, one in fitting.items()}
    best = max(ranked.values())
    ids = sorted(id_ for id_, confidence in ranked.items() if confidence == best)
    if len(ids) > 1:
        companies = {tops.get(id_, id_) for id_ in ids}
        ids = list(companies) if len(companies) == 1 else ids
    if len(ids) > 1:
        return Match(Standing.AMBIGUOUS, key=key, confidence=best, candidates=tuple(ids[:5]))
    standing = Standing.MATCHED if best >= least else Standing.WEAK
    return Match(standing, ids[0], key, best)


def _confidence(lead: Identity, account: Identity, key: Key) -> int:
    match key:
        case Key.NUMBER:
            return 97 + _share(lead, account, Key.DOMAIN) + _share(lead, account, Key.NAME)
        case Key.DOMAIN:
            return _by_domain(lead, account)
        case _:
            return _by_name(lead, account)


def _by_domain(lead: Identity, account: Identity) -> int:
    here = _share(lead, account, Key.PREFECTURE)
    if _share(lead, account, Key.NAME):
        return 95 + here
    if not _differ(lead, account, Key.NAME):
        return 90 + here
    # A holding and its companies often share a domain, and are not one account.
    if bool(_HOLDING.search(lead[Key.NAME])) is not bool(_HOLDING.search(account[Key.NAME])):
        return 60
    return 82 + here


def _by_name(lead: Identity, account: Identity) -> int:
    if _differ(lead, account, Key.PREFECTURE):
        return 40
    if _differ(lead, account, Key.DOMAIN):
        return 50
    return 85 if _share(lead, account, Key.PREFECTURE) else 65
