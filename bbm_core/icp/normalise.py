"""Texts made comparable: words, company names, domains, 法人番号, dates, and text fit to be stored.

Both sides of every comparison pass through here once, so a profile needs neither patterns nor
substrings, and the same normalised text can be compared by any engine.
"""

import re
import unicodedata
from datetime import date
from functools import lru_cache

from bbm_core.icp.domains import (
    BRAND_ENDINGS,
    BRANDS,
    FREE_MAIL,
    SECOND_LEVEL,
    SHARED_HOSTS,
)
from bbm_core.icp.places import REGIONS

TEXT_LIMIT = 32_000
"""Longer texts are cut when they enter: no field that people filter by comes near it."""

_CJK = (
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_BORDER = re.compile(rf"(?<=[{_CJK}])(?=[^\W{_CJK}])|(?<=[^\W{_CJK}])(?=[{_CJK}])")
_SIGN = re.compile("[<>≤≥+#]")
_GAP = re.compile(r"[^\w<>≤≥+#]+|_+")
_UNSEEN = frozenset({"Mn", "Me", "Cf"})  # marks that no base absorbed, joiners, bidi controls
_CACHED_LENGTH = 200


def normalise_text(text: str) -> str:
    """The words of a text, one blank apart, the same however it was typed.

    Width, case, accents set apart, punctuation and blanks do not matter; Latin and CJK are
    separate words (営業部VP is 営業部 and vp). The signs < > ≤ ≥ + # stay, as words of their own,
    because `<15` is not `>15` and C++ is not C#.
    """
    return _normalise_short(text) if len(text) <= _CACHED_LENGTH else _normalise(text)


def tokens(text: str) -> tuple[str, ...]:
    """The words of a text, as `normalise_text` sees them."""
    return tuple(normalise_text(text).split())


def has_words(text: str, words: str) -> bool:
    """Whether normalised `words` stand in normalised `text`, whole and side by side."""
    return f" {words} " in f" {text} "


def _normalise(text: str) -> str:
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    if not plain.isascii():
        seen = (_visible(character) for character in plain)
        plain = unicodedata.normalize("NFKC", "".join(seen))
    spaced = _GAP.sub(" ", _SIGN.sub(r" \g<0> ", plain))
    return " ".join(_BORDER.sub(" ", spaced).split())


_normalise_short = lru_cache(maxsize=1 << 16)(_normalise)


def _visible(character: str) -> str:
    if character == "\u200b":  # the zero-width space does part words
        return " "
    return "" if unicodedata.category(character) in _UNSEEN else character


def clean_text(text: str) -> str:
    """The text without what databases and logs choke on, at most 32,000 characters of it.

    NUL, lone surrogates and control characters go; tabs and line breaks stay.
    """
    text = text[:TEXT_LIMIT]
    if text.isprintable():
        return text
    return "".join(c for c in text if c in "\t\n\r" or unicodedata.category(c) not in {"Cc", "Cs"})


_BRACKETED = re.compile(r"[(\[](?:株|有|同|資|名|社|財|医|学|福|独|주)[)\]]")
_CJK_FORMS = (
    "特定非営利活動法人",
    "股份有限公司",
    "一般社団法人",
    "一般財団法人",
    "公益社団法人",
    "公益財団法人",
    "地方独立行政法人",
    "独立行政法人",
    "国立大学法人",
    "公立大学法人",
    "医療法人社団",
    "医療法人財団",
    "社会医療法人",
    "社会福祉法人",
    "医療法人",
    "学校法人",
    "宗教法人",
    "監査法人",
    "税理士法人",
    "弁護士法人",
    "株式会社",
    "有限会社",
    "合同会社",
    "合資会社",
    "合名会社",
    "有限公司",
    "주식회사",
)
_LATIN_WORDS = (
    "kabushiki kaisha|kabushiki gaisha|godo kaisha|yugen kaisha|l l c|l l p|s p a|s r l|k k|g k|"
    "y k|s a|b v|n v|incorporated|inc|corporation|corp|company|co|limited|ltd|llc|llp|lp|plc|gmbh|"
    "ag|kg|kgaa|se|sa|sas|sarl|srl|spa|bv|nv|oy|oyj|ab|as|asa|aps|pty|pte|kk|gk|yk"
)
_LATIN_FORMS = tuple(form.split() for form in _LATIN_WORDS.split("|"))
_LATIN_ENDS = frozenset(form[-1] for form in _LATIN_FORMS)  # most names end with none of these


@lru_cache(maxsize=1 << 16)  # a company stands on many leads
def company_key(name: str) -> str:
    """A company's name without its legal form: 株式会社北物流, (株)北物流 and ㈱北物流 are one.

    A name that consists of nothing but forms is kept as it is.
    """
    bare = _BRACKETED.sub(" ", unicodedata.normalize("NFKC", name)).strip()
    words = normalise_text(bare if bare.isascii() else _without_cjk_forms(bare)).split()
    return " ".join(_without_latin_forms(words)) or normalise_text(name)


def _without_cjk_forms(name: str) -> str:
    for form in _CJK_FORMS:
        name = name.removeprefix(form).removesuffix(form).strip()
    return name


def _without_latin_forms(words: list[str]) -> list[str]:
    if not words or words[-1] not in _LATIN_ENDS:
        return words
    for form in _LATIN_FORMS:
        if words[-len(form) :] == form:
            return _without_latin_forms(words[: -len(form)])
    return words


_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://")
_LABEL = re.compile(r"[^\W_]([\w-]*[^\W_])?")


def domain_of(text: str) -> str | None:
    """The domain of an e-mail address, a URL or a bare domain, in lower case and without `www.`."""
    text = unicodedata.normalize("NFKC", text).strip().casefold()
    rest = _SCHEME.sub("", text.removeprefix("mailto:"))
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    host = host.partition("@")[2] or host
    host = re.sub(r":\d*$", "", host).rstrip(".").removeprefix("www.")
    labels = host.split(".")
    if len(labels) < 2 or labels[-1].isdigit():  # noqa: PLR2004 - a domain has two labels
        return None
    return host if all(_LABEL.fullmatch(label) for label in labels) else None


def is_within_domain(domain: str, parent: str) -> bool:
    """Whether the domain is the parent or lies below it."""
    return domain == parent or domain.endswith(f".{parent}")


def is_free_mail(domain: str) -> bool:
    """Whether anybody can have an address there, so that it says nothing about a company."""
    if domain in FREE_MAIL:
        return True
    brand, _, ending = domain.partition(".")
    return brand in BRANDS and ending in BRAND_ENDINGS


@lru_cache(maxsize=1 << 16)
def company_domain(text: str) -> str | None:
    """The domain that is a company's own, without what names a host or a department in it.

    Of an address, a URL or a bare domain: mail.tokyo.acme.co.jp is acme.co.jp. None for free mail
    and for hosts that many companies share.
    """
    domain = domain_of(text)
    if domain is None:
        return None
    labels = domain.split(".")
    own = ".".join(labels[-_own_labels(labels) :])
    is_shared = any(one in SHARED_HOSTS or is_free_mail(one) for one in (domain, own))
    return None if is_shared or _is_ending(labels) else own


def _own_labels(labels: list[str]) -> int:
    """How many labels of a domain name its owner. Japan's regions hand out names on two levels."""
    if labels[-1] == "jp" and (labels[-2] in REGIONS or labels[-2] == "lg"):
        return 4
    return 3 if _is_ending(labels[-2:]) else 2


def _is_ending(labels: list[str]) -> bool:
    """Whether names are handed out under this: co.jp is nobody's."""
    last, second = labels[-1], labels[-2]
    return len(labels) == 2 and len(last) == 2 and second in SECOND_LEVEL  # noqa: PLR2004 - co.jp


_NUMBER_LENGTH = 13


def valid_corporate_number(text: str) -> bool:
    """Whether this is a 法人番号 whose check digit is right.

    Hyphens, blanks, full-width digits and the T of an invoice number do not matter. The check
    digit stands first and is 9 - (sum of the other digits, every second one doubled, mod 9).
    """
    return corporate_number(text) is not None


def corporate_number(text: str) -> str | None:
    """The 13 digits of a 法人番号 whose check digit is right; None for anything else."""
    digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper().removeprefix("T")
    if len(digits) != _NUMBER_LENGTH or not (digits.isascii() and digits.isdigit()):
        return None
    weighted = (int(d) * (1 + place % 2) for place, d in enumerate(reversed(digits[1:])))
    return digits if int(digits[0]) == 9 - sum(weighted) % 9 else None


_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ t].*)?", re.DOTALL)


def parse_date(text: str) -> date | None:
    """The day a text states year first: 2026-11-03, 2026/11/3, 2026年11月3日, with or without time.

    Other orders are not guessed: 03/11/2026 is March or November.
    """
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", text).strip().casefold())
    if not found:
        return None
    year, month, day = (int(part) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None
