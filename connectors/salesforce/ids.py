"""Record ids: 18 characters, of which the last three are a checksum over the case of the others."""

import re
from functools import lru_cache
from typing import Final

from bbm_core.records import RecordKind, RecordRef
from connectors.errors import ConfigError
from connectors.salesforce.errors import fail
from connectors.salesforce.fields import PREFIXES

_FORM: Final = re.compile(r"[A-Za-z0-9]{15}(?:[A-Z0-5]{3})?")
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_SHORT: Final = 15


@lru_cache(maxsize=50_000)  # a row's id is asked for several times, and few owners have many rows
def canonical(id_: str) -> str:
    """The 18 characters of an id that has 15 or 18 of them.

    Raises:
        ValueError: it has another form, or its checksum is wrong.
    """
    if not _FORM.fullmatch(id_):
        raise ValueError("an id has 15 or 18 letters and digits")
    full = id_[:_SHORT] + _checksum(id_[:_SHORT])
    if len(id_) > _SHORT and full != id_:
        raise ValueError("the checksum of an id is wrong")
    return full


def ref_of(kind: RecordKind, id_: str) -> RecordRef:
    return RecordRef(kind, canonical(id_))


def checked(ref: RecordRef) -> str:
    """The id of a ref that somebody named, if it can be one of its kind.

    An id becomes part of addresses and queries, so nothing else may pass here.

    Raises:
        ConfigError: it cannot.
    """
    try:
        id_ = canonical(ref.id)
    except ValueError as error:
        raise fail(ConfigError, "BBM-SF-041", f"{ref} is not a record: {error}.") from error
    if not id_.startswith(PREFIXES[ref.kind]):
        raise fail(ConfigError, "BBM-SF-041", f"{ref} is the id of another kind of record.")
    return id_


def _checksum(short: str) -> str:
    return _letter(short[:5]) + _letter(short[5:10]) + _letter(short[10:])


@lru_cache(maxsize=100_000)  # most ids of an org begin alike
def _letter(group: str) -> str:
    """A bit for each capital letter of five signs, the first sign being the lowest bit."""
    return _LETTERS[sum(1 << place for place, sign in enumerate(group) if "A" <= sign <= "Z")]
