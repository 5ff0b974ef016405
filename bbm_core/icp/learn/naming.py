"""Identifiers of criteria, made from what attributes are called."""

import re
from collections.abc import Sequence

_STRANGE = re.compile(r"[^A-Za-z0-9_.-]+")
_LONGEST = 50


def identifiers(names: Sequence[str]) -> list[str]:
    """One identifier a name, all different; a name without Latin letters becomes a number."""
    found: list[str] = []
    for place, name in enumerate(names, start=1):
        plain = _STRANGE.sub("-", name).strip("-_.")[:_LONGEST] or f"criterion-{place}"
        found.append(plain if plain not in found else f"{plain}-{place}")
    return found
