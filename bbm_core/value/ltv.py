"""The ladder of lifetime values: the highest rung that the records support, and why no higher."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bbm_core.value.case import Case, Estimate, Lack
from bbm_core.value.customer import CustomerValue
from bbm_core.value.rungs import given, realised, window
from bbm_core.value.rungs_leaving import contract, segment
from bbm_core.value.rungs_repeat import repeat

LADDER: tuple[Callable[[Case], Estimate | Lack], ...] = (
    given,
    contract,
    segment,
    repeat,
    window,
)
"""The rungs from the highest down to the last that may lack something; below is what came in."""


@dataclass(frozen=True, slots=True)
class Valuation:
    """The value of every customer by one rung, so that they can be compared."""

    estimate: Estimate
    lacks: tuple[Lack, ...]  # of the rungs above, highest first
    values: tuple[CustomerValue, ...]  # in order of the ids, classes still unknown


def value_customers(case: Case) -> Valuation:
    """What every customer is worth.

    All by the same rung: figures of different rungs do not compare, so a customer about whom the
    rung in use says nothing has no value.
    """
    lacks: list[Lack] = []
    for rung in LADDER:
        found = rung(case)
        if isinstance(found, Estimate):
            return _valuation(case, found, lacks)
        lacks.append(found)
    return _valuation(case, realised(case), lacks)


def _valuation(case: Case, found: Estimate, lacks: Sequence[Lack]) -> Valuation:
    values = tuple(_value(case, found, one) for one in case.customers)
    return Valuation(found, tuple(lacks), values)


def _value(case: Case, found: Estimate, customer: str) -> CustomerValue:
    history = case.histories.get(customer)
    return CustomerValue(
        customer=customer,
        rung=found.rung,
        ltv=found.values.get(customer),
        realised=history.realised if history else Decimal(),
        orders=history.orders if history else 0,
        first=case.first(customer),
        left=case.left(customer),
    )
