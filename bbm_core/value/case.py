"""What the ladder of lifetime values looks at, and what its rungs answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from bbm_core.value.customer import Rung, Stated
from bbm_core.value.history import History


@dataclass(frozen=True, slots=True)
class Terms:
    """For how long a customer is looked at, and what waiting costs.

    `horizon_months` are the first months of being a customer, the same for all, so that an old
    customer is not worth more than a young one by its age. `discount` is per year.
    """

    horizon_months: int = 36
    discount: float = 0.10


@dataclass(frozen=True)
class Case:
    """Every customer, what it brought and what is stated about it."""

    histories: Mapping[str, History]
    stated: Mapping[str, Stated]
    terms: Terms
    today: date

    @cached_property
    def customers(self) -> tuple[str, ...]:
        """Everybody who ever ordered or about whom something is stated, in order of the ids."""
        return tuple(sorted(self.histories.keys() | self.stated.keys()))

    def of(self, customer: str) -> Stated:
        """What is stated about it."""
        return self.stated.get(customer, _NOTHING)

    def first(self, customer: str) -> date | None:
        """The day it became a customer: the stated one or that of an order, the earlier one."""
        history, started = self.histories.get(customer), self.of(customer).started
        days = [day for day in (started, history and history.first) if day]
        return min(days, default=None)

    def left(self, customer: str) -> bool:
        """Whether it left until today; a notice for a later day has not ended anything."""
        stated = self.of(customer)
        return stated.left_on <= self.today if stated.left_on else stated.left

    def seen_until(self, customer: str) -> date:
        """The last day it was a customer: today, or the day it left.

        Where that day is not known, the last order is the last sign of it.
        """
        stated, history = self.of(customer), self.histories.get(customer)
        if not self.left(customer):
            return self.today
        return stated.left_on or (history.last_order if history else self.today)


_NOTHING = Stated()


class Why(StrEnum):
    """Why a rung does not carry; `have` and `need` of the lack are counts of what it names."""

    NOT_STATED = "not_stated"  # customers with the value stated: half of all are needed
    FEW_LEFT = "few_left"  # customers known to have left (contract: with the day)
    NO_MARGIN = "no_margin"  # customers whose start and margin a year are known: half of all
    NO_LIBRARY = "no_library"  # numpy and scipy are not installed
    FEW_CUSTOMERS = "few_customers"  # customers with orders
    FEW_REPEATS = "few_repeats"  # customers that ordered again
    LOSSES = "losses"  # customers whose orders bring nothing, of at most so many
    NO_FIT = "no_fit"  # no parameters describe how they buy
    TIED = "tied"  # who orders more spends more (percent of correlation), which the model denies
    OFF = "off"  # on the last third: orders foretold, and orders seen
    SHORT = "short"  # months through which enough customers were followed


@dataclass(frozen=True, slots=True)
class Lack:
    """What a rung lacked."""

    rung: Rung
    why: Why
    have: int = 0
    need: int = 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a rung says: a value a customer, None where it knows nothing of it.

    `months` are the first months that the values are about; None where they have no such end.
    `figures` names what the values rest on, for those who look closer.
    """

    rung: Rung
    values: Mapping[str, Decimal | None]
    months: int | None = None
    discounted: bool = True
    figures: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
