"""Intervals of a share, and how a difference of rates splits."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bbm_core.balance.rate import wilson


def _wilson(inputs: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    del folder
    low, high = wilson(inputs["k"], inputs["n"], inputs["confidence"])
    return {"lower": low, "upper": high}


ADAPTERS = {"Wilson score interval": _wilson}
