"""What a customer is worth, as every other part reads it: the figure, and how it was found."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Rung(StrEnum):
    """How a lifetime value was found. The first one that the records support is used."""

    GIVEN = "given"  # a column of the CRM or of a file says it
    CONTRACT = "contract"  # margin and survival, from the days on which customers left
    SEGMENT = "segment"  # margin and retention by segment, where it is known who left, not when
    REPEAT = "repeat"  # repeat orders: BG/NBD and Gamma-Gamma
    WINDOW = "window"  # margin of the window, what is still to come read off older customers
    REALISED = "realised"  # margin to date, nothing expected


class LtvClass(StrEnum):
    """Where a customer stands among those of its vintage."""

    HIGH = "high"
    LOW = "low"
    UNKNOWN = "unknown"  # no value, or too few customers in the vintage to compare with


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerValue:
    """One customer. Amounts are in the base currency; `customer` is the account's id.

    `ltv` is None where the rung in use says nothing about this customer. A customer that left
    keeps the value it brought, and counts as low.
    """

    customer: str
    rung: Rung
    ltv: Decimal | None
    realised: Decimal  # margin to date, not discounted
    orders: int
    first: date | None  # the day of the first order, or the one that is given; None: not known
    left: bool = False
    ltv_class: LtvClass = LtvClass.UNKNOWN

    @property
    def vintage(self) -> int | None:
        """The year in which it became a customer."""
        return None if self.first is None else self.first.year


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What is stated about a customer beside its orders. Amounts are in the base currency."""

    ltv: Decimal | None = None
    yearly: Decimal | None = None  # margin a year
    started: date | None = None
    left: bool = False
    left_on: date | None = None  # None with `left`: it is not known when
    segment: str = ""
