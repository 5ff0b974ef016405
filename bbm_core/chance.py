"""Seeded chance, for bootstraps and permutations: the same seed draws the same numbers anywhere."""

from random import Random

Chance = Random
"""Draws numbers. Made by `seeded` alone, so that no figure depends on when it was computed."""


def seeded(*parts: object) -> Chance:
    """A generator that draws the same after every start, for the same parts.

    Name what is drawn for: `seeded("drift", stage, week)`.
    """
    # A text seed goes through SHA-512 in the standard library, so it does not depend on the
    # process's hash seed.
    return Random("\x1f".join(str(part) for part in parts))
