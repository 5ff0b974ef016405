"""How a value looks in a reason: short, printable, no more personal than the reason needs."""

import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from bbm_core.icp.normalise import clean_text, domain_of
from bbm_core.icp.operators import date_of, plain_text
from bbm_core.records import Value

VALUE_LIMIT = 60
"""The longest value in a reason; the CRM shows the whole one beside it."""


class Form(StrEnum):
    """How a criterion's label and value stand together."""

    FACT = "fact"  # Competitor
    NUMBER = "number"  # Employees 1,200
    DATE = "date"  # Last visit 2026-11-03
    TEXT = "text"  # Industry = Logistics


_FORMS = {
    Form.FACT: ("is_true", "is_set", "free_mail", "corporate_number_valid"),
    Form.NUMBER: ("at_least", "at_most", "between"),
    Form.DATE: ("within_days", "older_than_days", "after", "before"),
}
_FORM_OF = {operator: form for form, operators in _FORMS.items() for operator in operators}


def form_of(operator: str) -> Form:
    return _FORM_OF.get(operator, Form.TEXT)


def shown(value: Value, operator: str) -> str | None:
    """The value as people read it; None where the label says it all.

    Of an e-mail address only the domain is shown: the reason is about the company.
    """
    form = form_of(operator)
    if form is Form.FACT:
        return None
    if operator == "domain_in":
        return domain_of(plain_text(value)) or None
    if form is Form.DATE and (day := date_of(value)):
        return day.isoformat()
    return shorten(printable(_plain(value)), VALUE_LIMIT)


def _plain(value: Value) -> str:
    text = plain_text(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or "E" in text:
        return text
    return f"{Decimal(text):,f}"


def printable(text: str) -> str:
    """One line without control signs, and without signs that turn the direction of writing."""
    if text.isprintable():
        return " ".join(text.split())
    visible = (" " if c.isspace() else c for c in clean_text(text))
    kept = "".join(c for c in visible if c in _JOINERS or unicodedata.category(c) != "Cf")
    return " ".join(kept.split())


_JOINERS = "\u200c\u200d"  # parts of a letter or an emoji


def width(text: str) -> int:
    """The length as CRMs count it at their strictest: an emoji is two (UTF-16 units)."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def shorten(text: str, limit: int) -> str:
    """The text, or as much of it as fits with "…" after it, never cut inside a letter."""
    if width(text) <= limit:
        return text
    end = len(text)
    while end and (width(text[:end]) > limit - 1 or _is_inside(text, end)):
        end -= 1
    return text[:end].rstrip() + "…" if limit else ""


def _is_inside(text: Sequence[str], end: int) -> bool:
    """Whether a cut here would part a letter from its marks or an emoji from its rest."""
    after, before = text[end : end + 1], text[end - 1]
    return bool(after) and (
        before == "\u200d"
        or after[0] == "\u200d"
        or "\U0001f3fb" <= after[0] <= "\U0001f3ff"
        or unicodedata.category(after[0]) in {"Mn", "Mc", "Me"}
    )
