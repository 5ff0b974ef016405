"""Gini, Herfindahl and Rosenbluth of published vectors."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from bbm_core.balance.concentration import Concentration, concentrate


def _spread(values: list[float]) -> Concentration:
    found = concentrate({f"{n:04}": Decimal(str(value)) for n, value in enumerate(values)})
    assert found is not None
    return found


def _sales(inputs: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    del folder
    found = _spread(inputs["x"])
    return {
        "gini_population": found.gini,
        "herfindahl": found.hhi,
        "rosenbluth": found.rosenbluth,
    }


def _shares(inputs: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    del folder
    return {"hhi": _spread(inputs["shares_percent"]).hhi_points}


ADAPTERS = {"Gini": _sales, "HHI": _shares}
