"""Translate: one folder per CRM behind the contract in `connectors.contract`."""

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from connectors.contract import Connector
from connectors.errors import ConfigError

GROUP = "bbm.connectors"


def load(name: str) -> Callable[[Any, Any, Any], Connector]:
    """The `build(config, reading, ports)` of the connector installed under this name."""
    found = installed()
    if name not in found:
        raise ConfigError(
            f"There is no connector named {name!r}.",
            hint=f"Use one of those installed: {', '.join(sorted(found)) or 'none'}.",
            code="BBM-CO-001",
        )
    build: Callable[[Any, Any, Any], Connector] = found[name].load()
    return build


def installed() -> dict[str, EntryPoint]:
    """The connectors of this environment by name; packages of others may add some."""
    return {point.name: point for point in entry_points(group=GROUP)}
