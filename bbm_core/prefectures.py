"""The 47 prefectures of Japan, by every name under which addresses give them."""

import re
import unicodedata
from functools import lru_cache

from bbm_core.icp.normalise import normalise_text
from bbm_core.icp.places import PREFECTURES, ROMAJI

_SHORT = {name if name == "北海道" else name[:-1]: i for i, name in enumerate(PREFECTURES, 1)}
# A short name stands for the prefecture alone or before what divides it; 長野原町 is no 長野.
_KANJI = re.compile("北海道|(?:" + "|".join(sorted(_SHORT)) + ")(?:$|[都道府県市,、 ])")
_ISO = re.compile(r"jp (\d\d)")


@lru_cache(maxsize=1 << 14)
def prefecture_code(text: str) -> str | None:
    """The JIS code, 01 to 47, of the prefecture that a text names; None where it names none or two.

    東京, 東京都渋谷区…, Tōkyō-to, "Shibuya, Tokyo, Japan", JP-13 are all 13. A city that bears its
    prefecture's name stands for it: 大阪市 is in 大阪.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = re.sub(r"^(?:日本国?|〒?\s*\d{3}-?\d{4})[,、\s]*", "", plain)
    if found := _KANJI.match(plain):
        return _code(_SHORT[_short(found[0])])
    words = normalise_text(_without_marks(plain))
    if iso := _ISO.fullmatch(words):
        return iso[1] if 1 <= int(iso[1]) <= len(PREFECTURES) else None
    named = {ROMAJI[word] for word in words.split() if word in ROMAJI}
    return _code(named.pop()) if len(named) == 1 else None


def _short(found: str) -> str:
    return found if found in _SHORT else found[:-1]


def _without_marks(text: str) -> str:
    """Ō is O: romanised names are written with and without the sign for a long vowel."""
    parts = unicodedata.normalize("NFD", text)
    return "".join(sign for sign in parts if unicodedata.category(sign) != "Mn")


def _code(number: int) -> str:
    return f"{number:02}"
