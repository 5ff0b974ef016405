"""What `/limits` says of what the agent uses: calls, bulk jobs, and the org's room."""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, Final

from connectors.contract import Allowance

_NAMES: Final = MappingProxyType(
    {
        "DailyBulkV2QueryJobs": "bulk queries in 24 hours",
        "DailyBulkV2QueryFileStorageMB": "MB of bulk results in 24 hours",
        "DailyBulkApiBatches": "bulk batches in 24 hours",
        "DataStorageMB": "MB of data storage",
    }
)


def calls(limits: Any) -> tuple[int | None, int | None]:
    """Used and allowed calls of the last 24 hours, where it can be told."""
    return _entry(limits, "DailyApiRequests") or (None, None)


def allowances(limits: Any) -> Iterator[Allowance]:
    """What else is limited; an org leaves out what it does not have, or says none."""
    for name, told in _NAMES.items():
        if (entry := _entry(limits, name)) and entry[1]:
            yield Allowance(told, *entry)


def _entry(limits: Any, name: str) -> tuple[int, int] | None:
    entry = limits.get(name) if isinstance(limits, dict) else None
    most = entry.get("Max") if isinstance(entry, dict) else None
    left = entry.get("Remaining") if isinstance(entry, dict) else None
    return (most - left, most) if isinstance(most, int) and isinstance(left, int) else None
