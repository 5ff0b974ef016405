"""Adapters from reference cases to the core's public functions, by how a case's method begins.

One file a subject; each holds a mapping `ADAPTERS` of functions that take the case's inputs and
the folder its data files lie in, and answer figures under the names of the case's expectations.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.reference.cases import concentration, customers, evidence, plans, rates

Adapter = Callable[[Mapping[str, Any], Path], Mapping[str, Any]]

ADAPTERS: Mapping[str, Adapter] = {
    **concentration.ADAPTERS,
    **customers.ADAPTERS,
    **evidence.ADAPTERS,
    **plans.ADAPTERS,
    **rates.ADAPTERS,
}

PENDING = (
    "p chart",
    "c chart",
    "u chart",
    "Laney",
    "tabular CUSUM",
    "standardised CUSUM",
    "EWMA",
    "one change in mean",
    "Kitagawa",
    "two factors",
)
"""Methods that are being built; whoever adds an adapter takes its line out, the last one this."""
