"""Adapters from reference cases to the core's public functions, by how a case's method begins.

One file a subject; each holds a mapping `ADAPTERS` of functions that take the case's inputs and
the folder its data files lie in, and answer figures under the names of the case's expectations.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.reference.cases import concentration, customers, drift, evidence, plans, rates

Adapter = Callable[[Mapping[str, Any], Path], Mapping[str, Any]]

ADAPTERS: Mapping[str, Adapter] = {
    **concentration.ADAPTERS,
    **customers.ADAPTERS,
    **drift.ADAPTERS,
    **evidence.ADAPTERS,
    **plans.ADAPTERS,
    **rates.ADAPTERS,
}
