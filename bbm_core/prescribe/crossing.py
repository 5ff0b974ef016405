"""Where a falling quantity crosses zero, also where it jumps over it."""

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

_T = TypeVar("_T")


class Side(NamedTuple, Generic[_T]):
    """The quantity at a price, and what it was read from."""

    price: float
    quantity: float
    found: _T


class Crossing(NamedTuple, Generic[_T]):
    """The quantity is above zero at one side and not at the other.

    With `share` of the second side mixed into the first, it is zero.
    """

    first: Side[_T]
    second: Side[_T]

    @property
    def share(self) -> float:
        spread = self.first.quantity - self.second.quantity
        return self.first.quantity / spread if spread > 0 else 1.0


Measured = Callable[[float], Side[_T]]

DIGITS = 1e-13
_MOST_STEPS = 100
_MOST_DOUBLINGS = 60


def outward(measured: Measured[_T], start: Side[_T], step: float) -> Crossing[_T] | None:
    """Two prices with the crossing between them, from a start above zero; None if it never falls.

    A step below zero looks for lower prices.
    """
    first, reach = start, step
    for _ in range(_MOST_DOUBLINGS):
        second = measured(start.price + reach)
        if second.quantity <= 0:
            return Crossing(first, second)
        first, reach = second, 2 * reach
    return None


def narrowed(
    measured: Measured[_T],
    around: Crossing[_T],
    digits: float = DIGITS,
    decided: Callable[[Crossing[_T]], bool] = lambda _: False,
) -> Crossing[_T]:
    """The crossing with its two prices as near to each other as the digits ask, or `decided`.

    The secant, with the weight of the stale side halved (Illinois; Dowell & Jarratt 1971), and
    every fourth step a halving, because a quantity that jumps makes secants creep.
    """
    weights = [around.first.quantity, around.second.quantity]
    stale: int | None = None
    for step in range(_MOST_STEPS):
        first, second = around
        if _is_near(first.price, second.price, digits) or second.quantity == 0 or decided(around):
            break
        part = 0.5 if step % 4 == 3 else weights[0] / (weights[0] - weights[1])  # noqa: PLR2004
        price = first.price + (second.price - first.price) * part
        if price in (first.price, second.price):
            price = (first.price + second.price) / 2
        side = measured(price)
        moved = 0 if side.quantity > 0 else 1
        around = Crossing(side, second) if moved == 0 else Crossing(first, side)
        weights[moved] = side.quantity
        if stale == 1 - moved:
            weights[stale] /= 2
        stale = 1 - moved
    return around


def _is_near(one: float, two: float, digits: float) -> bool:
    return abs(one - two) <= digits * (abs(one) + abs(two))
