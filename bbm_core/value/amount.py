"""Amounts that statistics found, as money; and how many of a number count as enough."""

from decimal import Context, Decimal

_CENT = Decimal("0.01")
_WIDE = Context(prec=400)
"""So that an amount of any size has cents."""


def cents(amount: Decimal | float) -> Decimal:
    """To the hundredth, and never a negative nothing."""
    return _WIDE.add(_WIDE.quantize(Decimal(amount), _CENT), 0)


def half(count: int) -> int:
    """At least half of so many, and at least one."""
    return max(1, (count + 1) // 2)
