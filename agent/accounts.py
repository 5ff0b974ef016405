"""How many leads and contacts have an account, and by what: to read account figures with."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.config import Settings
from agent.matching import is_on
from agent.wiring import Books
from bbm_core.judgement import HEATED
from bbm_core.match import Key, Standing
from bbm_core.records import RecordKind

KINDS = tuple(kind for kind in RecordKind if kind in HEATED)
"""The kinds that may lack an account: people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Having:
    """Records in scope, and which account they count for. The parts sum to the total."""

    total: int = 0
    named: int = 0  # the CRM names their account
    matched: Mapping[Key, int]
    ambiguous: int = 0
    weak: int = 0
    none: int = 0
    blank: int = 0  # nothing to go by, or nothing was looked for

    @property
    def having(self) -> int:
        return self.named + sum(self.matched.values())

    @property
    def rate(self) -> float | None:
        return self.having / self.total if self.total else None


def account_standing(books: Books) -> Mapping[RecordKind, Having]:
    """How leads and contacts stand; a kind of which nothing is kept is left out."""
    totals, counts = books.store.account_counts(), books.store.match_counts()
    return {kind: _having(kind, *totals[kind], counts) for kind in KINDS if kind in totals}


def together(standing: Mapping[RecordKind, Having]) -> Having:
    """All kinds as one."""
    parts = standing.values()
    return Having(
        total=sum(one.total for one in parts),
        named=sum(one.named for one in parts),
        matched={key: sum(one.matched.get(key, 0) for one in parts) for key in Key},
        ambiguous=sum(one.ambiguous for one in parts),
        weak=sum(one.weak for one in parts),
        none=sum(one.none for one in parts),
        blank=sum(one.blank for one in parts),
    )


def is_matching(books: Books) -> bool:
    """Whether accounts are looked for at all."""
    return is_on(books.settings)


def unread(settings: Settings) -> tuple[tuple[str, str, RecordKind], ...]:
    """What matching goes by and is not read: the setting, its attribute, the kind without it.

    Of leads, or where there are none of contacts: on Salesforce a contact has its account anyway.
    """
    people = RecordKind.LEAD if RecordKind.LEAD in settings.kinds else RecordKind.CONTACT
    chosen = {
        "corporate_number": settings.accounts.corporate_number,
        "domain": settings.accounts.domain,
        "company": settings.accounts.company,
        "prefecture": settings.accounts.prefecture,
    }
    return tuple(
        (setting, attribute, kind)
        for setting, attribute in chosen.items()
        for kind in (RecordKind.ACCOUNT, people)
        if attribute and settings.attributes[attribute].field(kind) is None
    )


_Counts = Mapping[tuple[RecordKind, Standing, Key | None], int]


def _having(kind: RecordKind, total: int, having: int, counts: _Counts) -> Having:
    own = {(s, key): n for (k, s, key), n in counts.items() if k is kind}
    matched = {key: own.get((Standing.MATCHED, key), 0) for key in Key}
    by = {s: sum(n for (found, _), n in own.items() if found is s) for s in Standing}
    looked_at = by[Standing.AMBIGUOUS] + by[Standing.WEAK] + by[Standing.NONE]
    return Having(
        total=total,
        named=having - sum(matched.values()),
        matched={key: n for key, n in matched.items() if n},
        ambiguous=by[Standing.AMBIGUOUS],
        weak=by[Standing.WEAK],
        none=by[Standing.NONE],
        blank=total - having - looked_at,
    )
